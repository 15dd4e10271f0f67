"""The screen in the patient's hands: the questions, nothing else of the record, and no key that leads anywhere."""

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from tui_stage import CODE, SIZES, Stage, clinic_in_course, empty_clinic, named, on_stage, until, words_shown

from setsetting.clinical import pcl5
from setsetting.clinical.form import NoAnswer, Recall
from setsetting.desk import drafts, forms, patients
from setsetting.desk.clinic import Clinic
from setsetting.tui.handed_app import HandedApp
from setsetting.tui.screens.patient import PatientScreen
from setsetting.tui.screens.pcl5 import Pcl5Screen
from setsetting.tui.screens.self_entry import SelfScreen

WORD = "lantern"
EVERY_KEY = (
    *(f"f{n}" for n in range(1, 13)),
    *(f"ctrl+{letter}" for letter in "abcdefghklnopqrstuvwxyz"),
    *("question_mark", "colon", "slash", "shift+tab", "home", "end", "pageup", "pagedown", "insert", "delete"),
    *"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ5678",
    *("minus", "plus", "space", "comma", "full_stop", "alt+x", "ctrl+backslash", "ctrl+space"),
)
"""Keys that do nothing on the patient's screen."""
SOME_KEYS = ("f1", "f2", "ctrl+p", "ctrl+q", "question_mark", "z", "5")
"""Of these, what leads somewhere elsewhere: what a key means does not hang on the size of the window."""


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    return clinic_in_course(tmp_path)


