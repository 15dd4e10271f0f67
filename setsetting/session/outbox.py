"""Keeping what was done: the outbox first, then the record; nothing is called durable that is not.

What the outbox has is on the disk. A screen, which looks again soon, has it entered in the record at its next look, so
that no key waits for all that a commit syncs; whoever else acts has it entered at once. A record that is locked, read-only or on a full disk stops no music and loses no act: what it has not taken waits in
memory and in the outbox, and is recorded in order when the record takes it again. What an earlier controller left in
the outbox is recorded before the first of ours, together with it.
"""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from setsetting.errors import SetSettingError
from setsetting.record.log import Draft, Record
from setsetting.session import outbox_file, recorded
from setsetting.session.event import SessionEvent
from setsetting.words.translate import _, count

AGAIN_S = 5.0
"""How long a record that refused is left alone."""


class Outbox:
    """One controller's way to the outbox and the record of one session; one that `looks_again` settles soon."""

    def __init__(self, folder: Path, open_record: Callable[[], Record]) -> None:
        self.folder = folder
        self.looks_again = False
        self._open = open_record
        self._record: Record | None = None
        self._settled: set[str] = set()
        self._waiting: dict[str, Draft] = {}
        self.why: str | None = None
        self._inherited: set[str] = set()
        self._is_read = False
        self._only_here: set[str] = set()
        self._try_again_at = 0.0

    def keep(self, events: list[SessionEvent]) -> bool:
        """Write what was done to the outbox and the record; True once it is on the disk and no record has refused it."""
        added = outbox_file.add(self.folder, events)
        self._only_here |= {each.event_id for each in events if not added or outbox_file.holds_part_of(each)}
        self._waiting.update({each.event_id: each.draft for each in events})
        if self.looks_again and not self.at_risk and self.why is None:
            return True
        return self.settle()

    def settle(self, more: Iterable[Draft] = (), *, now: bool = False) -> bool:
        """Enter what waits, and `more`, all or nothing; what the record has already is not entered twice.

        A record that refused is left alone for a while, so that no key waits for it; `now` asks it again, and enters
        what other controllers have left in the outbox by now.
        """
        if now or not self._is_read:
            left = {id_: each for id_, each in outbox_file.drafts(self.folder).items() if id_ not in self._settled}
            self._inherited |= left.keys() - self._waiting.keys()
            self._waiting, self._is_read = left | self._waiting, True
        for draft in more:
            if draft.event_id is not None and draft.event_id not in self._settled:
                self._waiting.setdefault(draft.event_id, draft)
        if not self._waiting:
            return True
        if not now and time.monotonic() < self._try_again_at:
            return False
        try:
            self.record.append_all(self._waiting.values())
        except SetSettingError as error:
            self.why = str(error)
            self._try_again_at = time.monotonic() + AGAIN_S
            self._settled, self._is_read = set(), False  # what is opened next may be an older copy, that lacks them
            self.close()
            return False
        self._settled |= set(self._waiting)
        self._waiting.clear()
        self._only_here.clear()
        self.why, self._try_again_at = None, 0.0
        return True

    def settle_late(self) -> None:
        """Enter what waits for a look of which there may be none: the session is left, or was closed elsewhere."""
        if self._waiting:
            self.settle()

    def in_full(self, read: list[SessionEvent]) -> list[SessionEvent]:
        """What was read of the outbox, and in its place what the record alone has, where the outbox may lack something.

        A record that cannot be read now adds nothing.
        """
        if not outbox_file.may_lack(self.folder):
            return read
        try:
            told = recorded.beyond(self.record, self.folder.name, {each.event_id for each in read})
        except SetSettingError:
            return read
        return sorted((*read, *told), key=lambda each: each.utc_ms)

    @property
    def at_risk(self) -> bool:
        """Whether something of what was done is in this process's memory and nowhere else."""
        return bool(self._only_here)

    @property
    def record(self) -> Record:
        """The opened record; raises its sentence when it cannot be opened."""
        if self._record is None:
            self._record = self._open()
        return self._record

    @property
    def notice(self) -> str | None:
        """What must be said while something waits outside a record that has refused it."""
        if not self._waiting or self.why is None:
            return None
        ours = len(self._waiting.keys() - self._inherited)  # what was inherited may have been entered before
        waiting = _("What was done waits outside the record and is entered by itself,")
        if ours:
            waiting = count(
                "{n} entry waits outside the record and is entered by itself,",
                "{n} entries wait outside the record and are entered by themselves,",
                ours,
            )
        kept = _("in memory only until then.") if self.at_risk else _("kept in the session's folder until then.")
        return " ".join(each for each in (waiting, kept, self.why) if each)

    def close(self) -> None:
        if self._record is not None:
            self._record.close()
            self._record = None
