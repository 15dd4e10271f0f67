"""`record erase` as a command: the text is gone from the folder, everything else goes on without it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import session_clinic
from command_line import ITEMS, CommandLine, process

CODE = session_clinic.CODE
NAME = "Änne Canary-77 of Mill Lane"
WHY = ("--reason", "it named a person")


def _ids(run: CommandLine, kind: str) -> list[str]:
    listed = run("record", "events", "--patient", CODE, "--json").json
    return [each["event_id"] for each in listed if each["kind"] == kind]


def _used(clinic: Path) -> list[str]:
    """Events of soundscapes, which name no patient."""
    with closing(sqlite3.connect(clinic / "record.db")) as database:
        return [name for (name,) in database.execute("SELECT event_id FROM event WHERE kind = 'soundscape.used'")]


def _holding(folder: Path) -> list[str]:
    spelled = [NAME.encode(code) for code in ("utf-8", "latin-1", "utf-16-le", "utf-16-be", "utf-32-le")]
    spelled += [NAME.encode("ascii", "backslashreplace"), NAME.encode().hex().encode()]
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if any(each in file.read_bytes() for each in spelled)]


@pytest.fixture
def noted(run: CommandLine, clinic: Path) -> str:
    """A session with a note and a form, closed; the id of the note's event."""
    run("pcl5", "add", "--patient", CODE, "--recall", "week", "--taken", "2025-01-02", stdin=ITEMS)
    plan = run("soundscape", "build", "--playlist", "short", "--minutes", "5", "--patient", CODE).out.strip()
    start = ("session", "start", "--soundscape", plan, "--patient", CODE, "--output", "null")
    follower = process("--clinic", clinic, *start)
    try:
        follower.stdout.readline()
        run("session", "act", "infusion-start")
        run("session", "act", "volume", "-6")
        run("session", "mark", "note", "--note", "-", stdin=NAME)
        (event_id,) = _ids(run, "session.marked")
        refused = run.refused("record", "erase", "--event", event_id, *WHY, says="is not closed")
        assert "Close it, then erase" in refused.err
        for concerned in (*_ids(run, "patient.added"), *_used(clinic)):
            run.refused("record", "erase", "--event", concerned, *WHY, says="is not closed")
        assert run("session", "close").code == 0
    finally:
        follower.kill()
        follower.communicate()
    return event_id


def test_a_note_is_erased_from_every_file_of_the_folder(run: CommandLine, clinic: Path, noted: str) -> None:
    before = run("record", "verify", "--json").json
    assert _holding(clinic) == ["record.db"]
    run.refused("record", "erase", "--event", "nothing-like-it", *WHY, says="There is no event")
    run.refused("record", "erase", "--event", "", *WHY, code=2, says="needs an event's id")
    run.refused("record", "erase", "--event", noted, "--reason", " ", code=2, says="and a reason")
    run.refused("record", "erase", "--event", noted, code=2, says="--reason")
    assert _holding(clinic) == ["record.db"]
    erased = run("record", "erase", "--event", noted[:13], *WHY, "--json")
    assert erased.json == {"event_id": noted, "kind": "session.marked"}
    assert _holding(clinic.parent) == []
    after = run("record", "verify", "--json").json
    assert (after["ok"], after["events"]) == (True, before["events"] + 1)
    assert [each["kind"] for each in after["erased"]] == ["session.marked"]
    assert "(session.marked) was erased" in run("record", "verify").err
    assert "Copies made before still hold it" in run("record", "erase", "--event", noted, *WHY).err
    run.refused("record", "erase", "--event", noted, "--reason", "", code=2, says="and a reason")
    assert run("record", "verify", "--json").json["events"] == after["events"], "erased once"


@pytest.mark.parametrize(
    "words",
    [
        ("record", "erase", "--event", "\udcff", *WHY),
        ("session", "status", "--session", "\udcff"),
        ("session", "close", "--session", "\udcff"),
        ("pcl5", "correct", "\udcff", "--reason", "x"),
    ],
    ids=lambda words: words[1],
)
def test_an_id_that_is_no_text_is_a_sentence(run: CommandLine, clinic: Path, words: tuple[str, ...]) -> None:
    """Bytes of an argument that are no UTF-8 come as lone surrogates."""
    answer = run(*words, stdin=ITEMS)
    assert (answer.code, answer.out) == (1, "")
    assert "fault of its own" not in answer.err
    assert len(answer.err.splitlines()) == 1


