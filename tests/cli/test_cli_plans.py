"""The plan of a patient's next visit as commands have it: accepted, looked at, stale, played and used up."""

import json
from pathlib import Path

import pytest
import session_clinic
from command_line import CommandLine

from setsetting.desk import clinic as clinics

CODE = session_clinic.CODE
START = ("session", "start", "--patient", CODE, "--output", "fast")
PLAN = ("soundscape", "plan", "--patient", CODE, "--json")


@pytest.fixture
def tonight(run: CommandLine) -> str:
    return run("soundscape", "build", "--playlist", "short", "--minutes", "5", "--patient", CODE).out.strip()


def accept(run: CommandLine, file: str | Path) -> None:
    assert run("soundscape", "accept", file, "--patient", CODE, "--json").json["state"] == "ready"


def reasons(run: CommandLine) -> str:
    """Why the plan is stale."""
    plan = run(*PLAN).json
    assert plan["state"] == "stale"
    return " ".join(plan["reasons"])


def test_without_a_plan_a_start_says_what_to_do(run: CommandLine) -> None:
    assert run(*PLAN).json == {"file": None, "state": "none", "reasons": []}
    assert run("soundscape", "plan", "--patient", CODE).out == "none\n"
    run.refused(*START, says=f"setsetting soundscape accept FILE --patient {CODE}")
    run.refused("soundscape", "plan", "--patient", "K-0418", says="Did you mean 'K-0417'?")


def test_an_accepted_plan_is_played_by_the_patient_s_visit_and_used_up_by_it(
    run: CommandLine, clinic: Path, tonight: str
) -> None:
    accept(run, tonight)
    file = str(Path(tonight).relative_to(clinic))
    assert run(*PLAN).json == {"file": file, "state": "ready", "reasons": []}
    assert CODE not in Path(tonight).read_text()
    assert run("soundscape", "plan", "--patient", CODE).out == f"ready: {file}\n"
    assert run(*START).code == 0
    assert run(*PLAN).json["state"] == "ready", "a rehearsal uses nothing up"
    assert run(*START, "--count").code == 0
    assert run(*PLAN).json["state"] == "none"
    assert "No infusion was begun in it" in run("session", "close").err
    assert run(*PLAN).json["state"] == "stale", "the visit still stands, though it was heard"
    held = next(row for row in run("session", "list", "--json").json if not row["rehearsal"])
    run("session", "correct", held["session_id"], "infusion-start", "--minute", "1", "--reason", "not pressed")
    run.refused(*START, says="No soundscape is accepted")
    run("session", "void", held["session_id"], "--reason", "it was a trial")
    assert run(*PLAN).json == {"file": file, "state": "ready", "reasons": []}


def test_a_plan_is_one_patient_s_and_the_newest_accepted(run: CommandLine, clinic: Path, tonight: str) -> None:
    other = run("soundscape", "build", "--playlist", "short", "--minutes", "6", "--patient", CODE).out.strip()
    accept(run, tonight)
    accept(run, other)
    assert run(*PLAN).json["file"] == str(Path(other).relative_to(clinic))
    accept(run, tonight)
    assert run(*PLAN).json["file"] == str(Path(tonight).relative_to(clinic))
    run("patient", "add", "A-02")
    run.refused("session", "start", "--patient", "A-02", "--output", "fast", says="No soundscape is accepted")


def test_a_file_that_is_another_or_gone_is_not_played(run: CommandLine, tonight: str) -> None:
    accept(run, tonight)
    content = Path(tonight).read_bytes()
    Path(tonight).write_bytes(content.replace(b'"seed": 0', b'"seed": 7'))
    assert "has changed since it was accepted" in reasons(run)
    run.refused(*START, says="has changed since it was accepted; accept it again")
    Path(tonight).unlink()
    assert "is gone since it was accepted" in reasons(run)
    run.refused(*START, says="is gone since it was accepted; build and accept another")
    Path(tonight).write_bytes(content)
    assert run(*PLAN).json["state"] == "ready"


