"""Writing a page for the care team: to which file, and never over another one unasked."""

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from setsetting.errors import AlreadyExists
from setsetting.tui.dialogs import ConfirmDialog, TextDialog
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.tui.task_screen import TaskScreen

LOST = _("What it holds now is lost.")
"""Of a file that is replaced."""


class Write(Protocol):
    """Writes the page to a file; raises AlreadyExists for one that is there, unless it may `replace` it."""

    def __call__(self, out: Path, *, replace: bool) -> object: ...


async def write_review(screen: "TaskScreen", clinic: "Clinic", code: str) -> None:
    """Ask for a file and write the patient's report to it."""
    from setsetting.desk import reports

    def write(out: Path, *, replace: bool) -> object:
        return reports.patient(clinic, code, out, replace=replace)

    await write_page(screen, clinic, code, "review", write)


async def write_blank_forms(screen: "TaskScreen", clinic: "Clinic", code: str) -> None:
    """Ask for a file and write the forms that are due to it, to be filled on paper."""
    from setsetting.desk import reports

    def write(out: Path, *, replace: bool) -> None:
        reports.blank_forms(clinic, code, (), out, replace=replace)
        screen.say(written_words(out))

    question = _("{code}: write the forms for paper to which file?").format(code=code)
    await write_named(screen, code, question, free_name(clinic, "pcl5", ".html"), write)


async def write_export(screen: "TaskScreen", clinic: "Clinic", code: str) -> None:
    """Ask for a folder and write the patient's forms and sessions into it, as CSV with a dictionary beside them."""
    from setsetting.desk import exports
    from setsetting.views.exports import in_words

    def write(out: Path, *, replace: bool) -> None:
        told = exports.write(clinic, exports.Target.CSV, out, [code], replace=replace)
        screen.say(_("{path}: {words}").format(path=out, words=in_words(told)))

    question = _("{code}: write forms and sessions, as CSV, into which folder?").format(code=code)
    await write_named(screen, code, question, free_name(clinic, "forms-and-sessions", ""), write)


async def write_page(screen: "TaskScreen", clinic: "Clinic", code: str, stem: str, write: Write) -> None:
    """Ask for a file, whose proposed name begins with `stem` and names no patient, and write the page to it."""
    free = free_name(clinic, stem, ".html")

    def write_and_say(out: Path, *, replace: bool) -> None:
        write(out, replace=replace)
        screen.say(written_words(out))

    question = _("{code}: write the report to which file?").format(code=code)
    lost = _("What it holds now is lost; the record keeps everything a report is made from.")
    await write_named(screen, code, question, free, write_and_say, lost=lost)


def written_words(path: Path) -> str:
    """Where a page was written, and what opens one that is no PDF."""
    words = (
        _("Written to {path}.") if path.suffix.casefold() == ".pdf" else _("Written to {path}; open it in a browser.")
    )
    return words.format(path=path)


def free_name(clinic: "Clinic", stem: str, ending: str) -> Path:
    """A name in reports/ that no file has yet, and that names no patient."""
    from setsetting.desk.clinic import REPORTS

    numbered = (clinic.folder / REPORTS / f"{stem}-{n:03d}{ending}" for n in itertools.count(1))
    return next(path for path in numbered if not path.exists())


async def write_named(
    screen: "TaskScreen", code: str, question: str, first: Path, write: Write, *, lost: str = LOST
) -> None:
    """Ask to which file and write it; over one that is there only when that is said again."""
    named = await name_asked(screen, code, question, first, write, lost=lost)
    if named is not None and named[1]:
        write(named[0], replace=True)


async def name_asked(
    screen: "TaskScreen", code: str, question: str, first: Path, take: Write, *, lost: str = LOST
) -> tuple[Path, bool] | None:
    """Ask for a file's name until one is taken; whether it replaces one that is there, which is said again. None: for none."""
    there: list[Path] = []

    def check(typed: str) -> None:
        try:
            take(Path(typed).expanduser(), replace=False)
        except AlreadyExists:
            there.append(Path(typed).expanduser())

    text = await screen.ask(TextDialog(question, str(first), check=check))
    if text is None or not there:
        return None if text is None else (Path(text).expanduser(), False)
    confirm = ConfirmDialog(
        _("{code}: {path} exists already. Replace it?").format(code=code, path=there[-1]),
        lost,
        yes=_("replace it"),
        no=_("keep it"),
    )
    return (there[-1], True) if await screen.ask(confirm) else None
