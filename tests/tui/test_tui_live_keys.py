"""Which keys stand in the live screen's bar as things are, and notices that are longer than a row."""

from dataclasses import replace

import pytest
from textual import events
from textual.geometry import Size
from textual.pilot import Pilot
from tui_fake_session import FakeSession, status_at
from tui_stage import Stage, on_stage, shown, words_shown

from setsetting.session.acts import ACTS
from setsetting.session.status import Cover, HoldReason, InfusionState, SessionState, Status
from setsetting.tui.screens.live import LiveScreen
from setsetting.tui.screens.live_keys import as_it_stands, commands
from setsetting.tui.widgets.session_lines import Notices, infusion_words
from setsetting.units import ms_from_minutes

ALL = commands()


def bar_of(status: Status, size: tuple[int, int] = (120, 40)) -> set[str]:
    return {each.name for command in ALL if (each := as_it_stands(command, status, Size(*size))).in_bar}


def test_a_screen_that_only_looks_has_no_keys_of_acts_and_closes_nothing() -> None:
    session = FakeSession(replace(status_at(), looks=True))
    assert bar_of(session.now) == {"refuse", "back", "help"}
    assert bar_of(session.now, (80, 24)) == {"chart", "help"}


def test_the_help_of_a_screen_that_only_looks_lists_what_it_can_do() -> None:
    app = Stage(None, lambda: LiveScreen(FakeSession(replace(status_at(), looks=True)), None))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("question_mark")
        words = words_shown(app)
        assert "This screen only looks" in words and "Leaves this screen" in words
        assert "FADE" not in words and "infusion" not in words.partition("Internal review")[0]

    on_stage(app, play, (80, 24))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_a_noise_bed_that_holds_counts_no_hours_down(size: tuple[int, int]) -> None:
    now = status_at()
    assert now.playing is not None
    bed = replace(now.playing, kind="bed", track_id=None, title="noise bed", length_ms=ms_from_minutes(180))
    app = Stage(None, lambda: LiveScreen(FakeSession(replace(now, held=HoldReason.PAUSED, playing=bed)), None))

    async def play(_pilot: Pilot[int]) -> None:
        assert any(row.split()[0] == "held" for row in shown(app) if row.strip())
        assert "−177:" not in words_shown(app), "hours are counted down"

    on_stage(app, play, size)


def test_nothing_is_flagged_or_refused_where_no_track_of_the_library_plays() -> None:
    elsewhere = replace(status_at(), is_external=True, playing=None, next=None)
    assert {"refuse", "mark-flag"} & bar_of(elsewhere) == set()
    assert {"refuse", "mark-flag"} <= bar_of(status_at())
    assert "mark-flag" not in bar_of(replace(status_at(), cover=Cover.SILENCE))
    assert "mark-flag" not in bar_of(replace(status_at(), state=SessionState.ENDED, playing=None))


def test_while_everything_fades_no_key_of_the_sound_stands_but_undo() -> None:
    acts = {act.name for act in ACTS if act.needs_player} | {"level"}
    assert acts & bar_of(replace(status_at(), fading_out=True)) == set()
    assert "undo" in bar_of(replace(status_at(), fading_out=True))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_past_its_planned_end_the_infusion_is_stopped_with_a_key_of_the_bar(size: tuple[int, int]) -> None:
    ran_on = replace(status_at(61.5), infusion_state=InfusionState.DONE)
    for status in (ran_on, replace(ran_on, is_external=True), replace(ran_on, state=SessionState.ENDED, playing=None)):
        assert "infusion-stop" in bar_of(status, size)
    assert "infusion-stop" not in bar_of(replace(ran_on, state=SessionState.CLOSED), size)


def test_an_infusion_that_was_stopped_says_when_beside_the_minute_of_now() -> None:
    now = status_at(27.5)
    stopped = replace(now, infusion_state=InfusionState.STOPPED, infusion_ended_ms=ms_from_minutes(26.5))
    said = "".join(words for words, _style in infusion_words(stopped))
    assert said.startswith("STOPPED  at 26:30 · now 27:30")
    assert " at " not in "".join(words for words, _style in infusion_words(now))


@pytest.mark.parametrize(
    ("notices", "rows"),
    [
        (("A" * 40 + " " + "B" * 40,), ["! " + "A" * 40, "  " + "B" * 40]),
        (("A" * 40 + " " + "B" * 40, "second"), ["! " + "A" * 40, "  " + "B" * 40, "! second"]),
        (("first", "A" * 40 + " " + "B" * 40), ["! first", "! " + "A" * 40, "  " + "B" * 40]),
    ],
)
def test_a_long_notice_goes_on_in_the_next_row(notices: tuple[str, ...], rows: list[str]) -> None:
    app = Stage(None, lambda: LiveScreen(FakeSession(replace(status_at(), notices=notices)), None))

    async def play(pilot: Pilot[int]) -> None:
        lines = app.screen.query_one(Notices).paint(80, 3)
        assert ["".join(cell.char for cell in line.cells).strip() for line in lines] == [row.strip() for row in rows]

    on_stage(app, play, (80, 24))


def test_an_act_and_a_mark_carry_the_moment_of_their_key_however_late_they_are_done() -> None:
    session = FakeSession(replace(status_at(), checks=()))
    app = Stage(None, lambda: LiveScreen(session, None))

    async def play(pilot: Pilot[int]) -> None:
        for key in ("d", "5", "w"):
            pressed = events.Key(key, key)
            pressed.time -= 3.0
            app.post_message(pressed)
            await pilot.pause()
        await pilot.press("d")
        assert [name for name, _argument in session.done] == ["duck", "volume", "mark-voice", "duck"]
        assert [3_000 <= ms < 60_000 for ms in session.ago_ms] == [True, True, True, False]

    on_stage(app, play, (80, 24))


def test_two_marks_that_were_pressed_apart_are_two_however_soon_one_after_the_other_they_are_done() -> None:
    session = FakeSession(replace(status_at(), checks=()))
    app = Stage(None, lambda: LiveScreen(session, None))

    async def play(pilot: Pilot[int]) -> None:
        for ago_s in (3.0, 2.0, 1.9):
            pressed = events.Key("w", "w")
            pressed.time -= ago_s
            app.post_message(pressed)
            await pilot.pause()
        assert [name for name, _argument in session.done] == ["mark-voice", "mark-voice"]

    on_stage(app, play, (80, 24))
