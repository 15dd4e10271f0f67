"""A capture: a WAV of what was sent, 16 bit stereo, dithered as a render is, valid at every moment.

Samples are written before the header that counts them, so a file left by a kill opens with all the sound but the last
fraction of a second. A restarted player goes on in the same file. Where nothing could be sent (output lost, player
dead) the file has silence of that length, so a gap is seen where it was.
"""

import contextlib
import errno
import os
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

from setsetting.arrays import Block
from setsetting.audio.dither import to_int16
from setsetting.audio.encode import BYTES_PER_FRAME, WAV_HEADER_BYTES, WAV_MOST_FRAMES, wav_header
from setsetting.errors import SetSettingError
from setsetting.machine import files
from setsetting.units import Frames, Hertz, Milliseconds, Seconds, frames_from_ms, frames_from_s
from setsetting.words.translate import _

_MOST_UNWRITTEN = 1_500
_OPENED = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
"""A capture that goes on after a kill follows no link that was put in its place meanwhile."""


class Capture:
    """The file being written; one thread at a time."""

    def __init__(self, path: Path, rate_hz: Hertz, *, carry_on: bool) -> None:
        """Make the file, which must not exist; with `carry_on` go on at the end of one that does."""
        self._rate_hz = rate_hz
        new = not (carry_on and path.exists())
        try:
            self._handle = os.open(path, _OPENED | (os.O_CREAT | os.O_EXCL if new else 0), files.OWNER_ONLY)
        except FileExistsError as error:
            raise files.exists(path) from error
        except OSError as error:
            raise files.cannot_write(path, error) from error
        self._frames = Frames(max(0, os.fstat(self._handle).st_size - WAV_HEADER_BYTES) // BYTES_PER_FRAME)
        self.checkpoint()

    def write(self, block: Block, frame: Frames) -> None:
        """Append frames that were sent, the first being frame `frame` of the Mix."""
        self._append(to_int16(block, frame).tobytes())

    def silence(self, ms: Milliseconds) -> None:
        """Append digital silence for a time in which nothing was sent."""
        left = frames_from_ms(ms, self._rate_hz)
        while left > 0:
            count = min(left, frames_from_s(Seconds(1), self._rate_hz))
            self._append(bytes(count * BYTES_PER_FRAME))
            left -= count

    def go_back(self, frames: Frames) -> None:
        """Forget what was written past `frames`: a fast player is started again a little before where it was."""
        self._frames = min(self._frames, frames)
        os.ftruncate(self._handle, WAV_HEADER_BYTES + self._frames * BYTES_PER_FRAME)
        self.checkpoint()

    def checkpoint(self) -> None:
        """Let the header count what is in the file."""
        os.pwrite(self._handle, wav_header(self._frames, self._rate_hz), 0)

    def close(self) -> None:
        try:
            self.checkpoint()
        finally:
            os.close(self._handle)

    def _append(self, content: bytes) -> None:
        frames = len(content) // BYTES_PER_FRAME
        if self._frames + frames > WAV_MOST_FRAMES:
            return  # a WAV holds no more; what is in it stays valid
        if os.pwrite(self._handle, content, WAV_HEADER_BYTES + self._frames * BYTES_PER_FRAME) < len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # the last of the room on a disk
        self._frames += frames


class CaptureWriter:
    """What was sent, on its way to a capture: who sends hands it over, who looks after the player writes it.

    A full disk, or a folder that is gone, ends the capture and not the music; `tell` hears the sentence. Without
    a path nothing is captured.
    """

    def __init__(self, path: str | None, rate_hz: Hertz, tell: Callable[[str], None]) -> None:
        self._path = path
        self._rate_hz = rate_hz
        self._tell = tell
        self._capture: Capture | None = None
        self._sent: deque[tuple[Frames, Block]] = deque()

    def open(self) -> None:
        """Make the file; raise Refused when that cannot be, since nothing has sounded yet."""
        if self._path is not None:
            self._capture = Capture(Path(self._path), self._rate_hz, carry_on=False)

    def carry_on(self, *, to: Frames | None, gap_ms: Milliseconds) -> None:
        """Go on after a kill: back to a frame of the capture, or past silence for what was not sent."""
        with self._or_without():
            if self._path is not None:
                self._capture = Capture(Path(self._path), self._rate_hz, carry_on=True)
                if to is None:
                    self._capture.silence(gap_ms)
                else:
                    self._capture.go_back(to)

    def sent(self, frame: Frames, block: Block) -> None:
        """Take what was sent from a frame on; the device's callback may call it."""
        if self._capture is not None and len(self._sent) < _MOST_UNWRITTEN:
            self._sent.append((frame, block.copy()))

    def write(self) -> None:
        """Write what was sent until now."""
        with self._or_without():
            if self._capture is not None:
                while self._sent:
                    frame, block = self._sent.popleft()
                    self._capture.write(block, frame)
                self._capture.checkpoint()

    def silence(self, ms: Milliseconds) -> None:
        """Keep a time in which nothing was sent, after all that was."""
        self.write()
        with self._or_without():
            if self._capture is not None:
                self._capture.silence(ms)

    def close(self) -> None:
        ended, self._capture = self._capture, None
        with self._or_without():
            if ended is not None:
                ended.close()

    @contextlib.contextmanager
    def _or_without(self) -> Iterator[None]:
        try:
            yield
        except (OSError, SetSettingError) as error:
            ended, self._capture = self._capture, None
            if ended is not None:
                with contextlib.suppress(OSError):
                    ended.close()
            why = error.strerror if isinstance(error, OSError) else str(error).rstrip(".")
            self._tell(_("The capture ended, it cannot be written on: {why}.").format(why=why))
