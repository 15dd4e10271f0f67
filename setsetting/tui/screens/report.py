"""Writing a patient's review as one page: to which file, and never over another one unasked."""

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from setsetting.errors import AlreadyExists
from setsetting.tui.dialogs import ConfirmDialog, TextDialog
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.tui.task_screen import TaskScreen


async def write_report(screen: "TaskScreen", clinic: "Clinic", code: str) -> None:
    """Ask for a file and write the patient's report to it."""
    from setsetting.desk import reports

    folder = clinic.folder / "reports"
    numbered = (folder / f"review-{n:03d}.html" for n in itertools.count(1))
    free = next(path for path in numbered if not path.exists())
    text = await screen.ask(TextDialog(_("Write the report to which file?"), str(free)))
    if text is None:
        return
    out = Path(text).expanduser()
    try:
        reports.patient(clinic, code, out, replace=False)
    except AlreadyExists:
        confirm = ConfirmDialog(
            _("{path} exists already. Replace it?").format(path=out),
            _("What it holds now is lost; the record keeps everything a report is made from."),
            yes=_("replace it"),
            no=_("keep it"),
        )
        if not await screen.ask(confirm):
            return
        reports.patient(clinic, code, out, replace=True)
    screen.say(_("Written to {path}; open it in a browser.").format(path=out))
