"""A Mix written to a file, whole or not at all.

One thread decodes, mixes and dithers while the calling one encodes; both spend their time outside
Python's lock. What is written depends on the Mix alone: one thread or two, run after run, the bytes are
the same, and a part rendered alone equals that part of the whole, dither included.
"""

import math
import shutil
import threading
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import numpy as np

from setsetting.arrays import Block, Pcm16
from setsetting.audio.dither import to_int16
from setsetting.audio.encode import (
    BYTES_PER_FRAME,
    FLAC_BLOCK,
    WAV_HEADER_BYTES,
    WAV_MOST_FRAMES,
    WavWriter,
    too_long_for_wav,
    writer_for,
    written_whole,
)
from setsetting.audio.mix import Mix
from setsetting.audio.mixer import Mixer
from setsetting.audio.sources import synthesise_beds
from setsetting.errors import NotFound, Refused, Stopped, UsageError
from setsetting.machine.files import exists
from setsetting.progress import Report, Step, silent
from setsetting.units import Frames, Hertz, minutes_from_ms, ms_from_frames, s_from_frames
from setsetting.words.translate import _

_CHUNK = 16 * FLAC_BLOCK
"""Frames handed from thread to thread: few enough to stay small, enough to hide the hand-over."""
_CHUNKS_IN_FLIGHT = 4
_SPARE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a finished file holds.

    `peak_dbfs` is the largest sample before the guard (None for digital silence), `guarded` how many
    samples the guard had to clip, `troubles` what a file of the Mix could not give: (index of the
    sound, sentence).
    """

    frames: Frames
    peak_dbfs: float | None
    guarded: int
    troubles: tuple[tuple[int, str], ...]


def render(
    mix: Mix,
    out: Path,
    *,
    replace: bool,
    report: Report = silent,
    stop: threading.Event | None = None,
    from_frame: Frames = Frames(0),
    to_frame: Frames | None = None,
    threads: int = 2,
) -> Rendered:
    """Write the frames from `from_frame` up to `to_frame` (the end) to `out`, a .flac or .wav file.

    Reports seconds done. Setting `stop`, or a report that raises, leaves no file behind (`Stopped`).
    """
    until = mix.frames if to_frame is None else to_frame
    _check(mix, out, from_frame, until, replace=replace)
    _make_noise(mix)
    total_s = math.ceil(s_from_frames(until - from_frame, mix.rate_hz))
    with Mixer(mix, from_frame) as mixer, written_whole(out, replace=replace) as part:
        writer = writer_for(out)(part, mix.rate_hz)
        chunks = _chunks(mixer, until) if threads < 2 else _chunks_from_thread(mixer, until)
        with closing(writer), closing(chunks):
            written = Frames(0)
            for chunk in chunks:
                if stop is not None and stop.is_set():
                    raise Stopped(_("Stopped; no file was written."))
                writer.write(chunk)
                written += len(chunk)
                report(Step(int(s_from_frames(written, mix.rate_hz)), total_s, "seconds", out.name))
        mixer.close()  # sounds that were cut off say now what they lacked
        return Rendered(
            frames=written,
            peak_dbfs=20 * math.log10(mixer.peak) if mixer.peak > 0 else None,
            guarded=mixer.guarded,
            troubles=tuple(sorted(mixer.troubles)),
        )


def _check(mix: Mix, out: Path, from_frame: Frames, to_frame: Frames, *, replace: bool) -> None:
    writer_for(out)
    if not 0 <= from_frame < to_frame <= mix.frames:
        raise UsageError(
            _("The part to render must lie within 0 and {minutes:.2f} minutes from the first cue.").format(
                minutes=minutes_from_ms(ms_from_frames(mix.frames, mix.rate_hz))
            )
        )
    check_out(out, Frames(to_frame - from_frame), mix.rate_hz, replace=replace)


def check_out(out: Path, frames: Frames, rate_hz: Hertz, *, replace: bool) -> None:
    """Refuse a file that cannot hold so many frames, or cannot be written where it is named."""
    form = writer_for(out)
    if not out.parent.is_dir():
        raise NotFound(_("The folder {path} does not exist; make it, or choose another.").format(path=out.parent))
    if out.is_dir():
        raise Refused(_("{path} is a folder; name a file in it.").format(path=out))
    if not replace and out.exists():
        raise exists(out)
    if form is WavWriter and frames > WAV_MOST_FRAMES:
        raise too_long_for_wav(out, rate_hz)
    needed = frames * BYTES_PER_FRAME + WAV_HEADER_BYTES + _SPARE_BYTES  # FLAC can't take more than PCM by much
    free = shutil.disk_usage(out.parent).free
    if free < needed:
        raise Refused(
            _("{path} may need {needed} MB and the disk has {free} MB free; make room, or choose another disk.").format(
                path=out, needed=-(-needed // 10**6), free=free // 10**6
            )
        )


def _make_noise(mix: Mix) -> None:
    """Fill the tables of beds and dither; the mixing thread would keep the memory that this needs for a moment."""
    synthesise_beds(mix)
    to_int16(np.empty((0, 2), np.float32), Frames(0))


def _chunks(mixer: Mixer, until: Frames) -> Generator[Pcm16, None, None]:
    """Mix and dither up to frame `until`; each chunk is valid until the next is asked for."""
    mixed = np.empty((_CHUNK, 2), np.float32)
    ready = np.empty((_CHUNK, 2), np.int16)
    while mixer.position < until:
        yield _next_chunk(mixer, until, mixed, ready)


def _next_chunk(mixer: Mixer, until: Frames, mixed: Block, ready: Pcm16) -> Pcm16:
    position = mixer.position
    count = min(_CHUNK, until - position)
    mixer.read(mixed[:count])
    return to_int16(mixed[:count], position, ready[:count])


def _chunks_from_thread(mixer: Mixer, until: Frames) -> Generator[Pcm16, None, None]:
    """Do as `_chunks` in a thread of its own, a few chunks ahead.

    Buffers go round: the thread takes an empty one, or None, which tells it to end. So it can't hang
    when the consumer fails, and is gone when the generator is closed.
    """
    empty: SimpleQueue[Pcm16 | None] = SimpleQueue()
    full: SimpleQueue[Pcm16 | BaseException | None] = SimpleQueue()
    for _index in range(_CHUNKS_IN_FLIGHT):
        empty.put(np.empty((_CHUNK, 2), np.int16))

    def produce() -> None:
        mixed = np.empty((_CHUNK, 2), np.float32)
        try:
            while mixer.position < until:
                buffer = empty.get()
                if buffer is None:
                    return
                full.put(_next_chunk(mixer, until, mixed, buffer))
            full.put(None)
        except BaseException as error:  # noqa: BLE001  it is raised again in the thread that waits
            full.put(error)

    producer = threading.Thread(target=produce, name="mix", daemon=True)
    producer.start()
    try:
        while (chunk := full.get()) is not None:
            if isinstance(chunk, BaseException):
                raise chunk
            yield chunk
            empty.put(chunk)  # only the last one is shorter than its buffer
    finally:
        empty.put(None)
        producer.join()
