"""What was said of a patient's visits as data and as lines, each statement with the id that withdraws it."""

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from setsetting.clinical.agreements import LABELS, Agreements, short_line
from setsetting.views import correction
from setsetting.words.numbers import local_text, utc_text
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.agreements import AgreementsView
    from setsetting.record.corrections import Correction
    from setsetting.record.statement_rows import AgreementsRow

NOT_ASKED = _("not asked")


def as_data(view: "AgreementsView") -> dict[str, Any]:
    return {
        "patient": view.code,
        "agreements": _agreements_as_data(view.now),
        "line": short_line(view.now),
        "told": [_row_as_data(row) for row in view.told],
    }


def _row_as_data(row: "AgreementsRow") -> dict[str, Any]:
    told = {"event_id": row.event_id, "at": utc_text(row.at_utc_ms), "actor": row.actor}
    return told | {"agreements": _agreements_as_data(row.agreements)}


def _agreements_as_data(agreements: Agreements) -> dict[str, str | None]:
    return {str(each): words for each, words in agreements.said.items()}


def in_words(view: "AgreementsView", zone: ZoneInfo) -> list[str]:
    """What stands, a line each; then what was agreed before it, newest first."""
    lines = [view.code]
    lines += [f"  {LABELS[each]}: {words or NOT_ASKED}" for each, words in view.now.said.items()]
    for row in reversed(view.told):
        when = _("agreed {when}") if row is view.told[-1] else _("before that, {when}")
        said = f"  {when.format(when=local_text(row.at_utc_ms, zone))} ({row.event_id[:8]})"
        lines.append(said if row is view.told[-1] else f"{said}: {short_line(row.agreements)}")
    return lines


def withdrawn_words(done: "Correction") -> str:
    said = _("Withdrawn; what was said before it stands again.")
    return said + " " + correction.made_words(done.event_id)
