"""What is wrong in itself exits 2 with a sentence, whatever the folder holds."""

import shlex
from pathlib import Path

import click
import pytest
from command_line import ITEMS, CommandLine

from setsetting.cli import app
from setsetting.cli.once import Once
from setsetting.clinical.infusion import LONGEST_MIN, SHORTEST_MIN

LOOSEN = ("soundscape", "build", "--playlist", "short", "--minutes", "5", "--loosen")
NINETEEN = ITEMS.split()[:19]


@pytest.mark.parametrize("minutes", ["0", "500", "-40", "4.99", "180.01"])
@pytest.mark.parametrize(
    "before",
    [
        ("phases",),
        ("soundscape", "build", "--playlist", "short"),
        ("session", "add", "--patient", "K-0417", "--started", "2025-01-01T10:00"),
    ],
)
def test_an_infusion_lasts_5_to_180_minutes(run: CommandLine, before: tuple[str, ...], minutes: str) -> None:
    assert not SHORTEST_MIN <= float(minutes) <= LONGEST_MIN
    run.refused(*before, "--minutes", minutes, code=2, says="An infusion lasts 5 to 180 minutes")


@pytest.mark.parametrize(
    "text", ["abc", "", "4O", "40 min", "nan", "inf", "4e1", "+40", "4_0", "\u0664\u0660", "1,000"]
)
def test_a_length_that_is_no_number_is_named(run: CommandLine, text: str) -> None:
    answer = run.refused("phases", "--minutes", text, code=2, says="is not a number")
    assert len(answer.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "Give either --minutes M or one --segment"),
        ("--minutes 40 --segment 0:40:1", "Give either --minutes M or one --segment"),
        ("--segment 0:20:1 --segment 10:40:1", "overlap"),
        ("--segment 20:10:1", "must end after it begins"),
        ("--segment -5:20:1", "cannot begin before the infusion's start"),
        ("--segment 0:40:-1", "rate"),
        ("--segment 0:40:nan", "FROM:TO:RATE expected"),
        ("--segment 0:nan:1", "FROM:TO:RATE expected"),
        ("--segment 0:40:0", "nothing would be infused"),
        ("--segment 0:40", "FROM:TO:RATE expected"),
        ("--segment 0:40:1:1", "FROM:TO:RATE expected"),
        ("--minutes 40 --pause 20:10", "must end after it begins"),
        ("--minutes 40 --pause 5:15 --pause 10:20", "overlap"),
        ("--minutes 40 --pause nan:20", "FROM:TO expected"),
        ("--minutes 40 --pause 10", "FROM:TO expected"),
        ("--minutes 40 --stop nan", "is not a number"),
        ("--minutes 40 --stop 0", "A stop is a minute after the start"),
        ("--minutes 40 --dose 3", "No such option"),
        ("--minute 40", "Did you mean '--minutes'?"),
        ("--minutes 40 60", "unexpected extra argument"),
    ],
)
def test_an_infusion_that_cannot_be_is_said(bare: CommandLine, words: str, says: str) -> None:
    bare.refused("phases", *words.split(), code=2, says=says)


@pytest.mark.parametrize(
    ("items", "says"),
    [
        (NINETEEN, "A PCL-5 has 20 items; 19 were given."),
        ([*NINETEEN, "1", "1"], "A PCL-5 has 20 items; 21 were given."),
        ([], "A PCL-5 has 20 items; 0 were given."),
        ([*NINETEEN, "5"], "Item 20 is '5': above 4"),
        (["-1", *NINETEEN], "Item 1 is '-1': below 0"),
        ([*NINETEEN, "-1"], "Item 20 is '-1': below 0"),
        ([*NINETEEN, "x"], "Item 20 is 'x': not a number"),
        ([*NINETEEN, "1.5"], "not a whole number"),
        ([*NINETEEN, "\x1b[31m"], "not a number"),
        (["1", "2", "3", "4", "5"] * 4, "looks like the 1 to 5 coding"),
    ],
)
def test_items_that_are_none_are_named(run: CommandLine, items: list[str], says: str) -> None:
    run.refused("pcl5", "score", *items, code=2, says=says)
    entry = ("pcl5", "add", "--patient", "K-0417", "--recall", "week", "--taken", "2025-01-02")
    run.refused(*entry, stdin=" ".join(items), code=2, says=says)
    assert run("pcl5", "list", "--patient", "K-0417", "--json").json == []


