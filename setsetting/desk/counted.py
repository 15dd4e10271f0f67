"""Who is counted where a whole clinic is looked at, and what of theirs: real patients; simulated ones only where there is no other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from setsetting.clinical import pcl5
from setsetting.desk.clinic import Clinic
from setsetting.record import form_rows, rows
from setsetting.record.log import Record
from setsetting.record.rows import SessionRow
from setsetting.review.linking import ScorePoint, SessionPoint
from setsetting.words.numbers import day_number


@dataclass(frozen=True, slots=True)
class Counted:
    """Codes of the patients who are counted, by id; `left_out` simulated ones are not, or all of them are `simulated`."""

    codes: Mapping[str, str]
    simulated: bool
    left_out: int


@dataclass(frozen=True, slots=True)
class CountedRows:
    """What is told of them, read once: every form that stands, and every session that counts, each with its point.

    `rules` are of each complete form whether it meets the provisional rule, and its total; `open_queries` are on any form, `open_keyings`
    how many forms have a second keying that differs and is not settled.
    """

    whom: Counted
    scores: Sequence[ScorePoint]
    rules: Sequence[tuple[bool, int]]
    open_queries: int
    open_keyings: int
    sessions: Sequence[SessionRow]
    points: Sequence[SessionPoint]


def patients(record: Record) -> Counted:
    """Of the patients in the lists; who was merged or withdrawn is none of them."""
    every = rows.patients(record)
    real = [row for row in every if not row.simulated]
    counted = real or every
    return Counted({row.patient_id: row.code for row in counted}, bool(every) and not real, len(every) - len(counted))


def read(clinic: Clinic, record: Record, whom: Counted | None = None) -> CountedRows:
    """Their forms and sessions, else those of `whom`; what was voided, rehearsed, withdrawn or closed with no infusion begun is none of them."""
    whom, zone = patients(record) if whom is None else whom, clinic.settings.zone
    forms = [row for row in form_rows.forms(record) if row.patient_id in whom.codes]
    scored = [pcl5.score(row.form.items) for row in forms]
    scores = [
        ScorePoint(
            row.patient_id,
            row.form_id,
            row.form.taken_ms,
            day_number(row.form.taken_ms, zone),
            row.form.recall,
            score.total,
        )
        for row, score in zip(forms, scored, strict=True)
    ]
    rules = [(bool(each.provisional), each.total) for each in scored if each.total is not None]
    held = [row for row in rows.sessions(record) if row.patient_id in whom.codes and row.counts]
    asked = sum(len(row.open_queries) for row in forms)
    differ = sum(row.keying_open for row in forms)
    return CountedRows(whom, scores, rules, asked, differ, held, [_point(row, zone) for row in held])


def _point(row: SessionRow, zone: ZoneInfo) -> SessionPoint:
    began, over = day_number(row.started_utc_ms, zone), day_number(row.over_ms, zone)
    return SessionPoint(row.patient_id, row.session_id, row.visit_no or 0, row.started_utc_ms, began, over)
