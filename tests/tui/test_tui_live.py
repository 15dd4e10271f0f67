"""The live screen: one key each, what it says, how little it writes, and that leaving it stops nothing."""

import io
from dataclasses import fields, replace
from typing import Any

import pytest
from rich.console import Console, RenderableType
from textual._compositor import CompositorUpdate
from textual.pilot import Pilot
from textual.screen import Screen
from tui_fake_session import FakeSession, status_at
from tui_stage import Stage, named, on_stage, shown, words_shown

from setsetting.clinical.effect import LABEL
from setsetting.errors import Refused
from setsetting.review.words import internal_review
from setsetting.session.acts import ACTS, MARK_KEYS, Takes
from setsetting.session.checks import PlannedCheck
from setsetting.session.sounding import SoundState
from setsetting.session.status import Cover, HoldReason, InfusionState, LogLine, MarkView, SessionState, Status
from setsetting.tui.screens.live import LiveScreen
from setsetting.tui.widgets.keybar import KeyBar
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.present import ROWS, Present
from setsetting.tui.widgets.status import StatusRow

SIZES = ((80, 24), (120, 40), (200, 60))
SYNC_BYTES = 30
"""Begin and end of a synchronised update, and where the cursor goes."""


def live(session: FakeSession) -> Stage:
    return Stage(None, lambda: LiveScreen(session, None))


def said(app: Stage) -> str:
    return app.screen.query_one(StatusRow).said


def test_every_act_is_one_key_and_nothing_is_confirmed() -> None:
    session = FakeSession()
    app = live(session)
    acts = [act for act in ACTS if act.takes not in {Takes.DECIBELS, Takes.PROMPT, Takes.OUTPUT_DECIBELS}]

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press(*(act.key for act in acts))
        assert isinstance(app.screen, LiveScreen)

    on_stage(app, play)
    assert [name for name, _argument in session.done] == [act.name for act in acts]


def test_every_mark_is_one_key_and_a_note_asks_for_its_words() -> None:
    session = FakeSession()
    app = live(session)

    async def play(pilot: Pilot[int]) -> None:
        for name, key in MARK_KEYS.items():
            if name != "note":
                await pilot.press(key)
        await pilot.press(MARK_KEYS["note"], *"eyes open", "enter")
        await pilot.pause()

    on_stage(app, play)
    assert session.done == [
        *((f"mark-{name}", None) for name in MARK_KEYS if name != "note"),
        ("mark-note", "eyes open"),
    ]


def test_digits_set_the_level_below_the_plan() -> None:
    session = FakeSession()

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("6", "0")

    on_stage(live(session), play)
    assert session.done == [("volume", "-6"), ("volume", "0")]


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_the_status_row_says_what_an_act_did_and_what_undo_takes_back(size: tuple[int, int]) -> None:
    app = live(FakeSession())

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("d")
        assert "12 dB" in said(app)
        assert "u takes back: Duck −12, minute 27" in words_shown(app)
        await pilot.press(MARK_KEYS["distress"])
        assert "u takes back: distress, minute 27" in words_shown(app)
        await pilot.press("u")
        assert "takes back:" not in words_shown(app)

    on_stage(app, play, size)


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_a_key_says_when_it_ends_what_it_began(size: tuple[int, int]) -> None:
    app = live(FakeSession())

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("d")
        assert ("d Raise" if size[0] == 80 else "d End duck") in words_shown(app)
        await pilot.press("d")
        assert "u takes back: End duck, minute 27" in words_shown(app)

    on_stage(app, play, size)


@pytest.mark.parametrize("held", HoldReason)
@pytest.mark.parametrize("size", SIZES, ids=named)
def test_music_that_is_held_says_so_and_what_lets_it_go_on(held: HoldReason, size: tuple[int, int]) -> None:
    app = live(FakeSession(replace(status_at(), held=held)))
    keys = {HoldReason.NOT_BEGUN: "b begins", HoldReason.PAUSED: "c goes on", HoldReason.ASKED: ". or n ends it"}

    async def play(pilot: Pilot[int]) -> None:
        assert f"{keys[held]} · stays in peak" in words_shown(app)
        if size == (80, 24):
            await pilot.press("tab")
            (row,) = (row for row in shown(app) if "HELD (" in row)
            assert keys[held] in row and "ends at minute" in row

    on_stage(app, play, size)


def test_silence_until_next_counts_nothing_down() -> None:
    app = live(FakeSession(replace(status_at(), cover=Cover.SILENCE)))

    async def play(pilot: Pilot[int]) -> None:
        assert "until next (n)" in words_shown(app) and "−6:06" not in words_shown(app)
        await pilot.press("tab")
        row = next(row for row in shown(app) if "SILENCE until next (n)" in row)
        assert ":" not in row and "n Plan" in words_shown(app)

    on_stage(app, play)


