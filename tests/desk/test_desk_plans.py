"""What a build screen begins from and compares with: the accepted plan's settings, kept files, a ground that moved."""

import os
from pathlib import Path

from session_clinic import CODE, plan

from setsetting.desk import library, patients, plans, soundscapes
from setsetting.desk.clinic import Clinic
from setsetting.desk.plan import PlanChange, PlanState
from setsetting.desk.today import ground


def test_a_build_begins_from_the_accepted_plan_s_settings(clinic: Clinic) -> None:
    assert plans.settings_of(clinic, CODE) is None
    built = soundscapes.build(clinic, "short", 6, CODE, seed=3, loosened={"startle_max_lu": "25"}).soundscape
    path = soundscapes.save(clinic, built, None, replace=False, code=CODE)
    plans.accept(clinic, path, CODE)
    assert plans.settings_of(clinic, CODE) == ("short", 6, 3, (("startle_max_lu", "25"),))
    assert plans.accepted_as(clinic, built, CODE) == path
    assert plans.accepted_as(clinic, soundscapes.build(clinic, "short", 5, CODE).soundscape, CODE) is None
    path.unlink()
    assert plans.settings_of(clinic, CODE) == ("short", 6, 3, ())
    assert plans.accepted_as(clinic, built, CODE) is None


def test_only_kept_soundscapes_of_this_patient_or_of_nobody_and_the_accepted_one_are_offered(clinic: Clinic) -> None:
    patients.add(clinic, "A-02")
    nobodys = plan(clinic)
    theirs = soundscapes.build(clinic, "short", 6, "A-02").soundscape
    soundscapes.save(clinic, theirs, None, replace=False, code="A-02")
    own = soundscapes.save(
        clinic, soundscapes.build(clinic, "short", 7, CODE).soundscape, None, replace=False, code=CODE
    )
    (clinic.folder / "soundscapes" / "broken.json").write_text("{}")
    assert {path for path, _soundscape in soundscapes.kept(clinic, CODE)} == {nobodys, own}
    elsewhere = own.rename(clinic.folder / "tonight.json")
    plans.accept(clinic, elsewhere, CODE)
    assert {path for path, _soundscape in soundscapes.kept(clinic, CODE)} == {nobodys, elsewhere}


def test_a_soundscape_is_stale_once_the_library_or_a_refusal_is_another(clinic: Clinic) -> None:
    built = soundscapes.build(clinic, "short", 5, CODE).soundscape
    assert not soundscapes.stale_since(clinic, built, CODE)
    patients.veto(clinic, CODE, "tag", "choir")
    assert soundscapes.stale_since(clinic, built, CODE)
    again = soundscapes.build(clinic, "short", 5, CODE).soundscape
    library.set_fields(clinic, library.listing(clinic)[0].id, {"energy": "4"})
    assert soundscapes.stale_since(clinic, again, CODE)


def test_the_list_tells_of_every_plan_by_digests_and_one_look_asks_every_rule(clinic: Clinic) -> None:
    path = plan(clinic)
    plans.accept(clinic, path, CODE)
    assert plans.listing(clinic)[CODE].state is PlanState.READY
    used = next(cue.track_id for cue in soundscapes.load(path).cues if cue.track_id)
    patients.veto(clinic, CODE, "track", used)
    assert plans.listing(clinic)[CODE].changes == (PlanChange.WISHES,)
    assert plans.show(clinic, CODE).changes == (PlanChange.WISHES, PlanChange.REFUSED)


def test_a_plan_that_lost_a_file_of_its_music_is_not_ready_in_the_list_either(clinic: Clinic) -> None:
    path = plan(clinic)
    plans.accept(clinic, path, CODE)
    used = next(cue.track_id for cue in soundscapes.load(path).cues if cue.track_id)
    file = Path(next(track.path for track in library.listing(clinic) if track.id == used))
    away = file.rename(file.with_suffix(".away"))
    for told in (plans.listing(clinic)[CODE], plans.show(clinic, CODE)):
        assert told.changes == (PlanChange.REFUSED,)
        assert "is missing" in told.reasons[0]
    away.rename(file)
    assert plans.listing(clinic)[CODE].state is PlanState.READY
    os.utime(file)
    assert plans.listing(clinic)[CODE].state is PlanState.READY, "it was written to, and holds the same sound"


def test_the_ground_of_the_list_moves_with_the_record_the_library_and_the_playlists(clinic: Clinic) -> None:
    seen = [ground(clinic)]
    library.listing(clinic)
    assert ground(clinic) == seen[-1], "reading moves nothing"
    patients.add(clinic, "A-03")
    seen.append(ground(clinic))
    library.set_fields(clinic, library.listing(clinic)[0].id, {"energy": "4"})
    seen.append(ground(clinic))
    (clinic.folder / "playlists" / "new.toml").write_text("# nothing yet")
    seen.append(ground(clinic))
    assert len(set(seen)) == 4
