"""One look at a session: what plays, what comes, which phase, and what must be said."""

from dataclasses import fields, replace

import pytest

from setsetting.clinical.infusion import InfusionAct, InfusionStep, refusal
from setsetting.clinical.phases import EffectPhase
from setsetting.player.journal import JournalEntry, JournalKind
from setsetting.player.status import PlaybackState, PlayerState
from setsetting.record.kinds import (
    SessionActed,
    SessionEnded,
    SessionMarked,
    SessionRetimed,
    SessionStarted,
    StoredPrompt,
    StoredSegment,
)
from setsetting.session.acts import ACTS
from setsetting.session.build_status import StatusInputs, build_status
from setsetting.session.event import SessionEvent
from setsetting.session.folder import SessionHeader
from setsetting.session.state import LoggedStep, SoundState, State, after
from setsetting.session.status import Cover, HoldReason, InfusionState, SessionState, Status
from setsetting.session.timekeeping import Moment
from setsetting.soundscape.soundscape import Cue, CueKind, Digests, Soundscape, VoiceCue
from setsetting.tui.widgets.session_lines import infusion_words
from setsetting.units import Millidecibels
from setsetting.views.session import prompt_words, status_as_data, status_in_words

MIN = 60_000
RATE = 1_000
STARTED = SessionStarted("s", "p", 3, 0, (StoredSegment(0, 40 * MIN),), "room-1", playlist="montreal-40")


def cue(kind: CueKind, phase: str, start: float, end: float) -> Cue:
    return Cue(kind, phase, round(start * MIN), round((end - start) * MIN), None, 0, 0, 0, "r")


PLAN = Soundscape(
    "montreal-40",
    1,
    40,
    0,
    (),
    0.0,
    None,
    Digests("", "", ""),
    (
        cue(CueKind.BED, "arrive", -10, 5),
        cue(CueKind.SILENCE, "soothe", 5, 20),
        cue(CueKind.BED, "peak", 19.9, 60),
    ),
)
RUNNING = State(STARTED, SoundState(PLAN), logged=(LoggedStep("b", InfusionAct(InfusionStep.START, 2 * MIN)),))
HEADER = SessionHeader("s", "null", RATE, -10 * MIN, playlist="")
PLAYER = PlayerState(0, 0, RATE, PlaybackState.PLAYING, (), {}, (), None, "", 0, 1)


def at(
    clock_min: float,
    state: State = RUNNING,
    player: PlayerState | None = PLAYER,
    *told: JournalEntry,
    plan: Soundscape = PLAN,
    silent_s: int = 0,
) -> Status:
    frame = round((clock_min + 10) * 60 * RATE)
    if player is not None:
        player = replace(player, frame=frame, end_frame=70 * 60 * RATE, heard_frame=frame - silent_s * RATE)
    clock_ms = round(clock_min * MIN)
    return build_status(
        replace(state, sounding=replace(state.sounding, plan=plan)),
        Moment(clock_ms, clock_ms, clock_ms, 0),
        StatusInputs(HEADER, player, told, tracks={}, patient_code="K-0417"),
    )


def marked(mark: str, clock_min: float) -> State:
    payload = SessionMarked("s", mark, round(clock_min * MIN), round((clock_min - 2) * MIN))
    return after(RUNNING, SessionEvent(mark, "", payload, 0, 0))


def test_what_plays_what_comes_and_when_it_ends() -> None:
    status = at(7)
    assert status.playing is not None and status.next is not None
    assert (status.playing.title, status.phase, status.position_ms) == ("silence", "soothe", 2 * MIN)
    assert (status.next.phase, status.next.start_ms) == ("peak", 1_194_000)
    assert status.ends_ms == 60 * MIN


OF_A_HOLD = {"hold", "held_for", "asked", "promised", "was_to_end_ms"}
"""Told as `held`, with its reason; what waits to be planned is told while it is."""


@pytest.mark.parametrize(
    "name",
    [
        each.name
        for each in fields(SoundState)
        if each.name not in {"plan", "covering", "spoken", "skipped", "output_db", *OF_A_HOLD}
    ],
)
def test_what_an_act_leaves_in_force_is_told_to_faces_and_machines(name: str) -> None:
    value = getattr(RUNNING.sounding, name)
    other = Cover.RESCUE if value is None else not value if isinstance(value, bool) else value - 6.0
    told = at(7, replace(RUNNING, sounding=replace(RUNNING.sounding, **{name: other})))
    assert getattr(told, name, None) == other, "setsetting/session/status.py and build_status.py do not tell it"
    assert status_as_data(told).get(name) == other, "setsetting/views/session.py does not tell it"


