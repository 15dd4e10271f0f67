"""Playlist files: the shipped ones are the published protocols, and every trouble is placed."""

from pathlib import Path

import msgspec
import pytest
from planning_cases import PLAYLISTS, case, shipped

from setsetting.clinical.infusion import steady
from setsetting.errors import BrokenFile
from setsetting.soundscape.build_instance import build_instance
from setsetting.soundscape.instance import PhaseWindow
from setsetting.soundscape.loosening import NOTHING
from setsetting.soundscape.playlist import PlaylistPhase, parse
from setsetting.soundscape.windows import resolve
from setsetting.soundscape.wishes import NO_WISHES

TIMED = {
    "montreal-40": "01-montreal-40-lib200",
    "psychedelic-60": "06-psychedelic-60-lib1000",
    "first-gentle": "03-first-gentle-lib200",
    "silence-forward": "04-silence-forward-lib60",
}


@pytest.mark.parametrize(("name", "known"), TIMED.items())
def test_a_shipped_playlist_at_its_own_length_is_the_published_protocol(name: str, known: str) -> None:
    playlist = shipped(name)
    assert playlist.infusion_min is not None
    timing = resolve(playlist, steady(playlist.infusion_min), NOTHING)
    posed = build_instance(playlist, timing, (), NO_WISHES, NOTHING)
    assert posed.protocol == case(known).protocol
    assert posed.weights == case(known).weights
    assert timing.words == ()


NUMBERS = [field.name for field in msgspec.structs.fields(PlaylistPhase) if isinstance(field.default, int | float)]


@pytest.mark.parametrize("name", [name for name in NUMBERS if name != "bed_allowed"])
def test_every_number_of_a_phase_has_a_range(name: str) -> None:
    whole = (PLAYLISTS / "montreal-40.toml").read_text()
    lines = [line for line in whole.split("[[phase]]")[1].splitlines() if not line.startswith(f"{name} ")]
    with pytest.raises(BrokenFile) as broken:
        parse(whole.split("[[phase]]")[0] + "\n".join(["[[phase]]", *lines, f"{name} = 1000000000"]), Path("it.toml"))
    assert name in str(broken.value), f"{name} has no range in _RANGES of setsetting/soundscape/playlist.py"


def test_everything_written_of_a_phase_reaches_its_window() -> None:
    written, window = set(PlaylistPhase.__struct_fields__), set(PhaseWindow.__struct_fields__)
    instead = {"at", "minutes_max", "fills", "lyrics"}
    assert written - window == instead, "a window has its second and `lyrics_allowed` instead"


def test_every_shipped_playlist_has_evidence_and_marks_its_own_proposals() -> None:
    files = sorted(PLAYLISTS.glob("*.toml"))
    assert {path.stem for path in files} == {*TIMED, "rescue-grounding"}
    for path in files:
        playlist = parse(path.read_text(), path)
        assert playlist.name == path.stem
        assert any("Proposal of this project" in line for line in playlist.evidence)


def test_the_rescue_is_a_loop_timed_to_no_infusion() -> None:
    rescue = shipped("rescue-grounding")
    assert rescue.loop
    assert rescue.infusion_min is None


def test_a_digest_follows_the_text() -> None:
    text = (PLAYLISTS / "montreal-40.toml").read_text()
    assert (
        parse(text, Path("a")).digest == parse(text, Path("b")).digest != parse(text + "\n# note\n", Path("a")).digest
    )


BROKEN = [
    ('name = "peak"', 'nam = "peak"', "nam", "Did you mean 'name'?"),
    ("minutes = 20 }", "minutes = 5 }", "at", "begins before"),
    ("minutes = 20 }", "minutes = 13 }", "at", "reaches over"),
    ("minutes = 20 }", "minutes = nan }", "at", "no time of a session"),
    ("minutes = 20 }", "minutes = 20, seconds = 1200 }", "at", "either minutes or seconds"),
    ("minutes = 20 }", "minutes = 1e300 }", "at", "no time of a session"),
    ('anchor = "start", minutes = 20', 'anchor = "middle", minutes = 20', "anchor", "Invalid enum value"),
    ("energy_max = 7.5", "energy_max = 11", "energy_max", "expected 1 to 10"),
    ("energy_max = 7.5", "energy_max = nan", "energy_max", "expected 1 to 10"),
    ("energy_max = 7.5", "energy_max = 4", "energy_min", "is above energy_max"),
    ("energy_max = 7.5", "energy_max = 5.5", "energy_from", "outside energy_min to energy_max"),
    ("crossfade_s = 20", "crossfade_s = -1", "crossfade_s", "expected 0 to 90 seconds"),
    ("crossfade_s = 20", 'crossfade_s = "20"', "crossfade_s", "Expected `int`"),
    ("brightness_max = 0.75", "brightness_max = 1.5", "brightness_max", "expected 0 to 1"),
    ("infusion_min = 40", "infusion_min = 500", "infusion_min", "5 to 180"),
    ("infusion_min = 40", "infusion_min = nan", "infusion_min", "5 to 180"),
    ("infusion_min = 40", "loop = true", "phase", "exactly one phase"),
    ("version = 1", "version = 0", "version", "1 or more"),
    ("format = 1", "format = 2", "format", "reads format 1"),
    ('kind = "spare"', 'kind = "music"', "kind", "the last phase, and only the last, is spare"),
    ('name = "build"', 'name = "peak"', "name", "used twice"),
    ("spare_s = 600", "spare_s = -600", "spare_s", "0 to 7200"),
    ("spare_s = 600", "spare_s = 600\nweights.per_item = -1", "per_item", "0 to 1000"),
    ("spare_s = 600", "spare_s = 600\nweights.per_item = nan", "per_item", "0 to 1000"),
    ('lyrics_unknown = "refuse"', 'lyrics_unknown = "maybe"', "lyrics_unknown", "Invalid enum value"),
    ("spare_s = 600", "spare_s = " + "[" * 200 + "]" * 200, "", "nested"),
    ("spare_s = 600", "spare_s = ", "", "not valid TOML"),
]


@pytest.mark.parametrize(("old", "new", "field", "expected"), [one for one in BROKEN if one[3]])
def test_a_trouble_names_the_file_the_line_the_field_and_what_was_expected(
    old: str, new: str, field: str, expected: str
) -> None:
    text = (PLAYLISTS / "montreal-40.toml").read_text()
    assert old in text
    changed = text.replace(old, new, 1)
    with pytest.raises(BrokenFile) as broken:
        parse(changed, Path("own/montreal-40.toml"))
    said = str(broken.value)
    assert said.startswith("own/montreal-40.toml")
    assert expected in said
    assert field in said
    if field:
        line = int(said.split("line ", 1)[1].split(":", 1)[0])
        assert 1 <= line <= len(changed.splitlines())


def test_a_phase_anchored_to_the_start_after_one_anchored_to_the_end_is_refused() -> None:
    text = (PLAYLISTS / "montreal-40.toml").read_text()
    changed = text.replace('anchor = "start", minutes = 20', 'anchor = "end", minutes = -20', 1).replace(
        'anchor = "end", minutes = -5', 'anchor = "start", minutes = 35', 1
    )
    with pytest.raises(BrokenFile, match="anchored to the start after"):
        parse(changed, Path("x"))


def test_many_phases_are_refused_in_a_sentence() -> None:
    text = (PLAYLISTS / "montreal-40.toml").read_text() + '\n[[phase]]\nname = "x"\n' * 200
    with pytest.raises(BrokenFile, match="expected 1 to 60"):
        parse(text, Path("x"))
