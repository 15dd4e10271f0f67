"""A stored form on the screen: read item by item, mended with a reason, moved to whose it is, withdrawn."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_stage import CODE, SIZES, Stage, empty_clinic, named, on_stage, until, words_shown

from setsetting.clinical.form import Recall, SecondKeying
from setsetting.clinical.setting import Setting
from setsetting.clinical.setting_file import SettingLog
from setsetting.desk import closing, corrections, forms, patients, queries
from setsetting.desk.clinic import Clinic
from setsetting.tui.screens.form import FormScreen
from setsetting.tui.screens.patient import PatientScreen


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    made = empty_clinic(tmp_path)
    patients.add(made, CODE)
    return made


def reading(clinic: Clinic, form: forms.ScoredForm) -> Stage:
    return Stage(clinic, lambda: FormScreen(clinic, CODE, form))


def test_a_stored_form_is_read_item_by_item_and_not_changed_by_a_digit(clinic: Clinic) -> None:
    old = forms.add(clinic, CODE, [*range(5)] * 3 + [0] * 5, Recall.WEEK, "2026-11-20T09:00")
    app = reading(clinic, old)

    async def play(pilot: Pilot[int]) -> None:
        shown = words_shown(app)
        assert "This form is stored" in shown
        assert f"patient {CODE} taken 2026-11-20 09:00" in shown
        await pilot.press("down", "4", "backspace", "ctrl+s")
        shown = words_shown(app)
        assert "4 does nothing here" in shown
        assert "2 Repeated, disturbing dreams of the stressful experience?" in shown
        await pilot.press("escape")

    on_stage(app, play)
    assert forms.listing(clinic, CODE) == (old,)


def test_what_a_form_asked_about_and_when_it_was_filled_are_mended_with_a_reason(clinic: Clinic) -> None:
    old = forms.add(clinic, CODE, [1] * 20, Recall.WEEK, "2026-11-20T09:00")
    app = reading(clinic, old)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("w")
        assert f"Why is this form of {CODE} corrected? It becomes the past-month form." in words_shown(app)
        await pilot.press(*"misread", "enter")
        await pilot.pause()
        assert "past MONTH" in words_shown(app)
        await pilot.press("t", *["backspace"] * 16, *"2026-11-19", "enter", *"misdated", "enter")
        await pilot.pause()
        assert "taken 2026-11-19, corrected" in words_shown(app)
        await pilot.press("t", *["backspace"] * 16, *"2026-W47-4", "enter")
        await pilot.pause()
        assert "is no date or time" in words_shown(app)

    on_stage(app, play)
    (kept,) = forms.listing(clinic, CODE)
    assert (kept.form.recall, kept.dated_only, kept.corrections, kept.scored.total) == (Recall.MONTH, True, 2, 20)


def test_a_correction_that_cannot_be_is_refused_before_a_reason_is_typed(clinic: Clinic) -> None:
    patients.add(clinic, "K-0500")
    for code in (CODE, "K-0500"):
        forms.add(clinic, code, [1] * 20, Recall.MONTH, "2026-11-20")
    forms.add(clinic, "K-0500", [1] * 20, Recall.WEEK, "2026-11-20")
    old = forms.add(clinic, CODE, [1] * 20, Recall.WEEK, "2026-11-20")
    app = reading(clinic, old)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("w")
        await until(pilot, lambda: f"{CODE} has a past-month form of 2026-11-20 already" in words_shown(app))
        await pilot.press("p", *"k0500", "enter")
        await until(pilot, lambda: "K-0500 has a past-week form of 2026-11-20 already" in words_shown(app))
        await pilot.press("t", *["backspace"] * 10, *"2027-01-01", "enter")
        await until(pilot, lambda: "2027-01-01 lies in the future" in words_shown(app))
        await pilot.press(*["backspace"] * 10, *"2026-11-19", "enter")
        await until(pilot, lambda: "It becomes one taken 2026-11-19." in words_shown(app))
        await pilot.press(*"misread", "enter")
        await until(pilot, lambda: "It was taken 2026-11-19" in words_shown(app))

    on_stage(app, play)


def test_a_form_of_another_patient_is_moved_and_a_wrong_one_withdrawn(clinic: Clinic) -> None:
    patients.add(clinic, "K-0500")
    first = forms.add(clinic, CODE, [1] * 20, Recall.WEEK, "2026-11-20")
    second = forms.add(clinic, CODE, [2] * 20, Recall.WEEK, "2026-11-21")
    app, other = reading(clinic, first), reading(clinic, second)

    async def move(pilot: Pilot[int]) -> None:
        await pilot.press("p")
        assert f"Whose form is it, if not {CODE}'s?" in words_shown(app)
        await pilot.press(*"k-05")
        await until(pilot, lambda: "K-0500" in words_shown(app))
        await pilot.press(*"00", "enter", *"the wrong sheet", "enter")
        await until(pilot, lambda: not isinstance(app.screen, FormScreen))

    async def withdraw(pilot: Pilot[int]) -> None:
        await pilot.press("ctrl+x", *"a copy", "enter")
        await until(pilot, lambda: not isinstance(other.screen, FormScreen))

    on_stage(app, move)
    on_stage(other, withdraw)
    assert forms.listing(clinic, CODE) == ()
    assert [row.form_id for row in forms.listing(clinic, "K-0500")] == [first.form_id]


def test_answers_corrected_are_shown_on_the_way_back(clinic: Clinic) -> None:
    old = forms.add(clinic, CODE, [1] * 20, Recall.WEEK, "2026-11-20")
    app = reading(clinic, old)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("enter", "4", "ctrl+s", *"misread", "enter")
        await pilot.pause()
        assert isinstance(app.screen, FormScreen)
        assert "total 23" in words_shown(app)

    on_stage(app, play)


def test_a_query_is_asked_answered_and_each_taken_back_on_the_form(clinic: Clinic) -> None:
    old = forms.add(clinic, CODE, [1] * 20, Recall.WEEK, "2026-11-20")
    app = reading(clinic, old)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("a")
        assert "No query of this form is open." in words_shown(app)
        await pilot.press("q", *"two crosses at 9", "enter")
        await pilot.pause()
        assert "query: two crosses at 9" in words_shown(app)
        await pilot.press("a", *"it is 1", "enter")
        await pilot.pause()
        assert "answered: it is 1" in words_shown(app)
        await pilot.press("5", *"too soon", "enter")
        await pilot.pause()
        assert "answered" not in words_shown(app)
        await pilot.press("enter", "4", "ctrl+s", *"misread", "enter")
        await pilot.pause()
        await pilot.press("5", "2", *"a slip", "enter")
        await pilot.pause()

    on_stage(app, play)
    (kept,) = forms.listing(clinic, CODE)
    assert (kept.queries, kept.corrections) == ((), 1)


def test_a_form_is_keyed_again_unseen_compared_and_let_stand(clinic: Clinic) -> None:
    old = forms.add(clinic, CODE, [1] * 20, Recall.WEEK, "2026-11-20")
    app = reading(clinic, old)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("l")
        assert "No second keying of this form differs" in words_shown(app)
        await pilot.press("k")
        await pilot.pause()
        assert "0 of 20" in words_shown(app)
        await pilot.press(*["1"] * 3, "escape")
        assert "is not compared yet" in words_shown(app)
        await pilot.press("n", *["1"] * 16, "4", "ctrl+s")
        await pilot.pause()
        assert "item 20: 1, the second time 4" in words_shown(app)
        await pilot.press("l", *"it is 1", "enter")
        await pilot.pause()
        assert "the first stands: it is 1" in words_shown(app)
        await pilot.press("5", *"a slip", "enter")
        await pilot.pause()
        await pilot.press("enter", *["down"] * 19, "4", "ctrl+s", *"misread", "enter")
        await pilot.pause()

    on_stage(app, play)
    (kept,) = forms.listing(clinic, CODE)
    assert (kept.scored.total, kept.corrections, kept.second) == (23, 1, SecondKeying(()))


def test_an_open_query_stands_in_the_patients_list(clinic: Clinic) -> None:
    old = forms.add(clinic, CODE, [1] * 20, Recall.WEEK, "2026-11-20")
    queries.ask(clinic, old.form_id, "two crosses at 9")
    app = Stage(clinic, lambda: PatientScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.pause()
        assert "1 open query" in words_shown(app)

    on_stage(app, play)


def test_a_withdrawn_form_is_found_in_the_list_and_taken_back_by_a_key(clinic: Clinic) -> None:
    old = forms.add(clinic, CODE, [1] * 20, Recall.WEEK, "2026-11-20")
    app = reading(clinic, forms.withdraw(clinic, old.form_id, "a slip of the key"))

    async def play(pilot: Pilot[int]) -> None:
        assert "This form is withdrawn: a slip of the key; 5 takes that back." in words_shown(app)
        await pilot.press("5", *"it was right", "enter")
        await pilot.pause()
        await pilot.press("w", *"it asked of the month", "enter")
        await pilot.pause()
        await pilot.press("5", *"of the week", "enter")
        await pilot.pause()

    assert [row.withdrawn for row in forms.listing(clinic, CODE, withdrawn=True)] == ["a slip of the key"]
    on_stage(app, play)
    (form,) = forms.listing(clinic, CODE)
    assert (form.form.recall, form.corrections, form.withdrawn) == (Recall.WEEK, 0, None)


@pytest.mark.parametrize("size", [*SIZES, (200, 60)], ids=named)
def test_what_is_to_be_known_of_a_form_is_said_whole_and_only_what_can_be_done_is_offered(
    clinic: Clinic, size: tuple[int, int]
) -> None:
    for day in ("2026-11-16", "2026-11-17"):
        closing.add(clinic, CODE, f"{day}T10:00", 40, SettingLog(Setting({}), {}, None))
    for day in ("2026-11-13", "2026-11-14", "2026-11-15"):
        forms.add(clinic, CODE, [1] * 20, Recall.WEEK, day)
    form = forms.add(clinic, CODE, [1] * 20, Recall.WEEK, "2026-11-17T12:00")
    app = reading(clinic, form)

    async def play(pilot: Pilot[int]) -> None:
        assert "Take back" not in words_shown(app)
        assert " ".join(form.remarks) in words_shown(app).replace(" \N{MIDDLE DOT} ", " ") or "? all" in words_shown(
            app
        )
        await pilot.press("question_mark", "end")
        await pilot.pause()
        assert all(remark in words_shown(app) for remark in form.remarks)
        await pilot.press("escape", "5")
        await until(pilot, lambda: "No correction of this form stands." in words_shown(app))
        await pilot.press("ctrl+x", *"a copy", "enter")
        await pilot.pause()

    on_stage(app, play, size)
    again = reading(clinic, forms.find(clinic, form.form_id))

    async def look(pilot: Pilot[int]) -> None:
        words = words_shown(again)
        assert "5 Take back" in words
        assert not any(label in words for label in ("Correct ", "Week/month", "Withdraw ", "Patient "))
        await pilot.press("enter")
        await pilot.pause()
        assert "This form is withdrawn: a copy; 5 takes that back." in words_shown(again)

    on_stage(again, look, size)


@pytest.mark.parametrize("key", ["enter", "q", "w", "t", "p", "ctrl+x", "k", "5"])
def test_a_form_of_a_patient_who_was_withdrawn_is_read_and_not_changed(clinic: Clinic, key: str) -> None:
    form = forms.add(clinic, CODE, [1] * 20, Recall.WEEK, "2026-11-17T12:00")
    corrections.withdraw(clinic, CODE, "a slip")
    app = reading(clinic, forms.find(clinic, form.form_id))

    async def play(pilot: Pilot[int]) -> None:
        frozen = f"{CODE} is withdrawn; 5 on the patient's page takes that back first."
        assert frozen in words_shown(app) and "q Query" not in words_shown(app)
        await pilot.press(key)
        await pilot.pause()
        assert frozen in words_shown(app) and isinstance(app.screen, FormScreen)

    on_stage(app, play)
