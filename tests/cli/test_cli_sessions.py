"""A session as commands have it: started, looked at, acted on, let go, closed; and what may not start."""

import json
import os
import shutil
import signal
from pathlib import Path

import pytest
import session_clinic
from command_line import Answer, CommandLine, honest, process

from setsetting.views import session as views

CODE = session_clinic.CODE


@pytest.fixture
def tonight(run: CommandLine) -> str:
    return run("soundscape", "build", "--playlist", "short", "--minutes", "5", "--patient", CODE).out.strip()


def test_a_session_from_start_to_close(run: CommandLine, clinic: Path, tonight: str) -> None:
    Path("walk.txt").write_text("0 infusion-start\n1 duck\n2 mark onset\n", encoding="utf-8")
    start = ("session", "start", "--soundscape", tonight, "--patient", CODE, "--output", "fast", "--count")
    played = run(*start, "--script", "walk.txt", "--capture", "heard.wav", "--json")
    assert played.code == 0
    session_id = played.json["session_id"]
    assert "ended and is not closed" in played.err
    status = run("session", "status", "--json").json
    assert list(status)[:5] == ["session_id", "patient", "rehearsal", "state", "infusion_min"]
    assert {"playing", "next", "phase", "effect_phase", "ends_min", "acts"} <= set(status)
    assert (status["session_id"], status["state"], status["acts"]) == (session_id, "ended", 2)
    assert session_clinic.samples(Path("heard.wav")).any()
    assert "infusion" in run("session", "status").out
    assert "not closed" in run("session", "list").out
    run.refused("session", "close", "--setting", "nope.toml", says="nope.toml does not exist")
    run.refused("session", "close", "--setting", "-", stdin="lighting = 'drak'", says="Did you mean 'dark'?")
    assert run("session", "close", "--setting", "-", "--json", stdin="lighting = 'dark'").json["closed"]
    (listed,) = run("session", "list", "--json").json
    assert (listed["closed"], listed["setting"]["lighting"], listed["marks"]) == (True, "dark", 1)
    assert run("record", "verify", "--json").json["ok"]
    heard = run("patient", "show", CODE, "--json").json["heard"]
    assert heard
    refused = run.refused(*start, says="was heard by this patient earlier in the course")
    assert "Nothing has been played" in refused.err
    run.refused("session", "close", says="No session waits to be closed")


def test_a_closed_session_tells_when_its_music_ended(run: CommandLine, clinic: Path, tonight: str) -> None:
    Path("walk.txt").write_text("0 infusion-start\n1 fade-out 6\n", encoding="utf-8")
    start = ("session", "start", "--soundscape", tonight, "--patient", CODE, "--output", "fast")
    assert run(*start, "--script", "walk.txt").code == 0
    assert run("session", "close").code == 0
    status = run("session", "status", "--json").json
    assert (status["state"], status["ends_min"]) == ("closed", 1.1)
    (clinic / "clinic.toml").write_text("rate_hz = ", encoding="utf-8")
    answer = run("session", "status", "--session", status["session_id"][:9], "--json")
    assert (answer.code, "clinic.toml" in answer.err, answer.json["state"]) == (0, True, "closed")
    run.refused("session", "list", says="clinic.toml")


@pytest.mark.parametrize("broken", [None, "rate_hz = ", 'tuesday = "closed"'])
def test_an_act_waits_for_no_clinic_toml(run: CommandLine, clinic: Path, tonight: str, broken: str | None) -> None:
    start = ("session", "start", "--soundscape", tonight, "--patient", CODE, "--output", "null")
    follower = process(*start, cwd=clinic)
    try:
        assert follower.stdout.readline()
        settings = (clinic / "clinic.toml").read_text(encoding="utf-8")
        (clinic / "clinic.toml").unlink() if broken is None else (clinic / "clinic.toml").write_text(broken)
        done = run("session", "act", "duck")
        assert (done.code, "goes on without it" in done.err) == (0, True)
        assert run("session", "mark", "distress").code == 0
        assert run("session", "status", "--json").json["ducked"]
        run.refused("patient", "list", says="clinic.toml")
        closed = run("session", "close")
        assert (closed.code, "in the time zone of this machine" in closed.err) == (0, True)
        (clinic / "clinic.toml").write_text(settings, encoding="utf-8")
        (held,) = run("session", "list", "--json").json
        assert held["closed"] and not any((clinic / "live").iterdir())
    finally:
        follower.kill()
        follower.communicate()


