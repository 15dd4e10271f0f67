"""What was flagged while it played, told to who looks after the music: by track, with no patient and no session."""

from collections.abc import Iterator
from dataclasses import dataclass

from setsetting.clinical.marks import Mark
from setsetting.desk.clinic import Clinic
from setsetting.library.track import Track
from setsetting.record import live_rows, rows
from setsetting.record.log import Record
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class FlaggedTrack:
    """A track with how often it was flagged, and when last; `track` is None where the library has it no more."""

    track_id: str
    track: Track | None
    times: int
    last_utc_ms: Milliseconds


def listing(clinic: Clinic) -> tuple[FlaggedTrack, ...]:
    """Every track that was flagged in a session that stands, the newest first."""
    with clinic.record() as record:
        flags = sorted(_flags(record), key=lambda flag: flag[1])
    known = {track.id: track for track in clinic.tracks()}
    last = dict(flags)
    times = [track_id for track_id, _at in flags]
    return tuple(
        FlaggedTrack(track_id, known.get(track_id), times.count(track_id), last[track_id])
        for track_id in sorted(last, key=lambda each: -last[each])
    )


def _flags(record: Record) -> Iterator[tuple[str, Milliseconds]]:
    """The track that had begun last at each flag that stands, and when it was flagged."""
    for session in rows.sessions(record):
        marks = () if session.void else live_rows.marks(record, session.session_id)
        flagged = [mark for mark in marks if mark.mark == Mark.FLAG and not mark.undone]
        played = live_rows.played(record, session.session_id) if flagged else []
        for mark in flagged:
            begun = [each for each in played if each.track_id and each.clock_ms <= mark.clock_ms]
            if begun and begun[-1].track_id is not None and session.zero_utc_ms is not None:
                yield begun[-1].track_id, session.zero_utc_ms + mark.clock_ms
