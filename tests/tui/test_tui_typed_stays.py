"""What is typed is not lost where it is refused: the question stays, with the line and a sentence in the screen's words."""

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from tui_stage import CODE, Stage, clinic_in_course, on_stage, until, words_shown

from setsetting.clinical.setting import FIELDS, TAP_NAMES, TAPS, parse_tap, parse_value, read_typed
from setsetting.desk import agreements, factors
from setsetting.desk.clinic import Clinic
from setsetting.errors import UsageError
from setsetting.soundscape.loosening import loosen, loosen_typed
from setsetting.soundscape.rules import CHOICES
from setsetting.tui.dialogs import AnswerInput, TextDialog
from setsetting.tui.screens.chart import ChartScreen
from setsetting.tui.screens.factors import FactorsScreen
from setsetting.tui.screens.library import LibraryScreen
from setsetting.tui.screens.patient import PatientScreen
from setsetting.tui.screens.visit import VisitScreen

LONG = "x" * 4_001


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    return clinic_in_course(tmp_path)


def patient(clinic: Clinic) -> Screen[None]:
    return PatientScreen(clinic, CODE)


REFUSED: dict[str, tuple[Callable[[Clinic], Screen[None]], tuple[str, ...], str, str]] = {
    "a folder that is not there": (LibraryScreen, ("m",), "/nowhere/music", "/nowhere/music does not exist."),
    "a factor that is none": (FactorsScreen, ("1",), "eye_shade", "Did you mean 'eye_shades'?"),
    "a row of the visit": (lambda each: VisitScreen(each, CODE), ("enter",), LONG, "longer than"),
    "a name that is a folder": (patient, ("o",), "/tmp", "/tmp is a folder; name a file in it."),
    "a report's folder": (patient, ("o",), "/nowhere/report.html", "/nowhere"),
    "a track that is refused": (patient, ("r", "3"), "no such title", "No track in the library is called so."),
    "a reason": (patient, ("3",), LONG, "longer than 4,000 characters"),
    "what changes": (ChartScreen, ("3",), "y" * 81, "too long to be read at a glance"),
    "what is sealed": (ChartScreen, ("5",), "y" * 81, "too long to be read at a glance"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_line_that_is_refused_stays_in_its_question(clinic: Clinic, what: str) -> None:
    opened, keys, typed, says = REFUSED[what]
    app = Stage(clinic, lambda: opened(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press(*keys)
        await until(pilot, lambda: isinstance(app.screen, TextDialog))
        app.screen.query_one(AnswerInput).value = typed
        await pilot.press("enter")
        await until(pilot, lambda: says in words_shown(app))
        assert isinstance(app.screen, TextDialog)
        assert app.screen.query_one(AnswerInput).value == typed
        assert "Escape leaves everything as it is." in words_shown(app)
        await pilot.press("escape")

    on_stage(app, play, (120, 40))


@pytest.mark.parametrize(("rule", "typed"), [*((name, "9999") for name, _words in CHOICES), ("startle_max_lu", "loud")])
def test_a_rule_to_loosen_is_called_in_words_and_by_its_name_on_the_command_line(rule: str, typed: str) -> None:
    words = dict(CHOICES)[rule]
    with pytest.raises(UsageError) as on_screen:
        loosen_typed(rule, typed)
    assert str(on_screen.value).startswith(f"{words}: ") and str(on_screen.value).endswith(
        f"is expected, not {typed!r}."
    )
    assert rule not in str(on_screen.value)
    with pytest.raises(UsageError, match=f"^{rule}={typed}: expected "):
        loosen([(rule, typed)])


@pytest.mark.parametrize("name", [*(each.name for each in FIELDS), *(each.name for each in TAPS)])
def test_a_row_of_the_setting_is_called_by_its_label(name: str) -> None:
    label = next(each.label for each in (*FIELDS, *TAPS) if each.name == name)
    with pytest.raises(UsageError) as refused:
        read_typed(parse_tap if name in TAP_NAMES else parse_value, name, "no such thing")
    assert str(refused.value).startswith(f"{label} is ")


def test_a_day_to_seal_for_is_refused_before_the_next_is_asked(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: ChartScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("5", *"new lamps", "enter")
        await until(pilot, lambda: "On which day to come?" in words_shown(app))
        await pilot.press(*"2026-01-01", "enter")
        await until(pilot, lambda: "is not to come" in words_shown(app))
        assert app.screen.query_one(AnswerInput).value == "2026-01-01"
        app.screen.query_one(AnswerInput).value = "2027-01-11"
        await pilot.press("enter")
        await until(pilot, lambda: "Until which day is it measured?" in words_shown(app))
        await pilot.press(*"2027-01-10", "enter")
        await until(pilot, lambda: "2027-01-10 is none" in words_shown(app))
        assert app.screen.query_one(AnswerInput).value == "2027-01-10"

    on_stage(app, play, (120, 40))


def test_what_is_mended_in_its_question_is_kept_once(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: FactorsScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("1", *"eye_shade", "enter", "s", "enter")
        await until(pilot, lambda: "Declared: eye_shades" in words_shown(app))

    on_stage(app, play)
    assert [row.factor.field for row in factors.listed(clinic)] == ["eye_shades"]
    app = Stage(clinic, lambda: VisitScreen(clinic, CODE))

    async def agree(pilot: Pilot[int]) -> None:
        await pilot.press("enter", *"hand only", "enter")
        await until(pilot, lambda: "hand only" in words_shown(app))

    on_stage(app, agree)
    assert len(agreements.show(clinic, CODE).told) == 1
