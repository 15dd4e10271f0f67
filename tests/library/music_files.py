"""Small music files in several formats, synthesised for the tests of this room."""

import wave
from pathlib import Path

import av
import numpy as np

FORMATS = {  # suffix: container, encoder, sample format, rate
    "wav": ("wav", "pcm_s16le", "s16", 44_100),
    "aiff": ("aiff", "pcm_s16be", "s16", 44_100),
    "flac": ("flac", "flac", "s16", 44_100),
    "mp3": ("mp3", "libmp3lame", "fltp", 44_100),
    "opus": ("ogg", "libopus", "flt", 48_000),
    "m4a": ("ipod", "aac", "fltp", 44_100),
}


def sound(seconds=1.0, *, seed=0, rate=44_100):
    """A tone of its own over soft noise, one channel."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    return 0.2 * np.sin(2 * np.pi * (200 + 37 * seed) * time) + 0.01 * random.standard_normal(time.size)


def write(path: Path, seconds=1.0, *, seed=0) -> Path:
    """Encode a sound to the format of the file's suffix."""
    rate = FORMATS[path.suffix[1:]][3]
    return encode(path, sound(seconds, seed=seed, rate=rate), rate=rate)


def write_wav(path: Path, seconds=0.5, *, seed=0, rate=8000) -> Path:
    """The quickest file to write and to measure."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((sound(seconds, seed=seed, rate=rate) * 32767).astype("<i2").tobytes())
    return path


def set_header_gain(path: Path, gain_db: float) -> Path:
    """Change the output gain in an Opus file's header alone, and the checksum of the page it stands on."""
    content = bytearray(path.read_bytes())
    head = content.index(b"OpusHead")
    content[head + 16 : head + 18] = round(256 * gain_db).to_bytes(2, "little", signed=True)
    end = content.index(b"OggS", 4)  # the header has the first page for itself
    content[22:26] = bytes(4)
    content[22:26] = _ogg_crc(content[:end]).to_bytes(4, "little")
    path.write_bytes(content)
    return path


def _ogg_crc(page: bytes) -> int:
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _bit in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc >> 31 else 0)) & 0xFFFFFFFF
    return crc


def melody(seconds=14.0, *, seed=0, rate=44_100):
    """Notes that change a few times a second, one channel: a recording that is known again."""
    random = np.random.default_rng(seed)
    clock = np.arange(round(seconds * rate)) / rate
    wave = np.zeros(len(clock))
    for begin in np.arange(0, seconds, 0.25):
        held = slice(*np.searchsorted(clock, [begin, begin + 1.5]))
        since = clock[held] - begin
        for hertz in 220 * 2 ** (random.integers(0, 40, 3) / 12):
            wave[held] += 0.06 * np.exp(-2 * since) * np.sin(2 * np.pi * hertz * since)
    return wave


def encode(path: Path, wave, *, rate=44_100) -> Path:
    """Write samples of one channel in the format of the file's suffix."""
    container, encoder, form, own_rate = FORMATS[path.suffix[1:]]
    samples = (wave * 32767).clip(-32768, 32767).astype(np.int16).reshape(1, -1)
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(encoder, rate=own_rate, layout="mono", format=form)
        resampler = av.AudioResampler(format=form, layout="mono", rate=own_rate, frame_size=stream.frame_size or 4096)
        whole = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
        whole.sample_rate, whole.pts = rate, 0
        for frame in [*resampler.resample(whole), *resampler.resample(None)]:
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path
