"""The patient's screen alone: the word is chosen, the screen is handed over, and its return ends the program."""

from pathlib import Path
from typing import TYPE_CHECKING

from textual import work

from setsetting.clinical.form import Recall
from setsetting.tui.app import SetSettingApp

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic


class HandedApp(SetSettingApp):
    """Opens nothing but the screen that is handed over; what it says in the end holds no score."""

    def __init__(self, clinic: "Clinic", code: str, recall: Recall | None = None) -> None:
        super().__init__(clinic)
        self._code, self._recall = code, recall

    def open_first(self) -> None:
        self._hand_over()

    @work
    async def _hand_over(self) -> None:
        from setsetting.tui.screens.handing import hand_over

        handed = await hand_over(self, self.clinic, self._code, self._recall)
        self.exit(0, message=None if handed is None else handed.said)


def run(folder: Path | None, code: str, recall: str | None = None) -> int:
    """Hand the screen to this patient; returns the exit code."""
    from setsetting.desk.clinic import open_clinic

    app = HandedApp(open_clinic(folder), code, None if recall is None else Recall(recall))
    app.run()
    return app.return_code or 0
