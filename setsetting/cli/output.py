"""How a command answers: one JSON document, or words and tables; and what it narrates beside them.

Whatever a file's name or tag holds, no control sequence of it reaches the terminal. Work goes on when nobody reads
the narration any more.
"""

import json
import re
import sys
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import click

from setsetting.errors import SetSettingError
from setsetting.progress import Report, Step
from setsetting.words.plain import cut, harmless, one_line, width
from setsetting.words.translate import _

T = TypeVar("T")

as_json = click.option("--json", "as_json", is_flag=True, help=_("Print one JSON document."))
force = click.option("--force", is_flag=True, help=_("Replace the file if it exists."))


def example(*arguments: str) -> str:
    """The end of a command's help: how it is called."""
    return "\b\n" + "\n".join([_("For example:"), *(f"  setsetting {each}" for each in arguments)])


_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What JSON lets stand and a terminal, a line reader or UTF-8 does not."""


class _Terminal:
    drawn = False
    """Whether a line of progress stands unfinished on it."""


def _print(text: str) -> None:
    """Print a text; where that fails, what was kept meanwhile must not be taken for lost, and entered again."""
    try:
        click.echo(text)
    except BrokenPipeError:
        raise  # nobody reads on
    except OSError as error:
        words = _("The answer cannot be written: {why}. What the command did is done, and what it kept is kept.")
        raise SetSettingError(words.format(why=error.strerror)) from error


def document(data: Any) -> None:
    """Print one JSON document; text that is not in the output's encoding is escaped."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").replace("-", "").casefold()
    text = json.dumps(data, ensure_ascii=encoding != "utf8", indent=2, allow_nan=False)
    _print(_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def document_line(data: Any) -> None:
    """Print one JSON document on a line of its own, at once."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    _print(text)


def answer(data: Any, as_json: bool, *lines: str, aside: str = "") -> None:
    """Print the document that was asked for, else the lines of the answer, or say `aside` what was done."""
    if as_json:
        document(data)
        return
    for line in lines:
        say(line)
    if aside:
        narrate(aside)


def say(line: str) -> None:
    """Print a line of the answer."""
    _print(harmless(line))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Container[int] = ()) -> None:
    """Print aligned columns, `numbers` to the right; nothing for no rows."""
    lines = [tuple(heads), *(tuple(harmless(one_line(cell)) for cell in row) for row in rows)]
    if len(lines) == 1:
        return
    widths = [max(width(line[index]) for line in lines) for index in range(len(heads))]
    for line in lines:
        cells = []
        for index, cell in enumerate(line):
            room = " " * (widths[index] - width(cell))
            cells.append(room + cell if index in numbers else cell + room)
        _print("  ".join(cells).rstrip())


def listing(
    rows: Sequence[T],
    as_data: Callable[[T], Any],
    as_json: bool,
    columns: Mapping[str, Callable[[T], str]],
    numbers: Container[int] = (),
) -> None:
    """Print rows as one document, or as a table with what each has under a heading."""
    if as_json:
        document([as_data(row) for row in rows])
    else:
        table(tuple(columns), [[cell(row) for cell in columns.values()] for row in rows], numbers)


def narrate(sentence: str) -> None:
    """Say something that is not the answer, on standard error."""
    start, _Terminal.drawn = "\r\x1b[K" if _Terminal.drawn else "", False
    _aside(start + harmless(sentence))


def progress() -> Report:
    """Draw progress on standard error: one line that is written over on a terminal, a line a tenth elsewhere."""
    live = sys.stderr is not None and sys.stderr.isatty()
    said = -1

    def report(step: Step) -> None:
        nonlocal said
        share = 0 if not step.total else 10 * step.done // step.total
        if live:
            total = "" if step.total is None else f"/{step.total}"
            line = cut(harmless(f"{step.what} {step.done}{total} {step.name}"), 79)
            _Terminal.drawn = step.total is None or step.done < step.total
            _aside(f"\r\x1b[K{line}", end=not _Terminal.drawn)
        elif share != said:
            said = share
            _aside(f"{step.what} {step.done}" + (f"/{step.total}" if step.total else ""))

    return report


def _aside(text: str, *, end: bool = True) -> None:
    try:
        click.echo(text, nl=end, err=True)
    except OSError:
        return  # whoever listened has gone; the work goes on
