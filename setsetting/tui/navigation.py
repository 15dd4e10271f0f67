"""The ways between screens: what a screen may ask of the app it stands in, and no more.

A screen names another by what it opens; the app alone imports screens, each when it is first opened.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from setsetting.desk.forms import ScoredForm
    from setsetting.tui.command import Command
    from setsetting.tui.widgets.plan_view import PlanRequest


@runtime_checkable
class Navigator(Protocol):
    """Opens screens over the one that asks."""

    plan_requests: "dict[str, list[PlanRequest]]"
    """What was asked of the planner for each patient, the newest last, until the interface ends."""

    def open_patient(self, code: str) -> None: ...
    def open_library(self) -> None: ...
    def open_recordings(self) -> None: ...
    def open_build(self, code: str) -> None: ...
    def open_form(self, code: str, stored: "ScoredForm | None" = None) -> None: ...
    def correct_form(self, code: str, stored: "ScoredForm") -> None: ...
    def open_review(self, code: str) -> None: ...
    def open_help(self, title: str, commands: "Sequence[Command]", small_print: str = "") -> None: ...
    def open_session(self, session_id: str) -> None: ...

    def attach(self, session_id: str | None = None) -> None:
        """Open the live screen on a session, else on the one that runs; refuses when there is none."""

    def commands_of_screens(self) -> "Sequence[tuple[str, Command]]":
        """Every command of every screen, with what the screen is called."""

    def action_next_theme(self) -> None: ...
