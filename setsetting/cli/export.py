"""`setsetting export`: forms and sessions as other programs read them, each with a data dictionary beside it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import FILE
from setsetting.cli.once import Verbs
from setsetting.cli.output import answer, example, force
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic

F = TypeVar("F", bound=Callable[..., object])


@click.group("export", cls=Verbs)
def command() -> None:
    """Forms and sessions for other programs."""


def _where(function: F) -> F:
    """The options of every export."""
    for option in (
        force,
        click.option(
            "--patient", "codes", multiple=True, metavar="CODE", help=_("Of this patient alone; may be repeated.")
        ),
        click.option("-o", "folder", required=True, metavar="FOLDER", type=FILE, help=_("Made where it is not there.")),
    ):
        function = option(function)
    return function


@command.command("csv", epilog=example("export csv -o handed-on", "export csv --patient K-0417 -o handed-on"))
@_where
@with_clinic
def csv(clinic: "Clinic", folder: Path, codes: tuple[str, ...], force: bool, as_json: bool) -> None:
    """Write forms.csv and sessions.csv, a row each, and dictionary.csv; `import csv` reads them back."""
    _write(clinic, "csv", folder, codes, replace=force, as_json=as_json)


@command.command("jsonl", epilog=example("export jsonl -o handed-on"))
@_where
@with_clinic
def jsonl(clinic: "Clinic", folder: Path, codes: tuple[str, ...], force: bool, as_json: bool) -> None:
    """Write forms.jsonl and sessions.jsonl, a document a line, and dictionary.csv."""
    _write(clinic, "jsonl", folder, codes, replace=force, as_json=as_json)


@command.command("parquet", epilog=example("export parquet -o handed-on"))
@_where
@with_clinic
def parquet(clinic: "Clinic", folder: Path, codes: tuple[str, ...], force: bool, as_json: bool) -> None:
    """Write forms.parquet and sessions.parquet, typed columns, and dictionary.csv; the extra `network` brings what it needs."""
    _write(clinic, "parquet", folder, codes, replace=force, as_json=as_json)


@command.command("redcap", epilog=example("export redcap -o for-redcap"))
@_where
@with_clinic
def redcap(clinic: "Clinic", folder: Path, codes: tuple[str, ...], force: bool, as_json: bool) -> None:
    """Write REDCap's import file data.csv and dictionary.csv, which makes its project; `import redcap` reads it back.

    Forms and sessions are repeating instruments: set them so in the project before the data is imported.
    """
    _write(clinic, "redcap", folder, codes, replace=force, as_json=as_json)


@command.command("fhir", epilog=example("export fhir -o for-their-record"))
@_where
@with_clinic
def fhir(clinic: "Clinic", folder: Path, codes: tuple[str, ...], force: bool, as_json: bool) -> None:
    """Write the forms as a FHIR R4 bundle, bundle.json, and dictionary.csv; `import fhir` reads it back.

    A total over one month has its LOINC code; one over a week has none there and stands under a code of our own.
    """
    _write(clinic, "fhir", folder, codes, replace=force, as_json=as_json)


def _write(
    clinic: "Clinic", target: str, folder: Path, codes: tuple[str, ...], *, replace: bool, as_json: bool
) -> None:
    from setsetting.desk import exports
    from setsetting.views import exports as views

    told = exports.write(clinic, exports.Target(target), folder, codes, replace=replace)
    answer(views.as_data(told), as_json, *map(str, told.paths), aside=views.in_words(told))
