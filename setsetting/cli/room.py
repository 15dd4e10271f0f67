"""`setsetting room`: the clinic's rooms, and what is usual in each."""

from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import file_or_heard
from setsetting.cli.once import Verbs
from setsetting.cli.output import answer, example, listing
from setsetting.errors import UsageError
from setsetting.views import room as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic


@click.group("room", cls=Verbs)
def command() -> None:
    """The clinic's rooms, and what is usual in each."""


@command.command("list")
@with_clinic
def list_(clinic: "Clinic", as_json: bool) -> None:
    """The rooms of clinic.toml, and how much was said of what is usual there."""
    from setsetting.desk import rooms

    listing(rooms.listing(clinic), views.as_data, as_json, views.COLUMNS, numbers=(1,))


@command.command("show", epilog=example("room show room-1"))
@click.argument("name")
@with_clinic
def show(clinic: "Clinic", name: str, as_json: bool) -> None:
    """What was said to be usual in a room."""
    from setsetting.desk import rooms

    shown = rooms.show(clinic, name)
    answer(views.as_data(shown), as_json, *views.in_words(shown))


@command.command(
    "usual", epilog=example("room usual room-1 --setting usual.toml", "room usual room-1 --unsay lighting")
)
@click.argument("name")
@click.option("--setting", metavar="FILE|-", help=_("What is usual, as TOML; - reads standard input."))
@click.option("--unsay", multiple=True, metavar="FIELD", help=_("Is known no more; may be given several times."))
@with_clinic
def usual(clinic: "Clinic", name: str, setting: str | None, unsay: tuple[str, ...], as_json: bool) -> None:
    """Say what is usual in a room; what is not named stays, and so do the comments in the room's file."""
    from setsetting.clinical.setting import Setting
    from setsetting.desk import closing, rooms

    if setting is None and not unsay:
        raise UsageError(_("Give --setting FILE, or --unsay FIELD."))
    said = Setting()
    if setting is not None:
        read = closing.read_setting(*file_or_heard(setting))
        if read.taps or read.note:
            raise UsageError(_("A room has no taps and no note; they are of one session."))
        said = read.setting
    shown = rooms.say_usual(clinic, name, said, unsay)
    answer(views.as_data(shown), as_json, *views.in_words(shown))
