"""`review link` on bare files: R's figures to 1e-6, bad files by line and column, and the words that must stand."""

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import CommandLine

CASES = Path(__file__).parents[1] / "cases"
EXPECTED = json.loads((CASES / "linkage.json").read_text(encoding="utf-8"))
SESSIONS = (CASES / "linkage_sessions.csv").read_text(encoding="utf-8")
SCORES = (CASES / "linkage_scores.csv").read_text(encoding="utf-8")
LINK = ("review", "link", "--sessions", "sessions.csv", "--scores", "scores.csv", "--factor", "exposed")


@pytest.fixture
def files(bare: CommandLine) -> CommandLine:
    """The command line beside the published case's two files."""
    write()
    return bare


def write(sessions: str = SESSIONS, scores: str = SCORES, encoding: str = "utf-8") -> None:
    Path("sessions.csv").write_bytes(sessions.encode(encoding))
    Path("scores.csv").write_bytes(scores.encode(encoding))


def test_the_published_case_is_answered_with_rs_figures(files: CommandLine) -> None:
    told = files(*LINK, "--json")
    assert (told.code, told.err) == (0, "")
    assert (told.json["linked"], told.json["sessions"]) == (EXPECTED["linked"], EXPECTED["sessions"])
    assert sum(told.json["unlinked"].values()) == EXPECTED["sessions"] - EXPECTED["linked"]
    for part in ("g_estimate", "test_at_zero", "ancova_cr2", "fixed_effects_change_cr2"):
        assert told.json[part] == pytest.approx(EXPECTED[part], abs=1e-6), part
    assert told.json["gates"] == []


def test_the_words_that_must_stand_stand_and_nothing_is_advised(files: CommandLine) -> None:
    words = files(*LINK).out
    for said in (
        "Associations in this clinic's own records, not proof that a setting helps or harms.",
        "Settings were chosen by staff, not at random; how often by session number and by last score is shown.",
        "1 setting was examined; by chance alone about one in three such reviews",
        "Range of effects compatible with the data: −5.9 to +4.1 PCL-5 points.",
        "A clinic of 20 patients would miss a true 3-point difference about 4 times in 5.",
        "Do not change one patient's care from this page.",
        "With it, by session number: 1: 17/21",
    ):
        assert said in words
    assert not {"recommend", "better", "best", "should"} & set(words.casefold().split())
    assert files(*LINK, "--json").json["words"][-1] == "Do not change one patient's care from this page."


def test_how_complete_it_is_stands_before_any_figure(files: CommandLine) -> None:
    lines = SESSIONS.splitlines(True)
    cells = lines[1].rstrip("\n").split(",")
    write("".join([lines[0], ",".join([*cells[:-1], ""]) + "\n", *lines[2:]]))
    told = files(*LINK).out
    linked, sessions = EXPECTED["linked"], EXPECTED["sessions"]
    complete = told.index(
        f"How complete this is: {linked} of {sessions} sessions ({linked / sessions:.0%}) are linked."
    )
    assert complete < told.index("of which something used is not known: exposed ") < told.index("Range of effects")


def test_with_few_patients_words_stand_where_figures_would(files: CommandLine) -> None:
    few = ("patient", "P01", "P02", "P03", "P04", "P05")
    write(*("".join(line for line in text.splitlines(True) if line.startswith(few)) for text in (SESSIONS, SCORES)))
    told = files(*LINK)
    assert "Too little data to say: fewer than 10 patients had sessions with and without it;" in told.out
    assert "compatible with the data" not in told.out
    assert "p =" not in told.out
    assert "few patients" in files(*LINK, "--json").json["gates"]


