"""`setsetting init DIR`: make a clinic folder, asking nothing."""

from pathlib import Path

import click

from setsetting.cli.input import FILE
from setsetting.cli.once import Once
from setsetting.cli.output import answer, as_json, example, narrate
from setsetting.words.translate import _


@click.command("init", cls=Once, epilog=example("init ~/clinic"))
@click.argument("folder", metavar="DIR", type=FILE)
@as_json
def command(folder: Path, as_json: bool) -> None:
    """Make a clinic folder: time zone from this machine, one room, an empty record."""
    from setsetting.desk import clinic
    from setsetting.views import clinic as views

    made = clinic.init(folder)
    answer(views.as_data(made), as_json, str(made.folder))
    narrate(
        _("Time zone {zone}; change it before the first form, and name your rooms, in clinic.toml.").format(
            zone=made.settings.time_zone
        )
    )
    narrate(made.banner)
