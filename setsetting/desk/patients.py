"""Acts on patients: added by a code of the clinic's, with what must never be played to them."""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from setsetting.clinical.free_text import reason_given
from setsetting.desk.clinic import Clinic
from setsetting.desk.heeding import heed
from setsetting.errors import AlreadyExists, BrokenFile, NotFound, Refused, UsageError, several_begin
from setsetting.machine import clock
from setsetting.record import form_rows, live_rows, rows, statement_rows
from setsetting.record.corrections import Correction, Identities, identities, standing
from setsetting.record.kinds import PatientAdded, TrackVetoed, VetoWithdrawn
from setsetting.record.log import Record
from setsetting.record.rows import PatientRow
from setsetting.record.sound import HEARD, LISTED, LISTED_SESSIONS, refuse_edited, refuse_edited_list
from setsetting.record.statement_kinds import StatementWithdrawn
from setsetting.words.plain import plain
from setsetting.words.spelling import spelled
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.meeting import Met

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_DAY, _MONTH, _BORN, _GAP = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(\d{4})", r"[._-]?"
_DATE = re.compile(
    rf"(?<!\d)(?:{_BORN}{_GAP}{_MONTH}{_GAP}{_DAY}|{_DAY}{_GAP}{_MONTH}{_GAP}{_BORN}|{_MONTH}{_GAP}{_DAY}{_GAP}{_BORN})(?!\d)"
)
_NAME, _YEAR = re.compile(r"[A-Za-z]{3}"), re.compile(r"(?<!\d)\d{4}(?!\d)")


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
    merged: tuple[Correction, ...] = ()
    others: tuple[str, ...] = ()
    """The other codes of the same person, in the order of `merged`."""
    withdrawn: Correction | None = None
    unsaid: tuple[tuple[str, Correction], ...] = ()
    """Statements that were withdrawn and may stand again: the kind of each, and its withdrawal."""


@dataclass(frozen=True, slots=True)
class Vetoed:
    """A veto that stands; `stood` says since before, `met` what of the library it keeps away now, `wished` what of it was
    wished for before, in words."""

    what: str
    value: str
    stood: bool
    met: "Met"
    wished: tuple[str, ...] = ()


def refuse_code(clinic: Clinic, code: str) -> None:
    """Raise UsageError or Refused for a code that no new patient can have."""
    with clinic.record() as record:
        _refuse_code(record, code)


def _refuse_code(record: "Record", code: str) -> None:
    _refuse_twin(record, code)
    if _CODE.fullmatch(code) is None:
        words = _("{code!r} is no patient code: up to 32 letters, digits, dots, dashes and underscores.")
        raise UsageError(words.format(code=code))


def add(clinic: Clinic, code: str, *, simulated: bool = False) -> PatientView:
    """Add a patient; a code is letters, digits, dot, dash and underscore, so that no name fits."""
    with clinic.record() as record, record.whole():
        payload = new(record, code, simulated=simulated)
        record.append("patient.added", payload)
        if names_a_person(code, clock.local(clinic.clock.utc_ms(), clinic.settings.zone).year):
            clinic.say(
                _(
                    "{code} looks like a name with a birth date; a code that says nothing of the person is safer."
                    " `setsetting patient withdraw {code} --reason TEXT` takes it out of the lists again."
                ).format(code=code)
            )
        return _view(record, rows.patient(record, code))


def new(record: Record, code: str, *, simulated: bool, imported: str | None = None) -> PatientAdded:
    """A patient to be added; raises UsageError or AlreadyExists for a code that none can have."""
    _refuse_code(record, code)
    return PatientAdded(patient_id=uuid.uuid4().hex, code=code, simulated=simulated, imported=imported)


def listing(clinic: Clinic, *, heard: bool = True, withdrawn: bool = False) -> tuple[PatientView, ...]:
    """All patients by code, with `withdrawn` who was withdrawn too; without `heard` nobody is told to have heard anything, and it is not asked."""
    with clinic.record() as record:
        refuse_edited_list(record, {*LISTED, *((*LISTED_SESSIONS, HEARD) if heard else ())})
        held = rows.by_patient(rows.sessions(record))
        forms = form_rows.count_by_patient(record)
        vetoes = rows.by_patient(rows.vetoes(record))
        sounded = live_rows.heard_by_patient(record, chain.from_iterable(held.values())) if heard else {}
        gone = identities(record).withdrawn
        return tuple(
            _gathered(
                row,
                held[row.patient_id],
                forms[row.patient_id],
                vetoes[row.patient_id],
                sounded.get(row.patient_id, live_rows.NOTHING_HEARD),
                withdrawn=gone.get(row.patient_id),
            )
            for row in rows.patients(record, withdrawn=withdrawn)
        )


