"""Acts on what a patient brings: the intention, one goal and its scores, and what is said before each infusion.

An intention is told by `intention` alone: no page, report, list or document of another act holds it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from setsetting.clinical.free_text import note_given
from setsetting.clinical.mindset import goal_words
from setsetting.clinical.setting import rating
from setsetting.desk.clinic import Clinic
from setsetting.errors import NotFound, UsageError
from setsetting.machine import clock
from setsetting.record import rows, statement_rows
from setsetting.record.log import Record
from setsetting.record.rows import SessionRow
from setsetting.record.sound import refuse_edited
from setsetting.record.statement_kinds import GoalScored, GoalSet, Intended, SetSaid
from setsetting.record.statement_rows import GoalScoreRow, SetRow, WordsRow
from setsetting.units import Milliseconds
from setsetting.words.numbers import day_number
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class Mindset:
    """What stands for a patient: the goal, all scores by their time, and what was said for the infusion to come.

    Of a goal's scores of one day the newest stands.

    `session_id` is the session of theirs that runs, to which what is said now belongs.
    """

    code: str
    goal: WordsRow | None
    scores: tuple[GoalScoreRow, ...]
    before: SetRow | None
    session_id: str | None


def show(clinic: Clinic, code: str) -> Mindset:
    """The goal and what was said for the next infusion; of one that runs, what was said before it."""
    with clinic.record() as record:
        patient = rows.patient(record, code, withdrawn=True)
        refuse_edited(record, patient.patient_id)
        held = [row for row in rows.sessions(record, patient.patient_id) if row.counts]
        said = statement_rows.sets(record, patient.patient_id)
        running = next((row for row in reversed(held) if row.ended_utc_ms is None), None)
        goals = statement_rows.goals(record, patient.patient_id)
        zone = clinic.settings.zone
        return Mindset(
            patient.code,
            goals[-1] if goals else None,
            newest_a_day(statement_rows.goal_scores(record, patient.patient_id), zone),
            of_session(said, running, held, zone) if running else _to_come(said, held, clinic.clock.utc_ms(), zone),
            running.session_id if running else None,
        )


def intention(clinic: Clinic, code: str) -> tuple[WordsRow, ...]:
    """A patient's intentions in their own words, oldest first; the last stands."""
    with clinic.record() as record:
        patient = rows.patient(record, code, withdrawn=True)
        refuse_edited(record, patient.patient_id)
        return tuple(statement_rows.intentions(record, patient.patient_id))


def intend(clinic: Clinic, code: str, text: str) -> None:
    """Keep the intention of a patient in their own words."""
    if (words := note_given(text)) is None:
        raise UsageError(_("An intention has words; nothing was recorded."))
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        stands = statement_rows.intentions(record, patient.patient_id)[-1:]
        if [row.words for row in stands] != [words]:
            record.append("patient.intended", Intended(patient.named_id, words))


def set_goal(clinic: Clinic, code: str, text: str) -> Mindset:
    """Keep one goal in the patient's own words; the one before it, and its scores, stay in the trail."""
    words = goal_words(text)
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        stands = statement_rows.goals(record, patient.patient_id)[-1:]
        if [row.words for row in stands] != [words]:
            record.append("patient.goal_set", GoalSet(patient.named_id, words))
    return show(clinic, code)


def score_goal(clinic: Clinic, code: str, score: int | str, taken: str | None = None) -> Mindset:
    """Keep how far the goal is lived, 0 to 10, at a day or time; now where none is said."""
    value = rating(_("the score"), score)
    if value is None:
        raise UsageError(_("A score is a whole number from 0 to 10; what was not asked is left out."))
    taken_ms, dated = (
        (clinic.clock.utc_ms(), False) if taken is None else clock.parse_moment(taken, clinic.settings.zone)
    )
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        goals = statement_rows.goals(record, patient.patient_id)
        if not goals:
            raise NotFound(
                _("No goal was set with {code}; `setsetting visit goal {code}` sets one.").format(code=patient.code)
            )
        said = clock.as_said(taken_ms, clinic.settings.zone, dated_only=dated)
        payload = GoalScored(patient.named_id, goals[-1].event_id, value, *said)
        record.append("patient.goal_scored", payload)
    return show(clinic, code)


def say_set(clinic: Clinic, code: str, ratings: Mapping[str, int | None], session_id: str | None = None) -> Mindset:
    """Keep what was said before an infusion, None for not asked; what is not named stays as it stands.

    It is of the session that runs, else of the next one today; with `session_id` of that one, afterwards.
    """
    before = show(clinic, code)
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        if session_id is None:
            of, stands = before.session_id, before.before
        else:
            row = rows.session(record, session_id)
            of, stands = row.session_id, said_before(record, row, clinic.settings.zone)
        known = {} if stands is None else stands.ratings
        now = {name: value for name, value in {**known, **ratings}.items() if value is not None}
        if now != known:
            record.append("patient.set_said", SetSaid(patient.named_id, now, of))
    return show(clinic, code)


def said_before(record: Record, row: SessionRow, zone: ZoneInfo) -> SetRow | None:
    """What was said before a session; None where nobody was asked."""
    held = rows.sessions(record, row.patient_id)
    return of_session(statement_rows.sets(record, row.patient_id), row, held, zone)


def of_session(said: Iterable[SetRow], row: SessionRow, held: Iterable[SessionRow], zone: ZoneInfo) -> SetRow | None:
    """The newest that was said of a session, or on its day before it and after the patient's infusion before."""
    earlier = (each.started_utc_ms for each in held if each.counts and each.started_utc_ms < row.started_utc_ms)
    after_ms = max(earlier, default=0)
    day = day_number(row.started_utc_ms, zone)
    found = [
        each
        for each in said
        if each.session_id == row.session_id
        or (
            each.session_id is None
            and after_ms < each.at_utc_ms <= row.started_utc_ms
            and day_number(each.at_utc_ms, zone) == day
        )
    ]
    return found[-1] if found else None


def newest_a_day(scores: Iterable[GoalScoreRow], zone: ZoneInfo) -> tuple[GoalScoreRow, ...]:
    """Of one goal and day the score that was said last: one that was mistyped is said again."""
    said_last = sorted(scores, key=lambda row: row.at_utc_ms)
    newest = {(row.goal_id, day_number(row.taken_ms, zone)): row for row in said_last}
    return tuple(sorted(newest.values(), key=lambda row: row.taken_ms))


def _to_come(said: Iterable[SetRow], held: Iterable[SessionRow], now_ms: Milliseconds, zone: ZoneInfo) -> SetRow | None:
    """What was said today for an infusion that has not begun."""
    after_ms = max((each.started_utc_ms for each in held), default=0)
    found = [
        each
        for each in said
        if each.session_id is None
        and each.at_utc_ms > after_ms
        and day_number(each.at_utc_ms, zone) == day_number(now_ms, zone)
    ]
    return found[-1] if found else None
