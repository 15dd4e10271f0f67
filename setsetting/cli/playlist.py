"""`setsetting playlist`: list the shelf, show one, check a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from setsetting.cli.input import FILE
from setsetting.cli.output import as_json, document, example, narrate, say, table
from setsetting.errors import BrokenFile
from setsetting.words.numbers import clock
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.playlists import Listed


@click.group("playlist")
def command() -> None:
    """Playlist files: list, show, check."""


@command.command("list")
@as_json
@click.pass_obj
def list_(named: Path | None, as_json: bool) -> None:
    """The clinic's own playlists and the shipped ones; one that hides a shipped one is marked."""
    from setsetting.desk import playlists

    shelved = playlists.listing(named)
    if as_json:
        document([_row(entry) for entry in shelved])
        return
    table(
        (_("name"), _("version"), _("minutes"), _("from"), _("title")),
        [
            (
                entry.shelved.name,
                "?" if entry.playlist is None else str(entry.playlist.version),
                "-"
                if entry.playlist is None or entry.playlist.infusion_min is None
                else f"{entry.playlist.infusion_min:g}",
                entry.whence,
                entry.trouble or "" if entry.playlist is None else entry.playlist.title,
            )
            for entry in shelved
        ],
    )


@command.command("show", epilog=example("playlist show montreal-40"))
@click.argument("name")
@as_json
@click.pass_obj
def show(named: Path | None, name: str, as_json: bool) -> None:
    """Phases of a playlist, what music each wants, and its evidence."""
    from setsetting.desk import playlists

    shown = playlists.show(named, name)
    if as_json:
        document(playlists.as_data(shown))
        return
    say(f"{shown.name} {shown.version}: {shown.title}")
    rows = [
        (
            phase.name,
            phase.kind,
            "-" if (start := playlists.from_s(shown, phase)) is None else clock(start * 1000),
            f"{phase.energy_from:g} - {phase.energy_to:g}",
            f"{phase.energy_min:g} - {phase.energy_max:g}",
            f"{phase.lufs:g}",
            f"{phase.startle_max_lu:g}",
            ", ".join(phase.lyrics),
        )
        for phase in shown.phases
    ]
    heads = (_("phase"), _("kind"), _("from"), _("energy"), _("allowed"), _("LUFS"), _("startle"), _("lyrics"))
    table(heads, rows)
    for source in shown.evidence:
        say(source)


@command.command("check", epilog=example("playlist check playlists/ours.toml"))
@click.argument("file", type=FILE)
@as_json
def check(file: Path, as_json: bool) -> None:
    """Check a playlist file; a trouble names the line and the field."""
    from setsetting.desk import playlists

    try:
        checked = playlists.check(file)
    except BrokenFile as broken:
        if as_json:
            document({"ok": False, "trouble": str(broken)})
        raise
    if as_json:
        document({"ok": True, "name": checked.name, "version": checked.version, "phases": len(checked.phases)})
        return
    narrate(
        _("{name} version {version}: {n} phases, nothing wrong.").format(
            name=checked.name, version=checked.version, n=len(checked.phases)
        )
    )


def _row(entry: "Listed") -> dict[str, Any]:
    known = entry.playlist
    return {
        "name": entry.shelved.name,
        "version": None if known is None else known.version,
        "title": None if known is None else known.title,
        "minutes": None if known is None else known.infusion_min,
        "path": str(entry.shelved.path),
        "shipped": entry.shelved.shipped,
        "shadows": entry.shelved.shadows,
        "trouble": entry.trouble,
    }
