"""What was flagged while it played is told to who looks after the music, with no patient."""

from pathlib import Path

from setsetting.clinical.marks import Mark
from setsetting.desk import clinic as desk_clinic
from setsetting.desk import flagged, patients
from setsetting.record.kinds import (
    MarkWithdrawn,
    SessionMarked,
    SessionStarted,
    SoundPlayed,
    StoredSegment,
)
from setsetting.views.library import flagged_as_data

MIN = 60_000
DAY = 24 * 60 * MIN
ONE, OTHER = ("00000000-0000-4000-8000-00000000000" + number for number in "12")


def test_a_flag_is_of_the_track_that_had_begun_last_and_what_was_taken_back_is_none(tmp_path: Path) -> None:
    clinic = desk_clinic.init(tmp_path / "clinic")
    patients.add(clinic, "K-0417")
    patient_id = patients.show(clinic, "K-0417").patient_id
    with clinic.record() as record:
        for number, session in enumerate((ONE, OTHER)):
            started = SessionStarted(
                session, patient_id, 1, number * DAY, (StoredSegment(0, MIN),), "room-1", zero_utc_ms=number * DAY
            )
            record.append("session.started", started)
            for minute, track in enumerate(("first", "second")):
                record.append("session.played", SoundPlayed(session, f"{track}@", track, "peak", minute * MIN, MIN))
            for minute in (0.5, 1.5, 1.6):
                mark = SessionMarked(session, Mark.FLAG, round(minute * MIN), round(minute * MIN))
                last = record.append("session.marked", mark)
        withdrawn = MarkWithdrawn(OTHER, "meant another")
        record.append("session.mark_withdrawn", withdrawn, corrects=last.event_id)
    found = flagged.listing(clinic)
    assert [(each.track_id, each.times, each.last_utc_ms) for each in found] == [
        ("second", 3, DAY + 90_000),
        ("first", 2, DAY + 30_000),
    ]
    assert flagged_as_data(found[0])["title"] is None
    assert "K-0417" not in str(found)
