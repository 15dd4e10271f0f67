"""Prompts that a playlist names: read strictly, placed with their phases, at a legal level, and judged on their own."""

from dataclasses import replace
from pathlib import Path

import pytest
from planted_nights import playlist_text

from setsetting.clinical.infusion import Infusion, Segment, steady
from setsetting.errors import BrokenFile, Refused
from setsetting.library.prompt import Prompt
from setsetting.library.track import TrackNames
from setsetting.soundscape.check_instance import own_instance
from setsetting.soundscape.check_prompts import check_prompts
from setsetting.soundscape.compose import compose
from setsetting.soundscape.loosening import NOTHING
from setsetting.soundscape.playlist import Playlist, parse
from setsetting.soundscape.prompts import PlacedPrompts, placed
from setsetting.soundscape.soundscape import VoiceCue
from setsetting.soundscape.windows import resolve
from setsetting.soundscape.wishes import NO_WISHES, refusing
from setsetting.units import Dbtp, Lufs, Millidecibels, Milliseconds, Minutes

BELL = Prompt("bell-id", "bell", "voice/bell.wav", Milliseconds(5_000), Lufs(-20.0), Dbtp(-3.0))
BREATH = Prompt("breath-id", "breath", "voice/breath.wav", Milliseconds(20_000), Lufs(-26.0), Dbtp(-9.0))
KNOWN = {"bell": BELL, "breath": BREATH}


def written(*prompts: str) -> Playlist:
    text = playlist_text() + "".join(f"\n[[prompt]]\n{prompt}\n" for prompt in prompts)
    return parse(text, Path("night.toml"))


def on(playlist: Playlist, infusion: Infusion | None = None) -> PlacedPrompts:
    infusion = infusion or steady(playlist.infusion_min or Minutes(0))
    return placed(playlist, infusion, resolve(playlist, infusion, NOTHING), KNOWN)


def judged(playlist: Playlist, cues: tuple[VoiceCue, ...], infusion: Infusion | None = None) -> list[str]:
    infusion = infusion or steady(playlist.infusion_min or Minutes(0))
    instance = own_instance(playlist, infusion, (), NO_WISHES, ())
    return list(check_prompts(cues, playlist, infusion, instance, KNOWN))


def phase_of(playlist: Playlist, at: int) -> str:
    return playlist.phases[at].name


PLAIN = written()
FIRST, SECOND = phase_of(PLAIN, 0), phase_of(PLAIN, 1)


def test_a_prompt_stands_at_its_minute_or_so_long_into_its_phase_over_music_that_is_lowered() -> None:
    playlist = written(
        'file = "bell"\nat = { anchor = "start", seconds = 90 }\nlowers_db = -6',
        f'file = "breath"\nat = {{ phase = "{SECOND}", seconds = 30 }}',
    )
    found = on(playlist)
    assert not found.broken and not found.left_out
    by_name = {cue.prompt: cue for cue in found.cues}
    windows = {one.name: one for one in resolve(playlist, steady(playlist.infusion_min or Minutes(0)), NOTHING).windows}
    bell, breath = by_name["bell"], by_name["breath"]
    assert (bell.start_ms, bell.length_ms, bell.lowers_mdb, bell.track_id) == (90_000, 5_000, -6_000, "bell-id")
    assert breath.start_ms == 1000 * (windows[SECOND].from_s + 30) and breath.phase == SECOND
    window = windows[SECOND]
    legal_db = min(window.lufs - 12 + window.startle_max_lu - BREATH.loudest_lufs, -1 - 2.51 - BREATH.true_peak_dbtp)
    assert breath.gain_mdb / 1000 == pytest.approx(legal_db, abs=0.01)
    assert judged(playlist, found.cues) == []


def test_a_pause_delays_a_prompt_with_its_phase_and_one_after_the_end_follows_the_end() -> None:
    playlist = written(
        f'file = "breath"\nat = {{ phase = "{SECOND}", seconds = 10 }}',
        'file = "bell"\nat = { anchor = "end", seconds = 5 }',
    )
    whole = steady(playlist.infusion_min or Minutes(0))
    paused = Infusion(
        (
            Segment(Milliseconds(0), Milliseconds(60_000)),
            Segment(Milliseconds(180_000), Milliseconds(whole.end_ms + 120_000)),
        )
    )
    was, now = ({cue.prompt: cue for cue in on(playlist, infusion).cues} for infusion in (whole, paused))
    assert {name: now[name].start_ms - was[name].start_ms for name in was} == {"breath": 120_000, "bell": 120_000}
    assert judged(playlist, on(playlist, paused).cues, paused) == []


def test_what_has_no_place_is_said_with_its_minute() -> None:
    phase = resolve(PLAIN, steady(PLAIN.infusion_min or Minutes(0)), NOTHING).windows[1]
    playlist = written(
        f'file = "breath"\nat = {{ anchor = "start", seconds = {phase.from_s - 10} }}',
        'file = "bel"\nat = { anchor = "start", seconds = 1 }',
        f'file = "bell"\nname = "one"\nat = {{ phase = "{SECOND}", seconds = 20 }}',
        f'file = "bell"\nname = "two"\nat = {{ phase = "{SECOND}", seconds = 22 }}',
    )
    found = on(playlist)
    assert [cue.prompt for cue in found.cues] == ["one"]
    assert f"over the end of {FIRST}" in found.broken["breath"]
    assert "'bel'" in found.broken["bel"] and "Did you mean 'bell'?" in found.broken["bel"]
    assert "into one" in found.broken["two"]


