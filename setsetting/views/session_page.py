"""The page of one session as data and in words."""

from typing import TYPE_CHECKING, Any

from setsetting.review import session_words
from setsetting.views import correction
from setsetting.views.session import notes_as_data, rounded_minutes
from setsetting.views.statement import ratings_as_data
from setsetting.words.numbers import utc_text
from setsetting.words.plain import one_line

if TYPE_CHECKING:
    from setsetting.review.exposure import Exposure
    from setsetting.review.session_page import ObservedPhase, PageCorrection, PageLine, PagePlayed, SessionPage
    from setsetting.units import Milliseconds


def as_data(page: "SessionPage") -> dict[str, Any]:
    """Minutes are the infusion's, and not known where none was begun; what played is told from its planned start then."""

    def minute_ms(told_ms: "Milliseconds") -> "Milliseconds | None":
        return told_ms if page.begun else None

    return {
        "session_id": page.session_id,
        "patient": page.code,
        "rehearsal": page.rehearsal,
        "void": page.void,
        "begun": page.begun,
        "patient_withdrawn": page.patient_withdrawn,
        "visit_no": page.visit_no,
        "started": utc_text(page.started_utc_ms),
        "ended": None if page.ended_utc_ms is None else utc_text(page.ended_utc_ms),
        "room": page.room or None,
        "output": page.output,
        "playlist": page.playlist,
        "planned_min": rounded_minutes(page.planned.end_ms),
        "actual_min": None if page.actual is None else rounded_minutes(page.actual.end_ms),
        "loosened": {each.rule: each.value for each in page.happened.loosened},
        "waived": [each.rule for each in page.happened.given_up],
        "acts": [
            {
                "id": act.event_id,
                "name": act.name,
                "words": act.words,
                "argument": act.argument,
                "infusion_min": rounded_minutes(minute_ms(act.infusion_ms)),
                "taken_back": act.taken_back,
            }
            for act in page.acts
        ],
        "marks": [
            {
                "id": mark.event_id,
                "name": mark.name,
                "infusion_min": rounded_minutes(minute_ms(mark.infusion_ms)),
                "taken_back": mark.taken_back,
            }
            for mark in page.marks
        ],
        "notes": notes_as_data(
            [*((mark.event_id, minute_ms(mark.infusion_ms), mark.note) for mark in page.marks), (None, None, page.note)]
        ),
        "played": [_played_as_data(each) for each in page.played],
        "observed": [_observed_as_data(each) for each in page.observed],
        "exposure": None if page.exposure is None else _exposure_as_data(page.exposure),
        "mindset": None if page.mindset is None else ratings_as_data(page.mindset),
        "corrections": [correction.as_data(each) | {"before": _before_as_data(each)} for each in page.corrections],
    }


def _before_as_data(each: "PageCorrection") -> dict[str, Any]:
    """What stood of a session until it was corrected, None for what the correction left."""
    before = each.before
    return {
        "patient": before.patient,
        "started": None if before.started_ms is None else utc_text(before.started_ms),
        "planned_min": None if before.planned is None else rounded_minutes(before.planned.end_ms),
        "name": before.said or None,
        "infusion_min": rounded_minutes(before.said_ms),
        "setting": dict(before.setting),
    }


def _observed_as_data(each: "ObservedPhase") -> dict[str, Any]:
    model = each.model
    return {
        "phase": str(each.mark),
        "infusion_min": rounded_minutes(each.seen_ms),
        "model": None if model is None else {"minute": model.minute, "low": model.low, "high": model.high},
    }


def _exposure_as_data(each: "Exposure") -> dict[str, Any]:
    return {
        "leq_dba": round(each.leq_dba, 1),
        "minutes": rounded_minutes(each.counted_ms),
        "uncounted_min": rounded_minutes(each.uncounted_ms),
        "week_percent": round(each.week_percent, 3),
    }


def _played_as_data(each: "PagePlayed") -> dict[str, Any]:
    return {
        "track_id": each.track_id,
        "title": each.title,
        "artist": each.artist or None,
        "phase": each.phase,
        "from_min": rounded_minutes(each.from_ms),
        "to_min": rounded_minutes(each.to_ms),
        "level_db": each.level_db,
        "why": each.why or None,
    }


def in_words(page: "SessionPage") -> list[str]:
    """The page as lines of text."""
    told = (*session_words.facts(page), *session_words.corrections(page))
    facts = [f"{name}: {value}" for name, value in told]
    return [session_words.heading(page), *map(one_line, facts), "", *(one_line(_in_words(line)) for line in page.lines)]


def _in_words(line: "PageLine") -> str:
    beside = " · ".join(filter(None, (line.beside, line.why)))
    words = f"{session_words.minute(line):>5}  {line.clock}  {session_words.SIGNS[line.kind]} {line.words}"
    return f"{words}  ({beside})" if beside else words
