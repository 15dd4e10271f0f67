"""Acts on the library: scanned, looked through, and mended by people who know better than a measurement."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any

from setsetting.desk.clinic import Clinic
from setsetting.library.scan import ScanResult
from setsetting.library.scan import scan as scan_folders
from setsetting.library.track import EnergySource, Track
from setsetting.progress import Report, silent
from setsetting.words.numbers import clock
from setsetting.words.translate import _, count


def scan(clinic: Clinic, folders: Sequence[Path], report: Report = silent, stop: Event | None = None) -> ScanResult:
    """Measure what is new or changed; what could not be read is in the result, and the scan goes on."""
    with clinic.catalogue() as catalogue:
        return scan_folders(folders, catalogue, report=report, stop=stop)


def listing(clinic: Clinic) -> tuple[Track, ...]:
    with clinic.catalogue() as catalogue:
        return catalogue.tracks()


def show(clinic: Clinic, track_id: str) -> Track:
    """One track by its id, or by as much of its beginning as is unique."""
    with clinic.catalogue() as catalogue:
        return catalogue.track(track_id)


def set_fields(clinic: Clinic, track_id: str, values: Mapping[str, str]) -> str:
    """Keep what a person says of a track; return what it now is, in words."""
    who = clinic.actor()
    with clinic.catalogue() as catalogue:
        return in_words(catalogue.set_fields(track_id, values, who=who))


def tag(clinic: Clinic, track_id: str, add: Sequence[str], remove: Sequence[str]) -> str:
    who = clinic.actor()
    with clinic.catalogue() as catalogue:
        return in_words(catalogue.tag(track_id, add, remove, who=who))


def in_words(track: Track) -> str:
    """A track in one line."""
    parts = [
        f"{track.title} - {track.artist}",
        clock(track.length_s * 1000),
        _("energy {energy:g}").format(energy=track.energy) + source_mark(track),
        _("beatless") if track.beatless else _("tempo unknown") if track.bpm is None else f"{track.bpm:.0f} bpm",
        _("lyrics {lyrics}").format(lyrics=track.lyrics),
        ", ".join(track.tags),
    ]
    return " · ".join(part for part in parts if part)


def source_mark(track: Track) -> str:
    """A sign beside an energy that nobody has confirmed."""
    return "?" if track.energy_source is EnergySource.MEASURED else ""


def as_data(track: Track) -> dict[str, Any]:
    return {
        "track_id": track.id,
        "path": track.path,
        "title": track.title,
        "artist": track.artist,
        "duration_s": track.length_s,
        "energy": track.energy,
        "energy_source": str(track.energy_source),
        "lufs": track.lufs,
        "lra_lu": track.lra_lu,
        "true_peak_dbtp": track.true_peak_dbtp,
        "startle_lu": track.startle_lu,
        "bpm": track.bpm,
        "pulse_clarity": track.pulse_clarity,
        "beatless": track.beatless,
        "brightness": track.brightness,
        "lead_s": track.lead_ms / 1000,
        "tail_s": track.tail_ms / 1000,
        "lyrics": str(track.lyrics),
        "tags": list(track.tags),
        "frames": track.frames,
        "rate_hz": track.rate_hz,
        "channels": track.channels,
    }


def scan_as_data(result: ScanResult) -> dict[str, Any]:
    return {
        "scanned": result.scanned,
        "unchanged": result.unchanged,
        "moved": result.moved,
        "failed": [{"path": str(failed.path), "reason": failed.reason} for failed in result.failed],
    }


def scan_in_words(result: ScanResult) -> str:
    words = [
        count("{n} file measured", "{n} files measured", result.scanned),
        _("{n} unchanged").format(n=result.unchanged),
        _("{n} moved").format(n=result.moved),
        _("{n} failed").format(n=len(result.failed)),
    ]
    return ", ".join(words) + "."
