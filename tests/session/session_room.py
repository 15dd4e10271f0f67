"""A session under way with a player and a record that write down what they are asked."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from setsetting.audio.mix import Mix, Sound
from setsetting.errors import Refused
from setsetting.machine.clock import SystemClock
from setsetting.player.journal import JournalEntry, JournalKind
from setsetting.player.mixes import digest
from setsetting.player.protocol import Reply
from setsetting.player.status import GainLayer, OutputState
from setsetting.record.event import Event
from setsetting.record.kinds import (
    Payload,
    SessionActed,
    SessionRetimed,
    SessionStarted,
    SoundscapeUsed,
    StoredPrompt,
    StoredSegment,
)
from setsetting.record.log import Draft, Record
from setsetting.session import folder, outbox_file
from setsetting.session.conductor import ActResult, Conductor
from setsetting.session.event import SessionEvent
from setsetting.session.folder import SessionHeader
from setsetting.session.holds import SessionPosition
from setsetting.session.link import NotRunning
from setsetting.session.orders import order
from setsetting.session.outbox import Outbox
from setsetting.session.replan import RefusedCues, Replan
from setsetting.session.state import HELD
from setsetting.soundscape.file import to_json
from setsetting.soundscape.soundscape import Cue, CueKind, Digests, Soundscape, VoiceCue
from setsetting.units import Frames, Millidecibels, Milliseconds

RATE = 8_000
SESSION = "0f0e0d0c-0b0a-4900-8807-060504030201"
MIN = 60_000


def named(name: str) -> Soundscape:
    """A soundscape that is told from others by its playlist's name."""
    bed = Cue(CueKind.BED, "calm", -5 * MIN, 90 * MIN, None, Millidecibels(0), 0, 0, "test")
    voice = CueKind.VOICE, "calm", 60 * MIN, 5_000, "b" * 64, Millidecibels(-3_000), 0, 50, "test"
    last = VoiceCue(*voice, prompt="come back", lowers_mdb=Millidecibels(-12_000))
    return Soundscape(name, 1, 40.0, 0, (), 0.0, None, Digests("", "", ""), (bed,), (last,))


class Player:
    """Writes down what it is asked; its frame is moved by the test."""

    dead = False
    outputs = OutputState("Headphones", 0.0), OutputState("Room", 0.0)

    def __init__(self) -> None:
        self.frame = 0
        self.mix_digest = digest(NamingReplanner().mix(named("waiting")))
        self.asked: list[tuple[Any, ...]] = []
        self.done: list[JournalEntry] = []

    def state(self) -> "Player":
        return self

    def replace(self, event_id: str, mix: Mix, fade_frames: int) -> Reply:
        self.asked.append(("replace", [sound.source for sound in mix.sounds], mix.frames, fade_frames))
        self.mix_digest = digest(mix)
        self.done.append(JournalEntry(len(self.done) + 1, JournalKind.REPLACED, self.frame, 0, 0, event_id))
        return Reply(frame=Frames(self.frame))

    def gain(self, event_id: str, layer: GainLayer, db: float, over_ms: int, output: str | None = None) -> None:
        self.asked.append((output or str(layer), db, over_ms))
        told = {"layer": str(layer), "db": db, "output": output}
        self.done.append(JournalEntry(len(self.done) + 1, JournalKind.GAIN, self.frame, 0, 0, event_id, **told))


class PlayerLink:
    ended = None

    def __init__(self, player: Player) -> None:
        self._player = player

    def player(self) -> Player:
        if self._player.dead:
            raise NotRunning("The player is not running.")
        return self._player

    def state(self) -> Player | None:
        return None if self._player.dead else self._player

    def journal(self) -> list[JournalEntry]:
        return self._player.done

    def last_frame(self) -> int:
        return self._player.frame

    def go_on(self, mix: Mix) -> None:
        self._player.replace("", mix, 0)


