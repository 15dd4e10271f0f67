"""Every screen of the interface, opened on a clinic in course: what each is tested and pictured from."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import replace

from textual.screen import Screen
from tui_fake_session import STARTED_UTC_MS, FakeSession
from tui_stage import CODE

from setsetting.clinical.agreements import Agreement
from setsetting.clinical.setting import Setting
from setsetting.clinical.visits import Reflection, VisitKind
from setsetting.desk import (
    agreements,
    changes,
    closing,
    course,
    factors,
    forms,
    mindset,
    own_linkage,
    patients,
    rooms,
    today,
)
from setsetting.desk.clinic import Clinic
from setsetting.desk.preflight import Preflight
from setsetting.desk.sessions import SessionRequest
from setsetting.record.kinds import (
    SessionActed,
    SessionClosed,
    SessionEnded,
    SessionMarked,
    SessionStarted,
    SoundPlayed,
    StoredSegment,
)
from setsetting.record.live_rows import MarkRow
from setsetting.review.measures import Measure
from setsetting.session.closing import ClosingForm
from setsetting.session.preflight_line import LineName, Mending
from setsetting.session.preflight_lines import look, mend, ready
from setsetting.tui import screens
from setsetting.tui.screens.build import BuildScreen
from setsetting.tui.screens.chart import ChartScreen
from setsetting.tui.screens.close import CloseScreen
from setsetting.tui.screens.course import CourseScreen
from setsetting.tui.screens.exposures import ExposuresScreen
from setsetting.tui.screens.factors import FactorsScreen
from setsetting.tui.screens.form import FormScreen
from setsetting.tui.screens.library import LibraryScreen
from setsetting.tui.screens.live import LiveScreen
from setsetting.tui.screens.outcomes import OutcomesScreen
from setsetting.tui.screens.paper import PaperScreen
from setsetting.tui.screens.patient import PatientScreen
from setsetting.tui.screens.pcl5 import Pcl5Screen
from setsetting.tui.screens.preflight import PreflightScreen
from setsetting.tui.screens.recordings import RecordingsScreen
from setsetting.tui.screens.review import ReviewScreen
from setsetting.tui.screens.room import RoomScreen
from setsetting.tui.screens.second import SecondScreen
from setsetting.tui.screens.session import SessionScreen
from setsetting.tui.screens.today import TodayScreen
from setsetting.tui.screens.together import TogetherScreen
from setsetting.tui.screens.visit import VisitScreen
from setsetting.tui.task_screen import TaskScreen
from setsetting.units import Minutes


def every_screen() -> set[type[TaskScreen]]:
    """The class of every screen, whatever it is made from; what has no title of its own is only made from."""
    for found in pkgutil.iter_modules(screens.__path__, "setsetting.tui.screens."):
        importlib.import_module(found.name)
    found_so_far: set[type[TaskScreen]] = set()
    left: list[type[TaskScreen]] = [TaskScreen]
    while left:
        below = left.pop().__subclasses__()
        found_so_far |= set(below)
        left += below
    return {
        each
        for each in found_so_far
        if each.__module__.startswith("setsetting.tui.screens.") and "TITLE_WORDS" in vars(each)
    }


def close_screen(clinic: Clinic) -> CloseScreen:
    session = patients.show(clinic, CODE).sessions[-1]
    usual = Setting({"lighting": "dim", "eye_shades": "throughout", "people_present": "facilitator, nurse"})
    known = Setting({"music_delivery": "headphones", "interruptions": "2"})
    form = ClosingForm(usual, known, Setting({"position": "reclined", "touch": "none"}), session=session)
    marks = (MarkRow("m-1", "voice", 0, 21 * 60_000, "the water is warm", undone=False),)
    return CloseScreen(clinic, closing.Closing(session.session_id, form, CODE, marks=marks))


def paper_screen(clinic: Clinic) -> PaperScreen:
    told = closing.OnPaper(CODE, "2026-11-02T09:30", Minutes(45))
    return PaperScreen(clinic, told, closing.paper_form(clinic, told))


def visit_screen(clinic: Clinic) -> VisitScreen:
    said = {Agreement.TOUCH: "hand only, asked each time", Agreement.STOP: "left hand raised"}
    agreements.agree(clinic, CODE, said)
    mindset.intend(clinic, CODE, "To meet what comes, and to let it go again")
    mindset.set_goal(clinic, CODE, "Sit with my back to a door")
    mindset.score_goal(clinic, CODE, 4, "2026-11-20")
    mindset.say_set(clinic, CODE, {"expectancy": 7, "sleep": 5})
    return VisitScreen(clinic, CODE)


def course_screen(clinic: Clinic) -> CourseScreen:
    if course.show(clinic, CODE).visits[0].session is None:
        return CourseScreen(clinic, CODE)  # what was planned and held before stands
    said = Reflection({"stays": "the water was warm"}, "yes")
    course.hold(clinic, CODE, VisitKind.PREPARATION, "2026-10-02", minutes=60)
    course.hold(clinic, CODE, VisitKind.INTEGRATION, "2026-10-21T14:00", minutes=50, reflection=said)
    course.plan(clinic, CODE, VisitKind.INTEGRATION, "2026-11-02T10:00")
    course.plan(clinic, CODE, VisitKind.INFUSION, "2026-11-27T10:30")
    return CourseScreen(clinic, CODE)


def chart_screen(clinic: Clinic) -> ChartScreen:
    if not changes.listed(clinic):
        changes.add(clinic, "new headphones", "2026-10-14")
        session_held(clinic)
    return ChartScreen(clinic, Measure.LIKING)


def factors_screen(clinic: Clinic) -> FactorsScreen:
    if not factors.listed(clinic):
        for name in ("lighting", "people_present=companion", "interruptions"):
            factors.declare(clinic, name)
    return FactorsScreen(clinic)


def exposures_screen(clinic: Clinic) -> ExposuresScreen:
    factors_screen(clinic)
    return ExposuresScreen(own_linkage.of_clinic(clinic), "lighting")


HELD = "00000000-0000-4000-8000-00000000a5e5"
"""A session that was held and closed an hour before the stage's clock stands still."""