def show(clinic: Clinic, code: str) -> PatientView:
    """One patient; who was withdrawn is shown too, and says so."""
    with clinic.record() as record:
        row = rows.patient(record, code, withdrawn=True)
        refuse_edited(record, row.patient_id)
        known = identities(record)
        merged = {other: each for other, each in known.merged.items() if known.of(other) == row.patient_id}
        called = rows.codes(record)
        return replace(
            _view(record, row),
            merged=tuple(merged.values()),
            others=tuple(called.get(other, other) for other in merged),
            withdrawn=known.withdrawn.get(row.patient_id),
            unsaid=tuple(_unsaid(record, known, row.patient_id)),
        )


def _unsaid(record: Record, known: Identities, patient_id: str) -> Iterator[tuple[str, Correction]]:
    for each in standing(record, (StatementWithdrawn,)):
        if isinstance(each.payload, StatementWithdrawn) and known.of(each.payload.patient_id) == patient_id:
            statement = next(iter(record.told(each.corrects)), None)
            if statement is not None and statement.payload is not None:
                yield statement.kind, each


def codes(clinic: Clinic) -> tuple[str, ...]:
    """The code of every patient who is in the lists."""
    with clinic.record() as record:
        return tuple(row.code for row in rows.patients(record))


def refuse_simulated_beside_real(one: PatientRow, other: PatientRow) -> None:
    """Refuse to make what was simulated a real patient's, or what is real a simulated one's."""
    if one.simulated != other.simulated:
        simulated, real = (one, other) if one.simulated else (other, one)
        words = _("{simulated} is simulated and {real} is a real person: nothing goes from the one to the other.")
        raise Refused(words.format(simulated=simulated.code, real=real.code))


def withdrawn(clinic: Clinic) -> tuple[tuple[str, str], ...]:
    """Who was withdrawn, by code, and why."""
    with clinic.record() as record:
        gone, called = identities(record).withdrawn, rows.codes(record)
    return tuple(sorted((called[patient_id], each.reason) for patient_id, each in gone.items() if patient_id in called))


def holding(known: Iterable[str], typed: str) -> tuple[str, ...]:
    """The codes in which a part stands, however both are written."""
    return tuple(code for code in known if rows.plain_code(typed) in rows.plain_code(code))


def names_a_person(code: str, year: int) -> bool:
    """Whether a code looks like a birth date, or a name with a birth year: letters and a number that could be one."""
    born = range(1900, year - 9)
    full = any(int(part) in born for match in _DATE.finditer(code) for part in match.groups() if part)
    return full or (_NAME.search(code) is not None and any(int(part) in born for part in _YEAR.findall(code)))


def veto(clinic: Clinic, code: str, what: str, value: str) -> Vetoed:
    """Never play a track, artist or tag to this patient; say what that keeps away, and what of it was wished for before."""
    from setsetting.desk.preferences import wished  # as below

    value, found = _met_now(clinic, what, _named(what, value))
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        standing = _standing(clinic, record, patient.patient_id, what, value)
        if not _said_since_one(record, patient.patient_id, standing):
            record.append("patient.vetoed", TrackVetoed(patient_id=patient.patient_id, what=what, value=value))
        before = wished(statement_rows.preferences(record, patient.patient_id), found)
    heed(clinic)
    return Vetoed(what, value, bool(standing), found, tuple(before))


def _met_now(clinic: Clinic, what: str, value: str) -> tuple[str, "Met"]:
    """What a veto names, a track by its whole id, and what it meets now; a library that can't be read hinders none."""
    from setsetting.desk.meeting import NOT_KNOWN, met  # with what it asks the library, which most acts need not
    from setsetting.library.catalogue import called

    try:
        with clinic.catalogue() as catalogue:
            library = catalogue.names()
            if not library.tracks:
                clinic.say(catalogue.why_empty())
            if what == "track" and (
                library.tracks or not _is_whole_id(value)
            ):  # else as it is written, for music to come
                value = called(value, library.tracks.beginning(value) or library.tracks).id
            found = met(library, what, value)
            catalogue.keep(found.ids)
    except (BrokenFile, Refused) as error:
        if what == "track" and not _is_whole_id(value):
            words = _("{why} Until then a track is refused by its whole id, or by an artist or a tag.")
            raise Refused(words.format(why=error)) from error
        clinic.say(str(error))
        return value, NOT_KNOWN
    return value, found


