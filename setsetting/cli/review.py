"""`setsetting review`: the patient review as words; the screen's twin."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import FILE, WholeNumber, number
from setsetting.cli.output import answer, as_json, example, narrate, progress
from setsetting.errors import UsageError
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
@click.option(
    "--adjust",
    "beside",
    multiple=True,
    metavar="NAME",
    help=_("A column that every estimate is adjusted for besides, as psychotherapy; NAME:ordered and NAME:amount too."),
)
@as_json
def link(sessions: Path, scores: Path, factors: tuple[str, ...], beside: tuple[str, ...], as_json: bool) -> None:
    """Settings beside the next scores: associations in one's own records, no advice and no proof."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # on tables this narrow its threads only wait for each other
    from setsetting.desk import linkage
    from setsetting.views import link as views

    reviewed = linkage.of_files(sessions, scores, linkage.declared(factors, beside), say=narrate)
    answer(views.as_data(reviewed), as_json, *views.in_words(reviewed))


@command.command(
    "simulate",
    epilog=example("review simulate --scenario severity --patients 20 --sets 500 --effect 0 --seed 1 --json"),
)
@click.option(
    "--scenario",
    required=True,
    type=click.Choice(["random", "order", "severity", "preference", "all"]),
    help=_("What staff go by when they choose the setting."),
)
@click.option("--patients", required=True, type=WholeNumber(1, 5_000), metavar="P", help=_("Patients in each set."))
@click.option("--sets", required=True, type=WholeNumber(1, 100_000), metavar="N", help=_("Sets that are drawn."))
@click.option(
    "--effect", required=True, type=number, metavar="E", help=_("Points by which the setting moves every later score.")
)
@click.option("--seed", default=0, type=WholeNumber(0), metavar="S", help=_("The same seed draws the same sets."))
@as_json
def simulate(scenario: str, patients: int, sets: int, effect: float, seed: int, as_json: bool) -> None:
    """How often the estimate finds what is not there, or its interval holds what is, in simulated clinics."""
    if not abs(effect) <= 80:
        raise UsageError(_("--effect {effect:g}: from -80 to 80 points expected.").format(effect=effect))
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as above
    from setsetting.review.simulation import Scenario
    from setsetting.review.simulation import simulate as draw
    from setsetting.views import simulation as views

    drawn = draw(Scenario(scenario), patients=patients, sets=sets, effect=effect, seed=seed, report=progress())
    answer(views.as_data(drawn), as_json, views.in_words(drawn, Scenario(scenario), patients))


@command.command("chart", epilog=example("review chart --case distress-by-month.json --json"))
@click.option("--case", required=True, type=FILE, metavar="FILE.json", help=_("Points and how they are charted."))
@as_json
def chart(case: Path, as_json: bool) -> None:
    """A run or control chart of the points in a file, with its rules and limits."""
    from setsetting.desk import charts
    from setsetting.views import chart as views

    charted = charts.of_case(case, say=narrate)
    answer(views.as_data(charted), as_json, *views.in_words(charted))
