"""Music for the demo, synthesised: real audio files in several formats, with the tags such files carry.

Pads are made by inverse FFT of a spectrum of narrow bands with random phases (Nasca's PADsynth), one
seamless loop a chord, so that an hour and a half of music costs seconds. Everything follows from the
recipe's number: the same files at every run. It is no music anyone should be treated with.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream

from setsetting.arrays import Block
from setsetting.units import (
    Energy,
    Hertz,
    Milliseconds,
    Minutes,
    Seconds,
    frames_from_ms,
    frames_from_s,
    ms_from_minutes,
)

LOOP_S = Seconds(16)
FADE_S = Seconds(5)
LEVEL = 0.09
"""RMS of a pad's loop: about -21 LUFS with room for its peaks."""
_STEPS = (0, 3, 5, 7, 10)
_FORMS = {
    "flac": ("flac", "s16"),
    "wav": ("pcm_s16le", "s16"),
    "opus": ("libopus", "flt"),
    "m4a": ("aac", "fltp"),
    "mp3": ("libmp3lame", "s16p"),
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """One track to make. `bpm` gives it a soft pulse; `noise` makes it a bed of brown noise."""

    title: str
    artist: str
    energy: Energy
    minutes: Minutes
    form: str = "flac"
    bpm: int | None = None
    noise: bool = False
    tags: tuple[str, ...] = ()
    lead_ms: Milliseconds = Milliseconds(0)
    tagged_energy: bool = True

    @property
    def name(self) -> str:
        return f"{self.artist} - {self.title}.{self.form}"

    @property
    def rate_hz(self) -> Hertz:
        return Hertz(48_000 if self.form == "opus" else 44_100)


def _album(artist: str, *tracks: tuple[str, float, float], **more: Any) -> tuple[Recipe, ...]:
    return tuple(Recipe(title, artist, energy, Minutes(minutes), **more) for title, energy, minutes in tracks)


RECIPES: tuple[Recipe, ...] = (
    *_album("Ana Vale", ("Quiet Field", 2, 5.3), ("Weightless Harbour", 6, 5.2)),
    *_album("Oda Lind", ("Ember Room", 1.5, 5.6), tags=("Ambient",)),
    *_album("Oda Lind", ("Low Meadow", 2, 2.4), form="opus", tags=("Ambient",)),
    *_album("Perrin & Oy", ("Salt Lanterns", 4, 4.4), ("Undertow", 5, 4.1)),
    *_album("M. Ito", ("Slow Cathedral", 6, 5.8), ("Deep Well", 6.5, 5.0)),
    *_album("Tove Arden", ("Glass Orchard", 6, 4.6)),
    *_album("Tove Arden", ("Long Light", 3.5, 2.2), form="m4a"),
    *_album("Okada Trio", ("Fern", 3, 5.2), ("Paper Boats", 2.5, 5.4)),
    *_album("Pell & Ruiz", ("Home Ground", 3, 5.0), ("Hearth", 2, 5.5), tags=("acoustic",)),
    *_album("Ines Moro", ("Tidewater", 2.5, 5.1), ("First Snow", 2, 4.8), tagged_energy=False),
    *_album("Brae Coll", ("Slow Swell", 5.5, 4.7), ("Northern Hall", 7, 5.1)),
    *_album("Sol Haro", ("Heartbeat Road", 4.5, 4.2), ("Walking Pulse", 3.5, 4.4), bpm=66),
    *_album("Juno Marsh", ("Bell Garden", 3, 4.6), ("Dusk", 2, 5.0), lead_ms=Milliseconds(1_400)),
    *_album("Kell", ("Above the Treeline", 6.5, 5.2), ("Open Water", 5.5, 4.8)),
    *_album("Nils Aven", ("Vesper", 4, 4.3), ("Lull", 1.5, 5.2), tags=("choir",)),
    *_album("Wren Okoro", ("Warm Stone", 2.5, 5.0), ("Ash and Amber", 4, 4.6)),
    *_album("Field Recordings", ("Rain on the Roof", 1, 1.8), ("Distant Weir", 1.5, 2.1), noise=True, tags=("nature",)),
    Recipe("Old Cassette", "Mira Dost", 3, Minutes(1.1), form="mp3"),
    Recipe("Room Tone", "Mira Dost", 2, Minutes(2.5), form="wav"),
)
"""Two tracks an artist at most in one session are allowed, so there are many artists."""


def make(recipe: Recipe, folder: Path) -> Path:
    """Write one track with its tags; return its path."""
    path = folder / recipe.name
    _encode(path, recipe, _sound(recipe))
    _tag(path, recipe)
    return path


def _sound(recipe: Recipe) -> Iterator[Block]:
    """Blocks of (frames, 2) of a whole track, a loop's length each."""
    random = np.random.default_rng(zlib.crc32(recipe.name.encode()))
    rate_hz = recipe.rate_hz
    frames = frames_from_ms(ms_from_minutes(recipe.minutes), rate_hz)
    chords = [_loop(recipe, random, chord) for chord in (0, 3, 1, 2)]
    hold = frames_from_s(LOOP_S, rate_hz)
    turn = np.sin(np.linspace(0, np.pi / 2, hold // 2, dtype=np.float32))[:, None]
    if recipe.lead_ms:
        yield np.zeros((frames_from_ms(recipe.lead_ms, rate_hz), 2), np.float32)
    for start in range(0, frames, hold):
        number = start // hold
        block = chords[number // 2 % len(chords)].copy()
        if number and number % 2 == 0 and not recipe.noise:
            # The chord before goes on under the new one, and the two cross at equal power.
            block[: hold // 2] *= turn
            block[: hold // 2] += chords[(number // 2 - 1) % len(chords)][: hold // 2] * turn[::-1]
        if recipe.bpm:
            _pulse(block, recipe.bpm, start, rate_hz)
        yield _faded(block[: frames - start], start, frames, rate_hz)


def _loop(recipe: Recipe, random: np.random.Generator, chord: int) -> Block:
    """One seamless loop: a chord as narrow bands, brighter with energy; or brown noise."""
    rate_hz = recipe.rate_hz
    n = frames_from_s(LOOP_S, rate_hz)
    hertz = np.arange(n // 2 + 1, dtype=np.float32) / LOOP_S
    if recipe.noise:
        shape = np.where(hertz > 40, 1 / np.maximum(hertz, 40), 0).astype(np.float32)
    else:
        shape = np.zeros_like(hertz)
        root = 55 * 2 ** ((chord * 5 % 12 + zlib.crc32(recipe.artist.encode()) % 7) / 12)
        tilt = 2.6 - 0.15 * recipe.energy
        for step in _STEPS[: 3 + (recipe.energy > 3) + (recipe.energy > 5)]:
            for harmonic in range(1, 5 + round(2 * recipe.energy)):
                _add_band(shape, root * 2 ** (step / 12) * harmonic, harmonic**-tilt)
    # Most bins are empty. One complex transform gives two independent real sides.
    spectrum = np.zeros(n, np.complex64)
    filled = np.flatnonzero(shape > 1e-6)
    for bins in (filled, n - filled):
        spectrum[bins] = shape[filled] * np.exp(2j * np.pi * random.random(len(filled), dtype=np.float32))
    sides = np.fft.ifft(spectrum)
    left, right = (
        (side * (LEVEL / np.sqrt(np.mean(np.square(side))))).astype(np.float32) for side in (sides.real, sides.imag)
    )
    # A narrow picture: most of both sides is the same.
    return np.stack((left + 0.3 * right, left - 0.3 * right), axis=1, dtype=np.float32)


def _add_band(shape: npt.NDArray[np.float32], hertz: float, level: float) -> None:
    """Add a bell-shaped band of half a hertz or a little more; wider would beat like a rhythm."""
    width = (0.25 + 0.0006 * hertz) * LOOP_S
    centre = hertz * LOOP_S
    low, high = int(max(1, centre - 6 * width)), int(min(len(shape), centre + 6 * width))
    bins = np.arange(low, high, dtype=np.float32)
    shape[low:high] += np.float32(level) * np.exp(-(((bins - centre) / width) ** 2)).astype(np.float32)


def _pulse(block: Block, bpm: int, start: int, rate_hz: Hertz) -> None:
    """A soft low beat on the track's own grid."""
    beat = frames_from_s(Seconds(60), rate_hz) / bpm
    t = np.arange(frames_from_ms(Milliseconds(250), rate_hz), dtype=np.float32) / rate_hz
    thump = (0.22 * np.sin(2 * np.pi * 70 * t) * np.exp(-18 * t) * np.minimum(1, t / 0.004)).astype(np.float32)[:, None]
    first = -(-start // beat)
    position = round(first * beat) - start
    while position < len(block):
        piece = thump[: len(block) - position]
        block[position : position + len(piece)] += piece
        first += 1
        position = round(first * beat) - start


def _faded(block: Block, start: int, frames: int, rate_hz: Hertz) -> Block:
    """The track rises from nothing and sinks to nothing."""
    fade = frames_from_s(FADE_S, rate_hz)
    at = np.arange(start, start + len(block))
    if start < fade or start + len(block) > frames - fade:
        edge = np.clip(np.minimum(at, frames - at) / fade, 0, 1).astype(np.float32)
        block *= np.sin(edge * np.float32(np.pi / 2))[:, None]
    return block


def _encode(path: Path, recipe: Recipe, blocks: Iterator[Block]) -> None:
    codec, layout = _FORMS[recipe.form]
    with av.open(str(path), "w") as container:
        stream = cast(AudioStream, container.add_stream(codec, rate=recipe.rate_hz, layout="stereo"))
        if recipe.form in {"opus", "m4a", "mp3"}:
            stream.bit_rate = 128_000
        resampler = av.AudioResampler(format=layout, layout="stereo", rate=recipe.rate_hz)
        for block in blocks:
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(block.reshape(1, -1)), format="flt", layout="stereo"
            )
            frame.sample_rate = recipe.rate_hz
            for ready in resampler.resample(frame):
                container.mux(stream.encode(ready))
        container.mux(stream.encode(None))


def _tag(path: Path, recipe: Recipe) -> None:
    """Write the tags that a DJ's library would carry, in each format's own way."""
    import mutagen
    from mutagen.easyid3 import EasyID3

    EasyID3.RegisterTXXXKey("energylevel", "EnergyLevel")  # type: ignore[no-untyped-call]
    file = mutagen.File(path, easy=True)
    if file is None or recipe.form == "wav":
        return
    if file.tags is None:
        file.add_tags()
    file["title"], file["artist"] = [recipe.title], [recipe.artist]
    if recipe.tags:
        file["genre"] = list(recipe.tags)
    energy = f"Energy {recipe.energy:g}"
    if recipe.tagged_energy and recipe.form == "m4a":
        file["comment"] = [f"8A - {energy}"]
    elif recipe.tagged_energy:
        file["energylevel"] = [f"{recipe.energy:g}"]
    if recipe.bpm and recipe.form != "m4a":
        file["bpm"] = [str(recipe.bpm)]
    file.save()
