"""Imports as they were taken, as typed rows: how many of their forms and sessions, and whether they stand."""

from dataclasses import dataclass

from setsetting import errors
from setsetting.record.corrections import Correction, imports_withdrawn
from setsetting.record.log import Record
from setsetting.units import Milliseconds
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import; `event_id` is what its withdrawal corrects, `withdrawn` says that nothing of it counts."""

    import_id: str
    event_id: str
    at_utc_ms: Milliseconds
    sha256: str
    source: str
    patients: int
    forms: int
    sessions: int
    totals: int
    stood: int
    withdrawn: Correction | None


_TAKEN = """
SELECT t.import_id, t.event_id, e.at_utc_ms, t.sha256, t.source, t.patients, t.forms, t.sessions, t.totals, t.stood
FROM import_taken t JOIN event e USING (device, seq) ORDER BY t.lamport, t.device, t.seq"""


def imports(record: Record) -> list[ImportRow]:
    """Every import, oldest first, those that were withdrawn too."""
    withdrawn = imports_withdrawn(record)
    return [ImportRow(**dict(row), withdrawn=withdrawn.get(row["import_id"])) for row in record.read(_TAKEN)]


def named(record: Record, import_id: str) -> ImportRow:
    """One import, whose id may be shortened while it is unambiguous; raises NotFound."""
    known = {row.import_id: row for row in imports(record)}
    return known[errors.begun(_("import"), import_id, known)]


def added(record: Record, import_id: str) -> list[str]:
    """The ids of the patients whom an import added."""
    return [row[0] for row in record.read("SELECT patient_id FROM patient_added WHERE imported = ?", [import_id])]


_OF_FORMS = "".join(
    f"""
    AND NOT EXISTS (SELECT 1 FROM {table} x JOIN form_entered f USING (form_id)
        WHERE (x.device, x.seq) = (e.device, e.seq) AND f.imported = ?2)"""
    for table in ("form_queried", "form_query_answered", "form_keyed_again", "form_upheld")
)
_BESIDES = f"""
SELECT 1 FROM event e WHERE e.subject = ?1 AND e.kind <> 'patient.added'
    AND NOT EXISTS (SELECT 1 FROM form_entered f WHERE (f.device, f.seq) = (e.device, e.seq) AND f.imported = ?2)
    AND NOT EXISTS (SELECT 1 FROM session_started s WHERE (s.device, s.seq) = (e.device, e.seq) AND s.imported = ?2)
    AND NOT EXISTS (SELECT 1 FROM session_ended x JOIN session_started s USING (session_id)
        WHERE (x.device, x.seq) = (e.device, e.seq) AND s.imported = ?2)
    AND NOT EXISTS (SELECT 1 FROM session_setting_logged x JOIN session_started s USING (session_id)
        WHERE (x.device, x.seq) = (e.device, e.seq) AND s.imported = ?2)
    AND NOT EXISTS (SELECT 1 FROM session_closed x JOIN session_started s USING (session_id)
        WHERE (x.device, x.seq) = (e.device, e.seq) AND s.imported = ?2)
    AND NOT EXISTS (SELECT 1 FROM patient_scale_noted n WHERE (n.device, n.seq) = (e.device, e.seq) AND n.imported = ?2)
{_OF_FORMS}
LIMIT 1"""


def told_besides(record: Record, patient_id: str, import_id: str) -> bool:
    """Whether anything was told of a patient but by this import."""
    return bool(record.read(_BESIDES, [patient_id, import_id]))
