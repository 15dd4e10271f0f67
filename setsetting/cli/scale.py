"""`setsetting scale`: totals of other scales; a total is a score, and so never an argument."""

from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import can_ask, moment, standard_input, why
from setsetting.cli.once import Verbs
from setsetting.cli.output import answer, example, listing
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic


@click.group("scale", cls=Verbs)
def command() -> None:
    """Totals of other scales that the clinic notes: their names and ranges stand in clinic.toml, under [scales]."""


@command.command("add", epilog=example("scale add --patient K-0417 --scale MEQ30 --taken 2026-11-24 < total.txt"))
@click.option("--patient", "code", required=True, metavar="CODE")
@click.option("--scale", "name", required=True, metavar="NAME", help=_("As clinic.toml has it."))
@click.option("--taken", required=True, metavar="DATE-OR-TIME", help=_("2026-11-24 or 2026-11-24T10:30."))
@with_clinic
def add(clinic: "Clinic", code: str, name: str, taken: str, as_json: bool) -> None:
    """Note a total, from standard input or asked; it is shown as it is, and nothing is said of what it means."""
    from setsetting.desk import scales
    from setsetting.views import scale as views

    taken = moment(taken, clinic.settings.zone)
    scales.expect(clinic, code, name, taken)
    total = click.prompt(_("Total of {scale}").format(scale=name), err=True) if can_ask() else standard_input()
    row = scales.add(clinic, code, name, total, taken)
    answer(views.as_data(row), as_json, aside=views.noted_words(row))


@command.command("list", epilog=example("scale list --patient K-0417"))
@click.option("--patient", "code", required=True, metavar="CODE")
@click.option("--withdrawn", is_flag=True, help=_("Also those that were withdrawn."))
@with_clinic
def listed(clinic: "Clinic", code: str, withdrawn: bool, as_json: bool) -> None:
    """A patient's totals, by the time they were taken."""
    from setsetting.desk import scales
    from setsetting.views import scale as views

    found = scales.listing(clinic, code, withdrawn=withdrawn)
    listing(found, views.as_data, as_json, views.columns(clinic.settings.zone))


@command.command("withdraw", epilog=example("scale withdraw 3f6c01ab --reason 'of another patient'"))
@click.argument("noted", metavar="ID")
@why
@with_clinic
def withdraw(clinic: "Clinic", noted: str, reason: str, as_json: bool) -> None:
    """Say that a total was none, by its id, which may be shortened."""
    from setsetting.desk import scales
    from setsetting.views import correction

    done = scales.withdraw(clinic, noted, reason)
    answer(correction.as_data(done), as_json, aside=correction.made_words(_("Withdrawn."), done.event_id))
