"""`setsetting sound`: the outputs of this machine, tried and measured before a session."""

from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import at_terminal, number
from setsetting.cli.once import Verbs
from setsetting.cli.output import answer, example, listing, narrate
from setsetting.errors import UsageError
from setsetting.views import sound as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic

room_option = click.option(
    "--room", metavar="NAME", help=_("The room whose name for an output it is; else the clinic's only one.")
)
SIDES = {"both": (True, True), "left": (True, False), "right": (False, True), "none": (False, False)}


@click.group("sound", cls=Verbs)
def command() -> None:
    """Sound outputs: which there are, whether they were heard, how loud they are."""


@command.command("list", epilog=example("sound list"))
@with_clinic
def list_(clinic: "Clinic", as_json: bool) -> None:
    """The sound devices of this machine, the default one first; when each was heard and measured."""
    from setsetting.desk import outputs

    listing(outputs.listing(clinic), views.as_data, as_json, views.columns(clinic.settings.zone))


@command.command("tone", epilog=example("sound tone Headphones", "sound tone Headphones --heard both"))
@click.argument("name", metavar="NAME")
@click.option(
    "--heard",
    type=click.Choice(list(SIDES)),
    help=_("What was heard, each side on its own; without it a terminal asks, and else nothing is kept."),
)
@room_option
@with_clinic
def tone(clinic: "Clinic", name: str, heard: str | None, room: str | None, as_json: bool) -> None:
    """Sound a soft tone on the left, then on the right, and keep whether both were heard."""
    from setsetting.desk import outputs

    name = outputs.device(clinic, name, room)
    outputs.sound_sides(clinic, name, narrate)
    if heard is None and at_terminal():
        heard = click.prompt(_("Heard on its own side"), type=click.Choice(list(SIDES)), err=True)
    if heard is None:
        answer(views.heard_as_data(name, left=None, right=None), as_json)
        return
    left, right = SIDES[heard]
    outputs.keep_heard(clinic, name, left=left, right=right)
    answer(
        views.heard_as_data(name, left=left, right=right),
        as_json,
        aside=views.heard_words(name, left=left, right=right),
    )


@command.command("level", epilog=example("sound level Headphones", "sound level Headphones --dba 62.5"))
@click.argument("name", metavar="NAME")
@click.option("--dba", type=number, metavar="N", help=_("The meter's reading; without it the noise is sounded."))
@room_option
@with_clinic
def level(clinic: "Clinic", name: str, dba: float | None, room: str | None, as_json: bool) -> None:
    """Sound the reference noise for 20 s, or keep how loud it was at the patient's place, in dB(A)."""
    from setsetting.desk import outputs

    name = outputs.device(clinic, name, room)
    if dba is None:
        outputs.sound_noise(clinic, name)
        if not at_terminal():
            raise UsageError(_("The noise was sounded; keep the meter's reading with --dba N."))
        dba = click.prompt(_("The meter's reading in dB(A)"), value_proc=number, err=True)
    outputs.keep_level(clinic, name, dba)
    answer(views.level_as_data(name, dba), as_json, aside=views.level_words(name, dba))
