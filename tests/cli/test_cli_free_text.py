"""Reasons and notes at every door of the command line: one rule, one line in a table, the clinic's own words around."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import session_clinic
from command_line import ITEMS, CommandLine

CODE = session_clinic.CODE
TOO_LONG = "x" * 4001


def paper(run: CommandLine, started: str = "2026-01-05T10:00", *more: str) -> str:
    added = run("session", "add", "--patient", CODE, "--started", started, "--minutes", "40", "--json", *more)
    session_id: str = added.json["session_id"]
    return session_id


def doors(form: str, session: str) -> Iterator[tuple[str, ...]]:
    """Every command that takes a reason."""
    yield "pcl5", "correct", form, "--recall", "month"
    yield "pcl5", "withdraw", form
    yield "session", "correct", session, "--minutes", "41"
    yield "session", "move", session, "--patient", "K-2"
    yield "session", "void", session
    yield "patient", "unveto", CODE, "--tag", "choir"
    yield "patient", "merge", "K-2", CODE
    yield "patient", "withdraw", "K-2"
    yield "record", "undo", "--event", session
    yield "record", "erase", "--event", session


@pytest.mark.parametrize("wrong", [TOO_LONG, "a\x1b[2J", "a\x07b"])
def test_no_reason_is_endless_or_holds_control_signs(run: CommandLine, wrong: str) -> None:
    run("patient", "add", "K-2")
    run("patient", "veto", CODE, "--tag", "choir")
    form = run("pcl5", "add", "--patient", CODE, "--recall", "week", "--taken", "2026-01-04", stdin=ITEMS).out.strip()
    session = paper(run)
    before = len(run("record", "events", "--json").json)
    for door in doors(form, session):
        run.refused(*door, "--reason", wrong, code=2, says="The reason ")
    assert len(run("record", "events", "--json").json) == before


@pytest.mark.parametrize("wrong", [TOO_LONG, "a\x1b[2J"])
def test_no_note_is_endless_or_holds_control_signs(run: CommandLine, wrong: str) -> None:
    run.refused("session", "mark", "note", "--note", "-", code=2, says="The note ", stdin=wrong)
    session = ("session", "add", "--patient", CODE, "--started", "2026-01-05T10:00", "--minutes", "40")
    toml = 'note = "' + wrong.replace("\x1b", "\\u001b") + '"'
    run.refused(*session, "--setting", "-", says="line 1: The note ", stdin=toml)
    Path("walk.txt").write_text(f"1 mark note {wrong}\n", encoding="utf-8")
    plan = run("soundscape", "build", "--playlist", "short", "--minutes", "5").out.strip()
    start = ("session", "start", "--soundscape", plan, "--patient", CODE, "--output", "fast", "--script", "walk.txt")
    run.refused(*start, says="line 1: The note ")
    assert run("session", "list", "--json").json == []


def test_a_reason_and_a_note_of_several_lines_break_no_row(run: CommandLine) -> None:
    session = paper(run, "2026-01-05T10:00", "--setting", "-")
    run("session", "void", session, "--reason", "one\n\n  two")
    told = run("session", "add", "--patient", CODE, "--started", "2026-01-12T10:00", "--minutes", "40", "--json",
               "--setting", "-", stdin='note = """the door\nat 22"""').json  # fmt: skip
    assert "corrected: one two" in run("patient", "show", CODE).out
    assert "note: the door at 22" in run("session", "show", told["session_id"]).out
    assert "note: the door" not in run("session", "list").out
    assert run("session", "list", "--json").json[1]["notes"][0]["text"] == "the door\nat 22"
    assert "  the door at 22" in run("review", "patient", CODE).out.replace("     ", "  ")


def test_times_of_a_refusal_are_the_clinics_own(run: CommandLine, clinic: Path) -> None:
    settings = clinic / "clinic.toml"
    told = settings.read_text(encoding="utf-8")
    settings.write_text(
        "\n".join('time_zone = "America/New_York"' if line.startswith("time_zone") else line for line in told.splitlines()),
        encoding="utf-8",
    )  # fmt: skip
    paper(run)
    add = ("session", "add", "--patient", CODE, "--minutes", "40", "--started")
    run.refused(*add, "2026-01-05T10:20", says="session that began at 2026-01-05 10:00.")
    run.refused(*add, "2026-01-05T10:00", says="has a session that began at 2026-01-05 10:00 already.")


def test_a_code_is_told_as_it_is_kept(run: CommandLine) -> None:
    plan = run("soundscape", "build", "--playlist", "short", "--minutes", "5", "--patient", "k0417").out.strip()
    run.refused("session", "start", "--patient", "k0417", says=f"the next visit of {CODE}")
    accepted = run("soundscape", "accept", plan, "--patient", "k-0417")
    assert f"visit of {CODE}: " in accepted.err
    run.refused("patient", "merge", "k0417", "k-0417", "--reason", "r", says=f"one patient already, {CODE}.")


def test_a_new_clinic_is_told_to_set_its_time_zone_before_its_first_form(run: CommandLine, tmp_path: Path) -> None:
    assert "change it before the first form" in run("init", tmp_path / "new").err
    assert "a time that is typed is one of this zone" in (tmp_path / "new" / "clinic.toml").read_text(encoding="utf-8")