def test_a_recording_is_told_while_it_plays_and_the_music_falls_for_it() -> None:
    spoken = StoredPrompt("bell", "b" * 64, 7 * MIN, MIN, -3_000)
    state = replace(RUNNING, sounding=replace(RUNNING.sounding, spoken=(spoken,)))
    told = [any("bell plays" in words for words in at(minute, state).notices) for minute in (6.9, 6.96, 7.9, 8.1)]
    assert told == [False, True, True, False]


def test_the_prompts_of_a_playlist_are_told_ahead_and_while_they_play_but_for_what_is_skipped() -> None:
    voice = CueKind.VOICE, "soothe", 8 * MIN, MIN, "b" * 64, Millidecibels(-3_000), 0, 50, "test"
    cue = VoiceCue(*voice, prompt="breathe", lowers_mdb=Millidecibels(-12_000))
    plan = replace(PLAN, prompts=(cue,))
    ahead, near, plays, over = (at(minute, plan=plan) for minute in (6, 7.5, 8.5, 9.5))
    assert [[each.title for each in status.prompts] for status in (ahead, near, plays, over)] == [["breathe"]] * 3 + [
        []
    ]
    assert [prompt_words(status) for status in (ahead, near, plays, over)] == [
        "prompt breathe at minute 6",
        "prompt breathe in 30 s: `session act skip-prompt` skips it",
        "prompt breathe plays: `session act skip-prompt` ends it",
        "",
    ]
    assert any("breathe plays" in words for words in plays.notices)
    skipped = replace(RUNNING, sounding=replace(RUNNING.sounding, skipped=frozenset({"breathe"})))
    assert at(6, skipped, plan=plan).prompts == ()


def test_of_two_cues_that_cross_the_newer_leads() -> None:
    assert at(19.95).phase == "peak"


def test_infusion_minutes_count_from_the_real_start() -> None:
    status = at(12)
    assert (status.infusion_ms, status.infusion_zero_ms) == (10 * MIN, 2 * MIN)
    assert status.infusion_state is InfusionState.RUNNING
    assert at(42.1).infusion_state is InfusionState.DONE


@pytest.mark.parametrize(
    ("steps", "how", "plays", "said"),
    [
        ((), None, True, "playing · infusion running 9:00 · model: settling"),
        ((("stop", 3),), None, True, "playing · infusion stopped at 1:00 · now 9:00 · model: "),
        ((("stop", 3),), "ended", False, "ended · infusion stopped at 1:00"),
        ((("stop", 3),), "closed", False, "closed · infusion stopped at 1:00"),
        ((("pause", 5), ("stop", 7)), "closed", False, "closed · infusion stopped at 3:00"),
        ((("pause", 5),), "closed", False, "closed · infusion over with the session at 3:00"),
        ((), "closed", False, "closed · infusion over with the session at 9:00"),
        ((), "ended", True, "ended · infusion running 9:00 · model: settling"),
    ],
)
def test_an_infusion_that_ended_is_told_by_its_end_and_in_no_phase(
    steps: tuple[tuple[str, float], ...], how: str | None, plays: bool, said: str
) -> None:
    logged = [LoggedStep(step, InfusionAct(InfusionStep(step), round(minute * MIN))) for step, minute in steps]
    ended = None if how is None else SessionEnded("s", 0, (), how="planned")
    state = replace(RUNNING, logged=(*RUNNING.logged, *logged), ended=ended, closed=how == "closed")
    status = at(11, state)
    (line, *_rest) = status_in_words(status)
    assert line.startswith(f"K-0417: {said}") and (line == f"K-0417: {said}" or plays)
    assert (status_as_data(status)["effect_phase"] is not None) is plays


STEPS = {
    "not begun": ((), 7),
    "running": ((("start", 2),), 7),
    "paused": ((("start", 2), ("pause", 5)), 7),
    "past its planned end": ((("start", 2),), 44),
    "stopped": ((("start", 2), ("stop", 5)), 7),
}


