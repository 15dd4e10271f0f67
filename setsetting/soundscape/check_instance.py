"""Tonight's instance made a second time, by code of its own, for the check.

Nothing of the planner's is called: phases are placed on the clock as docs/playlists.md says, loosened
limits are read from the soundscape, tracks and wishes written down anew. A fault in the planner's own
windows or rows therefore shows as a difference.
"""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from setsetting.clinical.infusion import Infusion, Segment
from setsetting.errors import Refused
from setsetting.library.track import Track
from setsetting.soundscape.instance import Instance, InstancePatient, InstanceProtocol, PhaseWindow, TrackRow
from setsetting.soundscape.playlist import Anchor, Playlist, PlaylistPhase, anchor_of
from setsetting.soundscape.playlist_prompt import PromptPlace
from setsetting.soundscape.wishes import Wishes
from setsetting.units import Milliseconds, Minutes, Seconds, ms_from_minutes, ms_from_s, nearest_s, s_from_minutes
from setsetting.words.translate import _

_LEAST_S = Seconds(240)
"""What a phase keeps in a short infusion, where it has so much at its own length."""
_NOTHING_DB = -120.0
"""Stands for the loudness and peak that digital silence has not."""


def own_instance(
    playlist: Playlist, infusion: Infusion, tracks: Iterable[Track], wishes: Wishes, loosened: Sequence[tuple[str, str]]
) -> Instance:
    """Make the instance; the one phase of a loop stands at 0. Raises Refused where no phase has room."""
    at = [(playlist.phases[0], Seconds(0))] if playlist.loop else _capped(_placed(playlist, infusion))
    limits = dict(loosened)
    return Instance(
        weights=playlist.weights,
        protocol=InstanceProtocol(
            id=playlist.name,
            start_s=at[0][1],
            end_s=at[-1][1],
            spare_s=playlist.spare_s,
            energy_step_max=max(playlist.energy_step_max, float(limits.get("energy_step_max", 0))),
            artist_max_per_session=max(playlist.artist_max_per_session, int(limits.get("artist_max_per_session", 0))),
            phases=tuple(_window(playlist, phase, second, limits) for phase, second in at),
        ),
        patient=InstancePatient(
            **{name: tuple(getattr(wishes, name)) for name in InstancePatient.__struct_fields__ if name != "pinned"},
            pinned=wishes.pins,
        ),
        library=tuple(_row(track) for track in tracks),
    )


def _offset_s(at: Anchor | PromptPlace) -> Seconds:
    return s_from_minutes(at.minutes or Minutes(0)) if at.seconds is None else at.seconds


def own_second(at: Anchor | PromptPlace, infusion: Infusion) -> Seconds:
    """When a phase or a prompt begins: after so much running infusion, or so long from its end."""
    first, last = infusion.segments[0], infusion.segments[-1]
    if at.anchor == "end":
        return nearest_s(last.end_ms) + _offset_s(at)
    clock_ms, left_ms = first.start_ms, ms_from_s(_offset_s(at))
    if left_ms <= 0:
        return nearest_s(clock_ms + left_ms)
    for segment in infusion.segments:
        if segment.rate_permille > 0 and left_ms > 0:
            runs_ms = min(left_ms, segment.end_ms - segment.start_ms)
            clock_ms, left_ms = segment.start_ms + runs_ms, left_ms - runs_ms
    return nearest_s((last.end_ms if left_ms else clock_ms) + left_ms)


