"""The clinic's own changes that stand, and how often its charts were looked at, as typed rows."""

from dataclasses import dataclass
from datetime import date

from setsetting.record import schema
from setsetting.record.change_kinds import ChangeSealed
from setsetting.record.log import Record
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What changed on a day; `event_id` is what a withdrawal corrects, `actor` who said it, a random id."""

    event_id: str
    words: str
    day: date
    at_utc_ms: Milliseconds
    actor: str


def changes(record: Record) -> list[ChangeRow]:
    """What was said to have changed and not withdrawn, by its day."""
    found = record.read(
        "SELECT s.event_id, s.words, s.day, e.at_utc_ms, e.actor FROM clinic_changed s JOIN event e USING (device, seq)"
        f" WHERE NOT {schema.withdrawn('s.event_id')} ORDER BY s.day, s.lamport, s.device, s.seq"
    )
    return [ChangeRow(**dict(row) | {"day": date.fromisoformat(row["day"])}) for row in found]


def looks(record: Record, measure: str, per: str) -> int:
    """How often a chart was looked at."""
    ((n,),) = record.read("SELECT count(*) FROM chart_looked WHERE measure = ? AND per = ?", [measure, per])
    return int(n)


@dataclass(frozen=True, slots=True)
class SealRow:
    """A sealed change as it was told, when and by whom; `withdrawn` says that its change was taken back, `opened` how often
    its result was shown."""

    event_id: str
    sealed: ChangeSealed
    at_utc_ms: Milliseconds
    actor: str
    withdrawn: bool
    opened: int


def seals(record: Record) -> list[SealRow]:
    """Every sealed change, in the order in which they were sealed."""
    found = record.read(
        f"SELECT s.*, e.at_utc_ms, e.actor, {schema.withdrawn('s.change_id')} AS withdrawn,"
        " (SELECT count(*) FROM seal_opened o WHERE o.seal_id = s.event_id) AS opened"
        " FROM change_sealed s JOIN event e USING (device, seq) ORDER BY s.lamport, s.device, s.seq"
    )
    return [
        SealRow(
            row["event_id"],
            ChangeSealed(**{field: row[field] for field in ChangeSealed.__struct_fields__}),
            row["at_utc_ms"],
            row["actor"],
            bool(row["withdrawn"]),
            row["opened"],
        )
        for row in found
    ]
