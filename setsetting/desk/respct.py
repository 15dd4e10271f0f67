"""The filled ReSPCT table, of the clinic or of one session, as a CSV file for a paper's supplement."""

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from setsetting.desk import counted
from setsetting.desk.clinic import Clinic
from setsetting.desk.clinic_review import logged_session
from setsetting.desk.reports import noted
from setsetting.exchange.formulas import neutral
from setsetting.record import rows
from setsetting.record.kinds import ReportMade
from setsetting.record.log import Record
from setsetting.review.respct import LIST_VERSION, RespctRow, respct_rows
from setsetting.words.translate import _

HEAD = ("item", "name", "label", "value", "sessions", "known_in", "list")


def table(clinic: Clinic, session_id: str | None, out: Path, *, replace: bool) -> Path:
    """Write the table of every session counted, or of one whose id may be shortened; that it was made is noted."""

    def made(record: Record) -> tuple[ReportMade, str]:
        if session_id is None:
            held, patient_id = list(counted.read(clinic, record).sessions), None
        else:
            held = [rows.session(record, session_id)]
            patient_id = held[0].patient_id
        told = respct_rows(map(logged_session, held))
        note = _("simulated") if held and all(row.simulated for row in held) else ""
        return ReportMade(patient_id, "respct", record.head().hash), _csv(told, note)

    return noted(clinic, out, made, replace=replace)


def _csv(told: Iterable[RespctRow], note: str) -> str:
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(HEAD)
    lines.writerows(_rows(told, " ".join(filter(None, (LIST_VERSION, note)))))
    return written.getvalue()


def _rows(told: Iterable[RespctRow], version: str) -> Iterator[list[str]]:
    for row in told:
        cells = (row.respct, row.name, row.label, row.value, row.sessions, row.known, version)
        yield [neutral(str(cell)) for cell in cells]
