"""`setsetting report`: write a report for the care team."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import FILE
from setsetting.cli.once import Verbs
from setsetting.cli.output import answer, example, force, narrate

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic


@click.group("report", cls=Verbs)
def command() -> None:
    """Write a report."""


@command.command("patient", epilog=example("report patient K-0417 -o K-0417.html"))
@click.argument("code")
@click.option("-o", "out", required=True, metavar="FILE.html|.pdf", type=FILE)
@force
@with_clinic
def patient(clinic: "Clinic", code: str, out: Path, force: bool, as_json: bool) -> None:
    """One patient's PCL-5 course with each session's setting beside it; one self-contained page."""
    from setsetting.desk import reports
    from setsetting.review.words import internal_review
    from setsetting.views import report as views

    reports.patient(clinic, code, out, replace=force)
    answer(views.as_data(out), as_json, str(out))
    narrate(internal_review())


@command.command("session", epilog=example("report session 3f2a -o session.html"))
@click.argument("session_id", metavar="ID")
@click.option("-o", "out", required=True, metavar="FILE.html|.pdf", type=FILE)
@force
@with_clinic
def session(clinic: "Clinic", session_id: str, out: Path, force: bool, as_json: bool) -> None:
    """One session minute by minute: what played and why, acts, marks, words, corrections; one self-contained page."""
    from setsetting.desk import reports
    from setsetting.review.words import internal_review
    from setsetting.views import report as views

    reports.session(clinic, session_id, out, replace=force)
    answer(views.as_data(out), as_json, str(out))
    narrate(internal_review())
