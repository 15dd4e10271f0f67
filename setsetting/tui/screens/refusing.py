"""Refusing a track for a patient, whatever screen it is thought of on: picked by a part of its title, never by an id."""

from typing import TYPE_CHECKING

from setsetting.errors import BrokenFile, Refused, UsageError
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.views import patient as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from setsetting.desk.clinic import Clinic
    from setsetting.library.catalogue import NamedLibrary
    from setsetting.record.rows import VetoRow
    from setsetting.tui.task_screen import TaskScreen

WHAT = (("artist", _("every track by an artist")), ("tag", _("every track with a tag")), ("track", _("one track")))


TRACK = 2


async def value_asked(
    screen: "TaskScreen", clinic: "Clinic", code: str, what: str, words: str, *, typed: str = ""
) -> str | None:
    """The artist or tag as it is typed, or the id of the track in whose title it stands; None where nothing is said.

    `typed` is what was typed of it before.
    """
    from setsetting.desk import meeting

    try:
        names: NamedLibrary | None = clinic.names()
    except (BrokenFile, Refused):
        if what == "track":
            raise
        names = None
    dialog = TextDialog(
        _("{code}: never play {words}: which?").format(code=code, words=words),
        typed,
        hint=_("part of its title") if what == "track" else "",
        tell=lambda typed: views.meets_words(meeting.would_meet(names, what, typed)),
        check=None if names is None or what != "track" else lambda typed: meeting.called_so(names, typed),
    )
    value = await screen.ask(dialog)
    if value is None or names is None or what != "track":
        return value
    called = meeting.called_so(names, value)
    at: int | None = 0
    if len(called) > 1:
        choices = [(track.title, track.artist or _("artist unknown")) for track in called]
        at = await screen.ask(ChoiceDialog(_("{code}: which track?").format(code=code), choices))
    return None if at is None else called[at].id


async def refuse_what(screen: "TaskScreen", clinic: "Clinic", code: str) -> None:
    """Ask what is never played to the patient, an artist, a tag or a track, and note it."""
    from setsetting.desk import patients

    question = _("{code}: what must never be played to this patient?").format(code=code)
    dialog = ChoiceDialog(question, WHAT, else_at=TRACK)
    at = await screen.ask(dialog)
    if at is None:
        return
    what, words = WHAT[at]
    value = await value_asked(screen, clinic, code, what, words, typed=dialog.beyond)
    if value is not None and what == "track":
        refuse(screen, clinic, code, value)
    elif value is not None:
        screen.say(views.vetoed_words(patients.veto(clinic, code, what, value)))


async def allow_again(screen: "TaskScreen", clinic: "Clinic", code: str, vetoes: "Sequence[VetoRow]") -> None:
    """Ask which veto is withdrawn, and why; one that was said twice is withdrawn once."""
    from setsetting.desk import patients

    if not vetoes:
        raise UsageError(_("No veto stands for this patient."))
    known = dict(zip(named(clinic, vetoes), vetoes, strict=True))
    names = list(known)
    at = await screen.ask(ChoiceDialog(_("{code}: which veto?").format(code=code), names))
    if at is None:
        return
    veto, (what, value) = known[names[at]], names[at]
    question = _("{code}: why is the veto of {what} {value} withdrawn? The reason stays in the record")
    reason = await screen.ask(TextDialog(question.format(code=code, what=_(what), value=value)))
    if reason is not None:
        patients.unveto(clinic, code, veto.what, veto.value, reason=reason)
        screen.say(f"{code}: {views.unvetoed_words(*names[at])}")


async def refuse_track(
    screen: "TaskScreen", clinic: "Clinic", code: str, at_hand: "Sequence[tuple[str, str]]" = ()
) -> None:
    """Note that a track is never played to the patient: one `at_hand` (ids and titles), or another by its title."""
    at: int | None = len(at_hand)
    typed = ""
    if at_hand:
        choices = [
            *((title, _("this one")) for _id, title in at_hand),
            (_("another track"), _("by a part of its title")),
        ]
        dialog = ChoiceDialog(_("{code}: never play which track?").format(code=code), choices, else_at=len(at_hand))
        at, typed = await screen.ask(dialog), dialog.beyond
    if at is None:
        return
    if at == len(at_hand):
        track_id = await value_asked(screen, clinic, code, "track", _("one track"), typed=typed)
    else:
        track_id = at_hand[at][0]
    if track_id is not None:
        refuse(screen, clinic, code, track_id)


def refuse(screen: "TaskScreen", clinic: "Clinic", code: str, track_id: str) -> None:
    """Note it, and say what that keeps away."""
    from setsetting.desk import patients

    vetoed = patients.veto(clinic, code, "track", track_id)
    screen.say(views.never_again_words(code, vetoed))


def named(clinic: "Clinic", vetoes: "Sequence[VetoRow]") -> list[tuple[str, str]]:
    """What each veto names, a track by its title; by the beginning of its id one that has left the library, and each while
    the library knows of none, as of one that another version of the program scanned."""
    from setsetting.desk import meeting

    ids = [veto.value for veto in vetoes if veto.what == "track"]
    names = clinic.names() if ids else None
    known = {} if names is None else meeting.titles(names, ids)
    gone = _("{id}, which has left the library")
    if names is not None and not names.tracks:
        gone = _("{id}, whose title the library does not know now")
    return [
        (_(veto.what), known.get(veto.value, gone.format(id=veto.value[:10])) if veto.what == "track" else veto.value)
        for veto in vetoes
    ]
