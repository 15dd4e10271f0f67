"""Totals of other scales as data and in words: as they were noted, and nothing of what they mean."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from setsetting.clinical.scales import of_range
from setsetting.words.numbers import day_text, local_text, utc_text
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.record.scale_rows import ScaleRow


def as_data(row: "ScaleRow") -> dict[str, Any]:
    return {
        "event_id": row.event_id,
        "scale": row.scale,
        "total": row.total,
        "lowest": row.lowest,
        "highest": row.highest,
        "taken": utc_text(row.taken_ms),
        "dated_only": row.dated_only,
        "withdrawn": row.withdrawn,
        "at": utc_text(row.at_utc_ms),
        "actor": row.actor,
    }


def columns(zone: ZoneInfo) -> Mapping[str, Callable[["ScaleRow"], str]]:
    """What a list shows, under each heading, by the clinic's clock."""
    return {
        _("id"): lambda row: row.event_id[:8],
        _("taken"): lambda row: taken_words(row, zone),
        _("scale"): lambda row: row.scale,
        _("total"): lambda row: of_range(row.total, row.lowest, row.highest),
        _("remarks"): lambda row: _("withdrawn") if row.withdrawn else "",
    }


def taken_words(row: "ScaleRow", zone: ZoneInfo) -> str:
    """When a total was taken, on the clinic's clock."""
    return (day_text if row.dated_only else local_text)(row.taken_ms, zone)


def noted_words(row: "ScaleRow") -> str:
    """What was noted, and how it is taken back."""
    return _("{scale} {total} is noted. `setsetting scale withdraw {id} --reason TEXT` takes it back.").format(
        scale=row.scale, total=of_range(row.total, row.lowest, row.highest), id=row.event_id[:8]
    )


def range_words(lowest: int, highest: int) -> str:
    """From which total to which a scale goes."""
    return _("{lowest} to {highest}").format(lowest=lowest, highest=highest)


def newest_words(rows: "Iterable[ScaleRow]", zone: ZoneInfo) -> tuple[str, ...]:
    """The newest total of each scale, with its day."""
    newest = {row.scale: row for row in rows}
    return tuple(told_words(row, zone) for row in newest.values())


def told_words(row: "ScaleRow", zone: ZoneInfo) -> str:
    """A total with its scale, range and day."""
    return f"{row.scale} {of_range(row.total, row.lowest, row.highest)}, {taken_words(row, zone)}"
