"""Lines, charts and strips: nothing leaves its width, whatever the infusion."""

import asyncio
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from setsetting.clinical.effect import phases_of
from setsetting.clinical.infusion import steady
from setsetting.soundscape.windows import TimedPhase
from setsetting.tui.line import Clipped, Line, changed, fit, whole_clauses, wrap
from setsetting.tui.theme import PALETTES, TEXT
from setsetting.tui.widgets.chart import EffectLine
from setsetting.tui.widgets.minute_axis import MinuteAxis
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.strips import CueBar, MarkFlag, MusicPhase
from setsetting.tui.widgets.table import Column, Table
from setsetting.tui.widgets.timeline import Timeline, TimelineView, effect_line
from setsetting.words.plain import width as width_of


def test_text_past_the_end_of_a_line_is_an_error_in_tests() -> None:
    with pytest.raises(Clipped):
        Line(10).put(5, "too long a word", TEXT)


def test_text_past_the_end_of_a_line_is_cut_for_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Line, "strict", False)
    line = Line(10)
    line.put(5, "too long a word", TEXT)
    assert line.text == "     too l"


def test_a_wide_character_takes_two_cells_and_never_half_a_line() -> None:
    line = Line(5)
    assert line.put(0, "音楽", TEXT) == 4
    assert width_of(line.text) == 5
    with pytest.raises(Clipped):
        line.put(4, "音", TEXT)


@pytest.mark.parametrize(
    ("text", "columns"), [("ที่นี่", 2), ("e\u0301t", 2), ("❤\ufe0f ok", 5), ("👨\u200d👩\u200d👧 3", 4), ("한글", 4)]
)
def test_a_sign_stands_in_its_columns_with_all_that_belongs_to_it(text: str, columns: int) -> None:
    line = Line(columns + 1)
    assert line.put(0, text, TEXT) == columns
    assert line.text == text + " "


def test_a_control_character_never_reaches_the_terminal() -> None:
    line = Line(8)
    line.put(0, "a\x1b[2Jb", TEXT)
    assert line.text == "a\ufffd[2Jb  "


@given(st.text(max_size=40), st.integers(0, 30))
def test_what_is_fitted_fits(text: str, width: int) -> None:
    assert width_of(fit(text, width)) <= width


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=12), max_size=30), st.integers(12, 60))
def test_wrapping_keeps_every_word_and_the_width(words: list[str], width: int) -> None:
    lines = wrap(" ".join(words), width)
    assert all(len(line) <= width for line in lines)
    assert " ".join(lines).split() == words


def test_only_the_cells_that_differ_are_named() -> None:
    before, after = Line(20), Line(20)
    before.put(3, "27:12", TEXT)
    after.put(3, "27:13", TEXT)
    assert changed(before, after) == (7, 8)
    assert changed(before, before) is None


@settings(max_examples=40)
@given(
    minutes=st.integers(5, 180),
    width=st.integers(40, 220),
    height=st.integers(4, 40),
    now=st.one_of(st.none(), st.floats(-15, 200)),
)
def test_a_timeline_of_any_infusion_draws_within_any_size(
    minutes: int, width: int, height: int, now: float | None
) -> None:
    infusion = steady(minutes)
    to_min = minutes + 35.0
    view = TimelineView(
        from_min=-10.0,
        to_min=to_min,
        infusion=infusion,
        effect=effect_line(infusion, to_min),
        phases=phases_of(infusion),
        music=(
            MusicPhase("arrive", -10, 0, 2.0),
            MusicPhase("peak", 0, minutes, 7.0),
            MusicPhase("return", minutes, to_min),
        ),
        cues=(CueBar(1, -10, 4.5, 2.0), CueBar(2, 4.5, minutes, 7.0), CueBar(12, minutes, to_min)),
        target=(TimedPhase("arrive", -10.0, 0.0, 2.0, 3.0), TimedPhase("peak", 0.0, float(minutes), 3.0, 8.0)),
        chosen=2,
        now_min=now,
        flags=(MarkFlag(0.0, "onset"), MarkFlag(1.0, "interruption"), MarkFlag(minutes, "return")),
    )
    lines = _Bare(view, legend=True).paint(width, height)
    assert len(lines) == height
    assert all(line.width == width for line in lines)


class _Bare(Timeline):
    """A timeline outside an app, in full colour."""

    _textured = False


def test_a_present_that_moves_on_within_its_minute_and_its_column_paints_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    painted = list[TimelineView | None]()
    monkeypatch.setattr(Timeline, "redraw", lambda timeline: painted.append(timeline._view))
    infusion = steady(60)
    view = TimelineView(0.0, 100.0, infusion, now_min=20.1)
    timeline = _Bare(view)
    timeline.paint(61, 8)  # two minutes a column
    for minute in (20.4, 20.9):
        timeline.show(replace(view, now_min=minute))
    assert not painted
    timeline.show(replace(view, now_min=21.0))
    timeline.show(replace(view, now_min=21.2, cues=(CueBar(1, 0.0, 30.0),)))
    assert [each and each.now_min for each in painted] == [21.0, 21.2]


def test_the_band_is_a_texture_where_colours_run_together() -> None:
    infusion = steady(60)
    view = TimelineView(-10, 90, infusion, effect_line(infusion, 90), phases_of(infusion))
    coarse = type("Coarse", (_Bare,), {"_textured": True})(view)
    chart = "".join(line.text for line in coarse.paint(100, 20)[:12])
    assert "░" in chart
    assert "░" not in "".join(line.text for line in _Bare(view).paint(100, 20)[:12])


