"""`setsetting demo`: a demo clinic with music of its own, from nothing."""

from pathlib import Path

import click

from setsetting.cli.app import OpenInterface
from setsetting.cli.input import FILE, at_terminal
from setsetting.cli.once import Once
from setsetting.cli.output import as_json, document, example, narrate, progress
from setsetting.words.translate import _


@click.command("demo", cls=Once, epilog=example("demo", "demo --no-tui --folder ~/demo"))
@click.option("--no-tui", is_flag=True, help=_("Do not open the interface at the end."))
@click.option("--folder", type=FILE, metavar="DIR", help=_("Where to make it; else setsetting-demo here."))
@as_json
def command(no_tui: bool, folder: Path | None, as_json: bool) -> OpenInterface | None:
    """Make a demo clinic: music, simulated patients, a soundscape, a session, a report; then open it."""
    from setsetting.demo import walk
    from setsetting.views import clinic as views

    made = walk.run(folder, narrate, progress())
    if as_json:
        document(views.demo_as_data(made))
    if no_tui or as_json or not at_terminal():
        return None
    return OpenInterface(made)
