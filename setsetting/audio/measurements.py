"""What is measured of a recording: the type alone, so that a room can name it without the codecs."""

from dataclasses import dataclass

from setsetting.units import Dbtp, Frames, Hertz, Lu, Lufs, Milliseconds

MEASURE_VERSION = 3
"""Raised when a measurement changes its meaning, so that a library measures anew."""


@dataclass(frozen=True, slots=True)
class Measurements:
    """What was measured of one file; `digest` identifies what is decoded from it.

    Loudness and true peak are None for digital silence. `lost_packets` is the small damage that was
    passed over.
    """

    digest: str
    codec: str
    rate_hz: Hertz
    channels: int
    frames: Frames
    lufs: Lufs | None
    lra_lu: Lu
    max_momentary_lufs: Lufs | None
    max_short_term_lufs: Lufs | None
    true_peak_dbtp: Dbtp | None
    startle_lu: Lu
    lead_ms: Milliseconds
    tail_ms: Milliseconds
    brightness: float
    onsets_per_s: float
    bpm: float | None
    pulse_clarity: float
    beatless: bool
    lost_packets: int
    samples: str = ""
    """A digest of what is decoded, equal for lossless copies, at whatever rate their headers declare them."""
    words: bytes = b""
    """Those of its fingerprint, 20 ms apart; none where it has no fingerprint."""