@pytest.mark.parametrize("out", ["/", "."])
def test_a_folder_is_no_file_to_write(run: CommandLine, clinic: Path, out: str) -> None:
    run.refused("report", "patient", CODE, "-o", out, "--force", says=f"{out} is a folder; name a file in it.")


def test_an_id_that_two_events_begin_with_is_not_guessed_at(run: CommandLine, clinic: Path) -> None:
    for number in range(17):  # ids begin with one of sixteen digits
        run("patient", "veto", CODE, "--tag", f"tag {number}")
    begun = [event_id[0] for event_id in _ids(run, "patient.vetoed")]
    several = next(digit for digit in begun if begun.count(digit) > 1)
    run.refused("record", "erase", "--event", several, *WHY, says=f"ids begin with {several!r}, each of another event")


def test_whatever_is_erased_every_list_and_report_goes_on(run: CommandLine, clinic: Path, noted: str) -> None:
    (session_id,) = [row["session_id"] for row in run("session", "list", "--json").json]
    for number, kind in enumerate(
        ("session.marked", "session.acted", "session.played", "session.noted", "session.setting_logged",
         "session.ended", "soundscape.used", "form.entered", "session.started", "patient.added")
    ):  # fmt: skip
        for event_id in _used(clinic) if kind == "soundscape.used" else _ids(run, kind):
            assert run("record", "erase", "--event", event_id, *WHY).code == 0
        gone = kind == "patient.added"
        assert run("patient", "list").code == run("session", "list").code == 0
        for words in (
            ("patient", "show", CODE),
            ("pcl5", "list", "--patient", CODE),
            ("review", "patient", CODE),
            ("report", "patient", CODE, "-o", f"{number}.html"),
            ("soundscape", "build", "--playlist", "short", "--minutes", "5", "--patient", CODE),
        ):
            assert run(*words).code == (1 if gone else 0), (kind, words)
        assert run("session", "status").code in (0, 1)
        assert run("record", "verify", "--json").json["ok"], kind
        assert run("record", "rebuild").code == 0
        if kind == "session.ended":
            (row,) = run("session", "list", "--json").json
            assert (row["session_id"], row["ended"], row["closed"]) == (session_id, None, True)
        if kind == "form.entered":
            assert run("pcl5", "list", "--patient", CODE, "--json").json == []
    assert run("session", "list", "--json").json == run("patient", "list", "--json").json == []
    run("patient", "add", CODE)
    assert run("patient", "show", CODE, "--json").json["sessions"] == []


def test_events_say_when_by_whom_and_why_and_nothing_else_of_what_they_tell(run: CommandLine, noted: str) -> None:
    run("record", "erase", "--event", noted, *WHY)
    listed = run("record", "events", "--patient", CODE).out.splitlines()
    (line,) = [line for line in listed if line.startswith(noted)]
    assert line.split()[-2:] == ["session.marked", "yes"]
    (erasure,) = [each for each in run("record", "events", "--json").json if each["kind"] == "event.erased"]
    assert (erasure["corrects"], erasure["reason"]) == (noted, WHY[1])
    assert listed[-1].split()[3:] == [erasure["actor"][:8], "event.erased", noted, *WHY[1].split()]
    run.refused("record", "events", "--patient", "K-0471", says="Did you mean 'K-0417'?")


def test_a_restored_backup_is_said_once(run: CommandLine, clinic: Path) -> None:
    backup = (clinic / "record.db").read_bytes()
    run("patient", "veto", CODE, "--tag", "choir")
    assert run("patient", "show", CODE).err == ""
    (clinic / "record.db").write_bytes(backup)
    assert "this device goes on as a new one" in run("patient", "show", CODE).err
    assert run("patient", "veto", CODE, "--tag", "bells", "--json").code == 0
    again = run("patient", "show", CODE, "--json")
    assert (again.err, [veto["value"] for veto in again.json["vetoes"]]) == ("", ["bells"])
    assert run("record", "verify", "--json").json["ok"]


def test_what_holds_nothing_of_a_person_is_not_erased(run: CommandLine, clinic: Path, noted: str) -> None:
    (closed,) = _ids(run, "session.closed")
    run.refused("record", "erase", "--event", closed, *WHY, says="nothing to erase")


