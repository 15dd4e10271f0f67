"""The conductor: every act becomes commands to the player and events that count once."""

import os
from typing import Any, cast

import msgspec
import pytest
from session_room import MIN, RATE, SESSION, Room, late

from setsetting.clinical.marks import Mark
from setsetting.errors import BrokenFile, Refused
from setsetting.machine.clock import boot_id
from setsetting.record.kinds import SessionActed, SessionMarked, SessionRetimed
from setsetting.session import folder, outbox_file
from setsetting.session.event import SessionEvent
from setsetting.session.orders import order
from setsetting.session.outbox import Outbox
from setsetting.session.status import Cover
from setsetting.units import Milliseconds


def test_infusion_start_sets_minute_zero_where_it_is_pressed_and_times_the_rest(room: Room) -> None:
    room.at(3).do("infusion-start")
    assert room.acted[0].clock_ms == 3 * MIN
    assert room.acted[0].infusion_ms == 0
    assert room.player.asked == [("replace", ["bed:plan+40@3"], 90 * 60 * RATE, 0)]
    assert room.conductor.state.sounding.plan.playlist == "plan+40@3"


def test_every_act_carries_the_infusion_minute_and_both_clocks(room: Room) -> None:
    room.at(0).do("infusion-start")
    room.at(12.5).do("duck")
    assert (room.acted[-1].clock_ms, room.acted[-1].infusion_ms) == (750_000, 750_000)
    kept = outbox_file.read(room.where)[-1]
    assert kept.utc_ms > 0 and kept.mono_ms > 0


def test_duck_lowers_by_12_db_over_3_s_and_again_restores(room: Room) -> None:
    room.at(1).do("duck")
    room.at(2).do("duck")
    assert room.player.asked == [("duck", -12.0, 3_000), ("duck", 0.0, 3_000)]


def test_volume_is_relative_to_the_plan_and_undo_brings_back_the_level_before(room: Room) -> None:
    room.at(1).do("volume", "-6")
    room.at(2).do("volume", "-9")
    done = room.at(3).do("undo")
    assert [asked[:2] for asked in room.player.asked] == [("volume", -6.0), ("volume", -9.0), ("volume", -6.0)]
    assert done.words == "Undone: Volume −9, minute 2. Volume −6 dB."
    room.at(4).do("undo")
    assert room.player.asked[-1][:2] == ("volume", 0.0)


def test_rescue_sounds_at_once_and_next_returns_to_the_plan(room: Room) -> None:
    room.at(0).do("infusion-start")
    room.at(10).do("rescue")
    assert room.player.asked[1:] == [("replace", ["bed:grounding"], 90 * 60 * RATE, 0)]
    assert room.conductor.state.sounding.cover is Cover.RESCUE
    room.at(14).do("next")
    assert room.player.asked[-1][1] == ["bed:plan>"]
    assert room.conductor.state.sounding.cover is None


def test_silence_stays_until_next_or_undo(room: Room) -> None:
    room.at(0).do("infusion-start")
    room.at(10).do("silence")
    assert room.player.asked[-1][1] == ["bed:quiet"]
    assert room.conductor.state.sounding.cover is Cover.SILENCE
    room.at(11).do("undo")
    assert room.player.asked[-1][1] == ["bed:plan"]
    room.at(12).do("silence")
    room.at(14).do("next")
    assert room.player.asked[-1][1] == ["bed:plan>"]
    assert room.conductor.state.sounding.cover is None


def test_a_stop_under_rescue_leaves_the_rescue_and_undo_finds_the_shorter_plan(room: Room) -> None:
    room.at(0).do("infusion-start")
    room.at(10).do("rescue")
    asked = len(room.player.asked)
    room.at(12).do("infusion-stop")
    assert len(room.player.asked) == asked
    room.at(13).do("undo")
    assert len(room.player.asked) == asked and room.conductor.state.sounding.plan.playlist == "plan"
    room.at(14).do("infusion-stop")
    room.at(15).do("next")
    assert room.player.asked[-1][1] == ["bed:plan+14@0>+14@0"]


