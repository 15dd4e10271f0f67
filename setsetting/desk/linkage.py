"""Settings beside the next scores, from two bare files; no clinic is asked."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO, TypeVar

from setsetting.errors import UsageError
from setsetting.machine import files
from setsetting.progress import Say
from setsetting.review.association import LinkReview, review_links
from setsetting.review.column_linkage import link_columns
from setsetting.review.link_files import KEYS, Factor, FactorKind, Patients, read_scores, read_sessions
from setsetting.words.translate import _, count

T = TypeVar("T")


def declared(names: Sequence[str]) -> list[Factor]:
    """The settings as they are named: NAME, NAME:ordered or NAME:amount; UsageError for one that stands twice."""
    factors = []
    for name in names:
        column, _colon, kind = name.rpartition(":")
        known = column and kind in {FactorKind.ORDERED, FactorKind.AMOUNT}
        factors.append(Factor(column, FactorKind(kind)) if known else Factor(name))
    columns = [factor.name for factor in factors]
    for column in columns:
        if columns.count(column) > 1 or column in {"", *KEYS}:
            raise UsageError(_("--factor {name!r} is no setting, or is declared twice.").format(name=column))
    return factors


def of_files(sessions: Path, scores: Path, factors: Sequence[Factor], *, say: Say) -> LinkReview:
    """Link the sessions of one file to the scores of the other, and estimate each setting as declared."""
    known = Patients()
    held = _read(sessions, lambda lines: read_sessions(lines, sessions, factors, known), say)
    scored, without = _read(scores, lambda lines: read_scores(lines, scores, known), say)
    if without:
        say(count("{n} row of the scores has no score.", "{n} rows of the scores have no score.", without))
    if others := len(known.strangers):
        say(count("{n} patient has scores and no session.", "{n} patients have scores and no session.", others))
    linked = link_columns(held, scored)
    if linked.same_day:
        said = _("{n} linked sessions have their score of the same day; it counts as before the session.")
        say(said.format(n=linked.same_day))
    return review_links(linked, [factor.name for factor in factors])


def _read(path: Path, read: Callable[[TextIO], T], say: Say) -> T:
    """Read a file as UTF-8, else as Latin-1, and say so."""
    try:
        with files.lines_of(path) as lines:
            return read(lines)
    except UnicodeDecodeError:
        say(_("{path} is not UTF-8; it is read as Latin-1.").format(path=path))
    with files.lines_of(path, encoding="latin-1") as lines:
        return read(lines)