class NamingReplanner:
    """Plans by naming what was asked, a plan for what it was made for by its own name; a mix is one bed called by that."""

    refuses_to_plan = False

    def __init__(self) -> None:
        self.refuses: dict[str, RefusedCues] = {}
        """By a plan's name, what of it is refused by now."""

    def prepare(self, plan: Soundscape) -> None:
        pass

    def held(
        self,
        heard: Soundscape,
        plan: Soundscape,
        position: SessionPosition,
        *,
        leaves: bool = False,
        calmer: bool = False,
        stood: Soundscape | None = None,
    ) -> Replan:
        how = "calmer" if calmer else "another" if leaves else str(position.held)
        return Replan(named(f"{plan.playlist}={how}"), "")

    def retimed(self, heard: Soundscape, plan: Soundscape, position: SessionPosition, stop: object = None) -> Replan:
        if self.refuses_to_plan:
            raise Refused("nothing fits.")
        timed = position.infusion.end_ms // MIN, position.zero_ms // MIN
        name = plan.playlist if timed == (40, 0) else "{}+{}@{}".format(plan.playlist, *timed)
        return Replan(named(name), "Timed anew.")

    def onward(self, heard: Soundscape, plan: Soundscape, position: SessionPosition, *, leaves: bool = True) -> Replan:
        return Replan(named(f"{plan.playlist}{'>' if leaves else '-'}"), "", promised=True)

    def rescue(self, heard: Soundscape, plan: Soundscape, position: SessionPosition) -> Replan:
        return Replan(named("grounding"), "Grounding music.")

    def silence(self, heard: Soundscape, plan: Soundscape, position: SessionPosition) -> Replan:
        return Replan(named("quiet"), "Silence.")

    def without_lost(self, heard: Soundscape, at_ms: int) -> Soundscape:
        return heard

    def refused(self, soundscape: Soundscape, at_ms: Milliseconds) -> RefusedCues:
        return self.refuses.get(soundscape.playlist, RefusedCues())

    def rescued_on(self, heard: Soundscape, plan: Soundscape, position: SessionPosition) -> Replan:
        return Replan(named("another grounding"), "Grounding music.")

    @property
    def prompts(self) -> "NamingReplanner":
        return self

    def by_key(self, name: str, heard: Soundscape, start_ms: Milliseconds) -> StoredPrompt:
        return StoredPrompt(name, "b" * 64, start_ms, Milliseconds(5_000), -3_000)

    def mix(self, soundscape: Soundscape, sounding: object = None) -> Mix:
        return Mix(RATE, 90 * 60 * RATE, (Sound(f"bed:{soundscape.playlist}", "", 0, 0, RATE, 0, 0, 0.0),))


class Kept(dict[str, Payload]):
    """Events by their id; asked as a record is, it has none beyond the outbox."""

    def __call__(self, **_asked: str) -> list[Event]:
        return []


class Book:
    """A record that can be full; it keeps each event once, as the real one does."""

    def __init__(self) -> None:
        self.full = False
        self.events = Kept()

    def append_all(self, drafts: Any) -> None:
        if self.full:
            raise Refused("The disk is full.")
        for draft in cast("list[Draft]", drafts):
            assert draft.event_id is not None
            self.events.setdefault(draft.event_id, draft.payload)

    def close(self) -> None:
        pass


class Room:
    """A session under way, with everything it touches to be looked at."""

    def __init__(self, where: Path) -> None:
        self.where, self.player, self.replanner, self.book = where, Player(), NamingReplanner(), Book()
        folder.write(where, SessionHeader(SESSION, "fast", RATE, -5 * MIN, playlist=""))
        started = SessionStarted(SESSION, "p", 1, 0, (StoredSegment(0, 40 * MIN),), "room-1", soundscape="d")
        used = SoundscapeUsed("d", to_json(named("plan")).decode())
        held = SessionRetimed(SESSION, HELD, to_json(named("waiting")).decode(), 0)
        begin = [
            SessionEvent("00000000-0000-4000-8000-000000000001", "soundscape.used", used, 0, 0),
            SessionEvent("00000000-0000-4000-8000-000000000002", "session.started", started, 0, 0),
            SessionEvent("00000000-0000-4000-8000-000000000003", "session.retimed", held, 0, 0),
        ]
        outbox_file.add(where, begin)
        self.conductor = self.another()

    def another(self) -> Conductor:
        return Conductor(
            self.where,
            outbox=Outbox(self.where, cast("Callable[[], Record]", lambda: self.book)),
            clock=SystemClock(),
            replanner=cast("Any", self.replanner),
            link=cast("Any", PlayerLink(self.player)),
        )

    def at(self, minute: float) -> "Room":
        self.player.frame = round((minute + 5) * 60 * RATE)
        return self

    def gone(self) -> None:
        self.player.dead = True

    def do(self, name: str, argument: str | None = None) -> ActResult:
        """Do an act, and plan after it what is due, as a command does."""
        done = self.conductor.act(order(name, argument))
        planned = self.conductor.plan_what_is_due()
        return replace(done, words=f"{done.words} {planned}".rstrip())

    @property
    def acted(self) -> list[SessionActed]:
        return [payload for payload in self.book.events.values() if isinstance(payload, SessionActed)]


def late(room: Room) -> None:
    """The music was held for long, and what it missed is planned anew."""
    room.conductor.late = ["00000000-0000-4000-8000-000000000009"]
    room.conductor.plan_what_is_due()
