"""What programs outside count on: names of keys, types of values, where an answer goes."""

import json
import re
import wave
from pathlib import Path
from types import NoneType

import pytest
from command_line import ITEMS, CommandLine
from session_clinic import write_pad

ISO_Z = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
BOUNDARIES = ["onset", "half_up", "peak_start", "peak_end", "half_down", "return_"]
LOOSENED = ("artist_max_per_session=30", "startle_max_lu=30", "flex_s=240", "energy_step_max=9", "lyrics_unknown=allow")


def loosened(*rules: str) -> list[str]:
    return [word for rule in rules for word in ("--loosen", rule)]


def test_init_asks_nothing_and_makes_a_folder_of_its_owner(bare: CommandLine) -> None:
    made = bare("init", "clinic", "--json").json
    folder = Path(made["folder"])
    assert folder == Path.cwd() / "clinic"
    assert (folder / "rooms" / f"{made['rooms'][0]}.toml").is_file()
    assert {path.stat().st_mode & 0o077 for path in (folder, *folder.rglob("*"))} == {0}
    assert bare("--clinic", "clinic", "patient", "list", "--json").json == []
    bare.refused("init", "clinic", says="is a clinic folder already")


def test_the_clinic_is_named_or_in_the_environment_or_here(
    run: CommandLine, bare: CommandLine, clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = [row["code"] for row in run("patient", "list", "--json").json]
    bare.refused("patient", "list", says="No clinic folder: name one with --clinic, set SETSETTING_CLINIC")
    bare.refused("--clinic", "nowhere", "patient", "list", says="nowhere is no clinic folder")
    monkeypatch.setenv("SETSETTING_CLINIC", str(clinic))
    assert [row["code"] for row in bare("patient", "list", "--json").json] == codes
    bare.refused("--clinic", "nowhere", "patient", "list", says="nowhere is no clinic folder")
    monkeypatch.delenv("SETSETTING_CLINIC")
    monkeypatch.chdir(clinic)
    assert [row["code"] for row in bare("patient", "list", "--json").json] == codes


def test_phases_are_minutes_with_their_band(bare: CommandLine) -> None:
    shown = bare("phases", "--minutes", "40", "--json").json
    assert list(shown) == ["peak_min", "boundaries"]
    assert list(shown["boundaries"]) == BOUNDARIES
    for edge in shown["boundaries"].values():
        assert edge["low"] <= edge["minute"] <= edge["high"]
    assert bare("phases", "--segment", "0:40:1", "--json").json == shown
    later = bare("phases", "--minutes", "40", "--pause", "10:20", "--json").json
    assert later["peak_min"] > shown["peak_min"] + 5
    sooner = bare("phases", "--minutes", "40", "--stop", "20", "--json").json
    assert sooner["boundaries"]["return_"]["minute"] < shown["boundaries"]["return_"]["minute"]


def test_a_score_is_one_document(bare: CommandLine) -> None:
    whole = bare("pcl5", "score", *ITEMS.split(), "--json").json
    assert whole["total"] == sum(map(int, ITEMS.split()))
    assert (whole["answered"], whole["items"]) == (20, [int(item) for item in ITEMS.split()])
    assert list(whole["clusters"]) == ["B", "C", "D", "E"]
    assert isinstance(whole["provisional"], bool)
    missing = bare("pcl5", "score", *ITEMS.split()[:19], "-", "--json").json
    assert (missing["answered"], missing["total"], missing["clusters"]["E"], missing["items"][19]) == (
        19,
        None,
        None,
        None,
    )


def test_a_form_is_entered_listed_and_corrected(run: CommandLine) -> None:
    entry = ("pcl5", "add", "--patient", "K-0417", "--recall", "week", "--taken")
    added = run(*entry, "2025-01-02", "--json", stdin=ITEMS).json
    (listed,) = run("pcl5", "list", "--patient", "K-0417", "--json").json
    assert listed == added
    assert (listed["recall"], listed["answered"], listed["total"]) == ("week", 20, 41)
    assert ISO_Z.fullmatch(listed["taken"])
    run.refused(*entry, "2025-01-02", stdin=ITEMS, says="K-0417 has a past-week form of 2025-01-02 already")
    run.refused(*entry, "2999-01-02", stdin=ITEMS, says="lies in the future")
    declined = " ".join(["d", *ITEMS.split()[1:]])
    corrected = run("pcl5", "correct", listed["id"], "--reason", "misread", "--json", stdin=declined).json
    assert (corrected["id"], corrected["answered"], corrected["total"], corrected["corrections"]) == (
        listed["id"],
        19,
        None,
        1,
    )
    run.refused("pcl5", "correct", "nope", "--reason", "x", stdin=ITEMS, says="nope")


def test_a_form_is_shown_item_by_item_under_a_shortened_id(run: CommandLine) -> None:
    entry = ("pcl5", "add", "--patient", "K-0417", "--recall", "week", "--taken")
    items = ["-", "d", *ITEMS.split()[2:]]
    first = run(*entry, "2025-01-02T09:00", "--json", stdin=" ".join(items)).json
    run("session", "add", "--patient", "K-0417", "--started", "2025-01-03T10:00", "--minutes", "40")
    second = run(*entry, "2025-01-03T10:20", "--json", stdin=ITEMS).json
    short = next(n for n in range(1, 33) if first["id"][:n] != second["id"][:n])
    shown = run("pcl5", "show", first["id"][:short], "--json").json
    assert [str(item) for item in shown["items"]] == items
    assert shown == run("pcl5", "list", "--patient", "K-0417", "--json").json[0]
    said = run("pcl5", "show", first["id"]).out
    assert " 1. left blank  Repeated, disturbing, and unwanted memories of the stressful experience?" in said
    assert " 2. declined  Repeated, disturbing dreams of the stressful experience?" in said
    assert run("pcl5", "show", second["id"][:short], "--json").json["remarks"] == [
        "filled during infusion 1 or later that day, so no score after it",
        "its week overlaps that of the form of 2025-01-02",
    ]
    run.refused("pcl5", "show", "nope", says="nope")
    run.refused("pcl5", "show", "", says="There is no form")


def test_vetoes_come_and_go_and_survive_the_track(run: CommandLine, clinic: Path) -> None:
    track_id = run("library", "list", "--json").json[0]["track_id"]
    vetoed = run("patient", "veto", "K-0417", "--track", track_id[:10], "--json").json["vetoes"]
    assert [(veto["what"], veto["value"]) for veto in vetoed] == [("track", track_id)]
    assert ISO_Z.fullmatch(vetoed[0]["since"])
    run("patient", "veto", "K-0417", "--artist", "Be\N{COMBINING ACUTE ACCENT}la")
    assert run("patient", "unveto", "K-0417", "--artist", "B\N{LATIN SMALL LETTER E WITH ACUTE}LA").code == 0
    run.refused("patient", "unveto", "K-0417", "--tag", "bells", says="No veto of tag 'bells' stands")
    (clinic / "library.db").unlink()
    assert run("patient", "unveto", "K-0417", "--track", track_id[:10], "--json").json["vetoes"] == []


def test_a_veto_says_what_it_meets_and_what_comes_near(run: CommandLine) -> None:
    tracks = run("library", "list", "--json").json
    artist = tracks[0]["artist"]
    by_artist = [track["track_id"] for track in tracks if artist in track["artists"]]
    met = run("patient", "veto", "K-0417", "--artist", f" {artist.upper()}\u00a0", "--json").json
    assert sorted(met["meets"]) == sorted(by_artist)
    assert artist not in met["near"]
    assert f"It meets {len(by_artist)} track" in run("patient", "veto", "K-0417", "--artist", artist).err
    missed = run("patient", "veto", "K-0417", "--artist", artist[1:], "--json")
    assert (missed.code, missed.json["meets"]) == (0, [])
    assert artist in missed.json["near"]
    assert run("patient", "veto", "K-0417", "--tag", "no such tag", "--json").json["near"] == []
    assert run("patient", "veto", "K-0417", "--track", by_artist[0][:12], "--json").json["meets"] == by_artist[:1]


def test_a_veto_that_meets_some_says_which_longer_names_it_does_not_meet(run: CommandLine) -> None:
    one, other = (track["track_id"] for track in run("library", "list", "--json").json[:2])
    run("library", "set", one, "artist=Dost")
    run("library", "set", other, "artist=Dost Haven")
    vetoed = run("patient", "veto", "K-0417", "--artist", "dost", "--json").json
    assert (vetoed["meets"], vetoed["near"]) == ([one], ["Dost Haven"])
    assert (
        "It does not meet 'Dost Haven'. It meets 1 track: " in run("patient", "veto", "K-0417", "--artist", "dost").err
    )
    assert run("patient", "veto", "K-0417", "--artist", "Dos", "--json").json["near"] == ["Dost", "Dost Haven"]
    run("library", "set", one, "artist=Mira Dosst")
    assert run("patient", "veto", "K-0417", "--artist", "mira dost", "--json").json["near"] == ["Mira Dosst"]
    run("library", "tag", one, "+bell")
    run("library", "tag", other, "+bella")
    vetoed = run("patient", "veto", "K-0417", "--tag", "bell", "--json").json
    assert (vetoed["meets"], vetoed["near"]) == ([one], ["bella"])
    run("library", "tag", other, "+hand bells")
    assert set(run("patient", "veto", "K-0417", "--tag", "bell", "--json").json["meets"]) == {one, other}


def test_a_playlist_s_tags_that_meet_no_track_are_named_in_a_clinic_folder(
    run: CommandLine, bare: CommandLine, clinic: Path
) -> None:
    run("library", "tag", run("library", "list", "--json").json[0]["track_id"], "+drums")
    text = (clinic / "playlists" / "short.toml").read_text()
    Path("ours.toml").write_text(text.replace('name = "peak"', 'name = "peak"\ntags_not = ["DRUMS ", "durms"]'))
    checked = run("playlist", "check", "ours.toml", "--json")
    assert checked.code == 0
    assert checked.json["unmet"] == [{"phases": ["peak"], "field": "tags_not", "tag": "durms", "near": ["drums"]}]
    said = run("playlist", "check", "ours.toml").err
    assert "Did you mean 'drums'?" in said and "nothing wrong" not in said
    assert bare("playlist", "check", "ours.toml", "--json").json["unmet"] == []


def test_a_playlist_whose_prompt_cannot_be_played_is_not_said_to_be_sound(run: CommandLine, clinic: Path) -> None:
    prompt = '\n[[prompt]]\nfile = "hush"\nat = { phase = "arrive", seconds = 10 }\n'
    Path("ours.toml").write_text((clinic / "playlists" / "short.toml").read_text() + prompt)
    write_pad(clinic / "voice" / "hush.wav", 3, 125)
    checked = run("playlist", "check", "ours.toml", "--json")
    assert (checked.code, checked.json["ok"], len(checked.json["prompts"])) == (1, False, 1)
    assert "longer than two minutes" in checked.err and "holds no 'hush' that can be played" in checked.err
    said = run("playlist", "check", "ours.toml")
    assert said.code == 1 and "no plan is built" in said.err and "nothing wrong" not in said.err
    write_pad(clinic / "voice" / "hush.wav", 3, 4)
    assert "nothing wrong" in run("playlist", "check", "ours.toml").err


def test_a_scan_reports_and_a_track_has_its_fields(run: CommandLine, bare: CommandLine) -> None:
    sea = "music/Ana Vale/sea.wav"
    Path(sea).parent.mkdir(parents=True)
    with wave.open(run("library", "list", "--json").json[0]["path"]) as tagged, wave.open(sea, "wb") as bare_of_tags:
        bare_of_tags.setparams(tagged.getparams())
        bare_of_tags.writeframes(tagged.readframes(tagged.getnframes()))
    scan = ("--clinic", "own", "library", "scan", "music", "--json")
    bare("init", "own")
    assert bare(*scan).json == {"scanned": 1, "unchanged": 0, "moved": 0, "failed": []}
    assert bare(*scan).json == {"scanned": 0, "unchanged": 1, "moved": 0, "failed": []}
    Path(sea).rename("music/Ana Vale/still.wav")
    assert bare(*scan).json == {"scanned": 0, "unchanged": 0, "moved": 1, "failed": []}
    listed = bare("--clinic", "own", "library", "list", "--json").json
    assert (listed[0]["title"], listed[0]["artist"]) == ("still", None)
    fields = {
        "track_id": str, "path": str, "title": str, "artist": NoneType, "artists": list, "duration_s": int,
        "energy": float, "energy_source": str, "lufs": float, "lra_lu": float, "true_peak_dbtp": float, "startle_lu": float,
        "pulse_clarity": float, "beatless": bool, "brightness": float, "lead_s": float, "tail_s": float,
        "lyrics": str, "tags": list,
    }  # fmt: skip
    assert {name: type(listed[0][name]) for name in fields} == fields
    assert listed[0]["bpm"] is None
    assert bare("--clinic", "own", "library", "show", listed[0]["track_id"], "--json").json == listed[0]


def test_what_a_person_sets_survives_the_cache(run: CommandLine, clinic: Path) -> None:
    track = run("library", "list", "--json").json[0]
    said = run("library", "set", track["track_id"], "energy=7.5", "title=Quiet", "--json").json
    assert (said["energy"], said["energy_source"], said["title"]) == (7.5, "person", "Quiet")
    assert run("library", "tag", track["track_id"], "+Warm", "-epic", "--json").json["tags"] == ["warm"]
    run("library", "tag", track["track_id"], "+choir")
    assert run("library", "tag", track["track_id"], "-choir", "--json").json["tags"] == ["warm"], (
        "its h asks for no help"
    )
    (clinic / "library.db").unlink()
    assert run("library", "list", "--json").json == []
    run("library", "scan", Path(track["path"]).parents[1])
    kept = run("library", "show", track["track_id"], "--json").json
    assert (kept["energy"], kept["title"], kept["tags"]) == (7.5, "Quiet", ["warm"])


def test_unknown_names_come_with_the_nearest(run: CommandLine) -> None:
    track_id = run("library", "list", "--json").json[0]["track_id"]
    wrong = track_id[:9] + ("0" if track_id[9] != "0" else "1")
    for words, says in (
        (("patient", "show", "K-0418"), "'K-0417'"),
        (("pcl5", "list", "--patient", "K-417"), "'K-0417'"),
        (("report", "patient", "k-0417x", "-o", "x.html"), "'K-0417'"),
        (("library", "show", wrong), f"Did you mean {track_id[:10]}?"),
        (("library", "show", "pda 11"), "(pad 11)?"),
        (("playlist", "show", "montreal-4"), "'montreal-40'"),
        (("soundscape", "build", "--playlist", "shrt", "--minutes", "5"), "'short'"),
        (("session", "add", "--patient", "K-0417", "--started", "2025-01-01T10:00", "--minutes", "40",
          "--room", "room-2"), "'room-1'"),
    ):  # fmt: skip
        run.refused(*words, says=says)


def test_playlists_are_listed_and_shown(run: CommandLine) -> None:
    listed = {row["name"]: row for row in run("playlist", "list", "--json").json}
    assert {"montreal-40", "psychedelic-60", "first-gentle", "silence-forward", "rescue-grounding"} < set(listed)
    assert (listed["short"]["shipped"], listed["montreal-40"]["shipped"]) == (False, True)
    assert listed["rescue-grounding"]["minutes"] is None
    shown = run("playlist", "show", "montreal-40", "--json").json
    assert [phase["name"] for phase in shown["phases"]][:2] == ["arrive", "soothe"]
    checked = run("playlist", "check", listed["montreal-40"]["path"], "--json").json
    assert (checked["ok"], checked["name"]) == (True, "montreal-40")


def test_a_soundscape_file_has_its_shape_and_no_code(run: CommandLine, clinic: Path) -> None:
    words = ("soundscape", "build", "--playlist", "short", "--minutes", "5", "--patient", "K-0417")
    printed = run(*words, *loosened(*LOOSENED), "-o", "s.json", "--json").json
    assert json.loads(Path("s.json").read_text()) == printed
    assert list(printed) == ["format", "playlist", "playlist_version", "minutes", "seed", "loosened", "cost", "bound",
                             "digests", "cues"]  # fmt: skip
    assert (printed["format"], printed["seed"], printed["minutes"]) == ("soundscape/1", 0, 5)
    assert printed["loosened"] == {
        "artist_max_per_session": 30, "flex_s": 240, "startle_max_lu": 30, "energy_step_max": 9,
        "lyrics_unknown": "allow",
    }  # fmt: skip
    cue = {"kind", "phase", "start_ms", "length_ms", "track_id", "gain_db", "fade_in_ms", "fade_out_ms", "reason"}
    assert all(set(one) == cue for one in printed["cues"])
    assert printed["cues"][0]["start_ms"] < 0
    assert "K-0417" not in Path("s.json").read_text()
    run.refused(*words, "-o", "s.json", says="s.json exists already; add --force")
    again = run(*words, *loosened(*LOOSENED), "-o", "s.json", "--force")
    assert again.code == 0
    assert "short version 1, 5 min, seed 0" in again.err
    assert "loosened for tonight only: tracks by one artist in a session: 30; " in again.err
    assert "levels of energy from track to track: 9 is no looser" in again.err
    assert "sudden rises" not in again.err.partition("is no looser")[2]
    assert json.loads(Path("s.json").read_text()) == printed, "the same seed, library and playlist: the same plan"
    named = Path(run(*words).out.strip())
    assert (named.parent, named.name) == (clinic / "soundscapes", "short-5-001.json")


def test_only_a_patient_makes_a_track_new_in_the_course(run: CommandLine) -> None:
    words = ("soundscape", "build", "--playlist", "short", "--minutes", "5", "--json")
    reasons = [cue["reason"] for cue in run(*words).json["cues"]]
    assert not any("course" in reason for reason in reasons)
    asked = run(*words, "--patient", "K-0417").json
    assert any("new in this course" in cue["reason"] for cue in asked["cues"])


def test_a_refused_build_says_where_it_narrows(run: CommandLine) -> None:
    words = ("soundscape", "build", "--playlist", "montreal-40", "--minutes", "40")
    refused = run(*words, "--json")
    assert refused.code == 1
    assert list(refused.json)[:5] == ["feasible", "phase", "rules", "funnel", "relaxation"]
    assert refused.json["feasible"] is False
    assert refused.json["rules"]
    assert {type(row["left"]) for row in refused.json["funnel"]} == {int}
    plain = run(*words)
    shown = [line.split() for line in plain.out.splitlines()[1:]]
    table = refused.json["table"]
    assert [(row[0], row[-2]) for row in shown] == [(row["phase"], str(row["left"])) for row in table]
    for offer in refused.json["offers"]:
        loosened = [word for rule, value in offer["loosen"].items() for word in ("--loosen", f"{rule}={value}")]
        assert run(*words, *loosened).code == 0
        assert offer["words"] in plain.err
    assert refused.json["relaxation"] == next((offer["loosen"] for offer in refused.json["offers"]), None)


def test_a_soundscape_is_checked_shown_and_rendered(run: CommandLine, bare: CommandLine, planned: Path) -> None:
    assert run("soundscape", "check", planned, "--json").json == {
        "ok": True, "against_rules": True, "broken": [], "stale": [],
    }  # fmt: skip
    without = bare("soundscape", "check", planned, "--json")
    assert (without.code, without.json["against_rules"]) == (0, False)
    assert "in a clinic folder" in bare("soundscape", "check", planned).err
    assert run("soundscape", "show", planned, "--json").json == json.loads(planned.read_text())
    assert "pad" in run("soundscape", "show", planned).out
    render = ("soundscape", "render", planned, "-o", "out.wav", "--minutes", "0:0.1")
    rendered = run(*render, "--json").json
    assert (rendered["path"], rendered["rate_hz"], rendered["frames"]) == ("out.wav", 44_100, 264_600)
    run.refused(*render, says="out.wav exists already")


def test_a_soundscape_is_checked_against_a_patient(run: CommandLine, planned: Path) -> None:
    check = ("soundscape", "check", planned, "--patient", "K-0417")
    assert run(*check, "--json").json["ok"]
    track = next(cue["track_id"] for cue in json.loads(planned.read_text())["cues"] if cue["track_id"])
    run("patient", "veto", "K-0417", "--track", track)
    checked = run(*check, "--json")
    assert (checked.code, checked.json["ok"], len(checked.json["broken"])) == (1, False, 1)
    assert "the track is vetoed" in checked.err
    assert run("soundscape", "check", planned).code == 0


def test_a_bare_instance_is_solved_without_a_clinic(bare: CommandLine) -> None:
    cases = Path(__file__).parents[1] / "cases" / "planning"
    small = cases / "04-silence-forward-lib60.json"
    solved = bare("soundscape", "solve", small, "-o", "plan.json", "--json").json
    assert solved["feasible"]
    assert json.loads(Path("plan.json").read_text())["items"]
    bare.refused("soundscape", "solve", small, "-o", "plan.json", says="exists already")
    refused = bare("soundscape", "solve", cases / "11-first-gentle-lib60-infeasible.json", "-o", "no.json", "--json")
    assert (refused.code, refused.json["feasible"], Path("no.json").exists()) == (1, False, False)


def test_a_session_from_paper_is_closed_and_counts_as_heard_nothing(run: CommandLine) -> None:
    words = ("session", "add", "--patient", "K-0417", "--started", "2025-01-01T10:00", "--minutes", "40")
    added = run(*words, "--setting", "-", "--json", stdin='lighting = "dark"').json
    assert (added["closed"], added["entered_afterwards"], added["actual_min"]) == (True, True, 40)
    assert added["setting"]["lighting"] == "dark"
    assert ISO_Z.fullmatch(added["started"])
    run.refused(*words, says="K-0417 has a session that began at 2025-01-01 10:00 already.")
    (listed,) = run("session", "list", "--json").json
    assert (listed["session_id"], listed["patient"]) == (added["session_id"], "K-0417")
    shown = run("patient", "show", "K-0417", "--json").json
    assert (shown["heard"], len(shown["sessions"])) == ([], 1)
    run.refused(*words[:5], "2999-01-01T10:00", *words[6:], says="would end in the future")
    run.refused(*words[:5], "2025-02-01T10:00", *words[6:], "--setting", "-", stdin="lightng = 1", says="'lighting'?")


def test_the_record_is_verified_and_rebuilt(run: CommandLine) -> None:
    verified = run("record", "verify", "--json").json
    assert list(verified) == ["ok", "events", "head", "first_bad", "missing_triggers", "projections_differ", "erased"]
    assert (verified["ok"], verified["first_bad"], verified["missing_triggers"]) == (True, None, [])
    assert (verified["projections_differ"], verified["erased"]) == ([], [])
    assert re.fullmatch("[0-9a-f]{64}", verified["head"])
    assert run("record", "rebuild", "--json").json == {"events": verified["events"]}


def test_a_report_is_written_once(run: CommandLine) -> None:
    words = ("report", "patient", "K-0417", "-o", "r.html")
    assert run(*words, "--json").json == {"path": "r.html"}
    assert Path("r.html").read_text().startswith("<!")
    run.refused(*words, says="r.html exists already; add --force")
    assert run(*words, "--force").out == "r.html\n"


def test_where_nothing_is_there_a_list_is_empty(bare: CommandLine) -> None:
    bare("init", ".")
    for words in ("patient list", "library list", "session list"):
        assert bare(*words.split(), "--json").json == []
        assert bare(*words.split()).out == ""
    bare.refused("session", "status", "--json", says="No session has been started")
    for act in ("session attach", "session act duck", "session mark onset", "session close"):
        bare.refused(*act.split(), "--json", says="No session")
