"""The rules of a soundscape, a row each: what breaks it, in which words, who may loosen it, how it is lifted.

Everything that knows a rule by name reads this table: eligibility, the funnel and the offers of a
refusal, what is loosened for a night, what a running session gives up, the interface's choices, the
command line's help. A row without a mask binds the session as a whole. A row that can't be lifted is
absolute: vetoes, what was heard, what no ear could bear.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

from setsetting.units import Seconds, ms_from_s
from setsetting.words.numbers import clock
from setsetting.words.translate import _

if TYPE_CHECKING:  # a command line reads the table for its help, and waits neither for numpy nor for msgspec
    from msgspec import Struct

    from setsetting.soundscape.columns import Columns, Mask
    from setsetting.soundscape.instance import Instance, InstanceProtocol, PhaseWindow

    MaskOfPatient = Callable[[Columns, Instance], Mask]
    MaskOfPhase = Callable[[Columns, PhaseWindow, Seconds], Mask]

UNLIMITED = 10**6
"""What a lifted limit becomes: a number beyond every track, since a row is compared and written as numbers."""
ALLOW = "allow"
_Row = TypeVar("_Row", bound="Struct")


def _with(row: _Row, **changes: object) -> _Row:
    from msgspec.structs import replace

    return replace(row, **changes)


@dataclass(frozen=True, slots=True)
class Limit:
    """What a person may loosen for one night: a number of a range, or a switch that takes `allow`.

    `name` is that of the window's or the protocol's field where it is a number. What is offered goes by `step`, up to
    `farthest`; a limit on a `column` of the library goes by the values that occur there.
    """

    name: str
    kind: Literal["whole", "number", "switch"]
    lowest: float = 0
    highest: float = 0
    step: float = 1
    farthest: float = 0
    column: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `words` say what it looks at, `binds` (a rule of the whole session) what it forbids together, `head`
    stands over what it takes, `says` is the rule with tonight's numbers, `offer` what loosening it allows. The larger
    `late`, the later it stands among the offers.

    `of_patient` and `of_phase` give the tracks that break it, in every phase or in one. `last` is lifted only
    when lifting anything else has not helped. A running session gives up in its turn `waived_in` (0: never)
    what `waive` changes, else what is lifted.
    """

    name: str
    words: str
    head: str = ""
    says: "Callable[[Instance, PhaseWindow, Seconds], str] | None" = None
    of_patient: "MaskOfPatient | None" = None
    of_phase: "MaskOfPhase | None" = None
    lift: "Callable[[PhaseWindow], PhaseWindow] | None" = None
    lift_session: "Callable[[InstanceProtocol], InstanceProtocol] | None" = None
    limit: Limit | None = None
    binds: str = ""
    offer: str = ""
    late: int = 0
    last: bool = False
    waived_in: int = 0
    waive: "Callable[[Instance], Instance] | None" = None

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


def shortest_s(windows: "Sequence[PhaseWindow]", number: int) -> Seconds:
    """The shortest a track of a phase may be: four times the longest crossfade it may stand in."""
    window, after = windows[number], windows[number + 1 : number + 2]
    into = [one.crossfade_in_s for one in after if one.kind != "silence"]
    return max(Seconds(1), 4 * max(window.crossfade_s, window.crossfade_in_s, *into))


def _of_lyrics(columns: "Columns", window: "PhaseWindow", *, unknown: bool) -> "Mask":
    unsaid = columns.sung(("unknown",))
    return ~columns.sung(window.lyrics_allowed) & (unsaid if unknown else ~unsaid)


def _outside(column: str, least: str | None, most: str) -> "MaskOfPhase":
    """A rule on the range of one column that a phase's window allows; what is not a number is in any range."""

    def broken(columns: "Columns", window: "PhaseWindow", _shortest_s: Seconds) -> "Mask":
        values = columns[column]
        above: Mask = values > getattr(window, most)
        return above if least is None else above | (values < getattr(window, least))

    return broken


def _refusing(names: Iterable[str]) -> str:
    return _("refused: {names}").format(names=", ".join(sorted(names)))


_SUNG = {"none": _("no words"), "wordless": _("wordless voices"), "other": _("words in other languages")}


def _sung(window: "PhaseWindow") -> str:
    return _(" or ").join(_SUNG[kind] for kind in window.lyrics_allowed if kind in _SUNG)


