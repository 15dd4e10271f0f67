"""Preparing a session: what it starts from, held against this patient and these files before anything sounds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from setsetting.clinical import course, infusion
from setsetting.clinical.infusion import Infusion
from setsetting.library.track import Track
from setsetting.machine.clock import Clock
from setsetting.player.job import BESIDE, FAST
from setsetting.record.infusions import as_stored
from setsetting.record.kinds import SessionStarted
from setsetting.record.rows import PatientRow, SessionRow
from setsetting.session import preflight
from setsetting.session.folder import SessionHeader
from setsetting.session.holds import LONGEST_MS
from setsetting.session.inputs import SessionInputs, rules_broken
from setsetting.session.start import Tonight, new_session_id
from setsetting.soundscape.check_soundscape import Retiming, check_soundscape, kept_from, refuse
from setsetting.soundscape.fallback import grounding, rescue
from setsetting.soundscape.file import digest_of_file
from setsetting.soundscape.holding import HeldMusic
from setsetting.soundscape.prepared_tracks import PreparedTracks
from setsetting.soundscape.soundscape import Soundscape
from setsetting.soundscape.to_mix import to_mix
from setsetting.soundscape.windows import check_timed
from setsetting.units import Hertz, Milliseconds, Minutes, Seconds, ms_from_minutes, ms_from_s
from setsetting.words.translate import _, count


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """Where the session sounds, and what of it is written down."""

    room: str
    output: str
    rate_hz: Hertz
    capture: Path | None = None
    barriers_ms: tuple[Milliseconds, ...] = ()
    simulated: bool = False
    rehearsal: bool = False
    checks_ms: tuple[Milliseconds, ...] = ()
    """The room's planned checks, on the infusion's own time."""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldSoundscape:
    """A soundscape held against what is known tonight.

    `findings` are of the preflight; where one of them blocks, no rule was asked, else `broken` are those that are
    not kept. `rescuers` and `playable` are tracks by id: for the rescue key, and all that may sound.
    """

    findings: tuple[preflight.Finding, ...]
    broken: tuple[str, ...]
    rescuers: Mapping[str, Track]
    playable: Mapping[str, Track]

    @property
    def against(self) -> tuple[str, ...]:
        """Everything that keeps it from being started, as sentences."""
        return (*(finding.words for finding in self.findings if finding.blocking), *self.broken)


def hold(soundscape: Soundscape, known: SessionInputs) -> HeldSoundscape:
    """Hold a soundscape against this patient, the library and its files, as it is done before it is played.

    A file with the size and the times of its scan is taken for what it was then; any other that is to sound is read.
    """
    check_timed(known.playlist[0])
    there = [track for track_id, track in known.tracks.items() if track_id in known.as_scanned]
    rescuers = {track.id: track for track in grounding(known.rescue[0], there, known.wishes, soundscape)}
    findings = preflight.look(
        soundscape,
        known.tracks,
        known.wishes,
        known.digests,
        rescue_ids=rescuers,
        as_scanned=known.as_scanned,
    )
    if any(finding.blocking for finding in findings):
        return HeldSoundscape(findings, (), rescuers, {})
    playable = _playable(soundscape, known)
    broken = rules_broken(soundscape, known) or (
        *_against_rescue(soundscape, tuple(rescuers.values()), known),
        *(words for track in playable.values() for words in kept_from(track, known.wishes)),
    )
    return HeldSoundscape(findings, broken, rescuers, playable)


def prepare(
    soundscape: Soundscape,
    body: str,
    known: SessionInputs,
    options: SessionOptions,
    clock: Clock,
    *,
    held: HeldSoundscape | None = None,
) -> Tonight:
    """Hold a soundscape against what is known; refuse with every reason, or say in `notes` what only differs.

    `held` is it, where that was done just now.
    """
    (_playlist, playlist_text), (_rescue, rescue_text) = known.playlist, known.rescue
    held = held or hold(soundscape, known)
    preflight.refuse_blocking(held.findings)
    refuse(held.broken)
    planned, rescuers = infusion.steady(soundscape.minutes), held.rescuers
    heard = _until_it_begins(soundscape, known, held.playable, options)
    begun = _begun(known.patient, known.earlier, planned, options, clock)  # after the files were looked through
    started = msgspec.structs.replace(
        begun,
        zero_utc_ms=begun.started_utc_ms - soundscape.start_ms,
        soundscape=digest_of_file(body.encode()),
        playlist=soundscape.playlist,
        playlist_version=soundscape.playlist_version,
    )
    return Tonight(
        started=started,
        body=body,
        header=SessionHeader(
            session_id=started.session_id,
            output=options.output,
            also=options.also,
            rate_hz=options.rate_hz,
            origin_ms=soundscape.start_ms,
            playlist=playlist_text,
            rescue_playlist=rescue_text,
            rescue=tuple(rescuers),
            anchors=tuple(sorted(known.wishes.anchor_tracks)),
            heard=tuple(sorted(track_id for track_id, track in rescuers.items() if known.wishes.has_heard(track))),
            capture=None if options.capture is None else str(options.capture.absolute()),
            last_act_ms=max(options.barriers_ms, default=Milliseconds(0)),
            checks_ms=tuple(sorted({*options.checks_ms, *map(ms_from_minutes, known.playlist[0].checks_at)})),
        ),
        heard=heard,
        mix=to_mix(heard, known.tracks, options.rate_hz, known.prompts),
        tracks={**held.playable, **rescuers},
        stamps=known.stamps,
        barriers_ms=options.barriers_ms,
        notes=tuple(_differing(held, known)),
    )


def prepare_external(
    patient: PatientRow, earlier: Sequence[SessionRow], minutes: Minutes, options: SessionOptions, clock: Clock
) -> Tonight:
    """A session whose music comes from elsewhere: a clock that is at 0 when it begins, and a planned infusion."""
    started = _begun(patient, earlier, infusion.steady(minutes), options, clock)
    header = SessionHeader(
        started.session_id, options.output, options.rate_hz, Milliseconds(0), "", checks_ms=options.checks_ms
    )
    return Tonight(started, header)


def _begun(
    patient: PatientRow, earlier: Sequence[SessionRow], planned: Infusion, options: SessionOptions, clock: Clock
) -> SessionStarted:
    """A session that begins now, with minute 0 now, as long as nothing is known of its music."""
    now_ms = clock.utc_ms()
    starts = [row.started_utc_ms for row in earlier if row.counts]
    return SessionStarted(
        session_id=new_session_id(),
        patient_id=patient.named_id,
        visit_no=None if options.rehearsal else course.visit_no(now_ms, starts),
        started_utc_ms=now_ms,
        zero_utc_ms=now_ms,
        planned=as_stored(planned),
        room=options.room,
        output=BESIDE.join((options.output, *options.also)),
        simulated=options.simulated or patient.simulated,
        rehearsal=options.rehearsal,
    )


def _differing(held: HeldSoundscape, known: SessionInputs) -> Iterator[str]:
    """What only differs and is said."""
    yield from (finding.words for finding in held.findings)
    if not held.rescuers:
        missing = _("No track of the library fits {name}; rescue will play a noise bed.")
        yield missing.format(name=known.rescue[0].name)
    if known.not_as_scanned:
        yield count(
            "{n} track whose file is missing or has changed since its scan is not played when times change.",
            "{n} tracks whose files are missing or have changed since their scan are not played when times change.",
            len(known.not_as_scanned),
        )


def _until_it_begins(
    soundscape: Soundscape, known: SessionInputs, playable: Mapping[str, Track], options: SessionOptions
) -> Soundscape:
    """What is heard until the infusion begins, held against the same rules; raises Refused where one is broken."""
    playlist, planned = known.playlist[0], infusion.steady(soundscape.minutes)
    music = HeldMusic(playlist, planned, PreparedTracks(playable.values(), soundscape), known.wishes, soundscape)
    until_ms = Milliseconds(soundscape.start_ms + LONGEST_MS)
    if options.output == FAST:
        until_ms = max((soundscape.end_ms, *options.barriers_ms))
    heard = music.before_start(soundscape, until_ms, known.wishes)
    phases = music.before_minute_0 or (soundscape.cues[0].phase,)
    judged = Retiming(soundscape.start_ms, heard, until_ms, held_in=phases)
    refuse(check_soundscape(heard, playable.values(), playlist, planned, known.wishes, retiming=judged))
    return heard


def _against_rescue(soundscape: Soundscape, rescuers: tuple[Track, ...], known: SessionInputs) -> Iterator[str]:
    """Judge before the session what the rescue key could play in it: each of its tracks, and the noise bed."""
    (playlist, _text), now_ms, until_ms = known.rescue, soundscape.start_ms, soundscape.end_ms
    once_ms = now_ms + ms_from_s(Seconds(sum(track.length_s for track in rescuers)))
    planned, at_once = infusion.steady(soundscape.minutes), Retiming(now_ms, soundscape, until_ms)
    for chosen in (rescuers, ()):
        cover = rescue(soundscape, chosen, playlist, now_ms=now_ms, until_ms=max(until_ms, once_ms))
        yield from check_soundscape(cover, rescuers, playlist, planned, known.wishes, retiming=at_once)


def _playable(soundscape: Soundscape, known: SessionInputs) -> dict[str, Track]:
    """What may sound tonight: what this patient's wishes allow, as it was measured, and the soundscape's own tracks."""
    own = {cue.track_id for cue in soundscape.cues}
    return {
        track_id: track
        for track_id, track in known.tracks.items()
        if track_id in own or not (track_id in known.not_as_scanned or preflight.against(track, known.wishes))
    }