@pytest.mark.parametrize("called", STEPS)
def test_each_step_that_can_follow_is_offered_and_both_faces_call_the_infusion_alike(called: str) -> None:
    steps, minute = STEPS[called]
    done = [InfusionAct(InfusionStep(step), round(at_min * MIN)) for step, at_min in steps]
    status = at(minute, replace(RUNNING, logged=tuple(LoggedStep(act.step, act) for act in done)))
    possible = {step for step in InfusionStep if refusal(done, step) is None}
    assert {act.step for act in ACTS if act.step is not None and status.infusion_state in act.offered_in} == possible
    assert f"infusion {called}" in status_in_words(status)[0]
    assert infusion_words(status)[0][0] == called.upper()


def test_modelled_phases_follow_the_infusion() -> None:
    assert at(2).effect_phase is EffectPhase.SETTLING
    assert at(2 + 9.1).effect_phase is EffectPhase.ONSET
    assert at(2 + 30).effect_phase is EffectPhase.PEAK


@pytest.mark.parametrize(
    ("mark", "marked_at", "looked_at", "phase"),
    [
        ("onset", 5, 6, EffectPhase.ONSET),  # earlier than the model
        ("onset", 5, 2 + 30, EffectPhase.PEAK),  # the model has come to a later phase
        ("peak", 2 + 55, 2 + 60, EffectPhase.PEAK),  # later than the model's peak
        ("peak", 2 + 55, 2 + 71, EffectPhase.RETURN),
        ("return", 2 + 45, 2 + 52, EffectPhase.RETURN),  # never back to an earlier phase
    ],
)
def test_what_was_observed_outranks_the_model_until_it_comes_to_a_later_phase(
    mark: str, marked_at: float, looked_at: float, phase: EffectPhase
) -> None:
    assert at(looked_at, marked(mark, marked_at)).effect_phase is phase


def test_a_lost_output_and_a_dead_player_are_said() -> None:
    held = replace(PLAYER, state=PlaybackState.HOLDING)
    assert "moves to no other output" in at(7, RUNNING, held).notices[0]
    assert at(7, RUNNING, None).notices == ("The player is not running.",)


def test_a_track_whose_file_fails_is_said_while_it_should_sound() -> None:
    plan = replace(PLAN, cues=(replace(PLAN.cues[0], kind=CueKind.TRACK, track_id="t1"), *PLAN.cues[1:]))
    trouble = JournalEntry(
        3, JournalKind.TROUBLE, 5 * 60 * RATE, 0, 0, mix="m", index=0, text="t1.flac ended 300 s early."
    )
    sounding = replace(PLAYER, sounding=("t1",))
    assert "Nothing is heard of t1" in at(-4, RUNNING, PLAYER, trouble, plan=plan).notices[0]
    assert at(-4, RUNNING, sounding, trouble, plan=plan).notices == ()
    assert at(-6, RUNNING, PLAYER, trouble, plan=plan).notices == ()  # it is mixed ahead, and not yet there
    assert at(7, RUNNING, PLAYER, trouble, plan=plan).notices == ()


def test_a_track_that_should_sound_while_nothing_leaves_for_ten_seconds_is_said() -> None:
    plan = replace(PLAN, cues=(replace(PLAN.cues[0], kind=CueKind.TRACK, track_id="t1"), *PLAN.cues[1:]))
    words = "Nothing has left for 10 s, and t1 should sound. `next` goes on."
    assert at(-4, plan=plan, silent_s=10).notices == (words,)
    assert status_as_data(at(-4, plan=plan, silent_s=60))["notices"] == [words]
    assert at(-4, plan=plan, silent_s=9).notices == ()
    assert at(-9.9, plan=plan, silent_s=60).notices == ()  # it began six seconds ago, after a silence
    assert at(7, plan=plan, silent_s=60).notices == ()  # silence was planned
    for sounding in (replace(RUNNING.sounding, cover=Cover.SILENCE), replace(RUNNING.sounding, fading_out=True)):
        assert at(-4, replace(RUNNING, sounding=sounding), plan=plan, silent_s=60).notices == ()


def test_the_end_that_is_told_stands_though_a_device_takes_the_music_in_gulps() -> None:
    ends = set()
    for late_ms in (0, 40, 90, 460):
        moment = Moment(7 * MIN + late_ms, 7 * MIN, 0, 0)
        ends.add(build_status(RUNNING, moment, StatusInputs(HEADER, PLAYER, (), tracks={})).ends_ms)
    assert len(ends) == 1


