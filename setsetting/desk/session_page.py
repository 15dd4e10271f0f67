"""The page of one session: what was played and why, done, seen, said and corrected, minute by minute."""

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from setsetting.clinical.effect import phases_of
from setsetting.clinical.infusion import Infusion
from setsetting.clinical.marks import Mark
from setsetting.desk import mindset
from setsetting.desk.clinic import Clinic
from setsetting.desk.exposure import exposure_of
from setsetting.desk.happened import title
from setsetting.desk.records import refuse_unsound
from setsetting.desk.review import course_session, origin_of
from setsetting.library.track import Track
from setsetting.record import live_rows
from setsetting.record.corrections import why_gone
from setsetting.record.live_rows import ActRow, MarkRow, PlayedRow
from setsetting.record.log import Record
from setsetting.review.describe import setting_words, taps_words
from setsetting.review.session_page import (
    ObservedPhase,
    PageAct,
    PageCorrection,
    PageKind,
    PageLine,
    PageMark,
    PagePlayed,
    SessionPage,
)
from setsetting.review.session_words import corrected, level
from setsetting.session import recorded
from setsetting.session.acts import called
from setsetting.session.recorded import RecordedSession
from setsetting.session.status import Status
from setsetting.soundscape.soundscape import Cue
from setsetting.units import Milliseconds
from setsetting.words.numbers import clock as clock_text
from setsetting.words.numbers import day_text, time_text
from setsetting.words.translate import _

OF_LINES = {"session.retold", "session.minute_corrected", "session.mark_withdrawn"}
"""Corrections that stand beside the lines they mend; the others are told of the whole session alone."""
MODELLED = {Mark.ONSET: "onset", Mark.PEAK: "peak_start", Mark.RETURN: "return_"}
"""The boundary of the model beside which each mark stands."""


def session_page(clinic: Clinic, session_id: str) -> SessionPage:
    """The page of a session from one verified state of the record; its id may be shortened."""
    with clinic.record() as record, record.whole():
        refuse_unsound(clinic)
        return page_of(clinic, record, session_id)


def page_of(clinic: Clinic, record: Record, session_id: str) -> SessionPage:
    """Gather the page of a session as it now stands."""
    session = recorded.told(record, session_id)
    row, status = session.row, recorded.status_of(record, session)
    zero_ms, tracks = status.infusion_zero_ms, {track.id: track for track in clinic.tracks()}
    acts, zone = live_rows.acts(record, row.session_id), clinic.settings.zone
    sounded, marks = live_rows.played(record, row.session_id), live_rows.marks(record, row.session_id)
    played = tuple(_played(each, session, tracks, zero_ms) for each in sounded)
    described = course_session(record, row, row.visit_no or 0, tracks, mindset.said_before(record, row, zone))
    corrections = tuple(
        PageCorrection(each.event_id, each.kind, each.corrects, each.at_utc_ms, each.actor, each.reason, before)
        for each, before in zip(row.corrections, described.corrected, strict=True)
    )
    why = [(each.corrects, corrected(each, zone)) for each in corrections if each.kind in OF_LINES]
    why += [(each.event_id, corrected(each, zone)) for each in corrections if each.kind == "session.step_told"]
    lines = [*_music(sounded, played, session, zone), *_log(status, session, zone, played, why)]
    return SessionPage(
        session_id=row.session_id,
        code=status.patient_code,
        simulated=row.simulated,
        rehearsal=row.rehearsal,
        void=row.void,
        patient_withdrawn=None if (gone := why_gone(record, row.patient_id)) is None else gone.reason,
        closed=row.closed,
        entered_afterwards=row.entered_afterwards,
        visit_no=row.visit_no,
        of=clinic.settings.course.infusions,
        date=day_text(row.started_utc_ms, zone),
        started_utc_ms=row.started_utc_ms,
        ended_utc_ms=row.ended_utc_ms,
        zone=clinic.settings.time_zone,
        room=row.room,
        output=row.output,
        playlist=row.playlist,
        planned=row.planned,
        actual=row.actual,
        begun=row.begun,
        happened=described.happened,
        lines=tuple(sorted(lines, key=lambda line: line.at_ms)),
        played=played,
        acts=tuple(_acts(acts, session.state.called, zero_ms)),
        marks=tuple(
            PageMark(each.event_id, each.mark, each.clock_ms - zero_ms, each.note, each.undone) for each in marks
        ),
        setting=None if row.setting is None else setting_words(described),
        taps=None if row.setting is None else taps_words(described),
        note=described.note,
        mindset=described.mindset,
        observed=_observed(marks, row.actual or row.planned),
        exposure=exposure_of(record, session, [(each, _cue(each, session)) for each in sounded], acts, tracks),
        corrections=corrections,
        origin=origin_of(record),
    )


