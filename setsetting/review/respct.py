"""What was logged of the setting by ReSPCT item: values with how many sessions had each, of one session or of a clinic.

Structured after the list of Pronovost-Morgan et al. 2025; not certified by it, and not frozen to the items of StaMPS, which
are still in their rounds.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from setsetting.clinical.setting import FIELDS, TAPS
from setsetting.words.translate import _

LIST_VERSION = "ReSPCT, Nature Medicine 2025, doi 10.1038/s41591-025-03685-9"


@dataclass(frozen=True, slots=True)
class RespctRow:
    """A value of one thing about the setting: in so many sessions, of so many in which it is known, of how many patients.

    `unsaid` patients had a session in which it is not known; a rating has its `mean`.
    """

    respct: int
    name: str
    label: str
    value: str
    sessions: int
    known: int
    patients: int
    unsaid: int
    mean: float | None = None


@dataclass(frozen=True, slots=True)
class LoggedSession:
    """Of one session: the fields and the ratings that were logged, by name; none where nothing was."""

    patient: str
    fields: Mapping[str, str]
    taps: Mapping[str, int]


def respct_rows(sessions: Iterable[LoggedSession]) -> tuple[RespctRow, ...]:
    """Every value that occurs, in the order of the items, then of the fields and their values."""
    held = list(sessions)
    rows = [*_fields(held), *_ratings(held)]
    return tuple(sorted(rows, key=lambda row: row.respct))


def _fields(held: list[LoggedSession]) -> Iterator[RespctRow]:
    for field in FIELDS:
        told = [(each.patient, each.fields[field.name]) for each in held if field.name in each.fields]
        counts = Counter(value for _patient, value in told)
        unsaid = len({each.patient for each in held if field.name not in each.fields})
        order = {choice: n for n, choice in enumerate(field.choices)}
        for value in sorted(counts, key=lambda value: (order.get(value, len(order)), len(value), value)):
            behind = len({patient for patient, said in told if said == value})
            yield RespctRow(field.respct, field.name, field.label, value, counts[value], len(told), behind, unsaid)


def _ratings(held: list[LoggedSession]) -> Iterator[RespctRow]:
    """Ratings by the mean, for 11 rows of counts each would say less."""
    for tap in TAPS:
        given = [(each.patient, each.taps[tap.name]) for each in held if tap.name in each.taps]
        if given:
            mean = sum(value for _patient, value in given) / len(given)
            said = _("rated 0 to 10, mean {mean:.1f}").format(mean=mean)
            behind = len({patient for patient, _value in given})
            unsaid = len({each.patient for each in held if tap.name not in each.taps})
            counts = len(given), len(given), behind, unsaid
            yield RespctRow(tap.respct, tap.name, tap.label, said, *counts, mean)


def note() -> str:
    """What stands beside the table wherever it is."""
    return _(
        "Numbers are items of {version}; structured after that list in own words, not certified by it. Its authors' later "
        "list is still being agreed on and is not used here."
    ).format(version=LIST_VERSION)
