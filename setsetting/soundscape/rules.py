"""The rules of a soundscape, a row each: what breaks it, in which words, who may loosen it, how it is lifted.

Everything that knows a rule by name reads this table: eligibility, the funnel and the offers of a
refusal, what is loosened for a night, what a running session gives up, the interface's choices, the
command line's help. A row without a mask binds the session as a whole. A row that can't be lifted is
absolute: vetoes, what was heard, what no ear could bear.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

from setsetting.units import Seconds
from setsetting.words.translate import _

if TYPE_CHECKING:  # a command line reads the table for its help, and waits neither for numpy nor for msgspec
    from msgspec import Struct

    from setsetting.soundscape.columns import Columns, Mask
    from setsetting.soundscape.instance import Instance, InstanceProtocol, PhaseWindow

    MaskOfPatient = Callable[[Columns, Instance], Mask]
    MaskOfPhase = Callable[[Columns, Instance, int], Mask]

UNLIMITED = 10**6
ALLOW = "allow"
_Row = TypeVar("_Row", bound="Struct")


def _with(row: _Row, **changes: object) -> _Row:
    from msgspec.structs import replace

    return replace(row, **changes)


@dataclass(frozen=True, slots=True)
class Limit:
    """What a person may loosen for one night: a number of a range, or a switch that takes `allow`.

    `name` is that of the window's or the protocol's field where it is a number; `offered` is the
    value a face proposes.
    """

    name: str
    kind: Literal["whole", "number", "switch"]
    offered: str = ALLOW
    lowest: float = 0
    highest: float = 0


@dataclass(frozen=True, slots=True)
class Waiver:
    """A rule that a running session gives up when nothing else is possible, in its turn."""

    turn: int
    change: "Callable[[Instance], Instance] | None" = None
    """None: as the rule is lifted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `words` say what it looks at, `binds` (a rule of the whole session) what it forbids together."""

    name: str
    words: str
    of_patient: "MaskOfPatient | None" = None
    """The tracks that break it in every phase."""
    of_phase: "MaskOfPhase | None" = None
    """The tracks that break it in the phase of this number."""
    lift: "Callable[[PhaseWindow], PhaseWindow] | None" = None
    lift_session: "Callable[[InstanceProtocol], InstanceProtocol] | None" = None
    limit: Limit | None = None
    waiver: Waiver | None = None
    binds: str = ""
    last: bool = False
    """Lifted only when lifting anything else has not helped."""

    @property
    def absolute(self) -> bool:
        return self.lift is None and self.lift_session is None

    @property
    def of_session(self) -> bool:
        return self.of_patient is None and self.of_phase is None

    def now(self, protocol: "InstanceProtocol", window: "PhaseWindow") -> float | None:
        """The number that holds tonight, where it is one that can be loosened."""
        if self.limit is None or self.limit.kind == "switch":
            return None
        value: float = getattr(window if self.lift is not None else protocol, self.limit.name)
        return value


def shortest_s(instance: "Instance", number: int) -> Seconds:
    """The shortest a track of a phase may be: four times the longest crossfade it may stand in."""
    windows = instance.protocol.phases
    window = windows[number]
    after = windows[number + 1] if number + 1 < len(windows) else None
    into = after.crossfade_in_s if after is not None and after.kind != "silence" else Seconds(0)
    return max(Seconds(1), 4 * max(window.crossfade_s, window.crossfade_in_s, into))


def _tempo_wrong(columns: "Columns", instance: "Instance", number: int) -> "Mask":
    bpm, window = columns["bpm"], instance.protocol.phases[number]
    return (bpm < window.bpm_min) | (bpm > window.bpm_max)  # what is not a number is neither


def _tempo_unknown(columns: "Columns", instance: "Instance", number: int) -> "Mask":
    window = instance.protocol.phases[number]
    return columns.are("tempo_unknown") & (window.limits_tempo and not window.bpm_unknown_allowed)


def _of_lyrics(columns: "Columns", instance: "Instance", number: int, *, unknown: bool) -> "Mask":
    allowed, unsaid = columns.sung(instance.protocol.phases[number].lyrics_allowed), columns.sung(("unknown",))
    return ~allowed & (unsaid if unknown else ~unsaid)


def _untagged(columns: "Columns", instance: "Instance", number: int) -> "Mask":
    wanted = instance.protocol.phases[number].tags_any
    return ~columns.tagged(wanted) & bool(wanted)


def _energy_wrong(columns: "Columns", instance: "Instance", number: int) -> "Mask":
    energy, window = columns["energy"], instance.protocol.phases[number]
    return (energy < window.energy_min) | (energy > window.energy_max)


def _above(column: str, most: str) -> "MaskOfPhase":
    """A rule on the most of one column that a phase's window allows."""

    def broken(columns: "Columns", instance: "Instance", number: int) -> "Mask":
        allowed: float = getattr(instance.protocol.phases[number], most)
        return columns[column] > allowed

    return broken


