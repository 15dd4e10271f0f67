"""The terminal interface: themes, the way between screens, and what happens when it meets a fault.

Screens are imported when they are first opened, so that the first one is quickly there. The app knows
no patient and no music; it hands the opened clinic on.
"""

import gc
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import work
from textual.binding import BindingType

from setsetting.errors import Refused, unknown
from setsetting.tui import preferences
from setsetting.tui.command import Command
from setsetting.tui.fault import fault_words
from setsetting.tui.keys_in_turn import KeysInTurn
from setsetting.tui.navigation import OF_A_PATIENT, ScreenName
from setsetting.tui.palette import CommandProvider
from setsetting.tui.scanning import Scanning, ScanReported
from setsetting.tui.task_screen import TaskScreen
from setsetting.tui.theme import FIRST_THEME, PALETTES, textual_theme, variables
from setsetting.words.slips import meant
from setsetting.words.translate import _

if TYPE_CHECKING:
    from textual.driver import Driver

    from setsetting.desk.clinic import Clinic
    from setsetting.desk.forms import ScoredForm
    from setsetting.desk.own_linkage import ClinicLinkView
    from setsetting.tui.navigation import Navigator
    from setsetting.tui.screens.live import SessionControl
    from setsetting.tui.widgets.plan_view import PlanRequest


