"""`setsetting change`: what the clinic itself changed for everybody, and when."""

from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import why
from setsetting.cli.once import Verbs
from setsetting.cli.output import answer, example
from setsetting.review.measures import Measure, Per
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic


@click.group("change", cls=Verbs)
def command() -> None:
    """The clinic's own dated changes: flags on every chart of its sessions."""


@command.command("add", epilog=example("change add 'new headphones' --date 2026-05-01"))
@click.argument("words")
@click.option("--date", "day", required=True, metavar="DAY", help=_("When, past or to come, by the clinic's calendar."))
@with_clinic
def add(clinic: "Clinic", words: str, day: str, as_json: bool) -> None:
    """Say what changes for everybody on a day; nothing of one patient belongs here."""
    from setsetting.desk import changes
    from setsetting.views import change as views

    row = changes.add(clinic, words, day)
    answer(views.as_data(row), as_json, aside=views.told_words(row))


@command.command("list", epilog=example("change list"))
@with_clinic
def listed(clinic: "Clinic", as_json: bool) -> None:
    """Every change that stands, by its day."""
    from setsetting.desk import changes
    from setsetting.views import change as views

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


@command.command(
    "seal",
    epilog=example(
        "change seal 'new headphones' --date 2027-01-11 --until 2027-06-30 --measure distress --per session"
    ),
)
@click.argument("words")
@click.option("--date", "day", required=True, metavar="DAY", help=_("When it changes; a day to come."))
@click.option("--until", required=True, metavar="DAY", help=_("The last day that is measured."))
@click.option(
    "--measure", required=True, type=click.Choice([str(each) for each in Measure]), help=_("What is charted.")
)
@click.option("--per", type=click.Choice([str(each) for each in Per]), help=_("What a point stands for; a session."))
@with_clinic
def seal(clinic: "Clinic", words: str, day: str, until: str, measure: str, per: str | None, as_json: bool) -> None:
    """Fix beforehand what changes, what is measured and until when; with the power it has, hashed into the record.

    It cannot be taken back. From the day after, `change result` prints what it came to, whatever that is.
    """
    from setsetting.desk import seals
    from setsetting.views import change as views

    what = Measure(measure)
    point = Per(per) if per else Per.MONTH if what is Measure.COURSES else Per.SESSION
    viewed = seals.seal(clinic, seals.Sealing(words, day, until, what, point))
    answer(views.sealed_as_data(viewed), as_json, *views.sealed_in_words(viewed))


@command.command("seals", epilog=example("change seals"))
@with_clinic
def sealed(clinic: "Clinic", as_json: bool) -> None:
    """Every sealed change; those that are over with their result."""
    from setsetting.desk import seals
    from setsetting.views import change as views

    viewed = seals.listed(clinic)
    answer([views.sealed_as_data(each) for each in viewed], as_json, *views.all_sealed_in_words(viewed))


@command.command("result", epilog=example("change result 3f6c01ab"))
@click.argument("seal_id", metavar="SEAL")
@with_clinic
def result(clinic: "Clinic", seal_id: str, as_json: bool) -> None:
    """What a sealed change came to, and whether the seal is whole; that it was shown is noted."""
    from setsetting.desk import seals
    from setsetting.views import change as views

    viewed = seals.show(clinic, seal_id)
    answer(views.sealed_as_data(viewed), as_json, *views.sealed_in_words(viewed))
