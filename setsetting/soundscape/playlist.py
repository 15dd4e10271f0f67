"""Playlist files: phases of a session, what music each wants, limits, weights and evidence.

`parse` reads the text of a playlist file strictly: shape first (unknown keys, types), then sense
(order, windows, ranges, loops). Every trouble names the file, the line, the field and what was
expected. How to write one is told in docs/playlists.md.
"""

import hashlib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from setsetting import strict_toml
from setsetting.clinical.infusion import LONGEST_MIN, SHORTEST_MIN
from setsetting.library.track import Lyrics
from setsetting.soundscape import playlist_prompt
from setsetting.soundscape.instance import NO_TEMPO_LIMIT, Weights
from setsetting.soundscape.playlist_prompt import PlaylistPrompt
from setsetting.strict_toml import Place
from setsetting.units import Energy, Lu, Lufs, Minutes, Seconds, minutes_from_s, s_from_minutes
from setsetting.words.translate import _

FORMAT = 1
MOST_PHASES = 60
FARTHEST_MIN = Minutes(24 * 60)
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]


class Anchor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a phase begins: minutes or seconds after the start or the end of the infusion."""

    anchor: Literal["start", "end"]
    minutes: Minutes | None = None
    seconds: Seconds | None = None

    @property
    def offset_s(self) -> Seconds:
        return self.seconds if self.seconds is not None else s_from_minutes(self.minutes or Minutes(0))


class PlaylistPhase(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One phase. The last one is the spare tail, kept ready beyond the planned end.

    `minutes_max` is the most it may take of a longer infusion; the phase before or after it that `fills` names takes
    the rest.
    """

    name: Name
    at: Anchor | None = None
    kind: Literal["music", "silence", "spare"] = "music"
    flex_s: Seconds = Seconds(120)
    energy_from: Energy = 1.0
    energy_to: Energy = 1.0
    energy_min: Energy = 1.0
    energy_max: Energy = 10.0
    lufs: Lufs = Lufs(-23.0)
    startle_max_lu: Lu = Lu(8.0)
    brightness_max: float = 1.0
    bpm_min: float = NO_TEMPO_LIMIT[0]
    bpm_max: float = NO_TEMPO_LIMIT[1]
    lyrics: tuple[Lyrics, ...] = (Lyrics.NONE, Lyrics.WORDLESS)
    crossfade_s: Seconds = Seconds(8)
    crossfade_in_s: Seconds = Seconds(15)
    over_weight: float = 1.0
    weight: float = 1.0
    tags_not: tuple[str, ...] = ()
    tags_any: tuple[str, ...] = ()
    bed_allowed: bool = False
    track_max_s: Seconds = Seconds(900)
    minutes_max: Minutes | None = None
    fills: Name | None = None


class _Common(msgspec.Struct, frozen=True, kw_only=True):
    """What a playlist says as it is written.

    `infusion_min` is the length of infusion it was written for; None where it is a loop. A pause of the infusion keeps
    the level that stands for `pause_calm_after_s`, and then becomes calmer. `checks_at` are the minutes of the infusion round
    which somebody checks on the patient, and the music is quieter.
    """

    format: int
    name: Name
    version: int
    title: str
    evidence: tuple[str, ...]
    infusion_min: Minutes | None = None
    loop: bool = False
    spare_s: Seconds = Seconds(600)
    pause_calm_after_s: Seconds = Seconds(600)
    checks_at: tuple[Minutes, ...] = ()
    energy_step_max: float = 2.0
    artist_max_per_session: int = 2
    lyrics_unknown: Literal["refuse", "allow"] = "refuse"
    weights: Weights = Weights()


