"""Charts of the clinic's own sessions, and the changes that stand in them as flags."""

from datetime import date
from pathlib import Path

import pytest

from setsetting.clinical.setting import Setting
from setsetting.clinical.setting_file import SettingLog
from setsetting.desk import changes, charts, clinic, closing, corrections, minutes, patients, undoing
from setsetting.desk.clinic import Clinic
from setsetting.errors import Refused, UsageError
from setsetting.record import kinds
from setsetting.record.log import Draft
from setsetting.record.statement_kinds import CourseEnded
from setsetting.review.measures import Measure, Per
from setsetting.units import Milliseconds, Minutes
from setsetting.views import chart as views

DAY_MS = 24 * 60 * 60 * 1000
PLANNED = (kinds.StoredSegment(Milliseconds(0), Milliseconds(2_400_000)),)


@pytest.fixture
def held(tmp_path: Path) -> Clinic:
    """Three sessions a month ago, each a day after the other; the second was a rehearsal."""
    made = clinic.init(tmp_path / "clinic")
    patients.add(made, "K-0417")
    with made.record() as record:
        patient_id = record.events(kind="patient.added")[0].subject
        assert patient_id is not None
        record.append_all(
            [draft for number in range(3) for draft in _session(made, patient_id, number, rehearsal=number == 1)]
        )
    return made


def _session(made: Clinic, patient_id: str, number: int, *, rehearsal: bool) -> list[Draft]:
    session_id = f"session-{number}"
    at_ms = Milliseconds(made.clock.utc_ms() - (40 - number) * DAY_MS)
    started = kinds.SessionStarted(session_id, patient_id, number + 1, at_ms, PLANNED, "room-1", rehearsal=rehearsal)
    return [
        Draft("session.started", started),
        *(
            Draft("session.marked", kinds.SessionMarked(session_id, "distress", at_ms, at_ms), f"mark-{number}-{n}")
            for n in range(number + 1)
        ),
        Draft("session.acted", kinds.SessionActed(session_id, "rescue", None, at_ms), f"act-{number}"),
        Draft("session.acted", kinds.SessionActed(session_id, "infusion-start", None, at_ms)),
        Draft(
            "session.setting_logged", kinds.SettingLogged(session_id, {"interruptions": "2"}, {"liking": 7 + number})
        ),
        Draft("session.ended", kinds.SessionEnded(session_id, Milliseconds(at_ms + 2_400_000), PLANNED)),
        Draft("session.closed", kinds.SessionClosed(session_id)),
    ]


@pytest.mark.parametrize(
    ("measure", "values"),
    [
        (Measure.DISTRESS, [1, 3]),
        (Measure.RESCUES, [1, 1]),
        (Measure.MUSIC_CHANGES, [1, 1]),
        (Measure.INTERRUPTIONS, [2, 2]),
        (Measure.LIKING, [7, 9]),
    ],
)
def test_what_counts_is_charted_and_a_rehearsal_is_not(held: Clinic, measure: Measure, values: list[float]) -> None:
    viewed = charts.of_clinic(held, measure, Per.SESSION)
    assert [point.value for point in viewed.chart.points] == values


def test_what_was_taken_back_is_charted_no_more(held: Clinic) -> None:
    minutes.withdraw_mark(held, "session-2", "mark-2-0", "a slip")
    viewed = charts.of_clinic(held, Measure.DISTRESS, Per.SESSION)
    assert [point.value for point in viewed.chart.points] == [1, 2]
    assert views.read_off(viewed)[0] == "2 points are known: too few points."


def test_nobody_counted_on_paper_so_it_is_not_known_and_no_zero(held: Clinic) -> None:
    log = SettingLog(Setting({}), {"liking": 5}, None)
    closing.add(held, "K-0417", "2025-01-02T10:00", Minutes(60), log)
    for measure, first in ((Measure.DISTRESS, None), (Measure.MUSIC_CHANGES, None), (Measure.LIKING, 5)):
        assert charts.of_clinic(held, measure, Per.SESSION).chart.points[0].value == first


