"""PCL-5 entry: the instrument's own words, blank and declined kept apart, no total before twenty."""

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from tui_stage import CODE, Stage, empty_clinic, on_stage, until, words_shown

from setsetting.clinical import pcl5
from setsetting.clinical.form import NoAnswer, Recall
from setsetting.desk import drafts, forms, patients
from setsetting.desk.clinic import Clinic
from setsetting.session.acts import ACTS
from setsetting.tui.screens import pcl5 as screen
from setsetting.tui.screens.patient import PatientScreen
from setsetting.tui.screens.pcl5 import Pcl5Screen
from setsetting.tui.widgets.answer_sheet import CUES, CurrentItem, Totals
from setsetting.words.numbers import utc_text


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    made = empty_clinic(tmp_path)
    patients.add(made, CODE)
    return made


def entry(clinic: Clinic, recall: Recall | None = Recall.WEEK) -> Stage:
    return Stage(clinic, lambda: Pcl5Screen(clinic, CODE, recall))


ALL = ["2"] * 18 + ["minus", "9"]


def test_twenty_keys_enter_a_form(clinic: Clinic) -> None:
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press(*["3"] * 20)
        assert "total 60" in words_shown(app)
        await pilot.press("ctrl+s")

    on_stage(app, play)
    (kept,) = forms.listing(clinic, CODE)
    assert kept.scored.total == 60
    assert kept.form.recall is Recall.WEEK


def test_the_cursor_stands_on_the_form_that_was_saved(clinic: Clinic) -> None:
    forms.add(clinic, CODE, [1] * 20, Recall.WEEK, "2026-01-05")
    app = Stage(clinic, lambda: PatientScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("f", *["3"] * 20, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, PatientScreen) and len(app.screen.table.rows) == 2)
        assert isinstance(app.screen, PatientScreen)
        assert app.screen.table.row is app.screen.table.rows[0]

    on_stage(app, play)


def test_blank_and_declined_are_kept_apart_from_0_and_give_no_total(clinic: Clinic) -> None:
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press(*ALL)
        assert "18 of 20 no total until all are answered" in words_shown(app)
        await pilot.press("ctrl+s")

    on_stage(app, play)
    (kept,) = forms.listing(clinic, CODE)
    assert kept.form.items[18:] == (NoAnswer.MISSING, NoAnswer.DECLINED)
    assert kept.scored.total is None


def test_tab_goes_to_what_is_blank_or_declined_once_nothing_is_without_an_answer(clinic: Clinic) -> None:
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("1", "1", "minus", *["1"] * 5, "9", *["1"] * 10)
        await pilot.press("tab")
        assert "19 of 20" not in words_shown(app)
        await pilot.press("1", "tab", "2", "tab", "3", "tab")
        assert "20 of 20 total 23" in words_shown(app)

    on_stage(app, play)


def test_at_80_x_24_a_refusal_of_two_rows_stands_whole(clinic: Clinic) -> None:
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        app.screen.say(words := " ".join(["A sentence that takes two rows."] * 4), wrong=True)
        await pilot.pause()
        assert words in words_shown(app)
        assert "no item on suicide. Internal review only. ? all" in words_shown(app)

    on_stage(app, play)


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
        await pilot.press(*["0"] * 20, "ctrl+s")

    on_stage(app, play)
    (kept,) = forms.listing(clinic, CODE)
    assert kept.form.recall is Recall.MONTH


def test_a_form_with_an_item_without_an_answer_is_not_kept(clinic: Clinic) -> None:
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press(*["1"] * 5, "down", *["1"] * 14, "ctrl+s")
        assert "Item 6 has no answer yet" in words_shown(app)
        assert app.screen.items[5] is None  # type: ignore[attr-defined]

    on_stage(app, play)
    assert forms.listing(clinic, CODE) == ()


