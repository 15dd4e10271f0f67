"""Hearing a session again, as it was heard: from a file that is written, or on an output that a person named."""

import threading
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from setsetting.audio.encode import SOUND_ENDINGS
from setsetting.desk.clinic import Clinic
from setsetting.desk.wishes import wishes_of
from setsetting.desk.written import refuse_unwritable
from setsetting.errors import NotFound, Refused
from setsetting.player import again, aloud, heard
from setsetting.player.again import HeardAgain
from setsetting.progress import Report
from setsetting.record import live_rows, rows
from setsetting.record.kinds import SessionFrozen
from setsetting.record.log import Record
from setsetting.session import folder, frozen, link, recorded
from setsetting.session.preflight import title_of
from setsetting.session.start import name_of
from setsetting.units import Frames, Hertz, Milliseconds, Minutes, frames_from_ms, ms_from_frames, ms_from_minutes
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class SilentTitle:
    """A track that cannot be heard again, and from when to when, in infusion time; `missing` says its file is gone."""

    track_id: str
    title: str
    missing: bool
    from_ms: Milliseconds
    to_ms: Milliseconds


@dataclass(frozen=True, slots=True)
class Replay:
    """A session, or some minutes of it, ready to be heard again; times are the infusion's.

    `underruns` are short silences of the session that are not repeated, `refused` titles that its patient refuses by now.
    """

    session_id: str
    rate_hz: Hertz
    from_ms: Milliseconds
    to_ms: Milliseconds
    silent: tuple[SilentTitle, ...]
    underruns: int
    refused: tuple[str, ...]
    sound: HeardAgain


def prepare(clinic: Clinic, session_id: str, stretch: tuple[Minutes, Minutes] | None = None) -> Replay:
    """Look for everything that was heard, or for what was in some minutes of the infusion; raises a sentence without."""
    tracks = {track.id: track for track in clinic.tracks()}
    copies = defaultdict[str, list[str]](list)
    for track in tracks.values():
        copies[track.id].append(track.path)
    with clinic.record() as record:
        session = recorded.told(record, session_id)
        row = session.row
        kept = _frozen(clinic, record, row.session_id)
        zero_ms = recorded.status_of(record, session).infusion_zero_ms
        wishes = wishes_of(clinic, record, row.patient_id)
        played = {each.track_id for each in live_rows.played(record, row.session_id)}
    sent = heard.read(kept.body, row.session_id)

    def place(infusion_ms: Milliseconds) -> Frames:
        return max(Frames(0), frames_from_ms(Milliseconds(infusion_ms + zero_ms - kept.origin_ms), sent.rate_hz))

    def infusion_ms(frame: Frames) -> Milliseconds:
        return Milliseconds(ms_from_frames(frame, sent.rate_hz) + kept.origin_ms - zero_ms)

    first, last = Frames(0), None
    if stretch is not None:
        first, last = (place(ms_from_minutes(minute)) for minute in stretch)
    sound = HeardAgain(sent, first, last, lambda track_id: copies.get(track_id, ()))
    return Replay(
        session_id=row.session_id,
        rate_hz=sent.rate_hz,
        from_ms=infusion_ms(first),
        to_ms=infusion_ms(Frames(first + sound.frames)),
        silent=tuple(
            SilentTitle(
                each.track_id,
                tracks[each.track_id].title if each.track_id in tracks else Path(each.source).name,
                each.missing,
                infusion_ms(each.from_frame),
                infusion_ms(each.to_frame),
            )
            for each in sound.silent
        ),
        underruns=sent.underruns,
        refused=tuple(title_of(track) for track in tracks.values() if track.id in played and wishes.forbids(track)),
        sound=sound,
    )


def write(clinic: Clinic, replay: Replay, out: Path, report: Report, *, replace: bool) -> None:
    """Write what is heard again to a .flac or .wav file, as a capture of the session would have it."""
    refuse_unwritable(out, replace=replace, clinic=clinic, sound=True, endings=SOUND_ENDINGS)
    again.write(replay.sound, out, replace=replace, report=report)


def play(clinic: Clinic, replay: Replay, output: str, stop: threading.Event) -> None:
    """Play it on an output that a person named, to its end or until `stop` is set."""
    aloud.play(replay.sound, output, name_of(clinic.folder), stop)


def _frozen(clinic: Clinic, record: Record, session_id: str) -> SessionFrozen:
    """What was heard in a session: frozen at its close, or, while that is to come, what its folder holds."""
    where = folder.folder_of(clinic.folder, session_id)
    if (kept := live_rows.frozen(record, session_id)) is not None:
        return kept
    if rows.session(record, session_id).is_external:
        raise NotFound(
            _("The music of session {id} came from elsewhere; nothing of it was kept.").format(id=session_id)
        )
    if (where / folder.SESSION_FILE).is_file():
        if link.is_running(where):
            raise Refused(_("Session {id} still runs; it is heard again once it has ended.").format(id=session_id))
        return frozen.freeze(where)
    if rows.session(record, session_id).entered_afterwards:
        raise NotFound(_("Session {id} is from paper; it had no music of this program.").format(id=session_id))
    raise NotFound(
        _("Of session {id} it was not kept what was heard; its titles are in `session show`.").format(id=session_id)
    )
