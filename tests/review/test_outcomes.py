"""The figures of an outcome table against R's, and what they must not say."""

import itertools
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setsetting.clinical.thresholds import OwnRule
from setsetting.review.outcomes import (
    CourseScores,
    CourseState,
    d_av_of_summary,
    outcome_table,
    paired_scores,
    reliable_change_index,
    rule_and_cut,
    rule_and_cut_words,
    signed_rank_p,
    wilson,
)
from setsetting.review.published_context import context_only, published

CASE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "cases" / "outcomes.json").read_text(encoding="utf-8"))
PAIRED = CASE["paired"]
SCORES = st.integers(0, 80)


def test_the_paired_figures_are_rs_and_a_fall_is_negative() -> None:
    found = paired_scores(PAIRED["before"], PAIRED["after"])
    assert found.n == 10
    assert found.t == pytest.approx(-PAIRED["t"], rel=1e-11)
    assert found.p == pytest.approx(PAIRED["p"], rel=1e-9)
    assert (found.ci_low, found.ci_high) == pytest.approx((-PAIRED["ci"][1], -PAIRED["ci"][0]), rel=1e-11)
    assert found.d_z == pytest.approx(-PAIRED["d_z"], rel=1e-11)
    assert found.d_av == pytest.approx(-PAIRED["d_av"], rel=1e-11)
    assert found.correlation == pytest.approx(PAIRED["r"], rel=1e-11)
    changes = [b - a for a, b in zip(PAIRED["before"], PAIRED["after"], strict=True)]
    assert signed_rank_p(changes) == PAIRED["wilcoxon_exact_p"]


def test_published_means_give_one_effect_size_and_its_denominator() -> None:
    told = dict(CASE["summary_d_av"])
    d = told.pop("d")
    assert d_av_of_summary(**told) == pytest.approx(-d, abs=5e-5)


def test_wilsons_interval_is_rs() -> None:
    for each in CASE["wilson"]:
        share = wilson(each["x"], each["n"])
        assert (share.low, share.high) == pytest.approx((each["low"], each["high"]), rel=1e-11)
    assert (wilson(88, 117).low, wilson(88, 117).high) == pytest.approx((0.666722422103, 0.821520607862), rel=1e-11)
    assert (wilson(0, 0).low, wilson(0, 9).low, wilson(9, 9).high) == (None, 0.0, 1.0)


def test_the_reliable_change_index_is_published() -> None:
    for each in CASE["reliable_change_index"]:
        assert reliable_change_index(each["sd"], each["reliability"]) == pytest.approx(each["rci"], abs=0.005)


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=9))
def test_signed_ranks_count_every_pattern_of_signs(changes: list[int]) -> None:
    """By brute force; ties have their middle rank, what did not change has none."""
    moved = [abs(change) for change in changes if change]
    if not moved:
        assert signed_rank_p(changes) is None
        return
    ranks = [sum(other < size for other in moved) + (moved.count(size) + 1) / 2 for size in moved]

    def far(signs: tuple[int, ...]) -> float:
        return abs(sum(sign * rank for sign, rank in zip(signs, ranks, strict=True)))

    seen = far(tuple(1 if change > 0 else -1 for change in changes if change))
    patterns = list(itertools.product((-1, 1), repeat=len(moved)))
    assert signed_rank_p(changes) == pytest.approx(sum(far(signs) >= seen for signs in patterns) / len(patterns))


@given(
    st.lists(st.builds(CourseScores, st.none() | SCORES, st.none() | SCORES, st.sampled_from(CourseState)), max_size=40)
)
def test_nobody_is_lost_between_completers_and_starters(courses: list[CourseScores]) -> None:
    table = outcome_table(courses)
    completed = [each for each in courses if each.state is CourseState.COMPLETED]
    for group, all_of in ((table.starters, courses), (table.completers, completed)):
        assert group.began == len(all_of) == group.without_scores + group.scores.n
        assert all(share.of == group.scores.n for _name, share in (*group.improved, *group.below))
        for _name, share in (*group.improved, *group.below):
            assert share.low is None or 0 <= share.low <= share.count / share.of <= (share.high or 0) + 1e-12
    assert table.left + table.going_on == table.starters.began - table.completers.began
    assert table.left_unsaid <= table.left


