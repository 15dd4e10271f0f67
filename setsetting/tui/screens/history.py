"""What stands in a patient's history: sessions, forms, and the scores of their own goal, one of a form's day beside it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from setsetting.units import Milliseconds
from setsetting.words.numbers import day_number

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from setsetting.desk.forms import ScoredForm
    from setsetting.record.rows import SessionRow
    from setsetting.record.statement_rows import GoalScoreRow


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A session, a form or a score of the goal, at its time; a form may have the score of its day."""

    at_ms: Milliseconds
    session: "SessionRow | None" = None
    form: "ScoredForm | None" = None
    score: "GoalScoreRow | None" = None

    @property
    def key(self) -> str:
        """What it is, whatever is entered beside it."""
        if self.session is not None:
            return self.session.session_id
        return self.form.form_id if self.form is not None else self.score.event_id if self.score is not None else ""


def history(
    sessions: "Iterable[SessionRow]", forms: "Iterable[ScoredForm]", scores: "Iterable[GoalScoreRow]", zone: "ZoneInfo"
) -> list[HistoryRow]:
    """All of it, the newest first."""
    left = list(scores)
    entries = [HistoryRow(row.started_utc_ms, session=row) for row in sessions]
    for form in forms:
        day = day_number(form.form.taken_ms, zone)
        beside = [] if form.withdrawn is not None else [row for row in left if day_number(row.taken_ms, zone) == day]
        left = [row for row in left if row not in beside]
        entries.append(HistoryRow(form.form.taken_ms, form=form, score=beside[-1] if beside else None))
        entries += _alone(beside[:-1])
    return sorted([*entries, *_alone(left)], key=lambda entry: entry.at_ms, reverse=True)


def _alone(scores: "Iterable[GoalScoreRow]") -> Iterator[HistoryRow]:
    for row in scores:
        yield HistoryRow(row.taken_ms, score=row)
