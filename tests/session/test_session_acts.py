"""The table of acts: every act has its words, its key and its argument, and wrong ones are sentences."""

import pytest

from setsetting.clinical.infusion import InfusionStep
from setsetting.errors import UsageError
from setsetting.session.acts import ACTS, BY_NAME, MARK_KEYS, Sort, order
from setsetting.session.state import step_of

CONTRACT = [
    "infusion-start",
    "infusion-pause",
    "infusion-resume",
    "infusion-stop",
    "next",
    "duck",
    "rescue",
    "silence",
    "volume",
    "fade-out",
    "undo",
]


def test_the_table_names_the_acts_of_the_contract_and_no_other() -> None:
    assert [act.name for act in ACTS] == CONTRACT


def test_every_act_says_what_it_does_and_how_it_is_undone() -> None:
    for act in ACTS:
        assert act.label and act.does.endswith(".") and act.undone


def test_no_key_is_used_twice_marks_included() -> None:
    keys = [act.key for act in ACTS] + list(MARK_KEYS.values())
    assert len(keys) == len(set(keys))


def test_every_act_on_the_infusion_is_a_step_of_the_infusion() -> None:
    steps = [step_of(act.name) for act in ACTS if act.sort is Sort.INFUSION]
    assert steps == list(InfusionStep)


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - {"volume", "fade-out"}))
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
    assert order("fade-out", "0.05").value == 0.05


def test_an_unknown_act_offers_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean 'rescue'"):
        order("resuce")
