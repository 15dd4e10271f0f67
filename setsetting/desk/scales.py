"""Acts on totals of other scales: noted, listed, taken back; which scales there are stands in clinic.toml."""

import re

from setsetting.clinical.scales import OtherScale, scale
from setsetting.desk import statements
from setsetting.desk.clinic import Clinic
from setsetting.errors import AlreadyExists, NotFound, Refused, UsageError, unknown
from setsetting.machine import clock
from setsetting.record import rows, scale_rows
from setsetting.record.corrections import Correction
from setsetting.record.log import Record
from setsetting.record.scale_rows import ScaleRow
from setsetting.record.sound import refuse_edited
from setsetting.record.statement_kinds import ScaleNoted
from setsetting.units import Milliseconds
from setsetting.words.numbers import day_text, local_text
from setsetting.words.spelling import spelled
from setsetting.words.translate import _


def noted_here(clinic: Clinic) -> tuple[OtherScale, ...]:
    """The scales that this clinic notes, as clinic.toml has them."""
    found = [scale(name, stated) for name, stated in clinic.settings.scales.items()]
    return tuple(each for each in found if each is not None)


def any_here(clinic: Clinic) -> tuple[OtherScale, ...]:
    """The same; raises NotFound where the clinic notes none."""
    if not (known := noted_here(clinic)):
        raise NotFound(_('clinic.toml names no scale: write [scales] and under it NAME = "LOWEST:HIGHEST".'))
    return known


def expect(clinic: Clinic, code: str, name: str, taken: str) -> None:
    """Refuse what would be refused after the total was typed: a scale not noted here, the future, twice at one time."""
    with clinic.record() as record:
        _refuse(clinic, record, rows.patient(record, code), _scale(clinic, name), taken)


def total_typed(meant: OtherScale, total: str) -> int:
    """A total as it was typed; raises UsageError for what is no whole number of the scale's range."""
    value = int(total) if re.fullmatch(r"\s*\d{1,4}\s*", total, re.ASCII) else None
    if value is None or not meant.lowest <= value <= meant.highest:
        raise UsageError(
            _("A total of {scale} is a whole number from {lowest} to {highest}, as clinic.toml has it.").format(
                scale=meant.name, lowest=meant.lowest, highest=meant.highest
            )
        )
    return value


def add(clinic: Clinic, code: str, name: str, total: str, taken: str) -> ScaleRow:
    """Note a total as it was typed; refused as in `expect` and `total_typed`."""
    meant = _scale(clinic, name)
    value = total_typed(meant, total)
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        refuse_edited(record, patient.patient_id)
        taken_ms, dated_only = _refuse(clinic, record, patient, meant, taken)
        said = clock.as_said(taken_ms, clinic.settings.zone, dated_only=dated_only)
        told = ScaleNoted(patient.named_id, meant.name, value, meant.lowest, meant.highest, *said)
        made = record.append("patient.scale_noted", told)
        return next(row for row in scale_rows.totals(record, patient.patient_id) if row.event_id == made.event_id)


def _refuse(
    clinic: Clinic, record: Record, patient: rows.PatientRow, meant: OtherScale, taken: str
) -> tuple[Milliseconds, bool]:
    """When it was taken and whether only the day is known, unless it lies in the future or is told already."""
    taken_ms, dated_only = clock.parse_moment(taken, clinic.settings.zone)
    if taken_ms > clinic.clock.utc_ms():
        when = (day_text if dated_only else local_text)(taken_ms, clinic.settings.zone)
        raise Refused(_("{when} lies in the future; a total is noted when it was taken.").format(when=when))
    for row in scale_rows.totals(record, patient.patient_id):
        if (row.scale, row.taken_ms, row.dated_only) == (meant.name, taken_ms, dated_only):
            raise AlreadyExists(
                _(
                    "{code} has a total of {scale} of that time; `setsetting scale withdraw {id} --reason TEXT` takes it back."
                ).format(code=patient.code, scale=meant.name, id=row.event_id[:8])
            )
    return taken_ms, dated_only


def listing(clinic: Clinic, code: str, *, withdrawn: bool = False) -> tuple[ScaleRow, ...]:
    """A patient's totals by the time they were taken; with `withdrawn`, what and who was withdrawn too."""
    with clinic.record() as record:
        patient = rows.patient(record, code, withdrawn=withdrawn, listed=True)
        refuse_edited(record, patient.patient_id)
        return tuple((scale_rows.every if withdrawn else scale_rows.totals)(record, patient.patient_id))


def withdraw(clinic: Clinic, name: str, reason: str) -> Correction:
    """Say that a total was none; its id may be shortened."""
    with clinic.record() as record:
        event = record.named(name)
    if event.kind != "patient.scale_noted":
        raise Refused(
            _("Event {id} ({kind}) is no total of a scale; `setsetting scale list` lists them.").format(
                id=event.event_id, kind=event.kind
            )
        )
    return statements.withdraw(clinic, event.event_id, reason)


def _scale(clinic: Clinic, name: str) -> OtherScale:
    known = {each.name: each for each in any_here(clinic)}
    alike = [each for each in known if spelled(each) == spelled(name)]
    if not alike:
        raise unknown(_("scale"), name, known)
    return known[alike[0]]
