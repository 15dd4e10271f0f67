"""Sessions and scores from bare CSV files, as they come from a spreadsheet; read in pieces, so that no size is too large.

Sessions have the columns patient, session_no, day and one for each setting; scores have patient, day and pcl5, and may have
recall. Days are whole numbers or ISO dates. Commas, semicolons or tabs part the cells; where semicolons do, an amount may have a
decimal comma. What can't be read is refused with its line and column; a cell's own text is never repeated.
"""

import csv
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from setsetting.arrays import Floats
from setsetting.clinical.factor import FactorKind
from setsetting.errors import broken, guess
from setsetting.review.column_linkage import (
    ScoreColumns,
    SessionColumns,
    Whole,
    scores_in_order,
    sessions_in_order,
)
from setsetting.words.translate import _

KEYS = ("patient", "session_no", "day")
"""The columns of the sessions that are no setting."""
_PIECE = 20_000
_HIGHEST = 80
_SAID = {**dict.fromkeys(("1", "1.0", "yes", "y", "true"), 1.0), **dict.fromkeys(("0", "0.0", "no", "n", "false"), 0.0)}
_UNKNOWN = {"": math.nan, "-": math.nan, "na": math.nan, "n/a": math.nan, "unknown": math.nan}


@dataclass(frozen=True, slots=True)
class Factor:
    """A declared setting: its column, and what its cells hold."""

    name: str
    kind: FactorKind = FactorKind.YES_NO


@dataclass(slots=True)
class Patients:
    """Each patient's number, by the code that both files use; who has no session is a stranger to the scores."""

    numbers: dict[str, int] = field(default_factory=dict)
    strangers: set[str] = field(default_factory=set)
    dated: bool | None = None
    """Whether days are dates; None while no day was read."""

    def number(self, code: str, *, new: bool) -> int:
        """A patient's number, -1 of a stranger; ValueError for an empty code."""
        if not code:
            raise ValueError
        if new:
            return self.numbers.setdefault(code, len(self.numbers))
        if code not in self.numbers:
            self.strangers.add(code)
        return self.numbers.get(code, -1)


@dataclass(frozen=True, slots=True)
class _Piece:
    """So many rows of a file: its cells by column, and the line each row stands on."""

    path: Path
    cells: Mapping[str, Sequence[str]]
    lines: Sequence[int]
    decimal_comma: bool

    def read(self, name: str, read: Callable[[str], float], expected: str) -> list[float]:
        """A column's values; where `read` raises ValueError or KeyError for a cell, its line is told."""
        values: dict[str, float] = {}
        for cell in dict.fromkeys(self.cells[name]):
            try:
                values[cell] = read(cell.strip())
            except (ValueError, KeyError, OverflowError):
                continue
        try:
            return [values[cell] for cell in self.cells[name]]
        except KeyError as unread:
            line = self.lines[self.cells[name].index(unread.args[0])]
        raise broken(self.path, line, _("`{column}`: {expected} expected.").format(column=name, expected=expected))

    def only(self, kept: Sequence[int]) -> "_Piece":
        """The same of some of the rows."""
        cells = {name: [column[at] for at in kept] for name, column in self.cells.items()}
        return _Piece(self.path, cells, [self.lines[at] for at in kept], self.decimal_comma)

    def whole(self, name: str, low: int, high: int, expected: str) -> Whole:
        """A column of whole numbers within bounds; 38.0 is one, as programs write it beside what is missing."""

        def one(cell: str) -> float:
            whole, _point, rest = (cell.replace(",", ".") if self.decimal_comma else cell).partition(".")
            if (
                not (whole.lstrip("+-").isdecimal() and cell.isascii())
                or rest.strip("0")
                or not low <= int(whole) <= high
            ):
                raise ValueError
            return int(whole)

        return np.array(self.read(name, one, expected), dtype=np.int32)

    def patients(self, known: Patients, *, new: bool = False) -> Whole:
        found = self.read("patient", lambda code: known.number(code, new=new), _("a code"))
        return np.array(found, dtype=np.int32)

    def days(self, known: Patients) -> Whole:
        """Days as they are counted, or as dates; one of the two in both files."""
        if known.dated is None:
            known.dated = "-" in self.cells["day"][0].strip()[1:]
        if not known.dated:
            return self.whole("day", -(10**6), 10**6, _("a whole number of days"))
        found = self.read("day", _day, _("a date as 2026-11-30"))
        return np.array(found, dtype=np.int32)

    def exposure(self, factor: Factor) -> Floats:
        """How much of a setting there was; NaN where the cell says that nobody knows."""
        if factor.kind is FactorKind.YES_NO:
            expected = _("yes, no, 1, 0 or an empty cell for unknown")
            return np.array(self.read(factor.name, lambda cell: (_SAID | _UNKNOWN)[cell.casefold()], expected))
        return np.array(self.read(factor.name, self._amount, _("a number from 0 on, or an empty cell for unknown")))

    def _amount(self, cell: str) -> float:
        if cell.casefold() in _UNKNOWN:
            return math.nan
        value = float(cell.replace(",", ".") if self.decimal_comma else cell)
        if not 0 <= value < math.inf or "_" in cell or not cell.isascii():
            raise ValueError
        return value


