"""Corrections as commands have them: said with a reason, told as they now stand, taken back by `record undo`."""

import session_clinic
from command_line import CommandLine

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
