"""`setsetting review`: the patient review as words; the screen's twin."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import FILE, WholeNumber, number
from setsetting.cli.output import answer, as_json, example, narrate, progress
from setsetting.errors import UsageError
from setsetting.review.measures import Measure, Per
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


@command.command(
    "chart",
    epilog=example("review chart distress --per month", "review chart --case distress-by-month.json --json"),
)
@click.argument("measure", required=False, type=click.Choice([str(each) for each in Measure]), metavar="[MEASURE]")
@click.option(
    "--per",
    type=click.Choice([str(each) for each in Per]),
    help=_("What a point stands for; a session, of courses a month."),
)
@click.option("--case", type=FILE, metavar="FILE.json", help=_("Points and how they are charted; asks no clinic."))
@as_json
@click.pass_obj
def chart(named: Path | None, measure: str | None, per: str | None, case: Path | None, as_json: bool) -> None:
    """A run or control chart with its rules and limits, of the clinic's own sessions or of the points in a file.

    MEASURE is distress, rescues, music-changes, interruptions, liking or courses. That a chart was looked at is noted.
    """
    from setsetting.desk import charts, clinic
    from setsetting.views import chart as views

    if case is not None and measure is None:
        charted = charts.of_case(case, say=narrate)
        answer(views.as_data(charted), as_json, *views.in_words(charted))
    elif measure is not None and case is None:
        what = Measure(measure)
        point = Per(per) if per else Per.MONTH if what is Measure.COURSES else Per.SESSION
        viewed = charts.of_clinic(clinic.open_clinic(named, say=narrate), what, point)
        answer(views.clinic_as_data(viewed), as_json, *views.clinic_in_words(viewed))
    else:
        raise UsageError(_("Either MEASURE or `--case FILE.json` is charted."))
