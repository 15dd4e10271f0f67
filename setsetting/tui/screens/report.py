"""Writing a patient's review as one page: to which file, and never over another one unasked."""

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from setsetting.errors import AlreadyExists, SetSettingError
from setsetting.tui.screens.ask import Ask, Confirm
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.tui.task import Task


def ask_report(screen: "Task", clinic: "Clinic", code: str) -> None:
    """Ask for a file and write the patient's report to it."""
    from setsetting.desk import reports

    def answered(text: str | None) -> None:
        if text is None:
            return
        out = Path(text).expanduser()
        write(out, replace=False)

    def write(out: Path, *, replace: bool) -> None:
        try:
            reports.patient(clinic, code, out, replace=replace)
        except AlreadyExists:
            confirm = Confirm(
                _("{path} exists already. Replace it?").format(path=out),
                _("What it holds now is lost; the record keeps everything a report is made from."),
                yes=_("replace it"),
                no=_("keep it"),
            )
            screen.app.push_screen(confirm, lambda yes: write(out, replace=True) if yes else None)
        except SetSettingError as error:
            screen.say(str(error), wrong=True)
        else:
            screen.say(_("Written to {path}; open it in a browser.").format(path=out))

    folder = clinic.folder / "reports"
    free = next(n for n in itertools.count(1) if not (folder / f"review-{n:03d}.html").exists())
    screen.app.push_screen(Ask(_("Write the report to which file?"), str(folder / f"review-{free:03d}.html")), answered)
