"""Sums that keep to their units: the type checker takes every line as it stands."""

from collections.abc import Sequence

import numpy as np

from setsetting.units import (
    Dbtp,
    Decibels,
    Frames,
    Hertz,
    Lu,
    Lufs,
    Millidecibels,
    Milliseconds,
    Minutes,
    Seconds,
    db_from_lu,
    db_from_mdb,
    frames_from_ms,
    frames_from_s,
    mdb_from_db,
    minutes_from_ms,
    minutes_from_s,
    ms_from_frames,
    ms_from_minutes,
    ms_from_s,
    nearest_ms,
    nearest_s,
    s_from_minutes,
    s_from_ms,
    whole_s,
    s_from_frames,
)


def frames_are_what_arrays_count(frames: Frames, rate_hz: Hertz, ms: Milliseconds, many: Sequence[Frames]) -> None:
    frames = frames + frames - frames
    frames += len(many)
    frames = max(Frames(0), min(frames, -frames)) // 2
    frames = abs(frames) * 2 + frames % frames
    frames = sum(many, Frames(0))
    frames = frames_from_ms(ms, rate_hz) - frames_from_s(Seconds(5), rate_hz)
    ms = ms_from_frames(frames, rate_hz)
    halves: float = frames / 2
    blocks: int = frames // Frames(4_096)
    share: float = frames / frames
    print(f"{s_from_frames(frames, rate_hz):.1f}", halves, blocks, share, frames > 0, frames == many[0])
    np.zeros((frames, 2))[frames:]


def a_level_and_a_level_are_a_difference_apart(
    loudness: Lufs, range_lu: Lu, peak: Dbtp, gain: Decibels, gain_mdb: Millidecibels, many: Sequence[Decibels]
) -> None:
    range_lu = loudness - Lufs(-23.0)
    loudness = loudness + range_lu - range_lu * 2 + range_lu / 2
    gain = db_from_lu(range_lu) + (peak - peak) - gain
    gain = -round(gain, 1) + sum(many, Decibels(0.0)) + min(gain, *many) + abs(gain)
    peak += gain
    peak = max(round(peak, 2), Dbtp(-1.0)) - db_from_mdb(gain_mdb)
    gain_mdb = mdb_from_db(gain) - Millidecibels(1)
    amplitude: float = 10 ** (gain / 20)
    share: float = range_lu / range_lu
    print(f"{loudness:.1f}", amplitude, share, gain > 0.0, loudness < -70.0, peak == Dbtp(0.0), loudness < loudness)


def whole_seconds_are_what_is_planned(seconds: Seconds, ms: Milliseconds, many: Sequence[Seconds]) -> None:
    seconds = max(seconds, Seconds(60)) + sum(many, Seconds(0)) - 2 * seconds + seconds % 15
    seconds = whole_s(ms_from_s(seconds)) + s_from_minutes(Minutes(1.5))
    ms = ms_from_s(seconds)
    quarters: int = seconds // Seconds(15)
    print(quarters, sorted(many), range(seconds), np.arange(seconds), many[0] <= seconds)


def milliseconds_are_what_a_cue_and_an_event_count(
    start_ms: Milliseconds, length_ms: Milliseconds | None, many: Sequence[Milliseconds]
) -> Milliseconds:
    end_ms = start_ms + (length_ms or Milliseconds(0))
    end_ms += max(many, default=Milliseconds(0)) - min(start_ms, *many) + nearest_ms(0.25)
    quarter_ms = (end_ms - start_ms) // 4
    share: float = (end_ms - start_ms) / end_ms
    beats: int = end_ms // Milliseconds(500)
    by_time: dict[Milliseconds, str] = {start_ms: f"{s_from_ms(quarter_ms):g} s"}
    print(share, beats, by_time.get(end_ms), start_ms <= end_ms, start_ms == many[0], start_ms < 0, end_ms % 1000)
    return ms_from_s(nearest_s(end_ms)) + ms_from_minutes(Minutes(1.5)) - abs(-end_ms) + sum(many, start_ms) % end_ms


def minutes_are_what_an_infusion_lasts(minutes: Minutes, ms: Milliseconds, seconds: Seconds) -> float:
    minutes += minutes_from_ms(ms) + minutes_from_s(seconds) * 0.5 - minutes / 2
    minutes = min(minutes, Minutes(180)) + round(minutes, 1)
    whole: int = round(minutes)
    return whole + minutes / minutes + minutes // Minutes(5) + max([minutes], default=Minutes(0.0))
