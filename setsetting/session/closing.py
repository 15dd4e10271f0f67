"""Closing a session: the setting as it was, the patient's taps, and then nothing is asked any more.

Nothing is logged that nobody said: as usual is only what was said to be usual in the room, and what the program knows
by itself (the output's name, tonight's marks) is marked as its own. What is not known is absent; so is a tap that was
not asked, which is never 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo

from setsetting.clinical import marked
from setsetting.clinical.contradictions import SettingForm
from setsetting.clinical.free_text import note_given
from setsetting.clinical.setting import MUSIC_DELIVERY, Setting
from setsetting.clinical.setting_file import SettingLog
from setsetting.errors import Refused
from setsetting.player.job import BESIDE
from setsetting.record import live_rows, rows
from setsetting.record.kinds import SessionClosed, SettingLogged
from setsetting.record.log import Draft, Record
from setsetting.session.takeover import id_of
from setsetting.units import Milliseconds
from setsetting.words.numbers import local_text
from setsetting.words.translate import _

NOTHING_DIFFERED = SettingLog(Setting(), {}, None)


class HeldSession(Protocol):
    """When a session of a patient was."""

    @property
    def started_utc_ms(self) -> Milliseconds: ...
    @property
    def over_ms(self) -> Milliseconds: ...


@dataclass(frozen=True, slots=True)
class ClosingForm(SettingForm):
    """What is asked at the close of a session."""

    session: rows.SessionRow = field(kw_only=True)


def closing_form(record: Record, session: rows.SessionRow, room: Setting, outputs: Mapping[str, str]) -> ClosingForm:
    """Gather what is known before anybody is asked; `outputs` says which are headphones and which loudspeakers.

    Of a rehearsal nothing is.
    """
    if session.rehearsal:
        return ClosingForm(session=session)
    earlier = [
        row.setting
        for row in rows.sessions(record, session.patient_id)
        if row.counts and row.setting is not None and row.started_utc_ms < session.started_utc_ms
    ]
    last = Setting(earlier[-1].fields) if earlier else Setting()
    return ClosingForm(room, Setting(_known(record, session, outputs)), last, session=session)


def _known(record: Record, session: rows.SessionRow, outputs: Mapping[str, str]) -> dict[str, str]:
    """What follows from the session itself."""
    known: dict[str, str] = {}
    names = [name for each in live_rows.devices(record, session.session_id) for name in each.split(BESIDE)]
    devices = {outputs.get(name) for name in names}
    if devices == {"headphones", "loudspeakers"}:
        devices = {"both"}
    if len(devices) == 1 and (through := devices.pop()) is not None:
        known[MUSIC_DELIVERY] = through
    marks = live_rows.marks(record, session.session_id)
    return known | marked.setting_of(row.mark for row in marks if not row.undone)


def drafts(asked: ClosingForm, answers: SettingLog) -> list[Draft]:
    """The events of a close: the setting as it stands with the answers over it, if anything is known, and the close."""
    session_id, setting = asked.session.session_id, asked.with_said(answers.setting, answers.unsaid)
    closed = Draft("session.closed", SessionClosed(session_id=session_id), event_id=id_of(session_id, "closed"))
    if not setting.values and answers == NOTHING_DIFFERED:
        return [closed]
    logged = SettingLogged(
        session_id=session_id,
        fields=dict(setting.values),
        taps=dict(answers.taps),
        note=note_given(answers.note),
        by_program=tuple(name for name in asked.known.values if name not in {*answers.setting.values, *answers.unsaid}),
        usual=dict(asked.usual.values),
    )
    return [Draft("session.setting_logged", logged), closed]


def refuse_overlap(
    earlier: Iterable[HeldSession], code: str, starts_ms: Milliseconds, ends_ms: Milliseconds, zone: ZoneInfo
) -> None:
    """Refuse a past session of a patient that ran, as it is told, while another did."""
    for row in sorted(earlier, key=lambda row: row.started_utc_ms != starts_ms):
        begun = local_text(row.started_utc_ms, zone)
        if row.started_utc_ms == starts_ms:
            raise Refused(_("{code} has a session that began at {at} already.").format(code=code, at=begun))
        if starts_ms < row.over_ms and row.started_utc_ms < ends_ms:
            raise Refused(_("It would overlap {code}'s session that began at {at}.").format(code=code, at=begun))
