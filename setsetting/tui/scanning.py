"""The scan that goes on, whatever screen is in front: one at a time, and it ends with the interface at the latest."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from setsetting.errors import SetSettingError, Stopped, UsageError
from setsetting.words.translate import _

if TYPE_CHECKING:
    from textual.app import App

    from setsetting.desk.clinic import Clinic
    from setsetting.progress import Step
    from setsetting.tui.task_screen import TaskScreen

_STOPPING = _("The scan is stopping; what is measured is kept.")


@dataclass
class ScanReported(Message, bubble=False):
    """How far the scan is, in words; when it is over, what it came to and whether that is a fault."""

    words: str
    over: bool = False
    wrong: bool = False


class Scanning:
    """The scan of this interface, if one is under way."""

    def __init__(self, app: "App[int]") -> None:
        self._app = app
        self._stop = threading.Event()
        self.words = ""
        """How far it is; nothing when none is under way."""

    def start(self, clinic: "Clinic", folder: Path) -> None:
        """Measure a folder's files in a thread."""
        if self.words:
            raise UsageError(_("A scan is under way; h stops it."))
        self._stop.clear()
        self.words = _("The files are looked for.")
        self._app.run_worker(lambda: self._scan(clinic, folder), thread=True)

    def stop(self) -> str:
        """Stop it; say what becomes of it, nothing when none is under way."""
        if not self.words:
            return ""
        self._stop.set()
        return _STOPPING

    @property
    def goes_on(self) -> bool:
        """Whether one is under way that nobody has stopped."""
        return bool(self.words) and not self._stop.is_set()

    def beside(self, words: str) -> str:
        """What is said of tracks that are wanting; while a scan goes on, that too."""
        return f"{words} " + _("A scan goes on: {how_far}").format(how_far=self.words) if self.goes_on else words

    def heard(self, message: ScanReported, screens: "Sequence[TaskScreen]") -> None:
        """Take in how far it is, and hand it on to the library where that is open; its end is said on what is in front."""
        self.words = "" if message.over else message.words
        for screen in screens:
            screen.post_message(message)
        if message.over:
            screens[-1].call_later(screens[-1].say_next, message.words, wrong=message.wrong, instead_of=_STOPPING)

    def _scan(self, clinic: "Clinic", folder: Path) -> None:
        from setsetting.desk import library
        from setsetting.views.library import scan_in_words

        tell: Callable[[ScanReported], object] = self._app.post_message

        def report(step: "Step") -> None:
            total = "?" if step.total is None else f"{step.total:,}"
            tell(ScanReported(f"{step.what} {step.done:,}/{total}  {step.name}"))

        try:
            result = library.scan(clinic, (folder,), report, self._stop)
        except SetSettingError as error:
            tell(ScanReported(str(error), over=True, wrong=not isinstance(error, Stopped)))
        else:
            tell(ScanReported(scan_in_words(result), over=True))
