"""What was heard, as data and in words: heard again, and its titles to take home."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from setsetting.units import s_from_frames
from setsetting.views.session import rounded_minutes
from setsetting.words.numbers import minute_of
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.replay import Replay
    from setsetting.desk.take_home import HeardTitle


def replay_as_data(replay: "Replay", path: Path | None, output: str | None) -> dict[str, Any]:
    """Minutes are the infusion's, as `session show` has them."""
    return {
        "session_id": replay.session_id,
        "path": None if path is None else str(path),
        "output": output,
        "rate_hz": replay.rate_hz,
        "duration_s": s_from_frames(replay.sound.frames, replay.rate_hz),
        "from_min": rounded_minutes(replay.from_ms),
        "to_min": rounded_minutes(replay.to_ms),
        "silent": [
            {
                "track_id": each.track_id,
                "title": each.title,
                "missing": each.missing,
                "from_min": rounded_minutes(each.from_ms),
                "to_min": rounded_minutes(each.to_ms),
            }
            for each in replay.silent
        ],
        "underruns": replay.underruns,
    }


def replay_in_words(replay: "Replay") -> Iterator[str]:
    """What of it the patient refuses by now, and what cannot be heard again, and why."""
    yield from refused_in_words(replay)
    for each in replay.silent:
        words = (
            _("{title}: its file is missing; from minute {first} to {last} it is silent.")
            if each.missing
            else _("{title}: its file has another sound by now; from minute {first} to {last} it is silent.")
        )
        yield words.format(title=each.title, first=minute_of(each.from_ms), last=minute_of(each.to_ms))
    if replay.underruns:
        yield count(
            "{n} short gap of that session is not repeated.",
            "{n} short gaps of that session are not repeated.",
            replay.underruns,
        )


def refused_in_words(replay: "Replay") -> Iterator[str]:
    """What of it the patient refuses by now: said before it is heard."""
    for title in replay.refused:
        yield _("{title} is refused by this patient by now; it is heard again as it was.").format(title=title)


def titles_as_data(heard: "Iterable[HeardTitle]") -> list[dict[str, Any]]:
    return [
        {"track_id": each.track_id, "title": each.title, "artist": each.artist or None, "length_s": each.length_s}
        for each in heard
    ]
