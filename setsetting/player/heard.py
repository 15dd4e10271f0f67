"""What a player sent to its output, frozen: enough to hear it again, live acts included.

It is folded from the journal and the Mixes before the player's folder goes: which Mix held from which frame, how one
passed into the next, every level, and where nothing was sent. Sounds are named by their file and its digest. It holds
no sound, and no patient.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from pathlib import Path

import msgspec

from setsetting import strict_json
from setsetting.audio.mix import BED, Mix, Sound
from setsetting.audio.mixer import bed_instead
from setsetting.errors import SetSettingError
from setsetting.player import job as jobs
from setsetting.player import journal
from setsetting.player.gain_stage import SHORTEST_MS
from setsetting.player.journal import ABANDONED, CLOSED, TERMINATED, JournalEntry, JournalKind
from setsetting.player.mixes import digest as digest_of
from setsetting.player.mixes import read_mix
from setsetting.player.playback_history import sounding_at
from setsetting.player.run import BACK_FADE_MS, CLOSED_FADE_MS
from setsetting.player.status import GainLayer
from setsetting.units import Decibels, Frames, Hertz, Milliseconds, frames_from_ms
from setsetting.words.translate import _

_ENDED_BY_A_FADE = {CLOSED: CLOSED_FADE_MS, ABANDONED: SHORTEST_MS, TERMINATED: SHORTEST_MS}
"""Why a player ended that no act told to: the fade that was its last."""


class HeardMix(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A Mix from a frame on, with the sounds of it that were sent.

    What was before fades out over `fade_frames`, `alike` where a sound goes on in both; without a fade it is gone.
    """

    frame: Frames
    mix: Mix
    fade_frames: Frames = Frames(0)
    alike: bool = False


class HeardChange(StrEnum):
    """What a level does: a layer moves or is set, the whole rises from silence or falls to it for good.

    `ANEW`: a player was started again, with every layer at the plan's level until it is set.
    """

    MOVES = "moves"
    SET = "set"
    RISES = "rises"
    FALLS = "falls"
    ANEW = "anew"


class HeardLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A change of level from a frame on; `layer` and `db` are those of a layer, relative to the plan."""

    frame: Frames
    what: HeardChange
    layer: GainLayer | None = None
    db: Decibels = Decibels(0)
    over_ms: Milliseconds = Milliseconds(0)


class HeardGap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A time in which nothing was sent, before a frame."""

    frame: Frames
    ms: Milliseconds


