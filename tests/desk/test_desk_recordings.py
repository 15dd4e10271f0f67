"""A refusal of one encoding, as a patient's record and the library's folder make it hold for the recording."""

from pathlib import Path

import av
import mutagen.flac
import numpy as np
import pytest

from setsetting.desk import clinic as clinics
from setsetting.desk import library, patients, voices
from setsetting.desk.clinic import Clinic
from setsetting.desk.wishes import AskedDuring, wishes_of
from setsetting.record import rows
from setsetting.soundscape.check import forbidden

RATE_HZ = 48_000
ENCODERS = {
    "flac": ("flac", "s16"),
    "mp3": ("libmp3lame", "fltp"),
    "opus": ("libopus", "flt"),
    "m4a": ("aac", "fltp"),
}


def tune(path: Path, seed: int, seconds: float = 14.0) -> None:
    """Write notes that change, in the format of the file's suffix."""
    random, clock = np.random.default_rng(seed), np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    wave = np.zeros(len(clock))
    for begin in np.arange(0, seconds, 0.25):
        held = (clock >= begin) & (clock < begin + 1)
        for hertz in 220 * 2 ** (random.integers(0, 40, 3) / 12):
            wave[held] += 0.06 * np.exp(-2 * (clock[held] - begin)) * np.sin(2 * np.pi * hertz * clock[held])
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


def test_a_refused_file_that_is_tagged_anew_where_it_lies_says_what_it_says_now(tmp_path: Path) -> None:
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
    assert allowed(clinic) == {"a.flac"}


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
    assert found["welcome"] is not None and list(forbidden("-", found["welcome"], wishes))
