"""A refusal of one encoding, as a patient's record and the library's folder make it hold for the recording."""

from pathlib import Path
from typing import TypeAlias

import av
import mutagen.flac
import numpy as np
import numpy.typing as npt
import pytest

from setsetting.desk import clinic as clinics
from setsetting.desk import library, patients, voices
from setsetting.desk.clinic import Clinic
from setsetting.desk.wishes import AskedDuring, wishes_of
from setsetting.machine import files
from setsetting.record import rows
from setsetting.session import folder as live_folder
from setsetting.soundscape.check import forbidden

Wave: TypeAlias = npt.NDArray[np.float64]
RATE_HZ = 48_000
ENCODERS = {
    "flac": ("flac", "s16"),
    "mp3": ("libmp3lame", "fltp"),
    "opus": ("libopus", "flt"),
    "m4a": ("aac", "fltp"),
}


def tune(path: Path, seed: int, seconds: float = 14.0) -> None:
    """Write notes that change, in the format of the file's suffix."""
    write(path, notes(seed, seconds))


def notes(seed: int, seconds: float) -> Wave:
    random, clock = np.random.default_rng(seed), np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    wave = np.zeros(len(clock))
    for begin in np.arange(0, seconds, 0.25):
        held = slice(round(begin * RATE_HZ), round((begin + 1) * RATE_HZ))
        since = clock[held] - begin
        for hertz in 220 * 2 ** (random.integers(0, 40, 3) / 12):
            wave[held] += 0.06 * np.exp(-2 * since) * np.sin(2 * np.pi * hertz * since)
    return wave


def within(wave: Wave, first_s: float, last_s: float) -> Wave:
    return wave[round(first_s * RATE_HZ) : round(last_s * RATE_HZ)]


def write(path: Path, wave: Wave) -> None:
    encoder, form = ENCODERS[path.suffix[1:]]
    with av.open(str(path), "w") as out:
        stream = out.add_stream(encoder, rate=RATE_HZ, layout="mono", format=form)
        resampler = av.AudioResampler(format=form, layout="mono", rate=RATE_HZ, frame_size=stream.frame_size or 4096)
        whole = av.AudioFrame.from_ndarray((wave * 30_000).astype(np.int16)[None, :], format="s16", layout="mono")
        whole.sample_rate, whole.pts = RATE_HZ, 0
        for frame in [*resampler.resample(whole), *resampler.resample(None)]:
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    top = tmp_path_factory.mktemp("recordings")
    (top / "music").mkdir()
    for suffix in ENCODERS:
        tune(top / "music" / f"a.{suffix}", seed=1)
    tune(top / "music" / "b.flac", seed=2)
    made = clinics.init(top / "clinic")
    library.scan(made, [top / "music"])
    return made


def allowed(clinic: Clinic) -> set[str]:
    """The files that this patient may hear."""
    with clinic.record() as record:
        wishes = wishes_of(clinic, record, rows.patient(record, "P-1").patient_id)
    return {Path(track.path).name for track in library.listing(clinic) if not wishes.forbids(track)}


def test_four_encodings_are_refused_by_the_id_of_one(clinic: Clinic) -> None:
    patients.add(clinic, "P-1")
    tracks = {Path(track.path).name: track for track in library.listing(clinic)}
    patients.veto(clinic, "P-1", "track", tracks["a.mp3"].id)
    assert allowed(clinic) == {"b.flac"}
    (Path(tracks["a.mp3"].path)).unlink()
    library.scan(clinic, [Path(tracks["a.mp3"].path).parent])
    assert len(library.listing(clinic)) == 4
    assert allowed(clinic) == {"b.flac"}


def test_a_veto_of_one_encoding_is_withdrawn_by_any(clinic: Clinic) -> None:
    patients.add(clinic, "P-2")
    tracks = {Path(track.path).name: track for track in library.listing(clinic)}
    for name in ("a.opus", "b.flac"):
        patients.veto(clinic, "P-2", "track", tracks[name].id)
    patients.veto(clinic, "P-2", "track", tracks["a.flac"].id)
    patients.unveto(clinic, "P-2", "track", tracks["a.m4a"].id[:12])
    assert [veto.value for veto in patients.show(clinic, "P-2").vetoes] == [tracks["b.flac"].id]


