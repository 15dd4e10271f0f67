"""A session is heard again as its output was sent it, sample by sample, with all that was done in it."""

import shutil
import threading
import time
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from session_clinic import CODE, copy_of, write_pad
from sessions_played import another, asked, close, play, quiet

from setsetting.desk import closing, library, patients, replay, session_page, sessions
from setsetting.desk.clinic import Clinic
from setsetting.desk.replay import Replay
from setsetting.errors import NotFound, Refused, UsageError
from setsetting.progress import silent
from setsetting.units import Minutes
from setsetting.views.heard import refused_in_words

ACTS = (
    "-0.5 volume -3",
    "-0.3 next",
    "0 infusion-start",
    "0.4 duck",
    "0.5 prompt bell",
    "0.8 duck",
    "1 rescue",
    "1.3 next",
    "1.31 next",
    "1.7 hold",
    "1.9 prompt bell",
    "2 infusion-pause",
    "2.6 infusion-resume",
    "3 silence",
    "3.2 undo",
    "3.5 calm",
    "4 volume 0",
    "4.5 fade-out 3",
)


def samples(path: Path) -> npt.NDArray[np.int16]:
    with wave.open(str(path)) as read:
        return np.frombuffer(read.readframes(read.getnframes()), np.int16).reshape(-1, 2)


def again(clinic: Clinic, session_id: str, out: Path, *minutes: float) -> tuple[npt.NDArray[np.int16], Replay]:
    part = (Minutes(minutes[0]), Minutes(minutes[1])) if minutes else None
    prepared = replay.prepare(clinic, session_id, part)
    replay.write(clinic, prepared, out, silent, replace=True)
    return samples(out), prepared


@dataclass(frozen=True)
class Walked:
    """A session in which everything was done that moves the sound, closed; and what its output was sent."""

    folder: Path
    session_id: str
    sent: npt.NDArray[np.int16]


@pytest.fixture(scope="module")
def held(clinic_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """Held once; its clinic is never written to."""
    where = tmp_path_factory.mktemp("held")
    clinic = copy_of(clinic_template, where / "clinic")
    write_pad(clinic.folder / "voice" / "bell.wav", 3, 5)
    session_id = play(clinic, asked(clinic, *ACTS, capture=where / "sent.wav"))
    close(clinic)
    return Walked(clinic.folder, session_id, samples(where / "sent.wav"))


@pytest.fixture
def walked(held: Walked, clinic: Clinic) -> tuple[str, npt.NDArray[np.int16]]:
    """The test's clinic is a copy of the one in which the session was held."""
    shutil.rmtree(clinic.folder)
    copy_of(held.folder, clinic.folder)
    return held.session_id, held.sent


def test_the_whole_and_every_part_equal_what_was_sent(
    clinic: Clinic, walked: tuple[str, npt.NDArray[np.int16]], tmp_path: Path
) -> None:
    session_id, sent = walked
    assert len(sent) > 8_000 * 60 * 4
    heard, whole = again(clinic, session_id, tmp_path / "again.wav")
    assert np.array_equal(heard, sent)
    assert (whole.silent, whole.underruns) == ((), 0)
    assert not (clinic.folder / "live" / session_id).exists()
    zero = round(-whole.from_ms / 1000 * whole.rate_hz)
    for first, last in ((-0.31, -0.28), (0.42, 0.9), (1.02, 1.34), (1.315, 2.1), (3.21, 9.0)):
        part, told = again(clinic, session_id, tmp_path / "part.wav", first, last)
        begin = round(first * 60 * whole.rate_hz) + zero
        assert np.array_equal(part, sent[begin : begin + len(part)]), (first, last)
        assert len(part) == min(len(sent), round(last * 60 * whole.rate_hz) + zero) - begin
        assert told.from_ms == pytest.approx(first * 60_000, abs=1)


def test_what_its_patient_refuses_by_now_is_said_before_it_is_heard_again(
    clinic: Clinic, walked: tuple[str, npt.NDArray[np.int16]]
) -> None:
    session_id, _sent = walked
    assert replay.prepare(clinic, session_id).refused == ()
    played = session_page.session_page(clinic, session_id).played
    refused = next(each for each in played if each.track_id)
    patients.veto(clinic, CODE, "track", refused.track_id or "")
    (said,) = refused_in_words(replay.prepare(clinic, session_id))
    assert said.startswith(refused.title) and "is refused by this patient by now" in said


def test_a_paced_session_is_heard_again_as_it_was_sent(clinic: Clinic, tmp_path: Path) -> None:
    started = sessions.start(clinic, asked(clinic, output="null", capture=tmp_path / "sent.wav"), say=quiet)
    with started.live as live:
        for act, argument in (("volume", "-6"), ("duck", None), ("next", None), ("duck", None), ("rescue", None)):
            live.act(act, argument)
            time.sleep(0.37)
        live.act("fade-out", "1")
        while not (live.status() and live.ended):
            time.sleep(0.1)
    heard, told = again(clinic, started.session_id, tmp_path / "again.wav")  # its folder is there still
    assert told.underruns == 0
    assert np.array_equal(heard, samples(tmp_path / "sent.wav"))
    closing.close(clinic, closing.prepare_close(clinic, None, quiet))
    assert np.array_equal(again(clinic, started.session_id, tmp_path / "again.wav")[0], heard)


def test_a_file_that_is_gone_or_changed_is_said_and_its_part_is_silent(
    clinic: Clinic, walked: tuple[str, npt.NDArray[np.int16]], tmp_path: Path
) -> None:
    session_id, sent = walked
    first, second = [each.track_id for each in sessions_titles(clinic, session_id)][:2]
    files = {track.id: Path(track.path) for track in library.listing(clinic)}
    kept = {path: shutil.copy2(path, tmp_path / f"{n}.kept") for n, path in enumerate((files[first], files[second]))}
    try:
        files[first].unlink()
        write_pad(files[second], 40, 60)
        heard, told = again(clinic, session_id, tmp_path / "again.wav")
        assert len(heard) == len(sent)
        assert {(each.track_id, each.missing) for each in told.silent} >= {(first, True), (second, False)}
        (gone,) = (each for each in told.silent if each.track_id == first)
        begins = round((gone.from_ms - told.from_ms) / 1000 * told.rate_hz)
        assert np.abs(sent[begins : begins + 8_000]).max() > 100
        assert np.abs(heard[begins : begins + 8_000]).max() <= 1, "dither alone"
        elsewhere = tmp_path / "elsewhere.wav"
        shutil.copy2(kept[files[first]], files[first])
        _heard, told = again(clinic, session_id, elsewhere)
        assert first not in {each.track_id for each in told.silent}
    finally:
        for path, copy in kept.items():
            shutil.copy2(copy, path)


def sessions_titles(clinic: Clinic, session_id: str) -> list[replay.SilentTitle]:
    """The tracks of a session in their order, as it would name them if none could be heard."""
    from setsetting.player import again as module

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "_file_of", lambda _sound, _elsewhere: (None, True))
        return sorted(replay.prepare(clinic, session_id).silent, key=lambda each: each.from_ms)


