"""What a player sent, folded from its journal and heard again: gaps, a restart, a failed file, levels where they began."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from setsetting.audio.mix import Mix, Sound
from setsetting.audio.mixer import Mixer
from setsetting.machine.clock import SystemClock
from setsetting.player import again, heard, job
from setsetting.player.again import HeardAgain
from setsetting.player.gain_stage import GainStage
from setsetting.player.heard import HeardSound
from setsetting.player.job import PlayerJob
from setsetting.player.journal import JOURNAL_FILE, JournalEntry, JournalKind
from setsetting.player.journal_writer import JournalWriter
from setsetting.player.mixes import MixStore, digest
from setsetting.player.playback_history import PlaybackHistory
from setsetting.player.status import GainLayer

RATE = 8_000
S = RATE


def bed(colour: str, start_s: float, length_s: float, source: str | None = None) -> Sound:
    frames = round(length_s * S)
    return Sound(
        source or f"bed:{colour}", "" if source is None else "0" * 64, 0, round(start_s * S), frames, 400, 400, -6.0
    )


FIRST = Mix(RATE, 10 * S, (bed("brown", 0, 6), bed("pink", 5, 5)))
SECOND = Mix(RATE, 9 * S, (bed("white", 3, 6),))


def entry(what: JournalKind, at_s: float, **fields: object) -> JournalEntry:
    return JournalEntry(0, what, round(at_s * S), 0, 0, **fields)  # type: ignore[arg-type]


def folded(folder: Path, *entries: JournalEntry, mix: Mix = FIRST) -> HeardSound:
    """What a player that journalled these would leave to be heard again."""
    job.write(folder, PlayerJob("session", mix, "fast"))
    for each in (FIRST, SECOND, mix):
        MixStore(folder).keep(each)
    lines = b"".join(msgspec.json.encode(each) + b"\n" for each in entries)
    (folder / JOURNAL_FILE).write_bytes(lines)
    kept = heard.freeze(folder)
    assert heard.read(heard.write(kept), "session") == kept
    return kept


def frames_of(sent: HeardSound, first: int = 0, last: int | None = None) -> np.ndarray:
    out = np.zeros((20 * S, 2), np.float32)
    return out[: HeardAgain(sent, first, last).read(out)]  # type: ignore[arg-type]


def mixed(mix: Mix, first: int, count: int) -> np.ndarray:
    out = np.zeros((count, 2), np.float32)
    Mixer(mix, first).read(out)  # type: ignore[arg-type]
    return out


def test_a_gap_is_silent_and_as_long_as_it_was(tmp_path: Path) -> None:
    lost, back = entry(JournalKind.OUTPUT_LOST, 2), entry(JournalKind.OUTPUT_BACK, 2, held_ms=1_500)
    sent = folded(tmp_path, lost, back, entry(JournalKind.ENDED, 4, text="played out"))
    found = frames_of(sent)
    assert len(found) == round(5.5 * S)
    assert np.array_equal(found[: 2 * S], mixed(FIRST, 0, 2 * S))
    assert not found[2 * S : round(3.5 * S)].any()
    assert np.abs(found[round(3.5 * S)]).max() < 1e-3, "it comes back from silence"
    assert np.array_equal(found[-1], mixed(FIRST, 4 * S - 1, 1)[0])
    assert np.array_equal(frames_of(sent, round(1.5 * S), 5 * S), found[round(1.5 * S) : 5 * S])


def test_a_player_that_was_killed_goes_on_as_it_did(tmp_path: Path) -> None:
    entries = (
        entry(JournalKind.GAIN, 1, event_id="a", layer="duck", db=-12.0, over_ms=500),
        entry(JournalKind.REPLACED, 3, event_id="b", mix=digest(SECOND), fade_frames=2 * S),
        entry(JournalKind.RESTARTED, 4, mix=digest(SECOND), held_ms=1_000),
        entry(JournalKind.ENDED, 8, text="played out"),
    )
    found = frames_of(folded(tmp_path, *entries))
    quieter = np.float32(10 ** (-12 / 20))
    assert len(found) == 9 * S
    assert not found[4 * S : 5 * S].any()
    end = mixed(SECOND, 7 * S, S) * quieter
    assert np.allclose(found[8 * S :], end, atol=1e-6), "the level that was, at once, and the Mix that came"


def test_where_a_file_failed_the_bed_is_heard_that_took_its_place(tmp_path: Path) -> None:
    mix = Mix(RATE, 8 * S, (bed("brown", 0, 8), bed("", 2, 5, "gone.flac")))
    trouble = entry(JournalKind.TROUBLE, 4, mix=digest(mix), index=1, text="It ended early.")
    sent = folded(tmp_path, trouble, entry(JournalKind.ENDED, 8, text="played out"), mix=mix)
    (held,) = sent.mixes
    before, instead = (sound for sound in held.mix.sounds if sound.start_frame)
    assert (before.start_frame, before.frames, before.source) == (2 * S, 2 * S, "gone.flac")
    assert (instead.start_frame, instead.frames, instead.source) == (4 * S, 3 * S, "bed:brown")
    told = HeardAgain(sent)
    (silent,) = told.silent
    assert (silent.source, silent.missing, silent.from_frame, silent.to_frame) == ("gone.flac", True, 2 * S, 4 * S)


@pytest.mark.parametrize(("why", "over_s"), [("closed", 3.0), ("terminated", 0.05)])
def test_a_player_that_ended_by_itself_fades_as_it_did(tmp_path: Path, why: str, over_s: float) -> None:
    sent = folded(tmp_path, entry(JournalKind.ENDED, 5, text=why))
    found = frames_of(sent)
    begins = round((5 - over_s) * S)
    assert np.array_equal(found[:begins], mixed(FIRST, 0, begins))
    assert np.abs(found[-1]).max() < 0.01


def test_a_track_that_lies_elsewhere_by_now_is_heard_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mix = Mix(RATE, 4 * S, (bed("", 0, 4, "old.flac"),))
    sent = folded(tmp_path, entry(JournalKind.ENDED, 4, text="played out"), mix=mix)
    monkeypatch.setattr(again, "packet_digest", lambda path: "0" * 64 if path.name == "new.flac" else "1" * 64)
    told = HeardAgain(sent, elsewhere=lambda track_id: ["new.flac"] if track_id == "0" * 64 else [])
    assert (told.silent, told._heard.mixes[0].mix.sounds[0].source) == ((), "new.flac")
    (silent,) = HeardAgain(sent).silent
    assert silent.missing


def test_a_level_is_told_at_the_frame_at_which_it_began(tmp_path: Path) -> None:
    stage = GainStage(RATE)  # type: ignore[arg-type]
    stage.ask(GainLayer.DUCK, -12.0, 500, "a")  # type: ignore[arg-type]
    stage.anchor(320)  # type: ignore[arg-type]
    assert list(stage.anchored) == [("a", 320)]
    writer = JournalWriter(tmp_path, PlaybackHistory(FIRST, 0), SystemClock())  # type: ignore[arg-type]
    writer.note(JournalKind.GAIN, 0, event_id="a", layer="duck", db=-12.0, over_ms=500)  # type: ignore[arg-type]
    writer.anchored("a", 320)  # type: ignore[arg-type]
    writer.anchored("a", 320)  # type: ignore[arg-type]
    writer.close()
    assert [each.what for each in writer.entries] == [JournalKind.GAIN, JournalKind.ANCHORED]
    sent = folded(tmp_path, *writer.entries, entry(JournalKind.ENDED, 2, text="played out"))
    assert [level.frame for level in sent.levels] == [320]