def test_each_look_is_noted_and_told(held: Clinic) -> None:
    assert [charts.of_clinic(held, Measure.LIKING, Per.SESSION).looked for _look in range(3)] == [0, 1, 2]
    assert charts.of_clinic(held, Measure.LIKING, Per.MONTH).looked == 0


def test_a_course_counts_where_it_was_finished(held: Clinic) -> None:
    with pytest.raises(UsageError, match="--per month"):
        charts.of_clinic(held, Measure.COURSES, Per.SESSION)
    with held.record() as record:
        patient_id = record.events(kind="patient.added")[0].subject
        assert patient_id is not None
        at_ms = Milliseconds(held.clock.utc_ms() - 35 * DAY_MS)
        record.append("course.ended", CourseEnded(patient_id, finished=True, on_utc_ms=at_ms))
    assert sum(point.value or 0 for point in charts.of_clinic(held, Measure.COURSES, Per.MONTH).chart.points) == 1


def test_a_withdrawn_patients_sessions_are_in_no_chart(held: Clinic) -> None:
    corrections.withdraw(held, "K-0417", "entered twice")
    assert charts.of_clinic(held, Measure.LIKING, Per.SESSION).chart.points == ()


def test_a_change_is_a_flag_until_it_is_withdrawn(held: Clinic) -> None:
    told = changes.add(held, " new  headphones ", "2020-01-02")
    assert (told.words, told.day) == ("new headphones", date(2020, 1, 2))
    viewed = charts.of_clinic(held, Measure.LIKING, Per.SESSION)
    assert [(flag.words, flag.before_point) for flag in viewed.chart.flags] == [("new headphones", 1)]
    assert views.clinic_in_words(viewed)[4].split(maxsplit=2) == ["2020-01-02", "\N{BLACK FLAG}", "new headphones"]
    withdrawn = changes.withdraw(held, told.event_id[:8], "a month later")
    assert (changes.listed(held), withdrawn.reason) == ([], "a month later")
    undoing.undo(held, withdrawn.event_id, "it was right")
    assert [row.event_id for row in changes.listed(held)] == [told.event_id]


@pytest.mark.parametrize(
    ("words", "day", "says"),
    [
        ("  ", "2026-05-01", "What changed is not said"),
        ("a lamp", "2026-05-01T10:00", "no time of the day"),
        ("a lamp", "2026-W18", "2026-W18"),
        ("l" * 81, "2026-05-01", "too long"),
        ("a\x1blamp", "2026-05-01", "control signs"),
    ],
)
def test_a_change_needs_its_words_and_a_day(held: Clinic, words: str, day: str, says: str) -> None:
    with pytest.raises((UsageError, Refused), match=says):
        changes.add(held, words, day)
    assert changes.listed(held) == []


def test_a_change_is_told_once_and_withdrawn_once(held: Clinic) -> None:
    told = changes.add(held, "New lamp", "2026-05-01")
    with pytest.raises(Refused, match="told already"):
        changes.add(held, "new lamp", "2026-05-01")
    changes.withdraw(held, told.event_id, "no")
    with pytest.raises(Refused, match="withdrawn already"):
        changes.withdraw(held, told.event_id, "no")
    with held.record() as record:
        patient = record.events(kind="patient.added")[0].event_id
    with pytest.raises(Refused, match="no change of the clinic"):
        changes.withdraw(held, patient, "no")


def test_the_limits_of_counts_tell_what_lies_outside_and_no_run(held: Clinic) -> None:
    with held.record() as record:
        patient_id = record.events(kind="patient.added")[0].subject
        assert patient_id is not None
        record.append_all([draft for n in range(3, 30) for draft in _session(held, patient_id, n, rehearsal=False)])
    told = views.read_off(charts.of_clinic(held, Measure.RESCUES, Per.SESSION))
    limits = told[next(n for n, line in enumerate(told) if line.startswith("Limits")) :]
    assert limits[1:4] == ["  mean 1", "  no point outside: can't tell", ""]
