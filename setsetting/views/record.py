"""What verifying the record, deriving it anew or erasing in it came to, as data."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from setsetting.words.numbers import local_text, utc_text
from setsetting.words.translate import _

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from setsetting.record.event import Event
    from setsetting.record.verify import Verification


def verified_as_data(verified: "Verification") -> dict[str, Any]:
    bad = verified.first_bad
    return {
        "ok": verified.ok,
        "events": verified.events,
        "head": verified.head,
        "first_bad": None if bad is None else {"device": bad.device, "seq": bad.seq, "damage": bad.damage},
        "missing_triggers": list(verified.missing_triggers),
        "projections_differ": list(verified.projections),
        "erased": [{"device": each.device, "seq": each.seq, "kind": each.kind} for each in verified.erased],
    }


def rebuilt_as_data(events: int) -> dict[str, Any]:
    return {"events": events}


def erased_as_data(event: "Event") -> dict[str, Any]:
    return {"event_id": event.event_id, "kind": event.kind}


def events_as_data(events: "Iterable[Event]") -> list[dict[str, Any]]:
    return [
        {
            "event_id": event.event_id,
            "kind": event.kind,
            "recorded": utc_text(event.at_utc_ms),
            "erased": event.payload is None,
        }
        for event in events
    ]


def event_words(event: "Event", zone: "ZoneInfo") -> tuple[str, str, str]:
    """When it was recorded, on the clinic's clock; its kind; whether it was erased."""
    return local_text(event.at_utc_ms, zone), event.kind, _("yes") if event.payload is None else ""
