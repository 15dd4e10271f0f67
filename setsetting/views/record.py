"""What verifying the record, deriving it anew or erasing in it came to, as data."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from setsetting.review.words import ACTOR_SIGNS
from setsetting.words.numbers import local_text, utc_text
from setsetting.words.plain import one_line
from setsetting.words.translate import _

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from setsetting.desk.backups import Backup
    from setsetting.desk.records import TrailEntry
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


def copied_as_data(copy: "Backup") -> dict[str, Any]:
    return {"path": str(copy.path), "events": copy.events}


def copied_words(copy: "Backup") -> str:
    return _("Copied to {path} and verified; put it on another disk too, where only you can read it.").format(
        path=copy.path
    )


def erased_as_data(event: "Event") -> dict[str, Any]:
    return {"event_id": event.event_id, "kind": event.kind}


def erased_words(event: "Event") -> str:
    """What was erased, and what no longer holds without it."""
    said = _("Erased: {kind} {id}. Copies made before still hold it.").format(kind=event.kind, id=event.event_id)
    lost = {
        "patient.added": _(
            "No list names this person any more; `setsetting record events` still has what else they told."
        ),
        "session.started": _("No list names this session any more, and what was heard in it counts as not heard."),
        "session.acted": _("Where it was the start of an infusion, its session counts as none now."),
        "session.played": _("What sounded there counts as not heard."),
    }
    return " ".join(each for each in (said, lost.get(event.kind)) if each)


def trail_as_data(entry: "TrailEntry") -> dict[str, Any]:
    event = entry.event
    return {
        "event_id": event.event_id,
        "kind": event.kind,
        "recorded": utc_text(event.at_utc_ms),
        "actor": event.actor,
        "corrects": event.corrects,
        "reason": entry.reason,
        "erased": event.payload is None,
    }


def columns(zone: "ZoneInfo") -> Mapping[str, Callable[["TrailEntry"], str]]:
    """What a list shows, under each heading, by the clinic's clock."""
    return {
        _("id"): lambda entry: entry.event.event_id,
        _("recorded"): lambda entry: local_text(entry.event.at_utc_ms, zone),
        _("by"): lambda entry: entry.event.actor[:ACTOR_SIGNS],
        _("kind"): lambda entry: entry.event.kind,
        _("erased"): lambda entry: _("yes") if entry.event.payload is None else "",
        _("corrects"): lambda entry: entry.event.corrects or "",
        _("why"): lambda entry: one_line(entry.reason or ""),
    }
