"""The preflight and the outputs as commands have them: printed, as data, and with their exit codes."""

import json
from pathlib import Path

import pytest
import session_clinic
from command_line import CommandLine, process

from setsetting.player import outputs, tone
from setsetting.units import Milliseconds

CODE = session_clinic.CODE
PREFLIGHT = ("session", "preflight", "--patient", CODE, "--output", "null")


@pytest.fixture
def headphones(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pair of headphones that takes sound and is heard by nobody."""
    monkeypatch.setattr(outputs, "_devices", lambda: [outputs._Found("Headphones", True, None, None)])


def test_a_preflight_that_blocks_is_printed_whole_and_ends_with_1(run: CommandLine) -> None:
    answer = run(*PREFLIGHT)
    assert answer.code == 1
    assert answer.err == "Not ready, a start would be refused: plan.\n"
    first = answer.out.splitlines()[2]
    assert first.startswith("✕ Not ready: plan. No soundscape is accepted for the next visit of K-0417")
    data = run(*PREFLIGHT, "--json")
    assert data.code == 1 and not data.json["ready"]
    assert [line["name"] for line in data.json["lines"] if line["state"] == "mend"] == ["plan"]


def test_a_preflight_that_is_ready_prints_the_lines_that_the_data_has(run: CommandLine, tmp_path: Path) -> None:
    file = run("soundscape", "build", "--playlist", "short", "--minutes", "5", "--patient", CODE).out.strip()
    run("soundscape", "accept", file, "--patient", CODE)
    said = run(*PREFLIGHT)
    data = run(*PREFLIGHT, "--json")
    assert (said.code, data.code, data.json["ready"]) == (0, 0, True)
    assert len(data.json["lines"]) == 21
    for line in data.json["lines"]:
        if line["group"] != "machine":  # how busy it is changes from one look to the next
            assert line["words"] in said.out
    assert "not for dosing or monitoring" in said.out
    out = tmp_path / "tonight.txt"
    assert run(*PREFLIGHT, "-o", out).out == f"{out}\n"
    assert "rehearsal · room-1 · null · " in out.read_text(encoding="utf-8")
    run.refused(*PREFLIGHT, "-o", out, says="exists")
    run.refused(*PREFLIGHT, "-o", tmp_path / "tonight.html", code=2, says="must end in .txt")
    run.refused("session", "preflight", "--patient", "K-0418", says="K-0417")


def test_music_from_elsewhere_is_looked_at_too(run: CommandLine) -> None:
    elsewhere = ("session", "preflight", "--patient", CODE, "--music", "external")
    found = run(*elsewhere, "--minutes", "40", "--json")
    assert (found.code, found.json["output"], found.json["ready"]) == (0, "external", True)
    assert run(*elsewhere).err == "Not ready, a start would be refused: plan.\n"


@pytest.mark.usefixtures("headphones")
def test_an_output_is_tried_and_measured_by_commands(run: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    sounded: list[tuple[str, str]] = []

    def sound(output: str, _rate: int, trial: tone.Trial, _clinic: str) -> str:
        sounded.append((output, trial.value))
        return output

    monkeypatch.setattr("setsetting.desk.outputs.sound", sound)
    assert run("sound", "list", "--json").json == [
        {"output": "Headphones", "named": [], "heard": None, "calibration": None}
    ]
    answer = run("sound", "tone", "Headphones", "--json")
    assert answer.json == {"output": "Headphones", "left": None, "right": None}
    assert sounded == [("Headphones", "left"), ("Headphones", "right")]
    assert run("sound", "tone", "Headphones", "--heard", "left", "--json").json["right"] is False
    assert run("sound", "level", "Headphones", "--dba", "62.5", "--json").json["dba"] == 62.5
    run.refused("sound", "level", "Headphones", "--dba", "nan", code=2, says="is not a number")
    run.refused("sound", "level", "Headphones", code=2, says="--dba N")
    run.refused("sound", "tone", "Headfones", "--heard", "both", says="Did you mean 'Headphones'?")
    listed = run("sound", "list", "--json").json[0]
    assert (listed["heard"]["left"], listed["heard"]["right"]) == (True, False)
    assert listed["calibration"]["dba"] == 62.5
    assert "left only" in run("sound", "list").out


@pytest.mark.usefixtures("headphones")
def test_an_output_is_tried_by_the_room_s_name_for_it(run: CommandLine) -> None:
    profile = Path(run.before[1]) / "rooms" / "room-1.toml"
    profile.write_text('version = 1\n[outputs.worn]\ndevice = "Headphones"\nthrough = "headphones"\n', encoding="utf-8")
    assert run("sound", "level", "worn", "--dba", "61", "--json").json == {"output": "Headphones", "dba": 61.0}
    assert run("sound", "list", "--json").json[0]["named"] == ["worn in room-1"]
    assert run("room", "show", "room-1", "--json").json["outputs"] == {
        "worn": {"device": "Headphones", "through": "headphones"}
    }
    assert "output worn: Headphones · headphones" in run("room", "show", "room-1").out
    run.refused("sound", "tone", "wron", "--heard", "both", says="Did you mean 'worn'?")
    track_id = run("library", "list", "--json").json[0]["track_id"]
    run.refused("library", "listen", track_id, "--output", "wron", says="Did you mean 'worn'?")
    run.refused("session", "replay", "3f", "--output", "wron", says="Did you mean 'worn'?")
    profile.write_text('version = 1\n[outputs.unheard]\ndevice = "null"\nthrough = "headphones"\n', encoding="utf-8")
    assert run("library", "listen", track_id, "--output", "unheard", "--seconds", "1").code == 0


def test_a_tone_on_a_silent_output_ends_by_itself(run: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tone, "TONE_MS", Milliseconds(200))
    assert run("sound", "tone", "null").err == "Left.\nRight.\n"


def test_an_output_that_a_start_cannot_open_blocks_the_preflight_too(run: CommandLine, tmp_path: Path) -> None:
    system = tmp_path / "asound.conf"
    system.write_text(
        'pcm.whole { type null hint { show on description "Whole" } }\n'
        'pcm.broken { type plug slave.pcm "hw:7,0" hint { show on description "Broken card" } }\n',
        encoding="utf-8",
    )
    file = run("soundscape", "build", "--playlist", "short", "--minutes", "5", "--patient", CODE).out.strip()
    run("soundscape", "accept", file, "--patient", CODE)

    def told(*words: str) -> tuple[int, str, str]:
        started = process(*run.before, *words, env={"ALSA_CONFIG_PATH": str(system)})
        out, err = started.communicate(timeout=60)
        return started.returncode, out.decode(), err.decode()

    there = [each["output"] for each in json.loads(told("sound", "list", "--json")[1])]
    if "Broken card" not in there:
        pytest.skip("outputs are not ALSA's here")
    before = ("session", "preflight", "--patient", CODE, "--output")
    code, out, _err = told(*before, "Whole", "--json")
    line = json.loads(out)["lines"][0]
    assert (code, line["state"], line["words"]) == (0, "ready", "Whole, chosen by its name; it opens")
    code, out, err = told(*before, "Broken card")
    assert code == 1
    assert "Broken card: The sound device cannot be opened" in out
    assert err == "Not ready, a start would be refused: output.\n"
    code, out, err = told("session", "start", "--patient", CODE, "--output", "Broken card")
    assert (code, out) == (1, "")
    assert "The sound device cannot be opened" in err
