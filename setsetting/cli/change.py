"""`setsetting change`: what the clinic itself changed for everybody, and when."""

from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import why
from setsetting.cli.output import answer, example
from setsetting.views import change as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic


@click.group("change")
def command() -> None:
    """The clinic's own dated changes: flags on every chart of its sessions."""


@command.command("add", epilog=example("change add 'new headphones' --date 2026-05-01"))
@click.argument("words")
@click.option("--date", "day", required=True, metavar="DAY", help=_("When, past or to come, by the clinic's calendar."))
@with_clinic
def add(clinic: "Clinic", words: str, day: str, as_json: bool) -> None:
    """Say what changes for everybody on a day; nothing of one patient belongs here."""
    from setsetting.desk import changes

    row = changes.add(clinic, words, day)
    answer(views.as_data(row), as_json, aside=views.told_words(row))


@command.command("list", epilog=example("change list"))
@with_clinic
def listed(clinic: "Clinic", as_json: bool) -> None:
    """Every change that stands, by its day."""
    from setsetting.desk import changes

    rows = changes.listed(clinic)
    answer([views.as_data(row) for row in rows], as_json, *views.in_words(rows))


@command.command("withdraw", epilog=example("change withdraw 3f6c01ab --reason 'they came a month later'"))
@click.argument("change", metavar="CHANGE")
@why
@with_clinic
def withdraw(clinic: "Clinic", change: str, reason: str, as_json: bool) -> None:
    """Take a change back by its id, which may be shortened."""
    from setsetting.desk import changes
    from setsetting.views import correction

    done = changes.withdraw(clinic, change, reason)
    answer(correction.as_data(done), as_json, aside=correction.made_words(_("Withdrawn."), done.event_id))
