"""Scripts of a session: lines `MINUTE ACT [ARGUMENT]`, minutes of the soundscape's clock.

A mark stands as `MINUTE mark NAME [NOTE]`, or as its bare name. Empty lines and what follows a # at a line's
beginning are passed over. Every trouble names file and line before anything starts: unknown acts, wrong arguments,
minutes that are no numbers, and steps of the infusion that cannot follow.
"""

from dataclasses import dataclass
from pathlib import Path

from setsetting.clinical import marks
from setsetting.clinical.free_text import note_given
from setsetting.clinical.infusion import InfusionAct, refusal
from setsetting.errors import SetSettingError, UsageError, broken, guess
from setsetting.machine import files
from setsetting.session import acts, orders
from setsetting.units import Milliseconds, Minutes, ms_from_minutes
from setsetting.words.numbers import clock, number_typed
from setsetting.words.translate import _

MARK = "mark"
_MOST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One line: an act with its argument, or a mark with its note."""

    number: int
    at_ms: Milliseconds
    name: str
    argument: str | None
    is_mark: bool


def read(path: Path, start_ms: Milliseconds) -> tuple[ScriptLine, ...]:
    """Read a script in order of time; `start_ms` is the first cue's start, before which nothing can be done."""
    lines = []
    for number, text in enumerate(files.read_text(path).splitlines(), 1):
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        try:
            lines.append(_line(number, text.split(maxsplit=2), start_ms))
        except SetSettingError as error:
            raise broken(path, number, str(error)) from error
    lines.sort(key=lambda line: line.at_ms)
    _check_steps(path, lines)
    return tuple(lines)


def _line(number: int, words: list[str], start_ms: Milliseconds) -> ScriptLine:
    at_ms = _minute(words[0])
    if at_ms < start_ms:
        raise SetSettingError(_("the soundscape begins at {start}, after this minute.").format(start=clock(start_ms)))
    if len(words) < 2:
        raise SetSettingError(_("MINUTE ACT [ARGUMENT] expected; the act is missing."))
    name, rest = words[1], words[2].strip() if len(words) > 2 else None
    if name == MARK:
        name, _space, note = (rest or "").partition(" ")
        return ScriptLine(number, at_ms, mark_named(name), note_given(note), is_mark=True)
    if name in list(marks.Mark):
        return ScriptLine(number, at_ms, name, note_given(rest), is_mark=True)
    return ScriptLine(number, at_ms, name, orders.order(name, rest).argument, is_mark=False)


def mark_named(name: str) -> str:
    """A mark's name; UsageError with the nearest when there is none."""
    if name in list(marks.Mark):
        return name
    known = [str(mark) for mark in marks.Mark]
    raise UsageError(_("There is no mark called {name!r}.").format(name=name) + guess(name, known))


def _minute(text: str) -> Milliseconds:
    minute = number_typed(text)
    if not abs(minute) <= _MOST_MINUTES:
        raise SetSettingError(_("{text!r} is no minute of the soundscape's clock.").format(text=text))
    return ms_from_minutes(Minutes(minute))


def _check_steps(path: Path, lines: list[ScriptLine]) -> None:
    """Refuse steps that cannot follow each other; after an undo the session itself says what can."""
    done: list[InfusionAct] = []
    for line in lines:
        if line.is_mark:
            continue
        act = acts.BY_NAME[line.name]
        if act.undoes:
            return
        if act.step is None:
            continue
        if (why := refusal(done, act.step)) is not None:
            raise broken(path, line.number, f"{line.name}: {why}")
        done.append(InfusionAct(act.step, line.at_ms))