def test_several_settings_keep_their_order_and_each_its_gate(files: CommandLine) -> None:
    head, *rows = SESSIONS.splitlines()
    rare = [f"{row},{'yes' if at % 40 == 0 else 'no'},{at * 7 % 5}" for at, row in enumerate(rows)]
    write("\n".join([f"{head},z_rare,a_minutes", *rare]))
    several = (*LINK[:-2], "--factor", "z_rare", "--factor", "exposed", "--factor", "a_minutes:amount")
    told = files(*several, "--json").json
    assert [each["factor"] for each in told["factors"]] == ["z_rare", "exposed", "a_minutes"]
    assert [bool(each["gates"]) for each in told["factors"]] == [True, False, False]
    assert told["factors"][1]["g_estimate"] == pytest.approx(EXPECTED["g_estimate"], abs=1e-6)
    assert all(each["q"] >= each["test_at_zero"]["p"] - 1e-12 for each in told["factors"])
    words = files(*several).out
    assert words.index("z_rare") < words.index("exposed") < words.index("a_minutes")
    assert "3 settings were examined; by chance alone about one in three such reviews shows something" in words


def test_every_estimate_can_be_adjusted_for_psychotherapy_and_says_whether_it_was(files: CommandLine) -> None:
    head, *rows = SESSIONS.splitlines()
    write("\n".join([f"{head},therapy", *(f"{row},{at * 7 % 4}" for at, row in enumerate(rows))]))
    plain, adjusted = files(*LINK, "--json").json, files(*LINK, "--adjust", "therapy:amount", "--json").json
    assert (plain["adjusted_for"], adjusted["adjusted_for"]) == ([], ["therapy"])
    assert plain["g_estimate"] == pytest.approx(EXPECTED["g_estimate"], abs=1e-6)
    assert adjusted["g_estimate"]["estimate"] != pytest.approx(plain["g_estimate"]["estimate"], abs=1e-3)
    assert "and the patient. Psychotherapy besides is in none of these figures." in files(*LINK).out
    assert "of an ordered one for each step" in files(*LINK).out
    assert "Where every linked session had some of it, the least counts as without it." in files(*LINK).out
    assert "and the patient; besides for therapy." in files(*LINK, "--adjust", "therapy:amount").out
    files.refused(*LINK, "--adjust", "exposed", code=2, says="'exposed' is no setting, or stands twice")
    files.refused(*LINK, "--adjust", "mood", says="there is no column 'mood'")


@pytest.mark.parametrize(
    ("sessions", "scores", "says"),
    [
        (("P01,1,3,1", "P01,1,3,maybe"), None, "sessions.csv, line 2: `exposed`: yes, no, 1, 0 or an empty cell"),
        (("P01,2,7,1", "P01,2,7"), None, "sessions.csv, line 3: 3 cells, 4 expected"),
        (("P01,2,7,1", "P01,2,soon,1"), None, "sessions.csv, line 3: `day`: a whole number of days expected"),
        (("P01,2,7,1", "P01,2,7.5,1"), None, "sessions.csv, line 3: `day`: a whole number of days expected"),
        (("P01,2,7,1", "P01,2,2026-01-07,1"), None, "sessions.csv, line 3: `day`"),
        (("P01,1,3,1", "P01,1,2026-W02-1,1"), None, "sessions.csv, line 2: `day`: a date as 2026-11-30 expected"),
        (("P01,2,7,1", "P01,0,7,1"), None, "sessions.csv, line 3: `session_no`: a whole number from 1 on"),
        (("P01,2,7,1", "P01,1,7,1"), None, "sessions.csv, line 3: `session_no` does not rise with the day"),
        (("P01,2,7,1", "P01,2,3,1"), None, "sessions.csv, line 3: two sessions of one patient on one day (see line 2)"),
        (("P01,2,7,1", " ,2,7,1"), None, "sessions.csv, line 3: `patient`: a code expected"),
        (("P01,2,7,1", '"P01,2,7,1'), None, "sessions.csv, line 145: not CSV"),
        (("exposed", "exposure"), None, "sessions.csv, line 1: there is no column 'exposed'. Did you mean 'exposure'?"),
        (("session_no", "exposed"), None, "sessions.csv, line 1: there is no column 'session_no'"),
        ((SESSIONS, ""), None, "sessions.csv, line 1: there is no column 'patient'"),
        ((SESSIONS[SESSIONS.index("P01") :], ""), None, "sessions.csv: there is no session in it"),
        (None, ("P01,5,38", "P01,5,81"), "scores.csv, line 3: `pcl5`: a whole number from 0 to 80 expected"),
        (None, ("P01,5,38", "P01,5,-1"), "scores.csv, line 3: `pcl5`"),
        (None, ("P01,5,38", "P01,5,38.5"), "scores.csv, line 3: `pcl5`"),
        (None, ("P01,5,38", "P01,0,38"), "scores.csv, line 3: two scores of one patient on one day (see line 2)"),
        (None, ("pcl5", "total"), "scores.csv, line 1: there is no column 'pcl5'"),
        (None, ("patient,day,pcl5", "patient,day,pcl5,day"), "scores.csv, line 1: the column 'day' stands twice"),
    ],
)
def test_a_bad_file_is_refused_with_its_line_and_column(
    sessions: tuple[str, str] | None, scores: tuple[str, str] | None, says: str, files: CommandLine
) -> None:
    write(SESSIONS.replace(*sessions, 1) if sessions else SESSIONS, SCORES.replace(*scores, 1) if scores else SCORES)
    files.refused(*LINK, "--json", says=says)


