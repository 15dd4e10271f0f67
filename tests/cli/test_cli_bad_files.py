"""Files that are broken, missing, unreadable or not what they are called: a sentence each, and nothing lost."""

import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import ITEMS, CommandLine

COMMANDS = [
    "library list --json",
    "library set {track} energy=3",
    "library tag {track} +x",
    "library scan {music}",
    "patient list --json",
    "patient add Q-1",
    "patient veto K-0417 --tag x --json",
    "pcl5 list --patient K-0417 --json",
    "session list --json",
    "session status --json",
    "session close",
    "session attach",
    "session add --patient K-0417 --started 2025-01-01T10:00 --minutes 40 --json",
    "session start --soundscape {planned} --patient K-0417 --output nowhere-such-device",
    "soundscape build --playlist short --minutes 5 --patient K-0417 --json",
    "soundscape check {planned} --json",
    "soundscape show {planned} --json",
    "soundscape render {planned} -o {out} --minutes 0:0.01 --force",
    "review patient K-0417 --json",
    "report patient K-0417 -o {out}.html --force",
    "record verify --json",
    "record rebuild --json",
    "playlist list --json",
]
"""What may fail on a damaged folder, and never with a fault."""


def _flipped(path: Path) -> None:
    """Every page but the first torn."""
    content = bytearray(path.read_bytes())
    for place in range(4096, len(content), 97):
        content[place] ^= 0xFF
    path.write_bytes(content)


def _random(path: Path) -> None:
    path.write_bytes(random.Random(7).randbytes(20_000))


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _tableless(path: Path) -> None:
    """A sound database of the right version with nothing in it."""
    with sqlite3.connect(path) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
    database.close()
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version = {version}")
        database.execute("CREATE TABLE other (a)")
    database.close()


DAMAGES: list[Callable[[Path], None]] = [Path.unlink, _flipped, _random, _emptied, _cut, _folder, _tableless]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: str(damage.__name__).strip("_"))
@pytest.mark.parametrize("name", ["library.db", "curation.db", "record.db"])
def test_a_damaged_database_is_a_sentence_for_every_command(
    run: CommandLine, clinic: Path, planned: Path, name: str, damage: Callable[[Path], None]
) -> None:
    track = run("library", "list", "--json").json[0]
    places = {"track": track["track_id"][:10], "planned": planned, "out": "out.wav"}
    sound = {file: (clinic / file).read_bytes() for file in ("library.db", "curation.db", "record.db")}
    for words in COMMANDS:
        for file, content in sound.items():
            shutil.rmtree(clinic / file, ignore_errors=True)
            (clinic / file).write_bytes(content)
        damage(clinic / name)
        spelled = words.format(music=Path(track["path"]).parent, **places).split()
        answer = run(*spelled)  # what holds of every answer is checked there
        assert answer.code in (0, 1)
        if damage in (_flipped, _random) and spelled[0] == "library" and name != "record.db":
            assert (answer.code, f"{name} is damaged" in answer.err) == (1, True) or spelled[1] == "scan"


def test_a_record_that_others_refuse_is_opened_to_be_verified(run: CommandLine, clinic: Path) -> None:
    with sqlite3.connect(clinic / "record.db") as database:
        database.execute("DROP TRIGGER IF EXISTS event_is_never_changed")
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE event SET payload = replace(payload, 'K-0417', 'K-0418')")
    database.close()
    verified = run("record", "verify", "--json")
    assert (verified.code, verified.json["ok"]) == (1, False)
    assert verified.json["missing_triggers"]
    assert verified.json["first_bad"]["damage"] == "altered content"
    assert verified.err.strip(), "the sentences stand on standard error with --json too"
    run.refused("patient", "list", says="record.db")
    (clinic / "clinic.toml").write_text("broken", encoding="utf-8")
    assert run("record", "verify").code == 1


