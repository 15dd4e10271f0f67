"""What verifying or deriving the record anew came to, as data."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from setsetting.record.verify import Verification


def verified_as_data(verified: "Verification") -> dict[str, Any]:
    bad = verified.first_bad
    return {
        "ok": verified.ok,
        "events": verified.events,
        "head": verified.head,
        "first_bad": None if bad is None else {"device": bad.device, "seq": bad.seq, "damage": bad.damage},
        "missing_triggers": list(verified.missing_triggers),
    }


def rebuilt_as_data(events: int) -> dict[str, Any]:
    return {"events": events}
