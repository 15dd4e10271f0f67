"""A small clinic for the tests of sessions: twelve quiet recordings, a playlist of five minutes, a patient."""

import os
import shutil
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt
from mutagen.id3 import TPE1
from mutagen.wave import WAVE

from setsetting.desk import library, patients, soundscapes
from setsetting.desk.clinic import Clinic, init, open_clinic
from setsetting.machine import files

RATE_HZ = 8_000
CODE = "K-0417"
MIN = 60_000

PHASE = """
[[phase]]
name = "{name}"
at = {{ anchor = "{anchor}", {at} }}
{kind}energy_from = 3
energy_to = 3
startle_max_lu = 20
crossfade_s = 4
crossfade_in_s = 6
flex_s = 40
"""

PLAYLIST = """
format = 1
name = "short"
version = 1
title = "Five minutes, for tests"
evidence = ["none"]
infusion_min = 5
spare_s = 60
energy_step_max = 9
artist_max_per_session = 20
lyrics_unknown = "allow"
""" + "".join(
    PHASE.format(name=name, anchor=anchor, at=at, kind=kind)
    for name, anchor, at, kind in (
        ("arrive", "start", "seconds = -40", ""),
        ("peak", "start", "seconds = 80", ""),
        ("calm", "end", "seconds = -60", ""),
        ("after", "end", "seconds = 60", 'kind = "spare"\n'),
    )
)


def make(folder: Path) -> Path:
    """A clinic with a scanned library, the playlist and one patient."""
    clinic = init(folder / "clinic")
    music = folder / "music"
    for number in range(12):
        write_pad(music / f"artist {number}" / f"pad {number}.wav", number, 50 + 3 * number)
    (clinic.folder / "playlists" / "short.toml").write_text(PLAYLIST, encoding="utf-8")
    library.scan(clinic, [music])
    for track in library.listing(clinic):
        library.set_fields(clinic, track.id, {"energy": "2", "beatless": "yes", "lyrics": "none"})
    patients.add(clinic, CODE)
    return clinic.folder


def copy_of(template: Path, to: Path) -> Clinic:
    """Another clinic like it, with a record of its own; the music stays where it is, and what was put back is scanned."""
    shutil.copytree(template, to)
    clinic = open_clinic(to)
    with clinic.catalogue() as catalogue:
        tracks = catalogue.tracks()
        changed = catalogue.not_as_scanned(tracks)
    if changed:
        library.scan(clinic, sorted({Path(track.path).parent for track in tracks if track.id in changed}))
    return clinic


def plan(clinic: Clinic, code: str | None = CODE) -> Path:
    """Build tonight's soundscape and save it."""
    built = soundscapes.build(clinic, "short", 5, code)
    return soundscapes.save(clinic, built.soundscape, None, replace=False)


def script(clinic: Clinic, *lines: str) -> Path:
    path = clinic.folder / "walk.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def samples(path: Path) -> npt.NDArray[np.int16]:
    with wave.open(os.fspath(path)) as file:
        assert (file.getsampwidth(), file.getnchannels()) == (2, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)


def longest_silence_s(path: Path, rate_hz: int = 44_100) -> float:
    """The longest stretch below -60 dBFS; between the first and the last sound there should be none."""
    heard = np.flatnonzero(np.abs(samples(path)).max(axis=1) > 32)
    return 0.0 if len(heard) < 2 else float(np.diff(heard).max()) / rate_hz


def write_pad(path: Path, number: int, seconds: int) -> None:
    """A chord that swells slowly: no beat, nothing that startles."""
    files.private_dir(path.parent)
    time = np.arange(seconds * RATE_HZ) / RATE_HZ
    chord = sum(np.sin(2 * np.pi * (110 + 7 * number) * ratio * time + number) for ratio in (1, 1.5, 2.02))
    level = 0.1 * (1 + 0.05 * np.sin(2 * np.pi * time / 11))
    with wave.open(os.fspath(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((chord * level * 32_767 / 3).astype("<i2").tobytes())
    tagged = WAVE(path)
    tagged.add_tags()
    tagged.tags.add(TPE1(encoding=3, text=path.parent.name))
    tagged.save()