CLINIC = 'time_zone = "Etc/UTC"\nrooms = ["room-1"]\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "`time_zone`"),
        ("x", "not valid TOML"),
        (CLINIC + "roms = 3\n", "line 3: unknown key 'roms'. Did you mean 'rooms'?"),
        (CLINIC + "[course]\ninfusion = 6\n", "line 4: unknown key 'infusion'. Did you mean 'infusions'?"),
        (CLINIC + "[course]\ninfusions = 0\n", "line 4: course.infusions"),
        (CLINIC + "rate_hz = 22050\n", "line 3: rate_hz: 44100 or 48000"),
        (CLINIC + "[outputs]\n", "line 3: outputs: an output is its room's now"),
        (CLINIC + "rate_hz = nan\n", "line 3: rate_hz"),
        ('time_zone = "Mars/Base"\nrooms = ["a"]\n', "line 1: time_zone: not a time zone"),
        ('time_zone = "../../etc/passwd"\nrooms = ["a"]\n', "line 1: time_zone: not a time zone"),
        ('time_zone = "Etc/UTC"\nrooms = []\n', "line 2: rooms"),
        ('time_zone = "Etc/UTC"\nrooms = ["../x"]\n', "line 2: rooms"),
        ('time_zone = "Etc/UTC"\nrooms = ["a\\n"]\n', "line 2: rooms"),
        ('time_zone = "Etc/UTC"\nrooms = ["a", "a"]\n', "line 2: rooms: a room is named twice"),
        ("a = " + "[" * 5000 + "]" * 5000, "deep"),
    ],
)
def test_a_broken_clinic_toml_names_key_line_and_nearest(run: CommandLine, clinic: Path, text: str, says: str) -> None:
    (clinic / "clinic.toml").write_text(text, encoding="utf-8")
    answer = run.refused("patient", "list", "--json", says=says)
    assert "clinic.toml" in answer.err
    assert len(answer.err.splitlines()) == 1


def test_a_clinic_toml_that_is_no_text_or_no_file(run: CommandLine, clinic: Path) -> None:
    toml = clinic / "clinic.toml"
    toml.write_bytes(b"\xff\xfe\x00")
    run.refused("patient", "list", says="is not UTF-8")
    _folder(toml)
    run.refused("patient", "list", says="is no clinic folder")


def _playlist(**changes: str) -> str:
    """first-gentle with some values changed where they first stand."""
    text = (Path(__file__).parents[2] / "playlists" / "first-gentle.toml").read_text(encoding="utf-8")
    for name, value in changes.items():
        lines = text.splitlines()
        number = next(number for number, line in enumerate(lines) if line.startswith(f"{name} ="))
        lines[number] = value if "=" in value else f"{name} = {value}"
        text = "\n".join(lines) + "\n"
    return text


PLAYLISTS = {
    "unknown key": (_playlist(energy_step_max="energy_stp_max = 2"), "unknown key 'energy_stp_max'. Did you mean"),
    "nan": (_playlist(energy_step_max="nan"), "energy_step_max: is nan"),
    "inf": (_playlist(spare_s="inf"), "spare_s"),
    "negative length": (_playlist(infusion_min="-40"), "infusion_min"),
    "negative spare": (_playlist(spare_s="-600"), "spare_s"),
    "no energy": (_playlist(energy_from="11"), "phase.1.energy_from: is 11"),
    "a truth": (_playlist(energy_from="true"), "phase.1.energy_from"),
    "no anchor": (_playlist(at='at = { anchor = "middle", minutes = 3 }'), "anchor"),
    "overlapping": (_playlist(at='at = { anchor = "start", minutes = 13 }'), "expected phases in order of time"),
    "outside name": (_playlist(name='"../../x"'), "name"),
    "empty": ("", "format"),
    "deep": ("x = " + "[" * 5000 + "]" * 5000, "deep"),
    "deep table": ("[" + ".".join("a" * 3000) + "]\nb = 1", "unknown key 'a'"),
    "twice": (_playlist() + "[[phase]]\nname = 1\nname = 2\n", "not valid TOML"),
}


@pytest.mark.parametrize("name", PLAYLISTS)
def test_a_broken_playlist_is_said_and_shown_on_the_shelf(run: CommandLine, clinic: Path, name: str) -> None:
    text, says = PLAYLISTS[name]
    file = clinic / "playlists" / "first-gentle.toml"
    file.write_text(text, encoding="utf-8")
    checked = run("playlist", "check", file, "--json")
    assert (checked.code, checked.json["ok"]) == (1, False)
    assert says in checked.json["trouble"]
    assert checked.json["trouble"] == checked.err.strip()
    (shelved,) = [row for row in run("playlist", "list", "--json").json if row["name"] == "first-gentle"]
    assert (shelved["shadows"], shelved["trouble"]) == (True, checked.json["trouble"])
    run.refused("soundscape", "build", "--playlist", "first-gentle", "--minutes", "40", says=says)


def test_a_playlist_that_is_no_file(run: CommandLine, clinic: Path) -> None:
    run.refused("playlist", "check", "nope.toml", says="nope.toml does not exist")
    run.refused("playlist", "check", clinic, says="Is a directory")
    Path("bytes.toml").write_bytes(b"\xff\xfe\x00")
    run.refused("playlist", "check", "bytes.toml", says="is not UTF-8")
    (clinic / "playlists" / "other.toml").write_text(_playlist(), encoding="utf-8")
    run.refused("playlist", "show", "other", says="calls itself 'first-gentle'")
    run.refused("soundscape", "build", "--playlist", "rescue-grounding", "--minutes", "40", says="is a loop for rescue")