def test_the_area_rises_to_the_modelled_peak_and_the_band_lies_round_it() -> None:
    line = effect_line(steady(60), 120)
    assert line is not None
    low, middle, high = line.at(60.9)
    assert middle == pytest.approx(1.0, abs=0.01)
    for minute in (5, 20, 40, 80, 110):
        low, middle, high = line.at(minute)
        assert low <= middle <= high
    assert line.at(-3) == (0.0, 0.0, 0.0)


def test_straight_lines_between_samples() -> None:
    line = EffectLine(0.0, 2.0, (0.0, 1.0), (0.0, 0.5), (0.0, 1.0))
    assert line.at(1.0) == (0.25, 0.5, 0.5)


@given(st.integers(5, 180), st.integers(30, 200))
def test_ticks_stand_apart_and_inside(minutes: int, width: int) -> None:
    axis = MinuteAxis(-10.0, minutes + 30.0, 10, width)
    columns = [axis.column(minute) for minute in axis.ticks()]
    assert columns == sorted(set(columns))
    assert all(axis.left <= column <= axis.end for column in columns)


def test_every_palette_names_the_same_colours() -> None:
    names = [set(colours) for colours in PALETTES.values()]
    assert all(each == names[0] for each in names)


def test_a_hint_that_has_no_room_beside_what_stands_gives_way_to_it() -> None:
    row = StatusRow("one key each, nothing to confirm; leaving stops nothing; ? is help", stays_low=True)
    assert "leaving stops nothing" in row.paint(120, 1)[0].text
    row.stand("u takes back: Continue infusion, minute 0")
    assert row.paint(80, 1)[0].text.strip() == "u takes back: Continue infusion, minute 0"


def test_how_far_a_scan_is_covers_nothing_that_was_said() -> None:
    row = StatusRow()
    row.rest("looking through 1/40")
    assert row.said == "looking through 1/40"
    row.say("That veto stands already.")
    row.rest("looking through 2/40")
    row.say_next("40 files: 40 new.")
    assert row.said == "That veto stands already."
    row.be_over()
    assert row.said == "40 files: 40 new."
    row.be_over()
    assert row.said == "looking through 2/40"


def test_what_was_said_before_a_command_is_not_left_behind_its_question() -> None:
    row = StatusRow("a hint")
    row.say("Minute 500 has not come yet.", wrong=True)
    row.leave_what_was_said_by(0.0)
    assert row.said == "Minute 500 has not come yet."
    row.leave_what_was_said_by(time.monotonic() + 1)
    assert row.said == "a hint"


@pytest.mark.parametrize("steady", [False, True])
def test_a_column_leaves_what_its_texts_do_not_need_to_one_that_is_cut(steady: bool) -> None:
    columns = (Column("title", 10, flex=True), Column("n", 3), Column("why", 10, flex=True))
    why, drawn = "opens the phase four seconds late", list[str]()
    table = Table[tuple[str, str]](columns, lambda row: ((row[0], TEXT), ("7", TEXT), (row[1], TEXT)), steady=steady)

    class OneTable(App[None]):
        def compose(self) -> ComposeResult:
            yield table

    async def run() -> None:
        async with OneTable().run_test(size=(60, 5)):
            table.show([("short", why), ("shorter", "fits")])
            drawn.extend(line.text for line in table.paint(60, 5))

    asyncio.run(run())
    _header, first, second, *_rest = drawn
    assert (why in first) is not steady and "fits" in second
    assert first.index("7") == second.index("7")


@pytest.mark.parametrize(
    ("act", "said"), [("", "every file is there as it was"), ("1 mend", "every file is there…    1 mend")]
)
def test_a_text_runs_on_over_the_empty_cells_beside_it(act: str, said: str) -> None:
    columns = (Column("found", 10, flex=True), Column("by", 4), Column("act", 8))
    cells = (("every file is there as it was", TEXT), ("", TEXT), (act, TEXT))
    table = Table[str](columns, lambda _row: cells)
    table._rows = ["a"]
    assert said in table.paint(34, 5)[1].text


@pytest.mark.parametrize(("width", "fades"), [(30, True), (27, False)])
def test_the_last_column_gives_way_to_a_text_that_is_cut_without_it(width: int, fades: bool) -> None:
    columns = (Column("title", 10, flex=True), Column("n", 1), Column("fade", 4, gives_way=True))
    table = Table[str](columns, lambda title: ((title, TEXT), ("7", TEXT), ("8 s", TEXT)))
    table._rows = ["Still Another Wand", "Sad"]
    header, first, *_rest = (line.text for line in table.paint(width, 5))
    assert ("fade" in header, "Still Another Wand" in first) == (fades, True)


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (80, "energy fits; startle 3.1 LU, not heard before; warm"),
        (50, "energy fits; startle 3.1 LU, not heard before"),
        (30, "energy fits; startle 3.1 LU"),
        (26, "energy fits"),
        (11, "energy fits"),
        (10, ""),
    ],
)
def test_a_reason_is_said_in_whole_clauses(width: int, said: str) -> None:
    assert whole_clauses("energy fits; startle 3.1 LU, not heard before; warm", width) == said
