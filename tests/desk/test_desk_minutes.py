"""A mark, a minute or a session from paper that was told wrongly, mended after the fact and while the session runs."""

import pytest
from session_clinic import CODE, MIN
from sessions_played import asked, close, play, quiet, row

from setsetting.desk import closing, minutes, review, session_page, sessions, undoing
from setsetting.desk.clinic import Clinic
from setsetting.errors import NotFound, Refused, UsageError
from setsetting.record import live_rows
from setsetting.session.status import InfusionState
from setsetting.units import Minutes
from setsetting.views import session_page as views


def walked(clinic: Clinic) -> tuple[str, dict[str, str]]:
    """A session that counts, played in fast time and closed; its events by what was said."""
    wanted = asked(clinic, "0 infusion-start", "1 mark onset", "2 infusion-stop")
    session_id = play(clinic, wanted)
    close(clinic)
    return session_id, said(clinic, session_id)


def said(clinic: Clinic, session_id: str) -> dict[str, str]:
    with clinic.record() as record:
        acts = {act.act: act.event_id for act in live_rows.acts(record, session_id)}
        return acts | {mark.mark: mark.event_id for mark in live_rows.marks(record, session_id)}


def test_a_wrong_stop_is_put_right_afterwards_and_everything_follows(clinic: Clinic) -> None:
    session_id, events = walked(clinic)
    done = minutes.correct_minute(clinic, session_id[:8], events["infusion-stop"][:8], 3.5, "logged by a slip")
    assert done.row.actual is not None and done.row.actual.end_ms == 3.5 * MIN
    assert sessions.status(clinic, session_id).infusion.end_ms == 3.5 * MIN
    page = session_page.session_page(clinic, session_id)
    assert any('minute of "Stop infusion", was min 2: ' in line for line in views.in_words(page))
    undoing.undo(clinic, done.event_id, "it was right")
    ran = row(clinic, session_id).actual
    assert ran is not None and ran.end_ms == 2 * MIN
    assert sessions.status(clinic, session_id).infusion.end_ms == 2 * MIN


def test_a_wrong_mark_is_moved_and_withdrawn(clinic: Clinic) -> None:
    session_id, events = walked(clinic)
    minutes.correct_minute(clinic, session_id, events["onset"], 0.5, "pressed late")
    (mark,) = sessions.status(clinic, session_id).marks
    assert mark.infusion_ms == MIN // 2
    done = minutes.withdraw_mark(clinic, session_id, events["onset"], "none was seen")
    assert done.row.marks == 0
    assert sessions.status(clinic, session_id).marks == ()
    with pytest.raises(Refused, match=f"withdrawn; `setsetting record undo --event {done.event_id}"):
        minutes.correct_minute(clinic, session_id, events["onset"], 1, "again")
    undoing.undo(clinic, done.event_id, "it was seen")
    assert row(clinic, session_id).marks == 1


def test_what_was_taken_back_in_the_session_is_said_to_be(clinic: Clinic) -> None:
    session_id = play(clinic, asked(clinic, "0 infusion-start", "1 mark onset", "1.1 undo"))
    close(clinic)
    with pytest.raises(Refused, match="taken back in the session"):
        minutes.withdraw_mark(clinic, session_id, said(clinic, session_id)["onset"], "a slip")


def test_words_are_typed_afterwards_and_stay_with_their_mark(clinic: Clinic) -> None:
    session_id, events = walked(clinic)
    minutes.word_mark(clinic, session_id[:8], events["onset"][:8], " the water is warm ")
    page = session_page.session_page(clinic, session_id)
    assert [(mark.note, mark.infusion_ms) for mark in page.marks] == [("the water is warm", MIN)]
    (line,) = (line for line in page.lines if line.words == "onset observed: the water is warm")
    (there,) = (each for each in page.played if each.from_ms <= MIN < each.to_ms)
    assert line.why.endswith(f" into {there.title}"), "it is tied to the music that sounded"
    assert [mark.note for each in sessions.listing(clinic) for mark in each.noted] == ["the water is warm"]
    minutes.word_mark(clinic, session_id, events["onset"], "")
    assert [mark.note for mark in session_page.session_page(clinic, session_id).marks] == [None]
    with pytest.raises(Refused, match="Only at a mark"):
        minutes.word_mark(clinic, session_id, events["infusion-stop"], "words")
    with pytest.raises(UsageError, match="control signs"):
        minutes.word_mark(clinic, session_id, events["onset"], "a\x1b[2J")


