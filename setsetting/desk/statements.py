"""A statement of a patient, whatever it says, is taken back by a further event with its reason."""

from setsetting.clinical.free_text import reason_given
from setsetting.desk.clinic import Clinic
from setsetting.errors import NotFound, Refused
from setsetting.record import corrections
from setsetting.record.corrections import Correction
from setsetting.record.statement_kinds import STATEMENTS, StatementWithdrawn
from setsetting.words.translate import _


def withdraw(clinic: Clinic, name: str, reason: str) -> Correction:
    """Say that a statement was not said so; the one before it stands again. Its id may be shortened."""
    reason = reason_given(reason)
    with clinic.record() as record, record.whole():
        event = record.named(name)
        if event.kind not in STATEMENTS:
            raise Refused(
                _("Event {id} ({kind}) is no statement of a patient; `setsetting visit show CODE` lists them.").format(
                    id=event.event_id, kind=event.kind
                )
            )
        if any(each.corrects == event.event_id for each in corrections.standing(record, (StatementWithdrawn,))):
            raise Refused(_("Statement {id} is withdrawn already.").format(id=event.event_id))
        if event.subject is None:
            raise NotFound(_("Nobody knows any more whose statement {id} was.").format(id=event.event_id))
        made = record.append("statement.withdrawn", StatementWithdrawn(event.subject, reason), corrects=event.event_id)
        known = {each.event_id: each for each in corrections.standing(record, (StatementWithdrawn,))}
        return known[made.event_id]
