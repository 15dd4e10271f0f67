"""A change that is sealed before its day: what is fixed, what can't be mended afterwards, and a result whatever it shows."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import case_clinic
import pytest

from setsetting.desk import changes, charts, clinic, seals
from setsetting.desk.clinic import Clinic
from setsetting.desk.seals import Sealing
from setsetting.errors import NotFound, Refused, UsageError
from setsetting.record import kinds
from setsetting.review.measures import Measure, Per
from setsetting.units import Milliseconds
from setsetting.views import change as views


class At:
    """A clock that stands still at noon of a day."""

    def __init__(self, day: str) -> None:
        self._ms = round(datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC).timestamp() * 1000)

    def utc_ms(self) -> Milliseconds:
        return Milliseconds(self._ms)

    def mono_ms(self) -> Milliseconds:
        return Milliseconds(self._ms)


ASKED = Sealing("new lamps", "2025-02-05", "2025-03-31", Measure.INTERRUPTIONS, Per.SESSION)


def held(made: Clinic, days: range, counts: list[int]) -> None:
    """A session on each day, with so many interruptions."""
    with made.record() as record:
        for day, n in zip(days, counts, strict=True):
            row = {"patient": "P01", "session_no": f"{day + 1}", "day": str(day), "exposed": "1"}
            drafts = case_clinic.session_of(row)
            logged = kinds.SettingLogged(f"P01-{day + 1}", {"interruptions": str(n)}, {})
            record.append_all([replace(each, payload=logged) if "logged" in each.kind else each for each in drafts])


@pytest.fixture
def made(tmp_path: Path) -> Clinic:
    """Fourteen sessions in January 2025, and it is the 1st of February."""
    new = replace(clinic.init(tmp_path / "clinic"), clock=At("2025-02-01"))
    with new.record() as record:
        record.append("patient.added", kinds.PatientAdded("P01", "P01"))
    held(new, range(14), [3, 5, 4, 6, 2, 5, 3, 6, 4, 2, 5, 3, 4, 6])
    return new


def test_what_is_fixed_is_hashed_with_its_power_and_flags_every_chart(made: Clinic) -> None:
    viewed = seals.seal(made, ASKED)
    told = viewed.row.sealed
    assert (told.before, told.expected) == (14, 29)
    assert told.one_sd_permille < told.two_sd_permille
    assert len(told.digest) == 64
    assert (viewed.result, viewed.unchanged, viewed.beforehand) == (None, True, True)
    flags = charts.of_clinic(made, Measure.LIKING, Per.SESSION).chart.flags
    assert [flag.words for flag in flags] == ["new lamps"]
    assert "from the day after, its result is printed, whatever it shows" in "\n".join(views.sealed_in_words(viewed))


def test_the_result_is_printed_whatever_it_shows_and_each_look_is_noted(made: Clinic) -> None:
    name = seals.seal(made, ASKED).row.event_id
    held(made, range(32, 46), [5, 3, 4, 6, 2, 5, 3, 6, 4, 2, 5, 3, 4, 6])
    assert seals.show(replace(made, clock=At("2025-03-31")), name).result is None
    over = replace(made, clock=At("2025-04-01"))
    viewed = seals.show(over, name[:8])
    assert viewed.result is not None
    assert (viewed.result.before, viewed.result.after) == (14, 14)
    words = "\n".join(views.sealed_in_words(viewed))
    assert "Result: no signal: can't tell." in words
    assert "A signal says that something changed, never what or why." in words
    assert [each.row.opened for each in seals.listed(over)] == [1]
    assert seals.listed(over)[0].result == viewed.result
    held(over, range(100, 114), [0] * 14)
    assert seals.show(over, name).result == viewed.result, "what comes after the fixed day changes nothing"


def test_a_shift_shows(made: Clinic) -> None:
    name = seals.seal(made, ASKED).row.event_id
    held(made, range(32, 46), [0] * 14)
    found = seals.show(replace(made, clock=At("2025-04-01")), name).result
    assert found is not None
    assert found.chart is not None
    assert found.chart.parts[0].rules.signal


def test_where_most_points_before_are_zero_nothing_is_a_signal(made: Clinic) -> None:
    held(made, range(14, 31), [0] * 17)
    name = seals.seal(made, ASKED).row.event_id
    held(made, range(36, 50), [1] * 14)
    viewed = seals.show(replace(made, clock=At("2025-04-01")), name)
    words = "\n".join(views.sealed_in_words(viewed))
    assert "30 points before, most of them zero, and 15 after: the run rules do not hold" in words
    assert "signal" not in words
    data = views.sealed_as_data(viewed)["result"]
    assert (data["signal"], data["zero_before"]) == (False, True)


def test_a_change_that_was_taken_back_is_told_with_its_result(made: Clinic) -> None:
    viewed = seals.seal(made, ASKED)
    changes.withdraw(made, viewed.row.sealed.change_id, "the lamps broke")
    assert "The change itself was taken back since." in "\n".join(views.all_sealed_in_words(seals.listed(made)))


def test_an_edited_seal_is_refused(made: Clinic) -> None:
    name = seals.seal(made, ASKED).row.event_id
    with closing(sqlite3.connect(made.folder / "record.db")) as eve, eve:
        eve.execute("UPDATE change_sealed SET until = '2025-02-28'")
    with pytest.raises(Refused, match="change_sealed is not what was recorded"):
        seals.listed(made)
    with pytest.raises(Refused, match="does not verify"):
        seals.show(made, name)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"day": "2025-02-01"}, "sealed before its day; 2025-02-01 is not to come"),
        ({"until": "2025-02-05"}, "until a day after the change"),
        ({"words": " "}, "not said"),
        ({"measure": Measure.COURSES}, "--per month"),
        ({"day": "2025-02-05T10:00"}, "no time of the day"),
    ],
)
def test_what_cannot_be_sealed_is_said(made: Clinic, changed: dict[str, object], says: str) -> None:
    with pytest.raises((Refused, UsageError), match=says):
        seals.seal(made, replace(ASKED, **changed))  # type: ignore[arg-type]
    assert (seals.listed(made), changes.listed(made)) == ([], [])
    with pytest.raises(NotFound, match="sealed change"):
        seals.show(made, "3f6c")


def test_a_month_counts_when_it_is_over_and_the_one_of_the_change_is_of_neither_side(made: Clinic) -> None:
    name = seals.seal(made, replace(ASKED, per=Per.MONTH)).row.event_id
    held(made, range(32, 46), [0] * 14)
    held(made, range(60, 62), [1, 1])
    found = seals.show(replace(made, clock=At("2025-05-01")), name).result
    assert found is not None
    assert (found.before, found.after) == (1, 1)
