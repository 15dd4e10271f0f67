"""Prompts of a playlist from the build to the record: planned, refused, rendered as heard, moved, skipped."""

from pathlib import Path

import numpy as np
import pytest
from session_clinic import PLAYLIST, plan, samples, write_pad
from sessions_played import asked, close, play

from setsetting.desk import playlists, session_page, sessions, soundscapes
from setsetting.desk.clinic import Clinic
from setsetting.errors import Refused
from setsetting.progress import silent
from setsetting.record import live_rows

PROMPTS = """
[[prompt]]
file = "welcome"
at = { phase = "arrive", seconds = 10 }

[[prompt]]
file = "breathe"
at = { phase = "peak", seconds = 40 }
lowers_db = -9
"""


@pytest.fixture
def spoken(clinic: Clinic) -> Clinic:
    """A clinic whose playlist names two prompts, one before the infusion and one in its peak."""
    (clinic.folder / "playlists" / "short.toml").write_text(PLAYLIST + PROMPTS, encoding="utf-8")
    write_pad(clinic.folder / "voice" / "welcome.wav", 3, 4)
    write_pad(clinic.folder / "voice" / "breathe.wav", 5, 6)
    return clinic


def told(clinic: Clinic, session_id: str) -> list[tuple[str, int]]:
    """The prompts that sounded, and when on the soundscape's clock."""
    with clinic.record() as record:
        return [
            (each.cue.partition("@")[0].removeprefix("voice:"), each.clock_ms)
            for each in live_rows.played(record, session_id)
            if each.cue.startswith("voice:")
        ]


def test_a_plan_holds_its_prompts_and_says_which_are_not_there(spoken: Clinic) -> None:
    path = plan(spoken)
    built = soundscapes.load(path)
    assert [(cue.prompt, cue.phase, cue.start_ms) for cue in built.prompts] == [
        ("welcome", "arrive", -30_000),
        ("breathe", "peak", 120_000),
    ]
    assert soundscapes.check(spoken.folder, path).broken == ()
    write_pad(spoken.folder / "voice" / "breathe.wav", 6, 6)
    assert any("another recording by now" in words for words in soundscapes.check(spoken.folder, path).broken)
    (spoken.folder / "voice" / "breathe.wav").unlink()
    (refused,) = soundscapes.check(spoken.folder, path).broken
    assert "breathe" in refused and "voice" in refused
    with pytest.raises(Refused, match="breathe"):
        plan(spoken)
    with pytest.raises(Refused, match="breathe"):
        sessions.start(spoken, sessions.SessionRequest(path, "K-0417", output="fast"), say=str)
    checked = playlists.check(spoken.folder, spoken.folder / "playlists" / "short.toml")
    assert len(checked.prompts) == 1 and "breathe" in checked.prompts[0]


def test_a_session_that_goes_as_planned_sounds_to_the_bit_as_the_file_that_is_rendered(
    spoken: Clinic, tmp_path: Path
) -> None:
    wanted = asked(spoken, "0 infusion-start", "3 mark peak", capture=tmp_path / "sent.wav")
    assert wanted.file is not None
    session_id = play(spoken, wanted)
    soundscapes.render(spoken, wanted.file, tmp_path / "file.wav", None, silent, replace=False)
    sent, rendered = samples(tmp_path / "sent.wav"), samples(tmp_path / "file.wav")
    until = 40 * 44_100 + 170 * 44_100
    assert np.array_equal(sent[:until], rendered[:until])
    assert told(spoken, session_id) == [("welcome", -30_000), ("breathe", 120_000)]
    assert close(spoken).closed
    assert "prompt breathe" in [each.title for each in session_page.session_page(spoken, session_id).played]


def test_a_prompt_waits_for_a_late_infusion_and_a_pause_and_moves_with_its_phase(spoken: Clinic) -> None:
    walk = ("1 infusion-start", "2 infusion-pause", "3 infusion-resume", "5.5 fade-out 1")
    session_id = play(spoken, asked(spoken, *walk))
    assert told(spoken, session_id) == [("welcome", -30_000), ("breathe", 120_000 + 60_000 + 60_000)]


