"""What was said of patients outside forms and sessions, as typed rows: the newest statement that was not withdrawn stands.

Two patients made one have what was said of either, and the newest of both stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from setsetting.clinical.agreements import Agreement, Agreements
from setsetting.clinical.visits import Reflection, VisitKind
from setsetting.machine.database import StoredRow
from setsetting.record import cells, corrections, schema
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
class PreferenceRow(Statement):
    """A wish about an artist, tag or track; a familiar track that was offered and not wanted has no `value`."""

    wish: str
    what: str
    value: str


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


@dataclass(frozen=True, slots=True)
class VisitRow(Statement):
    """A visit that was planned, or held without a session; `visit_id` of a planned one is its event."""

    visit_id: str
    kind: VisitKind
    at_ms: Milliseconds
    dated_only: bool
    minutes: int | None = None
    reflection: Reflection | None = None


@dataclass(frozen=True, slots=True)
class EndRow(Statement):
    """The end of a course; `reason` is None where none is known."""

    finished: bool
    on_ms: Milliseconds
    reason: str | None


def agreements(record: Record, patient_id: str) -> list[AgreementsRow]:
    """All that was agreed with a patient and not withdrawn, oldest first: the last of them stands."""
    return [
        AgreementsRow(*said, Agreements(**{str(each): row[each] for each in Agreement}))
        for said, row in _told(record, "patient_agreed", patient_id)
    ]


def intentions(record: Record, patient_id: str) -> list[WordsRow]:
    """A patient's intentions, oldest first: the last stands."""
    return [WordsRow(*said, row["words"]) for said, row in _told(record, "patient_intended", patient_id)]


def preferences(record: Record, patient_id: str | None = None) -> list[PreferenceRow]:
    """What was wished and not withdrawn, oldest first; wishes unite, and one that was said twice is there twice."""
    return [
        PreferenceRow(*said, row["wish"], row["what"], row["value"])
        for said, row in _told(record, "patient_preferred", patient_id)
    ]


def goals(record: Record, patient_id: str | None = None) -> list[WordsRow]:
    """Goals, of one patient or of all, oldest first: a patient's last stands."""
    return [WordsRow(*said, row["words"]) for said, row in _told(record, "patient_goal_set", patient_id)]


def goal_scores(record: Record, patient_id: str | None = None) -> list[GoalScoreRow]:
    """The scores of goals, of one patient or of all, by the time at which they were said."""
    words = {row.event_id: row.words for row in goals(record, patient_id)}
    found = [
        GoalScoreRow(
            *said,
            row["goal_id"],
            words.get(row["goal_id"]),
            row["score"],
            *cells.moment(row["taken_utc_ms"], row["day"], record.zone),
        )
        for said, row in _told(record, "patient_goal_scored", patient_id)
    ]
    return sorted(found, key=lambda row: row.taken_ms)


def sets(record: Record, patient_id: str) -> list[SetRow]:
    """What a patient said before infusions, oldest first."""
    return [
        SetRow(*said, cells.nested(row["ratings"], dict[str, int]), row["session_id"])
        for said, row in _told(record, "patient_set_said", patient_id)
    ]


def planned(record: Record, patient_id: str | None = None) -> list[VisitRow]:
    """Visits that are planned and not called off, of one patient or of all, by their time."""
    found = [
        VisitRow(*said, said[0], cells.word(VisitKind, row["visit"]), *_at(record, row))
        for said, row in _told(record, "visit_planned", patient_id)
    ]
    return sorted(found, key=lambda row: row.at_ms)


def held(record: Record, patient_id: str | None = None) -> list[VisitRow]:
    """Preparations and integrations that were held, as they were said last, by their time."""
    words = {
        row["visit_id"]: cells.nested(row["words"], dict[str, str])
        for _said, row in _told(record, "visit_reflected", patient_id)
    }
    newest = dict[str, VisitRow]()
    for said, row in _told(record, "visit_held", patient_id):
        newest[row["visit_id"]] = VisitRow(
            *said,
            row["visit_id"],
            cells.word(VisitKind, row["visit"]),
            *_at(record, row),
            row["minutes"],
            Reflection(words.get(row["visit_id"], {}), row["psychotherapy"]),
        )
    return sorted(newest.values(), key=lambda row: row.at_ms)


def ends(record: Record, patient_id: str | None = None) -> list[EndRow]:
    """How courses ended, oldest first: the last of a patient stands."""
    return [
        EndRow(*said, bool(row["finished"]), cells.moment(row["on_utc_ms"], row["day"], record.zone)[0], row["reason"])
        for said, row in _told(record, "course_ended", patient_id)
    ]


def _at(record: Record, row: StoredRow) -> tuple[Milliseconds, bool]:
    return cells.moment(row["at_utc_ms"], row["day"], record.zone)


def _told(
    record: Record, table: str, patient_id: str | None
) -> Iterator[tuple[tuple[str, str, Milliseconds, str], StoredRow]]:
    """The statements of one kind that were not withdrawn, in their order of cause, and who said each and when."""
    known = corrections.identities(record)
    found = record.read(
        f"SELECT s.*, e.at_utc_ms AS said_utc_ms, e.actor FROM {table} s JOIN event e USING (device, seq)"
        f" WHERE {schema.of_patient('s')} AND NOT {schema.withdrawn('s.event_id')} ORDER BY s.lamport, s.device, s.seq",
        [known.asked(patient_id)],
    )
    for row in found:
        yield (row["event_id"], known.of(row["patient_id"]), row["said_utc_ms"], row["actor"]), row
