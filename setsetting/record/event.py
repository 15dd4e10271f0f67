"""The envelope of every event, fixed from the first day, and the hash that chains it.

The hash covers the payload as stored, so that a payload sealed by its patient's key can be shredded
later and the chain still verifies. One chain per device; the key is (device, seq).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from setsetting.units import Milliseconds

GENESIS = "0" * 64
"""The `prev_hash` of a device's first event."""


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it stands in the log.

    `payload` is the stored text (JSON of integers and text only, or sealed); `subject` is the id of
    the patient whose key would seal it, `corrects` the event_id it corrects, with a `reason`.
    """

    device: str
    seq: int
    event_id: str
    kind: str
    version: int
    at_utc_ms: Milliseconds
    mono_ms: Milliseconds
    lamport: int
    actor: str
    subject: str | None
    corrects: str | None
    reason: str | None
    seal: str | None
    payload: str
    prev_hash: str
    hash: str


def chained_hash(
    *,
    device: str,
    seq: int,
    event_id: str,
    kind: str,
    version: int,
    at_utc_ms: Milliseconds,
    mono_ms: Milliseconds,
    lamport: int,
    actor: str,
    subject: str | None,
    corrects: str | None,
    reason: str | None,
    seal: str | None,
    payload: str,
    prev_hash: str,
) -> str:
    """SHA-256 over prev_hash and the canonical JSON of every column but the two hashes.

    Keys sorted, compact, UTF-8 as it is; the payload enters as its stored text. Integers and text
    only, so that every language hashes alike.
    """
    columns = {
        "device": device,
        "seq": seq,
        "event_id": event_id,
        "kind": kind,
        "version": version,
        "at_utc_ms": at_utc_ms,
        "mono_ms": mono_ms,
        "lamport": lamport,
        "actor": actor,
        "subject": subject,
        "corrects": corrects,
        "reason": reason,
        "seal": seal,
        "payload": payload,
    }
    return hashlib.sha256(prev_hash.encode() + _canonical(columns).encode()).hexdigest()


def head_of(newest: Mapping[str, str]) -> str:
    """One hash that vouches for every chain, from each device's newest hash.

    With one chain it is that hash itself; with several, SHA-256 over lines "device hash", sorted.
    """
    if len(newest) < 2:
        return next(iter(newest.values()), GENESIS)
    return hashlib.sha256("".join(f"{device} {newest[device]}\n" for device in sorted(newest)).encode()).hexdigest()
