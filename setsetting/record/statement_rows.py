"""What was said of patients outside forms and sessions, as typed rows: the newest statement that was not withdrawn stands.

Two patients made one have what was said of either, and the newest of both stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from setsetting.clinical.agreements import Agreement, Agreements
from setsetting.machine.database import StoredRow
from setsetting.record import corrections, schema
from setsetting.record.log import Record
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class Statement:
    """Who said it (a random id) and when; `event_id` is what a withdrawal corrects."""

    event_id: str
    patient_id: str
    at_utc_ms: Milliseconds
    actor: str


@dataclass(frozen=True, slots=True)
class AgreementsRow(Statement):
    agreements: Agreements


@dataclass(frozen=True, slots=True)
class WordsRow(Statement):
    """Something in the patient's own words: an intention, a goal."""

    words: str


@dataclass(frozen=True, slots=True)
class GoalScoreRow(Statement):
    """A goal's score, 0 to 10, with the goal's words; of one that was withdrawn or erased none are left."""

    goal_id: str
    words: str | None
    score: int
    taken_ms: Milliseconds
    dated_only: bool


@dataclass(frozen=True, slots=True)
class SetRow(Statement):
    """What was said before an infusion, by the scale's name; one that is absent was not asked."""

    ratings: dict[str, int]
    session_id: str | None


def agreements(record: Record, patient_id: str) -> list[AgreementsRow]:
    """All that was agreed with a patient and not withdrawn, oldest first: the last of them stands."""
    return [
        AgreementsRow(*said, Agreements(**{str(each): row[each] for each in Agreement}))
        for said, row in _told(record, "patient_agreed", patient_id)
    ]


def intentions(record: Record, patient_id: str) -> list[WordsRow]:
    """A patient's intentions, oldest first: the last stands."""
    return [WordsRow(*said, row["words"]) for said, row in _told(record, "patient_intended", patient_id)]


def goals(record: Record, patient_id: str) -> list[WordsRow]:
    """A patient's goals, oldest first: the last stands."""
    return [WordsRow(*said, row["words"]) for said, row in _told(record, "patient_goal_set", patient_id)]


def goal_scores(record: Record, patient_id: str) -> list[GoalScoreRow]:
    """The scores of a patient's goals, by the time at which they were said."""
    words = {row.event_id: row.words for row in goals(record, patient_id)}
    found = [
        GoalScoreRow(
            *said, row["goal_id"], words.get(row["goal_id"]), row["score"], row["taken_utc_ms"], bool(row["dated_only"])
        )
        for said, row in _told(record, "patient_goal_scored", patient_id)
    ]
    return sorted(found, key=lambda row: row.taken_ms)


def sets(record: Record, patient_id: str) -> list[SetRow]:
    """What a patient said before infusions, oldest first."""
    return [
        SetRow(*said, msgspec.json.decode(row["ratings"]), row["session_id"])
        for said, row in _told(record, "patient_set_said", patient_id)
    ]


def _told(
    record: Record, table: str, patient_id: str
) -> Iterator[tuple[tuple[str, str, Milliseconds, str], StoredRow]]:
    """The statements of one kind that were not withdrawn, in their order of cause, and who said each and when."""
    known = corrections.identities(record)
    found = record.read(
        f"SELECT s.*, e.at_utc_ms, e.actor FROM {table} s JOIN event e USING (device, seq)"
        f" WHERE {schema.of_patient('s')} AND NOT {schema.withdrawn('s.event_id')} ORDER BY s.lamport, s.device, s.seq",
        [known.asked(patient_id)],
    )
    for row in found:
        yield (row["event_id"], known.of(row["patient_id"]), row["at_utc_ms"], row["actor"]), row