def test_fading_out_ends_the_mix_after_the_fade_and_can_be_undone_while_it_fades(room: Room) -> None:
    room.at(0).do("fade-out", "20")
    assert room.player.asked == [("replace", [], (5 * 60 + 20) * RATE, 20 * RATE)]
    with pytest.raises(Refused, match="`undo` brings it back"):
        room.do("duck")
    room.do("undo")
    assert room.player.asked[-1][1] == ["bed:waiting"]
    assert not room.conductor.state.sounding.fading_out


def test_a_pause_delays_what_is_left(room: Room) -> None:
    room.at(0).do("infusion-start")
    room.at(10).do("infusion-pause")
    room.at(14).do("infusion-resume")
    assert room.conductor.state.sounding.plan.playlist.endswith("+44@0")


def test_an_infusion_that_starts_as_planned_leaves_the_plan_as_it_is(room: Room) -> None:
    room.at(0).do("infusion-start")
    assert room.conductor.state.sounding.plan.playlist == "plan"
    assert [asked[1] for asked in room.player.asked] == [["bed:plan"]]


def test_an_act_is_kept_though_nothing_can_be_planned(room: Room) -> None:
    room.replanner.refuses_to_plan = True
    done = room.at(2).do("infusion-start")
    assert "keeps its plan" in done.words and "nothing fits" in done.words
    assert done.durable and room.acted[0].act == "infusion-start"
    assert room.player.asked == []


def test_music_that_was_held_and_cannot_be_timed_anew_says_so_until_it_is(room: Room) -> None:
    room.at(0).do("infusion-start")
    room.replanner.refuses_to_plan = True
    late(room.at(5))
    assert "keeps its plan" in (room.conductor.unplanned or "") and "nothing fits" in (room.conductor.unplanned or "")
    room.replanner.refuses_to_plan = False
    room.at(7).do("infusion-pause")
    room.at(9).do("infusion-resume")
    assert room.conductor.unplanned is None


@pytest.mark.parametrize(
    ("before", "name", "says"),
    [
        ([], "infusion-stop", "has not started"),
        ([], "infusion-pause", "has not started"),
        (["infusion-start"], "infusion-start", "already started"),
        (["infusion-start"], "infusion-resume", "not paused"),
        (["infusion-start", "infusion-stop"], "infusion-pause", "has been stopped"),
        ([], "undo", "nothing to undo"),
        (["rescue"], "rescue", "on already"),
    ],
)
def test_wrong_acts_are_refused_before_anything_sounds(room: Room, before: list[str], name: str, says: str) -> None:
    for minute, earlier in enumerate(before):
        room.at(minute).do(earlier)
    asked, kept = len(room.player.asked), len(room.book.events)
    with pytest.raises(Refused, match=says):
        room.at(9).do(name)
    assert (len(room.player.asked), len(room.book.events)) == (asked, kept)


def test_the_same_act_sent_twice_counts_once(room: Room) -> None:
    event_id = "11111111-1111-4111-8111-111111111111"
    room.at(1).conductor.act(order("duck"), event_id)
    again = room.at(2).conductor.act(order("duck"), event_id)
    assert again.durable and len(room.acted) == 1 and len(room.player.asked) == 1


def test_two_controllers_know_each_others_acts(room: Room) -> None:
    other = room.another()
    room.at(1).do("duck")
    other.act(order("duck"))
    assert room.player.asked == [("duck", -12.0, 3_000), ("duck", 0.0, 3_000)]
    assert not room.conductor.refresh().sounding.ducked


def test_a_soundscape_is_text_in_the_outbox_and_one_object_in_a_controller(room: Room) -> None:
    room.at(0.5).do("next")
    other = room.another()
    assert other.state.sounding == room.conductor.state.sounding
    planned = other.state.sounding.plan
    room.at(1).do("duck")
    assert other.refresh().sounding.ducked and other.state.sounding.plan is planned


def test_a_full_disk_stops_no_act_and_nothing_is_called_durable_that_is_not(room: Room) -> None:
    room.book.full = True
    done = room.at(1).do("duck")
    assert not done.durable
    notice = room.conductor.outbox.notice
    assert notice is not None and "The disk is full." in notice and "1 entry waits" in notice
    room.at(2).do("duck")
    assert room.book.events == {}
    room.book.full = False
    assert not room.at(3).do("volume", "-3").durable  # a record that refused is left alone for a while
    assert room.conductor.outbox.settle(now=True)
    assert [acted.act for acted in room.acted] == ["duck", "duck", "volume"]
    assert room.conductor.outbox.notice is None


