"""The newest second keying of each form, and what was said of where it differs."""

from dataclasses import dataclass

from setsetting.clinical.form import Item
from setsetting.record import cells
from setsetting.record.corrections import Correction, standing
from setsetting.record.form_kinds import FormUpheld
from setsetting.record.log import Record
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class KeyedRow:
    """What was keyed a second time, when and by whom, a random id; `upheld` says that the form stands as it is in there."""

    event_id: str
    at_utc_ms: Milliseconds
    actor: str
    items: tuple[Item, ...]
    upheld: tuple[Correction, tuple[Item, ...]] | None = None


_KEYED = """
SELECT k.form_id, k.event_id, k.items, e.at_utc_ms, e.actor FROM form_keyed_again k JOIN event e USING (device, seq)
ORDER BY k.lamport, k.device, k.seq"""


def by_form(record: Record) -> dict[str, KeyedRow]:
    """The newest second keying by the form's id."""
    upheld: dict[str, tuple[Correction, tuple[Item, ...]]] = {}
    for each in standing(record, (FormUpheld,)):
        match each.payload:
            case FormUpheld(items=items):
                upheld[each.corrects] = each, tuple(cells.item(item) for item in items)
    return {
        row["form_id"]: KeyedRow(
            row["event_id"],
            row["at_utc_ms"],
            row["actor"],
            tuple(cells.item(item) for item in cells.nested(row["items"], list[int | str])),
            upheld.get(row["event_id"]),
        )
        for row in record.read(_KEYED)
    }