class _Written(_Common, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A playlist file as written."""

    phase: tuple[PlaylistPhase, ...]
    prompt: tuple[PlaylistPrompt, ...] = ()


class Playlist(_Common, frozen=True, kw_only=True):
    """A playlist that makes sense. `digest` is the SHA-256 of its text."""

    phases: tuple[PlaylistPhase, ...]
    digest: str
    prompts: tuple[PlaylistPrompt, ...] = ()


def parse(text: str, path: Path) -> Playlist:
    """Read a playlist file; raise BrokenFile that names file, line, field and what was expected."""
    written = strict_toml.parse(text, path, _Written)
    for place, trouble in _troubles(written):
        raise strict_toml.at(text, path, place, trouble)
    fields = {name: getattr(written, name) for name in _Common.__struct_fields__}
    return Playlist(**fields, phases=written.phase, prompts=written.prompt, digest=_digest(text))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


_Trouble = tuple[Place, str]


def _troubles(written: _Written) -> Iterator[_Trouble]:
    if written.format != FORMAT:
        yield ("format",), _("is {n}; this program reads format {known}.").format(n=written.format, known=FORMAT)
        return
    if written.version < 1:
        yield ("version",), _("is {n}; expected 1 or more.").format(n=written.version)
    if not written.title.strip():
        yield ("title",), _("is empty; expected a line that tells what this playlist is.")
    if not written.evidence or not all(line.strip() for line in written.evidence):
        yield ("evidence",), _("expected at least one line that says what it rests on, none of them empty.")
    if written.artist_max_per_session < 1:
        yield ("artist_max_per_session",), _("is {n}; expected 1 or more.").format(n=written.artist_max_per_session)
    yield from _out_of_range((), written, _OF_PLAYLIST)
    for number, minute in enumerate(written.checks_at):
        if not (math.isfinite(minute) and Minutes(0) <= minute <= FARTHEST_MIN):
            yield ("checks_at", number), _("is no minute of an infusion.").format()
    yield from _out_of_range(("weights",), written.weights, _OF_WEIGHTS)
    if not 1 <= len(written.phase) <= MOST_PHASES:
        yield (
            ("phase", MOST_PHASES),
            _("{n} phases; expected 1 to {most}.").format(n=len(written.phase), most=MOST_PHASES),
        )
        return
    for number, phase in enumerate(written.phase):
        yield from _phase(("phase", number), phase)
    yield from _loop(written) if written.loop else _order(written)
    yield from playlist_prompt.troubles(written.prompt, [phase.name for phase in written.phase], loop=written.loop)


_Ranges = dict[str, tuple[float, float, str]]
"""Per field the lowest and the highest that makes sense, and in what unit."""
_OF_PLAYLIST: _Ranges = {
    "energy_step_max": (0, 9, "levels"),
    "spare_s": (0, 7200, "seconds"),
    "pause_calm_after_s": (0, 7200, "seconds"),
}
_OF_WEIGHTS: _Ranges = {
    **dict.fromkeys(Weights.__struct_fields__, (0, 1000, "")),
    "true_peak_ceiling_dbtp": (-20, 0, "dBTP"),
}
_OF_PHASE: _Ranges = {
    "flex_s": (0, 1800, "seconds"),
    "energy_from": (1, 10, "levels"),
    "energy_to": (1, 10, "levels"),
    "energy_min": (1, 10, "levels"),
    "energy_max": (1, 10, "levels"),
    "lufs": (-40, -14, "LUFS"),
    "startle_max_lu": (0, 60, "LU"),
    "brightness_max": (0, 1, ""),
    "bpm_min": (0, 300, "beats per minute"),
    "bpm_max": (0, 300, "beats per minute"),
    "crossfade_s": (0, 90, "seconds"),
    "crossfade_in_s": (0, 90, "seconds"),
    "over_weight": (0, 100, ""),
    "weight": (0, 100, ""),
    "track_max_s": (60, 7200, "seconds"),
}


def _out_of_range(place: Place, limited: _Written | Weights | PlaylistPhase, ranges: _Ranges) -> Iterator[_Trouble]:
    for name, (low, high, unit) in ranges.items():
        value = getattr(limited, name)
        if not (math.isfinite(value) and low <= value <= high):
            expected = _("is {n:g}; expected {low:g} to {high:g}").format(n=value, low=low, high=high)
            yield (*place, name), f"{expected} {unit}".rstrip() + "."


def _phase(place: Place, phase: PlaylistPhase) -> Iterator[_Trouble]:
    yield from _out_of_range(place, phase, _OF_PHASE)
    for low_name, high_name in (("energy_min", "energy_max"), ("bpm_min", "bpm_max")):
        if getattr(phase, low_name) > getattr(phase, high_name):
            yield (*place, low_name), _("is above {high}.").format(high=high_name)
    for name in ("energy_from", "energy_to"):
        if phase.kind != "silence" and not phase.energy_min <= getattr(phase, name) <= phase.energy_max:
            yield (*place, name), _("lies outside energy_min to energy_max.")
    if not phase.lyrics or Lyrics.UNKNOWN in phase.lyrics:
        yield (
            (*place, "lyrics"),
            _("expected some of none, wordless, other, known; what is unknown goes by lyrics_unknown."),
        )
    if phase.at is not None:
        yield from _anchor((*place, "at"), phase.at)


def _anchor(place: Place, at: Anchor) -> Iterator[_Trouble]:
    if (at.minutes is None) == (at.seconds is None):
        yield place, _("expected either minutes or seconds.")
    elif not (math.isfinite(at.minutes or 0) and abs(at.offset_s) <= s_from_minutes(FARTHEST_MIN)):
        yield place, _("is no time of a session; expected at most {n} minutes either way.").format(n=FARTHEST_MIN)


def _loop(written: _Written) -> Iterator[_Trouble]:
    if written.infusion_min is not None:
        yield ("infusion_min",), _("a loop is not timed to an infusion; leave it out.")
    if len(written.phase) != 1:
        yield ("phase", 1), _("a loop has exactly one phase.")
    only = written.phase[0]
    if only.kind != "music":
        yield ("phase", 0, "kind"), _("is {kind!r}; the phase of a loop is music.").format(kind=only.kind)
    if only.minutes_max is not None:
        yield ("phase", 0, "minutes_max"), _("a loop is not timed to an infusion; leave it out.")
    if only.at is not None:
        yield ("phase", 0, "at"), _("a loop is not timed to an infusion; leave it out.")


def _order(written: _Written) -> Iterator[_Trouble]:
    minutes = written.infusion_min
    if minutes is None or not SHORTEST_MIN <= minutes <= LONGEST_MIN:
        yield (
            ("infusion_min",),
            _("expected the length of infusion it is written for, {low} to {high} minutes.").format(
                low=SHORTEST_MIN, high=LONGEST_MIN
            ),
        )
        return
    phases, names, seen_end = written.phase, set[str](), False
    for number, phase in enumerate(phases):
        place: Place = ("phase", number)
        if phase.name in names:
            yield (*place, "name"), _("{name!r} is used twice.").format(name=phase.name)
        names.add(phase.name)
        if phase.at is None:
            yield place, _('expected at = {{ anchor = "start" or "end", minutes = ... }}.').format()
            return
        if seen_end and phase.at.anchor == "start":
            yield (*place, "at"), _("is anchored to the start after a phase anchored to the end.")
        seen_end = seen_end or phase.at.anchor == "end"
        if (phase.kind == "spare") != (number == len(phases) - 1):
            yield (*place, "kind"), _("the last phase, and only the last, is spare.")
    if phases[0].at is not None and phases[0].at.anchor != "start":
        yield ("phase", 0, "at"), _("the first phase is anchored to the start.")
    if phases[-1].at is not None and phases[-1].at.anchor != "end":
        yield ("phase", len(phases) - 1, "at"), _("the spare phase is anchored to the end.")
    if len(phases) < 2:
        yield ("phase", 0), _("expected at least one phase before the spare one.")
    yield from _caps(phases, minutes)
    yield from _overlaps(phases, minutes)


def _caps(phases: tuple[PlaylistPhase, ...], minutes: Minutes) -> Iterator[_Trouble]:
    """Only the phase that takes what a longer infusion adds can be capped, and a neighbour must take the rest."""
    last = max((number for number, phase in enumerate(phases) if anchor_of(phase).anchor == "start"), default=0)
    for number, phase in enumerate(phases):
        place: Place = ("phase", number)
        if phase.minutes_max is None:
            if phase.fills is not None:
                yield (*place, "fills"), _("is said without minutes_max.")
            continue
        if number != last or number + 1 == len(phases):
            yield (
                (*place, "minutes_max"),
                _("only {phase!r} takes what a longer infusion adds.").format(phase=phases[last].name),
            )
            return
        own = minutes_from_s(nominal_s(phases[number + 1], minutes) - nominal_s(phase, minutes))
        if not (math.isfinite(phase.minutes_max) and own <= phase.minutes_max <= FARTHEST_MIN):
            yield (
                (*place, "minutes_max"),
                _("is {n:g}; expected at least the {own:g} minutes it is written for.").format(
                    n=phase.minutes_max, own=own
                ),
            )
        beside = [phases[at].name for at in (number - 1, number + 1) if at >= 0]
        if phase.fills not in beside:
            yield (
                (*place, "minutes_max"),
                _("expected fills = {names}, which takes the rest.").format(names=_(" or ").join(map(repr, beside))),
            )


def _overlaps(phases: tuple[PlaylistPhase, ...], minutes: Minutes) -> Iterator[_Trouble]:
    starts = [nominal_s(phase, minutes) for phase in phases]
    for number in range(1, len(phases)):
        earlier, later = phases[number - 1], phases[number]
        place: Place = ("phase", number, "at")
        room = starts[number] - starts[number - 1]
        if room <= 0:
            yield (
                place,
                _("{later!r} begins before {earlier!r}, or with it; expected phases in order of time.").format(
                    later=later.name, earlier=earlier.name
                ),
            )
        elif number > 1 and room <= max(earlier.flex_s, later.flex_s):
            yield (
                place,
                _(
                    "the window of {earlier!r} or {later!r} reaches over the other's start: {room} s apart, "
                    "{first} s and {second} s of flex."
                ).format(earlier=earlier.name, later=later.name, room=room, first=earlier.flex_s, second=later.flex_s),
            )


def nominal_s(phase: PlaylistPhase, minutes: Minutes) -> Seconds:
    """When a phase begins, in seconds from infusion start, for an infusion of `minutes`."""
    at = anchor_of(phase)
    return at.offset_s + s_from_minutes(minutes) if at.anchor == "end" else at.offset_s


def anchor_of(phase: PlaylistPhase) -> Anchor:
    """When a phase begins; every phase has it but the one of a loop, which is never placed."""
    assert phase.at is not None
    return phase.at
