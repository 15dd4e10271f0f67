"""A course as data and as lines: its visits with their intervals, what changed from one infusion to the next, its end."""

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from setsetting.clinical.visits import LINES, THERAPY, visit_called
from setsetting.review import words
from setsetting.views.statement import NOT_ASKED
from setsetting.words.numbers import day_text, local_text, utc_text
from setsetting.words.plain import one_line
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.course import CourseView, CourseVisit
    from setsetting.record.statement_rows import EndRow


def as_data(view: "CourseView") -> dict[str, Any]:
    ended = view.ended
    return {
        "patient": view.code,
        "simulated": view.simulated,
        "of": view.of,
        "infusions": view.infusions,
        "ended": None
        if ended is None
        else {
            "event_id": ended.event_id,
            "finished": ended.finished,
            "on": utc_text(ended.on_ms),
            "reason": ended.reason,
        },
        "visits": [_visit_as_data(each) for each in view.visits],
    }


def _visit_as_data(each: "CourseVisit") -> dict[str, Any]:
    held, reflection = each.held, each.held.reflection if each.held else None
    return {
        "kind": str(each.kind),
        "state": str(each.state),
        "number": each.number,
        "at": utc_text(each.at_ms),
        "days_since": each.days,
        "session_id": None if each.session is None else each.session.session_id,
        "visit_id": None if held is None else held.visit_id,
        "event_id": held.event_id if held is not None else each.planned.event_id if each.planned else None,
        "minutes": None if held is None else held.minutes,
        "psychotherapy": None if reflection is None else reflection.psychotherapy,
        "words": {line.name: None if reflection is None else reflection.words.get(line.name) for line in LINES},
        "changes": [{"what": change.what, "before": change.before, "now": change.now} for change in each.changes],
    }


def in_words(view: "CourseView", zone: ZoneInfo) -> list[str]:
    """The course, a line a visit; under it what changed, and what was said."""
    lines = [heading(view, zone)]
    for each in view.visits:
        parts = (when(each, zone), called(each, view.of), interval(each), ran(each), one_line(beside(each)))
        lines.append("  " + " · ".join(part for part in parts if part))
        lines += [f"      {label}: {one_line(said)}" for label, said in said_in(each)]
    return lines


def heading(view: "CourseView", zone: ZoneInfo) -> str:
    """How far the course has come, and how it ended."""
    return " · ".join(filter(None, (view.code, held_words(view), ended_words(view.ended, zone))))


def held_words(view: "CourseView") -> str:
    return _("{n} of {of} infusions held").format(n=view.infusions, of=view.of)


def ended_words(ended: "EndRow | None", zone: ZoneInfo) -> str:
    """How a course ended; nothing where nobody said that it is over."""
    if ended is None:
        return ""
    why = ended.reason or ("" if ended.finished else _("no reason known"))
    how = _("finished {day}") if ended.finished else _("left before its end, {day}")
    return ": ".join(filter(None, (how.format(day=day_text(ended.on_ms, zone)), one_line(why))))


def over_since(ended: "EndRow", zone: ZoneInfo) -> str:
    """That a course is over, and since when, as a header has room for it."""
    how = _("finished {day}") if ended.finished else _("left {day}")
    return how.format(day=day_text(ended.on_ms, zone))


def when(each: "CourseVisit", zone: ZoneInfo) -> str:
    return day_text(each.at_ms, zone) if each.dated_only else local_text(each.at_ms, zone)


def called(each: "CourseVisit", of: int) -> str:
    """What the visit is, and whether it was held."""
    state = {"planned": _("planned"), "not held": _("not held")}.get(each.state, "")
    return " · ".join(filter(None, (visit_called(each.kind, each.number, of), state)))


def interval(each: "CourseVisit") -> str:
    """The days since the visit before."""
    return (
        "" if each.days is None else count("{n} day later", "{n} days later", each.days) if each.days else _("same day")
    )


def ran(each: "CourseVisit") -> str:
    """How long it was, and that an infusion ran shorter than planned."""
    if each.session is None:
        return "" if each.held is None or each.held.minutes is None else _("{n} min").format(n=each.held.minutes)
    return words.ran_of(each.session.planned, each.session.actual)


def beside(each: "CourseVisit") -> str:
    """What was otherwise than in the infusion before."""
    said = [_("{what} {now}, was {before}").format(what=it.what, now=it.now, before=it.before) for it in each.changes]
    return "; ".join(said)


def said_in(each: "CourseVisit") -> list[tuple[str, str]]:
    """The short form of an integration as far as it was asked, each line with its label."""
    if each.held is None or each.held.reflection is None:
        return []
    said = each.held.reflection
    lines = [(line.label, said.words[line.name]) for line in LINES if line.name in said.words]
    return [*lines, *([(THERAPY.label, said.psychotherapy)] if said.psychotherapy else [])]


def form_words(each: "CourseVisit") -> str:
    """The same in one line."""
    return " · ".join(f"{label}: {one_line(said)}" for label, said in said_in(each)) or NOT_ASKED