FAULTS = {
    "louder": (lambda cue: replace(cue, gain_mdb=Millidecibels(cue.gain_mdb + 100)), "stands further|come above"),
    "later": (lambda cue: replace(cue, start_ms=Milliseconds(cue.start_ms + 1000)), "is not to begin then"),
    "into the next phase": (lambda cue: replace(cue, phase=FIRST), "does not lie in"),
    "another recording": (lambda cue: replace(cue, track_id="other"), "another recording by now"),
    "nobody's": (lambda cue: replace(cue, prompt="nobody"), "not one that the playlist names"),
    "barely lowered": (lambda cue: replace(cue, lowers_mdb=Millidecibels(-3000)), "otherwise than the playlist"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_check_names_what_is_wrong_with_a_prompt(fault: str) -> None:
    playlist = written(f'file = "breath"\nat = {{ phase = "{SECOND}", seconds = 10 }}')
    spoil, words = FAULTS[fault]
    broken = judged(playlist, tuple(spoil(cue) for cue in on(playlist).cues))
    assert any(part in line for line in broken for part in words.split("|")), broken


def test_a_prompt_that_is_missing_or_speaks_into_another_is_named() -> None:
    playlist = written(f'file = "breath"\nat = {{ phase = "{SECOND}", seconds = 10 }}')
    (cue,) = on(playlist).cues
    assert judged(playlist, ()) == ["The prompt breath of the playlist is missing; build it again."]
    assert any("while another sounds" in words for words in judged(playlist, (cue, cue)))


TROUBLES = [
    ('at = { phase = "nowhere", seconds = 1 }', "at", "no phase 'nowhere'"),
    ('at = { phase = "nowhere", anchor = "end", seconds = 1 }', "at", "either phase"),
    ("at = { seconds = 1 }", "at", "either phase"),
    ('at = { anchor = "start" }', "at", "minutes or seconds"),
    (f'at = {{ phase = "{FIRST}", seconds = -1 }}', "at", "before its phase"),
    ('at = { anchor = "start", seconds = 1 }\nlowers_db = -30', "lowers_db", "-18 to -3"),
    ('at = { anchor = "start", seconds = 1 }\nlouder = 1', "louder", "unknown"),
]


@pytest.mark.parametrize(("lines", "field", "words"), TROUBLES)
def test_what_makes_no_sense_is_placed(lines: str, field: str, words: str) -> None:
    with pytest.raises(BrokenFile) as broken:
        written(f'file = "bell"\n{lines}')
    assert field in str(broken.value) and words in str(broken.value)


def test_two_of_one_name_and_a_prompt_in_a_loop_are_refused() -> None:
    at = 'file = "bell"\nat = { anchor = "start", seconds = 1 }'
    with pytest.raises(BrokenFile, match="'bell' is used twice"):
        written(at, at)
    loop = (Path(__file__).parents[2] / "playlists" / "rescue-grounding.toml").read_text()
    with pytest.raises(BrokenFile, match="no prompt has a time"):
        parse(f"{loop}\n[[prompt]]\n{at}\n", Path("loop.toml"))


def test_a_prompt_is_left_out_with_its_phase_where_an_infusion_is_short() -> None:
    shipped = (Path(__file__).parents[2] / "playlists" / "montreal-40.toml").read_text()
    playlist = parse(
        f'{shipped}\n[[prompt]]\nfile = "bell"\nat = {{ phase = "peak", minutes = 1 }}\n', Path("montreal-40.toml")
    )
    found = on(playlist, steady(Minutes(25)))
    assert found.left_out == {"bell": "The prompt bell is left out with its phase, peak."}
    assert judged(playlist, (), steady(Minutes(25))) == []


@pytest.mark.parametrize(
    ("what", "value"), [("track", "bell-id"), ("artist", "Temple Room"), ("tag", "gong"), ("artist", "Nobody")]
)
def test_a_prompt_that_a_patient_refuses_is_in_no_plan(what: str, value: str) -> None:
    playlist = written('file = "bell"\nat = { anchor = "start", seconds = 90 }\nlowers_db = -6')
    infusion = steady(playlist.infusion_min or Minutes(0))
    named = TrackNames("bell-id", "voice/Temple Room - bell.wav", ("small gongs",), "Temple Room - bell", "", ())
    instance = own_instance(playlist, infusion, (), refusing([(what, value)]), ())
    said = " ".join(
        check_prompts(on(playlist).cues, playlist, infusion, instance, {"bell": replace(BELL, named=named)})
    )
    assert ("vetoed" in said) is (value != "Nobody")


def test_a_playlist_with_a_refused_prompt_gives_no_plan_and_says_which() -> None:
    playlist = written('file = "bell"\nat = { anchor = "start", seconds = 90 }\nlowers_db = -6')
    named = TrackNames("bell-id", "voice/bell.wav", (), "Bell", "Temple Room", ("Temple Room",))
    with pytest.raises(Refused, match="The prompt bell is refused by this patient; name another recording"):
        compose(
            playlist,
            steady(playlist.infusion_min or Minutes(0)),
            (),
            refusing([("artist", "temple room")]),
            library_digest="",
            prompts={"bell": replace(BELL, named=named)},
        )