def test_music_that_is_late_is_told_at_the_minutes_it_comes_to() -> None:
    in_time, moment = at(7), Moment(8 * MIN, 7 * MIN, 0, 0)
    late = build_status(RUNNING, moment, StatusInputs(HEADER, PLAYER, (), tracks={}))
    assert in_time.playing is not None and late.playing is not None and in_time.next is not None
    assert (late.playing.start_ms, late.position_ms) == (in_time.playing.start_ms + MIN, in_time.position_ms)
    assert late.next is not None and late.next.start_ms == in_time.next.start_ms + MIN
    assert late.cues[0].start_ms == in_time.cues[0].start_ms, "what is over stands where it sounded"
    assert late.cues[-1].start_ms == in_time.cues[-1].start_ms + MIN


def test_stalls_of_the_last_minute_are_one_notice_with_their_sum() -> None:
    stalls = [
        JournalEntry(n, JournalKind.STALLED, 0, round(minute * MIN), 0, held_ms=2_000)
        for n, minute in enumerate((5.9, 6.2, 6.5), 1)
    ]
    assert at(7, RUNNING, PLAYER, *stalls).notices == (
        "The music stood still for 4 s, with its program or the whole machine.",
    )


def test_a_player_that_was_started_again_is_said_for_a_minute_with_the_gap() -> None:
    again = JournalEntry(1, JournalKind.RESTARTED, 0, round(6.5 * MIN), 0, held_ms=1_300)
    assert at(7, RUNNING, PLAYER, again).notices == (
        "The player was started again where it was; nothing was heard for 1 s.",
    )
    assert at(8, RUNNING, PLAYER, again).notices == ()


def test_while_the_rest_is_timed_anew_the_end_is_told_as_it_was_timed_last() -> None:
    long_hold = replace(PLAN, cues=(*PLAN.cues[:2], cue(CueKind.BED, "peak", 19.9, 240)))
    retimed = SessionRetimed(session_id="s", cause="next", body="", clock_ms=MIN, promised=True)
    promised = after(RUNNING, SessionEvent("r", "session.retimed", retimed, 0, 0, long_hold))
    playing = replace(PLAYER, end_frame=250 * 60 * RATE)
    told = at(25, promised, playing)
    assert (told.ends_ms, told.timing) == (60 * MIN, True)
    again = after(promised, SessionEvent("r2", "session.retimed", retimed, 0, 0, replace(long_hold, seed=1)))
    assert at(25, again, playing).ends_ms == 60 * MIN
    timed = SessionRetimed(session_id="s", cause="next", body="", clock_ms=MIN)
    anew = after(again, SessionEvent("t", "session.retimed", timed, 0, 0, PLAN))
    assert (at(25, anew, replace(PLAYER, end_frame=70 * 60 * RATE)).ends_ms, anew.sounding.was_to_end_ms) == (
        60 * MIN,
        None,
    )


def test_the_log_names_what_was_given_up_when_the_rest_was_timed_anew() -> None:
    retimed = SessionRetimed(session_id="s", cause="next", body="", clock_ms=MIN, waived=("everything",))
    (line,) = at(25, after(RUNNING, SessionEvent("r", "session.retimed", retimed, 90 * MIN, 0, PLAN))).log[-1:]
    assert line.clock_ms == MIN, "the wall's clock was set meanwhile"
    assert line.words == "no plan fits (Next): the old one plays on, then a noise bed"
    beds = SessionRetimed(session_id="s", cause="next", body="", clock_ms=MIN, waived=("beds",))
    (line,) = at(25, after(RUNNING, SessionEvent("r", "session.retimed", beds, 0, 0, PLAN))).log[-1:]
    assert line.words.startswith("the rest was timed anew (Next), giving up ")


@pytest.mark.parametrize("begun_min", [-8, 3])
def test_the_end_is_told_by_the_infusions_real_start_before_the_rest_is_timed_to_it(begun_min: int) -> None:
    start = LoggedStep("b", InfusionAct(InfusionStep.START, begun_min * MIN))
    begun = State(STARTED, SoundState(PLAN, hold=PLAN, held_for=HoldReason.NOT_BEGUN), logged=(start,))
    told = at(begun_min + 0.1, begun, replace(PLAYER, end_frame=200 * 60 * RATE))
    assert (told.ends_ms, told.timing) == ((60 + begun_min) * MIN, True)


