"""A track is heard beforehand on an output of one's own, and never on one on which a session plays."""

import threading

import pytest
from session_clinic import CODE
from sessions_played import asked, close, quiet

from setsetting.desk import library, listening, sessions
from setsetting.desk.clinic import Clinic
from setsetting.errors import NotFound, Refused, UsageError
from setsetting.units import Seconds

STOPPED = threading.Event()
STOPPED.set()


def test_a_track_is_heard_on_a_free_output_and_not_where_a_session_plays(clinic: Clinic) -> None:
    track = library.listing(clinic)[0]
    assert listening.listen(clinic, track.id[:12], "null", STOPPED) == track
    with sessions.start(clinic, asked(clinic, output="null", code=CODE), say=quiet).live as live:
        before = live.link.player().state().mix_digest
        with pytest.raises(Refused, match="Another session is playing on this output"):
            listening.listen(clinic, track.id, "null", STOPPED)
        assert live.link.player().state().mix_digest == before
    close(clinic)


def test_what_cannot_be_heard_is_refused_with_a_sentence(clinic: Clinic) -> None:
    track = library.listing(clinic)[0]
    with pytest.raises(UsageError, match="1 to 3600 seconds"):
        listening.listen(clinic, track.id, "null", STOPPED, Seconds(0))
    with pytest.raises(NotFound):
        listening.listen(clinic, "nothing", "null", STOPPED)
    with pytest.raises(UsageError, match="own pace"):
        listening.listen(clinic, track.id, "fast", STOPPED)
