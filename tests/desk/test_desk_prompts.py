"""Recordings of the clinic's over lowered music: known by their files, at a legal level, logged, heard again."""

from pathlib import Path

import pytest
from session_clinic import samples, write_pad
from sessions_played import asked, close, play

from setsetting.desk import session_page, sessions
from setsetting.desk.clinic import Clinic
from setsetting.errors import NotFound
from setsetting.library import prompts
from setsetting.record.kinds import SessionActed
from setsetting.record.payloads import decode
from setsetting.views import session_page as views

DUCKED_DB, STARTLE_LU, PHASE_LUFS = -12.0, 20.0, -23.0


def test_a_recording_plays_over_lowered_music_at_a_legal_level_and_is_told(clinic: Clinic, tmp_path: Path) -> None:
    write_pad(clinic.folder / "voice" / "come back.wav", 3, 5)
    (bell,) = prompts.read(clinic.folder, pytest.fail)
    capture = tmp_path / "sent.wav"
    said: list[str] = []
    walk = ("0 infusion-start", "2 prompt come back", "2.05 prompt come back", "4.5 fade-out 1")
    session_id = play(clinic, asked(clinic, *walk, capture=capture), said.append)
    assert any("come back plays in 3 s over the music" in words for words in said)
    assert any("still playing" in words for words in said)
    with clinic.record() as record:
        acts = [
            decode(each.kind, each.version, each.payload, each.seal) for each in record.events(kind="session.acted")
        ]
    (kept,) = [each.prompt for each in acts if isinstance(each, SessionActed) and each.prompt is not None]
    assert (kept.name, kept.sha256, kept.start_ms, kept.length_ms) == ("come back", bell.id, 123_000, 5_000)
    legal_db = min(PHASE_LUFS + DUCKED_DB + STARTLE_LU - bell.loudest_lufs, -1 - 2.51 - bell.true_peak_dbtp)
    assert kept.gain_mdb / 1000 == pytest.approx(legal_db, abs=0.01)
    sent = samples(capture)
    assert len(sent) and close(clinic).closed
    words = "\n".join(views.in_words(session_page.session_page(clinic, session_id)))
    assert "Prompt come back" in words and "prompt come back" in words


def test_a_recording_that_is_undone_fades_and_one_that_is_not_there_is_named(clinic: Clinic) -> None:
    write_pad(clinic.folder / "voice" / "bell.wav", 3, 30)
    (clinic.folder / "voice" / "broken.wav").write_bytes(b"no sound")
    said: list[str] = []
    walk = ("0 infusion-start", "1 prompt bel", "2 prompt bell", "2.2 undo", "2.3 prompt bell", "4.5 fade-out 1")
    session_id = play(clinic, asked(clinic, *walk), said.append)
    assert any("'bel'" in words and "bell" in words for words in said)
    told = [
        each.title for each in session_page.session_page(clinic, session_id).played if each.title.startswith("prompt")
    ]
    assert told == ["prompt bell", "prompt bell"]


def test_a_session_says_which_recording_cannot_be_played_and_starts(clinic: Clinic) -> None:
    (clinic.folder / "voice" / "broken.wav").write_bytes(b"no sound")
    heard: list[str] = []
    with pytest.raises(NotFound):
        sessions.act(clinic, "prompt", "bell")
    prompts.read(clinic.folder, heard.append)
    assert len(heard) == 1 and "broken.wav" in heard[0]
