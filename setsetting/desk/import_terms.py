"""On what terms a file of another program is taken in, and what holding it against the record came to."""

from dataclasses import dataclass, field
from enum import StrEnum

from setsetting.exchange.found import Findings
from setsetting.record.log import Draft


class Unknown(StrEnum):
    """What becomes of rows of patients whom this clinic does not know."""

    REFUSE = "refuse"
    LEAVE = "leave"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class ImportTerms:
    """On what terms a file is taken in: under which id, by which mapping, and what becomes of strangers and of early forms."""

    import_id: str
    source: str
    mapping: str
    unknown: Unknown
    early_days: int


@dataclass(slots=True)
class Judged:
    """What would be recorded, and what hinders it; `stood` forms, sessions and totals are there already.

    `left` are of patients whom nobody knows and left out, `strangers` those that are not.
    """

    drafts: list[Draft] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    patients: int = 0
    forms: int = 0
    sessions: int = 0
    totals: int = 0
    stood: int = 0
    left: int = 0
    strangers: int = 0
