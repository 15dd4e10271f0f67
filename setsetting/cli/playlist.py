"""`setsetting playlist`: list the shelf, show one, check a file."""

from pathlib import Path

import click

from setsetting.cli.input import FILE
from setsetting.cli.once import Verbs
from setsetting.cli.output import as_json, document, example, listing, narrate, say, table
from setsetting.errors import BrokenFile


@click.group("playlist", cls=Verbs)
def command() -> None:
    """Playlist files: list, show, check."""


@command.command("list")
@as_json
@click.pass_obj
def list_(named: Path | None, as_json: bool) -> None:
    """The clinic's own playlists and the shipped ones; one that hides a shipped one is marked."""
    from setsetting.desk import playlists
    from setsetting.views import playlist as views

    listing(playlists.listing(named), views.listed_as_data, as_json, views.COLUMNS)


@command.command("show", epilog=example("playlist show montreal-40"))
@click.argument("name")
@as_json
@click.pass_obj
def show(named: Path | None, name: str, as_json: bool) -> None:
    """Phases of a playlist, what music each wants, and its evidence."""
    from setsetting.desk import playlists
    from setsetting.views import playlist as views

    shown = playlists.show(named, name)
    if as_json:
        document(views.as_data(shown))
        return
    say(f"{shown.name} {shown.version}: {shown.title}")
    columns = views.phase_columns(shown)
    table(tuple(columns), [[cell(phase) for cell in columns.values()] for phase in shown.phases])
    for prompt in shown.prompts:
        say(views.prompt_words(prompt))
    for source in shown.evidence:
        say(source)


@command.command("check", epilog=example("playlist check playlists/ours.toml"))
@click.argument("file", type=FILE)
@as_json
@click.pass_obj
def check(named: Path | None, file: Path, as_json: bool) -> int:
    """Check a playlist file; a trouble names the line and the field. In a clinic folder: which tags meet no
    track, and which prompts are not there or have no place."""
    from setsetting.desk import playlists
    from setsetting.views import playlist as views

    try:
        checked = playlists.check(named, file, narrate)
    except BrokenFile as broken:
        if as_json:
            document(views.broken_as_data(broken))
        raise
    lines = views.checked_words(checked)
    if as_json:
        document(views.checked_as_data(checked))
    for line in lines[1:] if as_json else lines:
        narrate(line)
    return 1 if checked.prompts else 0
