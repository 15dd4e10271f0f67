"""Closing a session: the setting as it was, the patient's taps, and then nothing is asked any more.

Fields are prefilled from the room's profile and the patient's last session, so that only what was
otherwise is typed; the number of interruptions comes from tonight's marks. A tap that was skipped was
not asked and is absent, never 0.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from setsetting.clinical.marks import Mark
from setsetting.clinical.setting import INTERRUPTIONS, Setting, changed, parse_value, prefilled
from setsetting.clinical.setting_file import SettingLog
from setsetting.errors import Refused
from setsetting.record import live_rows, rows
from setsetting.record.kinds import SessionClosed, SettingLogged
from setsetting.record.log import Draft, Record
from setsetting.session.takeover import id_of
from setsetting.units import Milliseconds
from setsetting.words.numbers import utc_text
from setsetting.words.translate import _

NOTHING_DIFFERED = SettingLog(Setting(), {}, None)


@dataclass(frozen=True, slots=True)
class ClosingForm:
    """What is asked at the close: the session and the fields as they are prefilled."""

    session: rows.SessionRow
    usual: Setting


def closing_form(record: Record, session: rows.SessionRow, room: Setting) -> ClosingForm:
    """Prefill the setting of a session from its room, the sessions before it and its own marks."""
    earlier = [
        row
        for row in rows.sessions(record, session.patient_id)
        if row.counts and row.setting is not None and row.started_utc_ms < session.started_utc_ms
    ]
    previous = Setting(earlier[-1].setting.fields) if earlier and earlier[-1].setting else None
    if session.rehearsal:
        return ClosingForm(session, Setting())
    usual = prefilled(room, previous)
    marked = sum(
        row.mark == Mark.INTERRUPTION and not row.undone for row in live_rows.marks(record, session.session_id)
    )
    if marked:
        usual = changed(usual, Setting({INTERRUPTIONS: parse_value(INTERRUPTIONS, marked)}))
    return ClosingForm(session, usual)


def drafts(asked: ClosingForm, answers: SettingLog) -> list[Draft]:
    """The events of a close: the setting as it stands with the answers over it, and the close itself.

    A rehearsal has no setting but what was said of it.
    """
    session_id = asked.session.session_id
    closed = Draft("session.closed", SessionClosed(session_id=session_id), event_id=id_of(session_id, "closed"))
    if asked.session.rehearsal and answers == NOTHING_DIFFERED:
        return [closed]
    logged = SettingLogged(
        session_id=session_id,
        fields=dict(changed(asked.usual, answers.setting).values),
        taps=dict(answers.taps),
        note=answers.note,
    )
    return [Draft("session.setting_logged", logged), closed]


def refuse_overlap(earlier: Iterable[rows.SessionRow], starts_ms: Milliseconds, ends_ms: Milliseconds) -> None:
    """Refuse a past session of a patient that ran, as it is told, while another did."""
    for row in sorted(earlier, key=lambda row: row.started_utc_ms != starts_ms):
        begun = utc_text(row.started_utc_ms)
        if row.started_utc_ms == starts_ms:
            raise Refused(_("A session that began at {at} is there already.").format(at=begun))
        over_ms = row.started_utc_ms + row.planned.end_ms if row.ended_utc_ms is None else row.ended_utc_ms
        if starts_ms < over_ms and row.started_utc_ms < ends_ms:
            raise Refused(_("It would overlap this patient's session that began at {at}.").format(at=begun))
