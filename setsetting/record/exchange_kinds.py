"""Events of what came in from other programs, and of what was written for them.

What an import brought names it in `imported` (a patient, a form, a session, a total), so that one event withdraws the whole.
"""

from setsetting.record.kinds import Payload


class ImportTaken(Payload, frozen=True):
    """A file was taken in, whole; its name stays out of the trail, its digest and that of its mapping stand here.

    `source` is csv, redcap or fhir; the rest counts what was recorded, and what stood already and was left as it is.
    """

    import_id: str
    sha256: str
    source: str
    mapping: str
    patients: int
    forms: int
    sessions: int
    stood: int
    totals: int = 0


class ImportWithdrawn(Payload, frozen=True):
    """Corrects an `import.taken`: nothing of it counts; `patients` are those it added of whom nothing else was told."""

    import_id: str
    reason: str
    patients: tuple[str, ...] = ()


class ExportMade(Payload, frozen=True):
    """Forms and sessions were written for other programs, of `patient_ids` or of all; the files' names stay out of the trail."""

    target: str
    head: str
    patients: int
    forms: int
    sessions: int
    patient_ids: tuple[str, ...] = ()
    totals: int = 0
