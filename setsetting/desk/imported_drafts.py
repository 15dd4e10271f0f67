"""The events by which what was read of another program's file enters the record: what every other door would have told."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from setsetting.clinical.form import differing
from setsetting.clinical.infusion import Infusion
from setsetting.exchange.found import ReadForm, ReadSession, ReadTotal
from setsetting.record.form_kinds import FormKeyedAgain, FormQueried, FormUpheld, QueryAnswered
from setsetting.record.infusions import as_stored
from setsetting.record.kinds import FormEntered, SessionClosed, SessionEnded, SessionStarted, SettingLogged
from setsetting.record.log import Draft
from setsetting.record.statement_kinds import ScaleNoted
from setsetting.session.start import new_session_id
from setsetting.session.takeover import id_of
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class Brought:
    """By which import something came, and whose it is told of."""

    import_id: str
    patient_id: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class HeldWhen:
    """When a session was held, by the file and the course: its clock's minute 0, and its number."""

    began_ms: Milliseconds
    zero_ms: Milliseconds
    ended_ms: Milliseconds
    number: int


def of_form(told: ReadForm, taken: tuple[Milliseconds | None, str | None], brought: Brought) -> Iterator[Draft]:
    """The form, `taken` at an instant or on a day, its second keying, and the questions on it."""
    form_id, entered_id = uuid.uuid4().hex, str(uuid.uuid4())
    entered = FormEntered(
        form_id=form_id,
        patient_id=brought.patient_id,
        items=told.items,
        recall=str(told.recall),
        taken_utc_ms=taken[0],
        day=taken[1],
        simulated=brought.simulated,
        imported=brought.import_id,
        by_patient=told.beside.by_patient,
    )
    yield Draft("form.entered", entered, entered_id)
    second, upheld = told.beside.second, told.beside.upheld
    if second is not None:
        keyed_id = str(uuid.uuid4())
        yield Draft("form.keyed_again", FormKeyedAgain(form_id, brought.patient_id, second), keyed_id)
        if upheld is not None and differing(told.items, second):
            stands = FormUpheld(form_id, brought.patient_id, told.items, upheld)
            yield Draft("form.upheld", stands, corrects=keyed_id)
    for each in told.beside.questions:
        asked_id = str(uuid.uuid4())
        asked = FormQueried(form_id, brought.patient_id, each.question)
        yield Draft("form.queried", asked, asked_id, corrects=entered_id)
        if each.answer is not None:
            answered = QueryAnswered(form_id, brought.patient_id, each.answer)
            yield Draft("form.query_answered", answered, corrects=asked_id)


def of_session(told: ReadSession, when: HeldWhen, room: str, ran: Infusion, brought: Brought) -> Iterator[Draft]:
    """The session, entered afterwards, with what was logged of its setting."""
    session_id = new_session_id()
    begun = SessionStarted(
        session_id=session_id,
        patient_id=brought.patient_id,
        visit_no=when.number,
        started_utc_ms=when.began_ms,
        zero_utc_ms=when.zero_ms,
        planned=as_stored(told.planned or ran),
        room=room,
        entered_afterwards=True,
        simulated=brought.simulated,
        imported=brought.import_id,
    )
    over = SessionEnded(session_id=session_id, ended_utc_ms=when.ended_ms, infusion=as_stored(ran), how="closed")
    yield Draft("session.started", begun, id_of(session_id, "started"))
    yield Draft("session.ended", over, id_of(session_id, "ended"))
    if told.setting or told.taps or told.note:
        logged = SettingLogged(session_id=session_id, fields=dict(told.setting), taps=dict(told.taps), note=told.note)
        yield Draft("session.setting_logged", logged)
    yield Draft("session.closed", SessionClosed(session_id=session_id), id_of(session_id, "closed"))


def of_total(
    told: ReadTotal, stated: tuple[str, int, int], taken: tuple[Milliseconds | None, str | None], brought: Brought
) -> Draft:
    """A total, `taken` at an instant or on a day; `stated` is the scale's name here and its range."""
    scale, lowest, highest = stated
    return Draft(
        "patient.scale_noted",
        ScaleNoted(brought.patient_id, scale, told.total, lowest, highest, *taken, imported=brought.import_id),
    )
