"""`setsetting visit`: what is said before and after an infusion. A patient's words and scores are never arguments."""

from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import can_ask, file_or_heard, why
from setsetting.cli.output import answer, example, narrate
from setsetting.clinical import agreements
from setsetting.clinical.agreements import Agreement
from setsetting.errors import UsageError
from setsetting.views import correction
from setsetting.views import statement as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from setsetting.desk.clinic import Clinic


@click.group("visit")
def command() -> None:
    """What is said before and after an infusion: agreements."""


@command.command("agree", epilog=example("visit agree K-0417", "visit agree K-0417 < agreed.toml"))
@click.argument("code")
@with_clinic
def agree(clinic: "Clinic", code: str, as_json: bool) -> None:
    """Keep what was agreed: touch, voice, the stop signal, each in words, - for not asked.

    Asked one by one on a terminal; else TOML from standard input with touch, voice and stop. What is not given stays.
    """
    from setsetting.desk import agreements as desk

    before = desk.show(clinic, code)
    view = desk.agree(clinic, code, _ask(before.now) if can_ask() else _heard())
    answer(views.as_data(view), as_json, *views.in_words(view, clinic.settings.zone))


@command.command("show", epilog=example("visit show K-0417"))
@click.argument("code")
@with_clinic
def show(clinic: "Clinic", code: str, as_json: bool) -> None:
    """What was agreed with a patient, and what was agreed before that."""
    from setsetting.desk import agreements as desk

    view = desk.show(clinic, code)
    answer(views.as_data(view), as_json, *views.in_words(view, clinic.settings.zone))


@command.command("withdraw", epilog=example("visit withdraw 3f6c01ab --reason 'said of another patient'"))
@click.argument("event", metavar="EVENT")
@why
@with_clinic
def withdraw(clinic: "Clinic", event: str, reason: str, as_json: bool) -> None:
    """Take a statement back by its id, which may be shortened; what was said before it stands again."""
    from setsetting.desk import statements

    done = statements.withdraw(clinic, event, reason)
    answer(correction.as_data(done), as_json, aside=views.withdrawn_words(done))


def _ask(before: agreements.Agreements) -> "Mapping[Agreement, str | None]":
    """Each in its words as a person types them; Enter keeps what is shown."""
    said: dict[Agreement, str | None] = {}
    narrate(_("Enter keeps what is shown; - says that it was not asked."))
    for each, words in before.said.items():
        question = f"{agreements.ASKS[each]} [{words or views.NOT_ASKED}]"
        while text := click.prompt(question, default="", show_default=False, err=True).strip():
            try:
                said[each] = agreements.agreed_words(text)
                break
            except UsageError as error:
                narrate(str(error))
    return said


def _heard() -> "Mapping[Agreement, str | None]":
    from setsetting.clinical.statement_file import parse_agreements  # what reads files is not needed for --help

    path, text = file_or_heard("-")
    return parse_agreements(text or "", path)