def test_what_was_before_the_infusion_keeps_its_minutes_once_it_has_begun() -> None:
    begun_late = replace(
        status_at(), infusion_zero_ms=120_000, log=(LogLine(-60_000, 0, 0, "patient spoke"),), marks=()
    )
    app = live(FakeSession(begun_late))

    async def play(_pilot: Pilot[int]) -> None:
        assert any("−3:00 patient spoke" in row for row in shown(app))

    on_stage(app, play)


class Refusing(FakeSession):
    def act(self, name: str, argument: str | None = None, *, ago_ms: int = 0) -> str:
        raise Refused("The infusion has not begun.")


CHECKS = (PlannedCheck(15 * 60_000, done=True), PlannedCheck(30 * 60_000))


@pytest.mark.parametrize("state", InfusionState)
@pytest.mark.parametrize(("cover", "ducked"), [(None, False), (Cover.SILENCE, True)])
def test_at_80_by_24_the_key_bar_leaves_the_figures_and_the_chart_their_rows(
    state: InfusionState, cover: Cover | None, ducked: bool
) -> None:
    now = status_at()
    offered = MarkView("touch-offered", now.clock_ms, now.infusion_ms, now.started_utc_ms)
    all_at_once = replace(now, marks=(*now.marks, offered), checks=CHECKS)
    app = live(FakeSession(replace(all_at_once, infusion_state=state, cover=cover, ducked=ducked)))

    async def play(pilot: Pilot[int]) -> None:
        rows = app.screen.query_one(KeyBar).size.height
        assert rows == 3, "the key bar has not three rows: an act too many is told `in_bar=False` in its row of ACTS"
        assert app.screen.query_one(Present).size.height >= ROWS
        await pilot.press("tab")
        assert "infusion" in "".join(row[:10] for row in shown(app)[3:])

    on_stage(app, play)


@pytest.mark.parametrize("name", [each.name for each in fields(SoundState) if each.name in Status.__dataclass_fields__])
def test_what_an_act_leaves_in_force_is_seen(name: str) -> None:
    now = status_at()
    value = getattr(now, name)
    other = Cover.RESCUE if value is None else not value if isinstance(value, bool) else value - 6.0
    seen: list[list[str]] = []

    async def play(_pilot: Pilot[int]) -> None:
        seen.append(shown(app))

    for status in (now, replace(now, **{name: other})):
        app = live(FakeSession(status))
        on_stage(app, play)
    before, after = seen
    differs = before != after
    assert differs, f"{name} = {other} is not seen in setsetting/tui/widgets/present.py"


def test_a_refusal_is_a_sentence_in_the_status_row() -> None:
    app = live(Refusing())

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("i")
        assert said(app) == "The infusion has not begun."

    on_stage(app, play)


def test_leaving_lets_go_and_stops_nothing() -> None:
    session = FakeSession()
    app = live(session)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("escape")
        assert not isinstance(app.screen, LiveScreen)

    on_stage(app, play)
    assert session.detached
    assert session.done == []


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_every_key_of_the_bar_is_seen_whole(size: tuple[int, int]) -> None:
    app = live(FakeSession())

    async def play(pilot: Pilot[int]) -> None:
        bar = app.screen.query_one(KeyBar)
        words = " ".join(shown(app)[bar.region.y : bar.region.bottom])
        for command in app.screen.commands():  # type: ignore[attr-defined]
            if command.in_bar:
                assert command.keys_shown in words
                assert command.label in words or command.short in words
        assert bar.region.bottom == size[1]

    on_stage(app, play, size)


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_what_the_model_is_and_is_not_stands_there_word_for_word(size: tuple[int, int]) -> None:
    app = live(FakeSession())

    async def play(pilot: Pilot[int]) -> None:
        if size == (80, 24):
            assert app.screen.query_one(Disclaimer).size.height == 1, "small print leaves the log and the cues room"
            assert internal_review() in words_shown(app)
            await pilot.press("question_mark", "end")
            await pilot.pause()
        assert LABEL in words_shown(app)
        assert internal_review() in words_shown(app)

    on_stage(app, play, size)


def test_only_the_infusion_keys_that_make_sense_are_shown() -> None:
    session = FakeSession(replace(status_at(-5.0), infusion_state=InfusionState.BEFORE, infusion_ms=None))
    app = live(session)

    async def play(pilot: Pilot[int]) -> None:
        assert "Begin infusion" in words_shown(app)
        assert "Pause infusion" not in words_shown(app)
        assert "due in 5:00" in words_shown(app)
        session.now = replace(
            status_at(3.0), infusion_state=InfusionState.BEFORE, infusion_ms=None, infusion_zero_ms=3 * 60_000
        )
        app.screen.refresh_status()  # type: ignore[attr-defined]
        await pilot.pause()
        assert "was due 3:00 ago" in words_shown(app)
        session.now = replace(status_at(5.0), infusion_state=InfusionState.PAUSED)
        app.screen.refresh_status()  # type: ignore[attr-defined]
        await pilot.pause()
        assert "Continue infusion" in words_shown(app)
        assert "PAUSED" in words_shown(app)

    on_stage(app, play, (120, 40))


