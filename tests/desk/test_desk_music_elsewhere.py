"""A session whose music comes from elsewhere: clock, marks, acts of the infusion and close, without a player."""

from dataclasses import replace

import pytest
from session_clinic import CODE
from sessions_played import close, quiet

from setsetting.desk import attending, closing, preflight, replay, session_page, sessions, starts
from setsetting.desk.clinic import Clinic
from setsetting.desk.sessions import SessionRequest
from setsetting.errors import BrokenFile, NotFound, Refused, UsageError
from setsetting.machine.clock import SystemClock
from setsetting.record.kinds import EXTERNAL
from setsetting.session.preflight_line import Light, LineName
from setsetting.session.status import Presence, SessionState
from setsetting.units import Minutes
from setsetting.views import session as views
from setsetting.views import session_page as page_views

ELSEWHERE = SessionRequest(None, CODE, output=EXTERNAL, minutes=Minutes(40))


class Afterwards(SystemClock):
    """Four hours from now."""

    def utc_ms(self) -> int:
        return super().utc_ms() + 4 * 3_600_000

    def mono_ms(self) -> int:
        return super().mono_ms() + 4 * 3_600_000


def test_without_a_player_the_infusion_is_acted_on_marked_and_closed_and_nothing_is_heard(clinic: Clinic) -> None:
    with sessions.start(clinic, ELSEWHERE, say=quiet).live as live:
        assert live.status().notices == () and live.status().player is Presence.NONE
        assert live.act("infusion-start") == "The infusion has begun."
        for name in ("next", "hold", "duck", "rescue", "fade-out"):
            with pytest.raises(Refused, match="comes from elsewhere"):
                live.act(name)
        live.mark("onset")
        live.heed()
        assert live.supervisor.trouble is None and live.status().notices == ()
        told = views.status_as_data(live.status())
        assert (told["external"], told["playing"], told["ends_min"], told["acts"]) == (True, None, None, 1)
    row = close(clinic)
    assert (row.closed, row.how, row.visit_no, row.acts, row.marks) == (True, "closed", 1, 1, 1)
    assert views.as_data(row)["external"]
    words = page_views.in_words(session_page.session_page(clinic, row.session_id))
    assert "output: music from elsewhere, not played by this program" in words
    with pytest.raises(NotFound, match="came from elsewhere"):
        replay.prepare(clinic, row.session_id)


def test_a_running_session_is_known_by_the_beginning_of_its_id_at_every_door(clinic: Clinic) -> None:
    over = closing.add(clinic, CODE, "2026-01-05T10:00", 40, None).session_id
    with sessions.start(clinic, ELSEWHERE, say=quiet).live as live:
        whole = live.session_id
    short = next(whole[:n] for n in range(1, 37) if not over.startswith(whole[:n]))
    sessions.act(clinic, "infusion-start", None, short)
    sessions.mark(clinic, "onset", None, short)
    looked = sessions.status(clinic, short)
    assert (looked.session_id, looked.acts, looked.state) == (whole, 1, SessionState.PLAYING)
    with attending.attach(clinic, short) as taken:
        assert taken.session_id == whole
    with pytest.raises(NotFound, match="There is no"):
        sessions.act(clinic, "infusion-stop", None, "zz")
    with pytest.raises(NotFound, match="There is no session"):
        closing.prepare_close(clinic, "zz", quiet)
    asked = closing.prepare_close(clinic, short, quiet)
    closing.close(clinic, asked)
    assert session_page.session_page(clinic, short).closed


def test_a_broken_file_of_the_room_is_read_before_anything_ends(clinic: Clinic) -> None:
    with sessions.start(clinic, ELSEWHERE, say=quiet).live as live:
        live.act("infusion-start")
    profile = clinic.folder / "rooms" / "room-1.toml"
    kept = profile.read_bytes()
    profile.write_text("version = ", encoding="utf-8")
    with pytest.raises(BrokenFile, match="room-1"):
        closing.prepare_close(clinic, None, quiet)
    assert sessions.status(clinic).state is SessionState.PLAYING
    profile.write_bytes(kept)
    closing.close(clinic, closing.prepare_close(clinic, None, quiet))


def test_one_that_nobody_closes_ends_by_itself_and_waits_to_be_closed(clinic: Clinic) -> None:
    with sessions.start(clinic, ELSEWHERE, say=quiet).live as live:
        live.act("infusion-start")
    later = replace(clinic, clock=Afterwards())
    assert [row.how for row in attending.left_open(later)] == ["unclosed"]
    with attending.attach(later) as live:
        assert live.status().state is SessionState.ENDED
        assert live.act("infusion-stop")


def test_a_second_infusion_of_a_patient_whose_session_runs_is_refused_and_its_preflight_blocks(clinic: Clinic) -> None:
    with sessions.start(clinic, ELSEWHERE, say=quiet).live as first:
        with pytest.raises(Refused, match=f"{CODE}'s session that began at .* still runs") as refused:
            sessions.start(clinic, ELSEWHERE, say=quiet)
        assert [line.words for line in preflight.look(clinic, ELSEWHERE).blocks] == [str(refused.value)]
        assert preflight.look(clinic, replace(ELSEWHERE, rehearsal=True)).blocks == ()
        assert first.act("infusion-start")
    closing.close(clinic, closing.prepare_close(clinic, None, quiet))
    with sessions.start(clinic, ELSEWHERE, say=quiet).live as again:
        assert again.session_id != first.session_id


def test_music_from_elsewhere_needs_minutes_and_takes_nothing_to_play(clinic: Clinic) -> None:
    with pytest.raises(UsageError, match="--minutes N"):
        sessions.start(clinic, replace(ELSEWHERE, minutes=None), say=quiet)
    with pytest.raises(UsageError, match="no soundscape"):
        sessions.start(clinic, replace(ELSEWHERE, file=clinic.folder / "x.json"), say=quiet)


def test_its_preflight_says_what_cannot_be_seen_from_here_and_blocks_what_a_start_refuses(clinic: Clinic) -> None:
    found = preflight.look(clinic, ELSEWHERE)
    assert [line.name for line in found.lines] == [name for name in LineName if name is not LineName.BY_LOT], (
        "nothing is drawn by lot"
    )
    assert found.blocks == ()
    told = {line.name: line for line in found.lines}
    assert told[LineName.PLAN].words == "none is needed: the infusion is planned to last 40 min"
    assert told[LineName.HEARD].light is Light.LOOK
    without = preflight.look(clinic, replace(ELSEWHERE, minutes=None)).blocks
    assert [line.name for line in without] == [LineName.PLAN] and "--minutes N" in without[0].words
    with pytest.raises(UsageError, match="--minutes N"):
        sessions.start(clinic, replace(ELSEWHERE, minutes=None), say=quiet)


def test_without_a_start_it_is_no_infusion_until_one_is_told(clinic: Clinic) -> None:
    with sessions.start(clinic, ELSEWHERE, say=quiet).live as live:
        session_id = live.session_id
    closing.close(clinic, closing.prepare_close(clinic, session_id, quiet))
    never = session_page.session_page(clinic, session_id)
    assert (never.visit_no, never.states) == (None, ("unbegun",))
    assert starts.tell(clinic, session_id, 0, "the key was not pressed").row.visit_no == 1
