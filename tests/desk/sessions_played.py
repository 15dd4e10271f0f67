"""Sessions at the desk as tests ask for them, play them and close them."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from session_clinic import CODE, plan, script

from setsetting.clinical.setting_file import SettingLog
from setsetting.desk import closing, patients, sessions
from setsetting.desk.clinic import Clinic
from setsetting.record import rows
from setsetting.record.log import Record
from setsetting.record.rows import SessionRow


def quiet(words: str) -> None:
    """Listen to nothing."""


def noted(record: Record, session_id: str) -> list[str]:
    """What the player journalled in a session, in the order of the record."""
    events = record.events(kind="session.noted", session_id=session_id)
    return [json.loads(event.payload)["what"] for event in events]


def asked(
    clinic: Clinic, *lines: str, output: str = "fast", capture: Path | None = None, code: str = CODE
) -> sessions.SessionRequest:
    walk = script(clinic, *lines) if lines else None
    known = code in {view.code for view in patients.listing(clinic)}
    return sessions.SessionRequest(
        plan(clinic, code if known else None), code, output=output, capture=capture, script=walk, rehearsal=False
    )


def play(clinic: Clinic, wanted: sessions.SessionRequest, say: Callable[[str], None] = quiet) -> str:
    """Play a whole session in fast time; return its id."""
    started = sessions.start(clinic, wanted, say=say)
    sessions.stay(started.live, started.lines, say)
    return started.session_id


def brief(clinic: Clinic, *lines: str, code: str = CODE, say: Callable[[str], None] = quiet) -> str:
    """A session that fades out after a quarter of a minute; its music was heard by nobody for long."""
    return play(clinic, asked(clinic, *lines, "-0.4 fade-out 1", code=code), say)


def another(clinic: Clinic, code: str) -> str:
    patients.add(clinic, code)
    return code


def row(clinic: Clinic, session_id: str) -> SessionRow:
    with clinic.record() as record:
        return rows.session(record, session_id)


def close(clinic: Clinic, answers: SettingLog | None = None) -> SessionRow:
    prepared = closing.prepare_close(clinic, None, quiet)
    closing.close(clinic, prepared, answers)
    return row(clinic, prepared.session_id)


def until(true: Callable[[], bool], within_s: float = 60.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.05)


def command(clinic: Clinic, *words: str) -> list[str]:
    return [sys.executable, "-m", "setsetting", "--clinic", str(clinic.folder), *words]


def left_in(clinic: Clinic) -> list[str]:
    """The processes that name this clinic's folder, this one left out."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(clinic.folder) in words and "setsetting" in words:
            found.append(words)
    return found