def test_shares_improved_and_below_go_by_the_named_thresholds() -> None:
    falls = [(40, 32), (40, 31), (40, 25), (40, 22), (30, 21), (20, 14), (0, 0), (20, 38), (60, 40)]
    table = outcome_table([CourseScores(first, last, CourseState.COMPLETED) for first, last in falls])
    assert {name: share.count for name, share in table.completers.improved} == {
        "fall of 9 or more": 5,
        "fall of 15 or more": 3,
        "fall of 18 or more": 2,
        "fall of 30 % of the first score or more": 5,
        "fall of 18 or more that ends at 28 or below": 1,
    }
    assert {name: share.count for name, share in table.completers.below} == {
        "28 or less": 5,
        "below 31": 5,
        "below 32": 6,
        "below 33": 7,
    }


def test_what_few_people_cannot_tell_is_none() -> None:
    nobody, one = paired_scores([], []), paired_scores([40], [30])
    assert (nobody.n, nobody.change, nobody.p) == (0, None, None)
    assert (one.change, one.sd_before, one.ci_low, one.d_z) == (-10, None, None, None)
    alike = paired_scores([40, 40, 40], [30, 30, 30])
    assert (alike.change, alike.ci_low, alike.d_z, alike.correlation) == (-10, None, None, None)
    assert not any(isinstance(each, float) and math.isnan(each) for each in alike.__class__.__dict__)


def test_the_rule_and_the_cut_are_counted_apart_and_their_disagreement_is_said() -> None:
    counted = rule_and_cut([(True, 12), (False, 74), (True, 33), (False, 32), (False, 33)], 33)
    assert (counted.both, counted.rule_only, counted.cut_only, counted.neither) == (1, 1, 2, 1)
    assert rule_and_cut_words(rule_and_cut([], 33), 33).startswith("No complete form is here")
    assert rule_and_cut_words(counted, 33) == (
        "The provisional rule and the cut at 33 disagree in 3 of 5 forms here (1 by the rule only, 2 by the cut only); "
        "in 221 public past-month forms the rule and 33 disagree in 29."
    )


def test_published_figures_are_labelled_apart_and_agree_with_what_they_say_of_themselves() -> None:
    preprint, page, *others = published()
    d = d_av_of_summary(preprint.mean_before, preprint.sd_before, preprint.mean_after, preprint.sd_after)
    assert round(d, 2) == -1.60
    assert "1.60" in preprint.note
    assert (page.mean_before, page.mean_after, page.sd_before) == (52.54, 28.78, None)
    assert all(each.mean_after is None for each in others)
    assert "No target" in context_only()


def test_a_completer_whose_last_form_came_before_the_last_infusion_has_no_last_score_there() -> None:
    early = CourseScores(50, 30, CourseState.COMPLETED, after_all=False)
    table = outcome_table([early, CourseScores(60, 40, CourseState.COMPLETED)])
    assert (table.completers.scores.n, table.completers.without_scores) == (1, 1)
    assert (table.starters.scores.n, table.starters.scores.change) == (2, -20)


def test_a_word_of_the_clinics_own_stands_with_its_rule_and_only_where_it_was_said() -> None:
    own = OwnRule("remission", fall_percent=50, at_most=20)
    courses = [CourseScores(first, last, CourseState.COMPLETED) for first, last in ((40, 20), (30, 20), (60, 30))]
    *published_rules, (words, found) = outcome_table(courses, own=(own,)).starters.improved
    assert words == (
        "remission as this clinic defines it: a fall of 50 % of the first score or more and a last score of 20 or less"
    )
    assert (found.count, found.of) == (1, 3)
    assert not any("remission" in name or "response" in name for name, _share in published_rules)