def test_a_form_is_left_and_taken_up_again(clinic: Clinic) -> None:
    app = entry(clinic)

    async def leave(pilot: Pilot[int]) -> None:
        await pilot.press("w", "1", "minus", "escape")
        assert not isinstance(app.screen, Pcl5Screen)

    on_stage(app, leave)
    assert forms.listing(clinic, CODE) == ()
    again = entry(clinic)

    async def go_on(pilot: Pilot[int]) -> None:
        assert "Taken up again, 18 items to go" in words_shown(again)
        assert "past MONTH" in words_shown(again)
        await pilot.press(*["2"] * 18, "ctrl+s")

    on_stage(again, go_on)
    (kept,) = forms.listing(clinic, CODE)
    assert kept.form.items == (1, NoAnswer.MISSING, *[2] * 18)
    assert kept.form.recall is Recall.MONTH
    assert drafts.begun(clinic, CODE) is None


def test_the_interface_ends_and_the_answers_wait(clinic: Clinic) -> None:
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("1", "2", "3", "ctrl+c")

    on_stage(app, play)
    begun = drafts.begun(clinic, CODE)
    assert begun is not None
    assert begun.items == (1, 2, 3, *[None] * 17)


def test_a_window_that_is_closed_has_kept_what_was_answered_a_while_before(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "KEEP_AFTER_S", 0.01)
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("4", "3")
        await until(pilot, lambda: (begun := drafts.begun(clinic, CODE)) is not None and begun.items[1] == 3)
        await pilot.press("up", "backspace", "up", "backspace")
        await until(pilot, lambda: drafts.begun(clinic, CODE) is None)

    on_stage(app, play)


def test_what_was_begun_is_thrown_away_when_that_is_wanted(clinic: Clinic) -> None:
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("1", "escape")

    on_stage(app, play)
    again = entry(clinic)

    async def drop(pilot: Pilot[int]) -> None:
        await pilot.press("ctrl+x")
        assert f"Throw away what was begun of this form of {CODE}?" in words_shown(again)
        await pilot.press("y")
        await pilot.pause()

    on_stage(again, drop)
    assert drafts.begun(clinic, CODE) is None
    assert forms.listing(clinic, CODE) == ()


def test_a_digit_too_many_changes_nothing(clinic: Clinic) -> None:
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press(*["3"] * 20, "1")
        assert app.screen.items == (3,) * 20  # type: ignore[attr-defined]
        assert "Every item is answered" in words_shown(app)
        await pilot.press("up", "1")
        assert app.screen.items == (*[3] * 19, 1)  # type: ignore[attr-defined]
        await pilot.press("1")
        assert app.screen.items == (*[3] * 19, 1)  # type: ignore[attr-defined]

    on_stage(app, play)


def test_no_letter_of_the_sound_does_anything_here() -> None:
    assert not {command.key for command in Pcl5Screen.ACTS} & {act.key for act in ACTS if act.step is None} - {"u"}
    for command in Pcl5Screen.ACTS:
        if command.name == "answer":
            assert set(command.key.split(",")) == {"0", "1", "2", "3", "4", "9", "minus"}


def test_the_form_that_is_due_opens(clinic: Clinic) -> None:
    app = entry(clinic, None)

    async def month(pilot: Pilot[int]) -> None:
        assert "past MONTH" in words_shown(app)

    on_stage(app, month)
    forms.add(clinic, CODE, [1] * 20, Recall.MONTH, "2026-11-23")
    again = entry(clinic, None)

    async def week(pilot: Pilot[int]) -> None:
        assert "past WEEK" in words_shown(again)

    on_stage(again, week)


def test_four_clusters_stand_whole_at_80_columns() -> None:
    for answered in (19, 20):
        totals = Totals()
        totals.show([4] * answered + [None] * (20 - answered))
        shown = totals.paint(80, 2)[0].text
        assert [word for word in shown.split() if word in "BCDE"] == ["B", "C", "D", "E"]
        assert shown.rstrip().endswith("E 24" if answered == 20 else "E 5/6")


