"""A session folded from its events: what a screen that takes over must know."""

from dataclasses import replace
from pathlib import Path

import pytest
from session_room import MIN, named

from setsetting.clinical.infusion import Segment
from setsetting.record.kinds import (
    CorrectionUndone,
    MarkWithdrawn,
    MinuteCorrected,
    Payload,
    SessionActed,
    SessionEnded,
    SessionMarked,
    SessionRetimed,
    SessionStarted,
    SoundscapeUsed,
    StoredSegment,
)
from setsetting.session.event import SessionEvent, read_back
from setsetting.session.state import State, after, fold
from setsetting.session.status import Cover, InfusionState
from setsetting.soundscape.file import to_json

PLAN = "plan"


def text(name: str) -> str:
    return to_json(named(name)).decode()


def event(event_id: str, payload: Payload) -> SessionEvent:
    return read_back(SessionEvent(event_id, "", payload, 0, 0), Path("a test"))


def session(*payloads: Payload) -> State:
    started = SessionStarted("s", "p", 1, 0, (StoredSegment(0, 40 * MIN),), "room-1", soundscape="digest")
    log = (SoundscapeUsed("digest", text(PLAN)), started, *payloads)
    state = fold(event(f"e{number}", payload) for number, payload in enumerate(log))
    assert state is not None
    return state


def acted(act: str, at_min: float, argument: str | None = None, undoes: str | None = None) -> SessionActed:
    return SessionActed("s", act, argument, round(at_min * MIN), undoes=undoes)


def retimed(cause: str, name: str) -> SessionRetimed:
    return SessionRetimed("s", cause, text(name), 0)


def test_before_the_infusion_the_plan_stands() -> None:
    state = session()
    assert state.sounding.heard.playlist == PLAN
    assert state.infusion_state(-5 * MIN) is InfusionState.BEFORE
    assert state.infusion_ms(3 * MIN) is None
    assert state.ran(3 * MIN).segments == ()


def test_infusion_start_sets_minute_zero_and_the_soundscape_clock_does_not_shift() -> None:
    state = session(acted("infusion-start", 3))
    assert state.infusion_zero_ms == 3 * MIN
    assert state.infusion_ms(10 * MIN) == 7 * MIN
    assert state.infusion_state(10 * MIN) is InfusionState.RUNNING
    assert state.infusion_state(43 * MIN) is InfusionState.DONE


def test_a_pause_delays_what_is_left_and_a_stop_ends_it() -> None:
    state = session(acted("infusion-start", 0), acted("infusion-pause", 10))
    assert state.infusion_state(12 * MIN) is InfusionState.PAUSED
    assert state.infusion(12 * MIN).end_ms == 42 * MIN
    state = session(
        acted("infusion-start", 0),
        acted("infusion-pause", 10),
        acted("infusion-resume", 14),
        acted("infusion-stop", 30),
    )
    assert state.infusion_state(31 * MIN) is InfusionState.STOPPED
    assert state.ran(50 * MIN).segments == (Segment(0, 10 * MIN), Segment(14 * MIN, 30 * MIN))


def test_what_ran_ends_where_the_session_ends() -> None:
    assert session(acted("infusion-start", 0)).ran(25 * MIN).segments == (Segment(0, 25 * MIN),)


def test_duck_restores_when_it_is_pressed_again() -> None:
    assert session(acted("duck", 1)).sounding.ducked
    assert not session(acted("duck", 1), acted("duck", 2)).sounding.ducked


def test_rescue_covers_the_plan_until_next() -> None:
    state = session(acted("rescue", 5), retimed("rescue", "grounding"))
    assert (state.sounding.cover, state.sounding.heard.playlist, state.sounding.plan.playlist) == (
        Cover.RESCUE,
        "grounding",
        PLAN,
    )
    state = session(
        acted("rescue", 5), retimed("rescue", "grounding"), acted("next", 9), retimed("next", "plan from 9")
    )
    assert (state.sounding.cover, state.sounding.heard.playlist) == (None, "plan from 9")


