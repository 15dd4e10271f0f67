"""A made-up patient's course for the review's tests: six infusions, eight forms, one of them incomplete."""

from datetime import UTC, datetime

from setsetting.clinical.form import Form, Item, NoAnswer, Recall
from setsetting.clinical.infusion import steady, stopped, with_pauses
from setsetting.clinical.setting import Setting
from setsetting.review.course import CourseForm, CourseMark, CourseSession, Origin, PatientCourse

ORIGIN = Origin(head="5e" * 32, events=412, program="setsetting 0.1.0")
USUAL = Setting(
    {
        "lighting": "dim",
        "eye_shades": "throughout",
        "people_present": "facilitator, nurse",
        "position": "reclined",
        "music_delivery": "both",
        "touch": "none",
        "interruptions": "0",
        "interrupted_by": "none",
    }
)


def at(day: int, hour: int = 10, minute: int = 0) -> int:
    """UTC milliseconds of a day counted from 1 June 2026."""
    return round(datetime(2026, 6, 1, hour, minute, tzinfo=UTC).timestamp() * 1000) + day * 86_400_000


def filled(total: int) -> tuple[Item, ...]:
    """Twenty items that add up to `total`, as even as can be."""
    return tuple(total // 20 + (n < total % 20) for n in range(20))


def form(
    day: int, total: int, recall: Recall = Recall.WEEK, *, hour: int = 9, missing: int = 0, corrections: int = 0
) -> CourseForm:
    items = (*filled(total)[: 20 - missing], *[NoAnswer.MISSING] * missing)
    return CourseForm(f"form-{recall}-{day}", Form(items, recall, at(day, hour)), corrections=corrections)


def session(
    number: int, day: int, differs: dict[str, str] | None = None, taps: dict[str, int] | None = None, **more: object
) -> CourseSession:
    plan = steady(40)
    built: dict[str, object] = {
        "session_id": f"session-{number}",
        "visit_no": number,
        "started_ms": at(day, 14),
        "planned": plan,
        "actual": plan,
        "room": "room 1",
        "usual": USUAL,
        "setting": Setting({**USUAL.values, **(differs or {})}),
        "taps": taps or {},
        "playlist": "montreal-40",
        "music_acts": 0,
        **more,
    }
    return CourseSession(**built)  # type: ignore[arg-type]


def example(*, simulated: bool = True, note: str = "Said the cello felt like home.") -> PatientCourse:
    plan = steady(40)
    return PatientCourse(
        code="K-0417",
        simulated=simulated,
        zone="Europe/London",
        forms=(
            form(-6, 54, Recall.MONTH),
            form(-1, 51),
            form(5, 44),
            form(9, 38, corrections=1),
            form(12, 36, missing=2),
            form(16, 40),
            form(19, 33),
            form(26, 27),
            form(75, 29, Recall.MONTH),
        ),
        sessions=(
            session(
                1,
                0,
                taps={"liking": 7, "resonance": 6, "openness": 6, "comfort": 8, "safety": 8},
                music_acts=None,
                entered_afterwards=True,
            ),
            session(2, 3, {"people_present": "facilitator"}, {"liking": 8, "safety": 9}),
            session(
                3,
                7,
                {"lighting": "dark", "eye_shades": "part of the time", "music_delivery": "headphones"},
                {"liking": 3, "resonance": 2, "openness": 0, "comfort": 6, "safety": 7},
                playlist="first-gentle",
                note=note,
                marks=(
                    CourseMark("onset", 9 * 60_000),
                    CourseMark("voice", 22 * 60_000, "the water"),
                    CourseMark("return", 71 * 60_000),
                ),
                music_acts=2,
            ),
            session(4, 10, {"interruptions": "1", "interrupted_by": "door"}, {"liking": 8, "safety": 8}),
            session(5, 17, actual=stopped(with_pauses(plan, [(10, 15)]), 35), setting=None, playlist="psychedelic-60"),
            session(6, 20, {"touch": "hand"}, {"liking": 9, "comfort": 9, "safety": 10}, closed=False),
        ),
        origin=ORIGIN,
    )
