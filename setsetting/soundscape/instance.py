"""A planning instance: tonight's library, protocol, patient's wishes and weights as plain rows.

Planner and independent check both work on its shape, which each fills by code of its own. Times are
whole seconds from infusion start, energies 1-10. The shape is that of the published planning cases
("timed-soundscape-instance/1"); the few fields beyond it have defaults that change nothing there.
"""

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import msgspec

from setsetting import strict_json
from setsetting.units import Dbtp, Energy, Lu, Lufs, Seconds
from setsetting.words.spelling import spelled
from setsetting.words.translate import _

NO_TEMPO_LIMIT = (0.0, 200.0)
"""A phase with these or wider bounds of tempo takes tracks whose tempo nobody knows."""


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What each shortfall costs; one point is one energy level wrong for one minute.

    Proposals of this project: no listening test stands behind them.
    """

    per_item: float = 0.4
    startle_per_lu: float = 0.25
    startle_free_lu: Lu = Lu(4.0)
    true_peak_ceiling_dbtp: Dbtp = Dbtp(-1.0)
    loudness_shortfall_per_lu: float = 0.3
    disliked_tag: float = 1.0
    artist_heard_in_course: float = 0.25
    boundary_per_min: float = 2.0
    step_per_level_over_1: float = 0.5
    artist_repeat: float = 1.0
    bed_fixed: float = 1.0
    bed_per_min: float = 1.5


class PhaseWindow(msgspec.Struct, frozen=True):
    """A playlist phase on tonight's clock: entered within `flex_s` of `from_s`."""

    name: str
    kind: str
    from_s: Seconds
    flex_s: Seconds
    energy_from: Energy
    energy_to: Energy
    energy_min: Energy
    energy_max: Energy
    lufs: Lufs
    startle_max_lu: Lu
    brightness_max: float
    bpm_min: float
    bpm_max: float
    lyrics_allowed: tuple[str, ...]
    crossfade_s: Seconds
    crossfade_in_s: Seconds
    over_weight: float
    weight: float
    tags_not: tuple[str, ...]
    tags_any: tuple[str, ...]
    bed_allowed: bool
    track_max_s: Seconds
    bpm_unknown_allowed: bool = False

    @property
    def limits_tempo(self) -> bool:
        return self.bpm_min > NO_TEMPO_LIMIT[0] or self.bpm_max < NO_TEMPO_LIMIT[1]


class InstanceProtocol(msgspec.Struct, frozen=True):
    """Phases in order; music goes on until `end_s + spare_s` at least."""

    id: str
    start_s: Seconds
    end_s: Seconds
    spare_s: Seconds
    energy_step_max: float
    artist_max_per_session: int
    phases: tuple[PhaseWindow, ...]


class Pin(msgspec.Struct, frozen=True):
    """A track that must sound in a phase."""

    track_id: str
    phase: str


class InstancePatient(msgspec.Struct, frozen=True):
    """Vetoes, what was heard in the course, what is wished; no name and no code."""

    veto_tracks: tuple[str, ...] = ()
    veto_artists: tuple[str, ...] = ()
    veto_tags: tuple[str, ...] = ()
    disliked_tags: tuple[str, ...] = ()
    heard_tracks: tuple[str, ...] = ()
    heard_artists: tuple[str, ...] = ()
    anchor_tracks: tuple[str, ...] = ()
    veto_recordings: tuple[str, ...] = ()
    heard_recordings: tuple[str, ...] = ()
    anchor_recordings: tuple[str, ...] = ()
    pinned: tuple[Pin, ...] = ()


class TrackRow(msgspec.Struct, frozen=True):
    """A track as planned. A null `bpm` is beatless unless `tempo_unknown` says otherwise.

    `artist` is how it is shown, `artists` everybody credited; `hints` are the file's name and the title where no
    performer is, its notes, and what else it says, in which a refused artist may stand. `former` and `former_tags` are what its
    file said before, for refusals alone. `shares` are recordings that hold some of its sound; none of them sounds beside it. From `brightness` on to `tags` a field is the track's own of that name. So
    is a new one: it stands at the end and has a default, because published cases lack it.
    """

    track_id: str
    duration_s: Seconds
    energy: Energy
    loudness_lufs: Lufs
    true_peak_dbtp: Dbtp
    bpm: float | None
    brightness: float
    startle_lu: Lu
    lyrics: str
    artist: str
    tags: tuple[str, ...]
    tempo_unknown: bool = False
    silent: bool = False
    artists: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    recording_id: str | None = None
    shares: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    former_tags: tuple[str, ...] = ()

    @property
    def credited(self) -> frozenset[str]:
        """Everybody credited, in the one spelling."""
        return frozenset(map(spelled, (self.artist, *self.artists))) - {""}


