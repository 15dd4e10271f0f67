"""Corrections as commands have them: said with a reason, told as they now stand, taken back by `record undo`."""

from pathlib import Path

import session_clinic
from command_line import ITEMS, CommandLine

CODE = session_clinic.CODE


def paper(run: CommandLine, started: str = "2026-01-05T10:00", code: str = CODE) -> str:
    added = run("session", "add", "--patient", code, "--started", started, "--minutes", "40", "--json")
    session_id: str = added.json["session_id"]
    return session_id


def test_a_session_is_voided_and_the_void_taken_back(run: CommandLine) -> None:
    session_id = paper(run)
    voided = run("session", "void", session_id[:8], "--reason", "it was a trial", "--json").json
    assert (voided["void"], voided["visit_no"], voided["patient"]) == (True, None, CODE)
    assert [each["reason"] for each in voided["corrections"]] == ["it was a trial"]
    assert "void" in run("session", "list").out
    assert "corrected: it was a trial" in run("patient", "show", CODE).out
    assert voided["event_id"] in {each["event_id"] for each in run("record", "events", "--json").json}
    run.refused("session", "void", session_id, "--reason", "again", says="void already")
    undone = run("record", "undo", "--event", voided["event_id"], "--reason", "it was none", "--json").json
    assert undone["event_id"] == voided["event_id"]
    assert run("session", "list", "--json").json[0]["visit_no"] == 1
    again = run("session", "void", session_id, "--reason", "it was a trial")
    assert "record undo --event" in again.err
    assert run("record", "verify", "--json").json["ok"]


def test_a_session_is_moved_to_the_right_patient(run: CommandLine) -> None:
    run("patient", "add", "K-0418")
    moved = run("session", "move", paper(run), "--patient", "k0418", "--reason", "the wrong one", "--json").json
    assert (moved["patient"], moved["visit_no"]) == ("K-0418", 1)
    assert run("patient", "show", CODE, "--json").json["sessions"] == []
    assert moved["event_id"] in {
        event["event_id"] for event in run("record", "events", "--patient", CODE, "--json").json
    }


def test_two_codes_of_one_person_are_merged_and_one_is_withdrawn(run: CommandLine) -> None:
    run("patient", "add", "K-0471")
    run("patient", "veto", "K-0471", "--tag", "choir")
    run.refused("patient", "add", "k-0471", says="K-0471 is there already")
    merged = run("patient", "merge", "K-0471", CODE, "--reason", "mistyped", "--json").json
    assert (merged["code"], [veto["value"] for veto in merged["vetoes"]]) == (CODE, ["choir"])
    shown = run("patient", "show", "k0471")
    assert shown.err.count("K-0471 was merged into K-0417.") == 1 and "mistyped" in shown.out
    assert "record undo" in run("patient", "withdraw", CODE, "--reason", "a slip").err
    assert run("patient", "list", "--json").json == []
    assert run("session", "list", "--json").json == []
    run.refused("session", "add", "--patient", CODE, "--started", "2026-01-05T10:00", "--minutes", "40",
                says="was withdrawn")  # fmt: skip
    assert run("patient", "show", CODE, "--json").json["withdrawn"]["reason"] == "a slip"


def test_a_code_like_a_name_with_a_birth_date_is_taken_with_a_warning(run: CommandLine) -> None:
    added = run("patient", "add", "ANNA1984")
    assert (added.code, added.out.strip()) == (0, "ANNA1984")
    assert "birth date" in added.err


def test_a_form_is_shown_corrected_and_withdrawn(run: CommandLine) -> None:
    form = run("pcl5", "add", "--patient", CODE, "--recall", "week", "--taken", "2026-01-05", "--json",
               stdin="1 " * 20).json  # fmt: skip
    shown = run("pcl5", "show", form["id"][:8], "--json").json
    assert (shown["items"], shown["patient"], shown["withdrawn"]) == ([1] * 20, CODE, None)
    moved = run("pcl5", "correct", form["id"][:8], "--taken", "2026-01-06T10:30", "--recall", "month", "--reason",
                "the wrong day", "--json").json  # fmt: skip
    assert (moved["recall"], moved["items"], moved["corrections"]) == ("month", [1] * 20, 1)
    run.refused("pcl5", "correct", form["id"], "--reason", "nothing", code=2, says="Nothing to correct")
    again = run("pcl5", "correct", form["id"], "--taken", "2026-01-07", "--reason", "the day before")
    event_id = run("pcl5", "show", form["id"], "--json").json["event_id"]
    assert f"{CODE}: Kept" in again.err
    assert f"record undo --event {event_id}" in again.err
    gone = run("pcl5", "withdraw", form["id"], "--reason", "another's")
    assert "record undo" in gone.err
    assert "withdrawn: another's" in run("pcl5", "show", form["id"]).out
    assert run("pcl5", "list", "--patient", CODE, "--json").json == []


