"""Every screen as a picture at the sizes it must fit, the live screen in both themes.

A picture that changed on purpose is drawn anew with `make snapshots`, and looked at.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot
from tui_fake_session import FakeSession, status_at
from tui_opened_screens import SCREENS, TONIGHT, nothing_blocks
from tui_stage import CODE, SIZES, Stage, clinic_in_course, composed, named, refused, tracks

from setsetting.clinical.agreements import Agreement
from setsetting.clinical.form import Recall
from setsetting.clinical.infusion import Infusion, Segment
from setsetting.desk import agreements, library, soundscapes
from setsetting.desk.clinic import Clinic
from setsetting.desk.drafts import BegunForm
from setsetting.player.status import OutputState
from setsetting.session.checks import PlannedCheck
from setsetting.session.live import LOOKS
from setsetting.session.status import (
    Cover,
    HoldReason,
    InfusionState,
    LogLine,
    MarkView,
    Presence,
    SessionState,
    Status,
    TakenBack,
)
from setsetting.tui.screens.build import BuildScreen
from setsetting.tui.screens.live import LiveScreen
from setsetting.tui.screens.preflight import PreflightScreen
from setsetting.tui.screens.self_entry import SelfScreen
from setsetting.units import ms_from_minutes

Compare = Callable[..., bool]
HANDED = {
    "begins": (),
    "item 9": ("enter", *("2", "enter") * 8, "3"),
    "ends with a gap": ("enter", *("2", "enter") * 19, "right"),
    "thanks": ("enter", *("right",) * 20, "enter"),
}
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


def _states() -> dict[str, Status]:
    """What a session may be in, beside running as planned."""
    now, before, over = status_at(), status_at(-4.0), status_at(96.8)
    offered = MarkView("touch-offered", now.clock_ms, now.infusion_ms, now.started_utc_ms)
    done = replace(over, playing=None, next=None, phase=None, infusion_state=InfusionState.DONE, player=Presence.NONE)
    paused_ms = ms_from_minutes(17)
    long_paused = replace(
        status_at(47.2),
        infusion_state=InfusionState.PAUSED,
        held=HoldReason.PAUSED,
        phase="ascent",
        playing=replace(now.cues[2], title="Low Meadow", energy=2.5, start_ms=ms_from_minutes(46)),
        position_ms=ms_from_minutes(1.2),
        next=None,
        ends_ms=ms_from_minutes(127),
        cues=tuple(
            each if each.start_ms < paused_ms else replace(each, start_ms=each.start_ms + ms_from_minutes(30.2))
            for each in now.cues
        ),
        infusion=Infusion(
            (Segment(ms_from_minutes(0), paused_ms), Segment(ms_from_minutes(47.2), ms_from_minutes(90.2)))
        ),
    )
    elsewhere = replace(
        now,
        is_external=True,
        output="external",
        playlist="",
        playing=None,
        next=None,
        phase=None,
        cues=(),
        ends_ms=ms_from_minutes(60),
        ends_utc_ms=now.started_utc_ms + ms_from_minutes(60),
        volume_db=0.0,
        player=Presence.NONE,
        log=now.log[1:4],
        undoable=TakenBack("a-1", "note", "note, minute 18", True, ms_from_minutes(18.0)),
    )
    return {
        "before": replace(
            before,
            infusion_state=InfusionState.BEFORE,
            infusion_ms=None,
            held=HoldReason.NOT_BEGUN,
            undoable=None,
            marks=(),
        ),
        "paused": replace(now, infusion_state=InfusionState.PAUSED, held=HoldReason.PAUSED, ducked=True),
        "grounding": replace(now, cover=Cover.RESCUE),
        "check": replace(
            status_at(29.8),
            marks=(*now.marks, offered),
            checks=(PlannedCheck(15 * 60_000, done=True), PlannedCheck(30 * 60_000), PlannedCheck(45 * 60_000)),
            quiet=True,
            notices=("The output is lost. The music is held, and moves to no other output.",),
        ),
        "held": replace(now, held=HoldReason.ASKED),
        "silence": replace(now, cover=Cover.SILENCE),
        "fading": replace(
            now,
            fading_out=True,
            next=None,
            ends_ms=now.clock_ms + 4_000,
            ends_utc_ms=now.started_utc_ms + now.clock_ms + 4_000,
            undoable=TakenBack("a-2", "fade-out", "FADE OUT 5, minute 27", False, now.clock_ms),
        ),
        "revived": replace(
            now,
            notices=("The player was started again where it was; nothing was heard for 1 s.",),
            log=(
                *now.log,
                LogLine(
                    now.clock_ms, now.infusion_ms, now.started_utc_ms + now.clock_ms, "the player was started again"
                ),
            ),
        ),
        "timing": replace(now, timing=True, notices=("Timing anew.",)),
        "spoken": replace(
            now,
            notices=(
                "An invitation to come back to the breath, long version plays over the lowered music; ' ends it.",
                "The output Room is lost and held alone; the music goes on at the others.",
            ),
        ),
        "ended": replace(done, state=SessionState.ENDED),
        "closed": replace(done, state=SessionState.CLOSED, undoable=None),
        "calm": long_paused,
        "ducked": replace(now, ducked=True),
        "open": replace(
            status_at(52.3),
            state=SessionState.ENDED,
            playing=None,
            next=None,
            phase=None,
            cues=now.cues[:7],
            ends_ms=ms_from_minutes(50.2),
            ends_utc_ms=now.started_utc_ms + ms_from_minutes(50.2),
            player=Presence.NONE,
        ),
        "late": replace(
            now, notices=("The music stood still for 12 s, with its program or the whole machine.", "Timing anew.")
        ),
        "lost": replace(now, player=Presence.NONE, notices=("The player is not running.",)),
        "looking": replace(now, looks=True, notices=(LOOKS,)),
        "elsewhere": elsewhere,
        "two": replace(
            now,
            output="Headphones + Room",
            outputs=(OutputState("Headphones", 0.0, held=False), OutputState("Room", -6.0, held=True)),
            notices=("The output Room is lost and held alone; the music goes on at the others.",),
        ),
    }


@pytest.mark.parametrize("size", [*SIZES, (200, 60)], ids=named)
@pytest.mark.parametrize("state", _states())
def test_live_state(snap_compare: Compare, state: str, size: tuple[int, int]) -> None:
    theme = "darkroom" if size == (120, 40) else "clinic"
    assert compared(
        snap_compare, Stage(None, lambda: LiveScreen(FakeSession(_states()[state]), None)), size, theme=theme
    )


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
    assert sum(path.stat().st_size for path in folder.rglob("*")) < 9_000_000


@pytest.mark.parametrize("size", [*SIZES, (200, 60)], ids=named)
@pytest.mark.parametrize("place", HANDED)
def test_handed_over(snap_compare: Compare, clinic: Clinic, place: str, size: tuple[int, int]) -> None:
    left = BegunForm((None,) * 20, Recall.WEEK, "2026-11-24T09:00", by_patient=True)
    app = Stage(clinic, lambda: SelfScreen(clinic, left, CODE, "lantern"))
    assert compared(snap_compare, app, size, HANDED[place])
