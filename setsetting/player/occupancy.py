"""One player an output: who plays on it says so beside its lock, so that whoever is refused knows by whom.

A device is one per user, an unheard output is one per clinic.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from setsetting.errors import Refused
from setsetting.machine import files, locks, sockets
from setsetting.machine.processes import Process
from setsetting.player import client, presence
from setsetting.player.job import VIRTUAL, PlayerJob
from setsetting.words.translate import _

AGAIN = "again"
"""In the place of a session: what was heard is heard again."""
_ENDS_WITHIN_S = 3.0
_LOOKED_AT_S = 0.5


@contextmanager
def occupied(folder: Path, job: PlayerJob, outputs: Sequence[str]) -> Iterator[None]:
    """Hold outputs for the player of a folder; raises Refused where another player holds one.

    One whose session is over is no hindrance: it is ended.
    """
    with ExitStack() as holding:
        for asked, output in zip(job.outputs, outputs, strict=True):
            holding.enter_context(_held(folder, job, asked, output))
        yield


@contextmanager
def _held(folder: Path, job: PlayerJob, asked: str, output: str) -> Iterator[None]:
    lock = _lock_of(output, job.clinic)
    note = lock.with_suffix(".player")
    with ExitStack() as holding:
        try:
            holding.enter_context(locks.held(lock, wait_s=_LOOKED_AT_S))
        except locks.Busy as busy:
            other = _Occupant.read(note)
            if other is None or not other.is_left_over or not other.process.end(_ENDS_WITHIN_S):
                raise _refusal(asked, other) from busy
            try:
                holding.enter_context(locks.held(lock, wait_s=_ENDS_WITHIN_S))
            except locks.Busy as again:
                raise _refusal(asked, _Occupant.read(note)) from again
        files.write_whole(note, _Occupant(Process.this(), job.session, folder).text.encode(), replace=True)
        yield


def refuse_occupied(asked: str, output: str, clinic: str) -> None:
    """Raise Refused where a player holds an output, as one that is started there would be; `asked` is what it was called."""
    lock = _lock_of(output, clinic)
    if locks.is_held(lock):
        other = _Occupant.read(lock.with_suffix(".player"))
        if other is None or not other.is_left_over:
            raise _refusal(asked, other)


def _lock_of(output: str, clinic: str) -> Path:
    place = f"{output}\0{clinic if output in VIRTUAL else ''}"
    return sockets.runtime_dir() / f"output-{hashlib.sha256(place.encode()).hexdigest()[:24]}.lock"


@dataclass(frozen=True, slots=True)
class _Occupant:
    """Who plays on an output: the process, its session and its folder."""

    process: Process
    session: str
    folder: Path

    @classmethod
    def read(cls, note: Path) -> Self | None:
        try:
            told, session, folder = note.read_text(encoding="utf-8").split("\n", 2)
        except (OSError, ValueError):
            return None
        process = Process.told(told)
        return None if process is None or not process.runs else cls(process, session, Path(folder))

    @property
    def text(self) -> str:
        return f"{self.process}\n{self.session}\n{self.folder}"

    @property
    def is_left_over(self) -> bool:
        """Whether its session is closed, and nothing would end it."""
        return self.session != AGAIN and presence.is_over(self.folder)


def _refusal(output: str, other: _Occupant | None) -> Refused:
    if other is None:
        return Refused(
            _("Another session is playing on this output ({output}); close it first, or name another output.").format(
                output=output
            )
        )
    if other.session == AGAIN:
        return Refused(
            _("On this output ({output}) a session is being heard again; end that first.").format(output=output)
        )
    player = client.connect(other.folder)
    if player is None:
        words = _(
            "An older player of session {id} stalls on this output ({output}); "
            "`setsetting session close --session {id}` ends it."
        )
    else:
        player.close()
        words = _("Another session is playing on this output ({output}): {id}; close it first, or name another output.")
    return Refused(words.format(output=output, id=other.session))