def _observed(marks: list[MarkRow], ran: Infusion) -> tuple[ObservedPhase, ...]:
    """When each phase was seen first, beside the model of what ran; nothing where none was marked or nothing ran."""
    seen = {Mark(each.mark): each.infusion_ms for each in reversed(marks) if each.mark in MODELLED and not each.undone}
    if not (seen and ran.segments):
        return ()
    modelled = phases_of(ran)
    return tuple(ObservedPhase(mark, seen.get(mark), getattr(modelled, edge)) for mark, edge in MODELLED.items())


def _acts(acts: list[ActRow], names: Mapping[str, str], zero_ms: Milliseconds) -> Iterator[PageAct]:
    for act in acts:
        words = names.get(act.event_id) or called(act.act, act.argument)
        yield PageAct(act.event_id, act.act, act.argument, act.clock_ms - zero_ms, act.undone, words)


def _played(
    row: PlayedRow,
    session: RecordedSession,
    tracks: Mapping[str, Track],
    zero_ms: Milliseconds,
) -> PagePlayed:
    cue, track = _cue(row, session), tracks.get(row.track_id or "")
    return PagePlayed(
        track_id=row.track_id,
        title=title(row, track),
        artist="" if track is None else track.artist,
        phase=row.phase,
        from_ms=row.clock_ms - zero_ms,
        to_ms=row.clock_ms + row.sounded_ms - zero_ms,
        level_db=session.level_db(row.clock_ms),
        why="" if cue is None else cue.reason,
    )


def _cue(row: PlayedRow, session: RecordedSession) -> Cue | None:
    """The cue that sounded, of the newest plan that has it."""
    for plan in reversed(session.soundscapes):
        for cue in plan.cues:
            if row.cue == cue.name and cue.track_id == row.track_id:
                return cue
    return None


def _music(
    sounded: list[PlayedRow], played: tuple[PagePlayed, ...], session: RecordedSession, zone: ZoneInfo
) -> Iterator[PageLine]:
    for row, each in zip(sounded, played, strict=True):
        words = f"{each.title} \N{EM DASH} {each.artist}" if each.artist else each.title
        beside = " · ".join(filter(None, (each.phase, level(each))))
        yield PageLine(each.from_ms, _clock(session, row.clock_ms, zone), PageKind.MUSIC, words, beside, each.why)


def _log(
    status: Status,
    session: RecordedSession,
    zone: ZoneInfo,
    played: tuple[PagePlayed, ...],
    mended: list[tuple[str, str]],
) -> Iterator[PageLine]:
    """What was done, seen and said; `mended` has the events that were corrected, each with why and what it was."""
    for line in status.log:
        beside = "; ".join(why for event_id, why in mended if event_id == line.event_id)
        at_ms, clock = line.clock_ms - status.infusion_zero_ms, _clock(session, line.clock_ms, zone)
        kind = PageKind(line.kind)
        into = _into(played, at_ms) if kind is PageKind.MARK else ""
        yield PageLine(at_ms, clock, kind, line.words, beside, into, event_id=line.event_id, undone=line.undone)


def _into(played: tuple[PagePlayed, ...], at_ms: Milliseconds) -> str:
    """How far into which music something was seen or said; nothing where none sounded."""
    for each in reversed(played):
        if each.from_ms <= at_ms < each.to_ms:
            return _("{time} into {title}").format(
                time=clock_text(Milliseconds(at_ms - each.from_ms)), title=each.title
            )
    return ""


def _clock(session: RecordedSession, clock_ms: Milliseconds, zone: ZoneInfo) -> str:
    """The clinic's clock at a time of the soundscape's."""
    return time_text(session.zero_ms + clock_ms, zone)
