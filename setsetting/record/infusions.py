"""An infusion as events hold it, and back."""

from collections.abc import Iterable

from setsetting.clinical.infusion import Infusion, Segment
from setsetting.record.kinds import StoredSegment


def as_stored(infusion: Infusion) -> tuple[StoredSegment, ...]:
    return tuple(StoredSegment(part.start_ms, part.end_ms, part.rate_permille) for part in infusion.segments)


def as_infusion(stored: Iterable[StoredSegment]) -> Infusion:
    return Infusion(tuple(Segment(part.start_ms, part.end_ms, part.rate_permille) for part in stored))
