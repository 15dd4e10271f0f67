"""Every line of `wrong` mixes two units, or a unit with a bare number: the type checker refuses each."""

from setsetting.units import Frames, Hertz, frames_from_s


def wrong(frames: Frames, rate_hz: Hertz, number: int) -> None:
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
    frames_from_s(1, frames)