def _placed(playlist: Playlist, infusion: Infusion) -> list[tuple[PlaylistPhase, Seconds]]:
    """Phases with their seconds; in a short infusion the middle gives way, then the calm waits."""
    own = Infusion((Segment(Milliseconds(0), ms_from_minutes(playlist.infusion_min or Minutes(0))),))
    written = [own_second(anchor_of(phase), own) for phase in playlist.phases]
    rooms = [later - earlier for earlier, later in itertools.pairwise([*written, written[-1] + _LEAST_S])]
    least = {phase.name: min(_LEAST_S, room) for phase, room in zip(playlist.phases, rooms, strict=True)}
    at = [(phase, own_second(anchor_of(phase), infusion)) for phase in playlist.phases]
    while True:
        join = next(number for number, (phase, _at) in enumerate(at) if anchor_of(phase).anchor == "end")
        earliest = at[join - 1][1] + least[at[join - 1][0].name]
        if at[join][1] >= earliest:
            return at
        if join > 1 and _offset_s(anchor_of(at[join - 1][0])) > 0:
            del at[join - 1]
        elif len(at) - join > 2:
            del at[join]
        else:
            at[join] = (at[join][0], earliest)
            if len(at) - join < 2 or at[join + 1][1] - earliest < least[at[join][0].name]:
                raise Refused(_("{name} has no room in so short an infusion.").format(name=playlist.name))
            return at


def _capped(at: list[tuple[PlaylistPhase, Seconds]]) -> list[tuple[PlaylistPhase, Seconds]]:
    """A phase that has more than its most gives it to the neighbour it names, by beginning or ending there."""
    seconds = [second for _phase, second in at]
    for number, (phase, second) in enumerate(at[:-1]):
        most = None if phase.minutes_max is None else s_from_minutes(phase.minutes_max)
        if most is not None and at[number + 1][1] - second > most:
            if number > 0 and at[number - 1][0].name == phase.fills:
                seconds[number] = at[number + 1][1] - most
            else:
                seconds[number + 1] = second + most
    return [(phase, second) for (phase, _second), second in zip(at, seconds, strict=True)]


def _window(playlist: Playlist, phase: PlaylistPhase, second: Seconds, limits: dict[str, str]) -> PhaseWindow:
    fields: dict[str, Any] = {
        name: getattr(phase, name) for name in PhaseWindow.__struct_fields__ if hasattr(phase, name)
    }
    unknown = playlist.lyrics_unknown == "allow" or limits.get("lyrics_unknown") == "allow"
    beds = phase.bed_allowed or limits.get("beds") == "allow"
    return PhaseWindow(
        **fields
        | {
            "from_s": second,
            "flex_s": max(phase.flex_s, int(limits.get("flex_s", 0))),
            "startle_max_lu": max(phase.startle_max_lu, float(limits.get("startle_max_lu", 0))),
            "lyrics_allowed": (*map(str, phase.lyrics), *(["unknown"] if unknown else [])),
            "bed_allowed": beds and phase.kind != "silence",
            "bpm_unknown_allowed": limits.get("bpm_unknown") == "allow",
        }
    )


def own_length_s(track: Track) -> Seconds:
    """Whole seconds between the silent edges, by decoded frames."""
    return Seconds(max(0, (int(track.frames) * 1000 // int(track.rate_hz) - track.lead_ms - track.tail_ms) // 1000))


def _row(track: Track) -> TrackRow:
    """A track's own fields by their names, and those that a row says otherwise."""
    fields: dict[str, Any] = {name: getattr(track, name) for name in TrackRow.__struct_fields__ if hasattr(track, name)}
    return TrackRow(
        **fields
        | {
            "track_id": track.id,
            "duration_s": own_length_s(track),
            "loudness_lufs": _NOTHING_DB if track.lufs is None else track.lufs,
            "true_peak_dbtp": _NOTHING_DB if track.true_peak_dbtp is None else track.true_peak_dbtp,
            "bpm": None if track.beatless else track.bpm,
            "lyrics": str(track.lyrics),
            "tempo_unknown": not track.beatless and track.bpm is None,
            "silent": None in (track.lufs, track.true_peak_dbtp),
        }
    )


def ended_before(instance: Instance, left_out: int) -> Instance:
    """An instance without so many of its last phases; it ends where they would begin."""
    if not left_out:
        return instance
    phases, ends_s = instance.protocol.phases[:-left_out], instance.protocol.phases[-left_out].from_s
    protocol = msgspec.structs.replace(instance.protocol, phases=phases, end_s=ends_s, spare_s=Seconds(0))
    return msgspec.structs.replace(instance, protocol=protocol)