def test_a_correction_is_left_and_taken_up_again(clinic: Clinic) -> None:
    old = forms.add(clinic, CODE, [1] * 20, Recall.WEEK, "2026-11-20")

    def opened() -> Stage:
        return Stage(clinic, lambda: Pcl5Screen(clinic, CODE, old=old))

    app, again = opened(), opened()

    async def begin(pilot: Pilot[int]) -> None:
        await pilot.press("4", "3", "escape")

    on_stage(app, begin)
    assert forms.listing(clinic, CODE) == (old,)
    assert drafts.begun(clinic, CODE) is None

    async def go_on(pilot: Pilot[int]) -> None:
        assert again.screen.items == (4, 3, *[1] * 18)  # type: ignore[attr-defined]
        await pilot.press("ctrl+s")
        assert f"Why is this form of {CODE} corrected?" in words_shown(again)
        await pilot.press(*"misread", "enter")
        await pilot.pause()

    on_stage(again, go_on)
    (kept,) = forms.listing(clinic, CODE)
    assert (kept.scored.total, kept.corrections) == (25, 1)
    assert drafts.begun_correction(clinic, old.form_id) is None


@pytest.mark.parametrize(
    ("pasted", "items", "says"),
    [
        ("\t".join("3210423104" * 2) + "\r\n", "3210423104" * 2, "20 answers were pasted"),
        ("\t".join(["3", "", *"313131313131313131", "2"]), "", "Item 2 is empty"),
        ("3 3", "", "2 were given"),
    ],
)
def test_a_pasted_row_is_taken_whole_or_not_at_all(clinic: Clinic, pasted: str, items: str, says: str) -> None:
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        app.screen.post_message(events.Paste(pasted))
        await pilot.pause()
        assert says in words_shown(app)
        assert app.screen.items == (tuple(map(int, items)) or (None,) * 20)  # type: ignore[attr-defined]

    on_stage(app, play)


def test_which_of_two_equal_times_is_meant_is_asked(clinic: Clinic) -> None:
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("t", *["backspace"] * 16, *"2026-10-25 01:30", "enter")
        await pilot.pause()
        assert "2026-10-25T01:30+01:00" in words_shown(app)
        await pilot.press("down", "enter", *["0"] * 20, "ctrl+s")

    on_stage(app, play)
    (kept,) = forms.listing(clinic, CODE)
    assert utc_text(kept.form.taken_ms) == "2026-10-25T01:30:00Z"


def test_a_day_to_come_stays_in_its_question_and_none_of_it_becomes_an_answer(clinic: Clinic) -> None:
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("t", *["backspace"] * 16, *"2027-01-01", "enter")
        await until(pilot, lambda: "2027-01-01 lies in the future" in words_shown(app))
        await pilot.press(*["backspace"] * 10, *"2026-11-20", "enter")
        await until(pilot, lambda: "taken 2026-11-20" in words_shown(app))
        assert "0 of 20" in words_shown(app)

    on_stage(app, play)


def test_a_double_entry_is_told_before_twenty_answers(clinic: Clinic) -> None:
    forms.add(clinic, CODE, [1] * 20, Recall.WEEK, "2026-11-24T09:00")
    app = entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        assert f"{CODE} has a past-week form of 2026-11-24 already" in words_shown(app)

    on_stage(app, play, (120, 40))


def test_a_correction_asks_why_and_keeps_recall_and_time(clinic: Clinic) -> None:
    old = forms.add(clinic, CODE, [1] * 20, Recall.MONTH, "2026-11-20")
    app = Stage(clinic, lambda: Pcl5Screen(clinic, CODE, old=old))

    async def play(pilot: Pilot[int]) -> None:
        assert "correction" in words_shown(app)
        await pilot.press("4", "ctrl+s", *"misread", "enter")
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
