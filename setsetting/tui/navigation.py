"""The ways between screens: what a screen may ask of the app it stands in, and no more.

A screen names another by what it opens; the app alone imports screens, each when it is first opened.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from setsetting.desk.forms import ScoredForm
    from setsetting.desk.own_linkage import ClinicLinkView
    from setsetting.tui.command import Command
    from setsetting.tui.scanning import Scanning
    from setsetting.tui.task_screen import TaskScreen
    from setsetting.tui.widgets.plan_view import PlanRequest


class ScreenName(StrEnum):
    """A screen by what it is for."""

    TODAY = "today"
    PATIENT = "patient"
    LIBRARY = "library"
    RECORDINGS = "recordings"
    BUILD = "build"
    LIVE = "live"
    CLOSE = "close"
    PAPER = "paper"
    PREFLIGHT = "preflight"
    ROOM = "room"
    SESSION = "session"
    PCL5 = "pcl5"
    FORM = "form"
    SECOND = "second"
    REVIEW = "review"
    VISIT = "visit"
    COURSE = "course"
    TOGETHER = "together"
    CHART = "chart"
    FACTORS = "factors"
    OUTCOMES = "outcomes"
    EXPOSURES = "exposures"


OF_A_PATIENT = {
    ScreenName.PATIENT,
    ScreenName.BUILD,
    ScreenName.PCL5,
    ScreenName.REVIEW,
    ScreenName.VISIT,
    ScreenName.COURSE,
}
"""Screens that are opened for a patient by the code alone."""


@runtime_checkable
class Navigator(Protocol):
    """Opens screens over the one that asks."""

    plan_requests: "dict[str, list[PlanRequest]]"
    """What was asked of the planner for each patient, the newest last, until the interface ends."""
    scanning: "Scanning"

    def open_patient(self, code: str) -> None: ...
    def open_library(self) -> None: ...
    def open_recordings(self) -> None: ...
    def open_build(self, code: str) -> None: ...
    def open_form(self, code: str, stored: "ScoredForm | None" = None) -> None: ...
    def correct_form(self, code: str, stored: "ScoredForm") -> None: ...
    def key_again(self, code: str, stored: "ScoredForm") -> None: ...
    def open_review(self, code: str) -> None: ...
    def open_visit(self, code: str) -> None: ...
    def open_course(self, code: str) -> None: ...
    def open_together(self, session_id: str) -> None: ...
    def open_chart(self) -> None: ...
    def open_factors(self) -> None: ...
    def open_outcomes(self) -> None: ...
    def open_exposures(self, viewed: "ClinicLinkView", factor: str) -> None: ...
    def open_help(self, title: str, commands: "Sequence[Command]", small_print: str = "") -> None: ...
    def open_session(self, session_id: str) -> None: ...

    def attach(self, session_id: str | None = None) -> None:
        """Open the live screen on a session, else on the one that runs; refuses when there is none."""

    def commands_of_screens(self) -> "Sequence[tuple[ScreenName, str, Command]]":
        """Every command of every screen, with its place and what the screen is called."""

    def open_place(self, place: ScreenName, code: str) -> "TaskScreen":
        """Go back to that screen where it is open for the patient, else open it; return it, refuse where it can't be."""

    def action_next_theme(self) -> None: ...
