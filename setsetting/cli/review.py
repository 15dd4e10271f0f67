"""`setsetting review`: the patient review as words; the screen's twin."""

from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.output import answer, example

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic


@click.group("review")
def command() -> None:
    """Setting choices beside the change that followed."""


@command.command("patient", epilog=example("review patient K-0417"))
@click.argument("code")
@with_clinic
def patient(clinic: "Clinic", code: str, as_json: bool) -> None:
    """One patient's forms, sessions and links in words; descriptive only."""
    from setsetting.desk import review
    from setsetting.views import review as views

    reviewed = review.patient_review(clinic, code)
    answer(views.as_data(reviewed), as_json, *views.in_words(reviewed))
