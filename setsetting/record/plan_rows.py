"""Soundscapes as they were accepted for patients' next visits, as typed rows.

The newest one accepted for a patient, and not taken back, is the plan until a visit that counts has played it: one that was closed with no
infusion begun gives it back. What became of the file and of what it was made from is not asked here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from setsetting.machine.database import StoredRow
from setsetting.record import corrections, rows, schema
from setsetting.record.log import Record
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan that waits for its visit; `file` is relative to the clinic folder where it lies in it."""

    patient_id: str
    since_utc_ms: Milliseconds
    sha256: str
    file: str
    playlist: str
    infusion_ms: Milliseconds
    seed: int
    playlist_digest: str
    library_digest: str
    wishes_digest: str
    event_id: str = ""


_ACCEPTED = f"""
SELECT a.lamport, a.device, a.seq, a.patient_id, v.at_utc_ms, a.sha256, a.file, a.playlist, a.infusion_ms, a.seed,
    a.playlist_digest, a.library_digest, a.wishes_digest, a.event_id
FROM soundscape_accepted a JOIN event v USING (device, seq) WHERE NOT {schema.taken_back("a.event_id")} ORDER BY a.lamport, a.device, a.seq"""


def plans(record: Record) -> dict[str, PlanRow]:
    """The plan of every patient who has one, by the patient's id."""
    who, newest = corrections.identities(record), dict[str, StoredRow]()
    for row in record.read(_ACCEPTED):
        newest[who.of(row["patient_id"])] = row
    return _waiting(record, newest) if newest else {}


def plan(record: Record, patient_id: str) -> PlanRow | None:
    """A patient's plan; None where none was accepted or the last was played."""
    return plans(record).get(patient_id)


def _waiting(record: Record, newest: Mapping[str, StoredRow]) -> dict[str, PlanRow]:
    """What no visit of its patient that counts has played since."""
    begun: dict[str, tuple[int | str, ...]] = {
        row[0]: tuple(row[1:]) for row in record.read("SELECT session_id, lamport, device, seq FROM session_started")
    }
    played: dict[tuple[str, str | None], list[tuple[int | str, ...]]] = {}
    for row in rows.sessions(record):
        if row.counts and row.session_id in begun:
            played.setdefault((row.patient_id, row.soundscape), []).append(begun[row.session_id])
    return {
        patient_id: PlanRow(patient_id, *tuple(row)[4:])
        for patient_id, row in newest.items()
        if all(at < tuple(row)[:3] for at in played.get((patient_id, row["sha256"]), ()))
    }
