"""Scripts: what a session is told to do, checked line by line before anything starts."""

from pathlib import Path

import pytest

from setsetting.errors import BrokenFile
from setsetting.session.script import ScriptLine, read

START_MS = -10 * 60_000


def script(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "walk.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_lines_are_acts_and_marks_in_order_of_time(tmp_path: Path) -> None:
    path = script(
        tmp_path, "# a walk\n0 infusion-start\n\n12.5 volume -6\n-5 note the blanket\n9 mark onset\n20 voice\n"
    )
    assert read(path, START_MS) == (
        ScriptLine(5, -5 * 60_000, "note", "the blanket", is_mark=True),
        ScriptLine(2, 0, "infusion-start", None, is_mark=False),
        ScriptLine(6, 9 * 60_000, "onset", None, is_mark=True),
        ScriptLine(4, 750_000, "volume", "-6", is_mark=False),
        ScriptLine(7, 20 * 60_000, "voice", None, is_mark=True),
    )


@pytest.mark.parametrize("step", ["infusion-start", "infusion-pause", "infusion-stop"])
def test_a_step_that_was_undone_may_be_done_again(tmp_path: Path, step: str) -> None:
    begun = "" if step == "infusion-start" else "0 infusion-start\n"
    lines = read(script(tmp_path, f"{begun}3 {step}\n5 undo\n8 {step}\n"), START_MS)
    assert [line.name for line in lines][-3:] == [step, "undo", step]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0 infusion-strat", r"line 1: There is no act called 'infusion-strat'. Did you mean 'infusion-start'"),
        ("0 duck\n3 volume 6", r"line 2: volume takes decibels"),
        ("soon duck", r"line 1: 'soon' is no minute"),
        ("nan duck", r"line 1: 'nan' is no minute"),
        ("5", r"line 1: MINUTE ACT"),
        ("-11 duck", r"line 1: the soundscape begins at .10:00"),
        ("3 mark onsett", r"line 1: There is no mark called 'onsett'. Did you mean 'onset'"),
        ("3 infusion-stop", r"line 1: infusion-stop: The infusion has not started"),
        ("1 infusion-start\n2 infusion-start", r"line 2: infusion-start: The infusion has already started"),
        ("3 duck 5", r"line 1: duck takes no argument"),
    ],
)
def test_a_wrong_line_is_named_with_its_file(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BrokenFile, match=r"walk\.txt, " + says):
        read(script(tmp_path, text), START_MS)
