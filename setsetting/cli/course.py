"""`setsetting course`: the visits of a patient's course, planned and held, and how it ended."""

from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import can_ask, file_or_heard, moment
from setsetting.cli.once import Verbs
from setsetting.cli.output import answer, example, narrate
from setsetting.clinical import visits
from setsetting.clinical.visits import VisitKind, kind_named
from setsetting.errors import UsageError
from setsetting.views import course as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.clinical.visits import Reflection
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.course import CourseView


@click.group("course", cls=Verbs)
def command() -> None:
    """A patient's course: visits planned and held, their intervals, what changed, how it ended."""


@command.command("show", epilog=example("course show K-0417"))
@click.argument("code")
@with_clinic
def show(clinic: "Clinic", code: str, as_json: bool) -> None:
    """Every visit in order, with what changed from one infusion to the next."""
    from setsetting.desk import course

    _answer(clinic, course.show(clinic, code), as_json)


_at = click.option(
    "--at", required=True, metavar="DATE-OR-TIME", help=_("2026-11-24 or 2026-11-24T10:30, by the clinic's clock.")
)


@command.command("plan", epilog=example("course plan K-0417 infusion --at 2026-11-24T10:30"))
@click.argument("code")
@click.argument("kind", metavar="KIND")
@_at
@with_clinic
def plan(clinic: "Clinic", code: str, kind: str, at: str, as_json: bool) -> None:
    """Plan a preparation, an infusion or an integration; `visit withdraw` calls it off, with a reason."""
    from setsetting.desk import course

    named = kind_named(kind)
    _answer(clinic, course.plan(clinic, code, named, moment(at, clinic.settings.zone)), as_json)


@command.command(
    "hold",
    epilog=example(
        "course hold K-0417 integration --at 2026-11-25 --minutes 50 < form.toml",
        "course hold K-0417 preparation --at 2026-11-20 < /dev/null",
    ),
)
@click.argument("code")
@click.argument("kind", metavar="KIND")
@_at
@click.option("--minutes", type=int, metavar="N", help=_("How long it was."))
@click.option("--visit", "visit_id", metavar="ID", help=_("Say of this visit anew what it was; it may be shortened."))
@with_clinic
def hold(
    clinic: "Clinic", code: str, kind: str, at: str, minutes: int | None, visit_id: str | None, as_json: bool
) -> None:
    """Say that a preparation or an integration was held, with the short form of an integration.

    The form's lines are asked on a terminal; else TOML from standard input, with stays, hard, step and psychotherapy.
    """
    from setsetting.desk import course

    named, at = kind_named(kind, visits.WITHOUT_SESSION), moment(at, clinic.settings.zone)
    said = _reflection(named)
    done = course.hold(clinic, code, named, at, minutes=minutes, reflection=said, visit_id=visit_id)
    _answer(clinic, done, as_json)


@command.command(
    "end", epilog=example("course end K-0417 --left --reason 'moved away'", "course end K-0417 --finished")
)
@click.argument("code")
@click.option("--finished/--left", "finished", required=True, help=_("Whether it came to its end, or was left before."))
@click.option("--on", metavar="DATE", help=_("Since when; today where it is not given."))
@click.option("--reason", metavar="TEXT", help=_("Why; without it no reason is known."))
@with_clinic
def end(clinic: "Clinic", code: str, finished: bool, on: str | None, reason: str | None, as_json: bool) -> None:
    """Say that a course is over; `visit withdraw` takes it back, and a visit after it is told as any other."""
    from setsetting.desk import course

    _answer(clinic, course.end(clinic, code, finished=finished, on=on, reason=reason), as_json)


def _answer(clinic: "Clinic", view: "CourseView", as_json: bool) -> None:
    answer(views.as_data(view), as_json, *views.in_words(view, clinic.settings.zone))


def _reflection(kind: VisitKind) -> "Reflection | None":
    """The short form of an integration, as it is asked or heard; a preparation has none."""
    from setsetting.clinical.statement_file import parse_reflection  # what reads files is not needed for --help

    if kind is not VisitKind.INTEGRATION:
        return None
    if not can_ask():
        path, text = file_or_heard("-")
        return parse_reflection(text or "", path)
    narrate(_("In the patient's words; Enter: not asked."))
    words = {}
    for line in visits.LINES:
        said = visits.line_words(click.prompt(line.asks, default="", show_default=False, err=True))
        if said is not None:
            words[line.name] = said
    while True:
        text = click.prompt(f"{visits.THERAPY.asks} (yes, no)", default="", show_default=False, err=True)
        try:
            return visits.Reflection(words, visits.yes_or_no(text))
        except UsageError as error:
            narrate(str(error))