def test_week_and_month_are_not_mixed(files: CommandLine) -> None:
    head, *rows = SCORES.splitlines()
    write(scores="\n".join([f"{head},recall", *(f"{row},{'month' if row.endswith('50') else 'week'}" for row in rows)]))
    files.refused(*LINK, says="scores.csv: `recall` has more than one value")


def test_missing_files_and_wrong_arguments_are_told_apart(files: CommandLine) -> None:
    files.refused(
        "review", "link", "--sessions", "no.csv", "--scores", "scores.csv", "--factor", "a", says="no.csv does not"
    )
    files.refused("review", "link", "--sessions", ".", "--scores", "scores.csv", "--factor", "a", says="cannot be read")
    files.refused(*LINK[:4], "--factor", "exposed", code=2, says="--scores")
    files.refused("review", "link", "--factor", "lighting", "--adjust", "therapy", code=2, says="--scores")
    files.refused(*LINK, "--each", code=2, says="no `--each`")
    files.refused(*LINK[:-2], code=2, says="--factor")
    files.refused(*LINK, "--factor", "exposed", code=2, says="stands twice")
    files.refused(*LINK[:-1], "day", code=2, says="no setting")


def test_whole_numbers_that_a_program_wrote_with_a_point_are_whole(files: CommandLine) -> None:
    plain = files(*LINK, "--json").json
    pointed = [
        "\n".join([head, *(f"{row}.0" for row in rows)]) for head, *rows in map(str.splitlines, (SESSIONS, SCORES))
    ]
    write(*pointed)
    assert files(*LINK, "--json").json == plain


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_spreadsheets_of_other_countries_are_read_and_said(ends: str, files: CommandLine) -> None:
    """Semicolons, Latin-1, decimal commas, words of yes and no, quotes, blank lines and a byte order mark."""
    plain = files(*LINK, "--json").json
    head, *rows = SESSIONS.replace("P01", "Pé1").replace(",", ";").splitlines()
    told_apart = {"1": "Yes", "0": "no"}
    said = [f"{row[:-1]}{told_apart[row[-1]]};{row[-1]},5" for row in rows]
    write(ends.join([f"{head};level", *said, ""]), SCORES.replace("P01", "Pé1").replace("\n", ends), encoding="latin-1")
    told = files(*LINK, "--json")
    assert "sessions.csv is not UTF-8; it is read as Latin-1." in told.err
    assert told.json["g_estimate"] == pytest.approx(plain["g_estimate"], abs=1e-9)
    amount = files(*LINK[:-2], "--factor", "level:amount", "--json").json
    assert amount["g_estimate"] == pytest.approx(plain["g_estimate"], abs=1e-9)
    write("﻿" + SESSIONS.replace("P01,1,", '"P01",1,').replace("P02,1", "\nP02,1"), SCORES.replace(",", "\t"))
    assert files(*LINK, "--json").json == plain


