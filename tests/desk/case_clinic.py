"""A clinic whose record holds the published case of the linkage: 24 simulated patients, six sessions each."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

from setsetting.desk import clinic
from setsetting.desk.clinic import Clinic
from setsetting.record import kinds
from setsetting.record.log import Draft
from setsetting.units import Milliseconds

CASES = Path(__file__).parents[1] / "cases"
FIRST = datetime(2025, 1, 6, 12, tzinfo=UTC)
PLANNED = (kinds.StoredSegment(Milliseconds(0), Milliseconds(2_400_000)),)
WORN = {"1": "throughout", "0": "not offered"}


def rows_of(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def made(folder: Path, patients: int = 24, *, simulated: bool = False) -> Clinic:
    """Write the case into a new clinic's record: eye shades throughout where it is exposed, not offered where not."""
    new = clinic.init(folder)
    sessions, scores = rows_of("linkage_sessions.csv"), rows_of("linkage_scores.csv")
    codes = list(dict.fromkeys(row["patient"] for row in sessions))[:patients]
    drafts = [Draft("patient.added", kinds.PatientAdded(code, code, simulated), f"added-{code}") for code in codes]
    drafts += [draft for row in sessions if row["patient"] in codes for draft in session_of(row)]
    drafts += [form_of(row["patient"], int(row["day"]), int(row["pcl5"])) for row in scores if row["patient"] in codes]
    with new.record() as record:
        record.append_all(drafts)
    return new


def at_ms(day: int, hour: int = 0) -> Milliseconds:
    return Milliseconds(round((FIRST + timedelta(days=day, hours=hour)).timestamp() * 1000))


def session_of(row: dict[str, str]) -> list[Draft]:
    session_id, began = f"{row['patient']}-{row['session_no']}", at_ms(int(row["day"]))
    over = Milliseconds(began + 2_400_000)
    started = kinds.SessionStarted(session_id, row["patient"], int(row["session_no"]), began, PLANNED, "room-1")
    fields = {"eye_shades": WORN[row["exposed"]], "people_present": "facilitator, companion", "interruptions": "2"}
    return [
        Draft("session.started", started, f"{session_id}-started"),
        Draft("session.acted", kinds.SessionActed(session_id, "infusion-start")),
        Draft("session.setting_logged", kinds.SettingLogged(session_id, fields, {})),
        Draft("session.ended", kinds.SessionEnded(session_id, over, PLANNED)),
        Draft("session.closed", kinds.SessionClosed(session_id)),
    ]


def form_of(patient: str, day: int, total: int, recall: str = "week", form_id: str = "") -> Draft:
    items = tuple(min(4, max(0, total - 4 * place)) for place in range(20))
    form_id = form_id or f"{patient}-{recall}-{day}"
    return Draft("form.entered", kinds.FormEntered(form_id, patient, items, recall, at_ms(day, -6)))
