"""Whatever writes a file by name leaves alone what is not its own, with `--force` too and through any link."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
import session_clinic
from command_line import CommandLine

from setsetting.cli import app
from setsetting.desk.clinic import open_clinic

CODE = session_clinic.CODE
BUILD = ("soundscape", "build", "--playlist", "short", "--minutes", "5")
INSTANCE = Path(__file__).parents[1] / "cases" / "planning" / "04-silence-forward-lib60.json"


@pytest.fixture
def plan(run: CommandLine) -> Path:
    """A soundscape built for the patient."""
    return Path(run(*BUILD, "--patient", CODE).out.strip())


@pytest.fixture
def writers(plan: Path) -> list[tuple[object, ...]]:
    """Every command that writes a file by a name, all but the name."""
    return [
        (*BUILD, "--force", "-o"),
        (*BUILD, "--patient", CODE, "--force", "-o"),
        ("soundscape", "render", plan, "--force", "-o"),
        ("soundscape", "solve", INSTANCE, "--force", "-o"),
        ("report", "patient", CODE, "--force", "-o"),
        ("report", "session", "none", "--force", "-o"),
        ("review", "clinic", "--force", "-o"),
        ("review", "respct", "--force", "-o"),
        ("pcl5", "print", "--patient", CODE, "--force", "-o"),
        ("session", "take-home", "none", "--force", "-o"),
        ("session", "preflight", "--soundscape", plan, "--patient", CODE, "--output", "null", "--force", "-o"),
        ("session", "start", "--soundscape", plan, "--patient", CODE, "--output", "fast", "--capture"),
    ]


def _track(clinic: Path) -> Path:
    return Path(open_clinic(clinic).tracks()[0].path)


@pytest.fixture
def among_music(clinic: Path) -> Iterator[Path]:
    """A new folder among the music, which other tests share."""
    folder = _track(clinic).parent / "new"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def test_a_file_of_the_library_that_could_not_be_measured_stays(
    run: CommandLine, plan: Path, among_music: Path
) -> None:
    broken = among_music / "cut off.wav"
    broken.write_bytes(b"RIFF what was left of it")
    run("library", "scan", broken.parent)
    run.refused("soundscape", "render", plan, "--force", "-o", broken, says="is a file of the library")
    assert broken.read_bytes() == b"RIFF what was left of it"


def test_a_new_file_among_the_librarys_music_stays(
    run: CommandLine, plan: Path, among_music: Path, tmp_path: Path
) -> None:
    new = among_music / "not scanned yet.wav"
    new.write_bytes(b"RIFF")
    linked = tmp_path / "linked"
    linked.symlink_to(new.parent)
    for out in (new, linked / new.name, new.with_name("made.flac"), linked / "made.WAV"):
        run.refused("soundscape", "render", plan, "--force", "-o", out, says="among the library's music")
    assert [*new.parent.iterdir()] == [new] and new.read_bytes() == b"RIFF"
    note = new.with_name("plan.json")
    note.write_bytes(b"{}")
    assert run(*BUILD, "--force", "-o", note).code == 0


@pytest.mark.parametrize("how", [shutil.copytree, shutil.move], ids=["copied", "moved"])
def test_music_in_a_clinic_folder_that_was_moved_or_copied_stays(
    run: CommandLine, clinic: Path, plan: Path, tmp_path: Path, how: Callable[[Path, Path], object]
) -> None:
    (clinic / "music" / "calm").mkdir(parents=True)
    shutil.copy(_track(clinic), clinic / "music" / "calm" / "own.wav")
    run("library", "scan", clinic / "music")
    there = tmp_path / "there"
    how(clinic, there)
    moved = CommandLine(run.capsys, run.monkeypatch, ("--clinic", str(there)))
    own, whole = there / "music" / "calm" / "own.wav", (there / "music" / "calm" / "own.wav").read_bytes()
    render = ("soundscape", "render", there / "soundscapes" / plan.name, "--minutes", "0:0.1", "--force", "-o")
    for out in (own, own.with_name("new.wav"), there / "music" / "new" / "other.flac"):
        moved.refused(*render, out, says="scanned before this clinic's folder was moved or copied")
    assert own.read_bytes() == whole
    assert moved(*render, there / "elsewhere.wav").code == 0


def test_a_file_of_the_library_stays_by_every_name_it_has(
    run: CommandLine, clinic: Path, writers: list[tuple[object, ...]], tmp_path: Path
) -> None:
    track = _track(clinic)
    before = track.read_bytes()
    linked, second, folder = tmp_path / "linked.wav", tmp_path / "second.wav", tmp_path / "music"
    linked.symlink_to(track)
    os.link(track, second)
    folder.symlink_to(track.parent)
    run.monkeypatch.setenv("SETSETTING_CLINIC", str(clinic))
    for words in writers:
        for out in (track, linked, second, folder / track.name):
            assert run(*words, out).code in {1, 2}, (words, out)
    assert track.read_bytes() == second.read_bytes() == before
    assert linked.is_symlink()
    for out in (track, second, folder / track.name):
        run.refused(*writers[0], out, says="is a file of the library and is not replaced; name another file")
        run.refused(*writers[3], out, says="is a file of the library and is not replaced; name another file")
    run.refused(*writers[0], linked, says="is a link or a device; name a file")


def test_another_patients_soundscape_is_not_replaced_wherever_it_lies(
    run: CommandLine, clinic: Path, plan: Path, tmp_path: Path
) -> None:
    run("patient", "add", "K-0500")
    away = tmp_path / "moved.json"
    away.write_bytes(plan.read_bytes())
    for out in (plan, away):
        before = out.read_bytes()
        for words in (
            (*BUILD, "--seed", "9", "--patient", "K-0500", "--force", "-o", out),
            (*BUILD, "--seed", "9", "--force", "-o", out),
            ("report", "patient", CODE, "--force", "-o", out),
        ):
            run.refused(*words, says="is a patient's soundscape and is not replaced")
        assert out.read_bytes() == before
    assert run(*BUILD, "--seed", "9", "--patient", CODE, "--force", "-o", plan).code == 0
    run.refused("soundscape", "solve", INSTANCE, "--force", "-o", plan, says="belongs to the clinic folder")


def test_what_an_open_session_is_captured_into_stays(run: CommandLine, plan: Path, tmp_path: Path) -> None:
    capture, named = tmp_path / "tonight.wav", tmp_path / "page.html"
    run("session", "start", "--soundscape", plan, "--patient", CODE, "--output", "fast", "--capture", capture)
    os.link(capture, named)
    heard = capture.read_bytes()
    says = "is the capture of a session that is not closed"
    run.refused("report", "patient", CODE, "--force", "-o", named, says=says)
    run.refused("soundscape", "render", plan, "--force", "-o", capture, says=says)
    assert capture.read_bytes() == heard
    run("session", "close")
    run("soundscape", "render", plan, "--force", "-o", capture)
    assert capture.read_bytes() != heard


def test_no_page_or_table_replaces_a_sound_that_no_library_knows(run: CommandLine, plan: Path, tmp_path: Path) -> None:
    sound = tmp_path / "Deep Well.flac"
    sound.write_bytes(b"fLaC of somewhere else")
    for words in (("report", "patient", CODE), ("review", "clinic"), BUILD):
        run.refused(*words, "--force", "-o", sound, says="is a sound by its name, and no sound is written")
    assert sound.read_bytes() == b"fLaC of somewhere else"
    assert run("soundscape", "render", plan, "--force", "-o", sound).code == 0


def test_a_database_s_journal_is_not_made_up(run: CommandLine, clinic: Path, plan: Path) -> None:
    for name in ("record.db-journal", "library.db-wal", "Record.db-wal", "curation.db-journal"):
        run.refused(*BUILD, "-o", clinic / name, says="belongs to the clinic folder")
        assert not (clinic / name).exists()


def test_nothing_is_put_among_what_the_clinic_keeps(
    run: CommandLine, clinic: Path, writers: list[tuple[object, ...]]
) -> None:
    (clinic / "live" / "a session").mkdir(parents=True)
    for out in (
        "live/a session/over",
        "playlists/new.toml",
        "rooms/new.toml",
        "backups/new.wav",
        "live/new.flac",
        "voice/new.wav",
    ):
        for words in writers:
            assert run(*words, clinic / out).code in {1, 2}, (words, out)
        run.refused(*BUILD, "-o", clinic / out, says="belongs to the clinic folder")
        assert not (clinic / out).exists()


def test_no_capture_becomes_a_voice_of_the_clinic_by_whichever_name(
    run: CommandLine, clinic: Path, plan: Path, tmp_path: Path
) -> None:
    capture = ("session", "start", "--soundscape", plan, "--patient", CODE, "--output", "fast", "--capture")
    (tmp_path / "elsewhere").mkdir()
    (clinic / "voice").rename(tmp_path / "bells")
    (clinic / "voice").symlink_to(tmp_path / "bells")
    (tmp_path / "linked").symlink_to(clinic / "voice")
    for folder in (
        clinic / "voice",
        clinic / "VOICE",
        tmp_path / "bells",
        tmp_path / "linked",
        clinic / "rooms" / ".." / "voice",
    ):
        run.refused(*capture, folder / "new.wav", says="belongs to the clinic folder")
    run.refused(*capture, _track(clinic).parent / "new.wav", says="among the library's music")
    assert not [*(tmp_path / "bells").glob("*.wav")]


def test_every_command_that_writes_by_name_is_held_to_it() -> None:
    context, found = click.Context(app.root), set[tuple[str, ...]]()
    for noun in app.root.list_commands(context):
        command = app.root.get_command(context, noun)
        for verb, each in (command.commands if isinstance(command, click.Group) else {"": command}).items():
            if {"out", "capture"} & {param.name for param in (each.params if each else ())}:
                found.add((noun, verb))
    assert found == {
        ("pcl5", "print"),
        ("report", "patient"),
        ("report", "session"),
        ("review", "clinic"),
        ("review", "respct"),
        ("session", "preflight"),
        ("session", "replay"),
        ("session", "start"),
        ("session", "take-home"),
        ("soundscape", "build"),
        ("soundscape", "render"),
        ("soundscape", "solve"),
    }, "a command that writes a file by a name asks setsetting.desk.written first; try it here, and name it"


def test_what_is_read_is_not_written_over(run: CommandLine, tmp_path: Path) -> None:
    instance = tmp_path / "instance.json"
    instance.write_bytes(INSTANCE.read_bytes())
    run.refused("soundscape", "solve", instance, "--force", "-o", instance, says="is the file that is read")
    assert instance.read_bytes() == INSTANCE.read_bytes()


def test_a_folder_is_no_file(run: CommandLine, clinic: Path, plan: Path) -> None:
    for words in (("report", "patient", CODE, "-o"), (*BUILD, "-o")):
        run.refused(*words, clinic / "reports", says="is a folder; name a file in it")


def test_a_device_is_no_file(run: CommandLine, plan: Path) -> None:
    run.refused("report", "patient", CODE, "--force", "-o", "/dev/null", says="is a link or a device")
    assert Path("/dev/null").is_char_device()


def test_a_folder_that_is_there_is_forgotten_only_where_somebody_says_so(
    run: CommandLine, clinic: Path, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = _track(clinic).parent.parent
    known = len(open_clinic(clinic).tracks())
    run.refused("library", "forget", folder, says=f"{known} files of {folder} are there")
    monkeypatch.setattr("setsetting.cli.library.can_ask", lambda: True)
    run.refused("library", "forget", folder, stdin="n\n", says="Nothing is forgotten.")
    assert len(open_clinic(clinic).tracks()) == known
    assert run("library", "forget", folder, stdin="y\n").code == 0
    assert open_clinic(clinic).tracks() == ()
    monkeypatch.undo()
