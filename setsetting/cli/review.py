"""`setsetting review`: the patient review as words; the screen's twin."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import FILE
from setsetting.cli.output import answer, as_json, example, narrate
from setsetting.words.translate import _

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


@command.command(
    "link",
    epilog=example(
        "review link --sessions sessions.csv --scores scores.csv --factor eye_shades",
        "review link --sessions s.csv --scores f.csv --factor eye_shades --factor volume:amount --json",
    ),
)
@click.option(
    "--sessions", required=True, type=FILE, metavar="CSV", help=_("patient, session_no, day and the settings.")
)
@click.option("--scores", required=True, type=FILE, metavar="CSV", help=_("patient, day, pcl5."))
@click.option(
    "--factor",
    "factors",
    required=True,
    multiple=True,
    metavar="NAME",
    help=_(
        "A setting's column; NAME:ordered or NAME:amount where it is no yes or no. Each is declared, in this order."
    ),
)
@as_json
def link(sessions: Path, scores: Path, factors: tuple[str, ...], as_json: bool) -> None:
    """Settings beside the next scores: associations in one's own records, no advice and no proof."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # on tables this narrow its threads only wait for each other
    from setsetting.desk import linkage
    from setsetting.views import link as views

    reviewed = linkage.of_files(sessions, scores, linkage.declared(factors), say=narrate)
    answer(views.as_data(reviewed), as_json, *views.in_words(reviewed))


@command.command("chart", epilog=example("review chart --case distress-by-month.json --json"))
@click.option("--case", required=True, type=FILE, metavar="FILE.json", help=_("Points and how they are charted."))
@as_json
def chart(case: Path, as_json: bool) -> None:
    """A run or control chart of the points in a file, with its rules and limits."""
    from setsetting.desk import charts
    from setsetting.views import chart as views

    charted = charts.of_case(case, say=narrate)
    answer(views.as_data(charted), as_json, *views.in_words(charted))
