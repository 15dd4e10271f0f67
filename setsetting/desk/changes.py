"""The clinic's own dated changes, new headphones or another room: told when they were made, flags on every chart."""

from datetime import date

from setsetting.clinical.free_text import line_given, reason_given
from setsetting.desk.clinic import Clinic
from setsetting.errors import Refused, UsageError
from setsetting.machine import clock
from setsetting.record import change_rows, corrections
from setsetting.record.change_kinds import ChangeWithdrawn, ClinicChanged
from setsetting.record.change_rows import ChangeRow
from setsetting.record.corrections import Correction
from setsetting.record.log import Record
from setsetting.record.sound import LISTED_CHANGES, refuse_edited_list
from setsetting.words.spelling import spelled
from setsetting.words.translate import _


def add(clinic: Clinic, words: str, day: str) -> ChangeRow:
    """Say what changes for everybody on a day, past or to come."""
    on = day_of(clinic, day)
    with clinic.record() as record, record.whole():
        return tell(record, words, on)


def day_of(clinic: Clinic, text: str) -> date:
    """A day as it was typed; UsageError for a time of the day."""
    at_ms, dated_only = clock.parse_moment(text, clinic.settings.zone)
    if not dated_only:
        raise UsageError(_("A change has a day, as in 2026-05-01, and no time of the day; nothing was recorded."))
    return clock.local(at_ms, clinic.settings.zone).date()


def tell(record: Record, words: str, on: date) -> ChangeRow:
    """Keep a change; refused where the same is told of that day already."""
    line = line_given(words)
    if line is None:
        raise UsageError(_("What changed is not said; nothing was recorded."))
    if any((row.day, spelled(row.words)) == (on, spelled(line)) for row in change_rows.changes(record)):
        raise Refused(_("That change on {day} is told already.").format(day=on))
    made = record.append("clinic.changed", ClinicChanged(line, on.isoformat()))
    return next(row for row in change_rows.changes(record) if row.event_id == made.event_id)


def listed(clinic: Clinic) -> list[ChangeRow]:
    """The changes that stand, by their day."""
    with clinic.record() as record, record.whole():
        refuse_edited_list(record, LISTED_CHANGES)
        return change_rows.changes(record)


def withdraw(clinic: Clinic, name: str, reason: str) -> Correction:
    """Say that a change was none, or not on that day. Its id may be shortened; `record undo` takes that back."""
    reason = reason_given(reason)
    with clinic.record() as record, record.whole():
        event = record.named(name)
        if event.kind != "clinic.changed":
            raise Refused(
                _("Event {id} ({kind}) is no change of the clinic; `setsetting change list` lists them.").format(
                    id=event.event_id, kind=event.kind
                )
            )
        if any(each.corrects == event.event_id for each in corrections.standing(record, (ChangeWithdrawn,))):
            raise Refused(_("Change {id} is withdrawn already.").format(id=event.event_id))
        made = record.append("clinic.change_withdrawn", ChangeWithdrawn(reason), corrects=event.event_id)
        known = {each.event_id: each for each in corrections.standing(record, (ChangeWithdrawn,))}
        return known[made.event_id]
