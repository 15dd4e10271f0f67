"""Soundscapes as they were accepted for patients' next visits, as typed rows.

The newest one accepted for a patient is the plan, until a visit that counts has played it. What became of the file
and of what it was made from is not asked here.
"""

from dataclasses import dataclass

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


_PLANS = """
SELECT a.patient_id, v.at_utc_ms AS since_utc_ms, a.sha256, a.file, a.playlist, a.infusion_ms, a.seed,
    a.playlist_digest, a.library_digest, a.wishes_digest
FROM soundscape_accepted a JOIN event v USING (device, seq)
WHERE NOT EXISTS (SELECT 1 FROM soundscape_accepted o WHERE o.patient_id = a.patient_id
        AND (o.lamport, o.device, o.seq) > (a.lamport, a.device, a.seq))
    AND NOT EXISTS (SELECT 1 FROM session_started s WHERE s.patient_id = a.patient_id AND s.soundscape = a.sha256
        AND NOT s.rehearsal AND (s.lamport, s.device, s.seq) > (a.lamport, a.device, a.seq))"""


def plans(record: Record) -> dict[str, PlanRow]:
    """The plan of every patient who has one, by the patient's id."""
    return {row["patient_id"]: PlanRow(**dict(row)) for row in record.read(_PLANS)}


def plan(record: Record, patient_id: str) -> PlanRow | None:
    """A patient's plan; None where none was accepted or the last was played."""
    found = record.read(f"{_PLANS} AND a.patient_id = ?", [patient_id])
    return PlanRow(**dict(found[0])) if found else None
