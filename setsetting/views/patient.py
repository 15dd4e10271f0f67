"""A patient as data and as lines: sessions first, then what must not be played."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from setsetting.errors import did_you_mean
from setsetting.review import words
from setsetting.soundscape.wishes import MetBy
from setsetting.views import correction, session
from setsetting.words.numbers import local_text, utc_text
from setsetting.words.plain import cut, one_line
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.corrections import CorrectedPatient
    from setsetting.desk.meeting import Met
    from setsetting.desk.patients import PatientView, Vetoed

COLUMNS: Mapping[str, Callable[["PatientView"], str]] = {
    _("code"): lambda row: row.code,
    _("sessions"): lambda row: str(sum(session.counts for session in row.sessions)),
    _("forms"): lambda row: str(row.forms),
    _("vetoes"): lambda row: str(len(row.vetoes)),
    "": lambda row: ", ".join(_remarks(row)),
}


def _remarks(view: "PatientView") -> Iterator[str]:
    if view.withdrawn is not None:
        yield _("withdrawn: {why}").format(why=one_line(view.withdrawn.reason))
    if view.simulated:
        yield _("simulated")
    if held := sum(row.rehearsal and not row.void for row in view.sessions):
        yield count("{n} rehearsal", "{n} rehearsals", held)
    if held := sum(row.aside == "unbegun" for row in view.sessions):
        yield count("{n} with no infusion begun", "{n} with no infusion begun", held)


def as_data(view: "PatientView") -> dict[str, Any]:
    return {
        "code": view.code,
        "simulated": view.simulated,
        "forms": view.forms,
        "vetoes": [{"what": row.what, "value": row.value, "since": utc_text(row.since_utc_ms)} for row in view.vetoes],
        "heard": list(view.heard),
        "sessions": [session.as_data(row) for row in view.sessions],
        "merged": [correction.as_data(each) for each in view.merged],
        "withdrawn": None if view.withdrawn is None else correction.as_data(view.withdrawn),
    }


def corrected_as_data(done: "CorrectedPatient") -> dict[str, Any]:
    """A patient as it now stands, and the event that `record undo` takes back."""
    return {"event_id": done.event_id, **as_data(done.view)}


def merged_words(done: "CorrectedPatient") -> str:
    said = _("They are one patient now: {code}.").format(code=done.view.code)
    return correction.made_words(said, done.event_id)


def withdrawn_words(done: "CorrectedPatient") -> str:
    said = _("{code} is left out of lists and reviews.").format(code=done.view.code)
    return correction.made_words(said, done.event_id)


NAMED = 3
"""So many of the tracks that a veto meets are named."""
_BY = {
    MetBy.SAID: "",
    MetBy.FILE_NAME: " " + _("(by its file name)"),
    MetBy.TITLE: " " + _("(by its title)"),
    MetBy.NOTES: " " + _("(by its notes)"),
    MetBy.BESIDES: " " + _("(by what its file says)"),
    MetBy.WITHIN: " " + _("(by its tag {name!r})"),
    MetBy.FORMER: " " + _("(by its former name {name!r})"),
}


def vetoed_words(vetoed: "Vetoed") -> str:
    """What was noted; says so when no track meets it, since a misspelt veto would never work."""
    said = _("Vetoed: {what} {value}. It is never loosened.").format(what=_(vetoed.what), value=vetoed.value)
    if vetoed.stood:
        said = _("That veto stands already.")
    return f"{said} {kept_away_words(vetoed)}"


def kept_away_words(vetoed: "Vetoed") -> str:
    """What it meets, and what of that was wished for before."""
    return " ".join((meets_words(vetoed.met), *vetoed.wished))


def never_again_words(code: str, vetoed: "Vetoed") -> str:
    """Of a track that is refused: which it is, first, as a screen may have room for no more, and how it is taken back."""
    if not vetoed.met.tracks:
        return f"{code}: {kept_away_words(vetoed)}"
    said = _("{code}: never again: {titles}.").format(code=code, titles=_titles(vetoed.met))
    return " ".join((said, *vetoed.wished, _("`setsetting patient unveto` takes that back.")))


def meets_words(met: "Met") -> str:
    """The names near it that a veto does not meet, how many tracks it keeps away, and some of them by title and by what."""
    if not met.known:
        return _("What of the library it meets is not known now; it is heeded once the library can be read.")
    if not met.tracks:
        return _("No track in the library has it now.") + did_you_mean(met.near)
    others = _("It does not meet {names}.").format(names=", ".join(map(repr, met.near))) + " " if met.near else ""
    return others + count("It meets {n} track", "It meets {n} tracks", len(met.tracks)) + ": " + _titles(met) + "."


def _titles(met: "Met") -> str:
    """Some of what is met, by title and by what."""
    titles = [
        f"{cut(track.title, 30)}{_BY[refusal.by].format(name=refusal.name)}" for track, refusal in met.tracks[:NAMED]
    ]
    more = len(met.tracks) - len(titles)
    if more:
        titles.append(count("{n} more", "{n} more", more))
    return ", ".join(titles)


def vetoed_as_data(view: "PatientView", vetoed: "Vetoed") -> dict[str, Any]:
    """The patient with the veto just entered, and what it meets; null where the library could not be asked."""
    met = vetoed.met
    return as_data(view) | {
        "meets": [track.id for track, _why in met.tracks] if met.known else None,
        "near": list(met.near),
    }


def named_words(what: str, value: str, titles: Mapping[str, str]) -> str:
    """What a veto names; of a track its title and the beginning of its id, which a command takes."""
    if what != "track":
        return value
    return f"{titles[value]} ({value[:10]})" if value in titles else value


def unvetoed_words(what: str, value: str) -> str:
    return _("Withdrawn: {what} {value}.").format(what=_(what), value=value)


def in_words(view: "PatientView", zone: ZoneInfo, titles: Mapping[str, str]) -> list[str]:
    """A patient in lines; `titles` are of the tracks that are vetoed, by id, as far as the library knows them."""
    lines = [view.code + (" · " + _("simulated") if view.simulated else "")]
    if view.withdrawn is not None:
        lines.append(_("  withdrawn: {why}").format(why=one_line(view.withdrawn.reason)))
    lines += [
        _("  two patients made one, with {code}: {why}").format(code=code, why=one_line(each.reason))
        for code, each in zip(view.others, view.merged, strict=True)
    ]
    for row in view.sessions:
        ran = words.ran(row.planned, row.actual)
        began = local_text(row.started_utc_ms, zone)
        parts = [session.standing_words(row), began, ran, session.music_words(row)]
        if row.entered_afterwards:
            parts.append(_("entered afterwards"))
        if not (row.closed or row.void):
            parts.append(_("not closed"))
        parts += [correction.why_words(each) for each in row.corrections]
        lines.append("  " + " · ".join(parts))
    lines += [
        _("  never: {what} {value}").format(what=_(row.what), value=named_words(row.what, row.value, titles))
        for row in view.vetoes
    ]
    lines.append(
        "  "
        + count("heard in this course: {n} track", "heard in this course: {n} tracks", len(view.heard))
        + _("; forms entered: {forms}").format(forms=view.forms)
    )
    return lines