@pytest.mark.parametrize("separator", ["\t", ",", ";", " ", "\n", "\r\n"])
def test_a_gap_in_a_form_with_a_status_beside_it_is_stored_as_nothing(run: CommandLine, separator: str) -> None:
    entry = ("pcl5", "add", "--patient", "K-0417", "--recall", "week", "--taken", "2025-01-02")
    sheet = separator.join(["3", "", *["3", "1"] * 9, "2"])
    run.refused(*entry, stdin=sheet, code=2, says="Item 2 is empty")
    assert run("pcl5", "list", "--patient", "K-0417", "--json").json == []
    kept = run(*entry, "--json", stdin="\N{BOM}" + separator.join(["d", "-", *"313131313131313131"]) + "\r\n").json
    assert (kept["answered"], kept["total"], kept["items"][:3]) == (18, None, ["d", "-", 3])


def test_every_item_below_zero_is_an_item(bare: CommandLine) -> None:
    for item in ("-1", "--1", "-12", "-x"):
        said = bare.refused("pcl5", "score", item, *ITEMS.split()[1:], code=2, says=f"Item 1 is '{item}'")
        assert "option" not in said.err


def test_an_option_among_the_items_is_no_item(bare: CommandLine) -> None:
    bare.refused(
        "pcl5", "score", *ITEMS.split(), "--jsn", code=2, says="No such option '--jsn'. Did you mean '--json'?"
    )


@pytest.mark.parametrize(
    "taken",
    ["yesterday", "", "nan", "2025-13-01", "2025-02-30", "2025-01-03T25:00", "03.01.2025", "0001-01-01", "99999-01-01",
     "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "2025-W10-1", "20250103", "20250103T1030", "2025-003",
     "2025-01-03T24:00", "2025-01-03T10", "2025-01-03x10:30", "\u0662\u0660\u0662\u0665-01-03"],
)  # fmt: skip
def test_a_time_that_is_none_is_said(run: CommandLine, taken: str) -> None:
    form = ("pcl5", "add", "--patient", "K-0417", "--recall", "week", "--taken", taken)
    run.refused(*form, stdin=ITEMS, code=2, says="is no date or time")
    session = ("session", "add", "--patient", "K-0417", "--minutes", "40", "--started", taken)
    run.refused(*session, code=2, says="is no date or time")


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("startle=14", "Did you mean 'startle_max_lu'?"),
        ("artist_max_per_sesion=6", "Did you mean 'artist_max_per_session'?"),
        ("veto_track=allow", "never loosened"),
        ("heard_before=allow", "never loosened"),
        ("startle_max_lu", "expected RULE=VALUE"),
        ("startle_max_lu=", "expected a number"),
        ("startle_max_lu=nan", "expected a number"),
        ("startle_max_lu=-3", "expected a number"),
        ("artist_max_per_session=1.5", "expected a whole number"),
        ("flex_s=99999", "expected a whole number"),
        ("lyrics_unknown=refuse", "expected lyrics_unknown=allow"),
        ("beds=yes", "expected beds=allow"),
        ("=3", "There is no rule"),
    ],
)
def test_only_what_may_be_loosened_is_loosened(run: CommandLine, rule: str, says: str) -> None:
    run.refused(*LOOSEN, rule, code=2, says=says)


