"""Totals of other scales: those the clinic names, as they are noted, with nothing of what they mean."""

from pathlib import Path

import pytest
import session_clinic
from command_line import CommandLine

from setsetting.clinical.scales import OtherScale, scale

CODE = session_clinic.CODE


@pytest.fixture
def noting(clinic: Path) -> None:
    with (clinic / "clinic.toml").open("a", encoding="utf-8") as file:
        file.write('\n[scales]\nMEQ30 = ""\n"Talks since" = "0:60"\n')


def add(name: str, *more: str, taken: str = "2026-01-05") -> tuple[str, ...]:
    return ("scale", "add", "--patient", CODE, "--scale", name, "--taken", taken, *more)


@pytest.mark.usefixtures("noting")
def test_a_total_is_noted_listed_shown_and_taken_back(run: CommandLine) -> None:
    noted = run(*add("meq30", "--json"), stdin="96").json
    assert (noted["scale"], noted["total"], noted["lowest"], noted["highest"]) == ("MEQ30", 96, 0, 150)
    run(*add("Talks since", taken="2026-01-06T10:00"), stdin="2")
    listed = run("scale", "list", "--patient", CODE, "--json").json
    assert [(each["scale"], each["total"], each["dated_only"]) for each in listed] == [
        ("MEQ30", 96, True),
        ("Talks since", 2, False),
    ]
    review = run("review", "patient", CODE).out
    assert "2026-01-05: MEQ30 96 (0 to 150)" in review and "nothing is said of what they mean" in review
    taken_back = run("scale", "withdraw", noted["event_id"][:8], "--reason", "of another", "--json").json
    assert len(run("scale", "list", "--patient", CODE, "--json").json) == 1
    run("record", "undo", "--event", taken_back["event_id"], "--reason", "a slip")
    assert len(run("scale", "list", "--patient", CODE, "--json").json) == 2
    run.refused("record", "erase", "--event", noted["event_id"], "--reason", "a slip", says="Withdraw it first")
    assert run("record", "verify", "--json").json["ok"]


@pytest.mark.usefixtures("noting")
def test_totals_withdrawn_and_those_of_who_was_withdrawn_can_still_be_read(run: CommandLine) -> None:
    noted = run(*add("MEQ30", "--json"), stdin="96").json
    run(*add("Talks since"), stdin="2")
    run("scale", "withdraw", noted["event_id"], "--reason", "of another")
    run(
        "session",
        "add",
        "--patient",
        CODE,
        "--started",
        "2026-05-01T10:00",
        "--minutes",
        "40",
        "--setting",
        "-",
        stdin="",
    )
    run("patient", "withdraw", CODE, "--reason", "asked for it")
    for noun in ("scale", "pcl5"):
        run.refused(noun, "list", "--patient", CODE, says="`--withdrawn` lists what there is all the same")
    (gone,) = run("patient", "list", "--withdrawn", "--json").json
    assert (run("patient", "list", "--json").json, gone["withdrawn"]["reason"]) == ([], "asked for it")
    (held,) = run("session", "list", "--withdrawn", "--json").json
    assert (run("session", "list", "--json").json, held["patient_withdrawn"]) == ([], "asked for it")
    listed = run("scale", "list", "--patient", CODE, "--withdrawn", "--json").json
    assert {each["scale"]: each["withdrawn"] for each in listed} == {"MEQ30": True, "Talks since": False}


@pytest.mark.usefixtures("noting")
def test_the_report_has_the_totals(run: CommandLine, tmp_path: Path) -> None:
    run(*add("MEQ30"), stdin="96")
    run("report", "patient", CODE, "-o", tmp_path / "r.html")
    assert "MEQ30 96 (0 to 150)" in (tmp_path / "r.html").read_text()


@pytest.mark.usefixtures("noting")
def test_what_cannot_be_a_total_is_refused_with_a_sentence(run: CommandLine) -> None:
    run.refused(*add("MEQ30"), stdin="151", code=2, says="0 to 150")
    run.refused(*add("MEQ30"), stdin="-1", code=2, says="0 to 150")
    run.refused(*add("MEQ30"), stdin="3.5", code=2, says="0 to 150")
    run.refused(*add("CADSS"), stdin="3", says="scale")
    run.refused(*add("MEQ30", taken="2999-01-01"), stdin="3", says="lies in the future")
    run(*add("MEQ30"), stdin="96")
    run.refused(*add("MEQ30"), stdin="97", says="has a total of MEQ30 of that time")
    first = run("record", "events", "--json").json[0]["event_id"]
    run.refused("scale", "withdraw", first, "--reason", "x", says="is no total of a scale")


def test_a_clinic_that_names_no_scale_notes_none(run: CommandLine) -> None:
    run.refused(*add("MEQ30"), stdin="3", says="clinic.toml names no scale")


@pytest.mark.parametrize(
    "line", ['CADSS = ""', 'CADSS = "92"', 'CADSS = "9:3"', 'CADSS = "0:4000"', '"a/b" = "0:9"', 'A = "0:1"\na = "0:2"']
)
def test_a_scale_without_a_range_is_refused_by_its_line(run: CommandLine, clinic: Path, line: str) -> None:
    with (clinic / "clinic.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[scales]\n{line}\n")
    run.refused("scale", "list", "--patient", CODE, says="clinic.toml, line")


def test_only_a_range_that_was_found_is_known() -> None:
    assert scale("MEQ30", "") == OtherScale("MEQ30", 0, 150)
    assert scale("CADSS", "") is None
    assert scale("CADSS", "0:92") == OtherScale("CADSS", 0, 92)
