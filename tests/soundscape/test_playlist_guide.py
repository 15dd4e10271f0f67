"""The page about writing playlist files says what the program does."""

import tomllib
from pathlib import Path

import msgspec

from setsetting.soundscape.instance import Weights
from setsetting.soundscape.loosening import loosen_words
from setsetting.soundscape.playlist import PlaylistPhase, parse
from setsetting.soundscape.rules import LOOSENABLE

GUIDE = (Path(__file__).parents[2] / "docs" / "playlists.md").read_text()


def test_the_examples_of_the_guide_are_a_playlist() -> None:
    blocks = [block.split("```", 1)[0] for block in GUIDE.split("```toml\n")[1:]]
    spare = '\n[[phase]]\nname = "spare"\nkind = "spare"\nat = { anchor = "end", minutes = 15 }\n'
    playlist = parse("\n".join(blocks) + spare, Path("montreal-40.toml"))
    assert [phase.name for phase in playlist.phases] == ["peak", "spare"]
    assert tomllib.loads(blocks[1])["phase"][0]["at"]["minutes"] == 20


def test_the_guide_names_every_field_weight_and_rule() -> None:
    names = {*PlaylistPhase.__struct_fields__, *Weights.__struct_fields__, *LOOSENABLE}
    assert {name for name in names if name not in GUIDE} == set(), "docs/playlists.md does not name these"


def test_the_loosenings_of_the_guide_are_taken() -> None:
    words = [word.strip("`,. \n") for word in GUIDE.split("never tightens: ")[1].split(" Vetoes")[0].split(",")]
    told = {name for name, _value in loosen_words(words).written}
    assert told == set(LOOSENABLE), "docs/playlists.md says under 'Loosening for one night' what can be loosened"


def test_the_defaults_of_the_guide_are_the_program_s() -> None:
    defaults = {field.name: field.default for field in msgspec.structs.fields(PlaylistPhase)}
    for row in GUIDE.splitlines():
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        names = cells[0].split(", ")
        if (
            len(cells) == 3
            and cells[1] != "default"
            and all(name in defaults for name in names)
            and "[" not in cells[1]
        ):
            for name, value in zip(names, cells[1].split(", "), strict=True):
                assert str(defaults[name]).lower().removesuffix(".0") == value.strip('"')