class Before(msgspec.Struct, frozen=True):
    """What has sounded before `start_s` when the rest of a session is planned again.

    `energy` is that of the track the next item follows (None: silence, a bed, nothing, or waived).
    """

    energy: Energy | None = None
    track_ids: tuple[str, ...] = ()
    bed: bool = False


class Instance(msgspec.Struct, frozen=True):
    weights: Weights
    protocol: InstanceProtocol
    patient: InstancePatient
    library: tuple[TrackRow, ...]
    name: str = ""
    before: Before = Before()

    @property
    def horizon_s(self) -> Seconds:
        return self.protocol.end_s + self.protocol.spare_s


class PlanItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing of a plan. A bed has its length; a silence ends with its phase."""

    kind: str
    phase: str
    start_s: Seconds | None = None
    track_id: str | None = None
    bed_s: Seconds | None = None


def parse_instance(data: bytes, path: Path) -> Instance:
    """Read an instance; raise BrokenFile that names the field and what was expected of it."""
    what = _("a planning instance")
    instance = strict_json.parse(data, path, Instance, what)
    for trouble in _troubles(instance):
        raise strict_json.not_a(what, path, trouble)
    pinned = pinned_in(instance.patient.pinned, (phase.name for phase in instance.protocol.phases))
    return msgspec.structs.replace(instance, patient=msgspec.structs.replace(instance.patient, pinned=pinned))


def pinned_in(pins: Iterable[Pin], phases: Iterable[str]) -> tuple[Pin, ...]:
    """Pins to these phases, however those are spelled; a phase that is not there stays as it is written."""
    names = {spelled(name): name for name in phases}
    return tuple(Pin(pin.track_id, names.get(spelled(pin.phase), pin.phase)) for pin in pins)


LONGEST_S = Seconds(24 * 60 * 60)
"""The planner's tables have a row a second; no session comes near a day."""


def _troubles(instance: Instance) -> Iterator[str]:
    """Say what makes an instance of the right shape senseless all the same."""
    protocol = instance.protocol
    if not protocol.phases:
        yield _("protocol.phases is empty")
        return
    if len({spelled(phase.name) for phase in protocol.phases}) < len(protocol.phases):
        yield _("two phases have the same name")
    for earlier, later in pairwise(protocol.phases):
        if later.from_s <= earlier.from_s:
            yield _("phase {later!r} does not begin after {earlier!r}").format(later=later.name, earlier=earlier.name)
    if protocol.phases[-1].kind == "silence":
        yield _("the last phase is silence; nothing would end it")
    length_s = instance.horizon_s - protocol.start_s
    if not 0 < length_s <= LONGEST_S:
        yield _("the protocol ends before it starts") if length_s <= 0 else _("the protocol is longer than a day")
    for name in Weights.__struct_fields__:
        value = getattr(instance.weights, name)
        if not math.isfinite(value) or (value < 0 and name != "true_peak_ceiling_dbtp"):
            yield _("weights.{name} is {value}; expected a number that is not negative").format(name=name, value=value)
    yield from _troubles_of_phases(instance)
    ids = [row.track_id for row in instance.library]
    if len(set(ids)) < len(ids):
        yield _("two tracks have the same track_id")
    if any(row.duration_s < 0 for row in instance.library):
        yield _("a track is shorter than nothing")


def _troubles_of_phases(instance: Instance) -> Iterator[str]:
    for phase in instance.protocol.phases:
        numbers = (phase.flex_s, phase.crossfade_s, phase.crossfade_in_s, phase.weight, phase.over_weight)
        if not all(number >= 0 for number in numbers):
            yield _("phase {name!r} has a negative time or weight").format(name=phase.name)
        if phase.kind not in {"music", "silence", "spare"}:
            yield _("phase {name!r} is of unknown kind {kind!r}").format(name=phase.name, kind=phase.kind)
    phases = {spelled(phase.name) for phase in instance.protocol.phases}
    for pin in instance.patient.pinned:
        if spelled(pin.phase) not in phases:
            yield _("a pin names the unknown phase {name!r}").format(name=pin.phase)
