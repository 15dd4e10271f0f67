"""Every screen as a picture at the sizes it must fit, the live screen in both themes.

A picture that changed on purpose is drawn anew with `make snapshots`, and looked at.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from tui_fake_session import FakeSession
from tui_opened_screens import SCREENS, TONIGHT, nothing_blocks
from tui_stage import CODE, SIZES, Stage, clinic_in_course, composed, named, refused, tracks

from setsetting.clinical.agreements import Agreement
from setsetting.desk import agreements, library, soundscapes
from setsetting.desk.clinic import Clinic
from setsetting.tui.screens.build import BuildScreen
from setsetting.tui.screens.live import LiveScreen
from setsetting.tui.screens.preflight import PreflightScreen

Compare = Callable[..., bool]
KEYS_TO_ITEM_9 = ("3", "2", "1", "4", "3", "minus", "9", "0")


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """One for each picture: some screens are opened on a session that is kept for them."""
    return clinic_in_course(tmp_path)


@pytest.fixture(autouse=True)
def the_same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(library, "listing", lambda _clinic: tracks())
    monkeypatch.setattr(soundscapes, "build", lambda *_asked, **_named: composed())
    monkeypatch.setattr(soundscapes, "stale_since", lambda *_asked: False)


async def settled(pilot: Pilot[None]) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def compared(
    snap_compare: Compare, app: App[int], size: tuple[int, int], press: tuple[str, ...] = (), theme: str = "clinic"
) -> bool:
    async def before(pilot: Pilot[None]) -> None:
        pilot.app.theme = theme
        await settled(pilot)
        if press:
            await pilot.press(*press)
            await settled(pilot)

    same = snap_compare(app, terminal_size=size, run_before=before)
    assert same, "the picture is another: look at snapshot_report.html; `make snapshots` draws it anew"
    return same


@pytest.mark.parametrize("theme", ["clinic", "darkroom"])
@pytest.mark.parametrize("size", [*SIZES, (200, 60)], ids=named)
def test_live(snap_compare: Compare, clinic: Clinic, size: tuple[int, int], theme: str) -> None:
    agreements.agree(clinic, CODE, {Agreement.TOUCH: "hand only", Agreement.STOP: "left hand"})
    assert compared(snap_compare, Stage(clinic, lambda: LiveScreen(FakeSession(), clinic)), size, theme=theme)


PRESSED = {
    "library": ("slash", "a", "enter"),
    "build": ("6", "down", "down", "enter", *["down"] * 5),
    "pcl5": KEYS_TO_ITEM_9,
    "close": ("1", "2", "1", "2"),
}
"""Keys that are pressed before a screen's picture is taken."""


@pytest.mark.parametrize("size", SIZES, ids=named)
@pytest.mark.parametrize("name", [name for name in SCREENS if name != "live"])
def test_screen(snap_compare: Compare, clinic: Clinic, name: str, size: tuple[int, int]) -> None:
    assert compared(snap_compare, Stage(clinic, lambda: SCREENS[name](clinic)), size, PRESSED.get(name, ()))


def test_build_refused(snap_compare: Compare, clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_plan(*_asked: object, **_named: object) -> object:
        raise refused()

    monkeypatch.setattr(soundscapes, "build", no_plan)
    assert compared(snap_compare, Stage(clinic, lambda: BuildScreen(clinic, CODE)), (120, 40))


@pytest.mark.parametrize(
    ("size", "theme"), [((80, 24), "darkroom"), ((120, 40), "darkroom"), ((200, 60), "clinic")], ids=str
)
def test_preflight(snap_compare: Compare, clinic: Clinic, size: tuple[int, int], theme: str) -> None:
    assert compared(snap_compare, Stage(clinic, lambda: SCREENS["preflight"](clinic)), size, theme=theme)


def test_preflight_with_nothing_to_mend(snap_compare: Compare, clinic: Clinic) -> None:
    app = Stage(clinic, lambda: PreflightScreen(clinic, TONIGHT, nothing_blocks))
    assert compared(snap_compare, app, (80, 24))


def test_help(snap_compare: Compare) -> None:
    assert compared(
        snap_compare, Stage(None, lambda: LiveScreen(FakeSession(), None)), (80, 24), ("question_mark",), "darkroom"
    )


def test_too_small(snap_compare: Compare) -> None:
    assert compared(snap_compare, Stage(None, lambda: LiveScreen(FakeSession(), None)), (60, 16), theme="darkroom")


def test_snapshots_are_few(request: pytest.FixtureRequest) -> None:
    folder = Path(request.path).parent / "__snapshots__"
    assert sum(path.stat().st_size for path in folder.rglob("*")) < 4_000_000
