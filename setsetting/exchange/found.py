"""What was read of another program's file: forms and sessions as it tells them, and what of it cannot be taken.

A finding names the row and the field and never repeats a cell: it may hold a patient's words. So many are kept as a person
can read; the rest are counted.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from setsetting.clinical.form import Item, Recall
from setsetting.clinical.infusion import Infusion
from setsetting.errors import Refused
from setsetting.exchange.beside import NOTHING_BESIDE, BesideForm
from setsetting.units import Minutes
from setsetting.words.translate import _

MOST_FINDINGS = 500
MOST_TAKEN = 50_000
"""So many forms, sessions and totals are taken in at once: more than a clinic has, and no more than memory holds."""


class Level(StrEnum):
    """How far a finding goes: it refuses the whole, it waits for an answer, or it is to be known."""

    REFUSED = "refused"
    ASKED = "asked"
    SAID = "said"


@dataclass(frozen=True, slots=True)
class RowFinding:
    """What is to be said of a row; `row` counts as a spreadsheet does, and is 0 for the whole file."""

    level: Level
    row: int
    field: str
    words: str


@dataclass(slots=True)
class Findings:
    """Findings in the order of the file; `counted` has those too that were too many to keep."""

    kept: list[RowFinding] = field(default_factory=list)
    counted: Counter[Level] = field(default_factory=Counter)

    def add(self, level: Level, row: int, name: str, words: str) -> None:
        self.counted[level] += 1
        if self.counted[level] <= MOST_FINDINGS:
            self.kept.append(RowFinding(level, row, name, words))

    def refuse(self, row: int, name: str, words: str) -> None:
        self.add(Level.REFUSED, row, name, words)

    @property
    def hinder(self) -> bool:
        """Whether nothing may be taken in."""
        return bool(self.counted[Level.REFUSED] or self.counted[Level.ASKED])


@dataclass(frozen=True, slots=True)
class FieldNames:
    """What the file calls the fields that a finding names."""

    patient: str
    at: str
    recall: str = "recall"
    items: str = "items"
    length: str = "minutes"
    room: str = "room"
    scale: str = "scale"
    total: str = "total"


@dataclass(frozen=True, slots=True)
class ReadForm:
    """A form as a file tells it; `taken` is a day or a time as `parse_moment` reads it."""

    row: int
    code: str
    taken: str
    recall: Recall
    items: tuple[Item, ...]
    names: FieldNames
    before: bool = False
    """Whether a day without a time is before that day's infusion, as somebody said."""
    simulated: bool = False
    beside: BesideForm = NOTHING_BESIDE


@dataclass(frozen=True, slots=True)
class ReadSession:
    """A session as a file tells it; times are read as `parse_moment` reads them, "" for what is not told."""

    row: int
    code: str
    started: str
    names: FieldNames
    minutes: Minutes | None = None
    infusion: Infusion | None = None
    planned: Infusion | None = None
    ended: str = ""
    zero: str = ""
    room: str = ""
    setting: Mapping[str, str] = field(default_factory=dict)
    taps: Mapping[str, int] = field(default_factory=dict)
    note: str | None = None
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class ReadTotal:
    """A total of another scale as a file tells it; without `stated` its range is the clinic's."""

    row: int
    code: str
    taken: str
    scale: str
    total: int
    names: FieldNames
    stated: tuple[int, int] | None = None
    simulated: bool = False


@dataclass(slots=True)
class ReadFile:
    """All that was read of a file: its digest, how it was written, and what it tells."""

    sha256: str
    written: str
    rows: int = 0
    forms: list[ReadForm] = field(default_factory=list)
    sessions: list[ReadSession] = field(default_factory=list)
    totals: list[ReadTotal] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)

    def refuse_too_many(self, told: int) -> None:
        if told > MOST_TAKEN:
            words = _(
                "The file holds more than {most:,} forms, sessions and totals; part it, and take in one part after another."
            )
            raise Refused(words.format(most=MOST_TAKEN))

    def take(self, told: ReadForm | ReadSession | ReadTotal) -> None:
        """Keep one; raises Refused where they are too many."""
        self.refuse_too_many(len(self.forms) + len(self.sessions) + len(self.totals) + 1)
        match told:
            case ReadForm():
                self.forms.append(told)
            case ReadSession():
                self.sessions.append(told)
            case ReadTotal():
                self.totals.append(told)
