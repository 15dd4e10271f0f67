"""Everything a library knows of a recording's sound, from one decode of its file.

The decoder's blocks are gathered into planes of 128 cells (2.56 s) and shown to each meter in turn;
only a few numbers per cell are kept, so memory does not grow with the length that matters. A file
that is cut off, too damaged, or holds samples that are no numbers is refused with one sentence: what
was measured of it would not be what the room hears.

Values are rounded to what they mean, so that measuring again on another machine gives equal ones.
"""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from setsetting.arrays import Planes
from setsetting.audio.brightness import brightness
from setsetting.audio.cut_off import ends_early, length_is_guessed
from setsetting.audio.decode import AudioDecoder
from setsetting.audio.edges import EdgeMeter
from setsetting.audio.loudness import LoudnessMeter, cell_frames, loudness_of
from setsetting.audio.measurements import Measurements
from setsetting.audio.onsets import onset_strength, onsets_per_second
from setsetting.audio.samples import SampleDigest
from setsetting.audio.spectrum import SpectrumMeter
from setsetting.audio.startle import startle
from setsetting.audio.tempo import tempo_of
from setsetting.audio.true_peak import BLOCK, HISTORY, TruePeakMeter
from setsetting.errors import BrokenFile, Stopped
from setsetting.units import Dbtp, Frames, Hertz, Lufs, ms_from_frames, s_from_frames
from setsetting.words.translate import _

_Rounded = TypeVar("_Rounded", float, Lufs, Dbtp)

CHUNK_CELLS = 128
MAY_LACK_SHARE = 0.01
MAY_LACK_S = 0.25
"""A file may be shorter than it claims by this much: encoders count their padding differently."""
MAY_BE_DAMAGED_SHARE = 0.01

_TYPICAL_PACKETS_PER_SECOND = 40


class Meter:
    """Measures sound given in blocks of (frames, channels), whatever their sizes."""

    def __init__(self, rate_hz: Hertz, channel_names: Sequence[str]) -> None:
        self._rate_hz = rate_hz
        self._cell = cell_frames(rate_hz)
        self._chunk = self._cell * CHUNK_CELLS
        self._planes: Planes = np.zeros((len(channel_names), HISTORY + self._chunk), np.float32)
        self._gathered = np.empty((self._chunk, len(channel_names)), np.float32)
        self._rectified = np.empty((len(channel_names), self._chunk), np.float32)
        self._block_starts = np.arange(0, self._chunk, BLOCK)
        self._filled = 0
        self._frames = Frames(0)
        self._loudness = LoudnessMeter(rate_hz, channel_names, CHUNK_CELLS)
        self._true_peak = TruePeakMeter(rate_hz, len(channel_names), self._chunk)
        self._edges = EdgeMeter()
        self._spectrum = SpectrumMeter(rate_hz, self._cell, CHUNK_CELLS)
        self._samples = SampleDigest()

    def add(self, block: Planes) -> None:
        """Take the next frames."""
        taken = 0
        while taken < len(block):
            part = block[taken : taken + self._chunk - self._filled]
            self._gathered[self._filled : self._filled + len(part)] = part
            self._filled += len(part)
            taken += len(part)
            if self._filled == self._chunk:
                self._measure(self._chunk)

    def finish(self, *, digest: str, codec: str, lost_packets: int) -> Measurements:
        """Measure what is left and give the whole; the meter is spent afterwards."""
        left = self._filled
        self._gathered[left:] = 0
        self._measure(left)
        if left > self._chunk - BLOCK:  # the true peak of a chunk's last block is taken with the next chunk
            self._planes[:, HISTORY:] = 0
            self._true_peak.add(self._planes, self._block_peaks(), left - self._chunk)
        cells = self._loudness.cells()
        loudness = loudness_of(cells)
        strength = onset_strength(self._spectrum.rises(), self._spectrum.holds())
        tempo = tempo_of(strength)
        known_by = self._spectrum.fingerprint.whole()
        return Measurements(
            digest=digest,
            codec=codec,
            rate_hz=self._rate_hz,
            channels=len(self._planes),
            frames=self._frames,
            lufs=_rounded(loudness.integrated_lufs, 2),
            lra_lu=round(loudness.range_lu, 2),
            max_momentary_lufs=_rounded(loudness.max_momentary_lufs, 2),
            max_short_term_lufs=_rounded(loudness.max_short_term_lufs, 2),
            true_peak_dbtp=_rounded(self._true_peak.true_peak_dbtp(), 2),
            startle_lu=round(startle(cells), 2),
            lead_ms=ms_from_frames(self._edges.lead_frames(self._frames), self._rate_hz),
            tail_ms=ms_from_frames(self._edges.tail_frames(self._frames), self._rate_hz),
            brightness=round(brightness(self._spectrum.magnitude(), self._spectrum.bin_hz), 3),
            onsets_per_s=round(onsets_per_second(strength), 2),
            bpm=_rounded(tempo.bpm, 1),
            pulse_clarity=round(tempo.pulse_clarity, 2),
            beatless=tempo.beatless,
            lost_packets=lost_packets,
            samples=self._samples.whole(),
            words=b"" if known_by is None or loudness.integrated_lufs is None else known_by.to_bytes(),
        )

    def _measure(self, frames: int) -> None:
        """Show the chunk to every meter; only its first `frames` are sound, the rest is padding."""
        self._samples.add(self._gathered[:frames])
        self._planes[:, HISTORY:] = self._gathered.T
        peaks = self._block_peaks()
        if not np.isfinite(peaks).all():
            raise BrokenFile(_("it holds samples that are not numbers"))
        chunk = self._planes[:, HISTORY:]
        whole_cells = frames // self._cell
        self._loudness.add(chunk, whole_cells)
        self._true_peak.add(self._planes, peaks, frames)
        self._edges.add(chunk, peaks, self._frames)
        self._spectrum.add(chunk, whole_cells)
        self._planes[:, :HISTORY] = self._planes[:, -HISTORY:]
        self._frames += frames
        self._filled = 0

    def _block_peaks(self) -> Planes:
        np.abs(self._planes[:, HISTORY:], out=self._rectified)
        return np.maximum.reduceat(self._rectified, self._block_starts, axis=1)


