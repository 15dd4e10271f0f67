"""Tracks, and what a scan found, as data and in words."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import msgspec

from setsetting.library.track import EnergySource, Track
from setsetting.units import ms_from_s, s_from_ms
from setsetting.words.numbers import clock, day_text, number_or_unknown, utc_text
from setsetting.words.plain import cut
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.flagged import FlaggedTrack
    from setsetting.library.catalogue import Pair
    from setsetting.library.recordings import Kin
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
    del data["called"]  # file names and titles, which stand here already
    named = {"track_id": data.pop("id"), **{name: data.pop(name) for name in ("path", "title", "artist")}}
    edges = {"lead_s": s_from_ms(data.pop("lead_ms")), "tail_s": s_from_ms(data.pop("tail_ms"))}
    named |= {
        "artist": named["artist"] or None,
        "artists": list(data.pop("artists")),
        "album": data.pop("album") or None,
        "note": data.pop("note") or None,
        "former": [*data.pop("former"), *data.pop("former_tags")],
    }
    return {**named, "duration_s": track.length_s, **data, **edges, "tags": list(track.tags)}


def by_artist(track: Track) -> tuple[bool, str, str, str]:
    """The order of a list for people: those whose artist nobody knows last."""
    return not track.artist, track.artist.casefold(), track.title.casefold(), track.id


def in_words(track: Track) -> str:
    """A track in one line."""
    return " · ".join(told(track))


def told(track: Track) -> tuple[str, ...]:
    """What a line says of a track, its title and artist first."""
    parts = (
        f"{track.title} - {track.artist or _('artist unknown')}",
        clock(ms_from_s(track.length_s)),
        _("energy {energy:g}").format(energy=track.energy) + source_mark(track),
        _("beatless") if track.beatless else _("tempo unknown") if track.bpm is None else f"{track.bpm:.0f} bpm",
        _("lyrics {lyrics}").format(lyrics=track.lyrics),
        ", ".join(track.tags),
        track.note,
        _("former names {names}").format(names=", ".join(former))
        if (former := track.former + track.former_tags)
        else "",
    )
    return tuple(part for part in parts if part)


def source_mark(track: Track) -> str:
    """A sign beside an energy that nobody has confirmed."""
    return "?" if track.energy_source is EnergySource.MEASURED else ""


NEAR_COLUMNS: Mapping[str, Callable[["Pair"], str]] = {
    _("how"): lambda pair: kinship_in_words(pair[0]),
    _("id"): lambda pair: pair[1].id[:10],
    _("title"): lambda pair: cut(pair[1].title, 24),
    _("other id"): lambda pair: pair[2].id[:10],
    _("other title"): lambda pair: cut(pair[2].title, 24),
}


TOO_EVEN = _("none: too even, quiet or short to be known again in another encoding")
"""What is said of a track that is of no recording."""


def kinship_in_words(kin: "Kin") -> str:
    """How two tracks belong together, and how much of their sound differs."""
    words = {
        "same": _("one recording"),
        "two": _("two, as was said"),
        "excerpt": _("excerpt of"),
        "passage": _("shares a passage with"),
    }.get(kin.kinship, _("near"))
    return f"{words} ({100 * kin.differs:.0f} %)" if kin.differs else words


def is_asked(pair: "Pair") -> bool:
    """Whether nobody has said of two tracks yet what they are."""
    return pair[0].kinship in ("near", "excerpt", "passage")


def what_follows(pair: "Pair") -> str:
    """What a refusal of one of two tracks means for the other."""
    if pair[0].kinship == "two":
        return _("A refusal of one does not meet the other.")
    return (
        _("A refusal of one meets the other until somebody says that they are two.")
        if is_asked(pair)
        else _("A refusal of one meets both.")
    )


def flagged_as_data(flagged: "FlaggedTrack") -> dict[str, Any]:
    """A track that was flagged while it played; what the library has no more has no title."""
    track = flagged.track
    return {
        "track_id": flagged.track_id,
        "title": None if track is None else track.title,
        "artist": None if track is None else track.artist or None,
        "times": flagged.times,
        "last": utc_text(flagged.last_utc_ms),
    }


def flagged_columns(zone: ZoneInfo) -> Mapping[str, Callable[["FlaggedTrack"], str]]:
    """What a list of flagged tracks shows, under each heading, by the clinic's clock."""
    return {
        _("id"): lambda each: each.track_id[:10],
        _("title"): lambda each: _("not in the library") if each.track is None else cut(each.track.title, 40),
        _("artist"): lambda each: "" if each.track is None else cut(each.track.artist or _("unknown"), 24),
        _("times"): lambda each: str(each.times),
        _("last"): lambda each: day_text(each.last_utc_ms, zone),
    }


def near_as_data(pair: "Pair") -> dict[str, Any]:
    """Two tracks that may be one recording, or hold some of the same sound: of an excerpt the first is it."""
    kin, *tracks = pair
    ends = [{"track_id": track.id, "title": track.title, "path": track.path} for track in tracks]
    return {"kinship": str(kin.kinship), "differs": kin.differs, "track": ends[0], "other": ends[1]}


def same_in_words(tracks: "tuple[Track, Track]") -> str:
    """Whether two tracks are one recording now."""
    one, other = tracks
    joined = one.recording_id is not None and one.recording_id == other.recording_id
    words = _("{one} and {other} are one recording.") if joined else _("{one} and {other} are two recordings.")
    return words.format(one=one.title, other=other.title)


def still_there_in_words(files: int) -> str:
    """What is asked before a folder is forgotten whose files are there."""
    return count(
        "{n} file of it is there still and would be music no more. Forget it all the same?",
        "{n} files of it are there still and would be music no more. Forget them all the same?",
        files,
    )


def forgotten_in_words(files: int) -> str:
    return (
        count("{n} file forgotten.", "{n} files forgotten.", files)
        + " "
        + _("What they credited and people said of them stays.")
    )


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
