"""Settings beside the next scores, from two bare files; no clinic is asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeVar

from setsetting.clinical.factor import FactorKind
from setsetting.errors import UsageError
from setsetting.machine import files
from setsetting.progress import Say
from setsetting.review.association import LinkReview, review_links
from setsetting.review.column_linkage import link_columns
from setsetting.review.link_files import KEYS, Factor, Patients, read_scores, read_sessions
from setsetting.words.translate import _, count

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Declared:
    """The settings to be looked at, and what every estimate is adjusted for besides."""

    factors: tuple[Factor, ...]
    beside: tuple[Factor, ...]


def declared(factors: Sequence[str], beside: Sequence[str]) -> Declared:
    """Columns as they are named: NAME, NAME:ordered or NAME:amount; UsageError for one that stands twice."""
    found, also = tuple(map(_factor, factors)), tuple(map(_factor, beside))
    columns = [each.name for each in (*found, *also)]
    for column in columns:
        if columns.count(column) > 1 or column in {"", *KEYS}:
            raise UsageError(_("The column {name!r} is no setting, or stands twice.").format(name=column))
    return Declared(found, also)


def _factor(name: str) -> Factor:
    column, _colon, kind = name.rpartition(":")
    known = column and kind in {FactorKind.ORDERED, FactorKind.AMOUNT}
    return Factor(column, FactorKind(kind)) if known else Factor(name)


def of_files(sessions: Path, scores: Path, columns: Declared, *, say: Say) -> LinkReview:
    """Link the sessions of one file to the scores of the other, and estimate each setting as declared."""
    known = Patients()
    every = (*columns.factors, *columns.beside)
    held = _read(sessions, lambda lines: read_sessions(lines, sessions, every, known), say)
    scored, without = _read(scores, lambda lines: read_scores(lines, scores, known), say)
    if without:
        say(count("{n} row of the scores has no score.", "{n} rows of the scores have no score.", without))
    if others := len(known.strangers):
        say(count("{n} patient has scores and no session.", "{n} patients have scores and no session.", others))
    linked = link_columns(held, scored)
    if linked.same_day:
        said = _("{n} linked sessions have their score of the same day; it counts as before the session.")
        say(said.format(n=linked.same_day))
    return review_links(linked, *([each.name for each in some] for some in (columns.factors, columns.beside)))


def _read(path: Path, read: Callable[[TextIO], T], say: Say) -> T:
    """Read a file as UTF-8, else as Latin-1, and say so."""
    try:
        with files.lines_of(path) as lines:
            return read(lines)
    except UnicodeDecodeError:
        say(_("{path} is not UTF-8; it is read as Latin-1.").format(path=path))
    with files.lines_of(path, encoding="latin-1") as lines:
        return read(lines)