def test_a_stop_under_rescue_changes_the_plan_and_not_what_sounds() -> None:
    state = session(
        acted("infusion-start", 0),
        acted("rescue", 5),
        retimed("rescue", "grounding"),
        acted("infusion-stop", 6),
        retimed("infusion-stop", "shorter"),
    )
    assert (state.sounding.heard.playlist, state.sounding.plan.playlist) == ("grounding", "shorter")


def test_undoing_rescue_keeps_what_was_retimed_meanwhile() -> None:
    state = session(
        acted("infusion-start", 0),
        acted("rescue", 5),
        retimed("rescue", "grounding"),
        acted("infusion-stop", 6),
        retimed("infusion-stop", "shorter"),
        acted("undo", 7, undoes="e3"),
    )
    assert (state.sounding.cover, state.sounding.heard.playlist) == (None, "shorter")


def test_undoing_next_brings_back_the_plan_before_it() -> None:
    before = (acted("next", 5), retimed("next", "later"))
    assert session(*before).sounding.plan.playlist == "later"
    assert session(*before, acted("undo", 6, undoes="e2")).sounding.plan.playlist == PLAN


@pytest.mark.parametrize(("at_min", "minute"), [(12.6, "12"), (-9.7, "−9"), (-0.3, "0"), (0, "0")])
def test_what_undo_takes_back_is_told_with_its_minute_as_the_log_has_it(at_min: float, minute: str) -> None:
    undoable = session(acted("duck", at_min)).takes_back
    assert undoable is not None and undoable.words(None).endswith(f"minute {minute}")


def test_what_was_before_the_infusion_is_told_by_its_minutes_once_it_has_begun() -> None:
    state = session(SessionMarked("s", "onset", -8 * MIN), acted("infusion-start", -5))
    mark = state.undoables[0]
    assert (mark.words(None), mark.words(state.infusion_zero_ms)) == (
        "onset observed, minute −8",
        "onset observed, minute −3",
    )
    later = after(state, corrected(MinuteCorrected("s", -4 * MIN, 1 * MIN, "late"), "e3"))
    assert later.undoables[0].words(later.infusion_zero_ms) == "onset observed, minute −4"


def test_a_key_that_ends_what_it_began_is_called_by_what_it_does() -> None:
    ducked_twice = session(acted("duck", 1), acted("duck", 3))
    assert list(ducked_twice.called.values()) == ["Duck −12", "End duck"]
    assert ducked_twice.takes_back is not None and ducked_twice.takes_back.words(None) == "End duck, minute 3"
    taken_back = session(acted("duck", 1), acted("undo", 2, undoes="e2"), acted("duck", 3))
    assert taken_back.takes_back is not None and taken_back.takes_back.words(None) == "Duck −12, minute 3"
    back = session(acted("silence", 4), acted("next", 5), acted("next", 6))
    assert list(back.called.values()) == ["Silence", "Back to plan", "Next"]


def test_undo_takes_back_one_act_and_leaves_the_others() -> None:
    state = session(acted("volume", 1, "-6"), acted("duck", 2), acted("undo", 3, undoes="e3"))
    assert (state.sounding.volume_db, state.sounding.ducked) == (-6, False)
    assert state.takes_back is not None and state.takes_back.words(None) == "Volume −6, minute 1"
    assert state.acts == 1


def test_every_mark_and_every_step_of_the_infusion_can_be_taken_back() -> None:
    done = (
        acted("infusion-start", 3),
        retimed("infusion-start", "later"),
        SessionMarked("s", "distress", 9 * MIN, 6 * MIN),
    )
    state = session(*done)
    assert state.takes_back is not None and state.takes_back.words(None) == "distress, minute 6"
    state = session(*done, acted("undo", 10, undoes="e4"))
    assert [each.payload for each in state.standing if isinstance(each.payload, SessionMarked)] == []
    assert state.takes_back is not None and state.takes_back.words(None) == "Begin infusion, minute 3"
    state = session(*done, acted("undo", 10, undoes="e4"), acted("undo", 10, undoes="e2"))
    assert (state.infusion_state(11 * MIN), state.sounding.plan.playlist) == (InfusionState.BEFORE, PLAN)
    assert (state.acts, state.takes_back, state.timed) == (0, None, None)


