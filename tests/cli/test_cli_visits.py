"""What is said with a patient before and after an infusion, as commands have it: words from standard input, nothing made up."""

from datetime import datetime
from pathlib import Path

import pytest
import session_clinic
from command_line import CommandLine

from setsetting.desk import clinic as clinics
from setsetting.desk import wishes
from setsetting.record import rows

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


def test_what_is_brought_to_an_infusion_is_of_that_session_and_nobody_asked_is_never_0(run: CommandLine) -> None:
    said = run("visit", "before", CODE, "--json", stdin="expectancy = 7\nsleep = 0").json["mindset"]
    assert said["ratings"] == {"expectancy": 7, "anxiety": None, "sleep": 0}
    now = run("visit", "before", CODE, "--json", stdin='anxiety = 3\nsleep = "not asked"').json["mindset"]
    assert now["ratings"] == {"expectancy": 7, "anxiety": 3, "sleep": None}
    run.refused("visit", "before", CODE, stdin="sleep = 11", says="0 to 10")
    past = run("session", "add", "--patient", CODE, "--started", "2025-01-01T10:00", "--minutes", "40", "--json").json
    assert run("session", "show", past["session_id"], "--json").json["mindset"] is None, "said on another day"
    run("visit", "before", CODE, "--session", past["session_id"], stdin="anxiety = 8")
    shown = run("session", "show", past["session_id"], "--json").json["mindset"]
    assert shown == {"expectancy": None, "anxiety": 8, "sleep": None}
    assert "expectancy not asked, anxiety 8, sleep not asked" in run("review", "patient", CODE).out


def test_a_goal_is_scored_in_the_patient_s_own_words_and_an_intention_is_in_no_document(run: CommandLine) -> None:
    run.refused("visit", "score", CODE, stdin="4", says="No goal was set")
    assert run("visit", "intend", CODE, stdin="to let the heron go").out.endswith("to let the heron go\n")
    run("visit", "goal", CODE, stdin="sit with my back to a door")
    run("visit", "score", CODE, "--taken", "2025-01-01", stdin="4")
    shown = run("visit", "score", CODE, "--taken", "2025-01-01", "--json", stdin="5").json
    assert [each["score"] for each in shown["scores"]] == [5], "said anew that day"
    assert "2025-01-01: 5 of 10, sit with my back to a door" in run("review", "patient", CODE).out
    for words in (("visit", "show", CODE), ("visit", "intention", CODE, "--json"), ("review", "patient", CODE)):
        assert "heron" not in run(*words).out
    out = Path("report.html")
    run("report", "patient", CODE, "-o", out)
    assert "heron" not in out.read_text()
    assert "back to a door" in out.read_text()


def infusion(run: CommandLine, day: str, setting: str = "") -> None:
    run("session", "add", "--patient", CODE, "--started", f"{day}T10:00", "--minutes", "40", "--setting", "-",
        stdin=setting)  # fmt: skip


def test_a_course_tells_what_was_planned_held_and_otherwise_and_copes_with_who_left_it(run: CommandLine) -> None:
    assert run("course", "show", CODE, "--json").json["visits"] == []
    run("course", "hold", CODE, "preparation", "--at", "2025-01-01", "--minutes", "60")
    run("course", "plan", CODE, "infusion", "--at", "2025-01-03T10:00")
    run("course", "plan", CODE, "infusion", "--at", "2025-01-10T10:00")
    infusion(run, "2025-01-03", 'lighting = "dim"\nvoice = "silent"')
    infusion(run, "2025-01-07", 'lighting = "dark"')
    view = run("course", "hold", CODE, "integration", "--at", "2025-01-08", "--json",
               stdin='stays = "the heron"\npsychotherapy = true').json  # fmt: skip
    told = [(each["kind"], each["state"], each["days_since"]) for each in view["visits"]]
    assert told == [
        ("preparation", "held", None),
        ("infusion", "held", 2),
        ("infusion", "held", 4),
        ("integration", "held", 1),
        ("infusion", "not held", 2),
    ]
    assert view["visits"][2]["changes"] == [{"what": "light", "before": "dim", "now": "dark"}]
    assert view["visits"][3]["words"] == {"stays": "the heron", "hard": None, "step": None}
    assert view["visits"][3]["psychotherapy"] == "yes"
    assert "left before its end" in run("course", "end", CODE, "--left", "--on", "2025-01-12").out
    ended = run("course", "show", CODE, "--json").json["ended"]
    assert (ended["finished"], ended["reason"]) == (False, None)
    assert "no reason known" in run("course", "show", CODE).out
    again = run.refused("course", "end", CODE, "--finished", says="was said already")
    assert ended["event_id"] in again.err
    run("visit", "withdraw", ended["event_id"], "--reason", "came again")
    run("visit", "withdraw", view["visits"][4]["event_id"], "--reason", "was put off")
    again = run("course", "show", CODE, "--json").json
    assert (again["ended"], again["infusions"], len(again["visits"])) == (None, 2, 4)


def test_a_visit_is_said_anew_and_what_is_none_is_refused(run: CommandLine) -> None:
    held = run("course", "hold", CODE, "integration", "--at", "2025-01-08", "--json", stdin='hard = "the start"').json
    visit = held["visits"][0]["visit_id"]
    anew = run("course", "hold", CODE, "integration", "--at", "2025-01-09", "--minutes", "50", "--visit", visit[:8],
               "--json", stdin="").json["visits"]  # fmt: skip
    assert [(each["minutes"], each["words"]["hard"]) for each in anew] == [(50, "the start")]
    run("course", "hold", CODE, "preparation", "--at", "2025-01-02T10:00")
    run.refused("course", "hold", CODE, "preparation", "--at", "2025-01-02T10:00", says="is kept already")
    run.refused("course", "hold", CODE, "infusion", "--at", "2025-01-08", code=2, says="no kind of visit")
    run.refused("course", "hold", CODE, "preparation", "--at", "2999-01-08", says="future")
    run.refused("course", "plan", CODE, "infuson", "--at", "2025-01-08", code=2, says="infusion")