def test_of_several_encodings_those_are_used_whose_file_is_there(clinic: Clinic, tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    for suffix in ("flac", "mp3"):
        tune(tmp_path / "music" / f"c.{suffix}", seed=3)
    tune(tmp_path / "music" / "alone.flac", seed=4)
    own = clinics.init(tmp_path / "clinic")
    library.scan(own, [tmp_path / "music"])
    tracks = library.listing(own)
    with own.catalogue() as catalogue:
        assert catalogue.usable(tracks) == tuple(tracks)
        (tmp_path / "music" / "c.flac").unlink()
        (tmp_path / "music" / "alone.flac").unlink()
        usable = {Path(track.path).name for track in catalogue.usable(tracks)}
    assert usable == {"c.mp3", "alone.flac"}, "what is missing altogether is said when it is to be played"


def test_a_session_whose_beginning_has_not_reached_the_record_is_asked_nothing_and_breaks_no_act(
    tmp_path: Path,
) -> None:
    clinic = clinics.init(tmp_path / "clinic")
    assert AskedDuring(clinic, "5d8e3d6e-0000-4000-8000-000000000000").now() is None


def test_what_was_refused_in_a_session_stays_refused_when_the_library_can_be_read_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    music, clinic = tmp_path / "music", clinics.init(tmp_path / "clinic")
    music.mkdir()
    for name in ("a.flac", "a.mp3"):
        tune(music / name, seed=1)
    patients.add(clinic, "P-1")
    library.scan(clinic, [music])
    one, other = library.listing(clinic)
    patients.veto(clinic, "P-1", "track", one.id)
    with clinic.record() as record:
        patient_id = rows.patient(record, "P-1").patient_id
    monkeypatch.setattr(rows, "owner", lambda _record, _session_id: patient_id)
    monkeypatch.setattr("setsetting.desk.wishes.SCANNED_S", 0.0)
    session_id = "5d8e3d6e-0000-4000-8000-000000000000"
    where = files.private_dir(live_folder.folder_of(clinic.folder, session_id))
    live_folder.write_tracks(where, [other])
    asked = AskedDuring(clinic, session_id)

    def refused(asked: AskedDuring) -> bool:
        now = asked.now()
        return now is not None and bool(now.forbids(other))

    assert refused(asked)
    (clinic.folder / "library.db").write_bytes(b"no library")
    patients.veto(clinic, "P-1", "artist", "Mira Dost")
    assert refused(asked)
    assert refused(AskedDuring(clinic, session_id)), "a command that begins only now"
    (clinic.folder / "library.db").unlink()
    assert refused(AskedDuring(clinic, session_id)), "a library that was begun anew knows nothing"
    (clinic.folder / "record.db").write_bytes(b"no record")
    assert refused(AskedDuring(clinic, session_id))


def in_other_files(clinic: Clinic, music: Path) -> None:
    """What another machine may bring: no library.db, and instead of a.flac, that says whom, a file that says nothing."""
    (clinic.folder / "library.db").unlink()
    (music / "a.flac").unlink()
    tune(music / "1.mp3", seed=1)
    library.scan(clinic, [music])
    assert {Path(track.path).name for track in library.listing(clinic)} == {"1.mp3", "b.flac"}


@pytest.mark.parametrize("first", ["veto", "scan"])
@pytest.mark.parametrize(("what", "name"), [("artist", "Mira Dost"), ("tag", "bells")])
def test_whom_a_refused_track_credited_is_known_without_its_file_and_library(
    tmp_path: Path, what: str, name: str, first: str
) -> None:
    music, clinic = tmp_path / "music", clinics.init(tmp_path / "clinic")
    music.mkdir()
    tune(music / "b.flac", seed=2)
    tune(music / "a.flac", seed=1)
    said = mutagen.flac.FLAC(music / "a.flac")
    said["artist"], said["genre"] = "Mira Dost", "Bells"
    said.save()
    patients.add(clinic, "P-1")
    if first == "scan":
        library.scan(clinic, [music])
    patients.veto(clinic, "P-1", what, name)
    library.scan(clinic, [music])
    in_other_files(clinic, music)
    assert allowed(clinic) == {"b.flac"}
    assert patients.veto(clinic, "P-1", what, name.upper()).met.tracks[0][0].path == str(music / "1.mp3")
    patients.unveto(clinic, "P-1", what, name)
    assert allowed(clinic) == {"1.mp3", "b.flac"}


def test_a_refused_file_that_is_tagged_anew_where_it_lies_stays_refused(tmp_path: Path) -> None:
    music, clinic = tmp_path / "music", clinics.init(tmp_path / "clinic")
    music.mkdir()
    tune(music / "a.flac", seed=1)
    said = mutagen.flac.FLAC(music / "a.flac")
    said["artist"] = "Mira Dost"
    said.save()
    patients.add(clinic, "P-1")
    library.scan(clinic, [music])
    patients.veto(clinic, "P-1", "artist", "Mira Dost")
    assert allowed(clinic) == set()
    said["artist"] = "Ana Li"
    said.save()
    library.scan(clinic, [music])
    assert allowed(clinic) == set()
    patients.unveto(clinic, "P-1", "artist", "Mira Dost")
    assert allowed(clinic) == {"a.flac"}


def test_a_file_that_took_a_refused_name_by_being_moved_stays_refused_under_its_next(tmp_path: Path) -> None:
    music, clinic = tmp_path / "music", clinics.init(tmp_path / "clinic")
    music.mkdir()
    tune(music / "a.flac", seed=1)
    patients.add(clinic, "P-1")
    patients.veto(clinic, "P-1", "artist", "Mira Dost")
    for name, heard in (("a", {"a.flac"}), ("Mira Dost - Drift", set()), ("drift", set())):
        next(music.iterdir()).rename(music / f"{name}.flac")
        library.scan(clinic, [music])
        assert allowed(clinic) == heard


@pytest.mark.parametrize("what", ["artist", "tag", "track"])
def test_a_voice_or_bell_that_is_a_refused_recording_is_refused(tmp_path: Path, what: str) -> None:
    music, clinic = tmp_path / "music", clinics.init(tmp_path / "clinic")
    music.mkdir()
    tune(music / "a.flac", seed=1)
    said = mutagen.flac.FLAC(music / "a.flac")
    said["artist"], said["genre"] = "Mira Dost", "Bells"
    said.save()
    for name, seed in (("welcome.mp3", 1), ("other.mp3", 2)):
        tune(clinic.folder / "voice" / name, seed)
    patients.add(clinic, "P-1")
    assert all(prompt.named is not None for prompt in voices.read(clinic))
    library.scan(clinic, [music])
    (track,) = library.listing(clinic)
    patients.veto(clinic, "P-1", what, {"artist": "Mira Dost", "tag": "bells", "track": track.id}[what])
    with clinic.record() as record:
        wishes = wishes_of(clinic, record, rows.patient(record, "P-1").patient_id)
    found = {prompt.name: prompt.named for prompt in voices.read(clinic)}
    assert {name for name, named in found.items() if named is not None and wishes.forbids(named)} == {"welcome"}
    named = found["welcome"]
    assert named is not None and list(forbidden("-", named, wishes, named.holds))


def names(path: Path, artist: str) -> None:
    said = mutagen.flac.FLAC(path)
    said["artist"] = artist
    said.save()


@pytest.mark.parametrize("what", ["artist", "tag"])
def test_a_voice_or_bell_is_refused_for_what_its_recording_was_called_before(tmp_path: Path, what: str) -> None:
    music, clinic = tmp_path / "music", clinics.init(tmp_path / "clinic")
    music.mkdir()
    tune(music / "a.flac", seed=1)
    tune(clinic.folder / "voice" / "welcome.mp3", seed=1)
    patients.add(clinic, "P-1")
    said = mutagen.flac.FLAC(music / "a.flac")
    for called in ("Mira Dost", "Ana Li"):
        said["artist"] = said["genre"] = called
        said.save()
        library.scan(clinic, [music])
        patients.veto(clinic, "P-1", what, "Mira Dost")
        assert allowed(clinic) == set()
    with clinic.record() as record:
        wishes = wishes_of(clinic, record, rows.patient(record, "P-1").patient_id)
    (prompt,) = voices.read(clinic)
    assert prompt.named is not None and wishes.forbids(prompt.named)
    assert list(forbidden("-", prompt.named, wishes, prompt.named.holds))


def sharing(music: Path, usb: Path) -> None:
    """What has names only in usb/, and in music/ what holds some of its sound: a whole, a medley, a tone alike,
    and what shares no more than ten seconds, by which both are known to belong together."""
    for folder in (music, usb):
        folder.mkdir()
    tune(music / "other.flac", seed=2)
    whole = notes(1, 40)
    write(music / "whole.flac", whole)
    write(usb / "part.mp3", within(whole, 5, 20))
    called = notes(3, 40)
    write(usb / "called.flac", called)
    write(music / "medley.mp3", np.concatenate([notes(4, 15), within(called, 10, 30)]))
    piece = notes(5, 10)
    write(usb / "piece.flac", piece)
    write(usb / "around.flac", np.concatenate([notes(6, 15), piece, notes(7, 10)]))
    write(music / "beside.flac", np.concatenate([notes(8, 15), piece, notes(9, 10)]))
    tone = 0.1 * np.sin(2 * np.pi * 440 * np.arange(12 * RATE_HZ) / RATE_HZ)
    write(usb / "tone.flac", tone)
    write(music / "tone.mp3", tone)
    for name in ("called", "around", "tone"):
        names(usb / f"{name}.flac", "Mira Dost")


@pytest.mark.parametrize("way", ["forgotten", "deleted"])
def test_what_holds_some_of_a_refused_sound_is_refused_when_its_file_is_gone(tmp_path: Path, way: str) -> None:
    music, usb, clinic = tmp_path / "music", tmp_path / "usb", clinics.init(tmp_path / "clinic")
    sharing(music, usb)
    library.scan(clinic, [music, usb])
    patients.add(clinic, "P-1")
    (part,) = (track for track in library.listing(clinic) if track.path.endswith("part.mp3"))
    library.tag(clinic, part.id, ["gongs"], [])
    if way == "deleted":  # and entered before there is anything to meet
        (clinic.folder / "library.db").unlink()
    patients.veto(clinic, "P-1", "tag", "gongs")
    patients.veto(clinic, "P-1", "artist", "Mira Dost")
    if way == "forgotten":
        usb.rename(tmp_path / "away")
        library.forget(clinic, usb)
    else:
        library.scan(clinic, [music, usb])
        assert allowed(clinic) == {"other.flac"}
        for path in usb.iterdir():
            path.unlink()
        tune(usb / "more.flac", seed=10)
        library.scan(clinic, [usb])
    assert allowed(clinic) - {"more.flac"} == {"other.flac"}
    (clinic.folder / "library.db").unlink()
    library.scan(clinic, [music])
    assert allowed(clinic) == {"other.flac"}
    met = patients.veto(clinic, "P-1", "tag", "Gong").met.tracks
    assert {Path(track.path).name for track, _why in met} == {"whole.flac"}
    for what, name in (("artist", "Mira Dost"), ("tag", "gongs"), ("tag", "Gong")):
        patients.unveto(clinic, "P-1", what, name)
    assert len(allowed(clinic)) == 5


def test_a_voice_or_bell_made_of_several_recordings_or_of_a_tone_is_refused_as_each_is(tmp_path: Path) -> None:
    music, clinic = tmp_path / "music", clinics.init(tmp_path / "clinic")
    music.mkdir()
    tone = 0.1 * np.sin(2 * np.pi * 440 * np.arange(6 * RATE_HZ) / RATE_HZ)
    first, second = notes(1, 30), notes(2, 30)
    for name, wave in (("first", first), ("second", second), ("tone", tone)):
        write(music / f"{name}.flac", wave)
    write(clinic.folder / "voice" / "both.mp3", np.concatenate([within(first, 2, 26), within(second, 2, 26)]))
    write(clinic.folder / "voice" / "bell.mp3", tone)
    tune(clinic.folder / "voice" / "own.mp3", seed=3)
    library.scan(clinic, [music])
    for number, track in enumerate(library.listing(clinic)):
        patients.add(clinic, f"P-{number}")
        patients.veto(clinic, f"P-{number}", "track", track.id)
        with clinic.record() as record:
            wishes = wishes_of(clinic, record, rows.patient(record, f"P-{number}").patient_id)
        refused = {each.name for each in voices.read(clinic) if each.named is not None and wishes.forbids(each.named)}
        assert refused == {"bell" if track.title == "tone" else "both"}
