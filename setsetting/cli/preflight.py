"""`setsetting session preflight`: everything a start would refuse, and what may disturb a session, before it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import FILE, number
from setsetting.cli.once import Once
from setsetting.cli.output import answer, example, force
from setsetting.errors import Refused
from setsetting.units import Minutes
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic

soundscape_file = click.option(
    "--soundscape", "file", metavar="FILE", type=FILE, help=_("Else the one accepted for this patient.")
)
music_option = click.option(
    "--music",
    type=click.Choice(["external"]),
    help=_("The music comes from elsewhere, such as the patient's own device; nothing is played."),
)
minutes_option = click.option(
    "--minutes", type=number, metavar="N", help=_("With --music external: how long the infusion is planned.")
)
room_option = click.option(
    "--room", metavar="NAME", help=_("The room whose profile applies; else the clinic's only one.")
)


@click.command(
    "preflight",
    cls=Once,
    epilog=example(
        "session preflight --patient K-0417 --output Headphones",
        "session preflight --patient K-0417 --output Headphones -o tonight.txt",
    ),
)
@soundscape_file
@click.option("--patient", "code", required=True, metavar="CODE")
@click.option(
    "--output",
    "outputs",
    multiple=True,
    default=["auto"],
    metavar="auto|NAME|null|fast",
    help=_("Where it will sound."),
)
@room_option
@music_option
@minutes_option
@click.option("-o", "out", metavar="FILE.txt", type=FILE, help=_("Write it to a file, to be printed."))
@force
@with_clinic
def preflight(
    clinic: "Clinic",
    file: Path | None,
    code: str,
    outputs: tuple[str, ...],
    room: str | None,
    music: str | None,
    minutes: Minutes | None,
    out: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Look at everything a start would refuse and what may disturb it later; exits 1 where something blocks.

    Each line is ready, to be looked at, or to be mended; only what is to be mended blocks. Nothing sounds.
    """
    from setsetting.desk import preflight as act
    from setsetting.desk.sessions import SessionRequest
    from setsetting.views import preflight as words

    output = outputs[0] if music is None else music
    found = act.look(clinic, SessionRequest(file, code, output=output, also=outputs[1:], room=room, minutes=minutes))
    if out is not None:
        act.write(clinic, words.as_text(found, clinic.settings.zone), out, replace=force)
    said = words.in_words(found, clinic.settings.zone) if out is None else [str(out)]
    answer(words.as_data(found), as_json, *said)
    if found.blocks:
        raise Refused(words.refused_words(found))
