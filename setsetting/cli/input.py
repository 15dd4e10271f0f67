"""How a command hears: files and numbers among its arguments, and text on standard input."""

import math
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from setsetting.errors import Refused, UsageError
from setsetting.units import Minutes
from setsetting.words.numbers import number_typed
from setsetting.words.translate import _

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class _File(click.Path):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail(_("the name is empty; the folder you are in is written as a dot."), param, ctx)
        return super().convert(value, param, ctx)


FILE = _File(path_type=Path, readable=False)
"""A file or folder; whether it can be used is the act's to find out, and no fault of the arguments."""


def number(text: str) -> float:
    """Read any number in plain digits: the range is checked by whoever knows it."""
    if math.isnan(value := number_typed(text)):
        raise click.BadParameter(_("{text!r} is not a number.").format(text=text))
    return value


class WholeNumber(click.IntRange):
    """A whole number in plain digits, within a range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and not number_typed(value).is_integer():
            self.fail(_("{text!r} is not a whole number.").format(text=value), param, ctx)
        return super().convert(value, param, ctx)


def numbers(option: str, text: str, form: str) -> tuple[float, ...]:
    """Read numbers with colons between them, as many as the form has."""
    found = tuple(number_typed(part) for part in text.split(":"))
    if len(found) != form.count(":") + 1 or any(map(math.isnan, found)):
        raise UsageError(_("{option} {text!r}: {form} expected, numbers.").format(option=option, text=text, form=form))
    return found


def part_of(text: str | None) -> tuple[Minutes, Minutes] | None:
    """Read --minutes FROM:TO; None where it was not given."""
    if text is None:
        return None
    first, last = numbers("--minutes", text, "FROM:TO")
    if not first < last:
        raise UsageError(_("--minutes {text!r}: FROM:TO expected, FROM before TO.").format(text=text))
    return Minutes(first), Minutes(last)


_reason = partial(click.option, "--reason", metavar="TEXT", help=_("Why; it stays in the record."))
why, may_say_why = _reason(required=True), _reason(default="")
"""Of every correction; a veto alone may be withdrawn without one."""


def moment(text: str, zone: "ZoneInfo") -> str:
    """A typed time as it is meant: of one that was twice, a person is asked which, else the first is said."""
    from setsetting.cli.output import narrate
    from setsetting.machine import clock

    meant = clock.readings(text, zone)
    if len(meant) == 1:
        return text
    first, second = meant
    said = _("{text} was twice, as the clock was put back: {first} and {second}.")
    narrate(said.format(text=text, first=first, second=second))
    if not can_ask():
        narrate(_("The first is meant; write the other with its offset."))
        return first
    return meant[click.prompt(_("Which, 1 or 2"), type=WholeNumber(1, 2), err=True) - 1]


def at_terminal() -> bool:
    """Whether someone sits there to be asked and to look: both ways lead to a terminal."""
    return can_ask() and sys.stdout is not None and sys.stdout.isatty()


def can_ask() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def file_or_heard(named: str) -> tuple[Path, str | None]:
    """A file's name, or what was heard for - and what to call it."""
    return (Path(_("standard input")), standard_input()) if named == "-" else (Path(named), None)


def standard_input() -> str:
    """Read all of standard input as UTF-8; nothing where it is closed."""
    if sys.stdin is None:
        return ""
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(_("Standard input is not UTF-8 text; nothing was kept of it.")) from error
    except OSError as error:
        raise Refused(_("Standard input cannot be read: {why}.").format(why=error.strerror)) from error
