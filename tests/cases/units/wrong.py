"""Every line of `wrong` mixes two units, or a unit with a bare number: the type checker refuses each."""

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
    db_from_mdb,
    frames_from_ms,
    frames_from_s,
    minutes_from_ms,
    minutes_from_s,
    ms_from_frames,
    ms_from_minutes,
    ms_from_s,
    nearest_s,
    s_from_ms,
    whole_s,
)


def wrong(
    frames: Frames,
    rate_hz: Hertz,
    loudness: Lufs,
    range_lu: Lu,
    peak: Dbtp,
    gain: Decibels,
    gain_mdb: Millidecibels,
    seconds: Seconds,
    ms: Milliseconds,
    minutes: Minutes,
    number: int,
) -> None:
    frames + rate_hz
    rate_hz + frames
    frames - rate_hz
    frames * rate_hz
    frames / rate_hz
    frames // rate_hz
    frames % rate_hz
    frames < rate_hz
    frames == rate_hz
    frames += rate_hz
    frames = number
    frames = Frames(1) / 2
    frames = sum([frames, rate_hz], frames)
    frames_from_s(seconds, frames)
    frames_from_s(ms, rate_hz)
    frames_from_s(0.5, rate_hz)
    frames_from_s(minutes, rate_hz)
    loudness + loudness
    loudness - peak
    loudness - gain
    loudness + peak
    loudness < peak
    loudness < range_lu
    loudness = -23.0
    loudness == range_lu
    range_lu + gain
    range_lu - loudness
    range_lu = loudness
    peak + peak
    peak + range_lu
    gain + gain_mdb
    gain - peak
    gain < gain_mdb
    gain * gain
    gain / range_lu
    gain = db_from_mdb(gain)
    gain_mdb = gain * 1000
    abs(gain) + abs(gain_mdb)
    seconds + frames
    seconds - rate_hz
    seconds * rate_hz
    seconds < frames
    seconds = number
    seconds = 1.5 * seconds
    seconds = seconds / 2
    seconds += number
    seconds = -frames
    ms_from_s(frames)
    ms_from_s(1.5)
    dict.fromkeys([seconds], 0)[frames]
    ms + seconds
    seconds + ms
    ms + 1000 * seconds
    ms - frames
    frames + ms
    ms = 1000 * seconds
    ms = ms / 1000
    ms = ms + 500
    ms = number
    ms = seconds
    ms = max(0, ms)
    ms = ms if number else 0
    seconds = ms // 1000
    ms < seconds
    ms >= 1000 * seconds
    ms == seconds
    ms % seconds
    ms * rate_hz
    ms / rate_hz
    ms = min(ms, seconds)
    ms = sum([ms, seconds], ms)
    ms += sum([ms, ms])
    whole_s(seconds)
    nearest_s(frames)
    s_from_ms(seconds)
    ms_from_s(ms)
    minutes_from_ms(seconds)
    frames_from_ms(seconds, rate_hz)
    frames_from_ms(ms, ms)
    ms_from_frames(ms, rate_hz)
    ms_from_frames(rate_hz, frames)
    minutes + ms
    minutes - seconds
    minutes < ms
    minutes * seconds
    minutes / ms
    minutes = 40.0
    minutes = ms / 60_000
    minutes = minutes / minutes
    minutes = minutes_from_ms(minutes)
    ms_from_minutes(ms)
    ms_from_minutes(40)
    ms = round(minutes) + ms
    sorted([minutes])[0] - ms
    minutes_from_s(ms)
    minutes_from_s(90.0)