def test_what_a_killed_controller_left_in_the_outbox_enters_the_record_once(room: Room) -> None:
    room.book.full = True
    room.at(1).do("duck")
    room.book.full = False
    room.another().outbox.settle()
    room.another().outbox.settle()
    assert [acted.act for acted in room.acted] == ["duck"]


def test_what_an_older_copy_of_the_record_lacks_enters_it_again(room: Room) -> None:
    """A backup is put back while the music plays: the record that was open refuses, and what is opened next lacks acts."""
    room.at(1).do("duck")
    room.book.full = True
    room.at(2).do("volume", "-3")
    notice = room.conductor.outbox.notice
    assert notice is not None and "1 entry waits" in notice
    room.book.events.clear()
    room.book.full = False
    assert room.conductor.outbox.settle(now=True)
    assert [acted.act for acted in room.acted] == ["duck", "volume"]


def test_an_act_of_who_looks_again_is_on_the_disk_at_once_and_in_the_record_at_the_next_look(room: Room) -> None:
    outbox = room.conductor.outbox
    outbox.looks_again = True
    assert room.at(1).do("duck").durable
    assert (room.acted, outbox.notice) == ([], None)
    assert room.another().state.sounding.ducked
    room.book.full = True
    assert not outbox.settle()
    assert outbox.notice is not None and "1 entry waits" in outbox.notice
    assert not room.at(2).do("volume", "-3").durable  # once it has refused, none is taken for kept unasked
    room.book.full = False
    assert outbox.settle(now=True)
    assert [acted.act for acted in room.acted] == ["duck", "volume"]


def test_what_a_killed_screen_had_not_entered_is_entered_by_whoever_closes(room: Room) -> None:
    closer = room.another().outbox
    assert closer.settle()
    room.conductor.outbox.looks_again = True
    room.at(1).do("duck")
    assert room.acted == []
    assert closer.settle(now=True)
    assert [acted.act for acted in room.acted] == ["duck"]


def test_a_soundscape_that_cannot_be_read_back_keeps_no_act_out_of_the_record(room: Room) -> None:
    room.at(1).do("duck")
    broken = SessionRetimed(session_id=SESSION, cause="next", body="no soundscape", clock_ms=MIN)
    outbox_file.add(room.where, [SessionEvent("broken", "session.retimed", broken, 0, 0)])
    with pytest.raises(BrokenFile):
        outbox_file.read(room.where)
    room.book.events.clear()
    assert Outbox(room.where, cast("Any", lambda: room.book)).settle()
    assert [acted.act for acted in room.acted] == ["duck"]
    assert room.book.events["broken"] == broken


@pytest.mark.parametrize("mark", [mark for mark in Mark if mark is not Mark.FLAG])  # which is of a track
def test_every_mark_is_kept_with_both_minutes_and_asks_nothing_of_the_player(room: Room, mark: Mark) -> None:
    room.at(2).do("infusion-start")
    asked = len(room.player.asked)
    room.at(8).conductor.mark(mark)
    (kept,) = [payload for payload in room.book.events.values() if isinstance(payload, SessionMarked)]
    assert (kept.mark, kept.clock_ms, kept.infusion_ms) == (mark, 8 * MIN, 6 * MIN)
    assert len(room.player.asked) == asked


def test_a_note_goes_to_the_record_and_not_to_the_outbox(room: Room) -> None:
    done = room.at(8).conductor.mark("voice", "the sea again")
    assert done.durable
    assert "the sea again" in repr(list(room.book.events.values()))
    assert b"the sea" not in (room.where / outbox_file.OUTBOX_FILE).read_bytes()


def test_a_torn_line_of_the_outbox_loses_only_itself(room: Room) -> None:
    room.at(1).do("duck")
    with (room.where / outbox_file.OUTBOX_FILE).open("ab") as file:
        file.write(b'\n{"event_id":"torn')
    room.at(2).do("volume", "-3")
    state = room.another().state
    assert (state.sounding.ducked, state.sounding.volume_db) == (True, -3.0)


