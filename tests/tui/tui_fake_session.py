"""A session that is shown and not played: the seed of the pictures and of the screens' tests.

Tracks and patient are made up. Acts change what is shown as they would, at a clock that stands still.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from setsetting.clinical.effect import phases_of
from setsetting.clinical.infusion import steady
from setsetting.clinical.marks import mark_words
from setsetting.session.acts import called
from setsetting.session.orders import order
from setsetting.session.status import (
    CueView,
    InfusionState,
    LogLine,
    MarkView,
    Presence,
    SessionState,
    Status,
    TakenBack,
)
from setsetting.units import Milliseconds, ms_from_minutes
from setsetting.words.numbers import minute_of

if TYPE_CHECKING:
    from collections.abc import Iterator

STARTED_UTC_MS = 1_795_514_400_000
"""24 November 2026, 10:00 UTC: minute 0 of the infusion."""
MINUTES = 60
NOW_MIN = 27.2

_CUES = (
    ("arrive", -10.0, "Quiet Field", "Oda Lind", 2.0, "soft entry, no rise over 1.2 LU"),
    ("soothe", -0.05, "Low Meadow", "Ana Vale", 2.5, "energy fits, warm, beatless"),
    ("ascent", 9.5, "Salt Lanterns", "Perrin & Oy", 4.0, "steps up by 1.5, in the window"),
    ("ascent", 17.0, "Undertow", "Brae Coll", 5.5, "energy fits, slow swell"),
    ("peak", 24.9, "Weightless Harbour", "Ana Vale", 7.0, "long and steady, low brightness"),
    ("peak", 33.3, "Slow Cathedral", "M. Ito", 7.0, "energy fits, startle 3.1 LU, not heard before"),
    ("peak", 42.4, "Glass Orchard", "Tove Arden", 7.5, "nearest energy of the tracks that may play here"),
    ("descent", 50.2, "Long Light", "Ana Vale", 5.5, "steps down by 2, the most allowed"),
    ("descent", 58.0, "Fern", "Okada Trio", 3.5, "energy fits, no voice"),
    ("return", 65.1, "Home Ground", "Pell & Ruiz", 3.0, "an anchor: liked before"),
    ("return", 75.0, "Paper Boats", "Ines Moro", 2.5, "acoustic, quiet end"),
    ("spare", 85.1, "Ember Room", "Oda Lind", 1.5, "calm to spare past the end"),
)
_END_MIN = 96.8


def cues() -> "Iterator[CueView]":
    """The made-up soundscape of a 60-minute infusion."""
    ends = [start for _phase, start, *_rest in _CUES[1:]] + [_END_MIN]
    for number, ((phase, start, title, artist, energy, reason), end) in enumerate(zip(_CUES, ends, strict=True), 1):
        start_ms = ms_from_minutes(start)
        yield CueView(
            "track", phase, f"t{number}", title, artist, energy, start_ms, ms_from_minutes(end) - start_ms, reason
        )


def status_at(now_min: float = NOW_MIN) -> Status:
    """A session at a minute of its infusion, with the onset seen and a few acts done."""
    now_ms = ms_from_minutes(now_min)
    plan = tuple(cues())
    index = max(index for index, cue in enumerate(plan) if cue.start_ms <= now_ms)
    infusion = steady(MINUTES)
    log = (
        (-10.0, None, "music began: arrive, Quiet Field"),
        (0.0, 0.0, "infusion begun, 60 minutes planned"),
        (12.0, 12.0, "onset observed"),
        (18.0, 18.0, "note: tears, hand held as agreed"),
        (21.0, 21.0, "level 2 dB below the plan; undo brings back the level before"),
        (24.9, 24.9, "peak began: Weightless Harbour"),
    )
    return Status(
        session_id="s-1",
        patient_code="K-0417",
        simulated=False,
        rehearsal=False,
        visit_no=4,
        room="room-2",
        playlist="psychedelic-60",
        output="headphones",
        state=SessionState.PLAYING,
        started_utc_ms=STARTED_UTC_MS,
        clock_ms=now_ms,
        infusion_state=InfusionState.RUNNING,
        infusion_ms=now_ms,
        infusion_zero_ms=0,
        infusion=infusion,
        planned=infusion,
        effect=phases_of(infusion),
        effect_phase=phases_of(infusion).at(now_min),
        phase=plan[index].phase,
        playing=plan[index],
        position_ms=now_ms - plan[index].start_ms,
        next=plan[index + 1] if index + 1 < len(plan) else None,
        cues=plan,
        ends_ms=ms_from_minutes(_END_MIN),
        ends_utc_ms=_at(_END_MIN),
        cover=None,
        held=None,
        ducked=False,
        volume_db=-2.0,
        fading_out=False,
        undoable=TakenBack("a-1", "volume", "Volume −2, minute 21", False, ms_from_minutes(21.0)),
        marks=(MarkView("onset", ms_from_minutes(12.0), ms_from_minutes(12.0), _at(12.0)),),
        log=tuple(
            LogLine(ms_from_minutes(clock), None if at is None else ms_from_minutes(at), _at(clock), words)
            for clock, at, words in log
            if clock <= now_min
        ),
        acts=2,
        player=Presence.ALIVE,
        durable=True,
        notices=(),
    )


class FakeSession:
    """Answers as a running session would, from a status that a test or a picture chose."""

    session_id = "s-1"

    def __init__(self, status: Status | None = None) -> None:
        self.now = status_at() if status is None else status
        self.done: list[tuple[str, str | None]] = []
        self.ago_ms: list[Milliseconds] = []
        self.detached = False

    def status(self, *, tends: bool = True) -> Status:
        return self.now

    def act(self, name: str, argument: str | None = None, *, ago_ms: Milliseconds = Milliseconds(0)) -> str:
        given = order(name, argument)
        self.done.append((name, given.argument))
        self.ago_ms.append(ago_ms)
        words, called_so = given.act.does, called(name, given.argument, self.now)
        self._log(words)
        if name == "duck":
            self.now = replace(self.now, ducked=not self.now.ducked)
        elif name == "volume":
            self.now = replace(self.now, volume_db=given.value or 0.0)
        self._undoable(None if name == "undo" else called_so, name)
        return words

    def mark(self, name: str, note: str | None = None, *, ago_ms: Milliseconds = Milliseconds(0)) -> str:
        self.done.append((f"mark-{name}", note))
        self.ago_ms.append(ago_ms)
        self._log(name)
        mark = MarkView(name, self.now.clock_ms, self.now.infusion_ms, self._now_utc_ms, note)
        self.now = replace(self.now, marks=(*self.now.marks, mark))
        self._undoable(mark_words(name), name)
        return name

    prompts = ("bell",)

    def plan_aside(self) -> None:
        """Nothing is planned here."""

    def detach(self) -> None:
        self.detached = True

    @property
    def _now_utc_ms(self) -> Milliseconds:
        return STARTED_UTC_MS + self.now.clock_ms

    def _undoable(self, words: str | None, name: str) -> None:
        now_ms = self.now.clock_ms
        taken = None if words is None else TakenBack("a-2", name, f"{words}, minute {minute_of(now_ms)}", False, now_ms)
        self.now = replace(self.now, undoable=taken)

    def _log(self, words: str) -> None:
        line = LogLine(self.now.clock_ms, self.now.infusion_ms, self._now_utc_ms, words)
        self.now = replace(self.now, log=(*self.now.log, line), acts=self.now.acts + 1)


def _at(minute: float) -> Milliseconds:
    return STARTED_UTC_MS + ms_from_minutes(minute)