def test_what_cannot_be_is_refused(clinic: Clinic) -> None:
    session_id, events = walked(clinic)
    with pytest.raises(Refused, match="would not follow"):
        minutes.correct_minute(clinic, session_id, events["infusion-stop"], -1, "a slip")
    with pytest.raises(Refused, match="nothing was done or observed after it"):
        minutes.correct_minute(clinic, session_id, events["infusion-stop"], 500, "a slip")
    with pytest.raises(Refused, match="began at minute −0:40; nothing was done or observed before it"):
        minutes.correct_minute(clinic, session_id, events["onset"], -500, "a slip")
    with pytest.raises(Refused, match="an infusion that began so early was over by then"):
        minutes.correct_minute(clinic, session_id, events["infusion-start"], -500, "a slip")
    with pytest.raises(Refused, match="nothing was done or observed after it"):
        minutes.correct_minute(clinic, session_id, events["onset"], 500, "a slip")
    with pytest.raises(Refused, match="Only a mark is withdrawn"):
        minutes.withdraw_mark(clinic, session_id, events["infusion-stop"], "a slip")
    with pytest.raises(UsageError, match="a number within a day"):
        minutes.correct_minute(clinic, session_id, events["onset"], float("nan"), "a slip")
    with pytest.raises(NotFound, match="mark or act"):
        minutes.correct_minute(clinic, session_id, "nothing", 1, "a slip")
    with pytest.raises(Refused, match="not entered from paper"):
        minutes.retell(clinic, session_id, "the hour", minutes=40)


def test_while_it_runs_what_is_left_is_timed_anew_and_the_folder_keeps_no_reason(clinic: Clinic) -> None:
    started = sessions.start(clinic, asked(clinic, output="null"), say=quiet)
    try:
        started.live.act("infusion-start")
        started.live.mark("onset")
        events = said(clinic, started.session_id)
        before = started.live.status()
        done = minutes.correct_minute(clinic, started.session_id, events["infusion-start"], -1, "CANARY was late")
        now = started.live.status()
        assert before.infusion_ms is not None and now.infusion_ms is not None
        assert now.infusion_ms - before.infusion_ms >= MIN
        with clinic.record() as record:
            (retimed,) = record.events(kind="session.retimed", session_id=started.session_id)[-1:]
        assert retimed.payload is not None and '"cause":"corrected"' in retimed.payload
        assert not any(b"CANARY" in path.read_bytes() for path in started.live.folder.rglob("*") if path.is_file())
        minutes.withdraw_mark(clinic, started.session_id, events["onset"], "a slip")
        assert started.live.status().marks == ()
        undoing.undo(clinic, done.event_id, "it was right")
        back = started.live.status()
        assert back.infusion_ms is not None and back.infusion_ms < MIN
        assert back.infusion_state is InfusionState.RUNNING
        with pytest.raises(Refused, match="not come yet"):
            minutes.correct_minute(clinic, started.session_id, events["infusion-start"], 5, "a slip")
    finally:
        with started.live as live:
            live.end()


def test_a_paper_session_of_the_wrong_hour_is_told_again_and_blocks_nothing(clinic: Clinic) -> None:
    wrong = closing.add(clinic, CODE, "2026-01-05T10:00", 40, None).session_id
    done = minutes.retell(clinic, wrong[:8], "the hour", started="2026-01-05T15:00", minutes=30)
    assert done.row.actual is not None and done.row.actual.end_ms == 30 * MIN
    right = closing.add(clinic, CODE, "2026-01-05T10:00", 40, None)
    assert [right.visit_no, row(clinic, wrong).visit_no] == [1, 2]
    (_first, line) = review.patient_review(clinic, CODE).visits
    assert line.remarks == "entered afterwards; corrected: the hour (was 2026-01-05 10:00, 40 min)"
    with pytest.raises(Refused, match="overlap"):
        minutes.retell(clinic, wrong, "the hour", started="2026-01-05T10:20")
    with pytest.raises(UsageError, match="Nothing to correct"):
        minutes.retell(clinic, wrong, "the hour")
    with pytest.raises(UsageError, match="is a day"):
        minutes.retell(clinic, wrong, "the day", started="2026-01-06")


