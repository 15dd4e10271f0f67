"""The table of acts: every act has its words, its key and its argument, and wrong ones are sentences."""

from dataclasses import fields, replace
from pathlib import Path

import pytest
from session_room import Room

from setsetting.clinical.infusion import InfusionStep
from setsetting.errors import Refused, UsageError
from setsetting.player.status import GainLayer
from setsetting.session.acts import ACTS, BY_NAME, MARK_KEYS, Act, Takes, by_key, called
from setsetting.session.orders import order
from setsetting.session.sounding import SoundState

CONTRACT = [
    "infusion-start",
    "infusion-pause",
    "infusion-resume",
    "infusion-stop",
    "next",
    "hold",
    "calm",
    "duck",
    "rescue",
    "silence",
    "volume",
    "output-volume",
    "prompt",
    "skip-prompt",
    "fade-out",
    "undo",
]


def test_the_table_names_the_acts_of_the_contract_and_no_other() -> None:
    names = [act.name for act in ACTS]
    assert set(names) ^ set(CONTRACT) == set(), "stands in ACTS or in CONTRACT of this test, and not in the other"
    assert names == CONTRACT


def test_every_layer_of_gain_but_that_of_checks_is_moved_by_one_act_and_no_other() -> None:
    assert sorted(act.level.layer for act in ACTS if act.level is not None) == sorted({*GainLayer} - {GainLayer.QUIET})


def test_every_act_says_what_it_does_and_how_it_is_undone() -> None:
    for act in ACTS:
        assert act.label and act.does.endswith(".")
        assert act.undone and "`" not in by_key(act.undone)


def test_no_key_is_used_twice_marks_included() -> None:
    keys = [act.key for act in ACTS] + list(MARK_KEYS.values())
    assert len(keys) == len(set(keys))


def test_the_acts_on_the_infusion_are_its_steps() -> None:
    assert [act.step for act in ACTS if act.step is not None] == list(InfusionStep)


ARGUMENTS = {
    Takes.NOTHING: None,
    Takes.DECIBELS: "-6",
    Takes.SECONDS: "20",
    Takes.PROMPT: "bell",
    Takes.OUTPUT_DECIBELS: "Room -6",
}
UNDER_RESCUE = ["infusion-start", "rescue"]
BEFORE = {"infusion-start": [], "infusion-resume": ["infusion-start", "infusion-pause"]}
BEFORE |= {"next": UNDER_RESCUE, "undo": UNDER_RESCUE}


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_every_act_touches_what_its_row_says_and_its_undo_brings_back_what_its_row_names(act: Act, room: Room) -> None:
    for minute, name in enumerate(BEFORE.get(act.name, ["infusion-start"])):
        room.at(minute).do(name)
    before, asked = room.conductor.state, len(room.player.asked)
    done = room.at(9).do(act.name, ARGUMENTS[act.takes])
    state, heard = room.conductor.state, room.player.asked[asked:]
    assert done.words and room.acted[-1].act == act.name
    assert (len(state.steps) > len(before.steps)) == (act.step is not None)
    assert ({asked[0] for asked in heard} & set(GainLayer) != set()) == (act.level is not None)
    if act.needs_player:
        assert heard
    if act.cover:
        assert state.sounding.cover is act.cover and state.sounding.plan == before.sounding.plan
    elif act.leaves or act.holds:
        assert state.sounding.heard != before.sounding.heard
    if act.undoes:
        assert state.sounding == replace(before.sounding, cover=None, covering=None)
        return
    changed = {
        each.name
        for each in fields(SoundState)
        if getattr(state.sounding, each.name) != getattr(before.sounding, each.name)
    }
    assert changed <= set(act.restores) and (changed or act.step is not None)
    room.at(11).do("undo")
    assert room.conductor.state.sounding == before.sounding
    assert (room.conductor.state.steps, room.conductor.state.acts) == (before.steps, before.acts)
    assert (len(room.player.asked) > asked + len(heard)) == bool(changed)


