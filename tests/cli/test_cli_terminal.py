"""The process as a shell has it: pipes that close, keys that stop it, encodings, and what it loads."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest
import session_clinic
from command_line import ITEMS, Answer, CommandLine, honest, process

from setsetting.words.plain import cut, harmless, width

FILES = 32
ESCAPE = "\x1b[31mred\x9b1m\N{RIGHT-TO-LEFT OVERRIDE}"


def ended(started: "subprocess.Popen[bytes]", as_json: bool = False) -> Answer:
    out, err = started.communicate(timeout=60)
    return honest(Answer(started.returncode, (out or b"").decode(), (err or b"").decode()), as_json)


def test_help_loads_nothing_it_does_not_need() -> None:
    look = (
        "import sys; from setsetting.__main__ import main; sys.argv[1:] = {words}; main();"
        " print(*sys.modules, file=sys.stderr)"
    )
    heavy = {"textual", "rich", "numpy", "scipy", "sqlite_utils", "sqlite3", "av", "miniaudio", "msgspec", "mutagen"}
    for words, allowed in (
        (["--help"], set()),
        (["soundscape", "build", "--help"], set()),
        (["pcl5", "score", *ITEMS.split()], set()),
        (["phases", "--minutes", "40"], set()),
        (["playlist", "list"], {"msgspec", "sqlite3"}),
    ):
        shown = subprocess.run(
            [sys.executable, "-c", look.format(words=words)], capture_output=True, text=True, check=True
        )
        assert not heavy & {name.partition(".")[0] for name in shown.stderr.split()} - allowed, words


@pytest.mark.parametrize(
    "words", ["--help", "library list", "library list --json", "playlist show montreal-40", "phases --minutes 40"]
)
def test_a_reader_that_goes_away_is_no_failure(clinic: Path, words: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    started = process("--clinic", clinic, *words.split(), stdout=writer)
    os.close(writer)
    answer = ended(started)
    assert (answer.code, "pipe" in answer.err.casefold()) == (0, False)


def test_narration_that_nobody_hears_stops_no_work(run: CommandLine, clinic: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    music = Path(run("library", "list", "--json").json[0]["path"]).parents[1]
    for file in ("library.db", "curation.db"):
        (clinic / file).unlink()
    started = process("--clinic", clinic, "library", "scan", music, "--json", stderr=writer)
    os.close(writer)
    assert json.loads(started.communicate(timeout=60)[0])["scanned"] == 12
    assert started.returncode == 0


def test_an_answer_that_has_no_room_is_said_and_what_was_kept_is_not_taken_for_lost(
    run: CommandLine, clinic: Path
) -> None:
    with Path("/dev/full").open("wb") if Path("/dev/full").exists() else pytest.skip("no /dev/full here") as full:
        answer = ended(process("--clinic", clinic, "patient", "add", "K-0999", stdout=full))
    assert answer.code == 1
    assert "No space left on device. What the command did is done" in answer.err
    assert "K-0999" in run("patient", "list").out


def test_closed_streams_are_no_fault(clinic: Path) -> None:
    form = f"--clinic {clinic} pcl5 add --patient K-0417 --recall week --taken 2025-01-02"
    for ending, code in (("<&-", 2), ("< /dev/null", 2), (">&- 2>&- <&-", 2)):
        shell = f"{sys.executable} -m setsetting {form} {ending}"
        done = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, text=True, check=False)
        honest(Answer(done.returncode, done.stdout, done.stderr or "closed"), as_json=False)
        assert done.returncode == code


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8:strict"])
def test_a_terminal_of_another_encoding_gets_its_answer(clinic: Path, planned: Path, encoding: str) -> None:
    env = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    for words in (("soundscape", "show", planned), ("soundscape", "show", planned, "--json"), ("library", "list")):
        started = process("--clinic", clinic, *words, env=env)
        out, err = started.communicate(timeout=60)
        assert started.returncode == 0, err
        if words[-1] == "--json":
            assert json.loads(out.decode(encoding.partition(":")[0])) == json.loads(planned.read_text())


def test_a_folder_that_is_gone_is_no_clinic(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    shell = f"cd {gone} && rmdir {gone} && {sys.executable} -m setsetting patient list"
    done = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, text=True, check=False)
    answer = honest(Answer(done.returncode, done.stdout, done.stderr), as_json=False)
    assert (answer.code, "No clinic folder" in answer.err) == (1, True)


def _until(stream: IO[bytes], text: bytes) -> None:
    seen = b""
    while text not in seen:
        ready, _, _ = select.select([stream], [], [], 30)
        assert ready, seen
        chunk = os.read(stream.fileno(), 4096)
        assert chunk, seen
        seen += chunk


def test_ctrl_c_stops_a_scan_and_keeps_what_is_done(bare: CommandLine, tmp_path: Path) -> None:
    music = tmp_path / "music"
    session_clinic.write_pad(music / "0.wav", 0, 240)
    content = (music / "0.wav").read_bytes()
    for number in range(1, FILES):
        (music / f"{number}.wav").write_bytes(content[:-2] + number.to_bytes(2, "little"))
    bare("init", "own")
    started = process("--clinic", "own", "library", "scan", music, "--json")
    _until(started.stderr, b"files 4/")
    started.send_signal(signal.SIGINT)
    answer = ended(started)
    assert (answer.code, answer.out) == (130, "")
    assert "are kept" in answer.err
    again = bare("--clinic", "own", "library", "scan", music, "--json").json
    assert 4 <= again["unchanged"] < FILES
    assert again["unchanged"] + again["scanned"] == FILES


def test_ctrl_c_at_a_question_keeps_nothing_half(run: CommandLine, clinic: Path) -> None:
    form = ("pcl5", "add", "--patient", "K-0417", "--recall", "week", "--taken", "2025-01-02")
    shown, code = _typed(clinic, form, ["0", "5", "x", "1", "\x03"])
    assert code == 130
    assert "Item 2 is '5': above 4" in shown
    assert "Stopped; what was done is kept." in shown
    assert run("pcl5", "list", "--patient", "K-0417", "--json").json == []


def test_a_form_is_asked_item_by_item_on_a_terminal(run: CommandLine, clinic: Path) -> None:
    form = ("pcl5", "add", "--patient", "K-0417", "--recall", "month", "--taken", "2025-01-02")
    shown, code = _typed(clinic, form, [*ITEMS.split()[:19], "-"])
    assert code == 0, shown
    assert "In the past month" in shown
    (listed,) = run("pcl5", "list", "--patient", "K-0417", "--json").json
    assert (listed["recall"], listed["answered"], listed["total"]) == ("month", 19, None)


def test_which_of_two_equal_times_is_meant_is_asked_or_said(run: CommandLine, clinic: Path) -> None:
    toml = clinic / "clinic.toml"
    toml.write_text(re.sub('time_zone = ".*"', 'time_zone = "Europe/Berlin"', toml.read_text()))
    entry = ("pcl5", "add", "--patient", "K-0417", "--taken", "2024-10-27T02:30", "--recall")
    said = run(*entry, "week", stdin=ITEMS)
    assert "2024-10-27T02:30+02:00 and 2024-10-27T02:30+01:00. The first is meant" in " ".join(said.err.split())
    shown, code = _typed(clinic, (*entry, "month"), ["2", *ITEMS.split()])
    assert code == 0, shown
    forms = run("pcl5", "list", "--patient", "K-0417", "--json").json
    assert [row["taken"] for row in forms] == ["2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z"]
    listed = run("pcl5", "list", "--patient", "K-0417").out
    assert ("2024-10-27 02:30+02:00" in listed, "2024-10-27 02:30+01:00" in listed) == (True, True)
    never = ("--started", "2024-03-31T02:30", "--minutes", "40")
    run.refused("session", "add", "--patient", "K-0417", *never, code=2, says="did not exist in Europe/Berlin")
    twice = ("--started", "2024-10-27T02:30+01:00", "--minutes", "40")
    session_id = run("session", "add", "--patient", "K-0417", *twice, "--json").json["session_id"]
    started = {row["session_id"]: row["started"] for row in run("session", "list", "--json").json}
    assert started[session_id] == "2024-10-27T01:30:00Z"


def _typed(clinic: Path, words: tuple[str, ...], keys: list[str]) -> tuple[str, int]:
    """Type answers on a terminal, each when the question before it stands; return what was shown."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-m", "setsetting", "--clinic", str(clinic), *words])
    shown, typed = b"", 0
    until = time.monotonic() + 60
    while time.monotonic() < until:
        ready, _, _ = select.select([terminal], [], [], 0.1)
        try:
            shown += os.read(terminal, 4096) if ready else b""
        except OSError:  # the terminal's other side is closed
            break
        if typed < len(keys) and shown.rstrip().endswith(b":"):
            os.write(terminal, keys[typed].encode() + (b"" if keys[typed] == "\x03" else b"\r"))
            typed += 1
            shown += b" "
            time.sleep(0.01)
    os.close(terminal)
    return shown.decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_nothing_in_a_name_reaches_the_terminal_as_a_command(run: CommandLine, planned: Path) -> None:
    track_id = run("library", "list", "--json").json[0]["track_id"]
    said = run("library", "set", track_id, f"title={ESCAPE}", f"artist={ESCAPE}")
    assert "[31mred" in said.err
    run("patient", "veto", "K-0417", "--artist", ESCAPE)
    file = json.loads(planned.read_text())
    file["cues"][0] |= {"kind": "track", "track_id": ESCAPE, "reason": ESCAPE, "phase": ESCAPE}
    Path(f"{ESCAPE}.json").write_text(json.dumps(file))
    for words in (
        ("library", "list"),
        ("library", "show", track_id),
        ("library", "show", ESCAPE),
        ("patient", "show", "K-0417"),
        ("patient", "show", ESCAPE),
        ("soundscape", "show", f"{ESCAPE}.json"),
        ("soundscape", "check", f"{ESCAPE}.json"),
        ("soundscape", "render", f"{ESCAPE}.json", "-o", f"{ESCAPE}.wav"),
        ("playlist", "check", f"{ESCAPE}.toml"),
        (ESCAPE,),
    ):
        run(*words)
        run(*words, "--json")  # every answer is looked at for control characters


