"""Acts on what a patient wishes of the music, short of a refusal."""

from collections.abc import Iterable, Iterator

from setsetting.clinical.preferences import LABELS, Wish, refuse_other
from setsetting.desk.clinic import Clinic
from setsetting.desk.meeting import Met, met
from setsetting.desk.meeting import titles as titles_of
from setsetting.errors import BrokenFile, Refused, did_you_mean
from setsetting.library.catalogue import called
from setsetting.record import rows, statement_rows
from setsetting.record.sound import refuse_edited
from setsetting.record.statement_kinds import Preferred
from setsetting.record.statement_rows import PreferenceRow
from setsetting.soundscape.wishes import refusing
from setsetting.words.translate import _


def prefer(clinic: Clinic, code: str, wish: Wish, what: str = "", value: str = "") -> tuple[PreferenceRow, ...]:
    """Keep a wish; a familiar track that was offered and not wanted is about nothing. The same again is nothing new.

    What of it the patient refuses is said, since the refusal holds; so is a name that nothing in the library has.
    """
    if what or wish is not Wish.FAMILIAR:
        refuse_other(wish, what)
    if what == "track":
        with clinic.catalogue() as catalogue:
            value = called(value, catalogue.names().tracks).id
            catalogue.keep([value])
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        said = Preferred(patient.named_id, str(wish), what, " ".join(value.split()))
        stands = statement_rows.preferences(record, patient.patient_id)
        if all((row.wish, row.what, row.value) != (said.wish, said.what, said.value) for row in stands):
            record.append("patient.preferred", said)
        vetoes = [(veto.what, veto.value) for veto in rows.vetoes(record, patient.patient_id)]
    if what:
        for words in _said_of(clinic, patient.code, said, vetoes if wish is not Wish.RATHER_NOT else ()):
            clinic.say(words)
    return show(clinic, code)


def wished(told: Iterable[PreferenceRow], refused: Met) -> list[str]:
    """What a patient wished to hear of what is refused now, in words."""
    liked = [row for row in told if row.value and row.wish != Wish.RATHER_NOT and _is_among(row, refused)]
    titles = {track.id: track.title for track, _why in refused.tracks}
    return [
        _("It was wished for before ({label}: {what} {value}); the refusal holds.").format(
            label=LABELS[Wish(row.wish)], what=_(row.what), value=titles.get(row.value, row.value)
        )
        for row in liked
    ]


def _is_among(row: PreferenceRow, refused: Met) -> bool:
    if row.what == "track":
        return row.value in refused.ids
    return any(refusing([(row.what, row.value)]).met_in(track for track, _why in refused.tracks))


def _said_of(clinic: Clinic, code: str, said: Preferred, vetoes: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What should be known of a wish at once."""
    try:
        library = clinic.names()
    except (BrokenFile, Refused) as error:
        yield _("{why} What of the library it meets is not known now.").format(why=error)
        return
    found = met(library, said.what, said.value)
    refused = found.ids & refusing(vetoes).met_with(library.recordings, library.tracks)
    here = {said.value} if said.what == "track" else {track.id for track, _why in found.tracks}
    if not here:
        yield _("No track in the library has it now.") + did_you_mean(found.near)
    elif here <= refused:
        yield _("{code} refuses this: the refusal holds, and none of it is played.").format(code=code)
    elif here & refused:
        words = _("{code} refuses {n} of the {of} tracks that it meets: the refusal holds.")
        yield words.format(code=code, n=len(here & refused), of=len(here))


def show(clinic: Clinic, code: str) -> tuple[PreferenceRow, ...]:
    """What a patient wishes, oldest first."""
    with clinic.record() as record:
        patient = rows.patient(record, code, withdrawn=True)
        refuse_edited(record, patient.patient_id)
        return tuple(statement_rows.preferences(record, patient.patient_id))


def titles(clinic: Clinic, told: Iterable[PreferenceRow]) -> dict[str, str]:
    """What the tracks among them are called, by id."""
    wanted = [row.value for row in told if row.what == "track"]
    return titles_of(clinic.names(), wanted) if wanted else {}
