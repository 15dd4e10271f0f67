"""`setsetting alternation`: a setting that is drawn by lot for each infusion, instead of chosen."""

import os
from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import why
from setsetting.cli.once import Verbs
from setsetting.cli.output import answer, example
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic


@click.group("alternation", cls=Verbs)
def command() -> None:
    """A setting drawn by lot: fixed beforehand, shown when due, checked and estimated when it is over."""


@command.command(
    "plan",
    epilog=example("alternation plan eye_shades --with throughout --without 'not offered' --until 2027-06-30"),
)
@click.argument("field")
@click.option("--with", "having", required=True, metavar="VALUE", help=_("One value of the field."))
@click.option("--without", "lacking", required=True, metavar="VALUE", help=_("The other."))
@click.option("--until", required=True, metavar="DAY", help=_("The last day on which anything is drawn."))
@with_clinic
def plan(clinic: "Clinic", field: str, having: str, lacking: str, until: str, as_json: bool) -> None:
    """Fix what is drawn between for every infusion until a day; the whole schedule hangs on a seed that is sealed.

    What a patient refuses or agreed to comes first, always: whoever can't follow a draw says so with `deviate`.
    """
    from setsetting.desk import alternations
    from setsetting.views import alternation as views

    row = alternations.plan(clinic, field, having, lacking, until)
    answer(views.as_data(row, 0), as_json, views.in_words(row, 0))


@command.command("list", epilog=example("alternation list"))
@with_clinic
def listed(clinic: "Clinic", as_json: bool) -> None:
    """Every schedule and how many of its draws were shown; never a draw to come."""
    from setsetting.desk import alternations
    from setsetting.views import alternation as views

    rows = alternations.listed(clinic)
    answer([views.as_data(*each) for each in rows], as_json, *views.all_in_words(rows))


@command.command("due", epilog=example("alternation due K-0417"))
@click.argument("code")
@with_clinic
def due(clinic: "Clinic", code: str, as_json: bool) -> None:
    """Show what is drawn for a patient's next infusion, on its day; its probability is kept with it."""
    from setsetting.desk import draws
    from setsetting.views import alternation as views

    draw = draws.due(clinic, code)
    answer(views.draw_as_data(draw), as_json, views.draw_in_words(draw))


@command.command("deviate", epilog=example("alternation deviate K-0417 --reason 'asked for light'"))
@click.argument("code")
@why
@with_clinic
def deviate(clinic: "Clinic", code: str, reason: str, as_json: bool) -> None:
    """Say that a patient's newest draw was not followed, and why."""
    from setsetting.desk import draws
    from setsetting.views import alternation as views

    draw = draws.deviate(clinic, code, reason)
    answer(views.draw_as_data(draw), as_json, aside=views.deviated_words(draw))


@command.command("stop", epilog=example("alternation stop --reason 'the shades are worn out'"))
@why
@with_clinic
def stop(clinic: "Clinic", reason: str, as_json: bool) -> None:
    """Draw nothing more; what was drawn stays, and its result can be looked at."""
    from setsetting.desk import alternations
    from setsetting.views import alternation as views

    row, draws = alternations.stop(clinic, reason)
    answer(views.as_data(row, draws), as_json, views.in_words(row, draws))


@command.command("check", epilog=example("alternation check", "alternation check 3f6c01ab"))
@click.argument("schedule", required=False, metavar="[SCHEDULE]")
@with_clinic
def check(clinic: "Clinic", schedule: str | None, as_json: bool) -> None:
    """Make a schedule again from its sealed seed and compare every draw with it; the newest where none is named."""
    from setsetting.desk import alternations
    from setsetting.views import alternation as views

    checked = alternations.check(clinic, schedule)
    answer(views.checked_as_data(checked), as_json, *views.checked_in_words(checked))
    if not checked.ok:
        raise click.exceptions.Exit(1)


@command.command("result", epilog=example("alternation result"))
@click.argument("schedule", required=False, metavar="[SCHEDULE]")
@with_clinic
def result(clinic: "Clinic", schedule: str | None, as_json: bool) -> None:
    """The estimate of a schedule that is over, by its stored probabilities; that it was looked at is noted."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # on tables this narrow its threads only wait for each other
    from setsetting.desk import alternations
    from setsetting.views import alternation as views

    found = alternations.result(clinic, schedule)
    answer(views.result_as_data(found), as_json, *views.result_in_words(found))
