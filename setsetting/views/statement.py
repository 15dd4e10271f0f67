"""What was said of a patient's visits as data and as lines, each statement with the id that withdraws it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from setsetting.clinical.agreements import LABELS, Agreements, short_line
from setsetting.clinical.mindset import SCALE_NAMES, ratings_words
from setsetting.clinical.preferences import LABELS as WISHES
from setsetting.clinical.preferences import Wish
from setsetting.views import correction
from setsetting.words.numbers import day_text, local_text, utc_text
from setsetting.words.plain import one_line
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.agreements import AgreementsView
    from setsetting.desk.mindset import Mindset
    from setsetting.record.corrections import Correction
    from setsetting.record.statement_rows import AgreementsRow, GoalScoreRow, PreferenceRow, Statement, WordsRow

NOT_ASKED = _("not asked")


def as_data(view: "AgreementsView", mindset: "Mindset", wished: "Sequence[PreferenceRow]") -> dict[str, Any]:
    """Everything that stands but the intention, whose words are in no document."""
    return {
        "patient": view.code,
        "agreements": _agreements_as_data(view.now),
        "line": short_line(view.now),
        "told": [_row_as_data(row) for row in view.told],
        "preferences": [_said(row) | {"wish": row.wish, "what": row.what, "value": row.value} for row in wished],
        "goal": None if mindset.goal is None else _said(mindset.goal) | {"words": mindset.goal.words},
        "scores": [_score_as_data(row) for row in mindset.scores],
        "mindset": None
        if mindset.before is None
        else _said(mindset.before)
        | {"session_id": mindset.session_id, "ratings": ratings_as_data(mindset.before.ratings)},
    }


def _row_as_data(row: "AgreementsRow") -> dict[str, Any]:
    return _said(row) | {"agreements": _agreements_as_data(row.agreements)}


def _score_as_data(row: "GoalScoreRow") -> dict[str, Any]:
    return _said(row) | {"goal": row.goal_id, "score": row.score, "taken": utc_text(row.taken_ms)}


def _said(row: "Statement") -> dict[str, Any]:
    return {"event_id": row.event_id, "at": utc_text(row.at_utc_ms), "actor": row.actor}


def _agreements_as_data(agreements: Agreements) -> dict[str, str | None]:
    return {str(each): words for each, words in agreements.said.items()}


def ratings_as_data(ratings: Mapping[str, int]) -> dict[str, int | None]:
    """Every scale by its name; null was not asked."""
    return {name: ratings.get(name) for name in SCALE_NAMES}


def intention_as_data(row: "WordsRow") -> dict[str, Any]:
    """When an intention was said and by which event: its words are never exported."""
    return _said(row)


def in_words(
    view: "AgreementsView", mindset: "Mindset", intentions: int, wished: "Wished", zone: ZoneInfo
) -> list[str]:
    """What stands, a line each; then what was agreed before it, newest first."""
    lines = [view.code]
    lines += [f"  {LABELS[each]}: {words or NOT_ASKED}" for each, words in view.now.said.items()]
    for row in reversed(view.told):
        when = _("agreed {when}") if row is view.told[-1] else _("before that, {when}")
        said = f"  {when.format(when=local_text(row.at_utc_ms, zone))} ({row.event_id[:8]})"
        lines.append(said if row is view.told[-1] else f"{said}: {short_line(row.agreements)}")
    lines += [
        f"  {WISHES[Wish(row.wish)]}: {wish_words(row, wished.titles)} ({row.event_id[:8]})" for row in wished.told
    ]
    kept = _("in their own words; `setsetting visit intention {code}` shows it").format(code=view.code)
    lines.append(_("  Intention: {said}").format(said=kept if intentions else NOT_ASKED))
    lines.append(_("  Goal: {said}").format(said=goal_words(mindset)))
    lines += [f"    {score_words(row, zone)} ({row.event_id[:8]})" for row in reversed(mindset.scores)]
    before = mindset.before
    said = NOT_ASKED if before is None else f"{ratings_words(before.ratings)} ({before.event_id[:8]})"
    lines.append(_("  Before this infusion, 0 to 10: {said}").format(said=said))
    return lines


@dataclass(frozen=True, slots=True)
class Wished:
    """What a patient wishes of the music, and what its tracks are called, by id."""

    told: "Sequence[PreferenceRow]"
    titles: Mapping[str, str]


def wish_words(row: "PreferenceRow", titles: Mapping[str, str]) -> str:
    """What a wish is about, a track by its title."""
    if not row.what:
        return _("offered, none wanted")
    return f"{_(row.what)} {titles.get(row.value, row.value[:10]) if row.what == 'track' else row.value}"


def goal_words(mindset: "Mindset") -> str:
    return NOT_ASKED if mindset.goal is None else mindset.goal.words


def score_words(row: "GoalScoreRow", zone: ZoneInfo) -> str:
    """A goal's score with its day or time."""
    return f"{score_day(row, zone)}: {of_ten(row)}"


def score_day(row: "GoalScoreRow", zone: ZoneInfo) -> str:
    return day_text(row.taken_ms, zone) if row.dated_only else local_text(row.taken_ms, zone)


def of_ten(row: "GoalScoreRow") -> str:
    return _("{score} of 10").format(score=row.score)


def intention_in_words(rows: tuple["WordsRow", ...], zone: ZoneInfo) -> list[str]:
    """The newest first, each with when it was said."""
    return [
        f"{local_text(row.at_utc_ms, zone)} ({row.event_id[:8]}): {one_line(row.words)}" for row in reversed(rows)
    ] or [NOT_ASKED]


def scored_words(mindset: "Mindset") -> str:
    return count("{n} score of the goal", "{n} scores of the goal", len(mindset.scores))


CALLED = {
    "patient.agreed": _("what was agreed"),
    "patient.intended": _("the intention"),
    "patient.preferred": _("a wish for the music"),
    "patient.goal_set": _("the goal"),
    "patient.goal_scored": _("a score of the goal"),
    "patient.scale_noted": _("a total of a scale"),
    "patient.set_said": _("what was rated before an infusion"),
    "visit.planned": _("an appointment"),
    "visit.held": _("a visit that was held"),
    "visit.reflected": _("the form of an integration"),
    "course.ended": _("the end of the course"),
}
"""What a statement is called once it was withdrawn, by its kind."""


def withdrawn_words(done: "Correction") -> str:
    said = _("Withdrawn; what was said before it stands again.")
    return correction.made_words(said, done.event_id)
