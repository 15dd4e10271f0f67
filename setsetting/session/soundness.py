"""Whether the files of tonight's tracks and prompts are still what they were when the session began: looked at before they sound.

A file is known by the size and the times that it had when it was scanned; one whose stamp differs is read once, and is lost
when its sound differs. A file that comes back is no longer lost. Nothing here plans; what is lost is left out of what is planned.
"""

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from setsetting.audio.decode import packet_digest
from setsetting.errors import SetSettingError
from setsetting.library.prompt import Prompt
from setsetting.library.track import Track
from setsetting.machine.files import Stamp, stamp_of

LOOK_EVERY_S = 1.0


class Soundness:
    """What of tonight's files is lost by now, by the ids of their sound; what has none of the `stamps` is read first."""

    def __init__(
        self,
        sounds: Mapping[str, Track | Prompt],
        stamps: Mapping[str, Stamp | None],
        digest: Callable[[Path], str] = packet_digest,
    ) -> None:
        self._sounds = sounds
        self._stamps = dict(stamps)
        self._digest = digest
        self._looked_at = -LOOK_EVERY_S
        self._unsound: dict[str, Stamp] = {}
        self._reads = 0
        self.failed: set[str] = set()
        self.lost: frozenset[str] = frozenset(track_id for track_id, was in stamps.items() if was is None)

    def look(self, soon: Iterable[str]) -> frozenset[str]:
        """Look at the files that sound soon and at what is lost; when one is, give whatever else is gone with it."""
        if time.monotonic() - self._looked_at < LOOK_EVERY_S:
            return frozenset()
        self._looked_at = time.monotonic()
        back = self._back()
        lost = {track_id for track_id in soon if not self.is_sound(track_id)}
        if lost - self.lost:  # a whole disk may be gone, and each new plan would choose the next of it
            lost |= {sound_id for sound_id, sound in self._sounds.items() if stamp_of(sound.path) is None}
        newly, self.lost = frozenset(lost - self.lost), frozenset((self.lost - back) | lost)
        return newly

    def _back(self) -> set[str]:
        """What is lost and sound again; after one file was read the others wait for the next look."""
        back = set()
        for track_id in self.lost - self.failed:
            reads = self._reads
            if self.is_sound(track_id):
                back.add(track_id)
            if self._reads > reads:
                break
        return back

    def fail(self, track_id: str) -> None:
        """Take a track for lost, whatever its file says: it could not be read while it sounded."""
        self.failed.add(track_id)
        self.lost |= {track_id}

    def is_sound(self, track_id: str) -> bool:
        """Whether a file is what it was; one that was only written to anew is known by its new stamp from now on."""
        if track_id not in self._sounds or track_id in self.failed:
            return False
        path = self._sounds[track_id].path
        now = stamp_of(path)
        if now is None or now == self._stamps.get(track_id):
            return now is not None
        if now == self._unsound.get(track_id):
            return False
        self._reads += 1
        with contextlib.suppress(SetSettingError):
            if self._digest(Path(path)) == track_id:
                self._stamps[track_id] = now
                return True
        self._unsound[track_id] = now
        return False