def session_held(clinic: Clinic) -> str:
    """Keep a session with music, acts and the patient's words; return its id."""
    patient_id, minute = patients.show(clinic, CODE).patient_id, 60_000
    ran, begun = (StoredSegment(0, 40 * minute),), STARTED_UTC_MS - 120 * minute
    with clinic.record() as record:
        started = SessionStarted(HELD, patient_id, 5, begun, ran, "room-1", zero_utc_ms=begun + 10 * minute)
        record.append("session.started", started)
        for at, sounded, phase in ((-10, 10, "arrive"), (0, 22, "build"), (22, 30, "peak")):
            played = SoundPlayed(HELD, f"bed@{at}", None, phase, at * minute, sounded * minute)
            record.append("session.played", played)
        record.append("session.acted", SessionActed(HELD, "infusion-start", clock_ms=0, infusion_ms=0))
        told = SessionMarked(HELD, "voice", 21 * minute, 21 * minute, "the water is warm")
        record.append("session.marked", told)
        record.append("session.acted", SessionActed(HELD, "volume", "-2", 27 * minute, 27 * minute))
        record.append("session.ended", SessionEnded(HELD, begun + 62 * minute, ran))
        record.append("session.closed", SessionClosed(HELD))
    return HELD


def found_before(clinic: Clinic, asked: SessionRequest) -> Preflight:
    """A look that found one file replaced, and a few things that block nothing."""
    said = {
        LineName.OUTPUT: ready(LineName.OUTPUT, "Headphones, chosen by its name", Mending.OUTPUT),
        LineName.HEARD: ready(LineName.HEARD, "today, 2026-11-24 09:13", Mending.TONE),
        LineName.FILES: mend(
            LineName.FILES,
            "Tidewater (Mira Dost): its file /music/Tidewater.flac holds other sound than when it was scanned.",
            Mending.BUILD,
        ),
        LineName.PLAN: look(LineName.PLAN, "its rules are asked once its files are mended", Mending.BUILD),
        LineName.FORM: look(LineName.FORM, "past-week form due before infusion 5", Mending.FORM),
        LineName.CALIBRATION: look(
            LineName.CALIBRATION, "not calibrated: how loud it is in dB(A) nobody has measured", Mending.LEVEL
        ),
        LineName.BACKUP: look(LineName.BACKUP, "3 days old, 2026-11-21 18:02"),
        LineName.OTHERS: look(
            LineName.OTHERS, "notification sounds are on: switch them off, or they are heard in the room"
        ),
    }
    found = tuple(said.get(name, ready(name, "as it should be")) for name in LineName)
    visit = next(row for row in today.today(clinic) if row.code == CODE)
    return Preflight(asked, visit, found, STARTED_UTC_MS, 0.9)


def nothing_blocks(clinic: Clinic, asked: SessionRequest) -> Preflight:
    """The same after the file was mended."""
    found = found_before(clinic, asked)
    mended = (LineName.FILES, LineName.PLAN)
    lines = (ready(line.name, "as it should be") if line.name in mended else line for line in found.lines)
    return replace(found, lines=tuple(lines))


TONIGHT = SessionRequest(None, CODE, output="Headphones", room="room-1")


SCREENS: dict[str, Callable[[Clinic], Screen[None]]] = {
    "today": TodayScreen,
    "patient": lambda clinic: PatientScreen(clinic, CODE),
    "library": LibraryScreen,
    "recordings": RecordingsScreen,
    "build": lambda clinic: BuildScreen(clinic, CODE),
    "live": lambda clinic: LiveScreen(FakeSession(), clinic),
    "pcl5": lambda clinic: Pcl5Screen(clinic, CODE),
    "form": lambda clinic: FormScreen(clinic, CODE, forms.listing(clinic, CODE)[-1]),
    "second": lambda clinic: SecondScreen(clinic, CODE, forms.listing(clinic, CODE)[-1]),
    "review": lambda clinic: ReviewScreen(clinic, CODE),
    "close": close_screen,
    "paper": paper_screen,
    "preflight": lambda clinic: PreflightScreen(clinic, TONIGHT, found_before),
    "room": lambda clinic: RoomScreen(clinic, rooms.show(clinic, "room-1")),
    "visit": visit_screen,
    "course": course_screen,
    "chart": chart_screen,
    "factors": factors_screen,
    "outcomes": OutcomesScreen,
    "exposures": exposures_screen,
    "together": lambda clinic: TogetherScreen(clinic, session_held(clinic)),
    "session": lambda clinic: SessionScreen(clinic, session_held(clinic)),
}
