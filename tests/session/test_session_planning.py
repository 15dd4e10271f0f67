"""What covers the plan needs no planner: a rescue without tracks is a noise bed, silence is silence."""

from pathlib import Path

import pytest

from setsetting.clinical.infusion import steady
from setsetting.session import folder
from setsetting.session.folder import SessionHeader
from setsetting.session.planning import Replanner, SessionPosition
from setsetting.soundscape.soundscape import Cue, CueKind, Digests, Soundscape

MIN = 60_000
RESCUE = """
format = 1
name = "calm"
version = 1
title = "Calm"
evidence = ["none"]
loop = true

[[phase]]
name = "grounding"
energy_from = 2
energy_to = 2
lufs = -26
"""
BEDS = tuple(
    Cue(CueKind.BED, phase, start * MIN, 20 * MIN + 10_000, None, 0, 10_000, 10_000, "r")
    for phase, start in (("arrive", -10), ("peak", 10), ("calm", 30))
)
PLAN = Soundscape("p", 1, 40.0, 0, (), 0.0, None, Digests("", "", ""), BEDS)
POSITION = SessionPosition(5 * MIN, 0, steady(40))


@pytest.fixture
def replanner(tmp_path: Path) -> Replanner:
    header = SessionHeader("s", "fast", 8_000, -10 * MIN, playlist="", rescue_playlist=RESCUE)
    folder.write(tmp_path, header)
    folder.write_tracks(tmp_path, [])
    folder.write_prompts(tmp_path, ())
    return Replanner(tmp_path, lambda: None)


def test_a_rescue_without_tracks_is_a_noise_bed_until_the_planned_end_and_beyond(replanner: Replanner) -> None:
    new = replanner.rescue(PLAN, PLAN, POSITION)
    past, bed = new.soundscape.cues
    assert past.end_ms == 5 * MIN + bed.fade_in_ms
    assert (bed.kind, bed.phase, bed.start_ms, bed.fade_in_ms) == (CueKind.BED, "grounding", 5 * MIN, 15_000)
    assert bed.end_ms >= BEDS[-1].end_ms
    assert "noise bed" in new.words


def test_silence_lasts_until_the_planned_end(replanner: Replanner) -> None:
    past, silence = replanner.silence(PLAN, PLAN, POSITION).soundscape.cues
    assert (past.end_ms, past.fade_out_ms) == (5 * MIN + 3_000, 3_000)
    assert (silence.kind, silence.start_ms, silence.end_ms) == (CueKind.SILENCE, 5 * MIN, BEDS[-1].end_ms)


def test_a_mix_begins_where_the_soundscape_begins_whatever_was_planned_anew(replanner: Replanner) -> None:
    whole, covered = replanner.mix(PLAN), replanner.mix(replanner.rescue(PLAN, PLAN, POSITION).soundscape)
    assert whole.sounds[0].start_frame == covered.sounds[0].start_frame == 0
    assert covered.sounds[1].start_frame == 15 * 60 * 8_000


def test_a_rescue_at_the_first_moment_still_begins_there(replanner: Replanner) -> None:
    new = replanner.rescue(PLAN, PLAN, SessionPosition(-10 * MIN, 0, steady(40)))
    assert [cue.start_ms for cue in new.soundscape.cues] == [-10 * MIN]