RULES = (
    Rule(
        name="silent",
        words=_("tracks without any sound"),
        of_patient=lambda columns, instance: columns.are("silent"),
    ),
    Rule(
        name="already_played",
        words=_("what has sounded in this session"),
        of_patient=lambda columns, instance: columns.among(instance.before.track_ids),
    ),
    Rule(
        name="veto_track",
        words=_("tracks the patient refuses"),
        of_patient=lambda columns, instance: columns.among(instance.patient.veto_tracks),
    ),
    Rule(
        name="veto_artist",
        words=_("artists the patient refuses"),
        of_patient=lambda columns, instance: columns.by(instance.patient.veto_artists),
    ),
    Rule(
        name="veto_tag",
        words=_("tags the patient refuses"),
        of_patient=lambda columns, instance: columns.tagged(instance.patient.veto_tags),
    ),
    Rule(
        name="heard_before",
        words=_("what was heard earlier in the course and is no anchor"),
        of_patient=lambda columns, instance: (
            columns.among(instance.patient.heard_tracks) & ~columns.among(instance.patient.anchor_tracks)
        ),
    ),
    Rule(
        name="lyrics",
        words=_("lyrics a phase does not allow"),
        of_phase=lambda columns, instance, number: _of_lyrics(columns, instance, number, unknown=False),
    ),
    Rule(
        name="lyrics_unknown",
        words=_("tracks of which nobody said whether they have lyrics"),
        of_phase=lambda columns, instance, number: _of_lyrics(columns, instance, number, unknown=True),
        lift=lambda window: _with(window, lyrics_allowed=tuple(dict.fromkeys((*window.lyrics_allowed, "unknown")))),
        limit=Limit("lyrics_unknown", "switch"),
    ),
    Rule(
        name="energy_range",
        words=_("the range of energy of a phase"),
        of_phase=_energy_wrong,
        lift=lambda window: _with(window, energy_min=1.0, energy_max=10.0),
        last=True,
    ),
    Rule(
        name="startle",
        words=_("sudden rises, in LU"),
        of_phase=_above("startle_lu", "startle_max_lu"),
        lift=lambda window: _with(window, startle_max_lu=1e9),
        limit=Limit("startle_max_lu", "number", "14", 0.0, 60.0),
    ),
    Rule(
        name="bpm",
        words=_("the range of tempo of a phase"),
        of_phase=_tempo_wrong,
        lift=lambda window: _with(window, bpm_min=0.0, bpm_max=1e9),
    ),
    Rule(
        name="bpm_unknown",
        words=_("tracks of unknown tempo where a phase limits it"),
        of_phase=_tempo_unknown,
        lift=lambda window: _with(window, bpm_unknown_allowed=True),
        limit=Limit("bpm_unknown", "switch"),
    ),
    Rule(
        name="brightness",
        words=_("the brightest a phase allows"),
        of_phase=_above("brightness", "brightness_max"),
        lift=lambda window: _with(window, brightness_max=1e9),
    ),
    Rule(
        name="tags_not",
        words=_("tags a phase does not want"),
        of_phase=lambda columns, instance, number: columns.tagged(instance.protocol.phases[number].tags_not),
        lift=lambda window: _with(window, tags_not=()),
    ),
    Rule(
        name="tags_any",
        words=_("tags of which a phase wants one"),
        of_phase=_untagged,
        lift=lambda window: _with(window, tags_any=()),
    ),
    Rule(
        name="too_short_for_crossfade",
        words=_("tracks shorter than four crossfades"),
        of_phase=lambda columns, instance, number: columns["duration_s"] < shortest_s(instance, number),
    ),
    Rule(
        name="too_long",
        words=_("the longest track a phase allows"),
        of_phase=_above("duration_s", "track_max_s"),
        lift=lambda window: _with(window, track_max_s=10**9),
    ),
    Rule(
        name="artist_max_per_session",
        words=_("tracks by one artist in a session"),
        lift_session=lambda protocol: _with(protocol, artist_max_per_session=UNLIMITED),
        limit=Limit("artist_max_per_session", "whole", "6", 1, 1000),
        binds=_("the limit of {n:g} tracks by an artist"),
    ),
    Rule(
        name="energy_step_max",
        words=_("levels of energy from track to track"),
        lift_session=lambda protocol: _with(protocol, energy_step_max=9.0),
        limit=Limit("energy_step_max", "number", "3", 0.0, 9.0),
        binds=_("the largest step of {n:g} levels of energy"),
        waiver=Waiver(1, lambda instance: _with(instance, before=_with(instance.before, energy=None))),
    ),
    Rule(
        name="flex_s",
        words=_("seconds a phase may begin early or late"),
        lift=lambda window: _with(window, flex_s=2 * window.flex_s + 60),
        limit=Limit("flex_s", "whole", "240", 0, 1800),
        binds=_("the windows in which a phase must begin"),
        waiver=Waiver(2),
    ),
    Rule(
        name="beds",
        words=_("a noise bed where no track fits"),
        lift=lambda window: _with(window, bed_allowed=window.bed_allowed or window.kind != "silence"),
        limit=Limit("beds", "switch"),
        binds=_("gaps that no noise bed may fill"),
        waiver=Waiver(2),
    ),
)
BY_NAME = {rule.name: rule for rule in RULES}
_KINDS = ("whole", "number", "switch")
LOOSENABLE = {
    rule.limit.name: (rule, rule.limit)
    for kind in _KINDS
    for rule in RULES
    if rule.limit is not None and rule.limit.kind == kind
}
"""What may be loosened for one night, by the name a person loosens it with, in the order it is written down."""
CHOICES = tuple((rule.limit.name, rule.limit.offered, rule.words) for rule in RULES if rule.limit is not None)
"""What a face offers to loosen: the name, a value to begin with, and what it is."""
TURNS = (
    "",
    _("The step of energy from what plays now is waived; nothing else was possible."),
    _("The library is too small for the new times: noise beds and wider windows fill in."),
)
"""What is said where a running session gave up the rules of a turn; at first it gives up nothing."""
WAIVED = tuple(
    tuple(rule.name for rule in RULES if rule.waiver is not None and rule.waiver.turn <= turn)
    for turn in range(len(TURNS))
)


