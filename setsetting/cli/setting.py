"""`setsetting session setting`: what was in the room, corrected after the close."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import can_ask, file_or_heard, why
from setsetting.cli.once import Once
from setsetting.cli.output import answer, example
from setsetting.errors import UsageError
from setsetting.views import session as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic


@click.command(
    "setting",
    cls=Once,
    epilog=example(
        "session setting 3f2a9c --setting was.toml --reason 'the eye shades were worn'",
        "session setting 3f2a9c --unsaid liking --reason 'it was not asked'",
    ),
)
@click.argument("session_id", metavar="ID")
@click.option("--setting", metavar="FILE|-", help=_("What it was, as TOML; - reads standard input. The rest stays."))
@click.option(
    "--unsaid",
    multiple=True,
    metavar="NAME",
    help=_("A field, a tap or the note that nobody said. Repeatable."),
)
@click.option(
    "--as-said",
    is_flag=True,
    help=_("It was so, though fields contradict each other or consent to touch is not said."),
)
@why
@with_clinic
def command(
    clinic: "Clinic",
    session_id: str,
    setting: str | None,
    unsaid: tuple[str, ...],
    as_said: bool,
    reason: str,
    as_json: bool,
) -> None:
    """Correct the setting, the taps or the note of a closed session; what was told before stays in the trail."""
    from setsetting.desk import closing, corrections

    if setting is None and not unsaid:
        raise UsageError(_("Nothing to correct: give --setting or --unsaid."))
    named = (Path(), "") if setting is None else file_or_heard(setting)
    said = closing.read_setting(*named, odd=as_said or can_ask())
    correct = partial(corrections.correct_setting, clinic, session_id, said, reason, unsaid=unsaid)
    try:
        done = correct(insisted=as_said)
    except corrections.AgainstItself as error:
        if not (can_ask() and click.confirm(_("{why} Was it so?").format(why=error.why), default=False, err=True)):
            raise
        done = correct(insisted=True)
    answer(views.corrected_as_data(done), as_json, aside=views.corrected_words(done))
