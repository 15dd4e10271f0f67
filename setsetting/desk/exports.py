"""Acts that hand forms, sessions and totals of other scales on: from one verified state of the record, noted in the trail, and only then written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced
from enum import StrEnum
from pathlib import Path

from setsetting.clinical import pcl5
from setsetting.desk.clinic import Clinic
from setsetting.desk.records import refuse_unsound
from setsetting.desk.written import refuse_unwritable
from setsetting.errors import Refused
from setsetting.exchange import parquet, written_files
from setsetting.exchange.beside import AskedQuestion, BesideForm
from setsetting.exchange.columns import Handed, ToldForm, ToldSession, ToldTotal
from setsetting.machine import files
from setsetting.record import corrections, form_rows, rows, scale_rows, session_clock
from setsetting.record.exchange_kinds import ExportMade
from setsetting.record.form_rows import FormRow
from setsetting.record.kinds import MinuteCorrected
from setsetting.record.log import Record
from setsetting.record.rows import PatientRow, SessionRow
from setsetting.record.scale_rows import ScaleRow
from setsetting.units import Milliseconds
from setsetting.words.numbers import day_text, utc_text
from setsetting.words.translate import _


class Target(StrEnum):
    """For whom it is written."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    REDCAP = "redcap"
    FHIR = "fhir"


_WRITTEN: dict[Target, Callable[[Handed], dict[str, bytes]]] = {
    Target.CSV: written_files.csv_files,
    Target.JSONL: written_files.json_lines,
    Target.PARQUET: parquet.parquet_files,
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
    totals: int


def write(clinic: Clinic, target: Target, folder: Path, codes: Sequence[str] = (), *, replace: bool) -> Exported:
    """Write all forms, sessions and totals that count, or those of some patients, into a folder, with a dictionary beside them.

    Nothing is written where one of the files may not be; that it was done is an event, the files' names are not in it.
    """
    names = _WRITTEN[target](Handed())
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
                handed = replaced(handed, sessions=())
            counts = len(handed.codes), len(handed.forms), len(handed.sessions)
            totals, named = len(handed.totals), tuple(sorted(wanted))
            told = ExportMade(str(target), record.head().hash, *counts, patient_ids=named, totals=totals)
            record.append("export.made", told)
        files.private_dir(folder)
        for name, content in _WRITTEN[target](handed).items():
            files.write_whole(folder / name, content, replace=replace)
    return Exported(tuple(folder / name for name in names), *counts, totals)


def _handed(clinic: Clinic, record: Record, wanted: set[str]) -> Handed:
    known = {row.patient_id: row for row in rows.patients(record) if not wanted or row.patient_id in wanted}
    forms = [_form(clinic, row, known[row.patient_id]) for row in form_rows.forms(record) if row.patient_id in known]
    held = [row for row in rows.sessions(record) if row.counts and row.patient_id in known]
    minutes = corrections.of_sessions(record).minutes
    sessions = [
        _session(row, known[row.patient_id], _began_ms(record, row, minutes.get(row.session_id, {})))
        for row in held
        if row.ended_utc_ms is not None
    ]
    noted = [row for row in scale_rows.totals(record) if row.patient_id in known]
    totals = [_total(clinic, row, known[row.patient_id]) for row in noted]
    return Handed(
        tuple(sorted(forms, key=lambda told: (told.code, told.form.taken_ms, told.form_id))),
        tuple(sorted(sessions, key=lambda told: (told.code, told.started, told.session_id))),
        tuple(sorted(totals, key=lambda told: (told.code, told.scale, told.taken, told.total_id))),
    )


def _form(clinic: Clinic, row: FormRow, whose: PatientRow) -> ToldForm:
    taken = _taken(clinic, row.form.taken_ms, dated_only=row.dated_only)
    simulated, second = row.simulated or whose.simulated, row.second
    beside = BesideForm(
        row.by_patient,
        None if row.keyed is None else row.keyed.items,
        None if second is None else second.upheld,
        tuple(
            AskedQuestion(each.question, None if each.answer is None else each.answer.reason) for each in row.queries
        ),
    )
    scored = pcl5.score(row.form.items)
    return ToldForm(whose.code, row.form_id, row.form, taken, scored, row.corrections, simulated, beside)


def _total(clinic: Clinic, row: ScaleRow, whose: PatientRow) -> ToldTotal:
    taken = _taken(clinic, row.taken_ms, dated_only=row.dated_only)
    return ToldTotal(whose.code, row.event_id, taken, row.scale, row.total, row.lowest, row.highest, whose.simulated)


def _taken(clinic: Clinic, at_ms: Milliseconds, *, dated_only: bool) -> str:
    return day_text(at_ms, clinic.settings.zone) if dated_only else _instant(at_ms)


def _began_ms(record: Record, row: SessionRow, minutes: Mapping[str, MinuteCorrected]) -> Milliseconds:
    """When the infusion of a session began, UTC, as it stands: late, early and told afterwards too."""
    planned_ms = row.started_utc_ms if row.zero_utc_ms is None else row.zero_utc_ms
    if row.entered_afterwards:
        return planned_ms
    return Milliseconds(planned_ms + (session_clock.session_clock(record, row.session_id, minutes).zero_ms or 0))


def _session(row: SessionRow, whose: PatientRow, began_ms: Milliseconds) -> ToldSession:
    setting, ran = row.setting, row.planned if row.actual is None else row.actual
    return ToldSession(
        code=whose.code,
        session_id=row.session_id,
        number=row.visit_no or 0,
        started=_instant(row.started_utc_ms),
        zero=_instant(began_ms),
        ended=_instant(
            max(row.over_ms, Milliseconds(began_ms + ran.end_ms))
        ),  # in fast time the clock's end, not the wall's
        infusion=ran,
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
