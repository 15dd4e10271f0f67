"""The patient's report and review name what happened in each session, and none of what was taken back."""

import html
from pathlib import Path

from session_clinic import CODE, script
from sessions_played import asked, play, quiet

from setsetting.desk import clinic_review, reports, review, session_page, sessions, soundscapes, visits
from setsetting.desk.clinic import Clinic
from setsetting.desk.today import today
from setsetting.soundscape.loosening import loosened_words
from setsetting.soundscape.rules import given_up_words
from setsetting.views import review as views
from setsetting.views import session as session_views
from setsetting.views import session_page as page_views

WALK = (
    "0 infusion-start",
    "1 duck",
    "1.5 rescue",
    "2 duck",
    "2.5 next",
    "2.7 volume -6",
    "2.8 undo",
    "3 infusion-stop",
)


def test_acts_stop_output_and_what_was_played_are_named_and_an_undone_act_is_not(
    clinic: Clinic, tmp_path: Path
) -> None:
    play(clinic, asked(clinic, *WALK))
    shown = review.patient_review(clinic, CODE)
    (visit,) = shown.visits
    assert visit.acts == (
        "min 1: Duck −12",
        "min 1: Grounding",
        "min 2: Duck −12",
        "min 2: Back to plan",
        "min 3: Stop infusion",
    )
    assert visit.remarks.startswith("not closed; infusion stopped early")
    assert visit.output == "fast, silent"
    assert visit.played and all(title.startswith("pad ") for title in visit.played)
    said = html.unescape(reports.patient(clinic, CODE, tmp_path / "page.html", replace=False).read_text())
    for words in (*visit.acts, visit.output, *visit.played, "infusion stopped early"):
        assert words in said
        assert words in "\n".join(views.in_words(shown))
    assert "Volume" not in said


def test_rules_loosened_for_the_day_stand_in_words(clinic: Clinic) -> None:
    built = soundscapes.build(clinic, "short", 5, CODE, loosened={"artist_max_per_session": "30"})
    file = soundscapes.save(clinic, built.soundscape, None, replace=False)
    wanted = sessions.SessionRequest(
        file, CODE, output="fast", script=script(clinic, "-0.4 fade-out 1"), rehearsal=False
    )
    play(clinic, wanted, quiet)
    (visit,) = review.patient_review(clinic, CODE).visits
    assert visit.loosened == ("tracks by one artist in a session: 30",)
    with clinic.record() as record, record.whole():
        done = {each.words: (each.sessions, each.of) for each in clinic_review.gathered(clinic, record).done}
    assert done["a rule was loosened for the day"] == (1, 1)


def test_a_rule_of_another_program_stands_by_its_name() -> None:
    assert loosened_words((("lyrics_unknown", "allow"), ("gone", "3"))) == (
        "tracks of which nobody said whether they have lyrics: allowed",
        "gone: 3",
    )
    assert given_up_words(("energy_step_max", "gone")) == ("levels of energy from track to track", "gone")


def test_notes_are_found_by_their_words_each_with_its_session_and_minute(clinic: Clinic) -> None:
    started = sessions.start(clinic, asked(clinic, "0 infusion-start", "4 infusion-stop"), say=quiet)
    sessions.mark(clinic, "voice", "the water\nwas warm")
    sessions.stay(started.live, started.lines, quiet)
    shown = review.patient_review(clinic, CODE)
    (note,) = shown.notes
    assert (note.session_id, note.number, note.text) == (started.session_id, 1, "the water\nwas warm")
    (line,) = [line for line in views.in_words(shown) if "the water was warm" in line and "infusion 1" in line]
    assert note.date in line and note.at in line
    assert views.as_data(shown)["notes"][0]["text"] == note.text
    (listed,) = sessions.listing(clinic)
    (told,) = session_views.listed_as_data(listed)["notes"]
    assert told["text"] == note.text and told["id"]


def test_a_note_from_before_minute_0_has_its_minute_in_the_list_as_on_its_page(clinic: Clinic) -> None:
    session_id = play(clinic, asked(clinic, "1 mark note warm light", "2 infusion-start"))
    (listed,) = sessions.listing(clinic)
    (told,) = session_views.listed_as_data(listed)["notes"]
    (mark,) = session_views.status_as_data(sessions.status(clinic, session_id))["marks"]
    assert told["infusion_min"] == mark["infusion_min"] == -1.0
    shown = page_views.as_data(session_page.session_page(clinic, session_id))
    assert [each["infusion_min"] for each in shown["notes"] if each["id"]] == [-1.0]


def test_the_next_visit_tells_of_the_last_one_what_was_noted_and_not_taken_back(clinic: Clinic) -> None:
    play(clinic, asked(clinic, "1 mark note warm light", "1.5 mark note a slip", "1.6 undo"))
    (row,) = [each for each in today(clinic) if each.code == CODE]
    assert [mark.note for mark in visits.show(clinic, row).words] == ["warm light"]
