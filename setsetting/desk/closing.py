"""Acts that complete a session: its close with the setting log, and a past session from paper."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from setsetting.clinical import course, infusion
from setsetting.clinical.setting import field_named, habits
from setsetting.clinical.setting_file import SettingLog, parse_setting
from setsetting.desk import meeting, rooms, starts
from setsetting.desk.attending import control, named, none_waits, unclosed
from setsetting.desk.clinic import Clinic
from setsetting.errors import BrokenFile, NotFound, Refused, SetSettingError, UsageError
from setsetting.machine import clock, files
from setsetting.progress import Say, unheard
from setsetting.record import live_rows, rows
from setsetting.record.infusions import as_stored
from setsetting.record.kinds import SessionEnded, SessionStarted
from setsetting.record.live_rows import MarkRow
from setsetting.record.log import Record
from setsetting.record.rows import SessionRow
from setsetting.session import closing, folder, frozen, link, recorded
from setsetting.session.closing import NOTHING_DIFFERED, ClosingForm, HeldSession
from setsetting.session.start import new_session_id
from setsetting.session.takeover import id_of
from setsetting.units import Milliseconds, Minutes
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class Closing:
    """A session whose music has ended, whose it was, and what is asked about it.

    `asks_usual` says that nobody was asked yet whether it is usually so in this room, `later` in words what was said to
    be usual there only after the session's day; `marks` are tonight's that stand, `heard` the ids and titles of the
    tracks that sounded. `unbegun` says that no infusion was begun in it, `running_ms` how far one had come that nobody
    stopped before its planned end: both are asked about.
    """

    session_id: str
    form: ClosingForm
    code: str = ""
    later: str = ""
    asks_usual: bool = False
    marks: tuple[MarkRow, ...] = ()
    heard: tuple[tuple[str, str], ...] = ()
    unbegun: bool = False
    running_ms: Milliseconds | None = None


@dataclass(frozen=True, slots=True)
class OnPaper:
    """A past session as the paper tells it: whose, when its infusion began as it was typed, how long it ran, and where."""

    code: str
    started: str
    minutes: Minutes
    room: str | None = None
    simulated: bool = False


def prepare_close(clinic: Clinic, session_id: str | None, say: Say) -> Closing:
    """End a session's music if it still plays, and prefill what is asked at its close.

    A session whose live folder is gone or damaged ends with what the record knows of it. What its room's file says is
    read first: a broken one ends nothing.
    """
    session_id = _newest_unclosed(clinic) if session_id is None else named(clinic, session_id)
    with suppress(NotFound), clinic.record() as record:  # its beginning may still wait to be kept
        rooms.profile(clinic, rows.session(record, session_id).room)
    where = folder.folder_of(clinic.folder, session_id)
    try:
        live = control(clinic, where, attending=True)
    except (BrokenFile, NotFound, Refused) as error:
        if where.is_dir():
            say(_("{why} The session ends with what the record knows of it.").format(why=error))
            link.end(where, say)
    else:
        with live:
            if not live.ended:
                say(_("Ending the session.") if live.header.is_external else _("Ending the music."))
            if not live.end(say):
                raise Refused(live.status().notices[0])
    with clinic.record() as record:
        row = rows.session(record, session_id)
        if row.closed:
            raise _closed_already(session_id)
        if row.ended_utc_ms is None:
            record.append_all([recorded.end(record, session_id)])
            row = rows.session(record, session_id)
        code = rows.codes(record).get(row.patient_id, "")
        form, later = _form_of(clinic, record, row)
        asks_usual = rooms.profile(clinic, row.room).unsaid and row.room != "" and not row.rehearsal
        heard = _heard(clinic, record, session_id, say)
        unbegun, running_ms = not (row.begun or row.rehearsal), starts.left_running(record, row)
        made = _marks(record, session_id)
        return Closing(session_id, form, code, later, asks_usual, made, heard, unbegun, running_ms)


def _heard(clinic: Clinic, record: Record, session_id: str, say: Say) -> tuple[tuple[str, str], ...]:
    """The tracks that sounded, each once, in their order, by what the library calls them; none where it can't be read."""
    sounded = [row.track_id for row in live_rows.played(record, session_id) if row.track_id is not None]
    try:
        titles = meeting.titles(clinic.names(), sounded)
    except SetSettingError as error:
        say(_("{why} The session closes without its titles.").format(why=error))
        return ()
    return tuple((track_id, titles[track_id]) for track_id in dict.fromkeys(sounded) if track_id in titles)


