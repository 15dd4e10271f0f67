"""A fresh process per room looks at what was loaded: import contracts cannot see what loads lazily or by name.

The contracts themselves (`lint-imports`) run in CI, where import-linter is installed.
"""

import subprocess
import sys
import wave
from pathlib import Path

import pytest
from house_code import MODULES_OF, TOP, is_of, rooms_below

from setsetting.audio.mix import Mix, Sound
from setsetting.player import job as jobs

LOAD_ROOM = """
import importlib, pkgutil, sys
room = importlib.import_module("setsetting." + sys.argv[1])
for found in pkgutil.walk_packages(getattr(room, "__path__", ()), room.__name__ + "."):
    importlib.import_module(found.name)
sys.stderr.write("\\n".join(sys.modules))
"""
LOAD_ONE = """
import importlib, sys
importlib.import_module(sys.argv[1])
sys.stderr.write("\\n".join(sys.modules))
"""
RUN_HELP = """
import sys
from setsetting.__main__ import main
sys.argv = ["setsetting", *sys.argv[1:]]
assert main() == 0
sys.stderr.write("\\n".join(sys.modules))
"""
RUN_PLAYER = """
import sys
from setsetting.player import run
from setsetting.player.__main__ import main
run.FIRST_WORD_S = 0.0  # nobody will speak to it
assert main(sys.argv[1:]) == 0
sys.stderr.write("\\n".join(sys.modules))
"""

SOUND = {"numpy", "av", "platformdirs"}
LOADS = {
    "arrays": {"numpy"},
    "units": set(),
    "words": set(),
    "progress": set(),
    "errors": set(),
    "strict_toml": {"msgspec"},
    "strict_json": {"msgspec"},
    "machine": {"platformdirs"},
    "clinical": {"msgspec"},
    "audio": SOUND,
    "player": SOUND | {"msgspec"},
    "library": SOUND | {"msgspec"},
    "exchange": {"msgspec", "platformdirs"},
    "soundscape": {"numpy", "msgspec"},
    "record": {"msgspec", "platformdirs"},
    "review": {"jinja2", "markupsafe", "msgspec", "numpy"},
    "session": SOUND | {"msgspec"},
    "desk": SOUND | {"msgspec", "jinja2", "markupsafe"},
    "views": {"msgspec", "numpy"},
    "demo": SOUND | {"msgspec", "jinja2", "markupsafe"},
    "cli": {"click"},
    "tui": {"textual", "rich", "msgspec", "platformdirs"},
}
"""What each room may load of the declared dependencies when all of it is imported; the rest waits for its use."""

MUSIC_ROOMS = ("audio", "player", "library")
NEVER = {
    "audio": ("clinical",),
    "player": ("clinical", "library"),
    "library": ("clinical", "player", "exchange"),
    "soundscape": (
        "clinical.pcl5",
        "clinical.thresholds",
        "clinical.setting",
        "clinical.course",
        "clinical.form",
        "player",
        "machine",
        "record",
    ),
    "record": (*MUSIC_ROOMS, "soundscape"),
    "exchange": (*MUSIC_ROOMS, "soundscape", "record"),
    "review": (*MUSIC_ROOMS, "soundscape", "record"),
    "views": ("desk", "session", "record", "player", "audio", "machine"),
    "cli": (*MUSIC_ROOMS, "exchange", "record", "desk"),
    "tui": (*MUSIC_ROOMS, "exchange", "record", "desk"),
}
"""Rooms that may not be loaded although they lie below, not even through others."""

SPINE = (
    "clinical.infusion",
    "clinical.form",
    "clinical.phases",
    "library.track",
    "audio.mix",
    "soundscape.soundscape",
    "soundscape.wishes",
    "player.status",
    "record.event",
    "record.kinds",
)
"""Types that cross doors, made so that a room above can name them without the rest of their room."""

FACES = ("cli", "tui")
PURE = (
    "arrays",
    "units",
    "words",
    "progress",
    "errors",
    "strict_toml",
    "strict_json",
    "clinical",
    "soundscape",
    "review",
    "views",
)
WORLD = ("socket", "subprocess", "sqlite3", "multiprocessing")
NETWORK = ("ssl", "http.client", "urllib.request", "smtplib", "ftplib", "xmlrpc")