def test_a_minute_is_not_taken_back_out_of_the_order_of_the_steps(clinic: Clinic) -> None:
    session_id = play(clinic, asked(clinic, "0 infusion-start", "1 infusion-pause", "1.5 infusion-resume"))
    close(clinic)
    events = said(clinic, session_id)
    resumed = minutes.correct_minute(clinic, session_id, events["infusion-resume"], 3, "logged early")
    minutes.correct_minute(clinic, session_id, events["infusion-pause"], 2, "logged early")
    ran = row(clinic, session_id).actual
    with pytest.raises(Refused, match="would not follow"):
        undoing.undo(clinic, resumed.event_id, "it was right")
    assert row(clinic, session_id).actual == ran


def test_no_step_of_the_infusion_is_told_outside_of_its_session(clinic: Clinic) -> None:
    session_id = play(clinic, asked(clinic, "0 infusion-start", "1 infusion-pause", "1.5 infusion-resume"))
    close(clinic)
    events = said(clinic, session_id)
    for name in ("infusion-start", "infusion-pause"):
        with pytest.raises(Refused, match="would not follow"):
            minutes.correct_minute(clinic, session_id, events[name], 500, "a slip")
    with pytest.raises(Refused, match="nothing was done or observed after it"):
        minutes.correct_minute(clinic, session_id, events["infusion-resume"], 500, "a slip")
    with pytest.raises(Refused, match="an infusion that began so early was over by then"):
        minutes.refuse_minute(clinic, session_id, events["infusion-start"], Minutes(-500))
    assert row(clinic, session_id).corrections == ()


@pytest.mark.parametrize("typed", ["5.5 infusion-stop", "4 infusion-stop"])
def test_a_stop_after_the_planned_end_is_kept_live_and_afterwards(clinic: Clinic, typed: str) -> None:
    session_id = play(clinic, asked(clinic, "0 infusion-start", typed))
    close(clinic)
    events = said(clinic, session_id)
    if typed != "5.5 infusion-stop":
        minutes.correct_minute(clinic, session_id, events["infusion-stop"], 5.5, "pressed early")
    ran = row(clinic, session_id).actual
    assert ran is not None and ran.end_ms == 5.5 * MIN
    minutes.correct_minute(clinic, session_id, events["infusion-start"], 0.25, "pressed early")
    ran = row(clinic, session_id).actual
    assert ran is not None and ran.end_ms == 5.25 * MIN
    with pytest.raises(Refused, match="over at minute"):
        minutes.correct_minute(clinic, session_id, events["infusion-stop"], 60, "a slip")


def test_an_undo_may_bring_a_stop_after_the_planned_end(clinic: Clinic) -> None:
    session_id = play(clinic, asked(clinic, "0 infusion-start", "4 infusion-stop"))
    close(clinic)
    events = said(clinic, session_id)
    later = minutes.correct_minute(clinic, session_id, events["infusion-start"], 1.5, "pressed early")
    minutes.correct_minute(clinic, session_id, events["infusion-stop"], 4.5, "pressed early")
    undoing.undo(clinic, later.event_id, "it was right")
    ran = row(clinic, session_id).actual
    assert ran is not None and ran.end_ms == 6 * MIN


def test_a_session_from_paper_is_retold_only_otherwise(clinic: Clinic) -> None:
    session_id = closing.add(clinic, CODE, "2026-01-05T10:00", 40, None).session_id
    with pytest.raises(Refused, match="says that already"):
        minutes.retell(clinic, session_id, "a slip", started="2026-01-05T10:00", minutes=40)
    assert row(clinic, session_id).corrections == ()