@pytest.mark.parametrize("broken", ["library.db", "curation.db"])
def test_a_close_waits_for_no_library(run: CommandLine, clinic: Path, tonight: str, broken: str) -> None:
    assert run("session", "start", "--soundscape", tonight, "--patient", CODE, "--output", "fast").code == 0
    (clinic / broken).write_bytes(b"no database" * 1_000)
    closed = run("session", "close")
    assert (closed.code, "closes without its titles" in " ".join(closed.err.split())) == (0, True), closed.err
    (held,) = run("session", "list", "--json").json
    assert held["closed"]


def test_a_session_is_a_rehearsal_or_counts_and_never_both(run: CommandLine, tonight: str) -> None:
    start = ("session", "start", "--soundscape", tonight, "--patient", CODE, "--output", "fast")
    for both in (("--rehearsal", "--count"), ("--count", "--rehearsal")):
        run.refused(*start, *both, code=2, says="give --rehearsal or --count, not both")
    assert run("session", "list", "--json").json == []


def test_a_silent_session_is_a_rehearsal_and_every_answer_says_so(run: CommandLine, tonight: str) -> None:
    start = ("session", "start", "--soundscape", tonight, "--patient", CODE, "--output", "fast")
    tried = run(*start)
    assert "This is a rehearsal" in tried.err
    status = run("session", "status", "--json").json
    assert (status["patient"], status["rehearsal"]) == (CODE, True)
    assert run("session", "status").out.startswith(f"{CODE}: rehearsal, ended")
    (listed,) = run("session", "list", "--json").json
    assert (listed["rehearsal"], listed["visit_no"]) == (True, None)
    assert "rehearsal" in run("session", "list").out
    assert run("session", "close").code == 0
    assert "rehearsal" in run("patient", "show", CODE).out
    shown = run("patient", "show", CODE, "--json").json
    assert (shown["heard"], [each["rehearsal"] for each in shown["sessions"]]) == ([], [True])
    assert "1 rehearsal" in run("patient", "list").out
    assert ": rehearsal" in run("review", "patient", CODE).out
    assert run(*start, "--count", "--json").code == 0  # what the trial played was heard by nobody
    counted = run("session", "list", "--json").json[-1]
    assert (counted["rehearsal"], counted["visit_no"]) == (False, 1)


def test_commands_act_on_a_session_that_another_one_follows(run: CommandLine, clinic: Path, tonight: str) -> None:
    start = ("session", "start", "--soundscape", tonight, "--patient", CODE, "--output", "null")
    follower = process("--clinic", clinic, *start)
    session_id = follower.stdout.readline().decode().strip()
    try:
        run.refused(*start, says="Another session is playing on this output")
        assert run("session", "status", "--json").json["state"] == "playing"
        assert run("session", "act", "volume", "-6", "--json").json["act"] == "volume"
        assert run("session", "act", "infusion-start").code == 0
        run.refused("session", "act", "infusion-start", says="already started")
        note = "she saw her mother's garden"
        assert run("session", "mark", "note", "--note", "-", "--json", stdin=note).json["mark"] == "note"
        run.refused("session", "mark", "note", "--note", "-", stdin=b"\xff\xfe", says="is not UTF-8")
        live = run("session", "status", "--json").json
        assert (live["session_id"], live["acts"], live["durable"], live["notices"]) == (session_id, 2, True, [])
        assert live["infusion_min"] is not None
        follower.send_signal(signal.SIGINT)
        out, err = follower.communicate(timeout=30)
        answer = honest(Answer(follower.returncode, out.decode(), err.decode()), as_json=False)
        assert answer.code == 130
        assert answer.err.splitlines()[-1].startswith("Let go; the session goes on.")
        assert run("session", "status", "--json").json["state"] == "playing"
        assert run("session", "close").code == 0
        assert note not in "".join(path.read_text(errors="ignore") for path in (clinic / "live").rglob("*.json*"))
    finally:
        follower.kill()
        follower.communicate()
    assert run("record", "verify", "--json").json["ok"]