def test_a_list_of_music_fits_120_columns(run: CommandLine) -> None:
    for number, track in enumerate(run("library", "list", "--json").json):
        long = (
            "Ein sehr langer Titel, der nirgends hineinpasst" if number % 2 else "\N{CJK UNIFIED IDEOGRAPH-97F3}" * 40
        )
        run("library", "set", track["track_id"], f"title={long}", f"artist={long}")
    lines = run("library", "list").out.splitlines()
    assert len(lines) == 13
    assert max(map(width, lines)) <= 120
    assert {width(line.rsplit("  ", 1)[0]) for line in lines[1:]} == {width(lines[1].rsplit("  ", 1)[0])}
    assert all(line.count("\N{HORIZONTAL ELLIPSIS}") == 2 for line in lines[1:])


def test_text_is_measured_cut_and_disarmed() -> None:
    assert width("a\N{CJK UNIFIED IDEOGRAPH-97F3}e\N{COMBINING ACUTE ACCENT}") == 4
    assert (cut("abc", 3), cut("abcd", 3), cut("\N{CJK UNIFIED IDEOGRAPH-97F3}" * 3, 4)) == (
        "abc",
        "ab\N{HORIZONTAL ELLIPSIS}",
        "\N{CJK UNIFIED IDEOGRAPH-97F3}\N{HORIZONTAL ELLIPSIS}",
    )
    assert harmless("  a\tb\n\x1b[1m\x9b\u202e") == "  a\ufffdb\n\ufffd[1m\ufffd"
