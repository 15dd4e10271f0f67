"""How a command answers: one JSON document, or words and tables."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from setsetting.progress import Report, Step
from setsetting.words.translate import _

as_json = click.option("--json", "as_json", is_flag=True, help=_("Print one JSON document."))


def document(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print left-aligned columns; nothing for no rows."""
    lines = [tuple(heads), *(tuple(row) for row in rows)]
    if len(lines) == 1:
        return
    widths = [max(len(line[index]) for line in lines) for index in range(len(heads))]
    for line in lines:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def narrate(sentence: str) -> None:
    """Say something that is not the answer, on standard error."""
    click.echo(sentence, err=True)


def progress() -> Report:
    """Draw progress on standard error: one line that is written over on a terminal, a line a tenth elsewhere."""
    live = sys.stderr.isatty()
    said = -1

    def report(step: Step) -> None:
        nonlocal said
        share = 0 if not step.total else 10 * step.done // step.total
        if live:
            total = "" if step.total is None else f"/{step.total}"
            line = f"{step.what} {step.done}{total} {step.name}"[:79]
            last = step.total is not None and step.done >= step.total
            click.echo(f"\r\x1b[K{line}", nl=last, err=True)
        elif share != said:
            said = share
            click.echo(f"{step.what} {step.done}" + (f"/{step.total}" if step.total else ""), err=True)

    return report
