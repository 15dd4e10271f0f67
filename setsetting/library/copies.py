"""What each of several files of one sound says of it: their credits, tags and names stand together.

What no file says any more is kept beside, for refusals.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from setsetting.library.track import AnyTrack, TrackNames, together
from setsetting.words.spelling import spelled

BETWEEN_TAGS = "\n"
FileSaid: TypeAlias = tuple[str, bytes, str, str, str, str]
"""What a file said of a track, as it is stored: the track's id, the path, tags, artist, artists, called."""


class Copy(NamedTuple):
    """What one of several files of a sound says of it, as it is stored."""

    tags: str
    artist: str
    artists: str
    called: str


@lru_cache(maxsize=1 << 16)
def parted(joined: str) -> tuple[str, ...]:
    """The texts that are stored as one."""
    return tuple(joined.split(BETWEEN_TAGS)) if joined else ()


def with_copy(track: AnyTrack, copy: Copy) -> AnyTrack:
    """A track with what another file of the same sound says of it too; its own is shown."""
    shown: list[str] = [copy.artist] if track.artist and copy.artist else []
    return replace(
        track,
        tags=tuple(sorted({*track.tags, *parted(copy.tags)})),
        artist=track.artist or copy.artist,
        artists=tuple(dict.fromkeys((*track.artists, *parted(copy.artists), *shown))),
        called=together(track.called, parted(copy.called)),
    )


def once_called(track: AnyTrack, copy: Copy) -> AnyTrack:
    """A track with what a file of the same sound said of it that says it no longer: it stands for refusals alone."""
    credited, names = set(map(spelled, track.credits)), (*track.former, *parted(copy.artists), copy.artist)
    return replace(
        track,
        former=tuple(dict.fromkeys(name for name in names if spelled(name) not in credited | {""})),
        former_tags=tuple(sorted({*track.former_tags, *parted(copy.tags)} - {*track.tags})),
        called=together(track.called, parted(copy.called)),
    )


def named_by_copies(recording_id: str, copies: Iterable[Copy]) -> TrackNames:
    """A recording that has no file, by what its files said."""
    track = TrackNames(recording_id, "", (), "", "", ())
    for copy in copies:
        track = with_copy(track, copy)
    return track
