"""What the demo makes: simulated people by the acts of real work, and music that other programs can read.

The demo as a whole is the README's command, which CI runs and then verifies.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import mutagen
import pytest

from setsetting.audio.decode import AudioDecoder
from setsetting.audio.measure import measure
from setsetting.demo import clips, music, patients, walk
from setsetting.desk import clinic as clinics
from setsetting.desk import library, records
from setsetting.desk import patients as desk_patients
from setsetting.desk.clinic import Clinic
from setsetting.desk.wishes import wishes_of
from setsetting.record import form_rows, live_rows
from setsetting.session.preflight import against
from setsetting.units import Minutes
from setsetting.views.patient import vetoed_words

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    clinic = clinics.init(tmp_path / "clinic")
    for patient in patients.simulated_patients(NOON):
        walk.enter(clinic, patient)
    return clinic


def test_everything_of_the_simulated_patients_says_so_and_the_record_is_whole(clinic: Clinic) -> None:
    people = desk_patients.listing(clinic)
    assert len(people) == 4
    assert all(one.simulated and one.sessions and one.forms for one in people)
    assert all(session.simulated and session.entered_afterwards for one in people for session in one.sessions)
    with clinic.record() as record:
        for one in people:
            assert all(form.simulated for form in form_rows.forms(record, one.patient_id))
            assert live_rows.heard(record, one.patient_id).track_ids == frozenset()
    assert records.verify(clinic.folder).ok


def test_simulated_patients_are_the_same_at_every_run() -> None:
    assert list(patients.simulated_patients(NOON)) == list(patients.simulated_patients(NOON))


@pytest.mark.parametrize("form", ["flac", "m4a", "mp3", "opus", "wav"])
def test_a_synthesised_track_is_a_real_file_of_its_format_with_its_tags(form: str, tmp_path: Path) -> None:
    recipe = music.Recipe("A Test", "Nobody", 3.0, 0.3, form, tags=("warm",))
    path = music.make(recipe, tmp_path)
    with AudioDecoder(path) as file:
        frames = sum(len(block) for block in file.blocks())
        assert frames / file.rate_hz == pytest.approx(18, abs=0.1)
    if form != "wav":
        said = str(mutagen.File(path).tags.pprint())
        assert "A Test" in said
        assert "Nobody" in said
    again = tmp_path / "again"
    again.mkdir()
    assert form != "flac" or path.read_bytes() == music.make(recipe, again).read_bytes()


def test_the_gong_startles_above_every_playlists_limit(tmp_path: Path) -> None:
    assert measure(clips.make_startling(tmp_path)).startle_lu > 14


def test_the_refusal_of_the_demo_s_patient_meets_the_file_that_names_its_artist_in_its_name_alone(
    clinic: Clinic,
) -> None:
    (recipe,) = [one for one in music.RECIPES if one.form == "wav"]
    folder = clinic.folder / "music"
    folder.mkdir()
    music.make(replace(recipe, minutes=Minutes(0.2)), folder)
    library.scan(clinic, [folder])
    (track,) = library.listing(clinic)
    assert (track.artist, track.artists) == ("", ())
    (refusing,) = [one for one in desk_patients.listing(clinic) if ("artist", "Mira Dost") in named(one)]
    vetoed = desk_patients.veto(clinic, refusing.code, "artist", "mira dost")
    assert vetoed.stood
    assert "(by its file name)" in vetoed_words(vetoed)
    with clinic.record() as record:
        asked = wishes_of(clinic, record, refusing.patient_id)
    assert against(track, asked) == [f"{track.title}: a vetoed artist, mira dost, stands in its file name."]


def named(patient: desk_patients.PatientView) -> set[tuple[str, str]]:
    return {(veto.what, veto.value) for veto in patient.vetoes}
