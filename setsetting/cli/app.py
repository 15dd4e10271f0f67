"""The command line: nouns and verbs, loaded when they are asked for.

Standard output is data, standard error is narration. Every failure is one sentence and an exit code;
a fault of the program leaves its place in a log, without what it was working on.
"""

import importlib
import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from setsetting import __version__
from setsetting.cli.input import FILE
from setsetting.cli.once import Once
from setsetting.errors import SetSettingError, guess
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class OpenInterface:
    """What a command asks to be opened in the terminal interface: a folder, and where in it."""

    folder: Path | None
    at: str | None = None
    handed_to: str | None = None
    """The code of the patient whose screen alone is opened, and what its form asks about."""
    recall: str | None = None


NOUNS = {
    "alternation": "A setting that is drawn by lot instead of chosen.",
    "change": "What the clinic itself changed for everybody, and when.",
    "course": "The visits of a patient's course, planned and held.",
    "demo": "Make a demo clinic with music of its own and walk through a session.",
    "export": "Forms and sessions for other programs.",
    "import": "Forms and sessions from other programs' files.",
    "init": "Make a clinic folder.",
    "library": "Scan music folders; see and mend what is known of each track.",
    "patient": "Patients by code, and what must never be played to them.",
    "pcl5": "PCL-5 forms: score, enter, list, correct.",
    "phases": "Minutes of the modelled effect for an infusion.",
    "playlist": "Playlist files: list, show, check.",
    "record": "The event log: verify, rebuild, take a correction back.",
    "report": "Write a report.",
    "review": "Setting choices beside the change that followed.",
    "room": "The clinic's rooms, and what is usual in each.",
    "scale": "Totals of other scales: note, list.",
    "session": "Run, follow, act on and close a session.",
    "sound": "Sound outputs: list, try, measure.",
    "soundscape": "Build, check and render a soundscape.",
    "today": "Who comes, what is due, and what was otherwise last time.",
    "visit": "What is said with a patient before and after an infusion.",
}
"""Each noun's line of help; its module has its name and is loaded when it is used, `--help` loads none."""


class Nouns(Once, click.Group):
    """A group that imports a noun's module only when the noun is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in NOUNS:
            return None
        module = importlib.import_module(f"setsetting.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in NOUNS and not args[0].startswith("-"):
            ctx.fail(_("There is no command {name!r}.").format(name=args[0]) + guess(args[0], NOUNS))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Nouns")):
            formatter.write_dl([(noun, _(line)) for noun, line in NOUNS.items()])


@click.command(
    cls=Nouns,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="\b\n" + _("For example:") + "\n  setsetting demo\n  setsetting --clinic ~/clinic library scan ~/Music",
)
@click.option(
    "--clinic", type=FILE, metavar="DIR", help=_("The clinic folder; else SETSETTING_CLINIC, else this folder.")
)
@click.version_option(__version__, prog_name="setsetting")
@click.pass_context
def root(ctx: click.Context, clinic: Path | None) -> OpenInterface | None:
    """Timed soundscapes, session logs and PCL-5 review for IV ketamine clinics.

    Without a noun, the terminal interface opens.
    """
    ctx.obj = clinic
    return OpenInterface(clinic) if ctx.invoked_subcommand is None else None


def run(arguments: list[str]) -> int | OpenInterface:
    """Run one command; return its exit code, or what it asks to be opened."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal of another encoding stops no answer
    result = guarded(lambda: _invoke(arguments))
    return result if isinstance(result, int | OpenInterface) else 0


def _invoke(arguments: list[str]) -> Any:
    """What click's own `main` does, less its exits: it would turn a reader that went away into a failure."""
    try:
        with root.make_context("setsetting", list(arguments)) as ctx:
            return root.invoke(ctx)
    except click.exceptions.Exit as done:
        return done.exit_code


def guarded(work: Callable[[], Any]) -> Any:
    """Do a face's work; what goes wrong becomes one sentence and an exit code."""
    try:
        return work()
    except BrokenPipeError:
        _hush()  # the reader went away; nothing more to say
        return 0
    except (click.Abort, KeyboardInterrupt, EOFError):
        sentence, code = _("Stopped; what was done is kept."), 130
    except click.ClickException as error:
        sentence, code = _usage(error), error.exit_code
    except SetSettingError as error:
        sentence, code = str(error), error.exit_code
    except Exception as error:  # noqa: BLE001 - the outermost boundary: a traceback may show a patient's words
        sentence, code = _fault(error), 1
    from setsetting.cli.output import narrate

    narrate(sentence)
    return code


def _fault(error: Exception) -> str:
    from setsetting.machine.faults import note_fault

    log = note_fault(error)
    if isinstance(error, OSError) and error.strerror:
        what = error.filename or _("The answer or a file of it")
        return _("{what} cannot be read or written: {why}.").format(what=what, why=error.strerror)
    return fault_sentence(log)


def fault_sentence(log: Path | None) -> str:
    """What a user reads when the program itself failed."""
    if log is None:
        return _("Set & Setting failed by a fault of its own; what was recorded before is kept.")
    return _(
        "Set & Setting failed by a fault of its own; what was recorded before is kept. Where it failed: {log}."
    ).format(log=log)


def _usage(error: click.ClickException) -> str:
    """Click's complaint as one sentence, and where to read on; the help itself where a noun stands alone."""
    sentence = error.format_message().strip()
    ctx = getattr(error, "ctx", None)
    if ctx is None or type(error).__name__ == "NoArgsIsHelpError":  # a class of newer clicks only
        return sentence
    if not sentence.endswith((".", "?", "!")):
        sentence += "."
    return sentence + " " + _("See `{command} --help`.").format(command=ctx.command_path)


def _hush() -> None:
    """Let nothing be flushed into a closed pipe, not at the end of the process either."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
