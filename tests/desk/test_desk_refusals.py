"""A refusal entered while a session runs, with a real player: said at once, heeded at once, never broken in silence."""

import os
import signal
import sqlite3
from collections.abc import Iterator

import pytest
from session_clinic import CODE
from sessions_played import asked, quiet, until

from setsetting.desk import attending, corrections, library, patients, sessions, undoing
from setsetting.desk.clinic import Clinic
from setsetting.record import live_rows
from setsetting.session.live import LiveSession


@pytest.fixture
def attended(clinic: Clinic) -> Iterator[LiveSession]:
    """A paced session that nobody hears."""
    with sessions.start(clinic, asked(clinic, output="null"), say=quiet).live as live:
        yield live


def planned(live: LiveSession) -> list[str | None]:
    status = live.status()
    return [cue.track_id for cue in status.cues if cue.start_ms > status.clock_ms]


def test_what_is_to_come_and_refused_meanwhile_is_replaced_before_it_sounds(
    clinic: Clinic, attended: LiveSession
) -> None:
    following = attended.status().next
    assert following is not None and following.track_id is not None
    patients.veto(clinic, CODE, "track", following.track_id)
    status = attended.status()
    assert status.next is not None and status.next.track_id != following.track_id
    assert following.track_id not in planned(attended)
    assert "the rest was timed anew (a track is refused by now)" in [line.words for line in status.log]


def test_what_plays_and_is_refused_meanwhile_is_said_and_next_never_comes_back_to_it(
    clinic: Clinic, attended: LiveSession
) -> None:
    playing = attended.status().playing
    assert playing is not None and playing.track_id is not None
    patients.veto(clinic, CODE, "track", playing.track_id)
    (notice,) = attended.status().notices
    assert notice.startswith("Refused by this patient") and "`next` goes on" in notice
    attended.act("next")
    until(lambda: attended.status().playing is not None and attended.status().notices == ())
    attended.act("undo")
    after = attended.status()
    assert after.playing is not None and after.playing.track_id != playing.track_id
    assert playing.track_id not in planned(attended)


def test_a_session_that_nobody_attends_heeds_a_refusal_too(clinic: Clinic, attended: LiveSession) -> None:
    following = attended.status().next
    assert following is not None and following.track_id is not None
    attended.detach()
    patients.veto(clinic, CODE, "track", following.track_id)
    with attending.control(clinic, attended.folder, attending=False) as looking:
        assert following.track_id not in {cue.track_id for cue in looking.status().cues}


def test_a_session_whose_player_was_killed_just_now_heeds_a_refusal_too(clinic: Clinic, attended: LiveSession) -> None:
    following, state = attended.status().next, attended.link.state()
    assert following is not None and following.track_id is not None and state is not None
    attended.detach()
    os.kill(state.pid, signal.SIGKILL)
    patients.veto(clinic, CODE, "track", following.track_id)
    assert following.track_id not in left(clinic, attended)


def left(clinic: Clinic, session: LiveSession) -> set[str | None]:
    """What a session that nobody attends plays and has still to play."""
    with attending.control(clinic, session.folder, attending=False) as looking:
        return {cue.track_id for cue in looking.status().cues}


def test_a_session_that_nobody_attends_heeds_whoever_it_is_by_now(clinic: Clinic, attended: LiveSession) -> None:
    first, second, third, *_others = planned(attended)
    assert first and second and third
    attended.detach()
    for code, refused in (("K-2", first), ("K-3", second)):
        patients.add(clinic, code)
        patients.veto(clinic, code, "track", refused)
    moved = corrections.move(clinic, attended.session_id, "K-2", "the wrong row")
    assert first not in left(clinic, attended)
    corrections.merge(clinic, "K-3", "K-2", "one person")
    assert second not in left(clinic, attended)
    patients.veto(clinic, "K-3", "track", third)
    assert third not in left(clinic, attended)
    again = next(iter(left(clinic, attended) - {attended.conductor.state.sounding.plan.cues[0].track_id}))
    assert again is not None
    patients.veto(clinic, CODE, "track", again)
    undoing.undo(clinic, moved.event_id, "it was theirs")
    assert again not in left(clinic, attended)


def test_a_withdrawn_refusal_that_stands_again_is_heeded_at_once(clinic: Clinic, attended: LiveSession) -> None:
    first, *_others = planned(attended)
    assert first is not None
    patients.veto(clinic, CODE, "track", first)
    patients.unveto(clinic, CODE, "track", first)
    second = next(one for one in planned(attended) if one is not None)
    patients.veto(clinic, CODE, "track", second)
    patients.unveto(clinic, CODE, "track", second)
    attended.detach()
    with clinic.record() as record:
        withdrawn = record.events(kind="patient.veto_withdrawn")[-1]
    library.set_fields(clinic, second, {"title": "still the same"})
    undoing.undo(clinic, withdrawn.event_id, "it was meant")
    assert second not in left(clinic, attended)


def test_what_a_curator_says_of_a_track_meanwhile_lets_a_refusal_meet_it(clinic: Clinic, attended: LiveSession) -> None:
    by_artist, by_tag, *_others = planned(attended)
    assert by_artist and by_tag
    patients.veto(clinic, CODE, "artist", "Mira Dost")
    patients.veto(clinic, CODE, "tag", "choir")
    attended.detach()
    library.set_fields(clinic, by_artist, {"artist": "mira  dost"})
    assert by_artist not in left(clinic, attended)
    library.tag(clinic, by_tag, ["Choir"], [])
    assert by_tag not in left(clinic, attended)


def test_a_refusal_binds_the_rescue_of_a_running_session(clinic: Clinic, attended: LiveSession) -> None:
    first = attended.header.rescue[0]
    patients.veto(clinic, CODE, "track", first)
    attended.act("rescue")
    heard = attended.conductor.state.sounding.heard
    assert first not in {cue.track_id for cue in heard.cues if cue.start_ms >= attended.conductor.state.acted_ms}


def test_while_the_record_is_locked_no_key_waits_and_what_was_known_binds(
    clinic: Clinic, attended: LiveSession
) -> None:
    before = attended.status()
    locked = sqlite3.connect(clinic.folder / "record.db", isolation_level=None)
    locked.execute("BEGIN EXCLUSIVE")
    assert "Lowered" in attended.act("duck")
    assert attended.status().cues == before.cues
    locked.execute("ROLLBACK")
    locked.close()


def test_what_this_session_played_is_not_heard_before_in_it(clinic: Clinic, attended: LiveSession) -> None:
    status = attended.status()
    with clinic.record() as record:
        patient_id = attended.conductor.state.started.patient_id
        assert live_rows.heard(record, patient_id, but=attended.session_id).track_ids == frozenset()
    assert status.playing is not None
