"""`setsetting init DIR`: make a clinic folder, asking nothing."""

from pathlib import Path

import click

from setsetting.cli.output import narrate
from setsetting.words.translate import _


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Make a clinic folder: time zone from this machine, one room, an empty record."""
    from setsetting.desk import clinic

    made = clinic.init(folder)
    click.echo(made.folder)
    narrate(_("Time zone {zone}; change it, and name your rooms, in clinic.toml.").format(zone=made.settings.time_zone))
    narrate(made.banner)