def _is_whole_id(value: str) -> bool:
    from setsetting.audio.decode import DIGEST_DIGITS  # loads the codecs, which a library that can be read does without

    return re.fullmatch(rf"[0-9a-f]{{{DIGEST_DIGITS}}}", value) is not None


def unveto(clinic: Clinic, code: str, what: str, value: str, *, reason: str | None = None) -> str:
    """Withdraw a veto, as a correction of the event that made it; return its value as it stood.

    Nobody need say why; what nobody said is not made up.
    """
    value, why = _named(what, value), reason_given(reason) if reason and reason.strip() else None
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        find = _standing_on_recording if what == "track" else _standing
        standing = find(clinic, record, patient.patient_id, what, value)
        if not standing:
            raise NotFound(_("No veto of {what} {value!r} stands for this patient.").format(what=_(what), value=value))
        for old in standing:
            record.append(
                "patient.veto_withdrawn",
                VetoWithdrawn(patient_id=patient.named_id, reason=why),
                corrects=old.event_id,
            )
    return standing[0].value


def _view(record: Record, row: rows.PatientRow) -> PatientView:
    return _gathered(
        row,
        rows.sessions(record, row.patient_id),
        len(form_rows.forms(record, row.patient_id)),
        rows.vetoes(record, row.patient_id),
        live_rows.heard(record, row.patient_id),
    )


def _gathered(
    row: rows.PatientRow,
    sessions: Iterable[rows.SessionRow],
    forms: int,
    vetoes: Iterable[rows.VetoRow],
    heard: live_rows.Heard,
    *,
    withdrawn: Correction | None = None,
) -> PatientView:
    return PatientView(
        row.patient_id,
        row.code,
        row.simulated,
        tuple(sessions),
        forms,
        tuple(vetoes),
        tuple(sorted(heard.track_ids)),
        withdrawn=withdrawn,
    )


def _refuse_twin(record: Record, code: str) -> None:
    """Refuse a code that another patient has, however it is written; nobody is to be two patients."""
    alike = [row for row in rows.everyone(record) if rows.plain_code(row.code) == rows.plain_code(code)]
    twins = [row.code for row in alike]
    if len(alike) == 1 and (gone := identities(record).withdrawn.get(alike[0].patient_id)) is not None:
        raise AlreadyExists(
            _(
                "Patient {code} was withdrawn; `setsetting record undo --event {id} --reason TEXT` brings it back."
            ).format(code=twins[0], id=gone.event_id)
        )
    if code in twins:
        raise AlreadyExists(_("Patient {code} is there already.").format(code=code))
    if twins:
        raise AlreadyExists(
            _(
                "Patient {other} is there already; {code!r} is the same code but for case, blanks or punctuation."
            ).format(other=twins[0], code=code)
        )


def _said_since_one(record: Record, patient_id: str, standing: Iterable[rows.VetoRow]) -> bool:
    """Whether one of these vetoes was said of the patient as who that is now, all merged: parted, each must keep it."""
    known = identities(record)
    merges = [each.event_id for other, each in known.merged.items() if known.of(other) == patient_id]
    since = max((record.told(merge)[0].lamport for merge in merges), default=0)
    return any(record.told(veto.event_id)[0].lamport > since for veto in standing)


def _standing(_clinic: Clinic, record: Record, patient_id: str, what: str, value: str) -> list[rows.VetoRow]:
    """Vetoes of this, however it is spelled."""
    wanted = spelled(value)
    return [row for row in rows.vetoes(record, patient_id) if row.what == what and spelled(row.value) == wanted]


def _standing_on_recording(
    clinic: Clinic, record: Record, patient_id: str, what: str, value: str
) -> list[rows.VetoRow]:
    """Vetoes of any encoding of a track, which the first characters of one's id name.

    A vetoed track may have left the library since, so it is looked for among the vetoes first.
    """
    standing = [row for row in rows.vetoes(record, patient_id) if row.what == what]
    with clinic.catalogue() as catalogue:
        library = catalogue.names()
    wanted, vetoed = spelled(value), {row.value for row in standing}
    meant = [one for one in vetoed if one.startswith(wanted)]
    meant = meant or [track.id for track in library.tracks if track.id.startswith(wanted)]
    if (several := len({library.recordings.of.get(one, one) for one in meant})) > 1:
        raise several_begin(_("vetoed track"), value, several)
    encodings = library.recordings.names(meant)
    return [row for row in standing if row.value in encodings]


def _named(what: str, value: str) -> str:
    """A name as tags are kept: composed, on one line, without control characters."""
    if not spelled(value := plain(value)):
        raise UsageError(_("The {what} has no name that can be shown.").format(what=_(what)))
    return value