def test_what_changed_since_the_plan_is_named_before_anything_sounds(
    run: CommandLine, clinic: Path, tonight: str, tmp_path: Path
) -> None:
    start = ("session", "start", "--soundscape", tonight, "--patient", CODE, "--output", "fast")
    used = next(cue["track_id"] for cue in json.loads(Path(tonight).read_text())["cues"] if cue["track_id"])
    track = run("library", "show", used, "--json").json
    run("patient", "veto", CODE, "--track", used)
    run.refused(*start, says="is vetoed by this patient")
    run("patient", "unveto", CODE, "--track", used)
    music = tmp_path / "music"
    shutil.copytree(Path(track["path"]).parents[1], music)
    run("library", "scan", music)
    (clinic / "library.db").unlink()
    run("library", "scan", music)
    moved = Path(run("library", "show", used, "--json").json["path"])
    assert moved.is_relative_to(music)
    content = moved.read_bytes()
    moved.unlink()
    run.refused(*start, says=track["title"])
    moved.write_bytes(content[:-4000] + os.urandom(4000))
    run.refused(*start, says=track["title"])
    assert run("session", "list", "--json").json == []
    moved.write_bytes(content)
    run("library", "set", used, "energy=3")
    assert "The library has changed since" in run("soundscape", "check", tonight).err


def test_what_cannot_start_leaves_nothing(run: CommandLine, clinic: Path, tonight: str) -> None:
    start = ("session", "start", "--soundscape", tonight, "--patient")
    run.refused(*start, "K-0418", "--output", "fast", says="Did you mean 'K-0417'?")
    run.refused(*start, CODE, "--output", "fast", "--room", "room-9", says="Did you mean 'room-1'?")
    run.refused(*start, CODE, "--output", "fast", "--capture", "x.mp3", code=2, says="the name must end in .wav")
    run.refused(*start, CODE, "--output", "fast", "--script", "nope.txt", says="nope.txt does not exist")
    for line in ("x duck", "1 duckk", "nan duck", "1", "1 volume 9"):
        Path("walk.txt").write_text(line, encoding="utf-8")
        run.refused(*start, CODE, "--output", "fast", "--script", "walk.txt", says="walk.txt, line 1")
    Path("taken.wav").write_bytes(b"mine")
    run.refused(*start, CODE, "--output", "fast", "--capture", "taken.wav", says="taken.wav")
    assert Path("taken.wav").read_bytes() == b"mine"
    assert run("session", "list", "--json").json == []
    assert not [path for path in (clinic / "live").glob("*") if path.is_dir()]


def test_a_session_is_heard_again_and_its_titles_are_taken_home(run: CommandLine, tonight: str) -> None:
    Path("walk.txt").write_text("0 infusion-start\n1 duck\n1.5 next\n2 fade-out 1\n", encoding="utf-8")
    start = ("session", "start", "--soundscape", tonight, "--patient", CODE, "--output", "fast", "--count")
    session_id = run(*start, "--script", "walk.txt", "--capture", "sent.wav", "--json").json["session_id"]
    assert run("session", "close").code == 0
    told = run("session", "replay", session_id[:8], "-o", "again.wav", "--json").json
    assert (told["session_id"], told["path"], told["silent"], told["underruns"]) == (session_id, "again.wav", [], 0)
    assert Path("again.wav").read_bytes() == Path("sent.wav").read_bytes()
    part = run("session", "replay", session_id, "-o", "part.flac", "--minutes", "0.5:1", "--json").json
    assert (part["duration_s"], part["from_min"], part["to_min"]) == (30, 0.5, 1)
    assert run("session", "replay", session_id, "--output", "null", "--minutes", "0.5:0.52").code == 0
    run.refused("session", "replay", session_id, code=2, says="one of -o FILE and --output NAME")
    run.refused("session", "replay", session_id, "-o", "x.wav", "--minutes", "2:1", code=2, says="FROM before TO")
    run.refused("session", "replay", session_id, "-o", "again.wav", says="exists")
    run.refused("session", "replay", session_id, "-o", "x.wav", "--minutes", "90:91", says="Nothing was heard")

    titles = run("session", "take-home", session_id, "--json").json
    played = run("session", "show", session_id, "--json").json["played"]
    assert {each["track_id"] for each in titles} <= {each["track_id"] for each in played}
    assert run("session", "take-home", session_id).out.splitlines()[2].endswith(titles[0]["title"])
    assert run("session", "take-home", session_id, "-o", "music.m3u8").code == 0
    lines = Path("music.m3u8").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#EXTM3U"
    assert len(lines) == 1 + 2 * len(titles)
    assert all(CODE not in line and "/" not in line for line in lines)
    assert run("session", "take-home", session_id, "-o", "music.txt").code == 0
    assert titles[0]["title"] in Path("music.txt").read_text(encoding="utf-8")
    run.refused("session", "take-home", session_id, "-o", "music.m3u8", says="exists")
    run.refused("session", "take-home", session_id, "-o", "music.pdf", code=2, says=".m3u8 or .txt")


