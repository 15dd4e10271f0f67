"""A playlist's phases on tonight's clock.

Phases anchored to the start wait for so many minutes of running infusion, so that a pause delays
them; phases anchored to the end follow the end of the infusion. What has no room in a short infusion
is left out from the middle, never squeezed: the arrival keeps its minutes and the calm begins when
the playlist says, before the infusion's end if so written. What a longer infusion adds goes to the last phase that is
anchored to the start, or beyond its `minutes_max` to the neighbour it names. What was left out, moved or stretched is
said in words.
"""

import itertools
from dataclasses import dataclass
from typing import Protocol

from setsetting.clinical.infusion import Infusion
from setsetting.errors import Refused, UsageError
from setsetting.library.track import Lyrics
from setsetting.soundscape.instance import PhaseWindow
from setsetting.soundscape.loosening import Loosening
from setsetting.soundscape.playlist import Playlist, PlaylistPhase, anchor_of, nominal_s
from setsetting.units import (
    Energy,
    Milliseconds,
    Minutes,
    Seconds,
    minutes_from_s,
    ms_from_minutes,
    ms_from_s,
    nearest_s,
    s_from_minutes,
)
from setsetting.words.translate import _

ROOM_S = Seconds(240)
"""The shortest a phase may become: one short track between two windows of two minutes (a proposal)."""


_SAME_IN_BOTH = tuple(name for name in PhaseWindow.__struct_fields__ if name in PlaylistPhase.__struct_fields__)
"""What a window takes from its phase as it is written there."""


class Anchored(Protocol):
    """So many seconds after the start or the end of an infusion."""

    @property
    def anchor(self) -> str | None: ...
    @property
    def offset_s(self) -> Seconds: ...


@dataclass(frozen=True, slots=True)
class Timing:
    """Windows in order, the end of the planned music before the spare tail, and what had to give way."""

    windows: tuple[PhaseWindow, ...]
    end_s: Seconds
    words: tuple[str, ...]


def resolve(playlist: Playlist, infusion: Infusion, loosening: Loosening) -> Timing:
    """Place a playlist's phases round an infusion.

    Raises Refused for a loop, and where an infusion leaves no room for any phase.
    """
    check_timed(playlist)
    if not infusion.segments:
        raise UsageError(_("The infusion has no segment; give its minutes."))
    placed = [(phase, second_of(anchor_of(phase), infusion)) for phase in playlist.phases]
    placed, words = _made_room(playlist, placed)
    placed = _held(placed)
    words += _stretched(playlist, infusion, placed)
    windows = tuple(window_of(playlist, phase, from_s, loosening) for phase, from_s in placed)
    return Timing(windows, windows[-1].from_s, tuple(words))


@dataclass(frozen=True, slots=True)
class TimedPhase:
    """A phase on tonight's clock: from and to in minutes, and the energy its tracks go from and to."""

    name: str
    from_min: Minutes
    to_min: Minutes
    energy_from: Energy
    energy_to: Energy


def timed_phases(playlist: Playlist, infusion: Infusion, loosening: Loosening) -> tuple[TimedPhase, ...]:
    """The phases of `resolve` as they follow each other, the spare tail with the last."""
    timing = resolve(playlist, infusion, loosening)
    ends = (*(window.from_s for window in timing.windows[1:]), timing.end_s + playlist.spare_s)
    return tuple(
        TimedPhase(
            window.name, minutes_from_s(window.from_s), minutes_from_s(end), window.energy_from, window.energy_to
        )
        for window, end in zip(timing.windows, ends, strict=True)
    )


def check_timed(playlist: Playlist) -> None:
    """Refuse a playlist that has no place on the clock of an infusion."""
    if playlist.loop:
        raise Refused(
            _("{name} is a loop for rescue, not timed to an infusion; choose another playlist.").format(
                name=playlist.name
            )
        )


def _clock_ms(infusion: Infusion, running_ms: Milliseconds) -> Milliseconds:
    """When the infusion has run for so long, pauses left out; before its start and after its end plain time."""
    start = infusion.segments[0].start_ms
    if running_ms <= 0:
        return start + running_ms
    left = running_ms
    for segment in infusion.segments:
        if segment.rate_permille <= 0:
            continue
        if left <= segment.end_ms - segment.start_ms:
            return segment.start_ms + left
        left -= segment.end_ms - segment.start_ms
    return infusion.end_ms + left


def second_of(at: Anchored, infusion: Infusion) -> Seconds:
    """When something that is anchored to an infusion comes."""
    if at.anchor == "end":
        return nearest_s(infusion.end_ms) + at.offset_s
    return nearest_s(_clock_ms(infusion, ms_from_s(at.offset_s)))