def test_an_infusion_that_is_open_is_stopped_after_the_music_too_and_a_closed_session_has_no_act() -> None:
    session = FakeSession(replace(status_at(), state=SessionState.ENDED, playing=None, next=None))
    app = live(session)

    async def play(pilot: Pilot[int]) -> None:
        assert "Stop infusion" in words_shown(app) and "Grounding" not in words_shown(app)
        session.now = replace(session.now, state=SessionState.CLOSED)
        app.screen.refresh_status()  # type: ignore[attr-defined]
        await pilot.pause()
        assert "Stop infusion" not in words_shown(app) and "Distress" not in words_shown(app)

    on_stage(app, play, (120, 40))


def test_a_notice_stands_until_it_is_over() -> None:
    session = FakeSession(replace(status_at(), notices=("The output is lost; the music is held.",), durable=False))
    app = live(session)

    async def play(pilot: Pilot[int]) -> None:
        assert "The output is lost; the music is held." in words_shown(app)
        session.now = status_at()
        app.screen.refresh_status()  # type: ignore[attr-defined]
        await pilot.pause()
        assert "output is lost" not in words_shown(app)

    on_stage(app, play)


def test_below_80_by_24_it_says_so_and_fade_rescue_and_silence_work() -> None:
    session = FakeSession()
    app = live(session)

    async def play(pilot: Pilot[int]) -> None:
        assert "smaller than 80 x 24" in words_shown(app)
        assert "space fades out" in words_shown(app)
        await pilot.press("g", "s", "space")

    on_stage(app, play, (60, 16))
    assert [name for name, _argument in session.done] == ["rescue", "silence", "fade-out"]


def test_growing_the_window_brings_the_screen_back() -> None:
    app = live(FakeSession())

    async def play(pilot: Pilot[int]) -> None:
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "smaller than" not in words_shown(app)
        assert "Weightless Harbour" in words_shown(app)

    on_stage(app, play, (60, 16))


def test_a_look_that_was_due_when_the_screen_was_left_says_nothing_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    session = FakeSession()
    left = LiveScreen(session, None)
    app = live(FakeSession())

    def closed() -> Status:
        raise Refused("The session has been closed.")

    async def play(pilot: Pilot[int]) -> None:
        app.push_screen(left)
        await pilot.pause()
        left.leave("The rehearsal is closed.")
        monkeypatch.setattr(session, "status", closed)
        left.refresh_status()
        assert said(app) == "The rehearsal is closed."

    on_stage(app, play)


def test_all_that_moves_on_moves_on_with_the_infusion_s_second(monkeypatch: pytest.MonkeyPatch) -> None:
    session, drawn = FakeSession(), list[Status]()
    app = live(session)

    async def play(pilot: Pilot[int]) -> None:
        monkeypatch.setattr(LiveScreen, "_draw", lambda _screen, status, _clock: drawn.append(status))
        at = status_at(27.2)
        for passed_ms in range(0, 4000, 500):  # of the track another half of the second has passed than of the infusion
            now_ms = at.clock_ms + passed_ms
            position_ms = at.position_ms + passed_ms + 600
            session.now = replace(at, clock_ms=now_ms, infusion_ms=now_ms, position_ms=position_ms)
            app.screen.refresh_status()  # type: ignore[attr-defined]
        await pilot.pause()
        assert [each.infusion_ms for each in drawn] == [at.clock_ms + second * 1000 for second in (1, 2, 3)]
        assert [each.position_ms - at.position_ms for each in drawn] == [1000, 2000, 3000]

    on_stage(app, play)


class Weighing(Stage):
    """Counts the bytes a terminal would be sent, in full colour."""

    sent = 0

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        console = Console(color_system="truecolor", force_terminal=True, file=io.StringIO())
        if isinstance(renderable, CompositorUpdate):
            self.sent += len(renderable.render_segments(console).encode()) + SYNC_BYTES
        elif renderable is not None:
            self.sent += sum(len(segment.text.encode()) for segment in console.render(renderable)) + SYNC_BYTES


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_a_running_session_writes_at_most_two_kilobytes_a_second(size: tuple[int, int]) -> None:
    session = FakeSession()
    app = Weighing(None, lambda: LiveScreen(session, None))
    seconds = 40

    async def play(pilot: Pilot[int]) -> None:
        assert app.sent > 4_000
        app.sent = 0
        for second in range(1, seconds + 1):
            session.now = status_at(27.2 + second / 60)
            app.screen.refresh_status()  # type: ignore[attr-defined]
            await pilot.pause()
        assert 0 < app.sent <= 2048 * seconds

    on_stage(app, play, size)
