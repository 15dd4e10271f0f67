"""Declaring which settings are looked at beside the scores, before anybody looks; and taking that back."""

from setsetting.clinical.factor import PLAYLIST, ROOM, SettingFactor, factor_named
from setsetting.clinical.free_text import reason_given
from setsetting.desk import playlists
from setsetting.desk.clinic import Clinic
from setsetting.errors import Refused, unknown
from setsetting.record import corrections, factor_rows, rows
from setsetting.record.corrections import Correction
from setsetting.record.factor_kinds import FactorDeclared, FactorWithdrawn
from setsetting.record.factor_rows import FactorRow
from setsetting.record.log import Record
from setsetting.record.sound import LISTED_FACTORS, refuse_edited_list
from setsetting.words.translate import _


def declare(clinic: Clinic, text: str) -> FactorRow:
    """Declare a factor, written NAME[=VALUE][:KIND]; refused where it stands already, in whichever kind."""
    factor = factor_named(text)
    with clinic.record() as record, record.whole():
        _refuse_unknown(clinic, record, factor)
        if any(row.factor.name == factor.name for row in factor_rows.factors(record)):
            raise Refused(_("{name} is declared already.").format(name=factor.name))
        made = record.append("factor.declared", FactorDeclared(factor.field, str(factor.kind), factor.value))
        return next(row for row in factor_rows.factors(record) if row.event_id == made.event_id)


def _refuse_unknown(clinic: Clinic, record: Record, factor: SettingFactor) -> None:
    """A playlist or a room that no session had and the clinic does not know is a slip."""
    value = factor.value or ""
    if factor.field == ROOM:
        known = {*clinic.settings.rooms, *(row.room for row in rows.sessions(record))}
    elif factor.field == PLAYLIST:
        shelved = {each.shelved.name for each in playlists.listing(clinic.folder)}
        known = shelved | {row.playlist for row in rows.sessions(record) if row.playlist}
    else:
        return
    if value not in known:
        raise unknown(_(factor.field), value, known)


def listed(clinic: Clinic) -> list[FactorRow]:
    """The factors that stand, in the order in which they were declared."""
    with clinic.record() as record, record.whole():
        refuse_edited_list(record, LISTED_FACTORS)
        return factor_rows.factors(record)


def patients_held(clinic: Clinic) -> int:
    """How many patients had a session that counts; Refused where none had."""
    with clinic.record() as record:
        known = {row.patient_id for row in rows.patients(record)}
        held = {row.patient_id for row in rows.sessions(record) if row.counts and row.patient_id in known}
    if not held:
        raise Refused(_("No session was held yet; `--patients P` says how many patients there will be."))
    return len(held)


def withdraw(clinic: Clinic, name: str, reason: str) -> Correction:
    """Take back a factor by its name or its event's id, which may be shortened; `record undo` takes that back."""
    reason = reason_given(reason)
    with clinic.record() as record, record.whole():
        standing = factor_rows.factors(record)
        named = [row for row in standing if name in {row.factor.name, row.factor.declared}]
        named = named or [row for row in standing if name and row.event_id.startswith(name)]
        if len(named) != 1:
            raise unknown(_("declared factor"), name, [row.factor.name for row in standing])
        event_id = named[0].event_id
        made = record.append("factor.withdrawn", FactorWithdrawn(reason), corrects=event_id)
        known = {each.event_id: each for each in corrections.standing(record, (FactorWithdrawn,))}
        return known[made.event_id]