def test_what_was_taken_back_leaves_the_infusion_as_if_it_had_never_been() -> None:
    done = acted("infusion-start", 0), acted("infusion-pause", 10), acted("infusion-resume", 14)
    state = session(*done, acted("undo", 15, undoes="e4"))
    assert state.infusion_state(16 * MIN) is InfusionState.PAUSED
    state = session(*done, acted("undo", 15, undoes="e4"), acted("undo", 16, undoes="e3"))
    assert state.ran(20 * MIN).segments == (Segment(0, 20 * MIN),)


def test_an_act_on_the_sound_is_not_taken_back_once_the_music_has_ended() -> None:
    state = session(SessionMarked("s", "onset", 9 * MIN), acted("fade-out", 10, "1"), SessionEnded("s", 1, ()))
    assert state.takes_back is not None and state.takes_back.words(None) == "onset observed, minute 9"


def test_a_plan_that_was_timed_anew_for_no_act_tells_all_that_can_be_taken_back() -> None:
    state = session(acted("infusion-start", 0), acted("next", 5), retimed("next", "a"), retimed("late", "b"))
    assert [undoable.retimed_since for undoable in state.undoables] == [True, True]


def corrected(payload: Payload, of: str) -> SessionEvent:
    return SessionEvent(f"about {of}", "", payload, 0, 0, corrects=of)


def test_a_corrected_minute_of_the_start_moves_every_infusion_minute() -> None:
    state = session(
        acted("infusion-start", 2), SessionMarked("s", "onset", 12 * MIN, 10 * MIN), acted("infusion-stop", 32)
    )
    later = after(state, corrected(MinuteCorrected("s", 5 * MIN, 3 * MIN, "late"), "e2"))
    assert (later.infusion_zero_ms, later.ran(40 * MIN).segments) == (5 * MIN, (Segment(0, 27 * MIN),))
    marks = [each.payload.infusion_ms for each in later.said if isinstance(each.payload, SessionMarked)]
    assert marks == [7 * MIN]
    assert later.takes_back is not None and later.takes_back.words(None) == "Stop infusion, minute 27"
    back = after(later, corrected(CorrectionUndone("a slip"), "about e2"))
    assert back.steps == state.steps


def test_the_corrected_minute_before_stands_again_when_the_last_is_taken_back() -> None:
    state = session(acted("infusion-start", 0), acted("infusion-stop", 20))
    once = after(state, corrected(MinuteCorrected("s", 30 * MIN, 30 * MIN, "a"), "e3"))
    twice = after(once, replace(corrected(MinuteCorrected("s", 35 * MIN, 35 * MIN, "b"), "e3"), event_id="second"))
    assert twice.ran(40 * MIN).end_ms == 35 * MIN
    assert after(twice, corrected(CorrectionUndone("c"), "second")).ran(40 * MIN).end_ms == 30 * MIN
    assert after(twice, corrected(CorrectionUndone("c"), "about e3")).ran(40 * MIN).end_ms == 35 * MIN


def test_a_withdrawn_mark_is_as_if_never_made_and_comes_back() -> None:
    state = session(SessionMarked("s", "onset", 9 * MIN))
    gone = after(state, corrected(MarkWithdrawn("s", "a slip"), "e2"))
    assert (gone.standing, gone.takes_back) == ((), None)
    back = after(gone, corrected(CorrectionUndone("it was right"), "about e2"))
    assert (back.standing, back.takes_back) == (state.standing, state.takes_back)


def test_an_event_that_comes_twice_counts_once() -> None:
    started = SessionStarted("s", "p", 1, 0, (StoredSegment(0, 40 * MIN),), "room-1")
    twice = [
        event("a", started),
        event("b", acted("duck", 1)),
        event("b", acted("duck", 1)),
    ]
    state = fold(twice)
    assert state is not None
    assert (state.acts, state.sounding.ducked) == (1, True)


def test_marks_are_no_acts_and_the_end_is_known() -> None:
    state = session(SessionMarked("s", "onset", 9 * MIN), SessionEnded("s", 1, ()))
    assert state.acts == 0
    assert state.ended is not None


def test_an_act_of_a_newer_program_is_counted_and_changes_nothing() -> None:
    state = session(acted("an act of tomorrow", 5))
    assert (state.acts, state.sounding, state.undoables) == (1, session().sounding, ())