_Placed = list[tuple[PlaylistPhase, Seconds]]


def _made_room(playlist: Playlist, placed: _Placed) -> tuple[_Placed, list[str]]:
    """Leave out what has no room: phases of the middle from the last back, then early ends of the descent."""
    need = _shortest(playlist)
    opening = [pair for pair in placed if anchor_of(pair[0]).anchor == "start"]
    ending = [pair for pair in placed if anchor_of(pair[0]).anchor == "end"]
    left_out: list[str] = []
    while anchor_of(opening[-1][0]).offset_s > 0 and len(opening) > 1 and not _fits(opening[-1], ending[0], need):
        left_out.insert(0, opening.pop()[0].name)
    while len(ending) > 2 and not _fits(opening[-1], ending[0], need):
        left_out.append(ending.pop(0)[0].name)
    words: list[str] = []
    if left_out:
        words.append(_("No room for {names}: the infusion is too short, left out.").format(names=", ".join(left_out)))
    if not _fits(opening[-1], ending[0], need):
        late, earliest = ending[0][0], opening[-1][1] + need[opening[-1][0].name]
        if len(ending) == 1 or not _fits((late, earliest), ending[1], need):
            raise Refused(
                _(
                    "{name} has no room in so short an infusion: after {opening!r} nothing fits before {ending!r}."
                ).format(name=playlist.name, opening=opening[-1][0].name, ending=ending[-1][0].name)
            )
        words.append(
            _("{name} begins {n} s later than written, so that {opening!r} has room.").format(
                name=late.name, n=earliest - ending[0][1], opening=opening[-1][0].name
            )
        )
        ending[0] = (late, earliest)
    return opening + ending, words


def _held(placed: _Placed) -> _Placed:
    """A phase keeps to its `minutes_max`; the neighbour it names takes the rest, or the next where that is left out."""
    held = list(placed)
    for number, (phase, from_s) in enumerate(placed[:-1]):
        after, until_s = placed[number + 1]
        if phase.minutes_max is None or until_s - from_s <= s_from_minutes(phase.minutes_max):
            continue
        if number and phase.fills == placed[number - 1][0].name:
            held[number] = (phase, until_s - s_from_minutes(phase.minutes_max))
        else:
            held[number + 1] = (after, from_s + s_from_minutes(phase.minutes_max))
    return held


def _stretched(playlist: Playlist, infusion: Infusion, placed: _Placed) -> list[str]:
    """What a longer infusion makes longer than it is written."""
    assert playlist.infusion_min is not None  # only a loop has none
    if infusion.end_ms - infusion.segments[0].start_ms <= ms_from_minutes(playlist.infusion_min):
        return []
    starts = [nominal_s(phase, playlist.infusion_min) for phase in playlist.phases]
    rooms = {
        phase.name: later - earlier
        for phase, (earlier, later) in zip(playlist.phases, itertools.pairwise(starts), strict=False)
    }
    return [
        _("{phase} is {now:g} minutes instead of {own:g}.").format(
            phase=phase.name, now=round(minutes_from_s(later - earlier), 1), own=round(minutes_from_s(own), 1)
        )
        for (phase, earlier), (_after, later) in itertools.pairwise(placed)
        if later - earlier > (own := rooms[phase.name])
    ]


def _shortest(playlist: Playlist) -> dict[str, Seconds]:
    """The shortest each phase may become: ROOM_S, or what it has at the length it is written for."""
    assert playlist.infusion_min is not None  # only a loop has none
    starts = [nominal_s(phase, playlist.infusion_min) for phase in playlist.phases]
    rooms = [later - earlier for earlier, later in itertools.pairwise(starts)]
    return {phase.name: min(ROOM_S, room) for phase, room in zip(playlist.phases, [*rooms, ROOM_S], strict=True)}


def _fits(
    earlier: tuple[PlaylistPhase, Seconds], later: tuple[PlaylistPhase, Seconds], need: dict[str, Seconds]
) -> bool:
    return later[1] - earlier[1] >= need[earlier[0].name]


def window_of(playlist: Playlist, phase: PlaylistPhase, from_s: Seconds, loosening: Loosening) -> PhaseWindow:
    """One phase on the clock, with what is loosened for tonight."""
    same = {name: getattr(phase, name) for name in _SAME_IN_BOTH}
    same["bed_allowed"] = phase.bed_allowed and phase.kind != "silence"
    lyrics = tuple(kind.value for kind in phase.lyrics)
    if playlist.lyrics_unknown == "allow":
        lyrics = (*lyrics, Lyrics.UNKNOWN.value)
    return loosening.of_window(PhaseWindow(from_s=from_s, lyrics_allowed=lyrics, **same))
