"""The prompts of a clinic: the sound files of one folder, each measured whole; they are few and short."""

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from setsetting.audio.measure import measure
from setsetting.audio.measurements import Measurements
from setsetting.errors import SetSettingError
from setsetting.library.cue_sheets import stamp_beside
from setsetting.library.prompt import FOLDER, LONGEST_MS, Prompt
from setsetting.library.tags import read_tags
from setsetting.library.track import TrackNames
from setsetting.library.walk import is_audio_name
from setsetting.machine import files
from setsetting.machine.files import Stamp
from setsetting.progress import Say
from setsetting.units import ms_from_frames
from setsetting.words.translate import _


def read(
    clinic: Path,
    say: Say,
    names: Collection[str] | None = None,
    known_as: Callable[[TrackNames, Measurements], TrackNames] = lambda named, _told: named,
) -> tuple[Prompt, ...]:
    """The prompts that can be played, by name, or those of these names; what cannot be is said, and hinders nothing.

    `known_as` is told what was measured of one, and says what else is said of such a sound.
    """
    folder, found = clinic / FOLDER, dict[str, Prompt]()
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(".") or not is_audio_name(path.name) or (names is not None and path.stem not in names):
            continue
        try:
            prompt, told = _measured(path, files.stamp_of(str(path)), stamp_beside(path))
        except SetSettingError as error:
            say(_("{why} It is not played.").format(why=error))
            continue
        if prompt is None or prompt.name in found:
            say(
                _("{path} is silent, longer than two minutes or named as another is; it is not played.").format(
                    path=path
                )
            )
            continue
        if prompt.named is not None:
            prompt = replace(prompt, named=known_as(prompt.named, told))
        found[prompt.name] = prompt
    return tuple(found.values())


@lru_cache(maxsize=256)
def _measured(path: Path, _stamp: Stamp | None, _sheets: int) -> tuple[Prompt | None, Measurements]:
    """A file measured, and what was measured, once as long as it and the cue sheets beside it are as they are; None where it is no prompt."""
    told = measure(path)
    length_ms = ms_from_frames(told.frames, told.rate_hz)
    if told.max_momentary_lufs is None or told.true_peak_dbtp is None or length_ms > LONGEST_MS:
        return None, told
    tags = read_tags(path)
    names = TrackNames(told.digest, str(path), tags.tags, tags.title, tags.artist, tags.artists, called=tags.called)
    loudest_lufs, peak_dbtp = told.max_momentary_lufs, told.true_peak_dbtp
    return Prompt(told.digest, path.stem, str(path), length_ms, loudest_lufs, peak_dbtp, names), told