def loaded_by(program: str, *arguments: str) -> set[str]:
    """The modules of a fresh process after it ran `program`."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=TOP.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


def dependencies_in(loaded: set[str]) -> set[str]:
    return {module for modules in MODULES_OF.values() for module in modules & loaded} - {"zoneinfo"}


def rooms_in(loaded: set[str]) -> set[str]:
    return {module.split(".")[1] for module in loaded if module.startswith("setsetting.")}


def test_the_table_names_every_room_of_the_house() -> None:
    rooms = {path.stem for path in TOP.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert set(LOADS) == rooms - {"__init__", "__main__"}


@pytest.mark.parametrize("room", LOADS)
def test_a_room_loads_what_lies_below_it_and_what_it_is_made_of(room: str) -> None:
    loaded = loaded_by(LOAD_ROOM, room)
    assert f"setsetting.{room}" in loaded
    assert rooms_in(loaded) <= rooms_below(room)
    assert dependencies_in(loaded) <= LOADS[room]
    refused = [f"setsetting.{each}" for each in NEVER.get(room, ())]
    if room in FACES:  # the room of a type that crosses doors is loaded with it, and nothing else of that room
        loaded -= {f"setsetting.{part}" for each in SPINE for part in (each, each.split(".")[0])}
    assert [module for module in sorted(loaded) if is_of(module, *refused)] == []
    if room in PURE:
        assert loaded.isdisjoint(WORLD)
    if room != "tui":  # Textual brings asyncio, which brings them
        assert loaded.isdisjoint(NETWORK)


@pytest.mark.parametrize("crossing", SPINE)
def test_a_type_that_crosses_doors_loads_the_ground_and_itself(crossing: str) -> None:
    loaded = loaded_by(LOAD_ONE, f"setsetting.{crossing}")
    room = crossing.split(".", maxsplit=1)[0]
    assert rooms_in(loaded) <= {room, "units", "words", "errors"}
    assert {module for module in loaded if is_of(module, f"setsetting.{room}")} == {
        f"setsetting.{room}",
        f"setsetting.{crossing}",
    }
    assert dependencies_in(loaded) <= {"msgspec"}


@pytest.mark.parametrize("module", ["desk.today", "desk.plans", "desk.visits", "tui.screens.today"])
def test_the_day_s_list_and_whether_its_plans_hold_load_no_planner_and_no_codecs(module: str) -> None:
    loaded = loaded_by(LOAD_ONE, f"setsetting.{module}")
    assert loaded.isdisjoint({"numpy", "av", "soxr", "miniaudio"})
    assert not [
        name for name in sorted(loaded) if is_of(name, "setsetting.soundscape.planner", "setsetting.soundscape.problem")
    ]


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_loads_no_room_but_its_own_face(arguments: list[str]) -> None:
    loaded = loaded_by(RUN_HELP, *arguments)
    assert rooms_in(loaded) <= {"__main__", "cli", "errors", "words", "units"}
    assert dependencies_in(loaded) == {"click"}
    assert loaded.isdisjoint(WORLD)


def test_the_running_player_has_loaded_no_patient_no_record_and_no_plan(tmp_path: Path) -> None:
    recording, folder = tmp_path / "a.wav", tmp_path / "run"
    with wave.open(str(recording), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(b"\1\0\2\0" * 4_000)
    folder.mkdir(mode=0o700)
    mix = Mix(8_000, 4_000, (Sound(str(recording), "", 0, 0, 4_000, 80, 80, 0.0),))
    jobs.write(folder, jobs.PlayerJob(session="s1", mix=mix, output="fast", capture=str(tmp_path / "capture.wav")))
    loaded = loaded_by(RUN_PLAYER, str(folder))
    assert (tmp_path / "capture.wav").stat().st_size > 4 * 3_900
    assert rooms_in(loaded) <= {
        "player",
        "audio",
        "machine",
        "errors",
        "words",
        "units",
        "arrays",
        "progress",
        "strict_json",
    }
    assert loaded.isdisjoint({"sqlite3", "sqlite_utils", "click", "textual", "rich", "jinja2", "mutagen", "pydub"})