RULES = (
    Rule(
        "silent",
        _("tracks without any sound"),
        head=_("silent"),
        says=lambda _instance, _window, _shortest_s: _("sounds at all"),
        of_patient=lambda columns, _instance: columns.are("silent"),
    ),
    Rule(
        "already_played",
        _("what has sounded in this session"),
        head=_("played"),
        says=lambda _instance, _window, _shortest_s: _("has not sounded in this session"),
        of_patient=lambda columns, instance: columns.spent_by(instance.before.track_ids),
    ),
    Rule(
        "veto_track",
        _("tracks the patient refuses"),
        head=_("refused"),
        says=lambda _instance, _window, _shortest_s: _("no track the patient refuses"),
        of_patient=lambda columns, instance: columns.among(
            (*instance.patient.veto_tracks, *instance.patient.veto_recordings)
        ),
    ),
    Rule(
        "veto_artist",
        _("artists the patient refuses"),
        head=_("refused"),
        says=lambda instance, _window, _shortest_s: _refusing(instance.patient.veto_artists),
        of_patient=lambda columns, instance: (
            columns.by(instance.patient.veto_artists) | columns.hinting(instance.patient.veto_artists)
        ),
    ),
    Rule(
        "veto_tag",
        _("tags the patient refuses"),
        head=_("refused"),
        says=lambda instance, _window, _shortest_s: _refusing(instance.patient.veto_tags),
        of_patient=lambda columns, instance: columns.refused_by_tag(instance.patient.veto_tags),
    ),
    Rule(
        "heard_before",
        _("what was heard earlier in the course and is no anchor"),
        head=_("heard"),
        says=lambda _instance, _window, _shortest_s: _("not heard earlier in the course"),
        of_patient=lambda columns, instance: (
            columns.among((*instance.patient.heard_tracks, *instance.patient.heard_recordings))
            & ~columns.among((*instance.patient.anchor_tracks, *instance.patient.anchor_recordings))
        ),
    ),
    Rule(
        "lyrics",
        _("lyrics a phase does not allow"),
        head=_("words"),
        says=lambda _instance, window, _shortest_s: _sung(window),
        of_phase=lambda columns, window, _shortest_s: _of_lyrics(columns, window, unknown=False),
    ),
    Rule(
        "lyrics_unknown",
        _("tracks of which nobody said whether they have lyrics"),
        head=_("words not noted"),
        says=lambda _instance, _window, _shortest_s: _("lyrics are noted"),
        of_phase=lambda columns, window, _shortest_s: _of_lyrics(columns, window, unknown=True),
        lift=lambda window: _with(window, lyrics_allowed=tuple(dict.fromkeys((*window.lyrics_allowed, "unknown")))),
        limit=Limit("lyrics_unknown", "switch"),
        offer=_("tracks of which nobody said whether they have words"),
        late=2,
    ),
    Rule(
        "energy_range",
        _("the range of energy of a phase"),
        head=_("energy"),
        says=lambda _instance, window, _shortest_s: _("energy {low:g} to {high:g}").format(
            low=window.energy_min, high=window.energy_max
        ),
        of_phase=_outside("energy", "energy_min", "energy_max"),
        lift=lambda window: _with(window, energy_min=1.0, energy_max=10.0),
        last=True,
    ),
    Rule(
        "startle",
        _("sudden rises, in LU"),
        head=_("sudden rise"),
        says=lambda _instance, window, _shortest_s: _("sudden rises at most {n:g} LU").format(n=window.startle_max_lu),
        of_phase=_outside("startle_lu", None, "startle_max_lu"),
        lift=lambda window: _with(window, startle_max_lu=UNLIMITED),
        limit=Limit("startle_max_lu", "number", 0.0, 60.0, step=0.1, column="startle_lu"),
        offer=_("sudden rises up to {value} LU instead of {now}"),
        late=2,
    ),
    Rule(
        "bpm",
        _("the range of tempo of a phase"),
        head=_("tempo"),
        says=lambda _instance, window, _shortest_s: _("{low:g} to {high:g} beats a minute, or none").format(
            low=window.bpm_min, high=window.bpm_max
        ),
        of_phase=_outside("bpm", "bpm_min", "bpm_max"),
        lift=lambda window: _with(window, bpm_min=0.0, bpm_max=UNLIMITED),
    ),
    Rule(
        "bpm_unknown",
        _("tracks of unknown tempo where a phase limits it"),
        head=_("tempo unknown"),
        says=lambda _instance, _window, _shortest_s: _("a tempo that is known"),
        of_phase=lambda columns, window, _shortest_s: (
            columns.are("tempo_unknown") & (window.limits_tempo and not window.bpm_unknown_allowed)
        ),
        lift=lambda window: _with(window, bpm_unknown_allowed=True),
        limit=Limit("bpm_unknown", "switch"),
        offer=_("tracks whose tempo nobody knows"),
    ),
    Rule(
        "brightness",
        _("the brightest a phase allows"),
        head=_("too bright"),
        says=lambda _instance, window, _shortest_s: _("brightness at most {n:g}").format(n=window.brightness_max),
        of_phase=_outside("brightness", None, "brightness_max"),
        lift=lambda window: _with(window, brightness_max=UNLIMITED),
    ),
    Rule(
        "tags_not",
        _("tags a phase does not want"),
        head=_("tags"),
        says=lambda _instance, window, _shortest_s: _("without {tags}").format(tags=", ".join(window.tags_not)),
        of_phase=lambda columns, window, _shortest_s: columns.tagged(window.tags_not),
        lift=lambda window: _with(window, tags_not=()),
    ),
    Rule(
        "tags_any",
        _("tags of which a phase wants one"),
        head=_("tags"),
        says=lambda _instance, window, _shortest_s: _("one of {tags}").format(tags=", ".join(window.tags_any)),
        of_phase=lambda columns, window, _shortest_s: ~columns.tagged(window.tags_any) & bool(window.tags_any),
        lift=lambda window: _with(window, tags_any=()),
    ),
    Rule(
        "too_short_for_crossfade",
        _("tracks shorter than four crossfades"),
        head=_("too short"),
        says=lambda _instance, _window, shortest_s: _("at least {time} long").format(time=clock(ms_from_s(shortest_s))),
        of_phase=lambda columns, _window, shortest_s: columns["duration_s"] < shortest_s,
    ),
    Rule(
        "too_long",
        _("the longest track a phase allows"),
        head=_("too long"),
        says=lambda _instance, window, _shortest_s: _("at most {time} long").format(
            time=clock(ms_from_s(window.track_max_s))
        ),
        of_phase=_outside("duration_s", None, "track_max_s"),
        lift=lambda window: _with(window, track_max_s=UNLIMITED),
    ),
    Rule(
        "artist_max_per_session",
        _("tracks by one artist in a session"),
        lift_session=lambda protocol: _with(protocol, artist_max_per_session=UNLIMITED),
        limit=Limit("artist_max_per_session", "whole", 1, 1000, farthest=20),
        offer=_("up to {value} tracks by one artist instead of {now}"),
        binds=_("the limit of tracks by an artist ({n:g})"),
    ),
    Rule(
        "energy_step_max",
        _("levels of energy from track to track"),
        lift_session=lambda protocol: _with(protocol, energy_step_max=9.0),
        limit=Limit("energy_step_max", "number", 0.0, 9.0, step=0.5, farthest=9.0),
        offer=_("steps of energy up to {value} levels instead of {now}"),
        binds=_("the largest step of {n:g} levels of energy"),
        waived_in=1,
        waive=lambda instance: _with(instance, before=_with(instance.before, energy=None)),
    ),
    Rule(
        "flex_s",
        _("seconds a phase may begin early or late"),
        lift=lambda window: _with(window, flex_s=2 * window.flex_s + 60),
        limit=Limit("flex_s", "whole", 0, 1800, step=30, farthest=600),
        offer=_("phases may begin up to {value} s early or late instead of {now}"),
        binds=_("the windows in which a phase must begin"),
        waived_in=2,
    ),
    Rule(
        "beds",
        _("a noise bed where no track fits"),
        lift=lambda window: _with(window, bed_allowed=window.bed_allowed or window.kind != "silence"),
        limit=Limit("beds", "switch"),
        offer=_("noise beds where no track fits"),
        late=1,
        binds=_("gaps that no noise bed may fill"),
        waived_in=2,
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
CHOICES = tuple((rule.limit.name, rule.words) for rule in RULES if rule.limit is not None)
"""What a face lets a person loosen: the name, and what it is."""
TURNS = (
    "",
    _("The step of energy from what plays now is waived; nothing else was possible."),
    _("The library is too small for the new times: noise beds and wider windows fill in."),
)
"""What is said where a running session gave up the rules of a turn; at first it gives up nothing."""
WAIVED = tuple(tuple(rule.name for rule in RULES if 0 < rule.waived_in <= turn) for turn in range(len(TURNS)))


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
        if rule.waive is not None:
            instance = rule.waive(instance)
        else:
            instance = _with(instance, protocol=lifted(instance.protocol, (rule.name,)))
    return instance


def waived_words(rules: tuple[str, ...]) -> tuple[str, ...]:
    """The sentence about what was given up; none where nothing was."""
    if BARE_END in rules:
        return (_("No track is left for the end: noise beds hold there."),)
    return tuple(words for words in (TURNS[WAIVED.index(rules)],) if words)


EVERYTHING = "everything"
"""What a session gave up where nothing fitted its new times: all but the rules of a track."""
BARE_END = "bare_end"
"""The same where its last phases alone are left to noise beds."""


def given_up_words(rules: tuple[str, ...]) -> tuple[str, ...]:
    """What a session gave up when it was timed anew, a rule at a time."""
    everything = _("every rule but those of a single track, as nothing fitted the new times")
    bare_end = _("a track in each of the last phases")
    known = {name: rule.words for name, rule in BY_NAME.items()} | {EVERYTHING: everything, BARE_END: bare_end}
    return tuple(known.get(name, name) for name in rules)


def loosenable_words() -> str:
    """What a command line says of loosening."""
    numbers = ", ".join(name for name, (_rule, limit) in LOOSENABLE.items() if limit.kind != "switch")
    switches = ", ".join(name for name, (_rule, limit) in LOOSENABLE.items() if limit.kind == "switch")
    return _("{numbers} take a number; {switches} take {allow}").format(numbers=numbers, switches=switches, allow=ALLOW)