def measure(path: Path, *, stop: threading.Event | None = None) -> Measurements:
    """Decode a file once and measure it.

    Raises BrokenFile or NotFound with one sentence for what cannot be measured, Stopped when `stop`
    is set.
    """
    with AudioDecoder(path) as audio:
        meter = Meter(audio.rate_hz, audio.channel_names)
        for block in audio.blocks():
            if stop is not None and stop.is_set():
                raise Stopped(_("Measuring was stopped."))
            meter.add(block)
        measured = meter.finish(digest=audio.packet_digest(), codec=audio.codec, lost_packets=audio.damaged)
        claimed = audio.claimed_frames
    _check_whole(path, measured, claimed)
    return measured


def _check_whole(path: Path, measured: Measurements, claimed: Frames | None) -> None:
    seconds = s_from_frames(measured.frames, measured.rate_hz)
    if claimed is not None and not length_is_guessed(path, measured.codec):
        claimed_s = s_from_frames(claimed, measured.rate_hz)
        if seconds < claimed_s - max(MAY_LACK_S, MAY_LACK_SHARE * claimed_s):
            raise BrokenFile(
                _("{path} is cut off: {found:.1f} s of {claimed:.1f} s can be decoded. Copy it again.").format(
                    path=path, found=seconds, claimed=claimed_s
                )
            )
    if ends_early(path):
        raise BrokenFile(
            _("{path} is cut off: it ends after {found:.1f} s, before its own end. Copy it again.").format(
                path=path, found=seconds
            )
        )
    if measured.lost_packets > max(2, MAY_BE_DAMAGED_SHARE * _TYPICAL_PACKETS_PER_SECOND * seconds):
        raise BrokenFile(
            _("{path} is damaged: {n} pieces of it cannot be decoded. Copy it again.").format(
                path=path, n=measured.lost_packets
            )
        )


def _rounded(value: _Rounded | None, digits: int) -> _Rounded | None:
    return None if value is None else round(value, digits)