def test_a_plan_and_its_act_are_kept_together(room: Room) -> None:
    room.at(1).do("next")
    kinds = [type(payload) for payload in list(room.book.events.values())[-2:]]
    assert kinds == [SessionActed, SessionRetimed]


def test_a_disk_that_takes_half_a_line_has_not_kept_it(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    with monkeypatch.context() as patched:
        patched.setattr(outbox_file.os, "write", lambda handle, lines: write(handle, lines[:20]))
        room.book.full = True
        done = room.at(1).do("duck")
    notice = room.conductor.outbox.notice
    assert not done.durable and notice is not None and "in memory only" in notice
    assert room.conductor.outbox.at_risk
    room.book.full = False
    assert room.conductor.outbox.settle(now=True) and not room.conductor.outbox.at_risk
    assert [acted.act for acted in room.acted] == ["duck"]
    room.at(2).do("volume", "-3")
    assert [type(kept.payload) for kept in outbox_file.read(room.where)[-1:]] == [SessionActed]


def test_what_is_meant_is_written_down_and_waits_for_no_disk(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    events, waited = outbox_file.read(room.where), list[int]()
    monkeypatch.setattr(outbox_file.os, "fsync", waited.append)
    assert outbox_file.add(room.where, events, intent="act") and not waited
    assert outbox_file.intended(room.where, set()) == {}  # an act that is none of its own events counts for nothing
    assert outbox_file.add(room.where, events) and waited


def test_on_a_full_disk_acts_go_into_the_room_that_was_reserved(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox_file.reserve(room.where)
    reserve, write = room.where / outbox_file.RESERVE_FILE, os.write
    assert reserve.stat().st_size == outbox_file.RESERVE_BYTES

    def full_until_it_goes(handle: int, lines: bytes) -> int:
        return write(handle, lines[:20] if reserve.exists() else lines)

    room.book.full = True
    with monkeypatch.context() as patched:
        patched.setattr(outbox_file.os, "write", full_until_it_goes)
        room.at(1).do("duck")
    assert not room.conductor.outbox.at_risk
    assert room.another().state.sounding.ducked


def test_an_infusion_act_is_kept_without_a_player_and_an_act_on_the_sound_is_not(room: Room) -> None:
    room.gone()
    done = room.at(2).do("infusion-start")
    assert "timed anew when it is" in done.words and done.durable
    assert [acted.act for acted in room.acted] == ["infusion-start"]
    with pytest.raises(Refused, match="not running"):
        room.do("duck")


class Wall:
    """A clock that a test sets; the session's 0 is its 0."""

    ms = Milliseconds(0)

    def utc_ms(self) -> Milliseconds:
        return self.ms

    def mono_ms(self) -> Milliseconds:
        return self.ms


def test_what_is_done_late_carries_the_minute_of_its_key_and_stays_in_order(room: Room) -> None:
    paced = msgspec.structs.replace(room.conductor.header, output="null", boot=boot_id())
    folder.write(room.where, paced)
    room.conductor.header, room.conductor.clock = paced, (wall := Wall())
    wall.ms = Milliseconds(-2 * MIN)
    room.at(-2).conductor.mark("voice", ago_ms=Milliseconds(4_000))
    wall.ms = Milliseconds(MIN)
    room.at(1).conductor.act(order("infusion-start"), ago_ms=Milliseconds(6_000))
    wall.ms = Milliseconds(MIN + 2_000)
    room.conductor.mark("distress", ago_ms=Milliseconds(30_000))
    said = [
        each.payload.clock_ms
        for each in room.conductor.state.said
        if isinstance(each.payload, SessionActed | SessionMarked)
    ]
    assert said == [-2 * MIN - 4_000, MIN - 6_000, MIN - 6_000]
    kept = outbox_file.read(room.where)[-1]
    assert (kept.mono_ms, room.conductor.state.infusion_zero_ms) == (MIN - 6_000, MIN - 6_000)


def test_a_fast_session_waits_for_its_keys(room: Room) -> None:
    room.at(3).conductor.act(order("infusion-start"), ago_ms=Milliseconds(6_000))
    assert room.acted[0].clock_ms == 3 * MIN
