"""Music that falls behind its clock bit by bit is late in the end, and that is noticed once."""

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import msgspec
import pytest

from setsetting.clinical.infusion import InfusionAct, InfusionStep
from setsetting.machine.clock import boot_id
from setsetting.player.journal import JournalEntry, JournalKind
from setsetting.record.kinds import SessionStarted, StoredSegment
from setsetting.session import walk
from setsetting.session.build_status import StatusInputs, build_status
from setsetting.session.folder import SessionHeader
from setsetting.session.live import LiveSession
from setsetting.session.sounding import SoundState
from setsetting.session.state import LoggedStep, State
from setsetting.session.status import CueView, HoldReason
from setsetting.session.supervisor import LATE_MS, _late_since
from setsetting.session.timekeeping import Moment
from setsetting.soundscape.soundscape import Cue, CueKind, Digests, Soundscape

RATE = 8_000
S = 1_000
M = 60 * S


def header(output: str) -> SessionHeader:
    return SessionHeader("s", output, RATE, -60 * S, playlist="", zero_mono_ms=100 * S, boot=boot_id())


def entry(n: int, what: JournalKind, clock_s: float, late_s: float) -> JournalEntry:
    """Something journalled at a time of the soundscape's clock, with the music so late."""
    return JournalEntry(n, what, round((clock_s - late_s + 60) * RATE), 0, round((clock_s + 100) * S))


def now(clock_s: float, late_s: float) -> Moment:
    return Moment(round(clock_s * S), round((clock_s - late_s) * S), 0, 0)


JOURNAL = (
    entry(1, JournalKind.STARTED, -60, 0),
    entry(2, JournalKind.UNDERRUN, 100, 12),
    entry(3, JournalKind.REPLACED, 300, 20),
)


@pytest.mark.parametrize(
    ("journal", "late_s", "since"),
    [(JOURNAL[:2], 29, None), (JOURNAL[:2], 30, 1), (JOURNAL, 49, None), (JOURNAL, 50, 3), ((), 99, None)],
)
def test_what_fell_behind_since_it_was_last_timed_counts(
    journal: tuple[JournalEntry, ...], late_s: float, since: int | None
) -> None:
    assert LATE_MS == 30 * S
    assert _late_since(header("null"), journal, now(900, late_s)) == since


def test_a_session_in_fast_time_has_no_clock_to_be_late_by() -> None:
    assert _late_since(header("fast"), JOURNAL, now(900, 99)) is None


class Playing:
    """A session of which each look is a cue that plays."""

    def __init__(self, *looks: CueView) -> None:
        self._looks = iter(looks)
        self.conductor = SimpleNamespace(gone=False)
        self.ended = False
        self._left = len(looks)

    def status(self) -> SimpleNamespace:
        self._left -= 1
        self.ended = self._left == 0
        return SimpleNamespace(playing=next(self._looks), clock_ms=0, notices=())


def test_a_cue_whose_beginning_moves_while_the_music_is_late_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "POLL_S", 0.0)
    bed = CueView("bed", "arrive", None, "noise bed", "", None, 0, 60 * S, "", "")
    looks = (bed, replace(bed, start_ms=900), replace(bed, start_ms=60 * S), replace(bed, title="Fern", track_id="t"))
    said: list[str] = []
    walk.follow(cast("LiveSession", Playing(*looks)), said.append)
    assert said == ["0:00  arrive  noise bed", "0:00  arrive  noise bed", "0:00  arrive  Fern"]


def test_an_hour_of_a_pause_in_which_the_machine_slept_is_counted_once() -> None:
    """Paused at minute 10, asleep from 12 to 72: at 80 the plan's last 50 minutes end at 130, and its next cue comes now."""
    digests = Digests("", "", "")
    beds = [
        Cue(CueKind.BED, name, at * M, (60 - at) * M, None, 0, 0, 0, "") for name, at in (("calm", 0), ("peak", 10))
    ]
    plan = Soundscape("short", 1, 40, 0, (), 0.0, None, digests, tuple(beds))
    hold = replace(plan, cues=(beds[0],))
    started = SessionStarted("s", "p", 1, 0, (StoredSegment(0, 40 * M),), "room-1")
    steps = tuple(
        LoggedStep(step, InfusionAct(step, at)) for step, at in ((InfusionStep.START, 0), (InfusionStep.PAUSE, 10 * M))
    )
    state = State(started, SoundState(plan, hold=hold, held_for=HoldReason.PAUSED), logged=steps)
    slept = msgspec.structs.replace(entry(2, JournalKind.STALLED, 72 * 60, 60 * 60), held_ms=60 * M)
    inputs = StatusInputs(header("null"), None, (entry(1, JournalKind.STARTED, -60, 0), slept), {})
    told = build_status(state, now(80 * 60, 60 * 60), inputs)
    assert (told.held, told.ends_ms) == (HoldReason.PAUSED, 130 * M)
    assert [cue.start_ms for cue in told.cues if cue.phase == "peak"] == [80 * M]
