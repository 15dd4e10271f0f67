"""The other screens: what they say, what their keys do, and what is the same on all of them."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_fake_session import FakeSession
from tui_opened_screens import SCREENS
from tui_stage import (
    CODE,
    SIZES,
    Stage,
    clinic_in_course,
    composed,
    empty_clinic,
    on_stage,
    refused,
    shown,
    tracks,
    until,
    words_shown,
)

from setsetting.clinical.form import Recall
from setsetting.desk import forms, library, patients, plans, soundscapes
from setsetting.desk.clinic import Clinic
from setsetting.desk.plan import NO_PLAN
from setsetting.library.catalogue import Catalogue, NamedLibrary
from setsetting.library.names import Names
from setsetting.library.recordings import Recordings
from setsetting.library.track import TrackNames
from setsetting.review.words import internal_review
from setsetting.soundscape.soundscape import Soundscape
from setsetting.tui.command import Command, without_clash
from setsetting.tui.palette import CommandProvider
from setsetting.tui.screens.build import BuildScreen
from setsetting.tui.screens.help import HelpScreen
from setsetting.tui.screens.live import LiveScreen
from setsetting.tui.screens.patient import PatientScreen
from setsetting.tui.screens.review import ReviewScreen
from setsetting.tui.screens.today import TodayScreen
from setsetting.tui.task_screen import TaskScreen
from setsetting.tui.theme import PALETTES
from setsetting.tui.widgets.keybar import KeyBar
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Table

LEAST_CONTRAST = 4.5
SHEETS = {"pcl5", "form", "second"}
"""A sheet of answers has one row of small print in a low window, and says there first what the answers are not."""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    """Read by the tests of this file; those that write make their own."""
    return clinic_in_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(autouse=True)
def made_up_music(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library and a planner's answer that are the same on every machine."""
    monkeypatch.setattr(library, "listing", lambda _clinic: tracks())
    monkeypatch.setattr(soundscapes, "build", lambda *_asked, **_named: composed())
    monkeypatch.setattr(soundscapes, "stale_since", lambda *_asked: False)


def contrast(first: tuple[int, int, int], second: tuple[int, int, int]) -> float:
    """Contrast of two colours, WCAG 2.2."""

    def luminance(colour: tuple[int, int, int]) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def faint(app: Stage) -> list[tuple[str, float]]:
    """Words on the screen whose contrast is too low; block and braille drawing is no word."""
    found = []
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            style = segment.style
            if style is None or not any(char.isalnum() and ord(char) < 0x2500 for char in segment.text):
                continue
            if style.color is None or style.bgcolor is None:
                found.append((segment.text, 0.0))
                continue
            ratio = contrast(style.color.get_truecolor(), style.bgcolor.get_truecolor())
            if ratio < LEAST_CONTRAST:
                found.append((segment.text, round(ratio, 2)))
    return found


