"""What stands in a patient's history: sessions, forms, and the scores of their own goal, one of a form's day beside it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from setsetting.clinical.form import Recall
from setsetting.review import words
from setsetting.review.words import room
from setsetting.tui.theme import DIM, GOOD, MONTH, STRONG, TEXT, URGENT, WEEK
from setsetting.tui.widgets.table import Cells
from setsetting.units import Milliseconds
from setsetting.views import pcl5, session, statement
from setsetting.words.numbers import day_number, local_text
from setsetting.words.translate import _, count

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


def cells(entry: HistoryRow, zone: "ZoneInfo") -> Cells:
    """What the list of a patient shows of a row."""
    if entry.form is not None:
        return _form_cells(entry.form, entry.score, zone)
    if entry.session is not None:
        return _session_cells(entry.session, zone)
    assert entry.score is not None
    when = statement.score_day(entry.score, zone)
    return (
        (when, TEXT),
        (_("own goal"), TEXT),
        (statement.of_ten(entry.score), STRONG),
        (entry.score.words or "", DIM),
    )


def _form_cells(row: "ScoredForm", score: "GoalScoreRow | None", zone: "ZoneInfo") -> Cells:
    week = row.form.recall is Recall.WEEK
    total = (
        (_("incomplete {k}/20").format(k=row.scored.answered), TEXT)
        if row.scored.total is None
        else (_("total {total}").format(total=row.scored.total), STRONG)
    )
    more = count("corrected {n} time", "corrected {n} times", row.corrections) if row.corrections else ""
    more = " · ".join(filter(None, (pcl5.open_words(row), more)))
    if row.withdrawn is not None:
        total, more = (_("withdrawn"), DIM), row.withdrawn
    if score is not None:
        more = " · ".join(filter(None, (_("own goal {score}").format(score=statement.of_ten(score)), more)))
    what = (_("PCL-5 week") if week else _("PCL-5 month"), WEEK if week else MONTH)
    return ((pcl5.taken_words(row, zone), TEXT), what, total, (more, DIM))


def _session_cells(row: "SessionRow", zone: "ZoneInfo") -> Cells:
    open_words = "" if row.closed or row.void else _("RUNNING") if row.ended_utc_ms is None else _("NOT CLOSED")
    afterwards = _("entered afterwards") if row.entered_afterwards else ""
    more = " · ".join(part for part in (open_words, afterwards, session.music_words(row), room(row.room)) if part)
    what, result = session.standing_words(row), words.ran(row.planned, row.actual)
    if row.aside == "unbegun":
        what, result = _("session"), _("no infusion")
    return (
        (local_text(row.started_utc_ms, zone), TEXT),
        (what, GOOD if row.counts else DIM),
        (result, TEXT),
        (more, URGENT if open_words else DIM),
    )
