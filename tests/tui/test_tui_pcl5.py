"""PCL-5 entry: the instrument's own words, blank and declined kept apart, no total before twenty."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_stage import CODE, Stage, empty_clinic, on_stage, words_shown

from setsetting.clinical import pcl5
from setsetting.clinical.form import NoAnswer, Recall
from setsetting.desk import forms, patients
from setsetting.desk.clinic import Clinic
from setsetting.tui.screens.pcl5 import Pcl5Screen
from setsetting.tui.widgets.answer_sheet import CUES, CurrentItem, Totals


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    made = empty_clinic(tmp_path)
    patients.add(made, CODE)
    return made


def entry(clinic: Clinic) -> Stage:
    return Stage(clinic, lambda: Pcl5Screen(clinic, CODE))


ALL = ["2"] * 18 + ["minus", "d"]


def test_twenty_keys_enter_a_form(clinic: Clinic) -> None:
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press(*["3"] * 20)
        assert "total 60" in words_shown(app)
        await pilot.press("s")

    on_stage(app, play)
    (kept,) = forms.listing(clinic, CODE)
    assert kept.scored.total == 60
    assert kept.form.recall is Recall.WEEK


def test_blank_and_declined_are_kept_apart_from_0_and_give_no_total(clinic: Clinic) -> None:
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press(*ALL)
        assert "18 of 20 no total until all twenty are answered" in words_shown(app)
        await pilot.press("s")

    on_stage(app, play)
    (kept,) = forms.listing(clinic, CODE)
    assert kept.form.items[18:] == (NoAnswer.MISSING, NoAnswer.DECLINED)
    assert kept.scored.total is None


def test_no_total_is_shown_before_the_twentieth_answer() -> None:
    for n in range(20):
        totals = Totals()
        totals.show([4] * n + [None] * (20 - n))
        assert f"{n} of 20  no total until" in totals.paint(80, 2)[0].text
    totals.show([4] * 20)
    assert "total 80" in totals.paint(80, 2)[0].text


@pytest.mark.parametrize("width", [80, 120])
def test_every_item_stands_whole_in_the_instruments_own_words(width: int) -> None:
    for index, words in enumerate(pcl5.ITEMS):
        item = CurrentItem()
        item.show(index, Recall.WEEK)
        rows = item.paint(width, 6)
        shown = " ".join(" ".join(row.text.replace("▌", " ") for row in rows).split())
        assert shown.endswith(f"{index + 1} {words}")
        assert shown.startswith("In the past week, how much were you bothered by:")
        assert all(anchor in shown for anchor in pcl5.ANCHORS)


def test_the_longest_item_takes_its_four_rows_at_80_columns() -> None:
    rows = CurrentItem().paint(80, 6)
    assert len(rows) == 6
    item = CurrentItem()
    item._index = 8
    assert item.paint(80, 6)[-1].text.strip("▌ ") == "dangerous)?"


def test_week_and_month_are_told_apart_in_words(clinic: Clinic) -> None:
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        assert "past WEEK" in words_shown(app)
        await pilot.press("w")
        assert "past MONTH" in words_shown(app)
        assert "In the past month, how much were you bothered by:" in words_shown(app)
        await pilot.press(*["0"] * 20, "s")

    on_stage(app, play)
    (kept,) = forms.listing(clinic, CODE)
    assert kept.form.recall is Recall.MONTH


def test_a_form_with_an_item_without_an_answer_is_not_kept(clinic: Clinic) -> None:
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press(*["1"] * 5, "down", *["1"] * 14, "s")
        assert "Item 6 has no answer yet" in words_shown(app)
        assert app.screen.items[5] is None  # type: ignore[attr-defined]

    on_stage(app, play)
    assert forms.listing(clinic, CODE) == ()


def test_leaving_with_answers_asks_and_the_safe_answer_stays(clinic: Clinic) -> None:
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("1", "1", "escape")
        assert "2 answers are lost" in words_shown(app)
        await pilot.press("enter")
        assert isinstance(app.screen, Pcl5Screen)
        await pilot.press("escape", "y")
        assert not isinstance(app.screen, Pcl5Screen)

    on_stage(app, play)
    assert forms.listing(clinic, CODE) == ()


def test_a_double_entry_is_told_before_twenty_answers(clinic: Clinic) -> None:
    forms.add(clinic, CODE, [1] * 20, Recall.WEEK, "2026-11-24T09:00")
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        assert "is there already" in words_shown(app)

    on_stage(app, play, (120, 40))


def test_a_correction_asks_why_and_keeps_recall_and_time(clinic: Clinic) -> None:
    old = forms.add(clinic, CODE, [1] * 20, Recall.MONTH, "2026-11-20")
    app = Stage(clinic, lambda: Pcl5Screen(clinic, CODE, old=old))

    async def play(pilot: Pilot[int]) -> None:
        assert "correction" in words_shown(app)
        await pilot.press("4", "s", *"misread", "enter")
        await pilot.pause()

    on_stage(app, play)
    (kept,) = forms.listing(clinic, CODE)
    assert kept.scored.total == 23
    assert kept.corrections == 1
    assert kept.form.taken_ms == old.form.taken_ms


def test_a_click_on_an_answer_sets_it(clinic: Clinic) -> None:
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.click("AnswerSheet", offset=(26 + 2 * 3, 2))
        assert app.screen.items[2] == 3  # type: ignore[attr-defined]

    on_stage(app, play)


def test_there_is_a_cue_for_each_item_and_none_replaces_its_words() -> None:
    assert len(CUES) == pcl5.ITEM_COUNT
    assert not set(CUES) & set(pcl5.ITEMS)