def test_what_a_start_refuses_is_not_accepted_and_makes_a_plan_stale(run: CommandLine, tonight: str) -> None:
    used = next(cue["track_id"] for cue in json.loads(Path(tonight).read_text())["cues"] if cue["track_id"])
    title = run("library", "show", used, "--json").json["title"]
    accept(run, tonight)
    run("patient", "veto", CODE, "--track", used)
    assert "What this patient refuses or has heard has changed" in reasons(run)
    assert f"{title}" in reasons(run)
    assert "is vetoed by this patient" in reasons(run)
    run.refused(*START, says="is vetoed by this patient")
    run.refused("soundscape", "accept", tonight, "--patient", CODE, says="is vetoed by this patient")
    run("patient", "unveto", CODE, "--track", used)
    assert run(*PLAN).json["state"] == "ready"
    run("library", "set", used, "lyrics=known")
    assert "The library has changed" in reasons(run)
    assert "its lyrics are not allowed" in reasons(run)
    run.refused("soundscape", "accept", tonight, "--patient", CODE, says="its lyrics are not allowed")


def test_a_changed_playlist_and_a_missing_track_are_told(run: CommandLine, clinic: Path, tonight: str) -> None:
    accept(run, tonight)
    playlist = clinic / "playlists" / "short.toml"
    text = playlist.read_text()
    playlist.write_text(text.replace("for tests", "for other tests") + "\n# a word\n")
    changed = run(*PLAN).json
    playlist.write_text(text.replace("energy_to = 3", "energy_to = 4"))
    assert "The playlist short has changed" in reasons(run)
    assert changed["state"] in {"ready", "stale"}
    playlist.unlink()
    assert "There is no playlist 'short'" in reasons(run)


def test_a_file_outside_the_clinic_is_found_again_and_a_moved_clinic_keeps_its_plans(
    run: CommandLine, clinic: Path, tonight: str, tmp_path: Path
) -> None:
    outside = tmp_path / "elsewhere.json"
    outside.write_bytes(Path(tonight).read_bytes())
    accept(run, "elsewhere.json")
    assert run(*PLAN).json["file"] == str(outside)
    accept(run, tonight)
    moved = clinic.rename(tmp_path / "moved")
    there = CommandLine(run.capsys, run.monkeypatch, ("--clinic", str(moved)))
    assert there(*PLAN).json["state"] == "ready"
    moved.rename(clinic)


def test_the_acceptance_is_an_event_of_its_patient_without_the_code(
    run: CommandLine, clinic: Path, tonight: str
) -> None:
    accept(run, tonight)
    accept(run, tonight)
    opened = clinics.open_clinic(clinic)
    with opened.record() as record:
        event, _again = record.events(kind="soundscape.accepted")
        patient = record.events(kind="patient.added")[0]
    assert event.subject == patient.subject
    assert CODE not in (event.payload or "")
    assert run("record", "verify", "--json").json["ok"]


def test_an_acceptance_is_taken_back_with_a_reason_and_the_plan_before_it_stands_again(
    run: CommandLine, clinic: Path, tonight: str
) -> None:
    other = run("soundscape", "build", "--playlist", "short", "--minutes", "6", "--patient", CODE).out.strip()
    why = ("--reason", "of another visit")
    run.refused("soundscape", "unaccept", "--patient", CODE, *why, says="No soundscape is accepted")
    accept(run, tonight)
    accepted = run("soundscape", "accept", other, "--patient", "k0417")
    assert f"soundscape unaccept --patient {CODE}" in accepted.err
    made = [
        each["event_id"] for each in run("record", "events", "--json").json if each["kind"] == "soundscape.accepted"
    ]
    run.refused("record", "undo", "--event", made[-1], *why, says="soundscape unaccept")
    run.refused("soundscape", "unaccept", "--patient", CODE, "--reason", " ", code=2, says="needs a reason")
    again = run("soundscape", "unaccept", "--patient", "k-0417", *why, "--json").json
    assert (again["state"], again["file"]) == ("ready", str(Path(tonight).relative_to(clinic)))
    gone = run("soundscape", "unaccept", "--patient", CODE, *why)
    assert f"for the next visit of {CODE} now" in gone.err
    run.refused(*START, says="No soundscape is accepted")
    accept(run, other)
    assert run("record", "verify").code == 0 and run("patient", "show", CODE).code == 0
