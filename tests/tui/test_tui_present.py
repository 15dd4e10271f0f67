"""The large figures: read from two metres at every size, and nothing of them leaves its place."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tui_fake_session import status_at

from setsetting.player.status import OutputState
from setsetting.session.status import Cover, HoldReason, InfusionState, Presence, SessionState, Status
from setsetting.tui.line import Line
from setsetting.tui.widgets.figures import HIGH, LOW, draw, figure, fitted
from setsetting.tui.widgets.now_playing import by_whom, titled
from setsetting.tui.widgets.present import ROWS, ROWS_LARGER, Present
from setsetting.words.numbers import MINUS

LONDON = ZoneInfo("Europe/London")


def painted(status: Status, width: int = 80, height: int = ROWS) -> list[Line]:
    present = Present(LONDON)
    present.show(status)
    return present.paint(width, height)


def dotted(lines: list[Line], words: str, rows: int, x: int) -> bool:
    """Whether these words stand in dots from a column on, whatever their row."""
    drawn = figure(words)
    assert drawn is not None
    alone = [Line(x + drawn.width(rows)) for _row in range(rows)]
    draw(alone, (x, 0), drawn, rows, "text")

    def dots(line: Line, until: int) -> list[bool]:
        return [cell.char in "▀▄" or cell.bg not in {"ground", "panel"} for cell in line.cells[x:until]]

    wanted = [dots(line, line.width) for line in alone]
    found = [dots(line, x + drawn.width(rows)) for line in lines]
    return any(found[y : y + rows] == wanted for y in range(len(found)))


@pytest.mark.parametrize("width", [80, 120])
def test_minute_phase_end_and_title_stand_in_figures(width: int) -> None:
    lines = painted(status_at(52.3), width)
    assert dotted(lines, "52", HIGH, 2)
    assert dotted(lines, "DESCENT", LOW, 24)
    ends = figure("11:36")
    assert ends is not None
    assert dotted(lines, "11:36", LOW, width - 2 - ends.width(LOW))
    assert dotted(lines, "LONG LIGHT", LOW, 2)


def test_where_there_is_room_phase_and_end_are_as_large_as_the_minute() -> None:
    assert dotted(painted(status_at(), 200, ROWS_LARGER), "PEAK", HIGH, 24)


@settings(max_examples=60)
@given(
    width=st.integers(80, 240),
    height=st.integers(1, 18),
    now=st.floats(-9, 130),
    title=st.text(max_size=40),
    phase=st.sampled_from(["peak", "silence1", "a-phase-of-a-very-long-name", None]),
    sound=st.fixed_dictionaries(
        {
            "held": st.one_of(st.none(), st.sampled_from(HoldReason)),
            "cover": st.one_of(st.none(), st.sampled_from(Cover)),
            "state": st.sampled_from(SessionState),
            "infusion_state": st.sampled_from(InfusionState),
        }
    ),
)
def test_any_session_is_drawn_within_any_size(
    *, width: int, height: int, now: float, title: str, phase: str | None, sound: dict[str, Any]
) -> None:
    status = status_at(now)
    playing = None if status.playing is None else replace(status.playing, title=title)
    infusion_ms = None if sound["infusion_state"] is InfusionState.BEFORE else max(0, status.clock_ms)
    shown = replace(status, playing=playing, phase=phase, infusion_ms=infusion_ms, **sound)
    assert len(painted(shown, width, height)) == height


def test_an_end_that_trembles_stays_where_it_is_shown() -> None:
    status = replace(status_at(), ends_utc_ms=60_000)
    present = Present(LONDON)
    present.show(status)
    before = [line.cells for line in present.paint(80, ROWS)]
    present.show(replace(status, ends_utc_ms=59_990))
    assert [line.cells for line in present.paint(80, ROWS)] == before


def test_a_title_is_cut_between_its_words_and_one_without_shapes_has_none() -> None:
    whole, cut = figure("Weightless Harbour"), fitted("Weightless Harbour", 60, LOW)
    assert whole is not None and cut is not None
    assert cut == figure("Weightless…")
    assert fitted("Élan", 60, LOW) == figure("ELAN")
    assert fitted("ทะเลสงบ", 60, LOW) is None


def test_what_holds_to_the_end_of_the_hold_tells_no_time() -> None:
    held = replace(status_at(), held=HoldReason.PAUSED, next=None)
    words = ["".join(cell.char for cell in line.cells) for line in painted(held)]
    assert any(row.startswith("  held") for row in words)
    assert not any("━" in row for row in words)


def words_of(status: Status) -> str:
    return "\n".join("".join(cell.char for cell in line.cells) for line in painted(status, 120))


def test_music_that_ended_while_the_infusion_is_open_says_so_and_how_it_is_stopped() -> None:
    shown = words_of(replace(status_at(), state=SessionState.ENDED, playing=None, next=None))
    assert "the music; the infusion is open" in shown and "x stops the infusion" in shown
    assert "all ended" not in shown


def test_without_a_player_or_with_every_output_held_nothing_sounds_and_that_stands_large() -> None:
    held = (OutputState("Headphones", 0.0, held=True),)
    for lost in (replace(status_at(), player=Presence.NONE), replace(status_at(), outputs=held)):
        assert dotted(painted(lost), "LOST", LOW, 24)
        assert "nothing sounds" in words_of(lost)


def test_while_everything_fades_nothing_is_told_to_come_but_the_end_and_what_brings_it_back() -> None:
    fading = replace(status_at(), fading_out=True, next=None, ends_ms=status_at().clock_ms + 4_000)
    shown = words_of(fading)
    assert "the music ends" in shown and "u brings it back, while it fades" in shown
    assert "-0:04" in shown.replace(MINUS, "-") and "nothing: everything fades out" in shown
    assert "descent at minute" not in shown and "all ends" not in shown


def test_an_end_that_is_timed_anew_is_told_as_about() -> None:
    assert "all ends, in about 70 min" in words_of(replace(status_at(), timing=True))


def test_of_two_outputs_each_own_level_is_told() -> None:
    two = (OutputState("Headphones", 0.0), OutputState("Room", -6.0, held=True))
    assert "Headphones + Room −6 dB held" in words_of(replace(status_at(), outputs=two))


def test_a_closed_session_offers_no_act() -> None:
    assert "esc leaves" in words_of(replace(status_at(), state=SessionState.CLOSED, playing=None, next=None))


def test_music_from_elsewhere_has_no_plan_by_which_the_infusion_is_due() -> None:
    waits = replace(
        status_at(3), infusion_state=InfusionState.BEFORE, infusion_ms=None, is_external=True, cues=(), playing=None
    )
    assert dotted(painted(waits), "WAITS", LOW, 24)
    assert "NOT BEGUN" in words_of(waits) and "due" not in words_of(waits)


def test_before_its_planned_minute_the_end_is_told_as_if_the_infusion_began_now() -> None:
    due = status_at(0)
    waits = replace(
        due,
        infusion_state=InfusionState.BEFORE,
        infusion_ms=None,
        held=HoldReason.NOT_BEGUN,
        clock_ms=-600_000,
        infusion_zero_ms=0,
        ends_ms=3_900_000,
        ends_utc_ms=due.started_utc_ms + 4_500_000,
    )
    words = words_of(waits)
    assert dotted(painted(waits, 120), "+65", LOW, 120 - 2 - figure("+65").width(LOW))  # type: ignore[union-attr]
    assert "minutes after b, all ends" in words and "11:05 if begun now" in words
    late = replace(waits, clock_ms=120_000, ends_ms=4_020_000, ends_utc_ms=due.started_utc_ms + 3_900_000)
    assert "11:05 if begun now" in words_of(late)


def test_of_music_from_elsewhere_only_the_infusion_s_end_is_told() -> None:
    runs = replace(status_at(3), is_external=True, cues=(), playing=None)
    assert "the infusion ends, in" in words_of(runs) and "all ends" not in words_of(runs)
    waits = replace(runs, infusion_state=InfusionState.BEFORE, infusion_ms=None)
    assert "minutes after b, it ends" in words_of(waits) and "if begun now" in words_of(waits)
    assert "the infusion ended" in words_of(replace(runs, infusion_state=InfusionState.STOPPED))


def test_a_long_title_leaves_room_for_who_plays() -> None:
    looked = status_at()
    assert looked.playing is not None
    cue = replace(looked.playing, title="Requiem for a Harbour that Nobody Remembers", artist="Ana Sol", energy=3.0)
    told = "".join(words for words, _style in titled(cue, 46))
    assert told.startswith("Requiem for a") and "— Ana Sol" in told and told.endswith("e3") and len(told) <= 46
    assert "— Ana Sol" in "".join(words for words, _style in titled(replace(cue, title="Still"), 30))
    alone = "".join(words for words, _style in by_whom(cue, 30))
    assert alone == "Ana Sol  e3", "a title that stands in large letters takes no room beside it"
