"""What a preflight asks of the record: an output's newest test tone and measured level, and when it was last written to."""

from dataclasses import dataclass

from setsetting.record.log import Record
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class HeardRow:
    """Whether an output's left and right side were heard, each on its own side, and when."""

    left: bool
    right: bool
    at_utc_ms: Milliseconds


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """The level of the reference noise at the patient's place, in dB(A), and when it was measured."""

    dba: float
    at_utc_ms: Milliseconds


_NEWEST = """
SELECT o.left, o.right, o.dba_tenths, e.at_utc_ms FROM output_tried o JOIN event e USING (device, seq)
WHERE output = ?1 AND {told} IS NOT NULL AND (?2 IS NULL OR e.at_utc_ms <= ?2) ORDER BY o.lamport DESC, o.device DESC, o.seq DESC LIMIT 1"""


def heard(record: Record, output: str) -> HeardRow | None:
    """The newest test tone on an output; None where there was none."""
    found = record.read(_NEWEST.format(told="o.left"), [output, None])
    return HeardRow(bool(found[0]["left"]), bool(found[0]["right"]), found[0]["at_utc_ms"]) if found else None


def calibration(record: Record, output: str, *, by_ms: Milliseconds | None = None) -> CalibrationRow | None:
    """The newest level measured on an output, by an instant where one is given; None where none was."""
    found = record.read(_NEWEST.format(told="o.dba_tenths"), [output, by_ms])
    return CalibrationRow(found[0]["dba_tenths"] / 10, found[0]["at_utc_ms"]) if found else None


def last_entry_ms(record: Record) -> Milliseconds | None:
    """When the newest entry was made, by the clock of its device; None in an empty record."""
    found = record.read("SELECT at_utc_ms FROM event ORDER BY lamport DESC, device DESC, seq DESC LIMIT 1")
    return found[0]["at_utc_ms"] if found else None
