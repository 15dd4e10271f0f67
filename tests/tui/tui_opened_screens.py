"""Every screen of the interface, opened on a clinic in course: what each is tested and pictured from."""

from collections.abc import Callable

from textual.screen import Screen
from tui_fake_session import FakeSession
from tui_stage import CODE

from setsetting.clinical.setting import Setting
from setsetting.desk import closing, forms, patients
from setsetting.desk.clinic import Clinic
from setsetting.session.closing import ClosingForm
from setsetting.tui.screens.build import BuildScreen
from setsetting.tui.screens.close import CloseScreen
from setsetting.tui.screens.form import FormScreen
from setsetting.tui.screens.library import LibraryScreen
from setsetting.tui.screens.live import LiveScreen
from setsetting.tui.screens.patient import PatientScreen
from setsetting.tui.screens.pcl5 import Pcl5Screen
from setsetting.tui.screens.review import ReviewScreen
from setsetting.tui.screens.today import TodayScreen


def close_screen(clinic: Clinic) -> CloseScreen:
    session = patients.show(clinic, CODE).sessions[-1]
    usual = Setting({"lighting": "dim", "eye_shades": "throughout", "people_present": "facilitator, nurse"})
    known = Setting({"music_delivery": "headphones", "interruptions": "2"})
    form = ClosingForm(session, usual, known, last=Setting({"position": "reclined", "touch": "none"}))
    return CloseScreen(clinic, closing.Closing(session.session_id, form, CODE))


SCREENS: dict[str, Callable[[Clinic], Screen[None]]] = {
    "today": TodayScreen,
    "patient": lambda clinic: PatientScreen(clinic, CODE),
    "library": LibraryScreen,
    "build": lambda clinic: BuildScreen(clinic, CODE),
    "live": lambda clinic: LiveScreen(FakeSession(), clinic),
    "pcl5": lambda clinic: Pcl5Screen(clinic, CODE),
    "form": lambda clinic: FormScreen(clinic, CODE, forms.listing(clinic, CODE)[-1]),
    "review": lambda clinic: ReviewScreen(clinic, CODE),
    "close": close_screen,
}