async def hand_over(pilot: Pilot[int], key: str = "h") -> None:
    await pilot.press(key)
    await pilot.press(*WORD, "enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, SelfScreen))


def on_entry(clinic: Clinic) -> Stage:
    return Stage(clinic, lambda: Pcl5Screen(clinic, CODE, Recall.WEEK))


def secrets(clinic: Clinic) -> list[str]:
    """What of the record is not to be seen, that is more than a digit or two."""
    codes = patients.codes(clinic)
    scores = [f"total {form.scored.total}" for form in forms.listing(clinic, CODE)]
    return [*codes, *scores, "total", "Nils Aven", "choir", "simulated", "room-1", "before:", WORD, "2026-1"]


def test_the_patient_answers_alone_and_the_form_is_theirs(clinic: Clinic) -> None:
    app = on_entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await hand_over(pilot)
        assert pcl5.INSTRUCTIONS[Recall.WEEK] in words_shown(app)
        await pilot.press("enter")
        for number, item in enumerate(pcl5.ITEMS, 1):
            shown = words_shown(app)
            assert item in shown and f"{number} of 20" in shown and pcl5.STEMS[Recall.WEEK] in shown
            await pilot.press("2", "enter")
        assert "Every question is answered." in words_shown(app)
        await pilot.press("enter")
        assert "Thank you. Please hand back." in words_shown(app)
        await pilot.press(*"1234", "escape", "enter", *"lanterns", "enter")
        assert "That is another word." in words_shown(app)
        assert isinstance(app.screen, SelfScreen)
        await pilot.press(*"LANTERN", "enter")
        await until(pilot, lambda: not isinstance(app.screen, SelfScreen))

    on_stage(app, play)
    kept = forms.listing(clinic, CODE)[-1]
    assert (kept.by_patient, kept.scored.total, kept.form.recall) == (True, 40, Recall.WEEK)


@pytest.mark.parametrize("size", [*SIZES, (200, 60), (60, 15)], ids=named)
def test_nothing_of_the_record_is_seen_and_no_key_leads_anywhere(clinic: Clinic, size: tuple[int, int]) -> None:
    app, keys = on_entry(clinic), EVERY_KEY if size == SIZES[0] else SOME_KEYS

    def hold() -> None:
        assert isinstance(app.screen, SelfScreen)
        shown = words_shown(app)
        assert [secret for secret in secrets(clinic) if secret in shown] == []

    async def play(pilot: Pilot[int]) -> None:
        await hand_over(pilot)
        theme = app.theme
        for before in ((), ("enter",), ("3", "enter"), ("9", "enter"), ("right",) * 18):
            await pilot.press(*before)
            hold()
            await pilot.press(*keys)
            hold()
            await pilot.click(offset=(2, 0))
            app.post_message(events.Paste("1 2 3\nlantern\n"))
            await pilot.pause()
            hold()
        await pilot.press("enter", *keys, "enter")
        hold()
        assert app.theme == theme

    on_stage(app, play, size)
    assert forms.listing(clinic, CODE)[-1].by_patient


def test_keys_typed_ahead_of_the_hand_over_reach_nothing_else(clinic: Clinic) -> None:
    app = on_entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("h")
        for key in (*WORD, "enter", "ctrl+p", "f1", "ctrl+q", "ctrl+c", "enter", "escape", "escape", "escape"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: isinstance(app.screen, SelfScreen))
        await pilot.pause(0.1)
        assert isinstance(app.screen, SelfScreen)
        assert app.is_running

    on_stage(app, play)


def test_what_is_half_answered_waits_and_is_gone_on_with(clinic: Clinic) -> None:
    app = on_entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await hand_over(pilot)
        await pilot.press("enter", "1", "enter", "right", "4", "enter", "escape")
        assert "This is for the facilitator." in words_shown(app)
        await pilot.press("escape")
        assert "4 of 20" in words_shown(app)
        await pilot.press("escape", *WORD, "enter")
        await until(pilot, lambda: not isinstance(app.screen, SelfScreen))

    on_stage(app, play)
    begun = drafts.begun(clinic, CODE)
    assert begun is not None and begun.by_patient
    assert begun.items[:4] == (1, None, 4, None)
    again = on_entry(clinic)

    async def go_on(pilot: Pilot[int]) -> None:
        await hand_over(pilot)
        await pilot.press("enter")
        assert "2 of 20" in words_shown(again)
        await pilot.press("9", *["right"] * 19)
        assert "17 questions have no answer: 4, 5, 6" in words_shown(again)
        await pilot.press("tab")
        assert "4 of 20" in words_shown(again)
        await pilot.press(*["right"] * 17, "enter", *WORD, "enter")
        await until(pilot, lambda: not isinstance(again.screen, SelfScreen))

    on_stage(again, go_on)
    kept = forms.listing(clinic, CODE)[-1]
    assert kept.form.items == (1, NoAnswer.DECLINED, 4, *[NoAnswer.MISSING] * 17)
    assert (kept.by_patient, drafts.begun(clinic, CODE)) == (True, None)


def test_answers_are_kept_while_the_screen_is_away(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("setsetting.tui.screens.self_entry.KEEP_AFTER_S", 0.01)
    app = on_entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await hand_over(pilot)
        await pilot.press("enter", "3")
        await until(pilot, lambda: drafts.begun(clinic, CODE) is not None)

    on_stage(app, play)


def test_it_is_handed_over_from_the_patients_page_where_nothing_hinders(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: PatientScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await hand_over(pilot, "6")
        await pilot.press("escape", *WORD, "enter")
        await until(pilot, lambda: isinstance(app.screen, PatientScreen))
        assert f"{CODE} answered nothing; nothing is kept." in words_shown(app)
        await pilot.press("f", "h", *"   ", "enter")
        assert not isinstance(app.screen, SelfScreen)

    on_stage(app, play)
    assert drafts.begun(clinic, CODE) is None


def test_what_would_be_refused_is_said_before_the_screen_is_handed_over(clinic: Clinic) -> None:
    forms.add(clinic, CODE, [1] * 20, Recall.WEEK, drafts.now_typed(clinic))
    app = on_entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("h")
        await pilot.pause()
        assert "has a past-week form of" in words_shown(app)

    on_stage(app, play)


def test_answers_begun_by_somebody_else_are_not_handed_over(clinic: Clinic) -> None:
    app = on_entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("3", "h")
        await pilot.pause()
        assert "Answers are begun here" in words_shown(app)

    on_stage(app, play)


def test_a_form_that_cannot_be_kept_is_told_to_the_facilitator_alone(clinic: Clinic) -> None:
    app = on_entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await hand_over(pilot)
        forms.add(clinic, CODE, [1] * 20, Recall.WEEK, drafts.now_typed(clinic))
        await pilot.press("enter", *["4", "enter"] * 20, "enter")
        assert "Thank you. Please hand back." in words_shown(app)
        assert "has a past-week form" not in words_shown(app)
        await pilot.press(*WORD, "enter")
        await until(pilot, lambda: not isinstance(app.screen, SelfScreen))

    on_stage(app, play)
    begun = drafts.begun(clinic, CODE)
    assert begun is not None and begun.items == (4,) * 20


def test_the_screen_alone_ends_the_program_without_a_score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clinic = empty_clinic(tmp_path)
    patients.add(clinic, CODE)
    app = HandedApp(clinic, CODE, Recall.MONTH)

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "which word takes the screen back?" in words_shown(app))
        await pilot.press(*WORD, "enter")
        await until(pilot, lambda: isinstance(app.screen, SelfScreen))
        await pilot.press("enter", *["1", "enter"] * 20, "enter", *WORD, "enter")
        await until(pilot, lambda: not app.is_running or app.return_code is not None)

    on_stage(app, play)
    assert capsys.readouterr().err.strip() == f"{CODE} entered the form."
    (kept,) = forms.listing(clinic, CODE)
    assert (kept.by_patient, kept.form.recall, kept.scored.total) == (True, Recall.MONTH, 20)


def test_the_word_is_not_kept_anywhere(clinic: Clinic) -> None:
    app = on_entry(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await hand_over(pilot)
        await pilot.press("enter", "1", "escape", *WORD, "enter")
        await until(pilot, lambda: not isinstance(app.screen, SelfScreen))

    on_stage(app, play)
    held = b"".join(path.read_bytes() for path in clinic.folder.rglob("*") if path.is_file())
    assert WORD.encode() not in held