def test_what_is_unknown_is_counted_and_what_belongs_to_nobody_is_said(files: CommandLine) -> None:
    write(SESSIONS.replace("P02,1,3,1", "P02,1,3,"), SCORES.replace("P01,5,38", "P01,5,") + "Q99,1,40\n")
    told = files(*LINK, "--json")
    assert "1 row of the scores has no score." in told.err
    assert "1 patient has scores and no session." in told.err
    assert told.json["diagnostics"]["sessions_unknown"] > 0
    assert told.json["linked"] < EXPECTED["linked"]


def test_a_score_of_the_day_itself_counts_as_before_and_is_said(files: CommandLine) -> None:
    write(scores=SCORES.replace("P01,5,38", "P01,7,38"))
    assert "1 linked sessions have their score of the same day; it counts as before the session." in files(*LINK).err


@pytest.mark.parametrize("kept", [1, 2, 7])
def test_one_patient_or_one_session_is_too_little_and_no_fault(kept: int, files: CommandLine) -> None:
    write("".join(SESSIONS.splitlines(True)[: kept + 1]))
    told = files(*LINK, "--json")
    assert told.code == 0
    assert "few patients" in told.json["gates"]
    document: dict[str, Any] = told.json["g_estimate"]
    assert document["ci_low"] is None or document["ci_low"] < document["ci_high"]
    assert "Too little data to say" in files(*LINK).out


def test_more_rows_than_are_read_at_once_are_all_read(files: CommandLine) -> None:
    many = "".join(f"X{at:05d},1,3,1\n" for at in range(45_000))
    write(SESSIONS + many)
    told = files(*LINK, "--json").json
    assert told["sessions"] == EXPECTED["sessions"] + 45_000
    assert told["unlinked"]["no pre-score"] == 45_000
    assert told["g_estimate"] == pytest.approx(EXPECTED["g_estimate"], abs=1e-6)
    write(SESSIONS + many + "X1,1,3,often\n")
    files.refused(*LINK, says=f"sessions.csv, line {len(SESSIONS.splitlines()) + 45_001}: `exposed`")


SIMULATE = (
    "review",
    "simulate",
    "--scenario",
    "severity",
    "--patients",
    "20",
    "--sets",
    "40",
    "--seed",
    "3",
    "--effect",
)


def test_a_simulation_says_its_one_share_and_the_same_twice(bare: CommandLine) -> None:
    none, some = bare(*SIMULATE, "0", "--json"), bare(*SIMULATE, "-3", "--json")
    assert set(none.json) == {"false_positive", "sets"}
    assert set(some.json) == {"coverage", "sets"}
    assert none.json["false_positive"] <= 0.15
    assert some.json["coverage"] >= 0.85
    assert none.json == bare(*SIMULATE, "0", "--json").json
    assert "40 sets of 20 patients, setting chosen by the last score, no effect: found in" in bare(*SIMULATE, "0").out
    assert "true -3: within the interval in" in bare(*SIMULATE, "-3").out


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (("--scenario", "moon"), "'moon'"),
        (("--patients", "0"), "--patients"),
        (("--sets", "0"), "--sets"),
        (("--seed", "-1"), "--seed"),
        (("--effect", "nan"), "--effect"),
        (("--effect", "81"), "--effect 81: from -80 to 80"),
        (("--effect", "much"), "'much' is not a number"),
    ],
)
def test_a_simulation_that_cannot_be_is_refused(changed: tuple[str, str], says: str, bare: CommandLine) -> None:
    given = [*SIMULATE, "0"]
    given[given.index(changed[0]) + 1] = changed[1]
    bare.refused(*given, "--json", code=2, says=says)
