"""Tonight's instance, built from tracks, a playlist on the clock, wishes and what was loosened."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from operator import attrgetter, itemgetter

from setsetting.errors import unknown
from setsetting.library.track import EnergySource, Lyrics, Track
from setsetting.soundscape.instance import Instance, InstancePatient, InstanceProtocol, TrackRow, pinned_in
from setsetting.soundscape.loosening import Loosening
from setsetting.soundscape.playlist import Playlist
from setsetting.soundscape.windows import Timing
from setsetting.soundscape.wishes import Wishes
from setsetting.units import Dbtp, Lufs
from setsetting.words.translate import _

NO_SOUND_DB = -120.0
"""Stands for the loudness and peak of digital silence, which has none; such a track is never played."""


def build_instance(
    playlist: Playlist,
    timing: Timing,
    tracks: Iterable[Track],
    wishes: Wishes,
    loosening: Loosening,
) -> Instance:
    """Build the instance; raises NotFound for a pin to a phase that is not there tonight.

    Of each recording one encoding is in it: the pinned one, else the best known.
    """
    return instance_of(playlist, timing, rows_of(tracks, {pin.track_id for pin in wishes.pins}), wishes, loosening)


def rows_of(tracks: Iterable[Track], rather: Collection[str] = ()) -> tuple[TrackRow, ...]:
    """Tracks as planned, one encoding of each recording."""
    return tuple(map(row_of, one_of_each(tracks, rather)))


def instance_of(
    playlist: Playlist, timing: Timing, rows: tuple[TrackRow, ...], wishes: Wishes, loosening: Loosening
) -> Instance:
    """Build the instance of rows that are at hand."""
    phases = [window.name for window in timing.windows]
    wishes = replace(wishes, pins=pinned_in(wishes.pins, phases))
    for pin in wishes.pins:
        if pin.phase not in phases:
            raise unknown(_("phase"), pin.phase, phases)
    protocol = InstanceProtocol(
        id=playlist.name,
        start_s=timing.windows[0].from_s,
        end_s=timing.end_s,
        spare_s=playlist.spare_s,
        energy_step_max=playlist.energy_step_max,
        artist_max_per_session=playlist.artist_max_per_session,
        phases=timing.windows,
    )
    return Instance(playlist.weights, loosening.of_protocol(protocol), patient_of(wishes), rows, name=playlist.name)


def one_of_each(tracks: Iterable[Track], rather: Collection[str] = ()) -> tuple[Track, ...]:
    """One encoding of each recording, so that none sounds twice: one of these ids, else the one of which most is known."""
    chosen: dict[str, Track] = {}
    for track in tracks:
        name = track.recording_id or track.id
        if name not in chosen or _rank(track, rather) < _rank(chosen[name], rather):
            chosen[name] = track
    return tuple(chosen.values())


def _rank(track: Track, rather: Collection[str]) -> tuple[object, ...]:
    unknown = track.lyrics is Lyrics.UNKNOWN, track.energy_source is EnergySource.MEASURED
    return track.id not in rather, *unknown, -track.rate_hz, track.id


def patient_of(wishes: Wishes) -> InstancePatient:
    sets = {
        name: tuple(sorted(getattr(wishes, name))) for name in InstancePatient.__struct_fields__ if name != "pinned"
    }
    return InstancePatient(**sets, pinned=wishes.pins)


_FIELDS = TrackRow.__struct_fields__
_OTHERWISE = ("track_id", "duration_s", "loudness_lufs", "true_peak_dbtp", "bpm", "tempo_unknown", "silent")
"""What a row says otherwise than its track; every other field is the track's own of that name."""
_OWN = tuple(name for name in _FIELDS if name not in _OTHERWISE)
_own = attrgetter(*_OWN)
_in_order = itemgetter(*((*_OTHERWISE, *_OWN).index(name) for name in _FIELDS))  # by place: half the time of by name


def row_of(track: Track) -> TrackRow:
    """A track as planned: tempo null where it is beatless, flagged where nobody knows it."""
    otherwise = (
        track.id,
        track.length_s,
        Lufs(NO_SOUND_DB) if track.lufs is None else track.lufs,
        Dbtp(NO_SOUND_DB) if track.true_peak_dbtp is None else track.true_peak_dbtp,
        None if track.beatless else track.bpm,
        track.bpm is None and not track.beatless,
        track.lufs is None or track.true_peak_dbtp is None,
    )
    return TrackRow(*_in_order(otherwise + _own(track)))


def unknown_lyrics(tracks: Iterable[Track]) -> int:
    return sum(track.lyrics is Lyrics.UNKNOWN for track in tracks)