def marks(clinic: Clinic, session_id: str) -> tuple[MarkRow, ...]:
    """A session's marks as they stand by now."""
    with clinic.record() as record:
        return _marks(record, session_id)


def _marks(record: Record, session_id: str) -> tuple[MarkRow, ...]:
    return tuple(mark for mark in live_rows.marks(record, session_id) if not mark.undone)


def close(
    clinic: Clinic,
    asked: Closing,
    answers: SettingLog | None = None,
    *,
    usual: bool | None = None,
    insisted: bool = False,
    began: Minutes | None = None,
    stopped: Minutes | None = None,
) -> SessionRow:
    """Log the setting and close the session, and return it; without answers nothing differed and nobody was asked.

    `began` is the minute, from the planned one, at which an infusion began that nobody logged, `stopped` the infusion's
    own at which it was stopped; `usual` is the answer to whether what was said is usual in the room, `insisted` that
    what contradicts itself, and an open half, was asked about and was so.
    """
    answers = answers or NOTHING_DIFFERED
    if not insisted:
        _refuse_contradictions(asked.form, answers)
    where = folder.folder_of(clinic.folder, asked.session_id)
    kept = frozen.drafts(where, clinic.say)
    with clinic.record() as record, record.whole():
        row = rows.session(record, asked.session_id)
        if row.closed:  # by another window, while this one was filled in
            raise _closed_already(asked.session_id)
        said = _("said at the close")
        told = [] if began is None else [starts.draft(clinic, record, row, began, said)]
        told += [] if stopped is None else [starts.stop_draft(clinic, record, row, stopped, said)]
        record.append_all([*kept, *closing.drafts(asked.form, answers), *told])
        closed = rows.session(record, asked.session_id)
    link.end(where)
    folder.remove(where)
    if usual:
        rooms.keep_usual(clinic, asked.form.session.room, habits(answers.setting))
    elif usual is not None:
        rooms.keep_unasked(clinic, asked.form.session.room)
    return closed


def _refuse_contradictions(form: ClosingForm, answers: SettingLog) -> None:
    if why := form.refused(answers.setting, answers.unsaid):
        raise Refused(
            _("{why} Say which it was, or that it was so (`--as-said`); nothing has been kept.").format(why=why)
        )


class _NothingKept(Exception):
    def __init__(self, asked: Closing) -> None:
        self.asked = asked


def paper_form(clinic: Clinic, told: OnPaper) -> Closing:
    """What is asked of a session from paper before it is entered; refuses what `add` refuses, and keeps nothing."""
    with clinic.record() as record:
        try:
            with record.whole():
                _look(clinic, record, told)
        except _NothingKept as looked:
            return looked.asked


def _look(clinic: Clinic, record: Record, told: OnPaper) -> NoReturn:
    row = _entered(clinic, record, told)
    form, later = _form_of(clinic, record, row)
    raise _NothingKept(Closing(row.session_id, form, told.code, later))


def add(
    clinic: Clinic,
    code: str,
    started: str,
    minutes: Minutes,
    setting: SettingLog | None,
    *,
    room: str | None = None,
    simulated: bool = False,
    insisted: bool = False,
    say: Say = unheard,
) -> SessionRow:
    """Enter a past session from paper: no music of ours, so nothing counts as heard.

    `insisted` is as at a close.
    """
    with clinic.record() as record, record.whole():
        row = _entered(clinic, record, OnPaper(code, started, minutes, room, simulated))
        if setting is not None:
            form, later = _form_of(clinic, record, row)
            if not insisted:
                _refuse_contradictions(form, setting)
            record.append_all(closing.drafts(form, setting))
            if later:
                say(later)
        return rows.session(record, row.session_id)


