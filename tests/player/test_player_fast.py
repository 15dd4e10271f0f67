"""A fast session is deterministic: what is captured is what a render of the same Mix gives, acts included."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from killed_player import kill_for_good
from player_mixes import RATE_HZ, Samples, captured, fast, mix_of, mixed, rendered, sound

from setsetting.audio.dither import to_int16
from setsetting.audio.fade import Fade
from setsetting.audio.mix import Mix
from setsetting.errors import Refused
from setsetting.player import journal, launch
from setsetting.player.client import Player
from setsetting.player.journal import JournalKind
from setsetting.player.status import GainLayer, PlaybackState

Play = Callable[..., Player]
Record = Callable[..., Path]


def _to_the_end(player: Player) -> list[journal.JournalEntry]:
    return list(player.follow())


def test_a_captured_session_equals_the_offline_mix_bit_for_bit(tmp_path: Path, recording: Record, played: Play) -> None:
    first, second = recording("a", 9, seed=1), recording("b", 9, seed=2)
    mix = mix_of(
        15 * RATE_HZ,
        sound(first, 1000, 8 * RATE_HZ, fade=RATE_HZ, gain_db=-2),
        sound(second, 8 * RATE_HZ, 7 * RATE_HZ, fade=RATE_HZ, gain_db=-6),
    )
    player = played(fast(mix, tmp_path / "out.wav"))
    _to_the_end(player)
    assert np.array_equal(captured(tmp_path / "out.wav"), rendered(mix))


def test_marks_land_on_their_frame(tmp_path: Path, recording: Record, played: Play) -> None:
    marked = recording("marks", 4, marks=(0, 44_099, 100_001))
    mix = mix_of(8 * RATE_HZ, sound(marked, 123_457, 4 * RATE_HZ))
    _to_the_end(played(fast(mix, tmp_path / "out.wav")))
    loud = np.flatnonzero(captured(tmp_path / "out.wav")[:, 0] > 10_000)
    assert loud.tolist() == [123_457, 123_457 + 44_099, 123_457 + 100_001]


def test_a_mix_replaced_at_a_gate_without_a_fade_is_seamless(tmp_path: Path, recording: Record, played: Play) -> None:
    first, second, other = recording("a", 6, seed=1), recording("b", 6, seed=2), recording("c", 6, seed=3)
    kept = sound(first, 0, 6 * RATE_HZ, fade=RATE_HZ)
    before = mix_of(11 * RATE_HZ, kept, sound(second, 5 * RATE_HZ, 6 * RATE_HZ, fade=RATE_HZ))
    after = mix_of(12 * RATE_HZ, kept, sound(other, 6 * RATE_HZ, 6 * RATE_HZ, fade=RATE_HZ))
    barrier = 3 * RATE_HZ + 17
    player = played(fast(before, tmp_path / "out.wav", (barrier,)))
    assert player.at_barrier(barrier)
    player.take_baton("script")
    assert player.replace("e1", after, 0).frame == barrier
    player.release("e2", barrier)
    entries = _to_the_end(player)
    assert np.array_equal(captured(tmp_path / "out.wav"), rendered(after))
    started = [(entry.sha256, entry.frame) for entry in entries if entry.what is JournalKind.SOUND_STARTED]
    assert started == [("a", 0), ("c", 6 * RATE_HZ)]  # the sound that stays in its place is not begun again


def test_a_mix_replaced_at_a_gate_crossfades_both_signals(tmp_path: Path, recording: Record, played: Play) -> None:
    before = mix_of(8 * RATE_HZ, sound(recording("a", 8, seed=1), 0, 8 * RATE_HZ))
    after = mix_of(9 * RATE_HZ, sound(recording("b", 9, seed=2), 0, 9 * RATE_HZ))
    barrier, fade = 2 * RATE_HZ + 5, 3 * RATE_HZ  # longer than the ring
    player = played(fast(before, tmp_path / "out.wav", (barrier,)))
    assert player.at_barrier(barrier)
    player.take_baton("script")
    player.replace("e1", after, fade)
    player.release("e2", barrier)
    entries = _to_the_end(player)

    old, new = mixed(before), mixed(after)
    leaving, coming = old[barrier : barrier + fade].copy(), new[barrier : barrier + fade].copy()
    Fade(fade, falling=True).apply(leaving, 0)
    Fade(fade, falling=False).apply(coming, 0)
    expected = np.concatenate([old[:barrier], coming + leaving, new[barrier + fade :]])
    assert np.array_equal(captured(tmp_path / "out.wav"), to_int16(expected, 0))
    sounds = {s.sha256: s.sounded_frames for s in journal.sounded(entries, 0)}
    assert sounds == {"a": barrier + fade, "b": 9 * RATE_HZ - barrier}


def _rise_db(heard: Samples, plan: Mix) -> float:
    """How much louder than the plan alone any tenth of a second was."""
    played, planned = (_loudness(samples) for samples in (heard, rendered(plan)))
    return float(20 * np.log10(played / planned).max())


def _loudness(samples: Samples) -> npt.NDArray[np.float64]:
    blocks = samples[: len(samples) // 4410 * 4410, 0].astype(float).reshape(-1, 4410)
    return np.sqrt((blocks**2).mean(1))


@pytest.mark.parametrize("what", ["fade-out", "silence", "rescue"])
def test_taking_back_what_has_just_begun_does_not_make_the_music_louder(
    tmp_path: Path, recording: Record, played: Play, what: str
) -> None:
    barriers = (2 * RATE_HZ, round(2.6 * RATE_HZ))
    path = recording("a", 8, seed=1)
    plan = mix_of(8 * RATE_HZ, sound(path, 0, 8 * RATE_HZ))
    left = mix_of(8 * RATE_HZ, replace(sound(path, 0, barriers[0] + 4 * RATE_HZ), fade_out_frames=4 * RATE_HZ))
    other = sound(recording("b", 6, seed=2), barriers[0], 6 * RATE_HZ, fade=4 * RATE_HZ, gain_db=-6)
    instead, fade = {
        "fade-out": (mix_of(barriers[0] + 6 * RATE_HZ), 6 * RATE_HZ),
        "silence": (left, 0),
        "rescue": (mix_of(8 * RATE_HZ, *left.sounds, other), 0),
    }[what]
    player = played(fast(plan, tmp_path / "out.wav", barriers))
    player.take_baton("script")
    for number, (barrier, mix, over) in enumerate(zip(barriers, (instead, plan), (fade, 3 * RATE_HZ), strict=True)):
        assert player.at_barrier(barrier)
        player.replace(f"r{number}", mix, over)
        player.release(f"g{number}", barrier)
    _to_the_end(player)
    assert _rise_db(captured(tmp_path / "out.wav"), plan) < 0.3


def test_a_fast_player_that_was_killed_goes_on_at_the_gate_it_had_come_to(
    tmp_path: Path, recording: Record, played: Play
) -> None:
    barrier = 300 * RATE_HZ
    mix = mix_of(302 * RATE_HZ, sound(recording("a", 2), barrier, 2 * RATE_HZ))
    player = played(fast(mix, tmp_path / "out.wav", (barrier,)))
    assert player.at_barrier(barrier)
    kill_for_good(player.state().pid)
    player.close()
    (tmp_path / "run" / journal.POSITION_FILE).write_text(f"{RATE_HZ} 1 1 \n")  # as a kill before the next note of it
    with launch.restart(tmp_path / "run") as again:
        assert again.at_barrier(barrier) and again.state().frame == barrier
        again.take_baton("script")
        again.release("e1", barrier)
        _to_the_end(again)
    assert len(captured(tmp_path / "out.wav")) == mix.frames


def test_replacing_again_during_a_crossfade_leaves_no_break(tmp_path: Path, recording: Record, played: Play) -> None:
    quiet = [mix_of(6 * RATE_HZ, sound(recording(n, 6, seed=s), 0, 6 * RATE_HZ)) for s, n in enumerate("abc")]
    barriers = (RATE_HZ, RATE_HZ + 20_000)
    player = played(fast(quiet[0], tmp_path / "out.wav", barriers))
    player.take_baton("script")
    for number, barrier in enumerate(barriers):
        assert player.at_barrier(barrier)
        player.replace(f"r{number}", quiet[number + 1], 2 * RATE_HZ)
        player.release(f"g{number}", barrier)
    _to_the_end(player)
    heard = captured(tmp_path / "out.wav").astype(float)
    loudness = np.sqrt((heard[: len(heard) // 4410 * 4410, 0].reshape(-1, 4410) ** 2).mean(1))
    assert len(heard) == 6 * RATE_HZ
    assert loudness.min() > 0.85 * 2500 and loudness.max() < 1.15 * 2500
    end = barriers[1] + 2 * RATE_HZ
    assert np.array_equal(captured(tmp_path / "out.wav")[end:], rendered(quiet[2])[end:])


def test_a_gain_at_a_gate_ramps_in_decibels_from_exactly_there(tmp_path: Path, recording: Record, played: Play) -> None:
    mix = mix_of(6 * RATE_HZ, sound(recording("a", 6), 0, 6 * RATE_HZ))
    barrier = RATE_HZ + 1
    player = played(fast(mix, tmp_path / "out.wav", (barrier,)))
    assert player.at_barrier(barrier)
    player.take_baton("script")
    player.gain("e1", GainLayer.DUCK, -12.0, 3000)
    player.gain("e2", GainLayer.VOLUME, -3.0, 0)
    assert player.state().gains == dict.fromkeys(GainLayer, 0.0)
    player.release("e3", barrier)
    _to_the_end(player)
    heard, plan = captured(tmp_path / "out.wav"), rendered(mix)
    assert np.array_equal(heard[:barrier], plan[:barrier])
    after = mixed(mix)[barrier:]
    place = np.arange(len(after))
    db = -12 * np.minimum(place / (3 * RATE_HZ), 1) - 3 * np.minimum(place / (0.05 * RATE_HZ), 1)
    expected = to_int16((after * 10 ** (db[:, None] / 20)).astype(np.float32), barrier)
    assert np.abs(heard[barrier:].astype(int) - expected).max() <= 1


def test_a_gain_taken_back_to_unity_leaves_the_samples_untouched(
    tmp_path: Path, recording: Record, played: Play
) -> None:
    mix = mix_of(5 * RATE_HZ, sound(recording("a", 5), 0, 5 * RATE_HZ))
    player = played(fast(mix, tmp_path / "out.wav", (RATE_HZ, 2 * RATE_HZ)))
    player.take_baton("script")
    for barrier, db in ((RATE_HZ, -12.0), (2 * RATE_HZ, 0.0)):
        assert player.at_barrier(barrier)
        player.gain(f"duck{barrier}", GainLayer.DUCK, db, 500)
        player.release(f"go{barrier}", barrier)
    _to_the_end(player)
    heard, plan = captured(tmp_path / "out.wav"), rendered(mix)
    assert not np.array_equal(heard[: RATE_HZ * 2], plan[: RATE_HZ * 2])
    assert np.array_equal(heard[4 * RATE_HZ :], plan[4 * RATE_HZ :])  # 12 dB up take two seconds


def test_fading_out_ends_the_session_where_silence_is_reached(tmp_path: Path, recording: Record, played: Play) -> None:
    mix = mix_of(9 * RATE_HZ, sound(recording("a", 9), 0, 9 * RATE_HZ))
    player = played(fast(mix, tmp_path / "out.wav", (2 * RATE_HZ,)))
    assert player.at_barrier(2 * RATE_HZ)
    player.take_baton("script")
    player.fade_out("e1", 1000)
    player.release("e2", 2 * RATE_HZ)
    entries = _to_the_end(player)
    assert len(captured(tmp_path / "out.wav")) == 3 * RATE_HZ
    assert (entries[-1].what, entries[-1].frame) == (JournalKind.ENDED, 3 * RATE_HZ)
    assert [s.sounded_frames for s in journal.sounded(entries, 0)] == [3 * RATE_HZ]
    assert abs(captured(tmp_path / "out.wav")[-20:]).max() < 10


def test_stopping_at_a_gate_opens_every_gate_and_ends(tmp_path: Path, recording: Record, played: Play) -> None:
    mix = mix_of(9 * RATE_HZ, sound(recording("a", 9), 0, 9 * RATE_HZ))
    player = played(fast(mix, tmp_path / "out.wav", (RATE_HZ, 8 * RATE_HZ)))
    assert player.at_barrier(RATE_HZ)
    player.take_baton("script")
    player.stop("e1")
    assert not player.at_barrier(8 * RATE_HZ)
    last = journal.read(tmp_path / "run")[-1]
    assert (last.what, last.text, last.frame) == (JournalKind.ENDED, journal.FADED_OUT, RATE_HZ + 2205)


def test_a_gate_at_the_end_can_still_lengthen_the_session(tmp_path: Path, recording: Record, played: Play) -> None:
    path = recording("a", 6)
    short, long = (mix_of(n * RATE_HZ, sound(path, 0, n * RATE_HZ)) for n in (3, 6))
    player = played(fast(short, tmp_path / "out.wav", (3 * RATE_HZ,)))
    assert player.at_barrier(3 * RATE_HZ)
    player.take_baton("script")
    player.replace("e1", long, 0)
    player.release("e2", 3 * RATE_HZ)
    _to_the_end(player)
    assert np.array_equal(captured(tmp_path / "out.wav"), rendered(long))


def test_a_gate_that_is_never_reached_says_so(tmp_path: Path, recording: Record, played: Play) -> None:
    mix = mix_of(RATE_HZ, sound(recording("a", 1), 0, RATE_HZ))
    player = played(fast(mix, tmp_path / "out.wav", (5 * RATE_HZ,)))
    assert not player.at_barrier(5 * RATE_HZ)
    assert journal.read(tmp_path / "run")[-1].what is JournalKind.ENDED


def test_an_act_repeated_with_its_event_id_counts_once(tmp_path: Path, recording: Record, played: Play) -> None:
    mix = mix_of(4 * RATE_HZ, sound(recording("a", 4), 0, 4 * RATE_HZ))
    player = played(fast(mix, tmp_path / "out.wav", (RATE_HZ,)))
    assert player.at_barrier(RATE_HZ)
    player.take_baton("script")
    first = player.gain("e1", GainLayer.VOLUME, -6.0, 100)
    again = player.gain("e1", GainLayer.VOLUME, -20.0, 100)
    assert (first.already, again.already) == (False, True)
    assert again.frame == first.frame
    player.release("e2", RATE_HZ)
    entries = _to_the_end(player)
    assert [(entry.event_id, entry.db) for entry in entries if entry.what is JournalKind.GAIN] == [("e1", -6.0)]


def test_the_state_at_a_gate_tells_what_sounds(tmp_path: Path, recording: Record, played: Play) -> None:
    first, second = recording("a", 4, seed=1), recording("b", 4, seed=2)
    mix = mix_of(7 * RATE_HZ, sound(first, 0, 4 * RATE_HZ), sound(second, 3 * RATE_HZ, 4 * RATE_HZ))
    barrier = 3 * RATE_HZ + 500
    player = played(fast(mix, tmp_path / "out.wav", (barrier,)))
    assert player.at_barrier(barrier)
    state = player.state()
    assert (state.frame, state.state, state.end_frame) == (barrier, PlaybackState.WAITING, 7 * RATE_HZ)
    assert state.sounding == ("a", "b")


def test_a_missing_file_is_silence_a_trouble_and_does_not_count_as_heard(
    tmp_path: Path, recording: Record, played: Play
) -> None:
    path = recording("a", 2)
    mix = mix_of(4 * RATE_HZ, sound(path, 0, 2 * RATE_HZ), sound(tmp_path / "gone.wav", 2 * RATE_HZ, 2 * RATE_HZ))
    entries = _to_the_end(played(fast(mix, tmp_path / "out.wav")))
    assert [entry.index for entry in entries if entry.what is JournalKind.TROUBLE] == [1]
    assert [s.sha256 for s in journal.sounded(entries, 0)] == ["a"]
    assert len(captured(tmp_path / "out.wav")) == 4 * RATE_HZ


def test_a_mix_at_another_rate_is_refused(tmp_path: Path, recording: Record, played: Play) -> None:
    mix = mix_of(2 * RATE_HZ, sound(recording("a", 2), 0, 2 * RATE_HZ))
    player = played(fast(mix, tmp_path / "out.wav", (RATE_HZ,)))
    player.take_baton("script")
    with pytest.raises(Refused, match="48000"):
        player.replace("e1", Mix(48_000, 48_000, ()), 0)
    assert player.replace("e1", mix, 0).already is False  # a refused act may be tried again


def test_an_existing_capture_is_not_overwritten(tmp_path: Path, recording: Record) -> None:
    (tmp_path / "out.wav").write_bytes(b"mine")
    with pytest.raises(Refused, match=r"out\.wav exists already"):
        launch.start(tmp_path / "run", fast(mix_of(100), tmp_path / "out.wav"))
    assert (tmp_path / "out.wav").read_bytes() == b"mine"
