"""How much CPU it takes to list many patients: whole command processes, `patient list` and the day's list.

The record is made for it: each patient has forms, sessions from the room with their setting, and tracks that were
heard. Beside the seconds stands the ratio to a bare peer in a process of its own: Python's sqlite3 reading every row
that the list is made from, and making nothing of it.

    python benchmarks/listing.py [--patients N] [--each N] [--played N] [--rounds N]
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import keep_byte_code

from setsetting.desk.clinic import Clinic, init
from setsetting.record.kinds import (
    FormEntered,
    PatientAdded,
    SessionActed,
    SessionClosed,
    SessionEnded,
    SessionStarted,
    SettingLogged,
    SoundPlayed,
    StoredSegment,
    TrackVetoed,
)
from setsetting.record.log import Draft
from setsetting.units import Milliseconds

LIST_CPU_S = 0.5
DAY_MS = Milliseconds(24 * 60 * 60 * 1000)
PLANNED = (StoredSegment(Milliseconds(0), Milliseconds(2_400_000)),)
TODAY = "import sys; from pathlib import Path; from setsetting.desk import clinic, today; today.today(clinic.open_clinic(Path(sys.argv[1])))"
PEER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
for table in ("patient_added", "patient_vetoed", "form_entered", "session_started", "session_acted", "session_ended",
              "session_closed", "session_setting_logged", "session_played"):
    connection.execute(f"SELECT * FROM {table}").fetchall()
"""


def _course(clinic: Clinic, number: int, each: int, played: int) -> list[Draft]:
    patient_id = f"patient-{number}"
    drafts = [
        Draft("patient.added", PatientAdded(patient_id, f"K-{number:04}")),
        Draft("patient.vetoed", TrackVetoed(patient_id, "tag", "choir")),
    ]
    first_ms = clinic.clock.utc_ms() - (each + 1) * 7 * DAY_MS
    for visit in range(each):
        at_ms, session_id = Milliseconds(first_ms + visit * 7 * DAY_MS), f"session-{number}-{visit}"
        items = tuple((number + visit + item) % 5 for item in range(20))
        form = FormEntered(f"form-{number}-{visit}", patient_id, items, "week", Milliseconds(at_ms + 3 * DAY_MS))
        drafts += [
            Draft("form.entered", form),
            Draft("session.started", SessionStarted(session_id, patient_id, visit + 1, at_ms, PLANNED, "room-1")),
            *(
                Draft("session.acted", SessionActed(session_id, act))
                for act in ("infusion-start", "duck", "duck", "next", "volume", "infusion-stop")
            ),
            *(
                Draft(
                    "session.played",
                    SoundPlayed(
                        session_id, f"cue-{n}", f"{visit * played + n:064}", "peak", at_ms, Milliseconds(90_000)
                    ),
                )
                for n in range(played)
            ),
            Draft("session.setting_logged", SettingLogged(session_id, {"lighting": "dim"}, {"liking": 7})),
            Draft("session.ended", SessionEnded(session_id, Milliseconds(at_ms + 2_400_000), PLANNED)),
            Draft("session.closed", SessionClosed(session_id)),
        ]
    return drafts


def _cpu_s(words: list[str]) -> float:
    before = os.times()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def main() -> int:
    """Measure, print, and fail where a list takes longer than it may."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--patients", type=int, default=600)
    asked.add_argument("--each", type=int, default=6, help="forms and sessions of each patient")
    asked.add_argument("--played", type=int, default=12, help="tracks heard in each session")
    asked.add_argument("--rounds", type=int, default=5)
    arguments = asked.parse_args()
    keep_byte_code()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        clinic = init(Path(folder) / "clinic")
        with clinic.record() as record:
            for number in range(arguments.patients):
                record.append_all(_course(clinic, number, arguments.each, arguments.played))
        ours = [sys.executable, "-m", "setsetting", "--clinic", str(clinic.folder), "patient", "list"]
        commands = {
            "bare sqlite3, the same rows": [sys.executable, "-c", PEER, str(clinic.folder / "record.db")],
            "patient list": ours,
            "patient list --json": [*ours, "--json"],
            "the day's list": [sys.executable, "-c", TODAY, str(clinic.folder)],
            "setsetting --version": [sys.executable, "-m", "setsetting", "--version"],
        }
        # round by round, so that all meet the same machine
        rounds = [{name: _cpu_s(words) for name, words in commands.items()} for _n in range(arguments.rounds)]
    least = {name: min(each[name] for each in rounds) for name in commands}
    peer = least["bare sqlite3, the same rows"]
    what = f"{arguments.patients} patients, {arguments.each} forms and sessions each, {arguments.played} tracks heard in each"
    print(f"{what}; CPU seconds of a whole process, the least of {arguments.rounds}")
    for name, cpu_s in least.items():
        print(f"{name:28} {cpu_s:5.2f} s   x {cpu_s / peer:4.1f}")
    return 0 if max(least["patient list"], least["the day's list"]) <= LIST_CPU_S else 1


if __name__ == "__main__":
    sys.exit(main())
