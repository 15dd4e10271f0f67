"""What verifying the record, deriving it anew or erasing in it came to, as data."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
