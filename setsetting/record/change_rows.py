"""The clinic's own changes that stand, and how often its charts were looked at, as typed rows."""

from dataclasses import dataclass
from datetime import date

from setsetting.record import schema
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
