"""The declared factors that stand, and what was looked at so far, as typed rows."""

from dataclasses import dataclass

from setsetting.clinical.factor import FactorKind, SettingFactor
from setsetting.record import cells, schema
from setsetting.record.log import Record
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class FactorRow:
    """A factor, when and by whom (a random id) it was declared; `event_id` is what a withdrawal corrects."""

    event_id: str
    factor: SettingFactor
    at_utc_ms: Milliseconds
    actor: str


def factors(record: Record) -> list[FactorRow]:
    """What was declared and not withdrawn, in the order in which it was."""
    found = record.read(
        "SELECT s.event_id, s.field, s.value, s.kind, e.at_utc_ms, e.actor"
        " FROM factor_declared s JOIN event e USING (device, seq)"
        f" WHERE NOT {schema.withdrawn('s.event_id')} ORDER BY s.lamport, s.device, s.seq"
    )
    return [
        FactorRow(
            row["event_id"],
            SettingFactor(row["field"], row["value"], cells.word(FactorKind, row["kind"])),
            row["at_utc_ms"],
            row["actor"],
        )
        for row in found
    ]


def looks(record: Record) -> list[tuple[str, ...]]:
    """What was examined at each look, as it was declared then."""
    found = record.read("SELECT s.factors FROM link_looked s ORDER BY s.lamport, s.device, s.seq")
    return [cells.nested(row["factors"], tuple[str, ...]) for row in found]