def test_it_is_played_on_the_output_that_is_named_and_ends_when_told(
    clinic: Clinic, walked: tuple[str, npt.NDArray[np.int16]]
) -> None:
    session_id, _sent = walked
    part = (Minutes(0.4), Minutes(0.42))
    replay.play(clinic, replay.prepare(clinic, session_id, part), "null", threading.Event())
    stopped = threading.Event()
    stopped.set()
    replay.play(clinic, replay.prepare(clinic, session_id), "null", stopped)
    with pytest.raises(UsageError, match="has its own pace"):
        replay.play(clinic, replay.prepare(clinic, session_id), "fast", threading.Event())


def test_no_session_and_no_replay_sound_on_one_output(
    clinic: Clinic, walked: tuple[str, npt.NDArray[np.int16]]
) -> None:
    session_id, _sent = walked
    other = another(clinic, "K-0777")  # who has heard nothing, so that there is music enough
    stop = threading.Event()
    playing = threading.Thread(
        target=replay.play, args=(clinic, replay.prepare(clinic, session_id), "null", stop), daemon=True
    )
    playing.start()
    try:
        time.sleep(1.5)
        with pytest.raises(Refused, match="being heard again; end that first"):
            sessions.start(clinic, asked(clinic, output="null", code=other), say=quiet)
    finally:
        stop.set()
        playing.join(10)
    started = sessions.start(clinic, asked(clinic, output="null", code=other), say=quiet)
    with started.live as live:
        with pytest.raises(Refused, match="Another session is playing on this output"):
            replay.play(clinic, replay.prepare(clinic, session_id), "null", threading.Event())
        with pytest.raises(Refused, match="still runs"):
            replay.prepare(clinic, started.session_id)
        live.end()


def test_what_has_no_music_of_ours_and_what_was_never_heard_is_refused(
    clinic: Clinic, walked: tuple[str, npt.NDArray[np.int16]]
) -> None:
    session_id, _sent = walked
    with pytest.raises(Refused, match="Nothing was heard in that part"):
        replay.prepare(clinic, session_id, (Minutes(100), Minutes(101)))
    paper = closing.add(clinic, CODE, "2026-01-05T10:00", Minutes(40), None)
    with pytest.raises(NotFound, match="from paper"):
        replay.prepare(clinic, paper.session_id)