class HeardSound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that was sent: `frames` is how many frames of the Mixes.

    `underruns` are short silences that were sent for want of sound; where in them is not known, and they are not told.
    """

    rate_hz: Hertz
    frames: Frames
    mixes: tuple[HeardMix, ...]
    levels: tuple[HeardLevel, ...] = ()
    gaps: tuple[HeardGap, ...] = ()
    underruns: int = 0


def write(heard: HeardSound) -> str:
    return msgspec.json.encode(heard).decode()


def read(body: str, name: str) -> HeardSound:
    """Read what was frozen, called so; what is not exactly this is refused with a sentence."""
    return strict_json.parse(body, Path(name), HeardSound, _("what was heard"))


def freeze(where: Path) -> HeardSound:
    """Fold the folder of a player that has ended; raises a sentence where it cannot be read."""
    job, entries = jobs.read(where), journal.read(where)
    ended = journal.ended(entries)
    frames = journal.last_frame(entries, journal.read_position(where)) if ended is None else ended.frame
    folded = _Folded(where, [_Held(Frames(0), digest_of(job.mix), job.mix)])
    for entry in entries:
        folded.tell(entry)
    return HeardSound(
        rate_hz=job.mix.rate_hz,
        frames=frames,
        mixes=tuple(folded.sent(frames))[::-1],
        levels=tuple(folded.levels),
        gaps=tuple(folded.gaps),
        underruns=folded.underruns,
    )


@dataclass(slots=True)
class _Held:
    """A Mix as it held from a frame on, by the digest that names it."""

    frame: Frames
    digest: str
    mix: Mix
    fade_frames: Frames = Frames(0)
    alike: bool = False


@dataclass(slots=True)
class _Folded:
    """A journal as far as it was told."""

    where: Path
    held: list[_Held]
    levels: list[HeardLevel] = field(default_factory=list)
    gaps: list[HeardGap] = field(default_factory=list)
    underruns: int = 0
    _asked: dict[str, int] = field(default_factory=dict)
    _anchored: dict[str, Frames] = field(default_factory=dict)
    _failed: dict[tuple[str, int], Frames] = field(default_factory=dict)

    def tell(self, entry: JournalEntry) -> None:
        match entry.what:
            case JournalKind.REPLACED:
                self._replaced(entry)
            case JournalKind.RESTARTED:
                self._restarted(entry)
            case JournalKind.TROUBLE if entry.mix is not None and entry.index is not None:
                self._failed.setdefault((entry.mix, entry.index), entry.frame)
            case JournalKind.GAIN if entry.layer is not None and entry.output is None:
                db, over_ms = entry.db or Decibels(0), entry.over_ms or Milliseconds(0)
                self._level(entry, HeardLevel(entry.frame, HeardChange.MOVES, GainLayer(entry.layer), db, over_ms))
            case JournalKind.FADE_OUT | JournalKind.STOP:
                over_ms = entry.over_ms or SHORTEST_MS
                self._level(entry, HeardLevel(entry.frame, HeardChange.FALLS, over_ms=over_ms))
            case JournalKind.ANCHORED if entry.event_id is not None:
                self._anchored[entry.event_id] = entry.frame
                if (at := self._asked.get(entry.event_id)) is not None:
                    self.levels[at] = msgspec.structs.replace(self.levels[at], frame=entry.frame)
            case JournalKind.OUTPUT_BACK if entry.output is None:
                self._gap(entry)
                self.levels.append(HeardLevel(entry.frame, HeardChange.RISES, over_ms=BACK_FADE_MS))
            case JournalKind.STALLED:
                self._gap(entry)
            case JournalKind.UNDERRUN:
                self.underruns += entry.count or 0
            case JournalKind.ENDED if entry.text in _ENDED_BY_A_FADE:
                self._faded_by_itself(entry)

    def sent(self, frames: Frames) -> Iterator[HeardMix]:
        """The Mixes that were sent, the newest first, each with the sounds between where it began and where it was gone."""
        until = frames
        for each in reversed(self.held):
            if each.frame < max(frames, 1):
                parts = chain.from_iterable(self._parts(each, index) for index in range(len(each.mix.sounds)))
                rate_hz = each.mix.rate_hz
                reaches = ((sound, *sound.reach(rate_hz)) for sound in parts)
                sounds = tuple(sound for sound, begins, ends in reaches if begins < until and ends > each.frame)
                yield HeardMix(each.frame, replace(each.mix, sounds=sounds), each.fade_frames, each.alike)
                until = min(until, Frames(each.frame + each.fade_frames))

    def _parts(self, held: _Held, index: int) -> Iterator[Sound]:
        """A sound, or as much of it as was read before it failed and, where that was music, a noise bed for the rest."""
        sound = held.mix.sounds[index]
        failed = self._failed.get((held.digest, index))
        if failed is None or failed >= _end(sound) - sound.fade_out_frames:
            yield sound
            return
        read = Frames(max(0, failed - sound.start_frame))
        if read:
            yield replace(sound, frames=read, fade_out_frames=Frames(0))
        if not sound.lowers_db and not sound.source.startswith(BED):
            yield bed_instead(sound, read, held.mix.rate_hz)

    def _level(self, entry: JournalEntry, level: HeardLevel) -> None:
        event_id = entry.event_id or ""
        self._asked[event_id] = len(self.levels)
        frame = self._anchored.get(event_id, entry.frame)  # the sender may tell it before it is noted
        self.levels.append(msgspec.structs.replace(level, frame=frame))

    @property
    def _falls(self) -> bool:
        return any(level.what is HeardChange.FALLS for level in self.levels)

    def _faded_by_itself(self, entry: JournalEntry) -> None:
        over_ms = _ENDED_BY_A_FADE[entry.text or ""]
        begun = Frames(max(0, entry.frame - frames_from_ms(over_ms, self.held[0].mix.rate_hz)))
        if not self._falls:
            self.levels.append(HeardLevel(begun, HeardChange.FALLS, over_ms=over_ms))

    def _gap(self, entry: JournalEntry) -> None:
        if entry.held_ms:
            self.gaps.append(HeardGap(entry.frame, entry.held_ms))

    def _replaced(self, entry: JournalEntry) -> None:
        digest, at = entry.mix or "", entry.frame
        mix, sounding = self._mix(digest), set[object]()
        for each in reversed(self.held):  # the newest, and what is leaving under it
            sounding |= sounding_at(each.mix, at)
            if each.frame + each.fade_frames <= at:
                break
        alike = not sounding.isdisjoint(sounding_at(mix, at))
        self.held.append(_Held(at, digest, mix, entry.fade_frames or Frames(0), alike))

    def _restarted(self, entry: JournalEntry) -> None:
        """The Mix in force is entered anew after silence, its levels at once, and it rises; a last fade is over."""
        self._gap(entry)
        digest = entry.mix or self.held[-1].digest
        self.held.append(_Held(entry.frame, digest, self._mix(digest)))
        levels = {level.layer: level.db for level in self.levels if level.layer is not None}
        falls = self._falls
        self.levels.append(HeardLevel(entry.frame, HeardChange.ANEW))
        self.levels += [HeardLevel(entry.frame, HeardChange.SET, layer, db) for layer, db in levels.items()]
        self.levels.append(HeardLevel(entry.frame, HeardChange.RISES, over_ms=BACK_FADE_MS))
        if falls:
            self.levels.append(HeardLevel(entry.frame, HeardChange.FALLS, over_ms=SHORTEST_MS))

    def _mix(self, digest: str) -> Mix:
        """A Mix by its digest; one that a full disk did not take is not known, and silent."""
        if digest == self.held[0].digest:
            return self.held[0].mix
        try:
            return read_mix(self.where, digest)
        except SetSettingError:
            return replace(self.held[0].mix, sounds=())


def _end(sound: Sound) -> Frames:
    return Frames(sound.start_frame + sound.frames)
