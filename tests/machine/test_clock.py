"""Times as people type them: one that was never is refused, one that was twice has two readings."""

from zoneinfo import ZoneInfo

import pytest

from setsetting.errors import UsageError
from setsetting.machine.clock import local, parse_moment, readings
from setsetting.words.numbers import local_text

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def shown(text: str, zone: ZoneInfo = BERLIN) -> str:
    return local(parse_moment(text, zone)[0], zone).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-24", "2026-11-24T00:00+01:00"),
        ("2026-11-24T10:30", "2026-11-24T10:30+01:00"),
        ("2026-11-24 10:30", "2026-11-24T10:30+01:00"),
        (" 2026-11-24T10:30:59.5 ", "2026-11-24T10:30+01:00"),
        ("2026-11-24T10:30Z", "2026-11-24T11:30+01:00"),
        ("2026-11-24T10:30-05:00", "2026-11-24T16:30+01:00"),
        ("2026-03-29T01:59", "2026-03-29T01:59+01:00"),
        ("2026-03-29T03:00", "2026-03-29T03:00+02:00"),
        ("2026-03-29T02:30+01:00", "2026-03-29T03:30+02:00"),
    ],
)
def test_a_time_is_the_zone_s_own_unless_its_offset_says_otherwise(typed: str, meant: str) -> None:
    assert shown(typed) == meant
    assert parse_moment(typed, BERLIN)[1] == (len(typed) == 10)
    assert readings(typed, BERLIN) == (typed,)


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("2026-03-29T02:00", BERLIN),
        ("2026-03-29T02:30", BERLIN),
        ("2026-03-29 02:59:59.999", BERLIN),
        ("2026-03-08T02:30", NEW_YORK),
        ("2011-12-30", ZoneInfo("Pacific/Apia")),
    ],
)
def test_a_time_that_the_clock_was_put_forward_over_is_refused(typed: str, zone: ZoneInfo) -> None:
    with pytest.raises(UsageError, match=f"did not exist in {zone}"):
        parse_moment(typed, zone)


def test_a_day_that_began_late_begins_when_it_did() -> None:
    assert shown("2026-04-24", ZoneInfo("Africa/Cairo")) == "2026-04-24T01:00+03:00"


def test_a_time_that_was_twice_has_two_readings_and_an_offset_decides() -> None:
    early, late = readings("2026-10-25T02:30", BERLIN)
    assert (early, late) == ("2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00")
    assert readings(late, BERLIN) == (late,)
    first, second, untold = (parse_moment(text, BERLIN)[0] for text in (early, late, "2026-10-25 02:30"))
    assert (second - first, untold) == (3_600_000, first)
    assert [local_text(at_ms, BERLIN) for at_ms in (first, second)] == [
        "2026-10-25 02:30+02:00",
        "2026-10-25 02:30+01:00",
    ]
    assert local_text(second + 1_800_000, BERLIN) == "2026-10-25 03:00"


@pytest.mark.parametrize(
    "typed",
    ["2026-W10-1", "2026W101", "20260301", "20260301T103000", "2026-060", "2026-3-1", "2026-03-01T10", "2026-03-01T1030",
     "2026-03-01T24:00", "2026-03-01T10:60", "2026-03-01T10:30:60", "2026-03-01T10:30+25:00", "2026-03-01T10:30+0100",
     "2026-02-29", "0001-01-01", "1969-12-31", "9999-01-01", "2026-03-01T", "01.03.2026", "03/01/2026", "1772319600",
     "today", "", "\u0662\u0660\u0662\u0666-03-01", "\uff12\uff10\uff12\uff16-03-01", "2026-03-01T10:30\x00"],
)  # fmt: skip
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match="is no date or time"):
        parse_moment(typed, BERLIN)
