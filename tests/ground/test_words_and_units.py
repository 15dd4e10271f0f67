"""Numbers as people read them, and times as frames."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from setsetting.errors import nearest, unknown
from setsetting.units import frames_from_ms, ms_from_frames
from setsetting.words.numbers import clock, minutes_text, number_typed, signed, utc_text
from setsetting.words.plain import cut, width


def test_a_position_reads_as_minutes_and_seconds() -> None:
    assert [clock(ms) for ms in (0, 65_000, -600_000, 5_000_000, -400)] == ["0:00", "1:05", "−10:00", "83:20", "0:00"]


def test_a_change_carries_its_sign_and_nothing_is_plain() -> None:
    assert [signed(value) for value in (3, -12, 0, -0.4)] == ["+3", "−12", "0", "0"]


def test_an_instant_ends_in_z() -> None:
    assert utc_text(0) == "1970-01-01T00:00:00Z"
    assert [minutes_text(ms) for ms in (2_400_000, 2_310_000, 232_105)] == ["40 min", "38.5 min", "3.9 min"]


@pytest.mark.parametrize(
    ("text", "number"),
    [("40", 40), (" 7.5 ", 7.5), ("7,5", 7.5), ("0,125", 0.125), (".5", 0.5), ("-3", -3), ("\N{MINUS SIGN}3", -3)],
)
def test_a_number_is_typed_in_plain_digits(text: str, number: float) -> None:
    assert number_typed(text) == number


@pytest.mark.parametrize(
    "text",
    ["", "-", "+5", "1_000", "1,000", "1e3", "nan", "inf", "0x1f", "5.", "1 000", "\u0661\u0662", "\uff15", "\u00b2"],
)
def test_what_may_be_another_number_is_none(text: str) -> None:
    assert math.isnan(number_typed(text))


@given(st.integers(-(10**9), 10**9), st.sampled_from([44_100, 48_000]))
def test_a_millisecond_survives_the_way_to_frames_and_back(ms: int, rate_hz: int) -> None:
    assert ms_from_frames(frames_from_ms(ms, rate_hz), rate_hz) == ms


def test_nearest_name_is_offered_and_nonsense_gets_none() -> None:
    assert nearest("montreal40", ["montreal-40", "psychedelic-60"]) == "montreal-40"
    assert nearest("zzzz", ["montreal-40"]) is None
    assert "montreal-40" in str(unknown("playlist", "Montreal-4", ["montreal-40"]))


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("plain — text", 12),
        ("ทำ ที่นี่", 5),
        ("नमस्ते", 4),
        ("❤\ufe0f", 2),
        ("❤", 1),
        ("1\ufe0f\u20e3", 2),
        ("👍🏽", 2),
        ("👨\u200d👩\u200d👧", 2),
        ("音楽", 4),
        ("e\u0301", 1),
        ("a\u200bb", 2),
    ],
)
def test_text_is_as_wide_as_it_is_drawn(text: str, columns: int) -> None:
    assert width(text) == columns


def test_a_text_is_cut_between_signs() -> None:
    assert cut("ที่นี่ที่นี่", 3) == "ที่นี่…"
    assert cut("ab👨\u200d👩\u200d👧cd", 4) == "ab…"