def _first(**changes: Any) -> Callable[[dict[str, Any]], object]:
    return lambda file: file["cues"][0].update(changes)


SOUNDSCAPES: dict[str, Callable[[dict[str, Any]], object]] = {
    "other format": lambda file: file.update(format="soundscape/9"),
    "a version no record holds": lambda file: file.update(playlist_version=10**23),
    "no version": lambda file: file.update(playlist_version=0),
    "a seed below nothing": lambda file: file.update(seed=-1),
    "a bound above the cost": lambda file: file.update(bound=file["cost"] + 1),
    "unknown field": lambda file: file.update(extra=1),
    "no digests": lambda file: file.pop("digests"),
    "no cues": lambda file: file.update(cues=[]),
    "no infusion": lambda file: file.update(minutes=0),
    "endless infusion": lambda file: file.update(minutes=500),
    "no number": lambda file: file.update(minutes="40"),
    "unknown rule": lambda file: file.update(loosened={"foo": 3}),
    "wrong rule": lambda file: file.update(loosened={"startle_max_lu": "x"}),
    "unknown playlist": lambda file: file.update(playlist="nope"),
    "a way out": lambda file: file.update(playlist="../../etc/x"),
    "a loop": lambda file: file.update(playlist="rescue-grounding"),
    "backwards": lambda file: file["cues"].reverse(),
    "half of it": lambda file: file.update(cues=file["cues"][:2]),
    "unknown kind": _first(kind="noise"),
    "no track": _first(kind="track", track_id=None),
    "unknown track": _first(kind="track", track_id="\x1b[31m"),
    "unknown phase": _first(phase="nophase"),
    "no length": _first(length_ms=0),
    "too long a fade": _first(fade_out_ms=10**9),
    "too loud": _first(gain_db=500),
    "too late": _first(start_ms=10**30),
}


@pytest.mark.parametrize("name", SOUNDSCAPES)
def test_a_broken_soundscape_neither_passes_nor_plays(run: CommandLine, planned: Path, name: str) -> None:
    file = json.loads(planned.read_text())
    SOUNDSCAPES[name](file)
    Path("s.json").write_text(json.dumps(file))
    assert run("soundscape", "check", "s.json").code == 1
    assert run("soundscape", "show", "s.json").code in (0, 1)
    assert run("soundscape", "render", "s.json", "-o", "out.wav", "--minutes", "0:0.01", "--force").code in (0, 1)
    if name not in ("half of it", "unknown phase"):  # whole enough to sound; the check says what is missing
        run.refused("session", "start", "--soundscape", "s.json", "--patient", "K-0417", "--output", "none", says="")
        assert run("session", "list", "--json").json == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"3", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000, b"NaN"])
def test_a_file_that_is_no_json_of_ours(run: CommandLine, content: bytes) -> None:
    Path("x.json").write_bytes(content)
    for words in (
        ("soundscape", "check", "x.json", "--json"),
        ("soundscape", "show", "x.json", "--json"),
        ("soundscape", "render", "x.json", "-o", "out.wav"),
        ("soundscape", "solve", "x.json", "-o", "plan.json", "--json"),
        ("session", "start", "--soundscape", "x.json", "--patient", "K-0417", "--output", "null"),
    ):
        run.refused(*words, says="x.json")


