"""Acts on patients: added by a code of the clinic's, with what must never be played to them."""

import re
import uuid
from dataclasses import dataclass

from setsetting.desk.clinic import Clinic
from setsetting.errors import AlreadyExists, NotFound, UsageError, nearest
from setsetting.record import form_rows, live_rows, rows
from setsetting.record.kinds import PatientAdded, TrackVetoed, VetoWithdrawn
from setsetting.record.log import Record
from setsetting.soundscape.wishes import refusing
from setsetting.words.plain import plain
from setsetting.words.spelling import spelled
from setsetting.words.translate import _

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")


@dataclass(frozen=True, slots=True)
class PatientView:
    """What is known of a patient's course; titles are for people, ids for programs."""

    patient_id: str
    code: str
    simulated: bool
    sessions: tuple[rows.SessionRow, ...]
    forms: int
    vetoes: tuple[rows.VetoRow, ...]
    heard: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vetoed:
    """A veto that stands; `stood` says since before, `met` that a track has it now, and `near` what comes close."""

    what: str
    value: str
    stood: bool
    met: bool
    near: str | None


def add(clinic: Clinic, code: str, *, simulated: bool = False) -> PatientView:
    """Add a patient; a code is letters, digits, dot, dash and underscore, so that no name fits."""
    if _CODE.fullmatch(code) is None:
        raise UsageError(
            _("{code!r} is no patient code: up to 32 letters, digits, dots, dashes and underscores.").format(code=code)
        )
    with clinic.record() as record, record.whole():
        if any(row.code == code for row in rows.patients(record)):
            raise AlreadyExists(_("Patient {code} is there already.").format(code=code))
        payload = PatientAdded(patient_id=uuid.uuid4().hex, code=code, simulated=simulated)
        record.append("patient.added", payload)
        return _view(record, rows.patient(record, code))


def listing(clinic: Clinic) -> tuple[PatientView, ...]:
    """All patients by code."""
    with clinic.record() as record:
        return tuple(_view(record, row) for row in rows.patients(record))


def show(clinic: Clinic, code: str) -> PatientView:
    with clinic.record() as record:
        return _view(record, rows.patient(record, code))


def veto(clinic: Clinic, code: str, what: str, value: str) -> Vetoed:
    """Never play a track, artist or tag to this patient."""
    value = _known(clinic, what, value)
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        stood = bool(_standing(record, patient.patient_id, what, value))
        if not stood:
            record.append("patient.vetoed", TrackVetoed(patient_id=patient.patient_id, what=what, value=value))
    from setsetting.desk import attending  # loads what plans, which no other act on patients needs

    attending.heed(clinic, patient.patient_id)
    tracks = clinic.tracks()
    met = any(refusing([(what, value)]).met_in(tracks))
    names = {track.artist for track in tracks} if what == "artist" else {tag for track in tracks for tag in track.tags}
    return Vetoed(what, value, stood, met, None if met else nearest(value, names))


def unveto(clinic: Clinic, code: str, what: str, value: str, *, reason: str) -> str:
    """Withdraw a veto, as a correction of the event that made it; return its value as it stood."""
    value = _named(what, value)
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        # a track may have left the library since, so that it is not looked for there
        standing = _standing(record, patient.patient_id, what, value, begun=what == "track")
        if not standing:
            raise NotFound(_("No veto of {what} {value!r} stands for this patient.").format(what=_(what), value=value))
        if len({old.value for old in standing}) > 1:
            raise NotFound(_("Several vetoed tracks begin with {value!r}; give more of the id.").format(value=value))
        for old in standing:
            record.append(
                "patient.veto_withdrawn",
                VetoWithdrawn(patient_id=patient.patient_id, reason=reason.strip() or _("withdrawn")),
                corrects=old.event_id,
            )
    return standing[0].value


def _view(record: Record, row: rows.PatientRow) -> PatientView:
    return PatientView(
        patient_id=row.patient_id,
        code=row.code,
        simulated=row.simulated,
        sessions=tuple(rows.sessions(record, row.patient_id)),
        forms=len(form_rows.forms(record, row.patient_id)),
        vetoes=tuple(rows.vetoes(record, row.patient_id)),
        heard=tuple(sorted(live_rows.heard(record, row.patient_id).track_ids)),
    )


def _standing(record: Record, patient_id: str, what: str, value: str, *, begun: bool = False) -> list[rows.VetoRow]:
    """Vetoes of this; with `begun` its first characters suffice."""
    wanted = spelled(value)
    standing = [(row, spelled(row.value)) for row in rows.vetoes(record, patient_id) if row.what == what]
    return [row for row, name in standing if (name.startswith(wanted) if begun else name == wanted)]


def _known(clinic: Clinic, what: str, value: str) -> str:
    """A track by its whole id; an artist or tag as it is written, for music not yet scanned too."""
    value = _named(what, value)
    if what == "track":
        with clinic.catalogue() as catalogue:
            return catalogue.track(value).id
    return value


def _named(what: str, value: str) -> str:
    """A name as tags are kept: composed, on one line, without control characters."""
    if not (value := plain(value)):
        raise UsageError(_("The {what} has no name that can be shown.").format(what=_(what)))
    return value
