"""The command line: nouns and verbs, loaded when they are asked for.

Standard output is data, standard error is narration. Every failure is one sentence and an exit code;
a fault of the program leaves its place in a log, without what it was working on.
"""

import importlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from setsetting import __version__
from setsetting.errors import SetSettingError
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class Open:
    """What a command asks to be opened in the terminal interface: a folder, and where in it."""

    folder: Path | None
    at: str | None = None


NOUNS = {
    "demo": ("demo", "Make a demo clinic with music of its own and walk through a session."),
    "init": ("init", "Make a clinic folder."),
    "library": ("library", "Scan music folders; see and mend what is known of each track."),
    "patient": ("patient", "Patients by code, and what must never be played to them."),
    "pcl5": ("pcl5", "PCL-5 forms: score, enter, list, correct."),
    "phases": ("phases", "Minutes of the modelled effect for an infusion."),
    "playlist": ("playlist", "Playlist files: list, show, check."),
    "record": ("record", "The event log: verify, rebuild."),
    "report": ("report", "Write a report."),
    "review": ("review", "Setting choices beside the change that followed."),
    "session": ("session", "Run, follow, act on and close a session."),
    "soundscape": ("soundscape", "Build, check and render a soundscape."),
}
"""Each noun's module in this package and its line of help: `--help` loads none of them."""


class Nouns(click.Group):
    """A group that imports a noun's module only when the noun is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in NOUNS:
            return None
        module = importlib.import_module(f"setsetting.cli.{NOUNS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Nouns")):
            formatter.write_dl([(noun, _(line)) for noun, (_module, line) in NOUNS.items()])


@click.command(cls=Nouns, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--clinic", type=click.Path(path_type=Path), help=_("The clinic folder; else SETSETTING_CLINIC, else this folder.")
)
@click.version_option(__version__, prog_name="setsetting")
@click.pass_context
def root(ctx: click.Context, clinic: Path | None) -> Open | None:
    """Timed soundscapes, session logs and PCL-5 review for IV ketamine clinics.

    Without a noun, the terminal interface opens.
    """
    ctx.obj = clinic
    return Open(clinic) if ctx.invoked_subcommand is None else None


def run(arguments: list[str]) -> int | Open:
    """Run one command; return its exit code, or what it asks to be opened."""
    result = guarded(lambda: root.main(args=arguments, prog_name="setsetting", standalone_mode=False))
    return result if isinstance(result, int | Open) else 0


def guarded(work: Callable[[], Any]) -> Any:
    """Do a face's work; what goes wrong becomes one sentence and an exit code."""
    try:
        return work()
    except click.ClickException as error:
        error.show(sys.stderr)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _say(_("Stopped; what was done is kept."), 130)
    except SetSettingError as error:
        return _say(str(error), error.exit_code)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - the reader went away; nothing more to say
        return 0
    except Exception as error:  # noqa: BLE001 - the outermost boundary: a traceback may show a patient's words
        from setsetting.machine.faults import note_fault

        return _say(fault_sentence(note_fault(error)), 1)


def fault_sentence(log: Path | None) -> str:
    """What a user reads when the program itself failed."""
    if log is None:
        return _("Set & Setting failed by a fault of its own; what was recorded before is kept.")
    return _(
        "Set & Setting failed by a fault of its own; what was recorded before is kept. Where it failed: {log}."
    ).format(log=log)


def _say(sentence: str, code: int) -> int:
    click.echo(sentence, err=True)
    return code