def test_what_no_patient_names_any_more_is_listed_and_erased(run: CommandLine, clinic: Path) -> None:
    run("pcl5", "add", "--patient", CODE, "--recall", "week", "--taken", "2025-01-02", stdin=ITEMS)
    (added,) = _ids(run, "patient.added")
    assert "No list names this person any more" in run("record", "erase", "--event", added, *WHY).err
    run.refused("record", "events", "--patient", CODE, says="patient")
    every = run("record", "events", "--json").json
    (form,) = [each["event_id"] for each in every if each["kind"] == "form.entered"]
    assert run("record", "erase", "--event", form, *WHY).code == 0
    assert {each["kind"] for each in every if not each["erased"]} >= {"person.added", "form.entered"}


def test_a_veto_that_stands_is_not_erased_and_who_erases_what_was_heard_is_told(
    run: CommandLine, clinic: Path, noted: str
) -> None:
    run("patient", "veto", CODE, "--tag", "bells")
    (veto,) = _ids(run, "patient.vetoed")
    run.refused("record", "erase", "--event", veto, *WHY, says="This veto stands")
    run("patient", "unveto", CODE, "--tag", "bells")
    assert "not heard" not in run("record", "erase", "--event", veto, *WHY).err
    played = _ids(run, "session.played")[0]
    assert "counts as not heard" in run("record", "erase", "--event", played, *WHY).err


def test_verifying_a_restored_backup_names_what_this_device_wrote_and_is_missing(
    run: CommandLine, clinic: Path
) -> None:
    run("patient", "veto", CODE, "--tag", "harp")
    backup = (clinic / "record.db").read_bytes()
    before = run("record", "verify", "--json").json
    run("patient", "veto", CODE, "--tag", "bells")
    (clinic / "record.db").write_bytes(backup)
    found = run("record", "verify", "--json")
    assert (found.code, found.json["ok"], found.json["head"]) == (1, False, before["head"])
    assert (found.json["first_bad"]["seq"], found.json["first_bad"]["damage"]) == (2, "gap")
    assert "it is missing" in run("record", "verify").err
    assert run("patient", "list").code == 0, "it goes on as a new device"
    assert run("record", "verify").code == 0


@pytest.mark.parametrize("own", ["record.db", "library.db", "curation.db", "clinic.toml", "playlists/short.toml"])
def test_nothing_that_is_written_replaces_what_the_clinic_lives_by(run: CommandLine, clinic: Path, own: str) -> None:
    before = (clinic / own).read_bytes()
    plan = run("soundscape", "build", "--playlist", "short", "--minutes", "5").out.strip()
    (clinic.parent / "link").symlink_to(clinic / own)
    (clinic.parent / "folder").symlink_to((clinic / own).parent)
    for out in (clinic / own, clinic.parent / "link", clinic.parent / "folder" / Path(own).name):
        for words in (
            ("soundscape", "build", "--playlist", "short", "--minutes", "5"),
            ("soundscape", "render", plan),
            ("report", "patient", CODE),
        ):
            run.refused(*words, "-o", out, "--force", says="belongs to the clinic folder and is not replaced")
    assert (clinic / own).read_bytes() == before
    assert run("report", "patient", CODE, "-o", clinic / "reports" / "r.html").code == 0
    assert run("report", "patient", CODE, "-o", clinic / "reports" / "r.html", "--force").code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("pcl5", "list", "--patient", CODE),
        ("pcl5", "show", "{form}"),
        ("patient", "show", CODE),
        ("soundscape", "build", "--playlist", "short", "--minutes", "5", "--patient", CODE),
    ],
)
def test_no_page_of_a_patient_is_made_from_an_edited_row(
    run: CommandLine, clinic: Path, words: tuple[str, ...]
) -> None:
    form = run("pcl5", "add", "--patient", CODE, "--recall", "week", "--taken", "2026-01-04", stdin=ITEMS).out.strip()
    run("patient", "veto", CODE, "--tag", "choir")
    with closing(sqlite3.connect(clinic / "record.db")) as eve, eve:
        eve.execute("UPDATE form_entered SET items = replace(items, '3', '0')")
        eve.execute("DELETE FROM patient_vetoed")
    asked = [word.format(form=form) for word in words]
    run.refused(*asked, says="record rebuild")
    assert run("record", "rebuild").code == 0
    assert run(*asked).code == 0
