"""What the output's measurement says of a session's level: the newest that was made before the session's end."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from setsetting.audio.mix import BED_LUFS
from setsetting.library.track import Track
from setsetting.record import live_rows, preflight_rows
from setsetting.record.live_rows import ActRow, PlayedRow
from setsetting.record.log import Record
from setsetting.review.exposure import Exposure, exposure
from setsetting.session.recorded import RecordedSession
from setsetting.soundscape.soundscape import Cue, CueKind, kind_in
from setsetting.units import Lufs, Milliseconds, db_from_mdb


def exposure_of(
    record: Record,
    session: RecordedSession,
    sounded: Iterable[tuple[PlayedRow, Cue | None]],
    acts: Iterable[ActRow],
    tracks: Mapping[str, Track],
) -> Exposure | None:
    """The exposure of a session on one output that was measured before its end; None where it was not, or on several."""
    devices = live_rows.devices(record, session.row.session_id)
    by_ms = session.row.ended_utc_ms
    measured = preflight_rows.calibration(record, devices[0], by_ms=by_ms) if len(devices) == 1 else None
    if measured is None:
        return None
    changes = sorted(act.clock_ms for act in acts)
    parts = (part for row, cue in sounded for part in _parts(session, row, cue, changes, tracks))
    return exposure(parts, measured.dba)


def _parts(
    session: RecordedSession,
    row: PlayedRow,
    cue: Cue | None,
    changes: list[Milliseconds],
    tracks: Mapping[str, Track],
) -> Iterator[tuple[Milliseconds, Lufs | None]]:
    """The stretches of a piece between live acts, each with the loudness at which it sounded."""
    if kind_in(row.cue) == CueKind.SILENCE:
        return
    own, end_ms = _loudness(row, cue, tracks), row.clock_ms + row.sounded_ms
    edges = [row.clock_ms, *(at_ms for at_ms in changes if row.clock_ms < at_ms < end_ms), end_ms]
    for from_ms, to_ms in pairwise(edges):
        yield to_ms - from_ms, None if own is None else Lufs(float(own) + float(session.level_db(from_ms)))


def _loudness(row: PlayedRow, cue: Cue | None, tracks: Mapping[str, Track]) -> Lufs | None:
    """The loudness of a piece as it was planned; None where its track's, or its gain, is not known any more."""
    track = tracks.get(row.track_id or "")
    own = BED_LUFS if kind_in(row.cue) == CueKind.BED else None if track is None else track.lufs
    return None if own is None or cue is None else Lufs(float(own) + float(db_from_mdb(cue.gain_mdb)))