def read_sessions(lines: Iterable[str], path: Path, factors: Sequence[Factor], known: Patients) -> SessionColumns:
    """Read the sessions' file; BrokenFile says where it is wrong."""
    patient, number, day, line = [], [], [], []
    exposures: dict[str, list[Floats]] = {factor.name: [] for factor in factors}
    for piece in _pieces(lines, path, (*KEYS, *exposures)):
        patient.append(piece.patients(known, new=True))
        number.append(piece.whole("session_no", 1, 10**6, _("a whole number from 1 on")))
        day.append(piece.days(known))
        line.append(np.array(piece.lines, dtype=np.int32))
        for factor in factors:
            exposures[factor.name].append(piece.exposure(factor))
    if not patient:
        raise broken(path, None, _("there is no session in it."))
    where = np.concatenate(line)
    order = {name: np.concatenate(parts) for name, parts in exposures.items()} | {"": where.astype(float)}
    sorted_ = sessions_in_order(
        SessionColumns(np.concatenate(patient), np.concatenate(number), np.concatenate(day), order)
    )
    told = sorted_.exposures[""].astype(np.int32)
    same = sorted_.patient[1:] == sorted_.patient[:-1]
    _refuse_pairs(path, told, same & (sorted_.day[1:] == sorted_.day[:-1]), _("two sessions of one patient on one day"))
    _refuse_pairs(
        path, told, same & (sorted_.number[1:] <= sorted_.number[:-1]), _("`session_no` does not rise with the day")
    )
    kept = {name: sorted_.exposures[name] for name in exposures}
    return SessionColumns(sorted_.patient, sorted_.number, sorted_.day, kept)


def read_scores(lines: Iterable[str], path: Path, known: Patients) -> tuple[ScoreColumns, int]:
    """Read the scores of known patients, and how many rows have no score; BrokenFile says where the file is wrong."""
    patient, day, total, line = [], [], [], []
    without, recalls = 0, set()
    for piece in _pieces(lines, path, ("patient", "day", "pcl5"), ("recall",)):
        recalls |= {each.strip().casefold() for each in piece.cells.get("recall", ())}
        if len(recalls) > 1:
            raise broken(path, None, _("`recall` has more than one value; week and month can't be mixed."))
        if blank := {cell for cell in set(piece.cells["pcl5"]) if not cell.strip()}:
            scored = [at for at, cell in enumerate(piece.cells["pcl5"]) if cell not in blank]
            without += len(piece.lines) - len(scored)
            used = piece.only(scored)
        else:
            used = piece
        if used.lines:
            who = used.patients(known)
            patient.append(who[who >= 0])
            day.append(used.days(known)[who >= 0])
            total.append(used.whole("pcl5", 0, _HIGHEST, _("a whole number from 0 to 80"))[who >= 0])
            line.append(np.array(used.lines, dtype=np.int32)[who >= 0])
    if not patient:
        nothing = np.zeros(0, dtype=np.int32)
        return ScoreColumns(nothing, nothing, nothing), without
    scores = ScoreColumns(*(np.concatenate(parts) for parts in (patient, day, total)))
    told = np.concatenate(line)[np.lexsort((scores.day, scores.patient))]
    scores = scores_in_order(scores)
    same = (scores.patient[1:] == scores.patient[:-1]) & (scores.day[1:] == scores.day[:-1])
    _refuse_pairs(path, told, same, _("two scores of one patient on one day"))
    return scores, without


def _day(cell: str) -> int:
    """The number of a day written like 2026-11-30; an ISO week and eight digits are no dates."""
    if not cell[4:5] == cell[7:8] == "-":
        raise ValueError
    return date.fromisoformat(cell).toordinal()


def _refuse_pairs(path: Path, lines: Whole, wrong: npt.NDArray[np.bool_], trouble: str) -> None:
    """Refuse the first two neighbours that cannot both be."""
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        low, high = sorted((int(lines[first]), int(lines[first + 1])))
        raise broken(path, high, _("{trouble} (see line {line}).").format(trouble=trouble, line=low))


def _pieces(lines: Iterable[str], path: Path, columns: Sequence[str], may: Sequence[str] = ()) -> Iterator[_Piece]:
    """A file's rows, some thousands at a time, as columns; raises for a missing column and a row of another width."""
    lines = iter(lines)
    head = next(lines, "")
    mark = max(",;\t", key=head.count)
    names = [name.strip() for name in next(csv.reader([head], delimiter=mark), [])]
    for column in columns:
        if names.count(column) != 1:
            what = _("there is no column {name!r}.") if column not in names else _("the column {name!r} stands twice.")
            raise broken(path, 1, what.format(name=column) + ("" if column in names else guess(column, names)))
    wanted = [name for name in (*columns, *may) if name in names]
    last = 1
    while batch := list(islice(lines, _PIECE)):
        whole = "".join(batch)
        if '"' in whole or {line.count(mark) for line in batch} != {len(names) - 1}:
            rows = _quoted(chain(batch, lines), path, mark, len(names), last)
            while found := list(islice(rows, _PIECE)):
                quoted = {name: [row[names.index(name)] for _line, row in found] for name in wanted}
                yield _Piece(path, quoted, [line for line, _row in found], mark == ";")
            return
        cells = whole.replace("\r\n", "\n").replace("\r", "\n").replace("\n", mark).split(mark)
        plain = {name: cells[names.index(name) : len(batch) * len(names) : len(names)] for name in wanted}
        yield _Piece(path, plain, range(last + 1, last + len(batch) + 1), mark == ";")
        last += len(batch)


def _quoted(lines: Iterable[str], path: Path, mark: str, width: int, last: int) -> Iterator[tuple[int, list[str]]]:
    """Rows with their lines, cell by cell: for what has quotes, blank lines or rows of another width."""
    reader = csv.reader(lines, delimiter=mark, strict=True)
    try:
        for row in reader:
            if row and len(row) != width:
                what = _("{n} cells, {m} expected.").format(n=len(row), m=width)
                raise broken(path, last + reader.line_num, what)
            if row:
                yield last + reader.line_num, row
    except csv.Error as error:
        raise broken(path, last + reader.line_num, _("not CSV: {why}.").format(why=error)) from error