@pytest.mark.parametrize(
    "stretch", ["5", "5:3", "3:3", "nan:3", "0:nan", "-inf:inf", "x:3", ":", "", "200:300", "0:1e-9"]
)
def test_a_stretch_to_render_lies_in_the_soundscape(run: CommandLine, planned: Path, stretch: str) -> None:
    answer = run("soundscape", "render", planned, "-o", "out.flac", f"--minutes={stretch}")
    assert (answer.code, answer.out) == (2, "")
    assert "--minutes" in answer.err
    assert not Path("out.flac").exists()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (["energy=3.3"], "in steps of 0.5"),
        (["energy=0"], "a number from 1 to 10"),
        (["energy=nan"], "a number from 1 to 10"),
        (["enrgy=3"], "Did you mean 'energy'?"),
        (["energy"], "FIELD=VALUE expected"),
        (["path=/x"], "no field 'path'"),
        (["lyrics=some"], "one of none, wordless"),
        (["bpm=90", "beatless=yes"], "contradict"),
        (["brightness=2"], "a number from 0 to 1"),
        (["title=\x1b"], "text that can be shown"),
    ],
)
def test_a_field_of_a_track_takes_what_it_can_hold(run: CommandLine, fields: list[str], says: str) -> None:
    track_id = run("library", "list", "--json").json[0]["track_id"]
    before = run("library", "show", track_id, "--json").out
    run.refused("library", "set", track_id, *fields, code=2, says=says)
    assert run("library", "show", track_id, "--json").out == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("patient add 'Jane Doe'", "is no patient code"),
        ("patient add ''", "is no patient code"),
        ("patient veto K-0417", "Give one of --track ID, --artist NAME or --tag NAME."),
        ("patient veto K-0417 --tag a --artist b", "Give one of"),
        ("patient veto K-0417 --tag \x1b", "no name that can be shown"),
        ("patiant list", "Did you mean 'patient'?"),
        ("patient lst", "Did you mean 'list'?"),
        ("patient list --jsom", "Did you mean '--json'?"),
        ("soundscape build --playlist short --minutes 5 --seed -1", "--seed"),
        ("soundscape build --minutes 5", "Missing option '--playlist'"),
        ("library scan ''", "the name is empty"),
        ("library scan", "Missing argument 'FOLDER...'"),
        ("library tag 01 calm", "+NAME or -NAME expected"),
        ("session act resuce", "Did you mean 'rescue'?"),
        ("session act volume 3", "from -60 to 0"),
        ("session mark note --note words", "reads it from standard input"),
        ("session add --patient K-0417 --started 2025-01-01 --minutes 40", "when the infusion began is needed too"),
        ("soundscape render x.json -o x.mp3", ".flac or .wav"),
    ],
)
def test_other_wrong_arguments(run: CommandLine, planned: Path, words: str, says: str) -> None:
    spelled = [str(planned) if word == "x.json" else word for word in shlex.split(words)]
    answer = run.refused(*spelled, code=2, says=says)
    assert len(answer.err.splitlines()) == 1


def commands() -> list[tuple[str, ...]]:
    """Every noun, and every noun with its verb."""
    ctx = click.Context(app.root)
    found: list[tuple[str, ...]] = []
    for noun in app.NOUNS:
        command = app.root.get_command(ctx, noun)
        verbs = command.list_commands(ctx) if isinstance(command, click.Group) else []
        found += [(noun,), *((noun, verb) for verb in verbs)]
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_has_help_and_an_example(bare: CommandLine, words: tuple[str, ...]) -> None:
    answer = bare(*words, "--help")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(f"Usage: setsetting {' '.join(words)}")
    is_group = "Commands:" in answer.out
    assert is_group or words[-1] == "list" or f"For example:\n    setsetting {' '.join(words)}" in answer.out
    assert is_group or "--json" in answer.out


@pytest.mark.parametrize(
    "words",
    [
        ("patient", "veto", "K-0417", "--artist", "Mira Dost", "--artist", "Ben Oz"),
        ("session", "start", "--patient", "K-0417", "--patient", "K-0418"),
        ("phases", "--minutes", "40", "--minutes", "30"),
        ("--clinic", "b", "patient", "list"),
    ],
)
def test_of_two_values_of_one_option_none_is_dropped(run: CommandLine, words: tuple[str, ...]) -> None:
    run.refused(*words, code=2, says="was given 2 times; give it once")


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_takes_an_option_once(words: tuple[str, ...]) -> None:
    ctx = click.Context(app.root)
    command: click.Command | None = app.root.get_command(ctx, words[0])
    if isinstance(command, click.Group) and len(words) == 2:
        command = command.get_command(ctx, words[1])
    assert isinstance(command, Once)


def test_a_refused_name_of_which_nothing_can_be_seen_is_none(run: CommandLine) -> None:
    run.refused("patient", "veto", "K-0417", "--artist", "\u200b", code=2, says="has no name that can be shown")


def test_no_option_takes_a_name_or_a_score() -> None:
    """Codes, files and names of music stand in arguments; what a patient is, said or scored does not."""
    ctx = click.Context(app.root)
    texts = set()
    for words in commands():
        command: click.Command | None = app.root.get_command(ctx, words[0])
        if isinstance(command, click.Group) and len(words) == 2:
            command = command.get_command(ctx, words[1])
        assert command is not None
        texts |= {
            (*words, param.opts[0])
            for param in command.params
            if isinstance(param, click.Option) and param.metavar == "TEXT"
        }
    assert {option for *_words, option in texts} == {"--reason"}, "why it is corrected, and nothing else"
