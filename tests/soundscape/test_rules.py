"""The table of rules, row by row: what breaks a rule is refused by it, and lifting it is what helps."""

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from planning_cases import case, shipped

from setsetting.cli.soundscape import build as build_command
from setsetting.clinical.infusion import steady
from setsetting.errors import UsageError
from setsetting.soundscape.build_instance import build_instance
from setsetting.soundscape.check import check
from setsetting.soundscape.check_instance import own_instance
from setsetting.soundscape.instance import Before, Instance
from setsetting.soundscape.loosening import NOTHING, loosen
from setsetting.soundscape.planner import plan
from setsetting.soundscape.playlist import Playlist
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.refusal import Infeasible
from setsetting.soundscape.rules import (
    CHOICES,
    LOOSENABLE,
    RULES,
    TURNS,
    WAIVED,
    Limit,
    Rule,
    lifted,
    waived,
    waived_words,
)
from setsetting.soundscape.windows import resolve
from setsetting.soundscape.wishes import NO_WISHES
from setsetting.tui.screens import planning as planning_screen

replace = msgspec.structs.replace
MASKED = [rule for rule in RULES if not rule.of_session]
LIFTABLE = [rule for rule in RULES if not rule.absolute]


def named(rules: list[Rule]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("rule", rules, ids=[rule.name for rule in rules])


@dataclass(frozen=True)
class Spoilt:
    """How every track, every phase and the patient must be for one rule alone to forbid a plan."""

    row: dict[str, Any]
    window: dict[str, Any]
    patient: Callable[[Instance], dict[str, Any]] = lambda instance: {}


SPOILT = {
    "silent": Spoilt({"silent": True}, {}),
    "already_played": Spoilt({}, {}),
    "veto_track": Spoilt({}, {}, lambda whole: {"veto_tracks": tuple(row.track_id for row in whole.library)}),
    "veto_artist": Spoilt({"artist": "She"}, {}, lambda whole: {"veto_artists": ("She",)}),
    "veto_tag": Spoilt({"tags": ("choir",)}, {}, lambda whole: {"veto_tags": ("choir",)}),
    "heard_before": Spoilt({}, {}, lambda whole: {"heard_tracks": tuple(row.track_id for row in whole.library)}),
    "lyrics": Spoilt({"lyrics": "known"}, {"lyrics_allowed": ("none",)}),
    "lyrics_unknown": Spoilt({"lyrics": "unknown"}, {"lyrics_allowed": ("none",)}),
    "energy_range": Spoilt({}, {"energy_min": 1.2, "energy_max": 1.3}),
    "startle": Spoilt({"startle_lu": 12.0}, {"startle_max_lu": 8.0}),
    "bpm": Spoilt({"bpm": 140.0}, {"bpm_min": 60.0, "bpm_max": 80.0}),
    "bpm_unknown": Spoilt({"bpm": None, "tempo_unknown": True}, {"bpm_min": 60.0, "bpm_max": 80.0}),
    "brightness": Spoilt({"brightness": 0.9}, {"brightness_max": 0.5}),
    "tags_not": Spoilt({"tags": ("march",)}, {"tags_not": ("march",)}),
    "tags_any": Spoilt({"tags": ("march",)}, {"tags_any": ("drone",)}),
    "too_short_for_crossfade": Spoilt({"duration_s": 30}, {"crossfade_s": 10, "crossfade_in_s": 10}),
    "too_long": Spoilt({}, {"track_max_s": 20}),
}
WIDE = {
    "lyrics_allowed": ("none", "wordless", "known", "other"), "energy_min": 1.0, "energy_max": 10.0, "startle_max_lu": 60.0,
    "brightness_max": 1.0, "bpm_min": 0.0, "bpm_max": 300.0, "tags_not": (), "tags_any": (), "track_max_s": 7200,
}  # fmt: skip


def open_case(**rows: Any) -> Instance:
    """A case in which no rule but the session's own refuses anything."""
    whole = case("01-montreal-40-lib200")
    phases = tuple(replace(phase, **WIDE) for phase in whole.protocol.phases)
    patient = replace(whole.patient, veto_tracks=(), veto_artists=(), veto_tags=(), heard_tracks=(), pinned=())
    library = tuple(replace(row, **{"lyrics": "none", **rows}) for row in whole.library)
    protocol = replace(whole.protocol, phases=phases, energy_step_max=9.0, artist_max_per_session=200)
    return replace(whole, library=library, patient=patient, protocol=protocol)


def spoilt(name: str) -> Instance:
    assert name in SPOILT, f"{name} has no line in SPOILT of tests/soundscape/test_rules.py"
    how = SPOILT[name]
    whole = open_case(**how.row)
    phases = tuple(replace(phase, **how.window) for phase in whole.protocol.phases)
    before = Before(track_ids=tuple(row.track_id for row in whole.library)) if name == "already_played" else Before()
    patient = replace(whole.patient, **how.patient(whole))
    return replace(whole, patient=patient, protocol=replace(whole.protocol, phases=phases), before=before)


def bound(name: str) -> Instance:
    """A case that one rule of the whole session forbids."""
    whole = open_case()
    protocol, library = whole.protocol, whole.library
    match name:
        case "artist_max_per_session":
            library = tuple(replace(row, artist="One Band") for row in library)
            protocol = replace(protocol, artist_max_per_session=2)
        case "energy_step_max":
            library = tuple(row for row in library if row.energy in {2.0, 3.0, 4.5, 6.0})
            protocol = replace(case("01-montreal-40-lib200").protocol, energy_step_max=0.5, artist_max_per_session=200)
        case "flex_s":
            library = tuple(replace(row, duration_s=300) for row in library)
        case "beds":
            library = tuple(random.Random(1).sample(list(library), 12))
        case _:
            pytest.fail(f"{name} has no case in bound() of tests/soundscape/test_rules.py")
    return replace(whole, library=library, protocol=protocol)


def refusal(instance: Instance) -> Infeasible:
    with pytest.raises(Infeasible) as refused:
        plan(Problem(instance))
    return refused.value


def test_every_row_is_a_rule_of_the_tracks_or_of_the_session_with_words_of_its_own() -> None:
    assert len({rule.name for rule in RULES}) == len({rule.words for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.words
        assert (rule.of_patient is not None) + (rule.of_phase is not None) + bool(rule.binds) == 1, rule.name
        assert not (rule.of_session and rule.absolute), rule.name
        assert rule.limit is None or not rule.absolute, rule.name
    assert set(SPOILT) == {rule.name for rule in MASKED}, "each rule on tracks has a line in SPOILT, and nothing else"


def test_an_open_case_is_possible() -> None:
    assert plan(Problem(open_case())).items


@named(MASKED)
def test_what_breaks_a_rule_is_refused_by_that_rule_alone(rule: Rule) -> None:
    instance = spoilt(rule.name)
    problem = Problem(instance)
    for number in range(len(problem.windows)):
        if problem.windows[number].kind != "silence":
            assert problem.fails[number][rule.name].all()
            assert [name for name, mask in problem.fails[number].items() if mask.any()] == [rule.name]
    assert refusal(instance).rules == (rule.name,)


@named(MASKED)
def test_the_independent_check_refuses_what_the_rule_refuses(rule: Rule) -> None:
    items = plan(Problem(open_case())).items
    assert not check(open_case(), items).broken
    assert check(spoilt(rule.name), items).broken


@named([rule for rule in LIFTABLE if not rule.of_session])
def test_lifting_a_rule_makes_possible_what_it_alone_forbade(rule: Rule) -> None:
    instance = spoilt(rule.name)
    freed = replace(instance, protocol=lifted(instance.protocol, (rule.name,)))
    assert not check(freed, plan(Problem(freed)).items).broken


@named([rule for rule in LIFTABLE if rule.of_session])
def test_a_limit_of_the_session_is_named_and_lifting_it_helps(rule: Rule) -> None:
    instance = bound(rule.name)
    refused = refusal(instance)
    assert refused.rules == (rule.name,)
    number = rule.now(instance.protocol, instance.protocol.phases[0])
    assert rule.binds.format(n=number) in refused.sentence
    assert plan(Problem(replace(instance, protocol=lifted(instance.protocol, (rule.name,))))).items


def test_a_rule_is_lifted_in_the_phases_asked_for_and_in_no_other() -> None:
    protocol = spoilt("startle").protocol
    changed = lifted(protocol, ("startle",), (1,)).phases
    assert [one != other for one, other in zip(changed, protocol.phases, strict=True)] == [
        number == 1 for number in range(len(changed))
    ]


def strictest(limit: Limit) -> Playlist:
    """A playlist with this limit as tight as it can be, whatever is its default."""
    playlist = shipped("montreal-40")
    if limit.kind == "switch":
        return playlist
    if limit.name in Playlist.__struct_fields__:
        return replace(playlist, **{limit.name: type(getattr(playlist, limit.name))(limit.lowest)})
    phases = [replace(each, **{limit.name: type(getattr(each, limit.name))(limit.lowest)}) for each in playlist.phases]
    return replace(playlist, phases=tuple(phases))


def tonight_of(limit: Limit, value: str | None) -> Instance:
    """The planner's instance with the limit loosened to a value, or as the playlist has it."""
    playlist, chosen = strictest(limit), NOTHING if value is None else loosen({limit.name: value})
    return build_instance(playlist, resolve(playlist, steady(40), chosen), (), NO_WISHES, chosen)


def looser(limit: Limit) -> str:
    """A value that loosens any playlist's own."""
    return "allow" if limit.kind == "switch" else f"{(limit.lowest + limit.highest) // 2:g}"


@pytest.mark.parametrize("name", LOOSENABLE)
def test_the_check_loosens_what_the_planner_loosens_and_as_far(name: str) -> None:
    limit = LOOSENABLE[name][1]
    values = {"allow"} if limit.kind == "switch" else {f"{limit.lowest:g}", looser(limit), f"{limit.highest:g}"}
    for value in values:
        written = loosen({name: value}).written
        own = own_instance(strictest(limit), steady(40), (), NO_WISHES, written)
        assert own.protocol == tonight_of(limit, value).protocol, (
            f"setsetting/soundscape/check_instance.py does not take --loosen {name}={value} as the planner does"
        )


@pytest.mark.parametrize("name", LOOSENABLE)
def test_what_is_loosened_is_taken_applies_to_tonight_and_never_tightens(name: str) -> None:
    rule, limit = LOOSENABLE[name]

    def tonight(value: str | None) -> Instance:
        return tonight_of(limit, value)

    asked = looser(limit)
    assert rule.limit == limit and asked == loosen({name: f" {asked} "}).written[0][1]
    differs = tonight(asked) != tonight(None)
    assert differs, f"--loosen {name}={asked} changes nothing in a playlist that has {name} at its strictest"
    if limit.kind == "switch":
        everywhere = lifted(tonight(None).protocol, (rule.name,))
        assert tonight("allow").protocol == everywhere
        wrong = ["yes", "", "1"]
    else:
        assert tonight(f"{limit.lowest:g}") == tonight(None), "a stricter value changes nothing"
        holds = rule.now(tonight(asked).protocol, tonight(asked).protocol.phases[0])
        assert holds is not None and holds >= float(asked)
        wrong = ["allow", "", "nan", f"{limit.highest + 1:g}", f"{limit.lowest - 1:g}"]
        wrong += ["1.5"] if limit.kind == "whole" else []
    for value in wrong:
        with pytest.raises(UsageError, match=f"^{name}="):
            loosen({name: value})


@named([rule for rule in RULES if rule.absolute])
def test_an_absolute_rule_is_never_loosened_and_says_what_it_is(rule: Rule) -> None:
    with pytest.raises(UsageError, match=f"never loosened: {rule.words}"):
        loosen({rule.name: "allow"})
    assert refusal(spoilt(rule.name)).relaxation is None


@named([rule for rule in LIFTABLE if rule.limit is None])
def test_what_only_the_playlist_can_change_is_sent_there(rule: Rule) -> None:
    with pytest.raises(UsageError, match=f"changed there: {rule.words}"):
        loosen({rule.name: "allow"})


def test_the_interface_and_the_command_line_offer_what_can_be_loosened() -> None:
    assert {name for name, _words in CHOICES} == set(LOOSENABLE)
    assert planning_screen.CHOICES == CHOICES
    option = next(one for one in build_command.params if one.name == "loosen")
    assert all(name in getattr(option, "help", "") for name in LOOSENABLE)


def test_a_running_session_gives_rules_up_turn_by_turn_and_says_so() -> None:
    assert WAIVED[0] == () and len(WAIVED) == len(TURNS)
    for fewer, more in itertools.pairwise(WAIVED):
        assert set(fewer) < set(more)
    instance = replace(spoilt("startle"), before=Before(energy=9.0))
    assert waived(instance, WAIVED[0]) == instance and waived_words(WAIVED[0]) == ()
    once, twice = waived(instance, WAIVED[1]), waived(instance, WAIVED[2])
    assert once == replace(instance, before=Before())
    assert all(phase.bed_allowed and phase.flex_s > 60 for phase in twice.protocol.phases if phase.kind != "silence")
    assert len({*waived_words(WAIVED[1]), *waived_words(WAIVED[2])}) == 2


def test_a_limit_is_the_name_of_a_number_that_a_window_or_the_protocol_has() -> None:
    protocol = case("01-montreal-40-lib200").protocol
    for rule, limit in LOOSENABLE.values():
        assert isinstance(limit, Limit)
        assert (rule.now(protocol, protocol.phases[0]) is None) == (limit.kind == "switch")