def test_a_prompt_is_skipped_by_a_key_and_comes_back_by_undo(spoken: Clinic) -> None:
    said: list[str] = []
    walk = ("-0.6 skip-prompt", "0 infusion-start", "0.5 skip-prompt", "0.6 undo", "1 skip-prompt", "4 skip-prompt")
    session_id = play(spoken, asked(spoken, *walk, "4.5 fade-out 1"), said.append)
    assert told(spoken, session_id) == []
    assert any("welcome, at" in words and "is not played" in words for words in said)
    assert any("No prompt of the playlist is to come" in words for words in said)
    assert close(spoken).closed
    words = [each.words for each in session_page.session_page(spoken, session_id).lines]
    assert any("Skip prompt breathe" in each for each in words), words


def test_a_prompt_that_plays_fades_away_by_the_same_key(spoken: Clinic, tmp_path: Path) -> None:
    session_id = play(spoken, asked(spoken, "0 infusion-start", "2.02 skip-prompt", "4 fade-out 1"))
    ((name, at_ms),) = [each for each in told(spoken, session_id) if each[0] == "breathe"]
    assert (name, at_ms) == ("breathe", 120_000)


@pytest.mark.parametrize("walk", [("2.02 skip-prompt", "2.04 undo"), ("1.9 skip-prompt", "2.03 undo")])
def test_a_prompt_that_had_begun_does_not_come_back_in_its_middle_by_undo(
    spoken: Clinic, tmp_path: Path, walk: tuple[str, str]
) -> None:
    said: list[str] = []
    capture = tmp_path / "sent.wav"
    session_id = play(spoken, asked(spoken, "0 infusion-start", *walk, "4 fade-out 1", capture=capture), said.append)
    assert any("breathe had begun and stays out" in words for words in said), said
    assert told(spoken, session_id)[1:] == ([] if walk[0].startswith("1.9") else [("breathe", 120_000)])
    assert close(spoken).closed


def test_undo_of_grounding_brings_back_no_prompt_in_its_middle_and_undo_before_it_brings_it_back(
    spoken: Clinic,
) -> None:
    said: list[str] = []
    walk = ("0 infusion-start", "1.8 rescue", "2.04 undo", "4 fade-out 1")
    assert told(spoken, play(spoken, asked(spoken, *walk), said.append)) == [("welcome", -30_000)]
    assert any("breathe had begun and stays out" in words for words in said), said
    close(spoken)
    walk = ("0 infusion-start", "1.6 rescue", "1.8 undo", "4 fade-out 1")
    assert told(spoken, play(spoken, asked(spoken, *walk)))[1:] == [("breathe", 120_000)]


def test_one_asked_for_by_key_is_spoken_first_and_the_playlists_own_is_left_out_and_said(spoken: Clinic) -> None:
    write_pad(spoken.folder / "voice" / "long.wav", 7, 30)
    said: list[str] = []
    walk = ("0 infusion-start", "1.1 rescue", "1.7 prompt long", "1.8 next", "4 fade-out 1")
    session_id = play(spoken, asked(spoken, *walk), said.append)
    assert [name for name, _at_ms in told(spoken, session_id)] == ["welcome", "long"]
    assert any("The prompt breathe is left out: long is spoken then." in words for words in said), said


def test_grounding_lets_none_begin(spoken: Clinic) -> None:
    session_id = play(spoken, asked(spoken, "0 infusion-start", "1.8 rescue", "4.5 fade-out 1"))
    assert told(spoken, session_id) == [("welcome", -30_000)]


def test_a_hold_lets_none_begin(spoken: Clinic) -> None:
    session_id = play(spoken, asked(spoken, "0 infusion-start", "1.8 hold", "4.5 fade-out 1"))
    assert told(spoken, session_id) == [("welcome", -30_000)]


def test_one_by_key_does_not_speak_into_one_of_the_playlist(spoken: Clinic) -> None:
    said: list[str] = []
    play(spoken, asked(spoken, "0 infusion-start", "1.95 prompt welcome", "4.5 fade-out 1"), said.append)
    assert any("breathe of the playlist plays in" in words for words in said), said
