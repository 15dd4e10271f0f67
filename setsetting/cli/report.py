"""`setsetting report`: write a report for the care team."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.output import narrate
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic


@click.group("report")
def command() -> None:
    """Write a report."""


@command.command("patient")
@click.argument("code")
@click.option("-o", "out", required=True, metavar="FILE.html", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help=_("Replace the file if it exists."))
@with_clinic
def patient(clinic: "Clinic", code: str, out: Path, force: bool) -> None:
    """One patient's PCL-5 course with each session's setting beside it; one self-contained page."""
    from setsetting.desk import reports

    reports.patient(clinic, code, out, replace=force)
    click.echo(out)
    narrate(_("Internal review only; cannot show that a setting caused a change."))
