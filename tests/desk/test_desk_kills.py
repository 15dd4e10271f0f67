"""Killed at random: no acknowledged act is lost, none counts twice, and the room hears what it would have heard.

`SETSETTING_LOOPS=full pytest tests/desk/test_desk_kills.py` runs the 200 rounds. Sessions in fast time,
whose player waits at each act, so that what was heard can be compared to the frame.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from session_clinic import CODE, copy_of, plan, samples, script

from setsetting.desk import sessions
from setsetting.desk.clinic import Clinic
from setsetting.record import live_rows, rows
from setsetting.record.verify import verify
from setsetting.session.agreement import ADOPTED

FULL = os.environ.get("SETSETTING_LOOPS") == "full"
ROUNDS = 200 if FULL else 3
CONTROLLER = Path(__file__).with_name("session_controller.py")
WALK = (
    "-0.5 volume -3",
    "-0.4 duck",
    "-0.2 undo",
    "0.1 infusion-start",
    "0.2 mark onset",
    "0.4 rescue",
    "0.5 undo",
    "0.7 next",
    "0.9 infusion-pause",
    "1 silence",
    "1.2 next",
    "1.4 infusion-resume",
    "1.6 fade-out 10",
    "1.7 undo",
    "1.9 infusion-stop",
    "2.1 rescue",
    "2.3 fade-out 5",
)


@dataclass
class Walked:
    """What is left of a session that came to its end; `killed` is how many processes did not."""

    heard: npt.NDArray[np.int16]
    acts: list[tuple[str, int, int | None, bool]]
    kinds: dict[str, str]
    said: list[str]
    killed: int = 0


Walk = Callable[..., Walked]


@pytest.fixture
def walked(clinic_template: Path, tmp_path: Path) -> Walk:
    def walk(name: str, *words: str) -> Walked:
        clinic = copy_of(clinic_template, tmp_path / name)
        lines, capture = script(clinic, *WALK), tmp_path / f"{name}.wav"
        asked = sessions.SessionRequest(plan(clinic), CODE, output="fast", capture=capture, script=lines)
        started = sessions.start(clinic, asked, say=lambda _words: None)
        if not words:
            sessions.stay(started.live, started.lines, lambda _words: None)
            return _left(clinic, started.session_id, capture, [])
        started.live.detach()
        command = [sys.executable, str(CONTROLLER), str(clinic.folder), str(lines), *words]
        said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split("\n")[:-1]
        return _left(clinic, started.session_id, capture, said)

    return walk


def _left(clinic: Clinic, session_id: str, capture: Path, said: list[str]) -> Walked:
    with clinic.record() as record:
        assert rows.session(record, session_id).how == "closed"
        acts = [(act.act, act.clock_ms, act.infusion_ms, act.undone) for act in live_rows.acts(record, session_id)]
        events = record.events(session_id=session_id)
        kinds = {event.event_id: event.kind for event in events if ADOPTED not in (event.payload or "")}
    assert verify(clinic.folder / "record.db").ok
    killed = int(said[-1].removeprefix("killed ")) if said else 0
    return Walked(samples(capture), acts, kinds, said[:-1], killed)


@pytest.mark.loop
def test_no_acknowledged_act_is_lost_to_kill_9_of_its_controller_and_the_music_is_the_same(walked: Walk) -> None:
    undisturbed, killed, walks = walked("undisturbed"), 0, 0
    while killed < ROUNDS:
        walks += 1  # one may come to its end before anything is killed
        left = walked(f"walk-{walks}", str(walks), "0.3")
        assert set(left.said) <= left.kinds.keys()
        assert left.acts == undisturbed.acts
        assert sorted(left.kinds.values()) == sorted(undisturbed.kinds.values())
        assert np.array_equal(left.heard, undisturbed.heard)
        killed += left.killed
    print(f"{killed} controllers killed")


@pytest.mark.loop
def test_kill_9_of_the_player_as_well_loses_no_act_and_no_second_of_the_music(walked: Walk) -> None:
    undisturbed, killed, walks = walked("undisturbed"), 0, 0
    while killed < ROUNDS:
        walks += 1  # one may come to its end before anything is killed
        left = walked(f"walk-{walks}", str(walks), "1", "player")
        assert set(left.said) <= left.kinds.keys()
        assert left.acts == undisturbed.acts
        assert len(left.heard) == len(undisturbed.heard)
        killed += left.killed
    print(f"{killed} controllers or players killed")