def test_only_acts_on_the_infusion_and_their_undo_are_kept_without_a_player(room: Room) -> None:
    room.gone()
    kept = [act for act in ACTS if not act.needs_player]
    for minute, act in enumerate(kept):
        room.at(minute).do(act.name)
    assert [acted.act for acted in room.acted] == [act.name for act in kept]
    assert {act.name for act in kept} == {*(act.name for act in ACTS if act.step is not None), "undo"}
    for act in ACTS:
        if act.needs_player:
            with pytest.raises(Refused):
                room.do(act.name, ARGUMENTS[act.takes])


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - {"volume", "fade-out", "prompt", "output-volume"}))
def test_an_act_without_argument_refuses_one(name: str) -> None:
    assert order(name).argument is None
    with pytest.raises(UsageError, match="takes no argument"):
        order(name, "3")


@pytest.mark.parametrize(("text", "kept"), [("-6", "-6"), ("0", "0"), ("-0", "0"), ("−4.5", "-4.5")])
def test_volume_takes_decibels_at_or_below_the_plan(text: str, kept: str) -> None:
    assert order("volume", text).argument == kept


@pytest.mark.parametrize("text", ["3", "nan", "-inf", "loud", "", "-61"])
def test_volume_refuses_what_is_louder_than_the_plan_or_no_number(text: str) -> None:
    with pytest.raises(UsageError, match="volume takes decibels"):
        order("volume", text)


def test_volume_without_decibels_is_refused() -> None:
    with pytest.raises(UsageError, match="needs decibels"):
        order("volume")


@pytest.mark.parametrize("text", ["0", "-1", "nan", "601", "soon"])
def test_fade_out_refuses_what_is_no_length(text: str) -> None:
    with pytest.raises(UsageError, match="fade-out takes"):
        order("fade-out", text)


def test_fade_out_has_a_length_of_its_own() -> None:
    assert order("fade-out").value == 10
    assert order("fade-out", "0.5").value == 0.5
    with pytest.raises(UsageError, match=r"0\.5 to 600"):
        order("fade-out", "0.4")


def test_an_unknown_act_offers_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean 'rescue'"):
        order("resuce")


def test_grounding_music_is_heard_as_planned_whatever_was_ducked_and_undo_ducks_again(tmp_path: Path) -> None:
    room = Room(tmp_path).at(10)
    room.do("volume", "-3")
    room.do("duck")
    room.do("rescue")
    assert room.player.asked[-1][:2] == ("duck", 0.0) and not room.conductor.state.sounding.ducked
    room.do("undo")
    assert room.player.asked[-1][:2] == ("duck", -12.0) and room.conductor.state.sounding.ducked
    assert [each[:2] for each in room.player.asked if each[0] == "volume"] == [("volume", -3.0)]


def test_one_output_is_brought_to_its_own_level_and_back_by_undo(room: Room) -> None:
    assert "Room: \N{MINUS SIGN}6 dB" in room.at(1).do("output-volume", "Room -6").words
    room.do("output-volume", "Head phones -3")
    assert room.conductor.state.sounding.output_db == {"Room": -6.0, "Head phones": -3.0}
    room.do("undo")
    assert room.conductor.state.sounding.output_db == {"Room": -6.0}
    assert [asked[:2] for asked in room.player.asked] == [("Room", -6.0), ("Head phones", -3.0), ("Head phones", 0.0)]


@pytest.mark.parametrize("argument", [None, "-6", "Room", "Room 3", "Room nan"])
def test_an_output_is_named_with_decibels_of_zero_or_less(argument: str | None) -> None:
    with pytest.raises(UsageError, match="output-volume"):
        order("output-volume", argument)


def test_a_level_is_called_with_its_sign_wherever_it_stands_in_the_argument() -> None:
    assert called("volume", "-9") == "Volume −9"
    assert called("output-volume", "Speakers -9") == "Output volume Speakers −9"
    assert called("prompt", "part-2") == "Prompt part-2"