class SetSettingApp(KeysInTurn):
    """The interface on one clinic folder, opened at the day's list or at the running session."""

    TITLE = "Set & Setting"
    COMMANDS: ClassVar = {CommandProvider}
    COMMAND_PALETTE_BINDING: ClassVar[str] = "ctrl+p"
    ENABLE_COMMAND_PALETTE: ClassVar[bool] = True
    BINDINGS: ClassVar[list[BindingType]] = []
    CSS = """
    TaskScreen { background: $theme-ground; color: $theme-text; layers: base above; overflow: hidden; }
    #too-small { display: none; width: 1fr; height: auto; padding: 1 2; color: $theme-accent; background: $theme-ground; }
    TaskScreen.-small > * { display: none; }
    TaskScreen.-small > #too-small { display: block; }
    TaskScreen.-small > StatusRow { display: block; }
    Input { background: $theme-raised; color: $theme-text; border: none; height: 1; padding: 0 1; }
    Input:focus { border: none; }
    """

    def __init__(self, clinic: "Clinic", open_at: str | None = None, *, coarse_colours: bool | None = None) -> None:
        without_colour = "NO_COLOR" in os.environ  # Textual takes it out of the environment
        super().__init__()
        self.clinic = clinic
        self.plan_requests: dict[str, list[PlanRequest]] = {}
        self.scanning = Scanning(self)
        self._open_at = open_at
        for name in list(self.available_themes):
            if name not in PALETTES:
                self.unregister_theme(name)
        for name in PALETTES:
            self.register_theme(textual_theme(name))
        self.theme = preferences.theme(PALETTES, FIRST_THEME)
        if coarse_colours is None:
            coarse_colours = without_colour or self.console.color_system not in {"truecolor", None}
        self.coarse_colours = coarse_colours
        """Bands need a texture: 256 and fewer colours, or none, let dark shades run together."""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variables(FIRST_THEME)

    def get_driver_class(self) -> "type[Driver]":
        chosen = super().get_driver_class()
        if sys.platform == "win32":  # writes to a file of its own as it is
            return chosen
        from setsetting.tui.terminal import of_its_own

        return of_its_own(chosen)

    def on_mount(self) -> None:
        self.open_first()

    def say_from_anywhere(self, sentence: str) -> None:
        """Say what an act tells beside its answer, whatever thread it runs in."""
        self.call_later(self._say, sentence)

    def _say(self, sentence: str) -> None:
        for screen in [screen for screen in self.screen_stack if isinstance(screen, TaskScreen)][-1:]:
            screen.say(sentence, wrong=True)

    def open_first(self) -> None:
        """Open the day's list, and the running session over it when that is asked for."""
        self.open_today()
        self.call_after_refresh(_settle)
        if self._open_at == "live":
            self.call_after_refresh(self._join)

    async def action_quit(self) -> None:
        """Leave; what a screen would lose is asked about first, and a session that plays goes on."""
        from setsetting.tui.dialogs import ConfirmDialog

        unsaved = [screen.unsaved for screen in self._open_screens if screen.unsaved]
        if not unsaved:
            self._leave()
        elif not isinstance(self.screen, ConfirmDialog):
            self._ask_to_leave(unsaved)

    @work
    async def _ask_to_leave(self, unsaved: Sequence[str]) -> None:
        from setsetting.tui.dialogs import ConfirmDialog

        yes, no = _("leave, lose them"), _("stay")
        question = ConfirmDialog(_("Leave setsetting without saving?"), *unsaved, yes=yes, no=no)
        if await self.push_screen_wait(question):
            self._leave()

    def _leave(self) -> None:
        stopped = self.scanning.stop()
        goes_on = [words for screen in self._open_screens if (words := screen.let_go())]
        self.exit(0, message=" ".join(filter(None, (stopped, *goes_on[-1:]))) or None)

    @property
    def _open_screens(self) -> list[TaskScreen]:
        return [screen for screen in self.screen_stack if isinstance(screen, TaskScreen)]

    def on_scan_reported(self, message: ScanReported) -> None:
        self.scanning.heard(message, self._open_screens)

    def action_help_quit(self) -> None:
        """Ctrl+C, which Textual would answer with a toast over the keys."""
        self.call_later(self.action_quit)

    def action_next_theme(self) -> None:
        """Change to the next theme and remember it; the screen keeps everything else."""
        names = list(PALETTES)
        self.theme = names[(names.index(self.theme) + 1) % len(names)]
        preferences.keep_theme(self.theme)

    # The way between screens. Each import is made when its screen is opened.

    def open_today(self) -> None:
        from setsetting.tui.screens.today import TodayScreen

        self.push_screen(TodayScreen(self.clinic))

    def open_patient(self, code: str) -> None:
        from setsetting.tui.screens.patient import PatientScreen

        self.push_screen(PatientScreen(self.clinic, code))

    def open_recordings(self) -> None:
        from setsetting.tui.screens.recordings import RecordingsScreen

        self.push_screen(RecordingsScreen(self.clinic))

    def open_library(self) -> None:
        from setsetting.tui.screens.library import LibraryScreen

        self.push_screen(LibraryScreen(self.clinic))

    def open_build(self, code: str) -> None:
        from setsetting.tui.screens.build import BuildScreen

        self.push_screen(BuildScreen(self.clinic, code))

    def open_form(self, code: str, stored: "ScoredForm | None" = None) -> None:
        """A stored form to be read, else the entry of a new one."""
        from setsetting.tui.screens.form import FormScreen
        from setsetting.tui.screens.pcl5 import Pcl5Screen

        if stored is None:
            self.push_screen(Pcl5Screen(self.clinic, code))
        else:
            self.push_screen(FormScreen(self.clinic, code, stored))

    def correct_form(self, code: str, stored: "ScoredForm") -> None:
        from setsetting.tui.screens.pcl5 import Pcl5Screen

        self.push_screen(Pcl5Screen(self.clinic, code, old=stored))

    def key_again(self, code: str, stored: "ScoredForm") -> None:
        from setsetting.tui.screens.second import SecondScreen

        self.push_screen(SecondScreen(self.clinic, code, stored))

    def open_session(self, session_id: str) -> None:
        from setsetting.tui.screens.session import SessionScreen

        self.push_screen(SessionScreen(self.clinic, session_id))

    def open_review(self, code: str) -> None:
        from setsetting.tui.screens.review import ReviewScreen

        self.push_screen(ReviewScreen(self.clinic, code))

    def open_visit(self, code: str) -> None:
        from setsetting.tui.screens.visit import VisitScreen

        self.push_screen(VisitScreen(self.clinic, code))

    def open_course(self, code: str) -> None:
        from setsetting.tui.screens.course import CourseScreen

        self.push_screen(CourseScreen(self.clinic, code))

    def open_together(self, session_id: str) -> None:
        from setsetting.tui.screens.together import TogetherScreen

        self.push_screen(TogetherScreen(self.clinic, session_id))

    def open_chart(self) -> None:
        from setsetting.tui.screens.chart import ChartScreen

        self.push_screen(ChartScreen(self.clinic))

    def open_outcomes(self) -> None:
        from setsetting.tui.screens.outcomes import OutcomesScreen

        self.push_screen(OutcomesScreen(self.clinic))

    def open_factors(self) -> None:
        from setsetting.tui.screens.factors import FactorsScreen

        self.push_screen(FactorsScreen(self.clinic))

    def open_exposures(self, viewed: "ClinicLinkView", factor: str) -> None:
        from setsetting.tui.screens.exposures import ExposuresScreen

        self.push_screen(ExposuresScreen(viewed, factor))

    def open_help(self, title: str, commands: Sequence[Command], small_print: str = "") -> None:
        from setsetting.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(title, commands, small_print))

    def open_live(self, session: "SessionControl") -> None:
        from setsetting.tui.screens.live import LiveScreen

        self.push_screen(LiveScreen(session, self.clinic))

    async def _join(self) -> None:
        """As an act of the day's list, so that it is refused where that is."""
        if isinstance(self.screen, TaskScreen):
            await self.screen.action_do("attach")

    def commands_of_screens(self) -> "Sequence[tuple[ScreenName, str, Command]]":
        return [(place, screen.TITLE_WORDS, command) for place, screen in _screens().items() for command in screen.ACTS]

    def open_place(self, place: ScreenName, code: str) -> TaskScreen:
        kind = _screens()[place]
        there = [each for each in self._open_screens if type(each) is kind]
        if place in OF_A_PATIENT:
            there = [each for each in there if each.patient == code]
        if there:
            self._go_back_to(there[-1])
        else:
            self._open_anew(place, code)
        opened = self.screen
        assert isinstance(opened, TaskScreen)
        from setsetting.tui.screens.today import TodayScreen

        if isinstance(opened, TodayScreen) and code:
            opened.choose(code)
        return opened

    def _go_back_to(self, screen: TaskScreen) -> None:
        """Leave what was opened over it; refuses where that would lose something."""
        above = self._open_screens[self._open_screens.index(screen) + 1 :]
        if unsaved := [each.unsaved for each in above if each.unsaved]:
            raise Refused(unsaved[-1] + " " + _("Save it, or leave it with escape, first."))
        said = [words for each in above if (words := each.let_go())]
        while self.screen is not screen:
            self.pop_screen()
        if said:
            screen.say(" ".join(said))

    def _open_anew(self, place: ScreenName, code: str) -> None:
        of_nobody = {
            ScreenName.TODAY: self.open_today,
            ScreenName.LIBRARY: self.open_library,
            ScreenName.LIVE: self.attach,
            ScreenName.CHART: self.open_chart,
            ScreenName.FACTORS: self.open_factors,
            ScreenName.OUTCOMES: self.open_outcomes,
        }
        of_patient = {
            ScreenName.PATIENT: self.open_patient,
            ScreenName.BUILD: self.open_build,
            ScreenName.PCL5: self.open_form,
            ScreenName.REVIEW: self.open_review,
            ScreenName.VISIT: self.open_visit,
            ScreenName.COURSE: self.open_course,
        }
        if place in of_nobody:
            of_nobody[place]()
            return
        from setsetting.desk import patients

        if code not in (known := patients.codes(self.clinic)):
            raise unknown(_("patient"), code, meant(code, known))
        of_patient[place](code)

    def attach(self, session_id: str | None = None) -> None:
        from setsetting.desk import attending

        session = attending.attach(self.clinic, session_id, is_screen=True)
        session.plan_aside()
        self.open_live(session)

    def _fatal_error(self) -> None:
        # Textual would print a traceback with the values of all variables, patients' among them.
        self.bell()
        self._exit_renderables[:] = [Text(fault_words(self._exception))]
        self._close_messages_no_wait()


