"""What is drawn by lot, each draw and what came otherwise, as typed rows."""

from dataclasses import dataclass
from datetime import date

from setsetting.record import corrections
from setsetting.record.alternation_kinds import AlternationPlanned
from setsetting.record.log import Record
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class AlternationRow:
    """A schedule, when and by whom it was fixed; `stopped_ms` is when it was stopped early, `looked` how often it was looked at."""

    event_id: str
    planned: AlternationPlanned
    at_utc_ms: Milliseconds
    actor: str
    stopped_ms: Milliseconds | None
    looked: int

    def runs(self, today: date) -> bool:
        return self.stopped_ms is None and today <= date.fromisoformat(self.planned.until)

    def value_of(self, draw: "DrawRow") -> str:
        """What a draw of this schedule says the field is to be."""
        return self.planned.with_value if draw.drawn else self.planned.without_value


@dataclass(frozen=True, slots=True)
class DrawRow:
    """A draw that was shown for an infusion of a patient; `deviations` are the reasons that were told for not following it."""

    event_id: str
    alternation_id: str
    patient_id: str
    number: int
    place: int
    drawn: bool
    permille: int
    at_utc_ms: Milliseconds
    deviations: tuple[str, ...]


def alternations(record: Record) -> list[AlternationRow]:
    """Every schedule, in the order in which they were fixed."""
    found = record.read(
        "SELECT s.*, e.at_utc_ms, e.actor,"
        " (SELECT min(x.at_utc_ms) FROM alternation_stopped t JOIN event x USING (device, seq)"
        "  WHERE t.alternation_id = s.event_id) AS stopped_ms,"
        " (SELECT count(*) FROM alternation_looked l WHERE l.alternation_id = s.event_id) AS looked"
        " FROM alternation_planned s JOIN event e USING (device, seq) ORDER BY s.lamport, s.device, s.seq"
    )
    return [
        AlternationRow(
            row["event_id"],
            AlternationPlanned(**{field: row[field] for field in AlternationPlanned.__struct_fields__}),
            row["at_utc_ms"],
            row["actor"],
            row["stopped_ms"],
            row["looked"],
        )
        for row in found
    ]


def draws(record: Record, alternation_id: str) -> list[DrawRow]:
    """Every draw of a schedule, in the order in which they were shown."""
    known = corrections.identities(record)
    reasons: dict[str, list[str]] = {}
    for row in record.read(
        "SELECT assigned_id, reason FROM alternation_deviated ORDER BY lamport, device, seq",
    ):
        reasons.setdefault(row["assigned_id"], []).append(row["reason"])
    found = record.read(
        "SELECT s.*, e.at_utc_ms FROM alternation_assigned s JOIN event e USING (device, seq)"
        " WHERE s.alternation_id = ? ORDER BY s.lamport, s.device, s.seq",
        [alternation_id],
    )
    return [
        DrawRow(
            row["event_id"],
            row["alternation_id"],
            known.of(row["patient_id"]),
            row["number"],
            row["place"],
            bool(row["drawn"]),
            row["permille"],
            row["at_utc_ms"],
            tuple(reasons.get(row["event_id"], ())),
        )
        for row in found
    ]
