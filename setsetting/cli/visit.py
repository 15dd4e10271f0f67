"""`setsetting visit`: what is said before and after an infusion. A patient's words and scores are never arguments."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import can_ask, file_or_heard, moment, why
from setsetting.cli.once import Verbs
from setsetting.cli.output import answer, document, example, narrate
from setsetting.clinical import agreements, mindset
from setsetting.errors import UsageError
from setsetting.views import correction
from setsetting.views import statement as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from setsetting.desk.clinic import Clinic

Name = TypeVar("Name", bound=str)
Value = TypeVar("Value")


@click.group("visit", cls=Verbs)
def command() -> None:
    """What is said with a patient before and after an infusion: agreements, intention, goal, what they bring."""


@command.command("agree", epilog=example("visit agree K-0417", "visit agree K-0417 < agreed.toml"))
@click.argument("code")
@with_clinic
def agree(clinic: "Clinic", code: str, as_json: bool) -> None:
    """Keep what was agreed: touch, voice, the stop signal, each in words, - for not asked.

    Asked one by one on a terminal; else TOML from standard input with touch, voice and stop. What is not given stays.
    """
    from setsetting.clinical.statement_file import parse_agreements  # what reads files is not needed for --help
    from setsetting.desk import agreements as desk

    before = desk.show(clinic, code).now.said
    said = _asked({each: (agreements.ASKS[each], words) for each, words in before.items()}, _agreed)
    desk.agree(clinic, code, parse_agreements(*_heard()) if said is None else said)
    _show(clinic, code, as_json)


@command.command("before", epilog=example("visit before K-0417", "visit before K-0417 < before.toml"))
@click.argument("code")
@click.option("--session", "session_id", metavar="ID", help=_("Of this session, afterwards; it may be shortened."))
@with_clinic
def before(clinic: "Clinic", code: str, session_id: str | None, as_json: bool) -> None:
    """Keep what a patient says before today's infusion, 0 to 10: expectancy, anxiety, sleep, each skippable.

    Asked one by one on a terminal; else TOML from standard input, like sleep = 4. What is not given stays, and
    what was not asked is never 0.
    """
    from setsetting.clinical.statement_file import parse_ratings
    from setsetting.desk import mindset as desk

    stands = desk.show(clinic, code).before
    known = {} if stands is None or session_id is not None else stands.ratings
    asked = {scale.name: (scale.asks, known.get(scale.name)) for scale in mindset.SCALES}
    narrate(mindset.mindset_note())
    said = _asked(asked, mindset.scale_rating)
    desk.say_set(clinic, code, parse_ratings(*_heard()) if said is None else said, session_id)
    _show(clinic, code, as_json)


@command.command("intend", epilog=example("visit intend K-0417 < words.txt"))
@click.argument("code")
@with_clinic
def intend(clinic: "Clinic", code: str, as_json: bool) -> None:
    """Keep the patient's intention in their own words, from standard input; it is kept apart and never exported."""
    from setsetting.desk import mindset as desk

    desk.intend(clinic, code, _typed(_("Intention")))
    _intention(clinic, code, as_json)


@command.command("intention", epilog=example("visit intention K-0417"))
@click.argument("code")
@with_clinic
def intention(clinic: "Clinic", code: str, as_json: bool) -> None:
    """Show the patient's intention in their own words; --json tells when it was said, and no words."""
    _intention(clinic, code, as_json)


@command.command("goal", epilog=example("visit goal K-0417 < words.txt"))
@click.argument("code")
@with_clinic
def goal(clinic: "Clinic", code: str, as_json: bool) -> None:
    """Keep one goal in the patient's own words, from standard input; another takes its place."""
    from setsetting.desk import mindset as desk

    desk.set_goal(clinic, code, _typed(_("Goal")))
    _show(clinic, code, as_json)


@command.command("score", epilog=example("visit score K-0417 --taken 2026-11-24 < score.txt"))
@click.argument("code")
@click.option(
    "--taken", metavar="DATE-OR-TIME", help=_("When it was said, as of a PCL-5 form; now where it is not given.")
)
@with_clinic
def score(clinic: "Clinic", code: str, taken: str | None, as_json: bool) -> None:
    """Keep how far the goal is lived, 0 to 10, from standard input; it stands beside the PCL-5 of that day."""
    from setsetting.desk import mindset as desk

    at = None if taken is None else moment(taken, clinic.settings.zone)
    desk.score_goal(clinic, code, _typed(mindset.GOAL_ASKS).strip(), at)
    _show(clinic, code, as_json)