def test_a_form_shows_why_when_and_by_whom_it_was_corrected_and_what_it_said(run: CommandLine) -> None:
    run("patient", "add", "K-0471")
    form = run("pcl5", "add", "--patient", "K-0471", "--recall", "month", "--taken", "2026-01-05",
               stdin="1 " * 20).out.strip()  # fmt: skip
    run("pcl5", "correct", form, "--patient", CODE, "--recall", "week", "--reason", "the wrong\npatient")
    run("pcl5", "correct", form, "--reason", "item 7 was misread", stdin="1 1 1 1 1 1 4" + " 1" * 13)
    run("pcl5", "withdraw", form, "--reason", "another's")
    shown = run("pcl5", "show", form, "--json").json
    assert [(each["reason"], each["withdrew"]) for each in shown["changes"]] == [
        ("the wrong patient", False), ("item 7 was misread", False), ("another's", True)
    ]  # fmt: skip
    first, second, _gone = shown["changes"]
    assert (first["before"]["patient"], first["before"]["recall"]) == ("K-0471", "month")
    assert (second["before"]["items"][6], shown["items"][6]) == (1, 4)
    assert shown["event_id"] == shown["changes"][-1]["event_id"]
    told = run("pcl5", "show", form).out
    who = f"by {first['actor'][:8]})"
    assert (
        "corrected: the wrong patient (20" in told
        and f"{who} was: another patient's, past month" in told
        and "K-0471" not in told
    )
    assert "corrected: item 7 was misread" in told and f"{who} was: item 7: 1" in told
    assert "withdrawn: another's (20" in told


def test_a_mark_and_a_minute_are_corrected_by_their_ids(run: CommandLine) -> None:
    plan = run("soundscape", "build", "--playlist", "short", "--minutes", "5", "--patient", CODE).out.strip()
    Path("walk.txt").write_text("0 infusion-start\n1 mark onset\n2 infusion-stop\n", encoding="utf-8")
    start = ("session", "start", "--soundscape", plan, "--patient", CODE, "--output", "fast", "--script", "walk.txt")
    session_id = run(*start, "--json").json["session_id"]
    told = [
        each for each in run("record", "events", "--json").json if each["kind"] in {"session.acted", "session.marked"}
    ]
    stop, mark = told[-1]["event_id"], next(each["event_id"] for each in told if each["kind"] == "session.marked")
    done = run("session", "correct", session_id, stop, "--minute", "4", "--reason", "late", "--json").json
    assert (done["actual_min"], done["marks"]) == (4, 1)
    assert run("session", "correct", session_id, mark, "--withdraw", "--reason", "a slip", "--json").json["marks"] == 0
    run("record", "undo", "--event", done["event_id"], "--reason", "it was right")
    assert run("session", "list", "--json").json[0]["actual_min"] == 2
    for wrong in (("--minute", "4", "--withdraw"), ()):
        run.refused("session", "correct", session_id, stop, *wrong, "--reason", "r", code=2, says="Give one of")
    run.refused("session", "correct", session_id, "--withdraw", "--reason", "r", code=2, says="Which mark or act")
    run.refused("session", "correct", session_id, stop, "--minute", "nan", "--reason", "r", code=2, says="--minute")


def test_a_session_from_paper_is_told_again(run: CommandLine) -> None:
    wrong = paper(run)
    done = run("session", "correct", wrong, "--started", "2026-01-05T15:00", "--reason", "the hour", "--json").json
    assert done["started"].startswith("2026-01-05T")
    assert paper(run) != wrong
    assert [each["visit_no"] for each in run("session", "list", "--json").json] == [1, 2]