if TYPE_CHECKING:
    _app: type[Navigator] = SetSettingApp


def _screens() -> "dict[ScreenName, type[TaskScreen]]":
    """Every screen of a task, imported when all are asked for."""
    from setsetting.tui.screens import (
        build,
        chart,
        close,
        course,
        exposures,
        factors,
        form,
        library,
        live,
        outcomes,
        paper,
        patient,
        pcl5,
        preflight,
        recordings,
        review,
        room,
        second,
        session,
        today,
        together,
        visit,
    )

    return {
        ScreenName.TODAY: today.TodayScreen,
        ScreenName.PATIENT: patient.PatientScreen,
        ScreenName.LIBRARY: library.LibraryScreen,
        ScreenName.RECORDINGS: recordings.RecordingsScreen,
        ScreenName.BUILD: build.BuildScreen,
        ScreenName.LIVE: live.LiveScreen,
        ScreenName.CLOSE: close.CloseScreen,
        ScreenName.PAPER: paper.PaperScreen,
        ScreenName.PREFLIGHT: preflight.PreflightScreen,
        ScreenName.SESSION: session.SessionScreen,
        ScreenName.ROOM: room.RoomScreen,
        ScreenName.PCL5: pcl5.Pcl5Screen,
        ScreenName.FORM: form.FormScreen,
        ScreenName.SECOND: second.SecondScreen,
        ScreenName.REVIEW: review.ReviewScreen,
        ScreenName.VISIT: visit.VisitScreen,
        ScreenName.COURSE: course.CourseScreen,
        ScreenName.TOGETHER: together.TogetherScreen,
        ScreenName.CHART: chart.ChartScreen,
        ScreenName.FACTORS: factors.FactorsScreen,
        ScreenName.OUTCOMES: outcomes.OutcomesScreen,
        ScreenName.EXPOSURES: exposures.ExposuresScreen,
    }


def _settle() -> None:
    """Where nothing was collected until now, all there is stays for good: it is not looked through again at each key."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def run(folder: Path | None, open_at: str | None = None) -> int:
    """Open the interface on a clinic folder; `open_at` is None or "live". Returns the exit code."""
    from setsetting.desk.clinic import open_clinic, open_live

    app = SetSettingApp((open_live if open_at == "live" else open_clinic)(folder), open_at)
    app.clinic = replace(app.clinic, say=app.say_from_anywhere)
    app.run()
    return app.return_code or 0