def test_a_scan_gets_past_broken_files_and_names_each(run: CommandLine, bare: CommandLine) -> None:
    whole = Path(run("library", "list", "--json").json[0]["path"]).read_bytes()
    music = Path("music")
    (music / "in").mkdir(parents=True)
    (music / "in" / "loop").symlink_to("..")
    (music / "folder.flac").mkdir()
    (music / "link.ogg").symlink_to("nowhere.ogg")
    os.mkfifo(music / "pipe.wav")
    for name, content in {
        "whole.wav": whole,
        "renamed.mp3": whole,
        "zero.flac": b"",
        "cut.wav": whole[: len(whole) // 2],
        "text.wav": b"not audio",
        "random.mp3": random.Random(3).randbytes(60_000),
        "red\x1b[31m\x07.flac": b"",
        "line\nbreak.flac": b"",
    }.items():
        (music / name).write_bytes(content)
    Path(os.fsdecode(os.fsencode(music) + b"/latin\xe9.flac")).write_bytes(b"")
    bare("init", "own")
    answer = bare("--clinic", "own", "library", "scan", music, "--json")
    assert answer.code == 0
    failed = {Path(one["path"]).name: one["reason"] for one in answer.json["failed"]}
    assert set(failed) >= {"zero.flac", "cut.wav", "text.wav", "random.mp3", "link.ogg", "latin\udce9.flac"}
    assert "red\x1b[31m\x07.flac" in failed
    assert all(failed.values())
    assert len([line for line in answer.err.splitlines() if ": " in line]) == len(failed)
    (kept,) = bare("--clinic", "own", "library", "list", "--json").json
    assert Path(kept["path"]).name in ("whole.wav", "renamed.mp3")
    again = bare("--clinic", "own", "library", "scan", music, "--json").json
    assert (again["scanned"], len(again["failed"])) == (0, len(failed))


def test_a_folder_without_music_is_refused(run: CommandLine) -> None:
    Path("empty").mkdir()
    Path("texts").mkdir()
    Path("texts/read.me").write_text("no music")
    for folder, says in (
        ("empty", "empty holds no audio file"),
        ("texts", "texts holds no audio file"),
        ("nowhere", "nowhere does not exist"),
        ("texts/read.me", "is not a folder"),
    ):
        answer = run.refused("library", "scan", folder, "--json", says=says)
        assert len(answer.err.splitlines()) == 1


def test_an_unreadable_folder_is_no_wrong_argument(run: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root reads everything, so the refusal is made here."""
    Path("locked").mkdir()
    real = os.scandir

    def scandir(folder: Any) -> Any:
        if os.fspath(folder).endswith("locked"):
            raise PermissionError(13, "Permission denied", os.fspath(folder))
        return real(folder)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(os, "access", lambda *_asked, **_how: False)
    run.refused("library", "scan", "locked", says="locked cannot be read: Permission denied")


def test_a_file_that_exists_or_a_place_that_is_none(run: CommandLine, planned: Path) -> None:
    render = ("soundscape", "render", planned, "--minutes", "0:0.01", "-o")
    build = ("soundscape", "build", "--playlist", "short", "--minutes", "5", "-o")
    for words, name in (
        ((*build,), "s.json"),
        ((*render,), "s.wav"),
        (("report", "patient", "K-0417", "-o"), "s.html"),
    ):
        Path(name).write_text("mine")
        run.refused(*words, name, says=f"{name} exists already; add --force")
        assert Path(name).read_text() == "mine"
        assert run(*words, name, "--force").code == 0
        run.refused(*words, f"nowhere/{name}", says="nowhere")
        Path(f"folder-{name}").mkdir()
        run.refused(*words, f"folder-{name}", "--force", says=f"folder-{name}")
    assert not list(Path().glob(".*part"))


class _ReadOnly:
    """A place that root itself may not write to, as far as the program can see."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self.folder, self.open = str(folder), os.open
        monkeypatch.setattr(os, "open", self)

    def __call__(self, path: Any, flags: int, *mode: int, **more: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR) and os.fsdecode(path).startswith(self.folder):
            raise PermissionError(13, "Permission denied", os.fsdecode(path))
        return self.open(path, flags, *mode, **more)


def test_a_read_only_folder_is_a_sentence(
    run: CommandLine, clinic: Path, planned: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.getuid():
        for path in (clinic, *clinic.rglob("*")):
            path.chmod(0o500 if path.is_dir() else 0o400)
    else:
        _ReadOnly(monkeypatch, clinic)
    for words in (
        ("soundscape", "build", "--playlist", "short", "--minutes", "5"),
        ("report", "patient", "K-0417", "-o", clinic / "r.html"),
        ("soundscape", "build", "--playlist", "short", "--minutes", "5", "-o", clinic / "s.json"),
        ("init", clinic / "inner"),
    ):
        run.refused(*words, says="cannot be written: Permission denied")
    if os.getuid():
        run.refused("pcl5", "add", "--patient", "K-0417", "--recall", "week", "--taken", "2025-01-02", stdin=ITEMS,
                    says="may not be written")  # fmt: skip
        for path in (clinic, *clinic.rglob("*")):
            path.chmod(0o700)


def test_standard_input_that_is_no_text_is_refused_whole(run: CommandLine) -> None:
    entry = ("pcl5", "add", "--patient", "K-0417", "--recall", "week", "--taken", "2025-01-02")
    run.refused(*entry, stdin=ITEMS.encode() + b"\xff", says="is not UTF-8")
    past = ("session", "add", "--patient", "K-0417", "--started", "2025-01-01T10:00", "--minutes", "40")
    run.refused(*past, "--setting", "-", stdin=b'note = "\xff"', says="is not UTF-8")
    assert run("session", "list", "--json").json == []
