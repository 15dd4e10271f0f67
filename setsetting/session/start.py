"""Starting a session: its folder, its player, and the first events of its trail.

The folder and its outbox are whole before any sound, so that a kill at any point leaves either nothing
or a session that can be taken over. A player that cannot play leaves nothing behind; a record that
does not take the beginning stops the player again. It refuses an output that another session plays on.
"""

import hashlib
import uuid
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from setsetting.audio.mix import Mix
from setsetting.errors import Refused, SetSettingError
from setsetting.library.prompt import Prompt
from setsetting.library.track import Track
from setsetting.machine import files
from setsetting.machine.clock import Clock, boot_id
from setsetting.machine.files import Stamp
from setsetting.player import launch
from setsetting.player.job import PlayerJob
from setsetting.record.kinds import SessionStarted, SoundscapeUsed
from setsetting.record.log import Record
from setsetting.session import folder, outbox_file, turn
from setsetting.session.event import SessionEvent, noted_at, retimed_at
from setsetting.session.folder import SessionHeader
from setsetting.session.outbox import Outbox
from setsetting.session.state import HELD
from setsetting.session.takeover import id_of
from setsetting.session.timekeeping import Moment, frame_at
from setsetting.soundscape.file import digest_of_file
from setsetting.soundscape.soundscape import Soundscape
from setsetting.units import Milliseconds, ms_from_frames
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class Tonight:
    """Everything a session starts from, gathered and checked beforehand.

    `body` is the soundscape file's text, `heard` what sounds of it until the infusion begins, with its `mix`, `header` all that will not change, but for its clocks; `tracks` all
    that may sound tonight by id, `stamps` those of their scan by which files are known that had them just now, `barriers_ms` when a script's acts are due, for which a fast player waits,
    `prompts` are the clinic's, `notes` what differed and was said. Where the music comes from elsewhere there is no `heard` and no `mix`.
    """

    started: SessionStarted
    header: SessionHeader
    body: str = ""
    heard: Soundscape | None = None
    mix: Mix | None = None
    tracks: Mapping[str, Track] = field(default_factory=dict)
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    prompts: tuple[Prompt, ...] = ()
    barriers_ms: tuple[Milliseconds, ...] = ()
    notes: tuple[str, ...] = ()


def new_session_id() -> str:
    return str(uuid.uuid4())


def name_of(clinic: Path) -> str:
    """What a player knows a clinic folder by, so that silent outputs of several are several."""
    return hashlib.sha256(str(clinic.resolve()).encode()).hexdigest()[:24]


def begin(clinic: Path, tonight: Tonight, *, clock: Clock, open_record: Callable[[], Record]) -> Path:
    """Start the player and keep the session's beginning; return the session's folder."""
    header = _timed(tonight.header, clock)
    where = files.private_dir(folder.folder_of(clinic, header.session_id))
    outbox = Outbox(where, open_record)
    try:
        outbox.record  # noqa: B018 - a record that cannot be opened is said before anything sounds
        folder.write_tracks(where, tonight.tracks.values())
        folder.write_prompts(where, tonight.prompts)
        of_prompts = {prompt.id: files.stamp_of(prompt.path) for prompt in tonight.prompts}
        of_tracks = {track_id: stamp for track_id, stamp in tonight.stamps.items() if track_id in tonight.tracks}
        folder.write_stamps(where, of_prompts | of_tracks)
        outbox_file.reserve(where)
        # whoever finds the session meanwhile waits, and does not take the player for a dead one
        with ExitStack() as open_here:
            with turn.taken(where):
                _write_beginning(where, tonight, header, clock)
                player = None
                if tonight.mix is not None:
                    player = open_here.enter_context(launch.start(where, _job(clinic, header, tonight, tonight.mix)))
                    # the first answer of the player tells how far it is
                    folder.write(where, _timed(header, clock, ms_from_frames(player.state().frame, header.rate_hz)))
            if not outbox.settle():
                if player is not None:
                    player.take_baton("start")
                    player.stop(id_of(header.session_id, "stop"))
                raise Refused(_("The session was not started. {why}").format(why=outbox.why))
    except SetSettingError:
        folder.remove(where)
        raise
    finally:
        outbox.close()
    return where


def _write_beginning(where: Path, tonight: Tonight, header: SessionHeader, clock: Clock) -> None:
    """Write the outbox, and then the file that makes the folder a session."""
    now = Moment(header.origin_ms, header.origin_ms, clock.utc_ms(), clock.mono_ms())
    at = now.utc_ms, now.mono_ms
    kept = [SessionEvent(id_of(header.session_id, "started"), "session.started", tonight.started, *at)]
    if tonight.heard is not None:
        loosened = tuple(rule for rule, _value in tonight.heard.loosened)
        used = SoundscapeUsed(digest_of_file(tonight.body.encode()), tonight.body, loosened)
        kept = [
            SessionEvent(id_of(header.session_id, "soundscape"), "soundscape.used", used, *at),
            *kept,
            retimed_at(now, id_of(header.session_id, "held"), header.session_id, HELD, tonight.heard),
        ]
    kept += [
        noted_at(now, id_of(header.session_id, f"preflight {number}"), header.session_id, "preflight", words)
        for number, words in enumerate(tonight.notes)
    ]
    if not outbox_file.add(where, kept):
        raise Refused(_("{path} cannot be written; the session was not started.").format(path=where))
    folder.write(where, header)


def _job(clinic: Path, header: SessionHeader, tonight: Tonight, mix: Mix) -> PlayerJob:
    return PlayerJob(
        session=header.session_id,
        mix=mix,
        output=header.output,
        also=header.also,
        clinic=name_of(clinic),
        capture=header.capture,
        barriers=() if header.paced else tuple(sorted({frame_at(header, at_ms) for at_ms in tonight.barriers_ms})),
    )


def _timed(header: SessionHeader, clock: Clock, sent_ms: Milliseconds = Milliseconds(0)) -> SessionHeader:
    """The header with both clocks at the soundscape's 0, of whose music so much has been sent."""
    back_ms = sent_ms + header.origin_ms
    return msgspec.structs.replace(
        header, zero_mono_ms=clock.mono_ms() - back_ms, zero_utc_ms=clock.utc_ms() - back_ms, boot=boot_id()
    )