def test_today_tells_who_comes_for_which_visit_and_what_was_otherwise_last_time(run: CommandLine) -> None:
    run("patient", "add", "K-0418")
    infusion(run, "2025-01-03")
    run("visit", "agree", CODE, stdin=AGREED)
    now = datetime.now().astimezone().date().isoformat()
    run("course", "plan", CODE, "integration", "--at", now)
    first, second = run("today", "--json").json
    assert (first["patient"], first["visit"], first["comes_today"]) == (CODE, "integration", True)
    assert (second["visit"], second["number"], second["last"]) == ("infusion", 1, None)
    assert f"{CODE} · integration · today" in run("today").out
    told = run("today", CODE)
    assert "last time: nothing is noted as different" in told.out
    assert "agreed: touch: hand only, stop: left hand" in told.out
    run("course", "end", CODE, "--left", "--reason", "moved away")
    *_others, last = run("today", "--json").json
    assert (last["patient"], last["ended"], last["due"]) == (CODE, {"finished": False, "reason": "moved away"}, [])
    run.refused("today", "K-0427", says="K-041")


def test_a_wish_for_what_is_refused_is_said_at_once_and_a_refusal_of_what_was_wished_for(
    run: CommandLine,
) -> None:
    one, other = (track["track_id"] for track in run("library", "list", "--json").json[:2])
    run("library", "tag", one, "+bells")
    run("library", "tag", other, "+bells")
    run("patient", "veto", CODE, "--track", one)
    refused = f"{CODE} refuses this: the refusal holds"
    assert refused in run("visit", "prefer", CODE, "familiar", "--track", one).err
    assert f"{CODE} refuses 1 of the 2 tracks" in run("visit", "prefer", CODE, "like", "--tag", "bells").err
    assert "No track in the library has it now. Did you mean 'bells'?" in (
        run("visit", "prefer", CODE, "rather-not", "--tag", "bels").err
    )
    assert "refuses" not in run("visit", "prefer", CODE, "rather-not", "--tag", "bells").err
    assert "refuses" not in run("visit", "prefer", CODE, "familiar", "--track", other).err
    said = run("patient", "veto", CODE, "--tag", "bells").err
    assert "It was wished for before (Likes: tag bells); the refusal holds." in said
    assert said.count("It was wished for before (Familiar: track ") == 2
    assert refused in run("visit", "prefer", CODE, "like", "--tag", "bells").err


def test_a_preference_is_heeded_where_it_can_be_and_a_familiar_track_may_come_again(
    run: CommandLine, clinic: Path
) -> None:
    track = run("library", "list", "--json").json[0]["track_id"]
    run("visit", "prefer", CODE, "familiar", "--none")
    run("visit", "prefer", CODE, "familiar", "--track", track[:12])
    run("visit", "prefer", CODE, "rather-not", "--tag", "choir")
    told = run("visit", "prefer", CODE, "rather-not", "--tag", "choir", "--json").json["preferences"]
    assert [(each["wish"], each["what"], each["value"]) for each in told] == [
        ("familiar", "", ""),
        ("familiar", "track", track),
        ("rather-not", "tag", "choir"),
    ]
    desk = clinics.open_clinic(clinic)
    with desk.record() as record:
        wished = wishes.wishes_of(desk, record, rows.patient(record, CODE).patient_id)
    assert (wished.anchor_tracks, wished.disliked_tags) == (frozenset({track}), frozenset({"choir"}))
    assert "Familiar: offered, none wanted" in run("visit", "show", CODE).out
    run.refused("visit", "prefer", CODE, "rather-not", "--artist", "Mira Dost", code=2, says="said of a tag")
    run.refused("visit", "prefer", CODE, "like", code=2, says="Give one of")


@pytest.mark.parametrize("name", ["library.db", "curation.db"])
def test_a_refusal_is_kept_where_the_library_cannot_be_read(run: CommandLine, clinic: Path, name: str) -> None:
    one, other = (track["track_id"] for track in run("library", "list", "--json").json[:2])
    sound = (clinic / name).read_bytes()
    (clinic / name).write_bytes(b"no database" * 1000)
    vetoed = run("patient", "veto", "K-0417", "--artist", "Mira Dost", "--json")
    assert (vetoed.code, vetoed.json["meets"]) == (0, None)
    assert f"{name} is damaged" in vetoed.err
    assert "not known now" in run("patient", "veto", "K-0417", "--track", one).err
    run.refused("patient", "veto", "K-0417", "--track", other[:8], says="by its whole id")
    assert one in run("patient", "show", "K-0417").out
    (clinic / name).write_bytes(sound)
    vetoes = run("patient", "show", "K-0417", "--json").json["vetoes"]
    assert {(veto["what"], veto["value"]) for veto in vetoes} == {("artist", "Mira Dost"), ("track", one)}
    again = run("patient", "veto", "K-0417", "--track", one[:8], "--json").json
    assert again["meets"] == [one] and len(again["vetoes"]) == 2
    (clinic / "library.db").unlink()
    assert run("patient", "veto", "K-0417", "--track", other, "--json").json["meets"] == []
