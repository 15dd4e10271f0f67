"""Scanning: what is measured, what is recognised, what fails, and what is never touched."""

import hashlib
import os
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import mutagen
import pytest
from music_files import set_header_gain, write, write_wav

from setsetting.errors import Refused, Stopped
from setsetting.library import workers as workers_module
from setsetting.library.catalogue import Catalogue, digest_of_tracks
from setsetting.library.scan import scan
from setsetting.library.track import EnergySource


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue.open(tmp_path / "library.db") as opened:
        yield opened


@pytest.fixture
def music(tmp_path):
    folder = tmp_path / "music"
    folder.mkdir()
    return folder


def counts(result):
    return result.scanned, result.unchanged, result.moved, len(result.failed)


def worker(monkeypatch, module):
    """Let scans use a measuring process of these tests."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.setattr(workers_module, "MODULE", module)


def no_worker(monkeypatch):
    def refuse(*_arguments, **_options):
        pytest.fail("an unchanged library started a process")

    monkeypatch.setattr(workers_module.subprocess, "Popen", refuse)


def test_a_folder_of_many_formats_is_measured_without_touching_it(music, catalogue):
    for number, suffix in enumerate(("wav", "flac", "mp3", "opus", "m4a", "aiff")):
        write(music / f"{number}.{suffix}", seed=number)
    before = {
        path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) for path in music.iterdir()
    }
    steps = []
    result = scan([music], catalogue, report=steps.append, workers=2)
    assert counts(result) == (6, 0, 0, 0)
    tracks = catalogue.tracks()
    assert len({track.id for track in tracks}) == 6
    for track in tracks:
        assert track.frames / track.rate_hz == pytest.approx(1.0, abs=0.03)
        assert track.lufs == pytest.approx(-17.7, abs=0.7)
        assert track.energy_source == EnergySource.MEASURED
        assert (track.artist, track.artists) == ("", ())
    assert [step.done for step in steps if step.total == 6] == [0, 1, 2, 3, 4, 5, 6]
    assert {
        path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) for path in music.iterdir()
    } == before


def test_unchanged_files_start_nothing(music, catalogue, monkeypatch):
    write_wav(music / "a.wav", seed=1)
    (music / "empty.mp3").touch()
    (music / "random.mp3").write_bytes(os.urandom(5000))
    first = scan([music], catalogue)
    assert counts(first) == (1, 0, 0, 2)
    no_worker(monkeypatch)
    again = scan([music], catalogue)
    assert counts(again) == (0, 1, 0, 2)
    assert again.failed == first.failed


def test_moved_renamed_and_retagged_files_keep_their_id_and_measurement(music, catalogue, monkeypatch):
    write(music / "tagged.flac", seed=1)
    write(music / "moved.mp3", seed=2)
    scan([music], catalogue)
    ids = {track.title: track.id for track in catalogue.tracks()}

    file = mutagen.File(music / "tagged.flac")
    file["title"], file["energy"], file["genre"] = "New Name", "8", "Drone"
    file.save()
    (music / "sub").mkdir()
    shutil.move(music / "moved.mp3", music / "sub" / "elsewhere.dat.mp3")

    worker(monkeypatch, "measureless_worker")
    result = scan([music], catalogue)
    assert counts(result) == (1, 0, 1, 0)
    after = {track.title: track for track in catalogue.tracks()}
    assert after["New Name"].id == ids["tagged"]
    assert (after["New Name"].energy, after["New Name"].energy_source) == (8.0, EnergySource.TAG)
    assert after["New Name"].tags == ("drone",)
    assert after["elsewhere.dat"].id == ids["moved"]
    assert after["elsewhere.dat"].path == str(music / "sub" / "elsewhere.dat.mp3")
    assert len(after) == 2


def test_tags_that_another_version_read_are_read_anew_and_nothing_is_measured_again(music, catalogue, monkeypatch):
    write(music / "a.flac")
    scan([music], catalogue)
    before = catalogue.tracks()
    with catalogue.cache._writing():
        catalogue.cache._db.execute("UPDATE file SET tags_version = 0, title = 'old'")
    assert catalogue.tracks() == ()
    worker(monkeypatch, "measureless_worker")
    assert counts(scan([music], catalogue)) == (1, 0, 0, 0)
    assert catalogue.tracks() == before


def test_a_cue_sheet_that_came_changed_or_went_is_read_and_nothing_is_measured_again(music, catalogue, monkeypatch):
    write_wav(music / "album" / "a.wav", seed=1)
    write_wav(music / "other" / "b.wav", seed=2)
    scan([music], catalogue)
    sheet = music / "album" / "list.CUE"

    def credited():
        result = scan([music], catalogue)
        return counts(result)[:2], [track.artists for track in catalogue.tracks() if track.title == "a"]

    worker(monkeypatch, "measureless_worker")
    sheet.write_text('PERFORMER "Ana Vale"\nFILE "a.flac" WAVE\n')
    (music / "album" / "broken.cue").symlink_to(music / "nowhere")
    assert credited() == ((1, 1), [("Ana Vale",)])
    assert credited() == ((0, 2), [("Ana Vale",)])
    sheet.write_text('PERFORMER "Mira Dost"\nFILE "a.flac" WAVE\n')
    assert credited() == ((1, 1), [("Mira Dost",)])
    sheet.unlink()
    assert credited() == ((1, 1), [()])


def test_one_recording_under_two_paths_is_one_track(music, catalogue):
    write_wav(music / "a.wav", seed=1)
    shutil.copy(music / "a.wav", music / "b.wav")
    result = scan([music], catalogue)
    assert result.scanned == 2
    assert len(catalogue.tracks()) == 1
    (music / "a.wav").unlink()
    scan([music], catalogue)
    assert catalogue.tracks()[0].path == str(music / "b.wav")


def test_a_file_that_is_gone_is_no_track_and_comes_back_without_decoding(music, tmp_path, catalogue, monkeypatch):
    write_wav(music / "a.wav", seed=1)
    write_wav(music / "b.wav", seed=2)
    scan([music], catalogue)
    shutil.move(music / "b.wav", tmp_path / "b.wav")
    scan([music], catalogue)
    assert [track.title for track in catalogue.tracks()] == ["a"]
    shutil.move(tmp_path / "b.wav", music / "b.wav")
    worker(monkeypatch, "measureless_worker")
    scan([music], catalogue)
    assert [track.title for track in sorted(catalogue.tracks(), key=lambda track: track.title)] == ["a", "b"]


def test_a_header_that_makes_the_sound_louder_makes_another_track_that_is_measured_anew(music, catalogue):
    path = set_header_gain(write(music / "a.opus", seconds=3), -12)
    times = path.stat()
    scan([music], catalogue)
    (before,) = catalogue.tracks()
    set_header_gain(path, 0)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # as programs that keep a file's time leave it
    result = scan([music], catalogue)
    assert counts(result) == (1, 0, 0, 0)
    (after,) = catalogue.tracks()
    assert after.id != before.id
    assert after.lufs - before.lufs == pytest.approx(12.0, abs=0.05)


def test_equal_bytes_at_two_rates_are_two_tracks(music, catalogue):
    whole = bytearray(write_wav(music / "a.wav", rate=44_100).read_bytes())
    whole[24:28] = (22_050).to_bytes(4, "little")
    (music / "b.wav").write_bytes(whole)
    scan([music], catalogue)
    assert sorted((track.title, track.rate_hz) for track in catalogue.tracks()) == [("a", 44_100), ("b", 22_050)]


def test_another_folder_leaves_the_first_one_in_the_library(music, tmp_path, catalogue):
    write_wav(music / "a.wav", seed=1)
    write_wav(tmp_path / "more" / "b.wav", seed=2)
    scan([music], catalogue)
    scan([tmp_path / "more"], catalogue)
    assert len(catalogue.tracks()) == 2


def test_broken_files_get_one_line_each_and_the_scan_goes_on(music, catalogue):
    good = write(music / "good.flac", seed=1)
    (music / "renamed.mp3").write_bytes(write(music / "x.flac", seed=2).read_bytes())
    (music / "x.flac").unlink()
    (music / "zero.flac").touch()
    (music / "random.ogg").write_bytes(os.urandom(20_000))
    (music / "text.wav").write_text("this is no music\n" * 50)
    whole = good.read_bytes()
    (music / "truncated.flac").write_bytes(whole[: len(whole) * 6 // 10])
    (music / "esc\x1b[31m.mp3").write_bytes(b"x")
    result = scan([music], catalogue)
    assert counts(result) == (2, 0, 0, 5)
    assert {track.title for track in catalogue.tracks()} == {"good", "renamed"}
    for failure in result.failed:
        assert "\n" not in failure.reason
        assert failure.reason.endswith(".")
        assert failure.path not in failure.reason
    reasons = {failure.path.rpartition("/")[2]: failure.reason for failure in result.failed}
    assert reasons["zero.flac"] == "is empty."
    assert "cut off" in reasons["truncated.flac"]


def test_a_file_that_breaks_later_leaves_the_library(music, catalogue):
    path = write_wav(music / "a.wav", seed=1)
    write_wav(music / "b.wav", seed=2)
    scan([music], catalogue)
    path.write_bytes(b"overwritten")
    result = scan([music], catalogue)
    assert counts(result) == (0, 1, 0, 1)
    assert [track.title for track in catalogue.tracks()] == ["b"]


def test_a_decoder_that_crashes_takes_only_its_file(music, catalogue, monkeypatch):
    for name in ("a", "crash1", "b", "crash2", "c"):
        write_wav(music / f"{name}.wav", seed=len(name) + ord(name[-1]))
    worker(monkeypatch, "odd_worker")
    result = scan([music], catalogue, workers=1)
    assert counts(result) == (3, 0, 0, 2)
    assert all("crash" in failure.reason for failure in result.failed)


def test_workers_that_cannot_start_are_one_sentence(music, catalogue, monkeypatch):
    write_wav(music / "a.wav")
    monkeypatch.setattr(workers_module, "MODULE", "setsetting.no_such_module")
    with pytest.raises(Refused, match="Measuring cannot start"):
        scan([music], catalogue)


@pytest.mark.parametrize("way", ["ctrl-c", "report", "event"])
def test_a_stopped_scan_keeps_what_is_done_and_goes_on_from_there(music, catalogue, monkeypatch, way):
    worker(monkeypatch, "odd_worker")
    for number in range(6):
        write_wav(music / f"slow{number}.wav", seed=number)
    stop = threading.Event()

    def after_two(step):
        if step.name and step.done == 2:
            if way == "event":
                stop.set()
            else:
                raise KeyboardInterrupt if way == "ctrl-c" else Stopped("enough")

    with pytest.raises(Stopped) as stopped:
        scan([music], catalogue, report=after_two, stop=stop, workers=1)
    assert stopped.value.exit_code == 130
    kept = len(catalogue.tracks())
    assert 2 <= kept < 6
    rest = scan([music], catalogue, workers=1)
    assert (rest.unchanged, rest.scanned) == (kept, 6 - kept)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("Thread-") and thread.daemon]


def test_what_a_person_set_survives_the_loss_of_library_db(music, tmp_path):
    write_wav(music / "a.wav", seed=1)
    with Catalogue.open(tmp_path / "library.db") as catalogue:
        scan([music], catalogue)
        track_id = catalogue.tracks()[0].id
        catalogue.set_fields(track_id, {"energy": "9", "lyrics": "none", "artist": "Her Name"}, who="p1")
        catalogue.tag(track_id, ["Ocean"], [], who="p1")
        before = catalogue.track(track_id)
    (tmp_path / "library.db").unlink()
    shutil.move(music / "a.wav", music / "other name.wav")
    with Catalogue.open(tmp_path / "library.db") as catalogue:
        assert catalogue.tracks() == ()
        scan([music], catalogue)
        after = catalogue.track(track_id)
    named_alike = [replace(track, called=()) for track in (before, after)]  # a name in which a refused one may stand
    assert digest_of_tracks(named_alike[:1]) == digest_of_tracks(named_alike[1:])
    assert (after.energy, after.energy_source, after.lyrics, after.artist, after.tags) == (
        9.0, EnergySource.PERSON, before.lyrics, "Her Name", ("ocean",)
    )  # fmt: skip
    assert after.title == "other name"


def test_a_name_that_is_no_text_is_scanned(music, catalogue):
    write_wav(music / "a.wav", seed=1)
    (music / "a.wav").rename(os.fsdecode(os.fsencode(music) + b"/caf\xe9.wav"))
    result = scan([music], catalogue)
    assert result.scanned == 1
    track = catalogue.tracks()[0]
    assert track.title == "caf\N{REPLACEMENT CHARACTER}"
    assert Path(track.path).exists()


def test_a_file_that_was_written_to_or_went_away_is_not_as_it_was_scanned(music, catalogue):
    louder, gone, same = (write_wav(music / f"{name}.wav", seed=seed) for seed, name in enumerate("abc"))
    scan([music], catalogue)
    assert not catalogue.not_as_scanned(catalogue.tracks())
    louder.write_bytes(louder.read_bytes()[:-2])
    gone.unlink()
    changed = catalogue.not_as_scanned(catalogue.tracks())
    assert {Path(track.path) for track in catalogue.tracks() if track.id in changed} == {louder, gone}
    assert same.is_file()
