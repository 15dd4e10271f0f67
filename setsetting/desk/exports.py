"""Acts that hand forms and sessions on: from one verified state of the record, noted in the trail, and only then written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from setsetting.clinical import pcl5
from setsetting.desk.clinic import Clinic
from setsetting.desk.records import refuse_unsound
from setsetting.desk.written import refuse_unwritable
from setsetting.errors import Refused
from setsetting.exchange import written_files
from setsetting.exchange.columns import Handed, ToldForm, ToldSession
from setsetting.machine import files
from setsetting.record import form_rows, rows
from setsetting.record.exchange_kinds import ExportMade
from setsetting.record.form_rows import FormRow
from setsetting.record.log import Record
from setsetting.record.rows import PatientRow, SessionRow
from setsetting.units import Milliseconds
from setsetting.words.numbers import day_text, utc_text
from setsetting.words.translate import _


class Target(StrEnum):
    """For whom it is written."""

    CSV = "csv"
    JSONL = "jsonl"
    REDCAP = "redcap"
    FHIR = "fhir"


_WRITTEN: dict[Target, Callable[[Handed], dict[str, bytes]]] = {
    Target.CSV: written_files.csv_files,
    Target.JSONL: written_files.json_lines,
    Target.REDCAP: written_files.redcap_files,
    Target.FHIR: written_files.fhir_files,
}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and how many of what stand in it."""

    paths: tuple[Path, ...]
    patients: int
    forms: int
    sessions: int


def write(clinic: Clinic, target: Target, folder: Path, codes: Sequence[str] = (), *, replace: bool) -> Exported:
    """Write all forms and sessions that count, or those of some patients, into a folder, with a dictionary beside them.

    Nothing is written where one of the files may not be; that it was done is an event, the files' names are not in it.
    """
    names = _WRITTEN[target](Handed((), ()))
    if folder.exists() and not folder.is_dir():
        raise Refused(_("{path} is no folder; name a folder, several files are written.").format(path=folder))
    for name in names:
        refuse_unwritable(folder / name, replace=replace, clinic=clinic)
    with clinic.record() as record:
        with record.whole():
            refuse_unsound(clinic)
            wanted = {rows.patient(record, code).patient_id for code in codes}
            handed = _handed(clinic, record, wanted)
            if target is Target.FHIR:
                handed = Handed(handed.forms, ())
            counts = len(handed.codes), len(handed.forms), len(handed.sessions)
            told = ExportMade(str(target), record.head().hash, *counts, patient_ids=tuple(sorted(wanted)))
            record.append("export.made", told)
        files.private_dir(folder)
        for name, content in _WRITTEN[target](handed).items():
            files.write_whole(folder / name, content, replace=replace)
    return Exported(tuple(folder / name for name in names), *counts)


def _handed(clinic: Clinic, record: Record, wanted: set[str]) -> Handed:
    known = {row.patient_id: row for row in rows.patients(record) if not wanted or row.patient_id in wanted}
    forms = [_form(clinic, row, known[row.patient_id]) for row in form_rows.forms(record) if row.patient_id in known]
    held = [row for row in rows.sessions(record) if row.counts and row.patient_id in known]
    sessions = [_session(row, known[row.patient_id]) for row in held if row.ended_utc_ms is not None]
    return Handed(
        tuple(sorted(forms, key=lambda told: (told.code, told.form.taken_ms, told.form_id))),
        tuple(sorted(sessions, key=lambda told: (told.code, told.started, told.session_id))),
    )


def _form(clinic: Clinic, row: FormRow, whose: PatientRow) -> ToldForm:
    taken = day_text(row.form.taken_ms, clinic.settings.zone) if row.dated_only else _instant(row.form.taken_ms)
    simulated = row.simulated or whose.simulated
    scored = pcl5.score(row.form.items)
    return ToldForm(whose.code, row.form_id, row.form, taken, scored, row.corrections, simulated)


def _session(row: SessionRow, whose: PatientRow) -> ToldSession:
    setting = row.setting
    return ToldSession(
        code=whose.code,
        session_id=row.session_id,
        number=row.visit_no or 0,
        started=_instant(row.started_utc_ms),
        zero=_instant(row.started_utc_ms if row.zero_utc_ms is None else row.zero_utc_ms),
        ended=_instant(row.over_ms),
        infusion=row.planned if row.actual is None else row.actual,
        planned=row.planned,
        room=row.room,
        playlist=row.playlist or "",
        afterwards=row.entered_afterwards,
        fields={} if setting is None else setting.fields,
        taps={} if setting is None else setting.taps,
        note="" if setting is None else setting.note or "",
        simulated=row.simulated or whose.simulated,
    )


def _instant(at_ms: Milliseconds) -> str:
    """ISO 8601, UTC, to the millisecond where the second is not whole."""
    whole = utc_text(at_ms)
    return f"{whole[:-1]}.{at_ms % 1000:03}Z" if at_ms % 1000 else whole
