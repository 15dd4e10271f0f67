"""A patient's page: two codes that are one person, a patient withdrawn, each taken back; refusals by their titles."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_stage import CODE, SIZES, Stage, clinic_in_course, empty_clinic, named, on_stage, tracks, until, words_shown

from setsetting.clinical.form import Recall
from setsetting.desk import corrections, forms, library, mindset, patients, plans, scales
from setsetting.desk.clinic import Clinic, open_clinic
from setsetting.desk.plan import PatientPlan, PlanChange
from setsetting.library.catalogue import NamedLibrary
from setsetting.library.names import Names
from setsetting.library.recordings import Recordings
from setsetting.library.track import Track
from setsetting.machine.clock import local
from setsetting.record import rows
from setsetting.record.kinds import SoundscapeAccepted, TrackVetoed
from setsetting.record.plan_rows import PlanRow
from setsetting.tui.screens.patient import PatientScreen
from setsetting.tui.screens.today import TodayScreen
from setsetting.tui.widgets.status import StatusRow

OTHER = "K-0388"
ACCEPTED = PlanRow("p", 0, "5" * 64, "soundscapes/a.json", "psychedelic-60", 3_600_000, 0, "p", "l", "w")


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    return clinic_in_course(tmp_path)


def page(clinic: Clinic, code: str) -> Stage:
    return Stage(clinic, lambda: PatientScreen(clinic, code))


def said(app: Stage) -> str:
    return app.screen.query_one(StatusRow).said


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_two_codes_of_one_person_are_made_one_and_two_again(clinic: Clinic, size: tuple[int, int]) -> None:
    app = page(clinic, OTHER)

    async def play(pilot: Pilot[int]) -> None:
        assert "Take back" not in words_shown(app)
        await pilot.press("2", "1", "enter")
        await until(pilot, lambda: "There is no patient '1'." in words_shown(app))
        await pilot.press("backspace", *"k0417")
        await until(pilot, lambda: CODE in words_shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: f"{OTHER} and {CODE} are one person: under which code" in words_shown(app))
        assert f"{OTHER}'s 0 sessions, 0 forms, 0 refusals become {CODE}'s" in words_shown(app)
        await pilot.press("1")
        await until(pilot, lambda: "what either refuses is refused for both" in words_shown(app))
        await pilot.press(*"mistyped", "enter")
        await until(pilot, lambda: f"{OTHER} and {CODE} are one person now, {CODE}" in said(app))
        assert f"PATIENT {CODE} 4 sessions" in words_shown(app)
        assert "5 Take back" in words_shown(app)
        assert patients.codes(clinic) == (CODE, "K-0631")
        await pilot.press("5", *"they are two", "enter")
        await until(pilot, lambda: f"{CODE} and {OTHER} are two patients again." in said(app))
        assert "Take back" not in words_shown(app)

    on_stage(app, play, size)
    assert patients.codes(clinic) == (OTHER, CODE, "K-0631")


def test_what_would_be_made_one_is_counted_as_the_record_has_it_by_then(clinic: Clinic) -> None:
    app = page(clinic, OTHER)

    async def play(pilot: Pilot[int]) -> None:
        forms.add(clinic, OTHER, [1] * 20, Recall.WEEK, "2026-11-20")
        await pilot.press("2", *"k0417", "enter")
        await until(pilot, lambda: f"{OTHER}'s 0 sessions, 1 form, 0 refusals become {CODE}'s" in words_shown(app))
        await pilot.press("escape", "3")
        await until(pilot, lambda: f"{OTHER} (0 sessions, 1 form, 0 refusals) is left out" in words_shown(app))

    on_stage(app, play)


def test_a_patient_who_was_withdrawn_is_found_again_and_taken_back(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: TodayScreen(clinic))

    async def play(pilot: Pilot[int]) -> None:
        app.open_patient(CODE)
        await pilot.pause()
        await pilot.press("3")
        await until(pilot, lambda: f"Why is {CODE} withdrawn?" in words_shown(app))
        assert f"{CODE} (4 sessions, 7 forms, 2 refusals) is left out of every list" in words_shown(app)
        await pilot.press(*"a slip", "enter")
        await until(pilot, lambda: f"{CODE} is left out of lists and reviews; 5 takes that back." in said(app))
        words = words_shown(app)
        assert "WITHDRAWN" in words and "withdrawn: a slip" in words
        assert "Refuse" not in words and "Music" not in words
        await pilot.press("m")
        assert said(app) == f"{CODE} is withdrawn; 5 takes that back first."
        await pilot.press("escape")
        assert CODE not in patients.codes(clinic)
        await pilot.press("slash", *"417", "enter")
        await until(pilot, lambda: isinstance(app.screen, PatientScreen))
        await pilot.press("5", *"it was right", "enter")
        await until(pilot, lambda: f"{CODE} stands in the lists again." in said(app))
        assert "Refuse" in words_shown(app)

    on_stage(app, play)
    assert CODE in patients.codes(clinic)


def test_a_withdrawn_patient_without_a_row_is_offered_no_key_that_is_refused(clinic: Clinic) -> None:
    corrections.withdraw(clinic, OTHER, "a slip")
    app = page(clinic, OTHER)

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "Nothing was entered." in words_shown(app))

    on_stage(app, play)


def test_a_refused_track_is_named_by_its_title(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    track = tracks()[0]
    monkeypatch.setattr(Clinic, "names", lambda _clinic: NamedLibrary(Names.of(tracks()), Recordings({})))
    with clinic.record() as record:
        patient_id = patients.show(clinic, OTHER).patient_id
        record.append("patient.vetoed", TrackVetoed(patient_id, "track", track.id))
    monkeypatch.setattr(patients, "unveto", lambda *_asked, **_named: track.id)
    app = page(clinic, OTHER)

    async def play(pilot: Pilot[int]) -> None:
        assert f"never: track {track.title}" in words_shown(app)
        await pilot.press("w", "1", *"by mistake", "enter")
        await until(pilot, lambda: said(app) == f"{OTHER}: Withdrawn: track {track.title}.")

    on_stage(app, play)


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (PatientPlan(), "m builds the first soundscape"),
        (PatientPlan(ACCEPTED), "j starts the plan that is ready"),
        (PatientPlan(ACCEPTED, (PlanChange.REFUSED,), ("Vetoed.",)), "m builds the stale plan anew"),
    ],
)
def test_a_page_without_rows_says_what_there_is_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plan: PatientPlan, words: str
) -> None:
    clinic = empty_clinic(tmp_path)
    patients.add(clinic, "K-1")
    monkeypatch.setattr(plans, "show", lambda _clinic, _code: plan)
    monkeypatch.setattr(library, "listing", lambda _clinic: ())
    app = page(clinic, "K-1")

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: words in words_shown(app))

    on_stage(app, play)


@pytest.mark.parametrize(("known", "says"), [((), "does not know now"), (tracks(), "which has left the library")])
def test_a_refused_track_is_said_to_have_left_only_a_library_that_knows_its_tracks(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, known: tuple[Track, ...], says: str
) -> None:
    monkeypatch.setattr(Clinic, "names", lambda _clinic: NamedLibrary(Names.of(known), Recordings({})))
    with clinic.record() as record:
        record.append("patient.vetoed", TrackVetoed(rows.patient(record, CODE).patient_id, "track", "5" * 32))
    app = page(clinic, CODE)

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "track 5555555555, " in words_shown(app))
        assert says in words_shown(app)

    on_stage(app, play, (120, 40))


def test_the_plan_of_the_next_visit_is_dropped_by_a_key_with_a_reason(clinic: Clinic) -> None:
    with clinic.record() as record:
        patient_id = rows.patient(record, CODE).patient_id
        plan = SoundscapeAccepted(patient_id, "5" * 64, "soundscapes/a.json", "montreal", 2_400_000, 0, "p", "l", "w")
        record.append("soundscape.accepted", plan)
    app = page(clinic, CODE)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("4", *"another visit", "enter")
        await until(pilot, lambda: f"no soundscape is accepted for the next visit of {CODE} now" in said(app))
        await pilot.press("4", "r", "enter")
        await until(pilot, lambda: f"No soundscape is accepted for the next visit of {CODE}." in said(app))

    on_stage(app, play)
    assert not plans.has(clinic, CODE)


def test_the_patient_s_own_goal_stands_beside_the_form_of_its_day_and_on_another_day_alone(clinic: Clinic) -> None:
    newest = max(forms.listing(clinic, CODE), key=lambda row: row.form.taken_ms)
    day = local(newest.form.taken_ms, clinic.settings.zone).date().isoformat()
    mindset.set_goal(clinic, CODE, "to sleep through a night")
    mindset.score_goal(clinic, CODE, 6, day)
    mindset.score_goal(clinic, CODE, 3, "2026-01-02")
    app = page(clinic, CODE)

    async def play(pilot: Pilot[int]) -> None:
        await until(pilot, lambda: "own goal 6 of 10" in words_shown(app))
        assert "2026-01-02 own goal 3 of 10 to sleep through a night" in words_shown(app)
        await pilot.press("7")
        await until(pilot, lambda: "goal: to sleep through a night" in words_shown(app))

    on_stage(app, play, (120, 40))


def test_a_total_of_another_scale_is_noted_from_the_page_and_one_that_is_none_stays_to_be_mended(
    clinic: Clinic,
) -> None:
    toml = clinic.folder / "clinic.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + '\n[scales]\nMEQ30 = ""\nCADSS = "0:92"\n', encoding="utf-8")
    noting = open_clinic(clinic.folder, clinic.clock)
    app = page(noting, CODE)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("t")
        await until(pilot, lambda: f"{CODE}: a total of which scale?" in words_shown(app))
        await pilot.press("1")
        await until(pilot, lambda: f"{CODE}: when was MEQ30 filled?" in words_shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: f"{CODE}: the total of MEQ30, 0 to 150" in words_shown(app))
        await pilot.press(*"151", "enter")
        await until(pilot, lambda: "a whole number from 0 to 150" in words_shown(app))
        await pilot.press("backspace", "backspace", "backspace", *"96", "enter")
        await until(pilot, lambda: said(app) == f"{CODE}: MEQ30 96 (0 to 150) is noted.")
        await pilot.press("t")
        await until(pilot, lambda: "3 a total that is wrong" in words_shown(app))
        await pilot.press("3")
        await until(pilot, lambda: f"{CODE}: why is MEQ30 96 (0 to 150), " in words_shown(app))
        await pilot.press(*"misread", "enter")
        await until(pilot, lambda: "is taken back; 5 lets it stand again." in said(app))
        assert "MEQ30 96" not in words_shown(app).partition("is taken back")[2]
        assert scales.listing(noting, CODE) == ()
        await pilot.press("5")
        await until(pilot, lambda: f"{CODE}: why does a total of a scale stand again?" in words_shown(app))
        await pilot.press(*"it was right", "enter")
        await until(pilot, lambda: "a total of a scale stands again." in said(app))

    on_stage(app, play, SIZES[0])
    assert [(row.scale, row.total) for row in scales.listing(noting, CODE)] == [("MEQ30", 96)]


def test_where_the_clinic_notes_no_scale_the_page_says_how_it_would(clinic: Clinic) -> None:
    app = page(clinic, CODE)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("t")
        await until(pilot, lambda: "clinic.toml names no scale" in said(app))

    on_stage(app, play, SIZES[0])
