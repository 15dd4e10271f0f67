"""The clinic's own changes as data and as lines, each with the id that withdraws it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from setsetting.words.numbers import utc_text
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.record.change_rows import ChangeRow


def as_data(row: "ChangeRow") -> dict[str, Any]:
    return {
        "event_id": row.event_id,
        "day": row.day.isoformat(),
        "words": row.words,
        "at": utc_text(row.at_utc_ms),
        "actor": row.actor,
    }


def in_words(rows: Sequence["ChangeRow"]) -> list[str]:
    return [f"{row.day}  {row.words}  {row.event_id[:8]}" for row in rows] or [_("No change was told.")]


def told_words(row: "ChangeRow") -> str:
    """What was kept, and how it is taken back."""
    return _("{day}: {words}. `setsetting change withdraw {id} --reason TEXT` takes it back.").format(
        day=row.day, words=row.words, id=row.event_id[:8]
    )
