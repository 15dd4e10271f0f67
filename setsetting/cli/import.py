"""`setsetting import`: forms and sessions from other programs' files, looked through first, withdrawn as a whole."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import FILE, why
from setsetting.cli.once import Verbs
from setsetting.cli.output import answer, as_json, document, example, listing, narrate, progress, say
from setsetting.clinical.form import Recall
from setsetting.errors import UsageError
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.imports import Imported

F = TypeVar("F", bound=Callable[..., object])


@click.group("import", cls=Verbs)
def command() -> None:
    """Forms and sessions from other programs' files."""


def _terms(function: F) -> F:
    """The options of every import."""
    for option in (
        click.option("--dry-run", "dry", is_flag=True, help=_("Look through it and record nothing.")),
        click.option("--new-patients", is_flag=True, help=_("Add the patients whom this clinic does not know.")),
        click.option(
            "--known-only", is_flag=True, help=_("Leave out rows of patients whom this clinic does not know.")
        ),
    ):
        function = option(function)
    return function


_mapping = click.option(
    "--mapping", type=FILE, metavar="FILE.toml", help=_("Which column holds what; `import mapping` prints one.")
)


@command.command(
    "csv",
    epilog=example("import csv forms.csv --dry-run", "import csv theirs.csv --mapping theirs.toml --new-patients"),
)
@click.argument("path", metavar="FILE.csv", type=FILE)
@_mapping
@_terms
@with_clinic
def csv(
    clinic: "Clinic", path: Path, mapping: Path | None, dry: bool, new_patients: bool, known_only: bool, as_json: bool
) -> int:
    """Take in a table whole, or nothing of it: as `export csv` writes it, or by a mapping of its columns.

    What stands already is left as it is, so that the same file may be taken in again. Exit 1 where anything hinders it.
    """
    from setsetting.desk import imports

    wanted = imports.WantedImport(path, mapping, imports.Unknown(_unknown(new_patients, known_only)), dry)
    return _answer(imports.csv(clinic, wanted, progress()), as_json)


@command.command(
    "redcap", epilog=example("import redcap DATA.csv --dry-run", "import redcap DATA.csv --mapping ours.toml")
)
@click.argument("path", metavar="FILE.csv", type=FILE)
@_mapping
@_terms
@with_clinic
def redcap(
    clinic: "Clinic", path: Path, mapping: Path | None, dry: bool, new_patients: bool, known_only: bool, as_json: bool
) -> int:
    """Take in a REDCap export (raw values) whole, or nothing of it: with the fields of `export redcap`, or by a mapping."""
    from setsetting.desk import imports

    wanted = imports.WantedImport(path, mapping, imports.Unknown(_unknown(new_patients, known_only)), dry)
    return _answer(imports.redcap(clinic, wanted, progress()), as_json)


@command.command(
    "fhir", epilog=example("import fhir bundle.json --dry-run", "import fhir b.json --meaning 77040-1=leave")
)
@click.argument("path", metavar="FILE.json", type=FILE)
@click.option(
    "--meaning",
    "meanings",
    multiple=True,
    metavar="CODE=week|month|leave",
    help=_("What a questionnaire by another code is; may be repeated."),
)
@_terms
@with_clinic
def fhir(
    clinic: "Clinic",
    path: Path,
    meanings: tuple[str, ...],
    dry: bool,
    new_patients: bool,
    known_only: bool,
    as_json: bool,
) -> int:
    """Take in the forms of a FHIR R4 bundle (JSON) whole, or nothing of it.

    A PCL-5 that another program has under a code of its own is asked about: nobody guesses which it is.
    """
    from setsetting.desk import imports

    wanted = imports.WantedImport(path, None, imports.Unknown(_unknown(new_patients, known_only)), dry)
    return _answer(imports.fhir(clinic, wanted, dict(map(_meaning, meanings))), as_json)


def _meaning(told: str) -> "tuple[str, Recall | None]":
    code, _equals, means = told.rpartition("=")
    if not code or means not in {*Recall, "leave"}:
        raise UsageError(_("--meaning {told!r}: CODE=week, CODE=month or CODE=leave expected.").format(told=told))
    return code, None if means == "leave" else Recall(means)


@command.command("list", epilog=example("import list"))
@with_clinic
def list_(clinic: "Clinic", as_json: bool) -> None:
    """What was taken in, oldest first, with the digest of each file."""
    from setsetting.desk import imports
    from setsetting.views import imports as views

    listing(imports.listing(clinic), views.row_as_data, as_json, views.columns(clinic.settings.zone))


@command.command("withdraw", epilog=example("import withdraw 3f2a9c --reason 'the wrong column was mapped'"))
@click.argument("import_id", metavar="ID")
@why
@with_clinic
def withdraw(clinic: "Clinic", import_id: str, reason: str, as_json: bool) -> None:
    """Take an import back as a whole: its forms and sessions count no more, what was corrected in them since too.

    Patients whom it added and of whom nothing else was told go with it. The ID may be shortened.
    """
    from setsetting.desk import imports
    from setsetting.views import imports as views

    row = imports.withdraw(clinic, import_id, reason)
    answer(views.row_as_data(row), as_json, aside=views.withdrawn_words(row))


@command.command("mapping", epilog=example("import mapping > theirs.toml"))
@as_json
def mapping(as_json: bool) -> None:
    """Print a mapping file to begin from, with every key and what it means."""
    from setsetting.desk import imports

    text = imports.mapping_text()
    if as_json:
        document({"mapping": text})
    else:
        for line in text.splitlines():
            say(line)


def _unknown(new_patients: bool, known_only: bool) -> str:
    if new_patients and known_only:
        raise UsageError(_("--new-patients and --known-only exclude each other."))
    return "add" if new_patients else "leave" if known_only else "refuse"


def _answer(told: "Imported", as_json: bool) -> int:
    from setsetting.views import imports as views

    answer(views.as_data(told), as_json)
    if not as_json:
        for line in views.in_words(told):
            narrate(line)
    narrate(views.summary(told))
    return 1 if told.refused else 0
