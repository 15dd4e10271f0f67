"""Every document of the command line has its schema, is what the schema says, and the schemas let nothing slip."""

import copy
import json
import random
import shutil
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import json_contract
import pytest
import session_clinic
from command_line import ITEMS, CommandLine, process
from json_contract import SCHEMAS, commands, hold, place
from jsonschema import Draft202012Validator

from setsetting.demo import walk
from setsetting.player import outputs

CODE = session_clinic.CODE
PLAN = ("soundscape", "build", "--playlist", "short", "--minutes", "5")


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every part of a schema that lists the fields of an object."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for part in schema.values():
            yield from objects(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from objects(part)


def test_every_command_prints_a_document_that_has_a_schema() -> None:
    for command, each in commands():
        assert any(option.name == "as_json" for option in each.params), f"{command} has no --json"
        name, _hash, defined = place(command).partition("#/$defs/")
        assert defined in SCHEMAS[name]["$defs"], f"{command} --json has no schema in setsetting/views/schemas/{name}"


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_and_leaves_no_field_open(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    shared = {id(part) for key, part in SCHEMAS[name]["$defs"].items() if key.endswith("_fields")}
    for each in objects(SCHEMAS[name]["$defs"]):
        if "type" not in each and "$ref" not in each:
            continue  # the table of definitions itself
        assert list(each["properties"]) == each["required"]
        if id(each) not in shared:
            assert each.get("additionalProperties", each.get("unevaluatedProperties")) is False, each["required"]


def unsaid_nulls(schema: Any, path: str, *, said: bool = False) -> Iterator[str]:
    """The fields that may be null, though neither they nor what they stand in say what null means."""
    said = said or "null" in schema.get("description", "")
    kinds = [schema.get("type"), *(each.get("type") for each in (*schema.get("oneOf", ()), *schema.get("anyOf", ())))]
    if not said and any(kind == "null" or (isinstance(kind, list) and "null" in kind) for kind in kinds):
        yield path
    parts = [*schema.get("properties", {}).items(), *(("", each) for each in schema.get("oneOf", ()))]
    for name, part in [*parts, *([("", schema["items"])] if isinstance(schema.get("items"), dict) else [])]:
        yield from unsaid_nulls(part, f"{path}/{name}", said=said)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_that_may_be_null_says_what_null_means(name: str) -> None:
    defined = SCHEMAS[name]["$defs"].items()
    assert [path for each, schema in defined for path in unsaid_nulls(schema, each)] == []


def changed(document: Any) -> Iterator[Any]:
    """The document with one field dropped, renamed, added or of another type; every field of its first object."""
    first = document[0] if isinstance(document, list) else document
    for field in first:
        for change in ("drop", "rename", "text for a list"):
            other = copy.deepcopy(document)
            one = other[0] if isinstance(document, list) else other
            value = one.pop(field)
            if change == "rename":
                one[field + "_"] = value
            elif change != "drop":
                one[field] = {"a": [value]}
            yield other


def test_every_document_is_what_its_schema_says(
    run: CommandLine, bare: CommandLine, clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(json_contract.seen)
    json_contract.seen.clear()
    documents = {}

    def told(*words: str | Path, how: CommandLine = run, stdin: str = "") -> Any:
        answer = how(*words, "--json", stdin=stdin)
        documents[tuple(map(str, words))] = answer.json
        return answer.json

    monkeypatch.setattr(walk, "run", lambda folder, _say, _report: folder)
    told("demo", "--no-tui", "--folder", "d", how=bare)
    told("init", "other", how=bare)
    told("phases", "--minutes", "40", how=bare)
    told("phases", "--segment", "0:5:1", "--stop", "0.5", how=bare)
    told("playlist", "list")
    told("playlist", "show", "montreal-40")
    told("playlist", "show", "rescue-grounding")
    Path("ours.toml").write_bytes((clinic / "playlists" / "short.toml").read_bytes())
    told("playlist", "check", "ours.toml")
    Path("ours.toml").write_text("format = 1\n", encoding="utf-8")
    told("playlist", "check", "ours.toml")

    track = told("library", "list")[0]
    Path("music").mkdir()
    shutil.copy(track["path"], "music/again.wav")
    Path("music/broken.wav").write_bytes(b"nothing")
    sounds = Path(track["path"]).read_bytes()
    Path("music/silent.wav").write_bytes(sounds[:44] + bytes(len(sounds) - 44))
    noise = random.Random(1).randbytes(2 * 8000 * 24)
    for name, part in (("whole", noise), ("part", noise[: len(noise) // 2])):
        with wave.open(f"music/{name}.wav", "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(part)
    assert len(told("library", "scan", "music")["failed"]) == 1
    (pair,) = told("library", "recordings")
    assert (pair["kinship"], pair["track"]["title"], pair["other"]["title"]) == ("excerpt", "part", "whole")
    ids = pair["track"]["track_id"], pair["other"]["track_id"]
    assert len({each["recording_id"] for each in told("library", "join", *ids)}) == 1
    assert len({each["recording_id"] for each in told("library", "part", *ids)}) == 2
    Path("gone").mkdir()
    shutil.copy(track["path"], "gone/more.wav")
    run("library", "scan", "gone")
    assert told("library", "forget", "gone", "--yes") == {"forgotten": 1}
    told("library", "show", track["track_id"])
    told("library", "listen", track["track_id"], "--output", "null", "--seconds", "1")
    silent = next(each for each in told("library", "list") if each["title"] == "silent")
    assert (silent["lufs"], silent["true_peak_dbtp"]) == (None, None)
    told("library", "set", track["track_id"], "energy=3")
    told("library", "tag", track["track_id"], "+bells")

    told("pcl5", "score", *ITEMS.split()[:19], "-", how=bare)
    form = told("pcl5", "add", "--patient", CODE, "--recall", "week", "--taken", "2025-01-02", stdin=ITEMS)
    declined = " ".join([*ITEMS.split()[:18], "-", "d"])
    told("pcl5", "correct", form["id"], "--reason", "misread", stdin=declined)
    told("pcl5", "list", "--patient", CODE)
    told("pcl5", "show", form["id"][:6])

    Path("theirs.csv").write_text(
        "who,when,answers,x\n" + f"{CODE},2025-02-03,1,2\nK-9,2025-02-03,1,2\n", encoding="utf-8"
    )
    columns = 'format = "import/1"\n[[forms]]\npatient = "who"\ntaken = "when"\nrecall = "week"\n'
    Path("theirs.toml").write_text(columns + 'item = "answers"\nanswer = "x"\n', encoding="utf-8")
    assert "[[forms]]" in told("import", "mapping", how=bare)["mapping"]
    theirs = ("theirs.csv", "--mapping", "theirs.toml")
    assert run("import", "redcap", *theirs, "--json").json["unknown"] == 1
    assert told("import", "redcap", *theirs, "--dry-run", "--known-only")["left_out"] == 1
    brought = told("import", "csv", *theirs, "--new-patients")
    assert (brought["forms"], brought["patients"]) == (2, 1)
    assert told("import", "withdraw", brought["import_id"][:8], "--reason", "a trial")["withdrawn"] == "a trial"
    told("import", "list")
    assert len(told("export", "csv", "-o", "handed-on")["paths"]) == 4
    told("export", "jsonl", "-o", "lines", "--patient", CODE)
    told("export", "parquet", "-o", "columns")
    told("export", "redcap", "-o", "for-redcap")
    told("export", "fhir", "-o", "for-fhir")
    told("import", "fhir", "for-fhir/bundle.json", "--meaning", "77040-1=leave")

    told("room", "list")
    told("room", "usual", "room-1", "--setting", "-", stdin='people_present = ["nurse"]')
    told("room", "show", "room-1")

    told("patient", "add", "K-0418")
    agreed = told("visit", "agree", CODE, stdin='touch = "hand only"')
    told("course", "plan", CODE, "infusion", "--at", "2025-01-09")
    told("course", "hold", CODE, "integration", "--at", "2025-01-02", stdin='stays = "the water"')
    told("course", "end", CODE, "--left")
    told("course", "show", CODE)
    told("visit", "prefer", CODE, "like", "--artist", "Mira Dost")
    told("today", CODE)
    told("visit", "intend", CODE, stdin="to let go")
    told("visit", "intention", CODE)
    told("visit", "goal", CODE, stdin="to sleep by the window")
    told("visit", "score", CODE, stdin="4")
    told("visit", "before", CODE, stdin="sleep = 4")
    told("visit", "show", CODE)
    with (clinic / "clinic.toml").open("a", encoding="utf-8") as file:
        file.write('\n[scales]\nMEQ30 = ""\n')
    noted = told("scale", "add", "--patient", CODE, "--scale", "MEQ30", "--taken", "2025-01-02", stdin="96")
    told("scale", "list", "--patient", CODE)
    told("scale", "withdraw", noted["event_id"], "--reason", "of another")
    told("visit", "withdraw", agreed["told"][0]["event_id"], "--reason", "said of another")
    told("patient", "veto", CODE, "--tag", "choir")
    told("patient", "unveto", CODE, "--tag", "choir")
    told("patient", "veto", CODE, "--artist", "nobody")

    assert told(*PLAN, "-o", "tonight.json")["cues"]
    assert not told("soundscape", "build", "--playlist", "montreal-40", "--minutes", "40")["feasible"]
    told("soundscape", "show", "tonight.json")
    told("soundscape", "check", "tonight.json")
    told("soundscape", "accept", "tonight.json", "--patient", CODE)
    told("soundscape", "unaccept", "--patient", CODE, "--reason", "another visit")
    told("soundscape", "accept", "tonight.json", "--patient", CODE)
    told("soundscape", "plan", "--patient", "K-0418")
    assert told("soundscape", "plan", "--patient", CODE)["state"] == "ready"
    told("soundscape", "render", "tonight.json", "-o", "out.wav", "--minutes", "0:0.1")
    cases = Path(__file__).parents[1] / "cases" / "planning"
    told("soundscape", "solve", cases / "04-silence-forward-lib60.json", "-o", "plan.json", how=bare)
    told("soundscape", "solve", cases / "11-first-gentle-lib60-infeasible.json", "-o", "no.json", how=bare)

    told("session", "add", "--patient", CODE, "--started", "2025-01-01T10:00", "--minutes", "40", "--setting", "-",
         stdin='lighting = "dark"\ninterruptions = 2\n[taps]\nliking = 7')  # fmt: skip
    trial = told("session", "add", "--patient", CODE, "--started", "2025-01-03T10:00", "--minutes", "40")
    told("session", "setting", trial["session_id"], "--setting", "-", "--reason", "misread", stdin="[taps]\nliking = 7")
    voided = told("session", "void", trial["session_id"], "--reason", "a trial")
    told("record", "undo", "--event", voided["event_id"], "--reason", "it was none")
    told("session", "correct", trial["session_id"], "--minutes", "30", "--reason", "the length")
    told("session", "move", trial["session_id"], "--patient", "K-0418", "--reason", "hers")
    told("pcl5", "query", form["id"], "--reason", "two crosses at 9")
    told("pcl5", "queries")
    told("pcl5", "answer", form["id"], "--reason", "it is 3")
    told("pcl5", "second", form["id"], stdin=ITEMS)
    told("pcl5", "uphold", form["id"], "--reason", "the sheet says so")
    told("pcl5", "print", "--patient", CODE, "-o", "form.html")
    told("pcl5", "self", "--patient", CODE)
    told("pcl5", "show", form["id"])
    told("pcl5", "withdraw", form["id"], "--reason", "another's")
    told("patient", "add", "K-0419")
    told("patient", "merge", "K-0419", "K-0418", "--reason", "mistyped")
    told("patient", "withdraw", "K-0418", "--reason", "a slip")
    told("patient", "show", "K-0418")
    told("session", "preflight", "--soundscape", "tonight.json", "--patient", CODE, "--output", "null")
    with pytest.MonkeyPatch.context() as machine:
        machine.setattr(outputs, "_devices", lambda: [outputs._Found("Headphones", True, None, None)])
        machine.setattr("setsetting.desk.outputs.sound", lambda *_sounded: "Headphones")
        told("sound", "tone", "Headphones", "--heard", "both")
        told("sound", "level", "Headphones", "--dba", "62.5")
        assert told("sound", "list")[0]["heard"]["left"]
    start = ("session", "start", "--soundscape", "tonight.json", "--patient", CODE, "--output")
    follower = process("--clinic", clinic, *start, "null", "--json")
    try:
        follower.stdout.readline()
        told("session", "act", "infusion-start")
        told("session", "act", "volume", "-6")
        told("session", "mark", "note", "--note", "-", stdin="a garden")
        told("session", "mark", "flag")
        assert told("session", "status")["playing"]
        told("session", "close")
    finally:
        follower.kill()
        follower.communicate()
    told(*start, "fast")
    told("session", "attach")
    told("session", "status")
    told("session", "list")
    told("session", "show", trial["session_id"])
    *_before, marked, heard = told("session", "list")
    held = marked["session_id"]
    mark = told("session", "show", held)["marks"][0]["id"]
    told("session", "together", held)
    told("session", "words", held, mark, stdin="a walled garden")
    told("session", "replay", held, "-o", "again.wav")
    assert told("session", "take-home", heard["session_id"])
    assert told("library", "flagged")[0]["times"] >= 1
    told("report", "session", trial["session_id"], "-o", "s.html")

    told("patient", "show", CODE)
    told("patient", "list")
    assert set(told("review", "completeness")) == {"total", "months", "open_queries", "open_keyings"}
    told("review", "outcomes")
    assert told("review", "respct", "-o", "respct.csv") == {"path": "respct.csv"}
    assert told("review", "clinic", "-o", "clinic-review.html") == {"path": "clinic-review.html"}
    told("review", "patient", CODE)
    for case in json.loads((cases.parent / "runchart.json").read_text(encoding="utf-8"))["cases"][::8]:
        Path("case.json").write_text(json.dumps(case), encoding="utf-8")
        told("review", "chart", "--case", "case.json", how=bare)
    told("patient", "add", "K-0420")
    change = told("change", "add", "new headphones", "--date", "2025-01-02")
    told("change", "list")
    for measure in ("distress", "liking", "courses"):
        told("review", "chart", measure)
    seal = told("change", "seal", "new lamps", "--date", "2999-01-01", "--until", "2999-06-01", "--measure", "liking")
    assert told("change", "result", seal["event_id"])["result"] is None
    assert told("change", "seals")[0]["unchanged"]
    told("change", "withdraw", change["event_id"], "--reason", "a month later")
    shades = ("--with", "throughout", "--without", "not offered", "--until", "2999-06-01")
    told("alternation", "plan", "eye_shades", *shades)
    assert told("alternation", "due", "K-0420")["infusion"] == 1
    told("alternation", "deviate", "K-0420", "--reason", "asked for light")
    assert told("alternation", "check")["seed"] is None
    assert told("alternation", "list")[0]["draws"] == 1
    told("alternation", "stop", "--reason", "worn out")
    assert told("alternation", "result")["gates"]
    told("review", "declare", "lighting")
    told("review", "declare", "people_present=companion")
    assert len(told("review", "factors")) == 2
    assert told("review", "link")["clinic"]["by_session"]
    told("review", "link", "--factor", "lighting")
    told("review", "power", "--patients", "12", "--sets", "2")
    told("review", "undeclare", "lighting", "--reason", "of no use")
    files = ("--sessions", cases.parent / "linkage_sessions.csv", "--scores", cases.parent / "linkage_scores.csv")
    drawn = ("--scenario", "all", "--patients", "12", "--sets", "2", "--seed", "1", "--effect")
    assert set(told("review", "simulate", *drawn, "0", how=bare)) == {"false_positive", "sets"}
    assert set(told("review", "simulate", *drawn, "-3", how=bare)) == {"coverage", "sets"}
    told("review", "link", *files, "--factor", "exposed", how=bare)
    told("report", "patient", CODE, "-o", "r.html")
    told("record", "verify")
    told("record", "rebuild")
    assert told("record", "backup")["events"] == told("record", "rebuild")["events"]
    listed = told("record", "events", "--patient", CODE)
    note, _flag = [each["event_id"] for each in listed if each["kind"] == "session.marked"]
    told("record", "erase", "--event", note, "--reason", "it named a person")
    assert told("record", "verify")["erased"]

    assert json_contract.seen == {command for command, _each in commands()}
    json_contract.seen.update(before)
    for words, document in documents.items():
        for wrong in changed(document):
            with pytest.raises(AssertionError, match="--json"):
                hold(words, wrong)
