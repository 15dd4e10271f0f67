"""A CSV file of another program, row by row: UTF-8 (with or without a mark) or Latin-1; commas, semicolons or tabs.

Read twice, in pieces, so that no size is too large: once for its digest and its encoding, once for its rows. It refuses what
is no text, a line without an end, a column that it needs and is not there or there twice, and a file that changes meanwhile.
"""

import codecs
import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from setsetting.errors import BrokenFile, NotFound, Refused, broken, guess
from setsetting.machine import files
from setsetting.progress import Report, Step, silent
from setsetting.words.translate import _

ENCODINGS = ("utf-8", "latin-1")
DELIMITERS = (",", ";", "\t")
_WINDOWS = "cp1252"
"""What is called Latin-1 and has the quotation marks and dashes that programs write."""
_PIECE = 1 << 20
_LARGE = 50 << 20
"""From so many bytes on it is told how far the look has come."""
_LONGEST_ROW = 4_000_000
_LONGEST_CELL = 100_000
_REPORT_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first look tells of a file."""

    path: Path
    sha256: str
    encoding: str
    stamp: files.Stamp | None
    bytes: int


def survey(path: Path, encoding: str = "", report: Report = silent) -> Survey:
    """Read a file through for its digest and whether it is UTF-8; else it is Latin-1, as programs of its time write it."""
    stamp = files.stamp_of(str(path))
    if path.is_dir() or (path.exists() and not path.is_file()):
        raise Refused(_("{path} is no plain file; name a file.").format(path=path))
    digest, decoder, is_utf8, done = hashlib.sha256(), codecs.getincrementaldecoder("utf-8")(), True, 0
    total = 0 if stamp is None else stamp[0]
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                if done == 0 and piece.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                    raise Refused(_("{path} is UTF-16 text; save it as CSV in UTF-8.").format(path=path))
                digest.update(piece)
                is_utf8 = is_utf8 and _decodes(decoder, piece)
                done += len(piece)
                if total >= _LARGE:
                    report(Step(done >> 20, total >> 20, _("looked through, MB"), path.name))
    except FileNotFoundError as error:
        raise NotFound(_("{path} does not exist.").format(path=path)) from error
    except OSError as error:
        raise Refused(_("{path} cannot be read: {why}.").format(path=path, why=error.strerror)) from error
    is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    if encoding == "utf-8" and not is_utf8:
        raise Refused(_("{path} is not UTF-8 text, as its mapping says; save it as UTF-8.").format(path=path))
    return Survey(path, digest.hexdigest(), encoding or ("utf-8" if is_utf8 else "latin-1"), stamp, done)


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True


class _Lines:
    """The lines of a file for a CSV reader, none of them, and no row of them, longer than memory should hold."""

    def __init__(self, file: TextIO, path: Path) -> None:
        self._file, self._path = file, path
        self.row = 0
        self.signs = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(_LONGEST_ROW):
            self.signs += len(line)
            if self.signs >= _LONGEST_ROW:
                words = _("row {row} is longer than {most:,} characters: a quotation mark may be missing before it.")
                raise broken(self._path, None, words.format(row=self.row + 1, most=_LONGEST_ROW))
            yield line


def _unsaid(row: int) -> None:
    """Say of it nothing."""


class CsvRows:
    """The rows of a file under their columns' names; use it in a `for`, once."""

    def __init__(self, found: Survey, delimiter: str = "", report: Report = silent) -> None:
        self.survey = found
        self.delimiter = delimiter
        self._report = report
        self.header: tuple[str, ...] = ()
        self._at: dict[str, int] = {}
        self._told = 0
        self.on_ragged: Callable[[int], None] = _unsaid
        """What hears of a row that has more cells than there are columns, and is passed over."""

    def need(self, names: Iterable[str]) -> None:
        """Refuse a column that is not there, or there twice."""
        for name in names:
            if name not in self._at:
                words = _("it has no column {name!r}.").format(name=name)
                raise broken(self.survey.path, None, words + guess(name, self._at))
            if Counter(self.header)[name] > 1:
                words = _("it has the column {name!r} twice, so that it is not known which is meant.")
                raise broken(self.survey.path, None, words.format(name=name))

    def open_header(self) -> tuple[str, ...]:
        """Read the first line alone."""
        for _row, _cells in self._rows(only_header=True):
            pass
        return self.header

    def __iter__(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Each row's number, as a spreadsheet counts, and its cells; rows without a sign are passed over."""
        yield from self._rows(only_header=False)
        if self.survey.stamp != files.stamp_of(str(self.survey.path)):
            raise Refused(_("{path} was changed while it was read; do it again.").format(path=self.survey.path))

    def cell(self, cells: Sequence[str], name: str) -> str:
        """What stands in a column, without the blanks around it; "" where no column is named."""
        return cells[self._at[name]].strip() if name else ""

    def ends_before(self, name: str) -> bool:
        """Whether the row at hand ends before this column: what stands in it is not empty, it is not there."""
        return self._at[name] >= self._told

    def _rows(self, *, only_header: bool) -> Iterator[tuple[int, Sequence[str]]]:
        path, encoding = self.survey.path, self.survey.encoding
        with files.lines_of(path, "utf-8-sig" if encoding == "utf-8" else _WINDOWS) as file:
            lines = _Lines(file, path)
            csv.field_size_limit(_LONGEST_CELL)
            try:
                first = next(iter(lines), "")
                self.delimiter = self.delimiter or max(DELIMITERS, key=first.count)
                file.seek(0)
                lines.signs = 0
                reader = csv.reader(lines, delimiter=self.delimiter)
                self._take_header(next(reader, []), path)
                lines.row = 1
                if only_header:
                    return
                yield from self._body(reader, lines)
            except csv.Error as error:
                words = _("row {row} is no CSV: {why}.").format(row=lines.row + 1, why=error)
                raise broken(path, None, words) from error
            except UnicodeDecodeError as error:
                words = _("row {row} is neither UTF-8 nor Latin-1 text.")
                raise broken(path, None, words.format(row=lines.row + 1)) from error

    def _take_header(self, header: Sequence[str], path: Path) -> None:
        self.header = tuple(name.strip() for name in header)
        if not any(self.header):
            raise BrokenFile(_("{path} is empty: a first line with the columns' names is needed.").format(path=path))
        self._at = {name: at for at, name in enumerate(self.header)}

    def _body(self, reader: "Iterator[list[str]]", lines: _Lines) -> Iterator[tuple[int, Sequence[str]]]:
        wide = len(self.header)
        for cells in reader:
            lines.row += 1
            lines.signs = 0
            if lines.row % _REPORT_ROWS == 0:
                self._report(Step(lines.row, None, _("rows read"), self.survey.path.name))
            if not any(cells):
                continue
            if len(cells) != wide and any(cells[wide:]):
                self.on_ragged(lines.row)
                continue
            self._told = len(cells)
            yield lines.row, cells if len(cells) >= wide else [*cells, *[""] * (wide - len(cells))]
