"""Soundscapes as the desk builds, saves, checks and renders them, on a small synthesised library."""

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
import session_clinic
from mutagen.flac import FLAC

from setsetting.desk import clinic as clinics
from setsetting.desk import library, patients, plans, sessions, soundscapes
from setsetting.desk.clinic import Clinic
from setsetting.errors import AlreadyExists, NotFound, Refused, UsageError
from setsetting.progress import silent

RATE_HZ = 44_100
ENERGIES = (2.0, 2.0, 2.5, 3.0, 2.0, 2.5)
PLAYLIST = """\
format = 1
name = "short"
version = 1
title = "Two calm phases"
evidence = ["Proposal for a test"]
infusion_min = 5
spare_s = 30

[[phase]]
name = "settle"
at = { anchor = "start", seconds = 0 }
energy_from = 2
energy_to = 2
energy_max = 4
startle_max_lu = 60
lyrics = ["none"]

[[phase]]
name = "spare"
kind = "spare"
at = { anchor = "end", seconds = 0 }
energy_from = 2
energy_to = 2
energy_max = 4
startle_max_lu = 60
"""


def hum(path: Path, seconds: float, hertz: float) -> None:
    """Write a quiet tone as FLAC."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tone = (3000 * np.sin(2 * np.pi * hertz * t)).astype(np.int16)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("flac", rate=RATE_HZ, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone[None, :], format="s16", layout="mono")
        frame.sample_rate = RATE_HZ
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("music")
    for number, _energy in enumerate(ENERGIES):
        hum(folder / f"hum-{number}.flac", 75 + number, 110 + 20 * number)
    return folder


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory, music: Path) -> Path:
    made = clinics.init(tmp_path_factory.mktemp("scanned") / "clinic")
    (made.folder / "playlists" / "short.toml").write_text(PLAYLIST)
    library.scan(made, [music])
    for track, energy in zip(library.listing(made), ENERGIES, strict=True):
        values = {"energy": f"{energy:g}", "lyrics": "none", "beatless": "yes", "artist": f"Hum {track.id[:4]}"}
        library.set_fields(made, track.id, values)
    return made.folder


@pytest.fixture
def clinic(tmp_path: Path, scanned: Path) -> Clinic:
    """A copy to work in; a file that an earlier test changed is scanned again."""
    return session_clinic.copy_of(scanned, tmp_path / "clinic")


def test_a_built_soundscape_is_saved_under_the_next_number_and_breaks_no_rule(clinic: Clinic) -> None:
    built = soundscapes.build(clinic, "short", 5)
    first = soundscapes.save(clinic, built.soundscape, None, replace=False)
    second = soundscapes.save(clinic, built.soundscape, None, replace=False)
    assert [first.name, second.name] == ["short-5-001.json", "short-5-002.json"]
    assert first.read_bytes() == second.read_bytes()
    checked = soundscapes.check(clinic.folder, first)
    assert (checked.broken, checked.stale) == ((), ())
    with pytest.raises(AlreadyExists):
        soundscapes.save(clinic, built.soundscape, first, replace=False)


def test_a_check_refuses_files_that_are_gone_or_hold_other_sound(clinic: Clinic, tmp_path: Path) -> None:
    built = soundscapes.build(clinic, "short", 5).soundscape
    path = soundscapes.save(clinic, built, None, replace=False)
    file = Path(library.show(clinic, built.cues[0].track_id or "").path)
    aside = file.rename(tmp_path / file.name)
    try:
        (gone,) = soundscapes.check(clinic.folder, path).broken
        assert gone.endswith(f"its file {file} is missing.")
        hum(file, 75, 500)
        (other,) = soundscapes.check(clinic.folder, path).broken
        assert other.endswith(f"its file {file} holds other sound than when it was scanned.")
    finally:
        aside.replace(file)
    assert soundscapes.check(clinic.folder, path).broken == ()


def test_what_changed_since_is_said(clinic: Clinic) -> None:
    path = soundscapes.save(clinic, soundscapes.build(clinic, "short", 5).soundscape, None, replace=False)
    library.set_fields(clinic, library.listing(clinic)[0].id, {"energy": "4"})
    assert soundscapes.check(clinic.folder, path).stale != ()


def test_a_veto_leaves_the_track_out(clinic: Clinic) -> None:
    patients.add(clinic, "A")
    used = soundscapes.build(clinic, "short", 5, "A").soundscape.cues[0].track_id
    assert used is not None
    patients.veto(clinic, "A", "track", used)
    cues = soundscapes.build(clinic, "short", 5, "A").soundscape.cues
    assert used not in {cue.track_id for cue in cues}


def test_what_a_file_credits_since_its_scan_is_refused_before_it_is_scanned_again(clinic: Clinic) -> None:
    patients.add(clinic, "A")
    patients.veto(clinic, "A", "artist", "Mira Dost")
    built = soundscapes.build(clinic, "short", 5, "A").soundscape
    used = next(track for track in library.listing(clinic) if track.id == built.cues[0].track_id)
    tagged = FLAC(used.path)
    tagged["artist"] = "Mira Dost"
    tagged.save()
    try:
        with pytest.raises(Refused, match=r"the artist is vetoed.*scan the library"):
            soundscapes.save(clinic, built, None, replace=False, code="A")
        kept = plans.inputs(clinic, "A", built)
        assert kept.wishes.forbids(kept.tracks[used.id])
        library.scan(clinic, [Path(used.path).parent])
        cues = soundscapes.build(clinic, "short", 5, "A").soundscape.cues
        assert used.id not in {cue.track_id for cue in cues}
    finally:
        tagged.delete()


def test_what_a_cue_sheet_says_since_the_scan_is_refused_before_it_is_scanned_again(clinic: Clinic) -> None:
    patients.add(clinic, "A")
    patients.veto(clinic, "A", "artist", "Mira Dost")
    built = soundscapes.build(clinic, "short", 5, "A").soundscape
    used = next(track for track in library.listing(clinic) if track.id == built.cues[0].track_id)
    sheet = Path(used.path).with_suffix(".cue")
    sheet.write_text('PERFORMER "Mira Dost"')
    try:
        with pytest.raises(Refused, match="the artist is vetoed"):
            soundscapes.save(clinic, built, None, replace=False, code="A")
    finally:
        sheet.unlink()


def test_a_stretch_renders_to_its_length_and_a_changed_file_is_named_before(clinic: Clinic, tmp_path: Path) -> None:
    built = soundscapes.build(clinic, "short", 5)
    path = soundscapes.save(clinic, built.soundscape, None, replace=False)
    rendered = soundscapes.render(clinic, path, tmp_path / "a.flac", (0.0, 0.5), silent, replace=False)
    assert rendered.frames == 30 * RATE_HZ
    with pytest.raises(UsageError, match="outside"):
        soundscapes.render(clinic, path, tmp_path / "b.flac", (90.0, 91.0), silent, replace=False)
    used = library.show(clinic, built.soundscape.cues[0].track_id or "")
    original = Path(used.path).read_bytes()
    try:
        hum(Path(used.path), 5, 400)
        with pytest.raises(Refused, match="other sound"):
            soundscapes.render(clinic, path, tmp_path / "c.flac", None, silent, replace=False)
    finally:
        Path(used.path).write_bytes(original)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.flac", "clinic"]


def test_an_empty_library_and_an_unknown_playlist_say_what_to_do(tmp_path: Path, clinic: Clinic) -> None:
    empty = clinics.init(tmp_path / "empty")
    with pytest.raises(Refused, match="library scan"):
        soundscapes.build(empty, "montreal-40", 40)
    with pytest.raises(NotFound, match="montreal-40"):
        soundscapes.build(clinic, "montreal", 40)
    with pytest.raises(Refused, match="loop"):
        soundscapes.build(clinic, "rescue-grounding", 40)


def test_what_the_check_refuses_nobody_saves_renders_or_starts_and_who_looks_is_told(
    clinic: Clinic, tmp_path: Path
) -> None:
    patients.add(clinic, "A")
    built = soundscapes.build(clinic, "short", 5, "A").soundscape
    path = soundscapes.save(clinic, built, None, replace=False, code="A")
    first = library.show(clinic, built.cues[0].track_id or "")
    library.set_fields(clinic, first.id, {"energy": "9"})
    (broken, *_others) = soundscapes.check(clinic.folder, path).broken
    assert broken == f"0:00 settle, {first.title} - {first.artist}: its energy is out of range."
    assert broken in soundscapes.show(clinic.folder, path).broken
    with pytest.raises(Refused, match=r"0:00 settle.*its energy is out of range"):
        soundscapes.save(clinic, built, tmp_path / "again.json", replace=False)
    with pytest.raises(Refused, match=r"0:00 settle.*its energy is out of range"):
        soundscapes.render(clinic, path, tmp_path / "a.wav", None, silent, replace=False)
    with pytest.raises(Refused, match=r"0:00 settle.*its energy is out of range"):
        sessions.start(clinic, sessions.SessionRequest(path, "A", output="fast"), say=lambda _words: None)
    assert [file.name for file in tmp_path.iterdir()] == ["clinic"]
    assert not (clinic.folder / "live").exists()


def test_a_check_with_a_patient_asks_what_that_patient_refuses_however_it_is_spelled(clinic: Clinic) -> None:
    patients.add(clinic, "A")
    built = soundscapes.build(clinic, "short", 5, "A").soundscape
    path = soundscapes.save(clinic, built, None, replace=False, code="A")
    first = library.show(clinic, built.cues[0].track_id or "")
    assert soundscapes.check(clinic.folder, path, "A").broken == ()
    patients.veto(clinic, "A", "artist", first.artist.upper())
    assert soundscapes.check(clinic.folder, path).broken == ()
    assert "the artist is vetoed" in soundscapes.check(clinic.folder, path, "A").broken[0]
    with pytest.raises(Refused, match="the artist is vetoed"):
        soundscapes.save(clinic, built, None, replace=False, code="A")


def test_what_was_made_for_a_patient_who_refuses_it_by_now_is_not_rendered_and_is_shown_with_the_refusal(
    clinic: Clinic,
) -> None:
    for code in ("A", "B"):
        patients.add(clinic, code)
    built = soundscapes.build(clinic, "short", 5, "A").soundscape
    path = soundscapes.save(clinic, built, None, replace=False, code="A")
    assert soundscapes.show(clinic.folder, path).broken == ()
    patients.veto(clinic, "B", "track", built.cues[0].track_id or "")
    assert soundscapes.show(clinic.folder, path).broken == ()
    assert "the track is vetoed" in soundscapes.show(clinic.folder, path, "B").broken[0]
    patients.veto(clinic, "A", "track", built.cues[1].track_id or "")
    assert "the track is vetoed" in soundscapes.show(clinic.folder, path).broken[0]
    out = clinic.folder.parent / "out.wav"
    with pytest.raises(Refused, match="the track is vetoed"):
        soundscapes.render(clinic, path, out, (0, 0.1), silent, replace=False)
    assert not out.exists()
    with sqlite3.connect(clinic.folder / "record.db") as edited:
        edited.execute("DELETE FROM patient_vetoed")
    with pytest.raises(Refused, match="is not what was recorded"):
        soundscapes.show(clinic.folder, path)
    with pytest.raises(Refused, match="is not what was recorded"):
        soundscapes.render(clinic, path, out, (0, 0.1), silent, replace=False)
    assert not out.exists()


def test_what_was_accepted_as_other_hands_wrote_it_is_not_rendered_for_a_patient_who_refuses_it_by_now(
    clinic: Clinic,
) -> None:
    """A plan is accepted byte for byte, and a person may have edited it; the program itself would write it otherwise."""
    patients.add(clinic, "A")
    built = soundscapes.build(clinic, "short", 5).soundscape
    path = soundscapes.save(clinic, built, None, replace=False)
    path.write_text(json.dumps({**json.loads(path.read_text()), "seed": 7}, indent=3))
    plans.accept(clinic, path, "A")
    patients.veto(clinic, "A", "track", built.cues[0].track_id or "")
    assert "the track is vetoed" in soundscapes.show(clinic.folder, path).broken[0]
    out = clinic.folder.parent / "out.wav"
    with pytest.raises(Refused, match="the track is vetoed"):
        soundscapes.render(clinic, path, out, (0, 0.1), silent, replace=False)
    assert not out.exists()


def test_a_plan_of_a_bare_instance_that_breaks_a_rule_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = Path(__file__).parents[1] / "cases" / "planning" / "04-silence-forward-lib60.json"
    real = soundscapes.plan
    monkeypatch.setattr(
        soundscapes, "plan", lambda problem, _report: replace(made := real(problem), items=made.items[:-1])
    )
    with pytest.raises(Refused, match="the spare tail reaches to"):
        soundscapes.solve(instance, tmp_path / "plan.json", replace=False)
    assert not (tmp_path / "plan.json").exists()
    monkeypatch.undo()
    soundscapes.solve(instance, tmp_path / "plan.json", replace=False)
    assert (tmp_path / "plan.json").exists()
