"""Controllers of one session that are killed, one after the other, until one of them comes to its end.

python session_controller.py CLINIC SCRIPT SEED LONGEST_S [player]

Each is a fork that takes the session over and walks the script from its first line. It says an event_id
once the answer was acknowledged as durable. Each may live a little longer than the one before, or a busy machine would
come to no end. Every other one enters its acts in the record at its next look, as a screen does. With `player` the player is killed as well, at times alone.
The last line said is `killed N`.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

import setsetting.soundscape.retime  # noqa: F401 - what a controller would import late, so that kills meet its work
from setsetting.desk import attending
from setsetting.desk.clinic import open_clinic
from setsetting.session import script, walk
from setsetting.session.link import PlayerLink
from setsetting.session.live import LiveSession

LONGER = 1.02


class Saying(LiveSession):
    """Says what was acknowledged."""

    def act(self, name: str, argument: str | None = None, event_id: str | None = None) -> str:
        return self._said(super().act(name, argument, event_id), event_id)

    def mark(self, name: str, note: str | None = None, event_id: str | None = None) -> str:
        return self._said(super().mark(name, note, event_id), event_id)

    def _said(self, words: str, event_id: str | None) -> str:
        if self.conductor.outbox.notice is None:
            os.write(1, f"{event_id}\n".encode())
        return words


def control(clinic: Path, lines: Path, *, looks_again: bool) -> None:
    with attending.attach(open_clinic(clinic)) as live:
        live.__class__ = Saying
        live.conductor.outbox.looks_again = looks_again
        walk.ScriptWalker(live, lambda _words: None).walk(script.read(lines, -(10**9)))
        walk.follow(live, lambda _words: None)


def main() -> int:
    clinic, lines, longest_s = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[4])
    moments, killed = random.Random(int(sys.argv[3])), 0
    while True:
        child = os.fork()
        if child == 0:
            control(clinic, lines, looks_again=killed % 2 == 1)
            os._exit(0)
        if _ended_within(child, moments.uniform(0, longest_s * LONGER**killed)):
            os.write(1, f"killed {killed}\n".encode())
            return 0
        whom = moments.choice(["controller", "player", "both"]) if sys.argv[5:] else "controller"
        if whom != "controller":
            _kill_player(clinic)
        if whom == "player":
            time.sleep(moments.uniform(0, longest_s))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        killed += 1


def _ended_within(child: int, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            assert os.waitstatus_to_exitcode(status) == 0
            return True
        time.sleep(0.002)
    return False


def _kill_player(clinic: Path) -> None:
    for where in (clinic / "live").iterdir():
        with PlayerLink(where) as link:
            state = link.state()
        if state is not None:
            os.kill(state.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
