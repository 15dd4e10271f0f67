"""What is said with a patient before and after an infusion, as commands have it: words from standard input, nothing made up."""

import session_clinic
from command_line import CommandLine

CODE = session_clinic.CODE
AGREED = 'touch = "hand only"\nstop = "left hand"\n'


def test_what_was_agreed_stands_until_it_is_agreed_anew_and_nobody_asked_is_not_no(run: CommandLine) -> None:
    nothing = run("visit", "show", CODE, "--json").json
    assert nothing["agreements"] == {"touch": None, "voice": None, "stop": None}
    assert (nothing["line"], nothing["told"]) == ("touch: not asked, stop: not asked", [])
    assert run("visit", "agree", CODE, "--json", stdin=AGREED).json["line"] == "touch: hand only, stop: left hand"
    run("visit", "agree", CODE, stdin=AGREED)
    agreed = run("visit", "agree", CODE, "--json", stdin='voice = "few words"\ntouch = "-"').json
    assert agreed["line"] == "touch: not asked, stop: left hand, voice: few words"
    assert len(agreed["told"]) == 2, "the same again is nothing new"
    said = run("visit", "show", CODE).out
    assert "Stop signal: left hand" in said
    assert "before that" in said
    assert "touch: hand only, stop: left hand" in said


def test_what_was_not_agreed_so_is_taken_back_and_what_was_agreed_before_stands_again(run: CommandLine) -> None:
    run("visit", "agree", CODE, stdin=AGREED)
    event = run("visit", "agree", CODE, "--json", stdin='touch = "shoulder"').json["told"][-1]["event_id"]
    run.refused("record", "erase", "--event", event, "--reason", "her wish", says="setsetting visit withdraw")
    done = run("visit", "withdraw", event[:12], "--reason", "another patient's", "--json").json
    assert run("visit", "show", CODE, "--json").json["line"] == "touch: hand only, stop: left hand"
    run.refused("visit", "withdraw", event, "--reason", "twice", says="withdrawn already")
    run("record", "undo", "--event", done["event_id"], "--reason", "it was hers")
    assert run("visit", "show", CODE, "--json").json["line"] == "touch: shoulder, stop: left hand"
    run("visit", "withdraw", event, "--reason", "another patient's")
    run("record", "erase", "--event", event, "--reason", "her wish")
    assert run("record", "verify", "--json").json["ok"]
    assert run("visit", "show", CODE, "--json").json["line"] == "touch: hand only, stop: left hand"


def test_what_is_no_agreement_is_refused_by_line_and_field(run: CommandLine) -> None:
    run.refused("visit", "agree", CODE, stdin='touch = "a"\ntuoch = "b"', says="line 2")
    run.refused("visit", "agree", CODE, stdin=f'touch = "a"\nstop = "{"x" * 81}"', says="80 fit")
    run.refused("visit", "agree", "K-0418", stdin=AGREED, says="Did you mean 'K-0417'?")
    veto = run("record", "events", "--patient", CODE, "--json").json[0]["event_id"]
    run.refused("visit", "withdraw", veto, "--reason", "no", says="no statement")


def test_touch_is_marked_as_it_was_offered_and_answered(run: CommandLine) -> None:
    run.refused("session", "mark", "touch-offerd", code=2, says="touch-offered")
