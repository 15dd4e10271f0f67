"""Sound files for the tests of this room, synthesised with PyAV: nothing is downloaded, nothing is kept."""

import hashlib
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

RATE_HZ = 44_100
FORMATS = {  # suffix: container, encoder, sample format
    "wav": ("wav", "pcm_s16le", "s16"),
    "aiff": ("aiff", "pcm_s16be", "s16"),
    "flac": ("flac", "flac", "s16"),
    "mp3": ("mp3", "libmp3lame", "fltp"),
    "opus": ("ogg", "libopus", "flt"),
    "m4a": ("ipod", "aac", "fltp"),
    "ogg": ("ogg", "flac", "s16"),
    "wv": ("wv", "wavpack", "s16p"),
}


def music(seconds: float, *, rate_hz: int = RATE_HZ, channels: int = 2, seed: int = 1) -> npt.NDArray[np.float32]:
    """Tones over soft noise, (frames, channels), peak about -8 dBFS."""
    frames = round(seconds * rate_hz)
    clock = np.arange(frames) / rate_hz
    noise = np.random.default_rng(seed).standard_normal((frames, channels)) * 0.02
    tones = np.stack([0.15 * np.sin(2 * np.pi * (220 + 110 * (seed + c)) * clock) for c in range(channels)], axis=1)
    return (noise + tones + 0.1 * np.sin(2 * np.pi * 3 * clock)[:, np.newaxis]).astype(np.float32)


def steps(block: npt.NDArray[np.float32]) -> npt.NDArray[np.int16]:
    return np.rint(block * 32768).astype(np.int16)


def write(path: Path, block: npt.NDArray[np.float32], *, rate_hz: int = RATE_HZ, layout: str = "") -> Path:
    """Encode a block to the format of the file's suffix."""
    container, encoder, form = FORMATS[path.suffix[1:]]
    rate_hz = 48_000 if encoder == "libopus" else rate_hz  # Opus knows no 44,100 Hz
    layout = layout or ("mono" if block.shape[1] == 1 else "stereo")
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(encoder, rate=rate_hz, layout=layout, format=form)
        resampler = av.AudioResampler(format=form, layout=layout, rate=rate_hz, frame_size=stream.frame_size or 4096)
        whole = av.AudioFrame.from_ndarray(steps(block).reshape(1, -1), format="s16", layout=layout)
        whole.sample_rate = rate_hz
        whole.pts = 0
        for frame in [*resampler.resample(whole), *resampler.resample(None)]:
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def patch(path: Path, after: bytes, at: int, to: bytes) -> None:
    """Overwrite bytes `at` so far behind the first place of a name in the file."""
    content = bytearray(path.read_bytes())
    begin = content.index(after) + at
    content[begin : begin + len(to)] = to
    path.write_bytes(content)