@command.command(
    "prefer",
    epilog=example(
        "visit prefer K-0417 like --artist 'Mira Dost'",
        "visit prefer K-0417 rather-not --tag choir",
        "visit prefer K-0417 familiar --track 18eb2db2a8",
        "visit prefer K-0417 familiar --none",
    ),
)
@click.argument("code")
@click.argument("wish", metavar="WISH", type=click.Choice(["like", "rather-not", "familiar"]))
@click.option("--track", metavar="ID")
@click.option("--artist", metavar="NAME")
@click.option("--tag", metavar="NAME")
@click.option("--none", "declined", is_flag=True, help=_("A familiar track was offered, and none is wanted."))
@with_clinic
def prefer(
    clinic: "Clinic",
    code: str,
    wish: str,
    track: str | None,
    artist: str | None,
    tag: str | None,
    declined: bool,
    as_json: bool,
) -> None:
    """Keep what a patient likes, would rather not hear (a tag, avoided where a plan can), or knows and wants again.

    A familiar track may be heard in every infusion of the course; what is never played is `patient veto`.
    """
    from setsetting.clinical.preferences import Wish
    from setsetting.desk import preferences

    given = [(what, value) for what, value in (("track", track), ("artist", artist), ("tag", tag)) if value is not None]
    if len(given) + declined != 1 or any(not value.strip() for _what, value in given):
        raise UsageError(_("Give one of --track ID, --artist NAME, --tag NAME, or --none for a familiar track."))
    preferences.prefer(clinic, code, Wish(wish), *(given[0] if given else ("", "")))
    _show(clinic, code, as_json)


@command.command("show", epilog=example("visit show K-0417"))
@click.argument("code")
@with_clinic
def show(clinic: "Clinic", code: str, as_json: bool) -> None:
    """What stands for a patient's next infusion, and what was said before it; no words of the intention."""
    _show(clinic, code, as_json)


@command.command("withdraw", epilog=example("visit withdraw 3f6c01ab --reason 'said of another patient'"))
@click.argument("event", metavar="EVENT")
@why
@with_clinic
def withdraw(clinic: "Clinic", event: str, reason: str, as_json: bool) -> None:
    """Take a statement back by its id, which may be shortened; what was said before it stands again."""
    from setsetting.desk import statements

    done = statements.withdraw(clinic, event, reason)
    answer(correction.as_data(done), as_json, aside=views.withdrawn_words(done))


def _show(clinic: "Clinic", code: str, as_json: bool) -> None:
    from setsetting.desk import agreements as agreed
    from setsetting.desk import mindset as brought
    from setsetting.desk import preferences

    view, now = agreed.show(clinic, code), brought.show(clinic, code)
    told = preferences.show(clinic, code)
    if as_json:
        document(views.as_data(view, now, told))
        return
    wished = views.Wished(told, preferences.titles(clinic, told))
    intentions = len(brought.intention(clinic, code))
    answer(None, False, *views.in_words(view, now, intentions, wished, clinic.settings.zone))


def _intention(clinic: "Clinic", code: str, as_json: bool) -> None:
    from setsetting.desk import mindset as desk

    said = desk.intention(clinic, code)
    if as_json:
        document([views.intention_as_data(row) for row in said])
    else:
        answer(None, False, *views.intention_in_words(said, clinic.settings.zone))


def _agreed(_name: str, text: str) -> str | None:
    return agreements.agreed_words(text)


def _asked(
    asked: "Mapping[Name, tuple[str, str | int | None]]", parse: Callable[[str, str], Value | None]
) -> "dict[Name, Value | None] | None":
    """Each as a person answers it, Enter keeps what is shown; None where there is nobody to ask."""
    if not can_ask():
        return None
    said: dict[Name, Value | None] = {}
    narrate(_("Enter keeps what is shown; - says that it was not asked."))
    for name, (question, before) in asked.items():
        shown = views.NOT_ASKED if before is None else before
        while text := click.prompt(f"{question} [{shown}]", default="", show_default=False, err=True).strip():
            try:
                said[name] = parse(name, text)
                break
            except UsageError as error:
                narrate(str(error))
    return said


def _heard() -> tuple[str, Path]:
    path, text = file_or_heard("-")
    return text or "", path


def _typed(question: str) -> str:
    """A patient's words or score: from standard input, or typed on a terminal."""
    return click.prompt(question, err=True) if can_ask() else _heard()[0]
