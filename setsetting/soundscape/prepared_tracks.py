"""A session's tracks as the planner has them."""

from collections.abc import Iterable

from setsetting.library.track import Track
from setsetting.soundscape.build_instance import rows_of
from setsetting.soundscape.problem import columns_of
from setsetting.soundscape.soundscape import Soundscape


class PreparedTracks:
    """What stays the same however often the rest of a session is planned again.

    Made once and handed in each time, it saves most of the work on a large library. Of each recording one encoding is
    planned with, the promised one first.
    """

    def __init__(self, tracks: Iterable[Track], soundscape: Soundscape) -> None:
        self.known = {track.id: track for track in tracks}
        promised = [cue.track_id or "" for cue in soundscape.cues]
        self.columns = columns_of(rows_of(self.known.values(), promised), soundscape.seed)
        self.library = tuple(self.columns.rows)
        chosen = {row.recording_id: row.track_id for row in self.library if row.recording_id is not None}
        self.stands_for = {track.id: chosen.get(track.recording_id or "", track.id) for track in self.known.values()}
