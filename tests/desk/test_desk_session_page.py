"""The page of a session: what played and why, acts, marks and the patient's words, in the order of the minutes."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs
from session_clinic import CODE, MIN
from sessions_played import asked, close, play

from setsetting.desk import closing, corrections, minutes, reports, session_page, sessions
from setsetting.desk.clinic import Clinic
from setsetting.errors import AlreadyExists
from setsetting.record import live_rows
from setsetting.record.kinds import OutputTried
from setsetting.units import Milliseconds, Minutes
from setsetting.views import session as session_views
from setsetting.views import session_page as views
from setsetting.views import shared

WALK = ("0 infusion-start", "1 volume -6", "1.5 distress", "2 duck", "2.5 undo", "4 infusion-stop")


def test_a_page_tells_a_session_minute_by_minute(clinic: Clinic) -> None:
    session_id = play(clinic, asked(clinic, *WALK))
    page = session_page.session_page(clinic, session_id[:8])
    told = views.as_data(page)
    assert (told["session_id"], told["patient"], told["output"]) == (session_id, CODE, "fast")
    assert [(each["name"], each["infusion_min"], each["taken_back"]) for each in told["acts"]] == [
        ("infusion-start", 0.0, False),
        ("volume", 1.0, False),
        ("duck", 2.0, True),
        ("undo", 2.5, False),
        ("infusion-stop", 4.0, False),
    ]
    assert [(each["name"], each["infusion_min"]) for each in told["marks"]] == [("distress", 1.5)]
    assert [each["from_min"] for each in told["played"]] == sorted(each["from_min"] for each in told["played"])
    assert all(each["why"] for each in told["played"] if each["track_id"])
    assert {each["level_db"] for each in told["played"] if each["from_min"] > 1} == {-6.0}
    assert {each["level_db"] for each in told["played"] if each["from_min"] < 1} == {0.0}
    assert [line.at_ms for line in page.lines] == sorted(line.at_ms for line in page.lines)
    words = "\n".join(views.in_words(page))
    assert words.index("distress") < words.index("Duck −12 (taken back)") < words.index("the session ended")


def test_what_was_before_minute_0_has_its_minute(clinic: Clinic) -> None:
    session_id = play(clinic, asked(clinic, "-0.5 mark voice the heron", "0 infusion-start", "0.5 fade-out 1"))
    page = session_page.session_page(clinic, session_id)
    told = views.as_data(page)
    assert [(each["name"], each["infusion_min"]) for each in told["marks"]] == [("voice", -0.5)]
    assert [(each["text"], each["infusion_min"]) for each in told["notes"]] == [("the heron", -0.5)]
    (said,) = (each for each in shared.as_data(page)["lines"] if each["said"])
    assert (said["words"], said["infusion_min"]) == ("the heron", -0.5)


def test_a_session_closed_in_a_pause_is_not_paused_any_more(clinic: Clinic) -> None:
    session_id = play(clinic, asked(clinic, "0 infusion-start", "1 infusion-pause", "1.5 fade-out 1"))
    assert sessions.status(clinic, session_id).infusion_state == "paused"
    close(clinic)
    status = sessions.status(clinic, session_id)
    assert (status.infusion_state, status.state) == ("over", "closed")
    assert any("infusion over" in line for line in session_views.status_in_words(status))


def test_a_page_says_what_was_loosened_and_corrected(clinic: Clinic) -> None:
    session_id = play(clinic, asked(clinic, "-0.4 fade-out 1"))
    corrections.void(clinic, session_id, "a trial of the headphones")
    page = session_page.session_page(clinic, session_id)
    assert page.void
    assert [each.reason for each in page.corrections] == ["a trial of the headphones"]
    assert "VOID: it counts nowhere" in views.in_words(page)[0]
    assert any(line.startswith("corrected: made void: a trial of the headphones (2") for line in views.in_words(page))


def test_the_page_of_a_session_is_written_noted_and_holds_its_words(clinic: Clinic, tmp_path: Path) -> None:
    session_id = play(clinic, asked(clinic, *WALK))
    text = reports.session(clinic, session_id, tmp_path / "page.html", replace=False).read_text()
    assert CODE in text and "distress" in text and "http:" not in text and "https:" not in text
    with clinic.record() as record:
        (made,) = record.events(kind="report.made")
    assert json.loads(made.payload)["head"] in text
    with pytest.raises(AlreadyExists):
        reports.session(clinic, session_id, tmp_path / "page.html", replace=False)


def test_what_is_looked_at_together_holds_titles_and_the_patient_s_words_alone(clinic: Clinic) -> None:
    session_id = play(clinic, asked(clinic, "0 infusion-start", "1 mark voice the heron", "2 mark note she wept"))
    told = shared.as_data(session_page.session_page(clinic, session_id))
    assert [(each["infusion_min"], each["words"]) for each in told["lines"] if each["said"]] == [(1.0, "the heron")]
    assert {each["said"] for each in told["lines"]} == {True, False}
    assert "wept" not in str(told)
    assert "dB" not in str(told)


def test_a_title_that_went_on_after_a_gap_is_looked_at_once(clinic: Clinic) -> None:
    page = session_page.session_page(clinic, play(clinic, asked(clinic, "0 infusion-start")))
    first, *others = page.played
    half_ms = Milliseconds((first.from_ms + first.to_ms) // 2)
    killed = replace(page, played=(replace(first, to_ms=half_ms), replace(first, from_ms=half_ms), *others))
    assert shared.as_data(killed) == shared.as_data(page)


def test_a_session_of_a_withdrawn_patient_still_says_whose_it_was(clinic: Clinic) -> None:
    session_id = closing.add(clinic, CODE, "2026-01-05T10:00", 40, None).session_id
    corrections.withdraw(clinic, CODE, "moved away")
    page = session_page.session_page(clinic, session_id)
    assert views.as_data(page)["patient"] == CODE
    assert views.in_words(page)[0].startswith(CODE)


def test_a_session_from_paper_that_was_told_anew_ends_when_it_is_told_to_end(clinic: Clinic) -> None:
    session_id = closing.add(clinic, CODE, "2026-01-05T22:00", 40, None).session_id
    minutes.retell(clinic, session_id, "pm for am", started="2026-01-05T10:00", minutes=Minutes(35))
    page = session_page.session_page(clinic, session_id)
    assert [(line.at_ms, line.clock, line.words) for line in page.lines] == [
        (0, "10:00", "the infusion began, by the paper"),
        (35 * MIN, "10:35", "the infusion ended, by the paper"),
    ]
    words = views.in_words(page)
    assert "entered: afterwards, from paper" in words
    assert "began, by the paper: 2026-01-05 10:00" in words
    assert "playlist: music not known" in words
    assert not any("no start" in line for line in words)
    minutes.retell(clinic, session_id, "the minutes again", minutes=Minutes(45))
    page = session_page.session_page(clinic, session_id)
    first, second = [each["before"] for each in views.as_data(page)["corrections"]]
    assert (first["started"], first["planned_min"]) == ("2026-01-05T22:00:00Z", 40)
    assert (second["started"], second["planned_min"]) == (None, 35)
    assert [line.partition(" (")[0] for line in views.in_words(page) if line.startswith("corrected: ")] == [
        "corrected: its times on paper, was 2026-01-05 22:00, 40 min: pm for am",
        "corrected: its times on paper, was 35 min: the minutes again",
    ]


def test_a_session_from_paper_in_the_hour_that_was_twice_says_which(clinic: Clinic, tmp_path: Path) -> None:
    clinic = replace(clinic, settings=structs.replace(clinic.settings, time_zone="Europe/Berlin"))
    session_id = closing.add(clinic, CODE, "2025-10-26T02:30+01:00", 40, None).session_id
    page = session_page.session_page(clinic, session_id)
    assert [line.clock for line in page.lines] == ["02:30+01:00", "03:10"]
    assert "began, by the paper: 2025-10-26 02:30+01:00" in views.in_words(page)
    text = reports.session(clinic, session_id, tmp_path / "page.html", replace=False).read_text()
    assert "2025-10-26 02:30+01:00" in text and "No start of the infusion" not in text
    status = sessions.status(clinic, session_id[:6])
    assert (str(status.infusion_state), status.infusion_ms) == ("done", 40 * MIN)


def test_each_correction_names_what_it_is_of_and_what_stood(clinic: Clinic, tmp_path: Path) -> None:
    session_id = play(clinic, asked(clinic, "0 infusion-start", "1 onset", "2 distress", "4 infusion-stop"))
    onset, distress = session_page.session_page(clinic, session_id).marks
    minutes.correct_minute(clinic, session_id, onset.event_id, 1.5, "looked too early")
    minutes.withdraw_mark(clinic, session_id, distress.event_id, "it was a cough")
    corrections.void(clinic, session_id, "a trial")
    page = session_page.session_page(clinic, session_id)
    said = [line.partition(" (")[0] for line in views.in_words(page) if line.startswith("corrected: ")]
    assert said == [
        'corrected: minute of "onset observed", was min 1: looked too early',
        'corrected: mark "distress" withdrawn, was min 2: it was a cough',
        "corrected: made void: a trial",
    ]
    text = reports.session(clinic, session_id, tmp_path / "page.html", replace=False).read_text()
    assert "minute of &#34;onset observed&#34;, was min 1: looked too early" in text


def test_where_the_infusion_began_is_corrected_the_minutes_that_stood_are_told_on_the_new_clock(clinic: Clinic) -> None:
    session_id = play(clinic, asked(clinic, "0 infusion-start", "2 onset", "4 infusion-stop"))
    begun = next(act for act in session_page.session_page(clinic, session_id).acts if act.name == "infusion-start")
    (onset,) = session_page.session_page(clinic, session_id).marks
    minutes.correct_minute(clinic, session_id, begun.event_id, 1.0, "the pump began later")
    minutes.withdraw_mark(clinic, session_id, onset.event_id, "it was a cough")
    page = session_page.session_page(clinic, session_id)
    assert [line.partition(" (")[0] for line in views.in_words(page) if line.startswith("corrected: ")] == [
        'corrected: minute of "Begin infusion", was min −1: the pump began later',
        'corrected: mark "onset observed" withdrawn, was min 1: it was a cough',
    ]


def test_what_was_observed_stands_beside_the_model_and_the_level_beside_its_measurement(clinic: Clinic) -> None:
    session_id = play(clinic, asked(clinic, "0 infusion-start", "1 onset", "2 volume -6", "4 infusion-stop"))
    told = views.as_data(session_page.session_page(clinic, session_id))
    assert [(each["phase"], each["infusion_min"]) for each in told["observed"]] == [
        ("onset", 1.0),
        ("peak", None),
        ("return", None),
    ]
    assert told["observed"][0]["model"]["low"] < told["observed"][0]["model"]["high"]
    assert told["exposure"] is None, "nobody measured the output"
    with clinic.record() as record:
        (device,) = live_rows.devices(record, session_id)
        record.append("output.tried", OutputTried(device, dba_tenths=650))
    page = session_page.session_page(clinic, session_id)
    assert page.exposure is None, "measured afterwards"
    with clinic.record() as record:
        record.append("output.tried", OutputTried(device, dba_tenths=650), at=(page.started_utc_ms, 0))
    exposure = views.as_data(session_page.session_page(clinic, session_id))["exposure"]
    assert 30 < exposure["leq_dba"] < 65
    assert 0 < exposure["week_percent"] < 0.1
    assert exposure["uncounted_min"] == 0
