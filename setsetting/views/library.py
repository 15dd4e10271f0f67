"""Tracks, and what a scan found, as data and in words."""

from typing import TYPE_CHECKING, Any

from setsetting.library.track import EnergySource, Track
from setsetting.units import ms_from_s, s_from_ms
from setsetting.words.numbers import clock
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.library.scan import ScanResult


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
        "lead_s": s_from_ms(track.lead_ms),
        "tail_s": s_from_ms(track.tail_ms),
        "lyrics": str(track.lyrics),
        "tags": list(track.tags),
        "frames": track.frames,
        "rate_hz": track.rate_hz,
        "channels": track.channels,
    }


def in_words(track: Track) -> str:
    """A track in one line."""
    parts = [
        f"{track.title} - {track.artist}",
        clock(ms_from_s(track.length_s)),
        _("energy {energy:g}").format(energy=track.energy) + source_mark(track),
        _("beatless") if track.beatless else _("tempo unknown") if track.bpm is None else f"{track.bpm:.0f} bpm",
        _("lyrics {lyrics}").format(lyrics=track.lyrics),
        ", ".join(track.tags),
    ]
    return " · ".join(part for part in parts if part)


def source_mark(track: Track) -> str:
    """A sign beside an energy that nobody has confirmed."""
    return "?" if track.energy_source is EnergySource.MEASURED else ""


def scan_as_data(result: "ScanResult") -> dict[str, Any]:
    return {
        "scanned": result.scanned,
        "unchanged": result.unchanged,
        "moved": result.moved,
        "failed": [{"path": str(failed.path), "reason": failed.reason} for failed in result.failed],
    }


def scan_in_words(result: "ScanResult") -> str:
    words = [
        count("{n} file measured", "{n} files measured", result.scanned),
        _("{n} unchanged").format(n=result.unchanged),
        _("{n} moved").format(n=result.moved),
        _("{n} failed").format(n=len(result.failed)),
    ]
    return ", ".join(words) + "."
