"""Tracks, and what a scan found, as data and in words."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from setsetting.library.track import EnergySource, Track
from setsetting.units import ms_from_s, s_from_ms
from setsetting.words.numbers import clock, number_or_unknown
from setsetting.words.plain import cut
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.library.scan import ScanResult


COLUMNS: Mapping[str, Callable[[Track], str]] = {
    _("id"): lambda track: track.id[:10],
    _("title"): lambda track: cut(track.title, 30),
    _("artist"): lambda track: cut(track.artist or _("unknown"), 22),
    _("length"): lambda track: clock(ms_from_s(track.length_s)),
    _("energy"): lambda track: f"{track.energy:g}{source_mark(track)}",
    _("LUFS"): lambda track: number_or_unknown(track.lufs, 1),
    _("startle"): lambda track: f"{track.startle_lu:.1f}",
    _("bpm"): lambda track: _("beatless") if track.beatless else number_or_unknown(track.bpm, 0),
    _("lyrics"): lambda track: str(track.lyrics),
}


def as_data(track: Track) -> dict[str, Any]:
    """A track by the names of its fields; what is measured besides needs no line here, and one in the schema."""
    data = msgspec.to_builtins(track)
    named = {"track_id": data.pop("id"), **{name: data.pop(name) for name in ("path", "title", "artist")}}
    edges = {"lead_s": s_from_ms(data.pop("lead_ms")), "tail_s": s_from_ms(data.pop("tail_ms"))}
    named |= {
        "artist": named["artist"] or None,
        "artists": list(data.pop("artists")),
        "album": data.pop("album") or None,
    }
    return {**named, "duration_s": track.length_s, **data, **edges, "tags": list(track.tags)}


def by_artist(track: Track) -> tuple[bool, str, str, str]:
    """The order of a list for people: those whose artist nobody knows last."""
    return not track.artist, track.artist.casefold(), track.title.casefold(), track.id


def in_words(track: Track) -> str:
    """A track in one line."""
    parts = [
        f"{track.title} - {track.artist or _('artist unknown')}",
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
    data: dict[str, Any] = msgspec.to_builtins(result)
    return data


def scan_in_words(result: "ScanResult") -> str:
    words = [
        count("{n} file measured", "{n} files measured", result.scanned),
        _("{n} unchanged").format(n=result.unchanged),
        _("{n} moved").format(n=result.moved),
        _("{n} failed").format(n=len(result.failed)),
    ]
    return ", ".join(words) + "."