def test_a_long_name_of_a_prompt_leaves_the_infusions_words_their_room() -> None:
    name = "An invitation to come back to the breath, the long version"
    voice = VoiceCue(
        CueKind.VOICE, "peak", 25 * MIN, 9_000, "b", Millidecibels(0), 0, 0, "", name, Millidecibels(-12_000)
    )
    plan = replace(PLAN, prompts=(voice,))
    assert prompt_words(at(24.5, plan=plan), "'") == "prompt An invitation to com… in 30 s: ' skips it"
    assert prompt_words(at(25.1, plan=plan), "") == "prompt An invitation to com… plays"


def test_while_everything_fades_nothing_comes_next() -> None:
    fading = replace(RUNNING, sounding=replace(RUNNING.sounding, fading_out=True))
    assert at(3).next is not None
    assert (at(3, fading).next, at(3, fading).prompts) == (None, ())


def test_an_ended_session_plays_nothing_and_says_nothing() -> None:
    state = after(RUNNING, SessionEvent("end", "", SessionEnded("s", 0, ()), 0, 0))
    status = at(60, state, None, JournalEntry(9, JournalKind.ENDED, 66 * 60 * RATE, 5, 5))
    assert (status.state, status.playing, status.notices) == (SessionState.ENDED, None, ())
    assert status.ends_ms == 56 * MIN


def test_the_log_tells_acts_marks_and_troubles_in_words() -> None:
    state = after(
        marked("voice", 9), SessionEvent("duck", "", SessionActed("s", "volume", "-6", 10 * MIN, 8 * MIN), 1, 0)
    )
    status = at(12, state, PLAYER, JournalEntry(3, JournalKind.OUTPUT_LOST, 21 * 60 * RATE, 11 * MIN, 11 * MIN))
    assert [line.words for line in status.log] == [
        "patient spoke",
        "Volume −6",
        "the output was lost; the music is held",
    ]
    assert [line.clock_ms for line in status.log] == [9 * MIN, 10 * MIN, 11 * MIN]


def test_the_log_says_which_of_two_screens_did_what() -> None:
    mine = SessionEvent("v", "", SessionMarked("s", "voice", 9 * MIN, 7 * MIN, screen=1), 0, 0)
    theirs = SessionEvent("d", "", SessionActed("s", "duck", None, 10 * MIN, 8 * MIN, screen=2), 1, 0)
    command = SessionEvent("w", "", SessionActed("s", "duck", None, 11 * MIN, 9 * MIN), 2, 0)
    alone = after(RUNNING, mine)
    assert [line.words for line in at(12, alone).log] == ["patient spoke"]
    both = [line.words for line in at(12, after(after(alone, theirs), command)).log]
    assert both == ["patient spoke · screen 1", "Duck −12 · screen 2", "End duck"]


def test_what_was_taken_back_is_left_out_and_told_as_taken_back() -> None:
    state = marked("peak", 5)
    undoes = SessionActed("s", "undo", None, 6 * MIN, 4 * MIN, undoes="peak")
    status = at(7, after(state, SessionEvent("undo", "", undoes, 1, 0)))
    assert (status.marks, status.acts, status.undoable) == ((), 0, None)
    assert status.effect_phase is EffectPhase.SETTLING
    assert [line.words for line in status.log] == ["peak observed (taken back)", "undone: peak observed, minute 3"]
    told = status_as_data(at(7, state))
    assert (told["undoable"]["words"], told["undoable"]["is_mark"]) == ("peak observed, minute 3", True)


def test_a_wall_clock_that_was_set_back_turns_no_line_of_the_log_round() -> None:
    hour_ms = 60 * MIN
    state = after(RUNNING, SessionEvent("one", "", SessionActed("s", "duck", None, 10 * MIN, 8 * MIN), 2 * hour_ms, 0))
    state = after(state, SessionEvent("two", "", SessionActed("s", "next", None, 12 * MIN, 10 * MIN), hour_ms, 0))
    assert [line.clock_ms for line in at(13, state).log] == [10 * MIN, 12 * MIN]


def test_the_document_has_the_fields_of_the_contract() -> None:
    document = status_as_data(at(7))
    contract = [
        "session_id",
        "patient",
        "rehearsal",
        "state",
        "infusion_min",
        "playing",
        "next",
        "phase",
        "effect_phase",
        "ends_min",
        "acts",
    ]
    assert set(contract) <= set(document)
    assert (document["state"], document["infusion_min"], document["effect_phase"]) == ("playing", 5.0, "settling")
    assert (document["patient"], document["rehearsal"]) == ("K-0417", False)