def test_a_session_is_followed_a_document_a_line_until_it_has_ended(run: CommandLine, tonight: str) -> None:
    Path("walk.txt").write_text("-0.6 mark onset\n-0.4 fade-out 1\n", encoding="utf-8")
    start = ("session", "start", "--soundscape", tonight, "--patient", CODE, "--output", "fast", "--count")
    run(*start, "--script", "walk.txt")
    looks = run("session", "status", "--json", "--follow").out.splitlines()
    assert [json.loads(look)["state"] for look in looks] == ["ended"]
    assert json.loads(looks[0]) == run("session", "status", "--json").json


def test_a_session_that_runs_is_followed_to_its_close(run: CommandLine, clinic: Path, tonight: str) -> None:
    start = ("session", "start", "--soundscape", tonight, "--patient", CODE, "--output", "null")
    starter = process("--clinic", clinic, *start)
    assert starter.stdout.readline()
    follower = process("--clinic", clinic, "session", "status", "--json", "--follow")
    try:
        assert json.loads(follower.stdout.readline())["ducked"] is False
        run("session", "act", "duck")
        looks = [json.loads(follower.stdout.readline())]
        while not looks[-1]["ducked"]:
            looks.append(json.loads(follower.stdout.readline()))
        assert run("session", "close").code == 0
        said, _errors = follower.communicate(timeout=30)
        assert [json.loads(line)["state"] for line in said.splitlines()][-1] == "closed"
        assert follower.returncode == 0
    finally:
        for each in (starter, follower):
            each.kill()
            each.communicate()


def test_a_look_differs_where_something_changed_and_not_by_the_clock() -> None:
    look = {
        "infusion_min": 1.0,
        "clock_min": 1.0,
        "ends_min": 60.4,
        "playing": {"title": "A", "position_s": 1},
        "acts": 1,
    }
    later = {
        "infusion_min": 1.1,
        "clock_min": 1.1,
        "ends_min": 60.5,
        "playing": {"title": "A", "position_s": 7},
        "acts": 1,
    }
    assert views.but_for_the_clock(look) == views.but_for_the_clock(later)
    assert views.but_for_the_clock(look) != views.but_for_the_clock({**later, "acts": 2})
    assert views.but_for_the_clock({**look, "playing": None}) != views.but_for_the_clock(look)


def test_on_a_terminal_a_session_left_open_is_asked_about_before_another_begins(
    run: CommandLine, tonight: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = ("session", "start", "--soundscape", tonight, "--patient", CODE, "--output", "fast", "--count")
    Path("walk.txt").write_text("-0.4 fade-out 1\n", encoding="utf-8")
    run(*start, "--script", "walk.txt")
    monkeypatch.setattr("setsetting.cli.session.can_ask", lambda: True)
    for answer in ("n\n", "\n"):
        run.refused(*start, stdin=answer, says="is not closed")
    assert len(run("session", "list", "--json").json) == 1
    assert run(*start, stdin="y\n").code == 0
    assert len(run("session", "list", "--json").json) == 2
