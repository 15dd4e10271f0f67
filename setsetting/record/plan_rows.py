"""Soundscapes as they were accepted for patients' next visits, as typed rows.

The newest one accepted for a patient is the plan, until a visit that counts has played it. What became of the file
and of what it was made from is not asked here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from setsetting.machine.database import StoredRow
from setsetting.record import rows
from setsetting.record.log import Record
from setsetting.record.rows import SessionRow
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


_ACCEPTED = """
SELECT a.lamport, a.device, a.seq, a.patient_id, v.at_utc_ms, a.sha256, a.file, a.playlist, a.infusion_ms, a.seed,
    a.playlist_digest, a.library_digest, a.wishes_digest
FROM soundscape_accepted a JOIN event v USING (device, seq)
WHERE NOT EXISTS (SELECT 1 FROM soundscape_accepted o WHERE o.patient_id = a.patient_id
    AND (o.lamport, o.device, o.seq) > (a.lamport, a.device, a.seq))"""


def plans(record: Record) -> dict[str, PlanRow]:
    """The plan of every patient who has one, by the patient's id."""
    accepted = record.read(_ACCEPTED)
    return _waiting(record, accepted, rows.sessions(record)) if accepted else {}


def plan(record: Record, patient_id: str) -> PlanRow | None:
    """A patient's plan; None where none was accepted or the last was played."""
    accepted = record.read(f"{_ACCEPTED} AND a.patient_id = ?", [patient_id])
    return _waiting(record, accepted, rows.sessions(record, patient_id)).get(patient_id) if accepted else None


def _waiting(record: Record, accepted: Iterable[StoredRow], held: Iterable[SessionRow]) -> dict[str, PlanRow]:
    """What no visit of its patient that counts has played since."""
    begun: dict[str, tuple[int | str, ...]] = {
        row[0]: tuple(row[1:]) for row in record.read("SELECT session_id, lamport, device, seq FROM session_started")
    }
    played: dict[tuple[str, str | None], list[tuple[int | str, ...]]] = {}
    for row in held:
        if row.counts and row.session_id in begun:
            played.setdefault((row.patient_id, row.soundscape), []).append(begun[row.session_id])
    return {
        row["patient_id"]: PlanRow(*tuple(row)[3:])
        for row in accepted
        if all(at < tuple(row)[:3] for at in played.get((row["patient_id"], row["sha256"]), ()))
    }
