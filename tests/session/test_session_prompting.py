"""The playlist's prompts of a running session: those that have begun stay, the others follow the infusion."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from setsetting.clinical.infusion import steady
from setsetting.errors import Refused
from setsetting.library.prompt import Prompt
from setsetting.library.track import TrackNames
from setsetting.record.kinds import StoredPrompt
from setsetting.session.holds import SessionPosition
from setsetting.session.prompting import SessionPrompts
from setsetting.session.sounding import NO_SOUNDSCAPE
from setsetting.session.soundness import Soundness
from setsetting.session.status import HoldReason
from setsetting.soundscape.loosening import NOTHING
from setsetting.soundscape.playlist import parse
from setsetting.soundscape.prompts import placed
from setsetting.soundscape.windows import resolve
from setsetting.soundscape.wishes import NO_WISHES, refusing
from setsetting.units import Dbtp, Lufs, Millidecibels, Milliseconds, Minutes

SHIPPED = (Path(__file__).parents[2] / "playlists" / "montreal-40.toml").read_text()
PROMPTS = """
[[prompt]]
file = "bell"
name = "welcome"
at = { phase = "arrive", minutes = 1 }

[[prompt]]
file = "bell"
name = "breathe"
at = { phase = "peak", minutes = 2 }

[[prompt]]
file = "bell"
name = "home"
at = { anchor = "end", minutes = 5 }
"""
PLAYLIST = parse(SHIPPED + PROMPTS, Path("montreal-40.toml"))
KNOWN = {"bell": Prompt("bell-id", "bell", "voice/bell.wav", Milliseconds(5_000), Lufs(-20.0), Dbtp(-3.0))}
FILES = Soundness({each.id: each for each in KNOWN.values()}, {})
TONIGHT = SessionPrompts(KNOWN, PLAYLIST, PLAYLIST, FILES)
WHOLE = steady(Minutes(40))
PLAN = replace(NO_SOUNDSCAPE, prompts=placed(PLAYLIST, WHOLE, resolve(PLAYLIST, WHOLE, NOTHING), KNOWN).cues)
MIN = 60_000


def position(at_min: float, zero_min: float = 0, minutes: float = 40) -> SessionPosition:
    return SessionPosition(
        Milliseconds(round(at_min * MIN)), Milliseconds(round(zero_min * MIN)), steady(Minutes(minutes))
    )


def starts(prompts: tuple[object, ...]) -> dict[str, float]:
    return {cue.prompt: cue.start_ms / MIN for cue in prompts}  # type: ignore[attr-defined]


def test_an_infusion_that_begins_late_moves_what_has_not_begun() -> None:
    prompts, said = TONIGHT.of_plan(PLAN, PLAN, position(3, zero_min=3))
    assert starts(prompts) == {"welcome": -9, "breathe": 25, "home": 48}
    assert said == ()


def test_an_infusion_that_stops_early_leaves_out_what_its_phase_took_along() -> None:
    prompts, said = TONIGHT.of_plan(PLAN, PLAN, position(18, minutes=25))
    assert starts(prompts) == {"welcome": -9, "home": 30}
    assert said == ("The prompt breathe is left out with its phase, peak.",)


def test_what_would_have_come_meanwhile_is_left_out_and_said() -> None:
    prompts, said = TONIGHT.of_plan(replace(PLAN, prompts=PLAN.prompts[:1]), PLAN, position(30))
    assert starts(prompts) == {"welcome": -9, "home": 45}
    assert said == ("The time of the prompt breathe has passed: it is left out.",)


def test_one_for_which_the_music_falls_already_goes_on_wherever_the_plan_goes() -> None:
    prompts, _said = TONIGHT.of_plan(PLAN, PLAN, position(21.96, minutes=25))
    assert starts(prompts)["breathe"] == 22


def test_held_music_lets_only_those_before_the_infusion_begin() -> None:
    before = replace(position(-9.5), held=HoldReason.NOT_BEGUN)
    assert starts(TONIGHT.held(PLAN, PLAN, before)) == {"welcome": -9}
    assert starts(TONIGHT.held(replace(PLAN, prompts=()), PLAN, replace(position(-5), held=HoldReason.NOT_BEGUN))) == {}
    assert starts(TONIGHT.held(PLAN, PLAN, replace(position(10), held=HoldReason.ASKED))) == {"welcome": -9}


def test_one_asked_for_by_key_comes_first_before_the_infusion_too() -> None:
    key = StoredPrompt("long", "long-id", Milliseconds(-10 * MIN), Milliseconds(90_000), Millidecibels(0))
    before = replace(position(-9.5), held=HoldReason.NOT_BEGUN, speaks=key)
    assert starts(TONIGHT.held(replace(PLAN, prompts=()), PLAN, before)) == {}
    assert starts(TONIGHT.held(PLAN, PLAN, replace(before, speaks=msgspec.structs.replace(key, length_ms=60_000)))) == {
        "welcome": -9
    }
    prompts, said = TONIGHT.of_plan(replace(PLAN, prompts=()), PLAN, replace(position(-9.5), speaks=key))
    assert starts(prompts) == {"breathe": 22, "home": 45}
    assert said == ("The prompt welcome is left out: long is spoken then.",)


def test_a_prompt_that_the_patient_refuses_by_now_is_left_out_and_not_played_by_its_key() -> None:
    named = TrackNames("bell-id", "voice/bell.wav", (), "bell", "Temple Room", ("Temple Room",))
    asked = [NO_WISHES]
    tonight = replace(TONIGHT, known={"bell": replace(KNOWN["bell"], named=named)}, wishes=lambda: asked[-1])
    before = Milliseconds(-60 * MIN)
    assert tonight.without_lost(PLAN, before) is PLAN
    asked.append(refusing([("artist", "temple room")]))
    assert tonight.without_lost(PLAN, before).prompts == ()
    with pytest.raises(Refused, match="patient refuses"):
        tonight.by_key("bell", PLAN, before)
    assert tonight.of_plan(PLAN, PLAN, position(-30))[0] == ()