def lifted(
    protocol: "InstanceProtocol", rules: Iterable[str], numbers: Iterable[int] | None = None
) -> "InstanceProtocol":
    """A protocol with rules lifted in the phases of these numbers, or in all; what binds the session is lifted whole."""
    phases = list(protocol.phases)
    chosen = range(len(phases)) if numbers is None else tuple(numbers)
    for rule in map(BY_NAME.__getitem__, rules):
        if rule.lift_session is not None:
            protocol = rule.lift_session(protocol)
        if rule.lift is not None:
            for number in chosen:
                phases[number] = rule.lift(phases[number])
    return _with(protocol, phases=tuple(phases))


def waived(instance: "Instance", rules: Iterable[str]) -> "Instance":
    """What is left of a running session, with rules given up."""
    for rule in map(BY_NAME.__getitem__, rules):
        if rule.waiver is None or rule.waiver.change is None:
            instance = _with(instance, protocol=lifted(instance.protocol, (rule.name,)))
        else:
            instance = rule.waiver.change(instance)
    return instance


def waived_words(rules: tuple[str, ...]) -> tuple[str, ...]:
    """The sentence about what was given up; none where nothing was."""
    return tuple(words for words in (TURNS[WAIVED.index(rules)],) if words)


def loosenable_words() -> str:
    """What a command line says of loosening."""
    numbers = ", ".join(name for name, (_rule, limit) in LOOSENABLE.items() if limit.kind != "switch")
    switches = ", ".join(name for name, (_rule, limit) in LOOSENABLE.items() if limit.kind == "switch")
    return _("{numbers} take a number; {switches} take {allow}").format(numbers=numbers, switches=switches, allow=ALLOW)
