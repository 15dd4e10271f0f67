"""Writers of 16-bit stereo: FLAC for files that are kept, WAV for programs that know nothing else.

Both give the same bytes for the same samples, whatever blocks they come in (no encoder's version, no
date). They write under the name they are given; `written_whole` gives a temporary one, for a file that
must be there whole or not at all. The file can be read by its owner only.
"""

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import av.logging
import numpy as np
from av.audio.frame import AudioFrame

from setsetting.arrays import Pcm16
from setsetting.errors import Refused, UsageError
from setsetting.machine import files
from setsetting.machine.closable import Closable
from setsetting.machine.files import OWNER_ONLY, exists
from setsetting.units import Frames, Hertz, s_from_frames
from setsetting.words.translate import _

BYTES_PER_FRAME = 4
WAV_HEADER_BYTES = 44
WAV_MOST_FRAMES = Frames((0xFFFFFFFF - WAV_HEADER_BYTES) // BYTES_PER_FRAME)
"""The size in a WAV header has 32 bits: 6 h 45 min at 44,100 Hz."""

FLAC_LEVEL = 5
"""Half the size of PCM at full encoding speed; level 8 takes twice the time for 1 % less."""
FLAC_BLOCK = 4608

av.logging.set_level(None)


class WavWriter(Closable):
    """WAV, 16-bit PCM. Takes blocks of (frames, 2) in order; the file is complete once `close` has returned."""

    def __init__(self, path: Path, rate_hz: Hertz) -> None:
        self.frames = Frames(0)
        self._path = path
        self._rate_hz = rate_hz
        self._file = os.fdopen(_create(path), "wb")
        self._file.write(wav_header(Frames(0), rate_hz))

    def write(self, block: Pcm16) -> None:
        if self.frames + len(block) > WAV_MOST_FRAMES:
            raise too_long_for_wav(self._path, self._rate_hz)
        self._file.write(np.ascontiguousarray(block, "<i2").data)
        self.frames += len(block)

    def close(self) -> None:
        if not self._file.closed:
            self._file.seek(0)
            self._file.write(wav_header(self.frames, self._rate_hz))
            self._file.close()


class FlacWriter(Closable):
    """FLAC with a true MD5 of its samples, in blocks of fixed size; fed as a `WavWriter` is."""

    def __init__(self, path: Path, rate_hz: Hertz) -> None:
        os.close(_create(path))
        self._rate_hz = rate_hz
        self._container = av.open(f"file:{path}", "w", format="flac", container_options={"fflags": "+bitexact"})
        self._stream = self._container.add_stream("flac", rate=rate_hz, layout="stereo", format="s16")
        self._stream.codec_context.options = {
            "compression_level": str(FLAC_LEVEL),
            "frame_size": str(FLAC_BLOCK),
            "flags": "+bitexact",
        }
        self._held: Pcm16 = np.empty((0, 2), np.int16)
        self.frames = Frames(0)
        self._open = True

    def write(self, block: Pcm16) -> None:
        held = np.concatenate((self._held, block))  # a copy, since the caller fills its block anew
        whole = len(held) - len(held) % FLAC_BLOCK
        for first in range(0, whole, FLAC_BLOCK):
            self._encode(held[first : first + FLAC_BLOCK])
        self._held = held[whole:]

    def close(self) -> None:
        if not self._open:
            return
        self._open = False
        try:
            if len(self._held):
                self._encode(self._held)
            self._container.mux(self._stream.encode(None))
        finally:
            self._container.close()

    def _encode(self, block: Pcm16) -> None:
        frame = AudioFrame(format="s16", layout="stereo", samples=len(block))
        frame.sample_rate = self._rate_hz
        frame.pts = self.frames
        frame.planes[0].update(block.tobytes())
        self._container.mux(self._stream.encode(frame))
        self.frames += len(block)


_WRITERS: dict[str, type[FlacWriter] | type[WavWriter]] = {".flac": FlacWriter, ".wav": WavWriter}
SOUND_ENDINGS = tuple(_WRITERS)


def writer_for(out: Path) -> type[FlacWriter] | type[WavWriter]:
    """Which writer a file's name asks for; raises UsageError when it ends in neither .flac nor .wav."""
    if out.suffix.casefold() not in _WRITERS:
        raise UsageError(_("{path}: the name must end in .flac or .wav.").format(path=out))
    return _WRITERS[out.suffix.casefold()]


@contextmanager
def written_whole(out: Path, *, replace: bool) -> Iterator[Path]:
    """Give a temporary name beside `out` for a writer; what is there at the end becomes `out`, after a failure nothing."""
    if not replace and out.exists():
        raise exists(out)
    try:
        with files.written_whole(out, replace=replace) as part:
            yield part
    except av.FFmpegError as error:
        raise Refused(_("{path} cannot be written: {why}.").format(path=out, why=error.strerror or error)) from error


def wav_header(frames: Frames, rate_hz: Hertz) -> bytes:
    """What stands before so many frames of 16-bit stereo in a WAV file."""
    size = frames * BYTES_PER_FRAME
    form = struct.pack("<HHIIHH", 1, 2, rate_hz, rate_hz * BYTES_PER_FRAME, BYTES_PER_FRAME, 16)
    return struct.pack("<4sI4s4sI16s4sI", b"RIFF", size + 36, b"WAVE", b"fmt ", 16, form, b"data", size)


def too_long_for_wav(path: Path, rate_hz: Hertz) -> Refused:
    return Refused(
        _("{path} would be longer than a WAV file can be ({hours:.1f} hours); choose FLAC or render a part.").format(
            path=path, hours=s_from_frames(WAV_MOST_FRAMES, rate_hz) / 3600
        )
    )


def _create(path: Path) -> int:
    """Open a new or emptied file that only its owner can read."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), OWNER_ONLY)