def test_a_page_of_a_session_told_again_ends_when_it_ended(run: CommandLine) -> None:
    session_id = paper(run, "2026-01-06T10:00")
    again = ("--started", "2026-01-05T10:00", "--minutes", "50", "--reason", "the day")
    assert run("session", "correct", session_id, *again).code == 0
    shown = run("session", "show", session_id)
    assert "   50  10:50  — the infusion ended, by the paper" in shown.out


def test_a_withdrawn_form_is_listed_when_asked_for_and_says_how_it_comes_back(run: CommandLine) -> None:
    add = ("pcl5", "add", "--patient", CODE, "--recall", "week", "--taken")
    form = run(*add, "2026-01-05", stdin="1 " * 20).out.strip()
    run.refused(*add, "2026-01-05T10:00", says=f"pcl5 correct {form}`", stdin="1 " * 20)
    run("pcl5", "withdraw", form, "--reason", "twice")
    assert run("pcl5", "list", "--patient", CODE, "--json").json == []
    (listed,) = run("pcl5", "list", "--patient", CODE, "--withdrawn", "--json").json
    assert "withdrawn" in run("pcl5", "list", "--patient", CODE, "--withdrawn").out
    for again in (("pcl5", "withdraw", form), ("pcl5", "correct", form, "--recall", "month")):
        run.refused(*again, "--reason", "r", says=f"record undo --event {listed['event_id']} --reason")


def test_a_setting_that_was_heard_is_named_so(run: CommandLine) -> None:
    add = ("session", "add", "--patient", CODE, "--started", "2026-01-05T10:00", "--minutes", "40", "--setting", "-")
    run.refused(*add, says="standard input, line 1: lighting", stdin='lighting = "blue"')


def test_what_was_said_at_a_mark_is_heard_from_standard_input_and_never_an_argument(run: CommandLine) -> None:
    tonight = run("soundscape", "build", "--playlist", "short", "--minutes", "5", "--patient", CODE).out.strip()
    Path("walk.txt").write_text("-0.6 mark voice\n-0.4 fade-out 1\n", encoding="utf-8")
    start = ("session", "start", "--soundscape", tonight, "--patient", CODE, "--output", "fast", "--count")
    session_id = run(*start, "--script", "walk.txt", "--json").json["session_id"]
    (mark,) = run("session", "show", session_id, "--json").json["marks"]
    worded = run("session", "words", session_id, mark["id"][:8], "--json", stdin="the water is warm\n").json
    assert worded == {"session_id": session_id, "mark_id": mark["id"], "worded": True}
    (note,) = run("session", "show", session_id, "--json").json["notes"]
    assert note["text"] == "the water is warm"
    run.refused("session", "words", session_id, "none", stdin="x", says="no mark or act of the infusion")


def test_a_query_on_a_form_is_shown_until_it_is_answered_and_each_is_taken_back(run: CommandLine) -> None:
    form = run("pcl5", "add", "--patient", CODE, "--recall", "week", "--taken", "2026-01-05", "--json", stdin=ITEMS)
    form_id = form.json["id"]
    asked = run("pcl5", "query", form_id[:8], "--reason", "two crosses at 9", "--json").json
    assert [(each["question"], each["answer"]) for each in asked["queries"]] == [("two crosses at 9", None)]
    assert "query: two crosses at 9" in run("pcl5", "list", "--patient", CODE).out
    assert "two crosses at 9" in run("pcl5", "show", form_id).out
    review = run("review", "patient", CODE).out
    assert "1 open query" in review and "two crosses" not in review
    run.refused("pcl5", "query", form_id, "--reason", "Two crosses at 9", says="open already")
    second = run("pcl5", "query", form_id, "--reason", "whose hand is it?", "--json").json["queries"][1]["event_id"]
    run.refused("pcl5", "answer", form_id, "--reason", "it is 3", says="2 questions on form")
    answered = run("pcl5", "answer", form_id, "--query", second[:8], "--reason", "hers", "--json").json
    assert [each["answer"] and each["answer"]["words"] for each in answered["queries"]] == [None, "hers"]
    run.refused("pcl5", "answer", form_id, "--query", second, "--reason", "his", says="is answered")
    told = answered["queries"][1]["answer"]["event_id"]
    run.refused("record", "erase", "--event", told, "--reason", "a name in it", says="Take it back first")
    for event_id in (told, asked["queries"][0]["event_id"]):
        assert run("record", "undo", "--event", event_id, "--reason", "a slip").code == 0
    left = run("pcl5", "show", form_id, "--json").json
    assert [(each["question"], each["answer"]) for each in left["queries"]] == [("whose hand is it?", None)]
    assert (left["total"], left["corrections"]) == (41, 0)
    assert run("record", "verify", "--json").json["ok"]