def keys_seen_whole(app: Stage) -> None:
    screen = app.screen
    assert isinstance(screen, TaskScreen)
    bar = screen.query_one(KeyBar)
    keys = " ".join(shown(app)[bar.region.y : bar.region.bottom])
    for command in screen.commands():
        if command.in_bar:
            assert f" {command.keys_shown} " in keys
            assert command.label in keys or (command.short and command.short in keys)
    assert screen.query_one(StatusRow).region.bottom <= bar.region.y
    for widget in screen.children:
        if widget.display:
            assert screen.region.contains_region(widget.region), widget


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_is_whole_and_legible_at_every_size_in_both_themes(clinic: Clinic, name: str) -> None:
    app = Stage(clinic, lambda: SCREENS[name](clinic))

    async def play(pilot: Pilot[int]) -> None:
        for size in (*SIZES, (97, 31)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            keys_seen_whole(app)
            if name != "library":
                assert (internal_review() if name not in SHEETS else "Internal review only") in words_shown(app)
            for theme in PALETTES:
                app.theme = theme
                await pilot.pause()
                assert faint(app) == [], (theme, size)

    on_stage(app, play)


@pytest.mark.parametrize("name", SCREENS)
def test_the_palette_offers_the_commands_of_the_key_bar(clinic: Clinic, name: str) -> None:
    app = Stage(clinic, lambda: SCREENS[name](clinic))

    async def play(_pilot: Pilot[int]) -> None:
        screen = app.screen
        assert isinstance(screen, TaskScreen)
        offered = [hit.help async for hit in CommandProvider(screen).discover()]
        commands = screen.commands()
        assert offered == [each.does for each in commands if each.name != "palette" and not each.takes_key]
        for command in commands:
            assert hasattr(screen, f"do_{command.name.replace('-', '_')}") or name == "live", command.name

    on_stage(app, play)


def test_help_says_what_every_key_does(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: ReviewScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        screen = app.screen
        assert isinstance(screen, TaskScreen)
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        assert all(each.does in words_shown(app) for each in screen.commands())
        await pilot.press("escape")
        assert app.screen is screen

    on_stage(app, play, (120, 40))


def test_a_key_that_means_two_things_is_refused() -> None:
    with pytest.raises(ValueError, match="key x means both"):
        without_clash((Command("a", "x", "A", "Does a."), Command("b", "y,x", "B", "Does b.")))


def test_the_palette_finds_a_command_by_its_words() -> None:
    session = FakeSession()
    app = Stage(None, lambda: LiveScreen(session, None))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("colon", *"grounding")
        await pilot.pause(0.3)
        await pilot.press("enter")
        await pilot.pause()

    on_stage(app, play)
    assert [name for name, _argument in session.done] == ["rescue"]


def test_a_click_on_a_key_does_the_same() -> None:
    session = FakeSession()
    app = Stage(None, lambda: LiveScreen(session, None))

    async def play(pilot: Pilot[int]) -> None:
        rows = shown(app)
        bar = app.screen.query_one(KeyBar)
        y = next(y for y in range(bar.region.y, bar.region.bottom) if "Duck" in rows[y])
        await pilot.click(offset=(rows[y].index("Duck"), y))

    on_stage(app, play)
    assert session.done == [("duck", None)]


def test_the_theme_changes_with_one_key_and_the_screen_stays(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        assert set(app.available_themes) == set(PALETTES)
        assert app.theme == "clinic"
        await pilot.press("f2")
        assert app.theme == "darkroom"
        assert isinstance(app.screen, TodayScreen)

    on_stage(app, play)


def test_today_says_what_is_due_and_opens_the_patient(tmp_path: Path) -> None:
    clinic = clinic_in_course(tmp_path)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        assert "Tuesday 24 November 2026" in words_shown(app)
        await until(pilot, lambda: "infusion 5 of 6" in words_shown(app))
        assert clinic.banner in words_shown(app)
        while CODE not in app.screen.query_one(Table).row.code:
            await pilot.press("down")
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, PatientScreen)
        assert "never: artist Nils Aven, tag choir" in words_shown(app)

    on_stage(app, play, (120, 40))


def test_an_empty_clinic_says_what_to_do_first(tmp_path: Path) -> None:
    clinic = empty_clinic(tmp_path)
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        assert "l opens the library, m there scans your music; a here adds a patient" in words_shown(app)
        await pilot.press("f")
        assert "There is no patient yet" in words_shown(app)
        await pilot.press("a", *"K-7", "enter")
        await pilot.pause()
        assert "K-7 is added" in words_shown(app)
        await pilot.press("a", *"a b", "enter")
        await pilot.pause()
        assert "is no patient code" in words_shown(app)

    on_stage(app, play)
    assert [view.code for view in patients.listing(clinic)] == ["K-7"]


def test_a_veto_is_noted_and_withdrawn_with_a_reason(tmp_path: Path) -> None:
    clinic = empty_clinic(tmp_path)
    patients.add(clinic, CODE)
    app = Stage(clinic, lambda: PatientScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("r", "down", "enter", *"choir", "enter")
        await pilot.pause()
        assert "never: tag choir" in words_shown(app)
        await pilot.press("w", "enter")
        await pilot.pause()
        assert f"{CODE}: why is the veto of tag choir withdrawn?" in words_shown(app)
        await pilot.press(*"asked", "enter")
        await pilot.pause()
        assert "no vetoes" in words_shown(app)

    on_stage(app, play)
    assert patients.show(clinic, CODE).vetoes == ()


def test_what_a_veto_meets_is_said_while_it_is_typed_and_a_track_is_picked_by_its_title(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = empty_clinic(tmp_path)
    patients.add(clinic, CODE)
    fern, bare = (
        TrackNames(name * 32, f"/m/{title}.wav", (), title, artist, (artist,) if artist else ())
        for name, title, artist in (("a", "Fern", "Ana Vale"), ("b", "Ana Vale - Room Tone", ""))
    )
    monkeypatch.setattr(Catalogue, "names", lambda _catalogue: NamedLibrary(Names.of((fern, bare)), Recordings({})))
    app = Stage(clinic, lambda: PatientScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("r", "enter", *"ANA vale")
        await pilot.pause()
        assert "It meets 2 tracks: Fern, Ana Vale - Room Tone (by its file name)." in words_shown(app)
        await pilot.press("s")
        await pilot.pause()
        assert "No track in the library has it now. Did you mean 'Ana Vale'?" in words_shown(app)
        await pilot.press("escape", "r", "3", *"ana", "enter")
        await pilot.pause()
        await pilot.press("down", "enter")
        await pilot.pause()

    on_stage(app, play)
    assert [veto.value for veto in patients.show(clinic, CODE).vetoes] == [fern.id]


def test_build_shows_every_cue_with_its_reason_and_keeps_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = empty_clinic(tmp_path)
    patients.add(clinic, CODE)
    kept: list[Soundscape] = []

    def save(_clinic: Clinic, soundscape: Soundscape, _out: Path | None, *, replace: bool, code: str) -> Path:
        assert not replace
        assert code == CODE
        kept.append(soundscape)
        return tmp_path / "soundscape.json"

    monkeypatch.setattr(soundscapes, "save", save)
    monkeypatch.setattr(plans, "accept", lambda *_asked, **_named: NO_PLAN)
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "12 " in words_shown(app)
        await pilot.press("down")
        assert "2 Low Meadow - Ana Vale: energy fits, warm, beatless" in words_shown(app)
        await pilot.press("j")
        assert "Accept the soundscape first (enter)" in words_shown(app)
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert f"Accepted for the next visit of {CODE}" in words_shown(app)

    on_stage(app, play, (120, 40))
    assert kept == [composed().soundscape]


def test_build_says_why_nothing_fits_and_loosens_for_tonight_only(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, str]] = []

    def build(*_asked: object, loosened: dict[str, str], **_named: object) -> object:
        asked.append(loosened)
        if not loosened:
            raise refused()
        return composed(tuple(loosened.items()))

    monkeypatch.setattr(soundscapes, "build", build)
    app = Stage(clinic, lambda: BuildScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "no plan fits" in words_shown(app)
        assert refused().sentence in words_shown(app)
        await pilot.press("9", "down", "enter", *["backspace"] * 3, *"14", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "1 loosened: sudden rises, in LU: 14" in words_shown(app)
        await pilot.press("backspace")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "no plan fits" in words_shown(app)

    on_stage(app, play, (120, 40))
    assert asked == [{}, {"startle_max_lu": "14"}, {}]


def test_the_review_describes_and_never_joins_week_and_month(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: ReviewScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        words = words_shown(app)
        assert "◆54" in words
        assert "●51" in words
        assert "SIMULATED" in words
        assert "not proof" in words or "cannot show" in words

    on_stage(app, play, (120, 40))


def test_a_form_is_reached_and_kept_from_the_patient(tmp_path: Path) -> None:
    clinic = empty_clinic(tmp_path)
    patients.add(clinic, CODE)
    app = Stage(clinic, lambda: PatientScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("f", *["2"] * 20, "ctrl+s")
        await pilot.pause()
        assert ": Kept; total 40" in words_shown(app)
        await pilot.press("question_mark", "escape")
        assert "Kept; total 40" not in words_shown(app)

    on_stage(app, play)
    (kept,) = forms.listing(clinic, CODE)
    assert kept.form.recall is Recall.MONTH