def _form_of(clinic: Clinic, record: Record, row: SessionRow) -> tuple[ClosingForm, str]:
    """What is asked of a session; what was said to be usual in its room after its day is not taken, and that is said."""
    day = clock.local(row.started_utc_ms, clinic.settings.zone).date()
    usual, later = rooms.usual_by(clinic, row.room, day)
    through = rooms.profile(clinic, row.room).through
    fields = ", ".join(field_named(name).label for name in later)
    words = _("Said to be usual here only after that day, so not taken: {fields}.").format(fields=fields)
    return closing.closing_form(record, row, usual, through), words if later else ""


def _entered(clinic: Clinic, record: Record, told: OnPaper) -> SessionRow:
    started_ms, ran = began_ms(clinic, told.started), infusion.steady(told.minutes)
    session_id, patient = new_session_id(), rows.patient(record, told.code)
    earlier = [row for row in rows.sessions(record, patient.patient_id) if row.counts]
    ended_ms = over_ms(clinic, patient.code, started_ms, ran, earlier)
    begun = SessionStarted(
        session_id=session_id,
        patient_id=patient.named_id,
        visit_no=course.visit_no(started_ms, [row.started_utc_ms for row in earlier]),
        started_utc_ms=started_ms,
        zero_utc_ms=started_ms,
        planned=as_stored(ran),
        room=rooms.named(clinic, told.room),
        entered_afterwards=True,
        simulated=told.simulated or patient.simulated,
    )
    over = SessionEnded(session_id=session_id, ended_utc_ms=ended_ms, infusion=as_stored(ran), how="closed")
    record.append("session.started", begun, event_id=id_of(session_id, "started"))
    record.append("session.ended", over, event_id=id_of(session_id, "ended"))
    return rows.session(record, session_id)


def began_ms(clinic: Clinic, typed: str) -> Milliseconds:
    """When a session from paper began, as it was typed; refuses a day without its time, and what is to come."""
    started_ms, dated_only = clock.parse_moment(typed, clinic.settings.zone)
    if dated_only:
        words = _("{text!r} is a day; when the infusion began is needed too, like 2026-11-24T10:30.")
        raise UsageError(words.format(text=typed))
    _refuse_to_come(clinic, started_ms)
    return started_ms


def over_ms(
    clinic: Clinic, code: str, started_ms: Milliseconds, ran: infusion.Infusion, others: Iterable[HeldSession]
) -> Milliseconds:
    """When a session from paper was over; refuses one that is to come, or that ran while another of the patient's did."""
    ended_ms = started_ms + ran.end_ms
    refuse_when(clinic, code, started_ms, ended_ms, others)
    return ended_ms


def refuse_when(
    clinic: Clinic, code: str, started_ms: Milliseconds, ended_ms: Milliseconds, others: Iterable[HeldSession]
) -> None:
    """Refuse a session from paper at a time at which there was none."""
    _refuse_to_come(clinic, ended_ms)
    closing.refuse_overlap(others, code, started_ms, ended_ms, clinic.settings.zone)


def _refuse_to_come(clinic: Clinic, at_ms: Milliseconds) -> None:
    if at_ms > clinic.clock.utc_ms():
        raise Refused(_("A session that is entered afterwards is over; this one would end in the future."))


def read_setting(path: Path, text: str | None = None, *, odd: bool = False) -> SettingLog:
    """Read what was otherwise, as TOML, from a file or from text that was heard; empty: nothing differed.

    `odd` is that of `parse_setting`.
    """
    return parse_setting(files.read_text(path) if text is None else text, path, odd=odd)


def _closed_already(session_id: str) -> Refused:
    return Refused(_("Session {id} is closed already.").format(id=session_id))


def _newest_unclosed(clinic: Clinic) -> str:
    waiting = unclosed(clinic)
    if not waiting:
        raise none_waits()
    return waiting[-1].session_id