def test_a_form_that_is_withdrawn_or_has_no_query_is_asked_nothing(run: CommandLine) -> None:
    form = run("pcl5", "add", "--patient", CODE, "--recall", "week", "--taken", "2026-01-05", "--json", stdin=ITEMS)
    form_id = form.json["id"]
    run.refused("pcl5", "answer", form_id, "--reason", "yes", says="No question on form")
    run.refused("pcl5", "query", form_id, "--reason", " ", code=2, says="needs a reason")
    run("pcl5", "withdraw", form_id, "--reason", "a copy")
    run.refused("pcl5", "query", form_id, "--reason", "whose?", says="was withdrawn")


def test_a_form_keyed_twice_says_where_both_differ_until_it_is_settled(run: CommandLine) -> None:
    form = run("pcl5", "add", "--patient", CODE, "--recall", "week", "--taken", "2026-01-05", "--json", stdin=ITEMS)
    form_id = form.json["id"]
    run.refused("pcl5", "uphold", form_id, "--reason", "x", says="was not keyed twice")
    other = "2 3 4 " + ITEMS[6:-1] + "d"
    told = run("pcl5", "second", form_id[:8], stdin=other)
    assert "item 3: 1, the second time 4; item 20: 3, the second time declined" in told.err
    shown = run("pcl5", "show", form_id, "--json").json
    assert (shown["total"], shown["corrections"], shown["second"]["upheld"]) == (41, 0, None)
    assert shown["second"]["differing"] == [
        {"item": 3, "first": 1, "second": 4},
        {"item": 20, "first": 3, "second": "d"},
    ]
    assert "keyed twice, differing in 3, 20" in run("pcl5", "list", "--patient", CODE).out
    run("pcl5", "correct", form_id, "--reason", "misread", stdin="2 3 4 " + ITEMS[6:])
    assert "keyed twice, differing in 20" in run("pcl5", "show", form_id).out
    upheld = run("pcl5", "uphold", form_id, "--reason", "the sheet says 3")
    assert "the first stands: the sheet says 3" in run("pcl5", "show", form_id).out
    run.refused("pcl5", "uphold", form_id, "--reason", "again", says="Nothing of form")
    event_id = upheld.err.partition("--event ")[2].split()[0]
    run("record", "undo", "--event", event_id, "--reason", "a slip")
    assert run("pcl5", "show", form_id, "--json").json["second"]["upheld"] is None
    assert "keyed twice, equal" in run("pcl5", "second", form_id, stdin="2 3 4 " + ITEMS[6:]).err
    run.refused("pcl5", "second", form_id, code=2, stdin="2 3", says="20 items")
    assert "keyed twice, equal" in run("review", "patient", CODE, "--json").out
    assert run("record", "verify", "--json").json["ok"]


def test_what_was_let_stand_is_compared_anew_after_a_correction(run: CommandLine) -> None:
    form = run("pcl5", "add", "--patient", CODE, "--recall", "week", "--taken", "2026-01-05", "--json", stdin=ITEMS)
    form_id = form.json["id"]
    run("pcl5", "second", form_id, stdin="3" + ITEMS[1:])
    run("pcl5", "uphold", form_id, "--reason", "the sheet says 2")
    run("pcl5", "correct", form_id, "--reason", "it says 4", stdin="4" + ITEMS[1:])
    assert run("pcl5", "show", form_id, "--json").json["second"]["upheld"] is None


def test_a_form_for_paper_is_written_where_it_is_said(run: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "form.html"
    assert run("pcl5", "print", "--patient", CODE, "--recall", "week", "-o", out, "--json").json == {"path": str(out)}
    run.refused("pcl5", "print", "--patient", CODE, "-o", out, says="exists already")


def test_a_screen_is_handed_over_on_a_terminal_only(run: CommandLine) -> None:
    run.refused("pcl5", "self", "--patient", CODE, says="on a terminal only")
