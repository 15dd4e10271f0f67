"""`setsetting demo`: a demo clinic with music of its own, from nothing."""

import sys
from pathlib import Path

import click

from setsetting.cli.app import Open
from setsetting.cli.output import narrate, progress
from setsetting.words.translate import _


@click.command("demo")
@click.option("--no-tui", is_flag=True, help=_("Do not open the interface at the end."))
@click.option("--folder", type=click.Path(path_type=Path), help=_("Where to make it; else setsetting-demo here."))
def command(no_tui: bool, folder: Path | None) -> Open | None:
    """Make a demo clinic: music, simulated patients, a soundscape, a session, a report; then open it."""
    from setsetting.demo import walk

    made = walk.run(folder, narrate, progress())
    if no_tui or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    return Open(made)
