"""The acts of a live session, once: name, key, argument, words, what each touches and how it is undone.

The command line, the keys and the palette are made from this table, and the conductor, the performance
and the fold of a session's events read from it what an act does. What is typed is read in `orders`;
what the state of the session forbids is refused by the conductor. -12 dB over 3 s for "duck" follows the distress ladder's first step, the 15 s fade
of "rescue" its third (a proposal of this project from Breeksema, Kaelen and the Montreal Model);
that music can be stopped at once is the Montreal Model's.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from setsetting.clinical.infusion import InfusionStep
from setsetting.session.status import Cover, HoldReason, InfusionState
from setsetting.units import Decibels, Milliseconds
from setsetting.words.numbers import MINUS, number_or_unknown
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.session.planning import Replanner
    from setsetting.session.replan import Replanning
    from setsetting.session.sounding import SoundState

DUCK_DB = Decibels(-12.0)
DUCK_MS = Milliseconds(3_000)
SILENCE_FADE_MS = Milliseconds(3_000)
VOLUME_MS = Milliseconds(500)
RETURN_FADE_MS = Milliseconds(3_000)
CLOSE_FADE_S = 3.0


class Takes(StrEnum):
    """What an act may be given."""

    NOTHING = ""
    DECIBELS = "DB"
    SECONDS = "[SECONDS]"
    PROMPT = "NAME"
    OUTPUT_DECIBELS = "'OUTPUT DB'"


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A gain of the player that follows the sound's state: its layer, its level, over how long, and what is said."""

    layer: str
    db: Callable[["SoundState"], Decibels]
    over_ms: Milliseconds
    done: Callable[["SoundState"], str]


class WhatSounds(Protocol):
    """What is asked of a session's sound, or of a look at it, to tell whether a key begins or ends something."""

    @property
    def cover(self) -> Cover | None: ...
    @property
    def ducked(self) -> bool: ...
    @property
    def asked(self) -> bool: ...


def _as_it_was(sound: "SoundState", _argument: str | None) -> "SoundState":
    return sound


def _calmer(sound: "SoundState", _argument: str | None) -> "SoundState":
    """A level down the music stays, unless it stays where it is already for the infusion's sake."""
    return replace(sound, asked=sound.asked or sound.held_for not in {HoldReason.NOT_BEGUN, HoldReason.PAUSED})


def _onward(sound: "SoundState", _argument: str | None) -> "SoundState":
    """A cover ends, else a hold that was asked for."""
    return replace(sound, cover=None, covering=None, asked=sound.asked and sound.cover is not None)


def _skipped(sound: "SoundState", argument: str | None) -> "SoundState":
    """Without one of the playlist's prompts."""
    return replace(sound, skipped=sound.skipped | {argument or ""})


def _at_own_level(sound: "SoundState", argument: str | None) -> "SoundState":
    """One output of several at its own level, by an argument of its name and decibels."""
    name, _blank, db = (argument or "").rpartition(" ")
    return replace(sound, output_db={**sound.output_db, name: Decibels(float(db or 0))})


def _never(_sound: WhatSounds) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Act:
    """One act, and all that it touches; nothing else in the session asks for its name.

    `label` is for a key bar, unless the act has no place `in_bar`, and stands out there when it is `urgent`;
    `does` and `undone` are for help and palette. `done` answers, with the argument as `{value}`,
    where neither the plan nor a level has words of its own. `ending` is its label where it `ends_what` holds, and `ended`
    answers then.

    `step` is the step of the infusion it logs, offered while the infusion is `offered_in` one of these states; such an
    act needs no player. `changes` makes the sound's state after it from the state before and the argument. `covers` is
    the way in which the `cover` is made that is heard instead of the plan. What `leaves` leaves what plays for the cue
    that was promised next, or for one that is `calmer`. `holds` says that it is about a hold. Where an act changes what
    the rest is timed to, that is planned after it is heard, and may fade what plays early.
    What is `of_output` moves the own level of one output. What `speaks` plays a prompt over the lowered music, and what `skips` leaves one of the playlist out. `level` is moved to where the new state has it, and `ends` fades the music out for good. `restores`
    names the parts of the sound's state that its undo brings back; what it logged is taken back in any case.
    `undoes` is the undo itself.
    """

    name: str
    key: str
    label: str
    does: str
    done: str = ""
    undone: str = _("`undo` takes it back")
    takes: Takes = Takes.NOTHING
    step: InfusionStep | None = None
    offered_in: tuple[InfusionState, ...] = ()
    changes: Callable[["SoundState", str | None], "SoundState"] = _as_it_was
    covers: "Callable[[Replanner], Replanning] | None" = None
    cover: Cover | None = None
    leaves: bool = False
    calmer: bool = False
    holds: bool = False
    level: LevelChange | None = None
    ends: bool = False
    speaks: bool = False
    skips: bool = False
    of_output: bool = False
    restores: tuple[str, ...] = ()
    undoes: bool = False
    in_bar: bool = True
    urgent: bool = False
    ending: str = ""
    ended: str = ""
    ends_what: Callable[[WhatSounds], bool] = _never

    def label_in(self, sound: WhatSounds) -> str:
        """What it is called where this sounds before it: one key may begin something and end it."""
        return self.ending if self.ends_what(sound) else self.label

    @property
    def once(self) -> bool:
        """Whether doing it again at once would skip, or log a second time, or take back something else."""
        return self.step is not None or self.undoes or self.leaves or self.holds

    @property
    def needs_player(self) -> bool:
        """An infusion goes on without music, so its acts are kept all the same; undo is asked by what it takes back."""
        return self.step is None and not self.undoes


_OF_PLAN = ("plan", "hold", "held_for", "promised", "was_to_end_ms")
ACTS: tuple[Act, ...] = (
    Act(
        "infusion-start",
        "b",
        _("Begin infusion"),
        _("Sets infusion minute 0 and times the rest to it."),
        _("The infusion has begun."),
        step=InfusionStep.START,
        offered_in=(InfusionState.BEFORE,),
        restores=_OF_PLAN,
    ),
    Act(
        "infusion-pause",
        "i",
        _("Pause infusion"),
        _("Logs that the infusion pauses; what is left is delayed."),
        _("The infusion is paused."),
        step=InfusionStep.PAUSE,
        offered_in=(InfusionState.RUNNING, InfusionState.DONE),
        restores=_OF_PLAN,
    ),
    Act(
        "infusion-resume",
        "c",
        _("Continue infusion"),
        _("Logs that the infusion goes on and times the rest to it."),
        _("The infusion goes on."),
        step=InfusionStep.RESUME,
        offered_in=(InfusionState.PAUSED,),
        restores=_OF_PLAN,
    ),
    Act(
        "infusion-stop",
        "x",
        _("Stop infusion"),
        _("Logs that the infusion has ended and brings the calm forward."),
        _("The infusion has ended."),
        step=InfusionStep.STOP,
        offered_in=(InfusionState.RUNNING, InfusionState.PAUSED, InfusionState.DONE),
        restores=_OF_PLAN,
    ),
    Act(
        "next",
        "n",
        _("Next"),
        _("Goes on to the next cue, or back to the plan from rescue, silence or a hold."),
        changes=_onward,
        leaves=True,
        restores=(*_OF_PLAN, "asked", "cover", "covering"),
        ending=_("Back to plan"),
        ends_what=lambda sound: sound.cover is not None or sound.asked,
    ),
    Act(
        "hold",
        "full_stop",
        _("Hold"),
        _("The same music or its like goes on until hold again or next; it never climbs."),
        undone=_("`hold` again, `next` or `undo`"),
        changes=lambda sound, _argument: replace(sound, asked=not sound.asked),
        holds=True,
        restores=(*_OF_PLAN, "asked"),
        ending=_("End hold"),
        ended=_("The hold that was asked for is over."),
        ends_what=lambda sound: sound.asked,
    ),
    Act(
        "calm",
        "minus",
        _("Calm"),
        _("Fades to music one level of energy lower and stays there until next."),
        undone=_("`next` or `undo` returns to the plan"),
        changes=_calmer,
        leaves=True,
        calmer=True,
        holds=True,
        restores=(*_OF_PLAN, "asked"),
    ),
    Act(
        "duck",
        "d",
        _("Duck −12"),
        _("Lowers the music by 12 dB over 3 s; again restores it."),
        undone=_("`duck` again, or `undo`"),
        changes=lambda sound, _argument: replace(sound, ducked=not sound.ducked),
        level=LevelChange(
            "duck",
            lambda sound: DUCK_DB if sound.ducked else Decibels(0.0),
            DUCK_MS,
            lambda sound: _("Lowered by 12 dB.") if sound.ducked else _("No longer lowered by 12 dB."),
        ),
        restores=("ducked",),
        ending=_("End duck"),
        ends_what=lambda sound: sound.ducked,
    ),
    Act(
        "rescue",
        "g",
        _("Grounding"),
        _("Fades to the grounding music within 15 s; it stays until next."),
        undone=_("`next` or `undo` returns to the plan"),
        changes=lambda sound, _argument: replace(sound, cover=Cover.RESCUE, ducked=False),
        covers=lambda replanner: replanner.rescue,
        cover=Cover.RESCUE,
        restores=("cover", "covering", "ducked"),
        urgent=True,
    ),
    Act(
        "silence",
        "s",
        _("Silence"),
        _("Fades to silence; it stays until next."),
        undone=_("`next` or `undo` returns to the plan"),
        changes=lambda sound, _argument: replace(sound, cover=Cover.SILENCE),
        covers=lambda replanner: replanner.silence,
        cover=Cover.SILENCE,
        restores=("cover", "covering"),
    ),
    Act(
        "volume",
        "v",
        _("Volume"),
        _("Sets the level relative to the plan, 0 dB or less."),
        takes=Takes.DECIBELS,
        changes=lambda sound, argument: replace(sound, volume_db=Decibels(float(argument or 0))),
        level=LevelChange(
            "volume",
            lambda sound: sound.volume_db,
            VOLUME_MS,
            lambda sound: _("Volume {db} dB.").format(db=number_or_unknown(sound.volume_db, 1).removesuffix(".0")),
        ),
        restores=("volume_db",),
        in_bar=False,
    ),
    Act(
        "output-volume",
        "semicolon",
        _("Output volume"),
        _("Sets the level of one of several outputs, relative to what all of them play, 0 dB or less."),
        takes=Takes.OUTPUT_DECIBELS,
        changes=_at_own_level,
        of_output=True,
        restores=("output_db",),
        in_bar=False,
    ),
    Act(
        "prompt",
        "comma",
        _("Prompt"),
        _("Plays a prompt of the clinic's, a bell or a recorded voice, over the music, which is lowered for it."),
        takes=Takes.PROMPT,
        speaks=True,
        restores=("spoken",),
        in_bar=False,
    ),
    Act(
        "skip-prompt",
        "apostrophe",
        _("Skip prompt"),
        _("The playlist's next prompt is not played; one that plays fades away, and the music comes back."),
        changes=_skipped,
        skips=True,
        restores=("skipped",),
        in_bar=False,
    ),
    Act(
        "fade-out",
        "space",
        _("FADE OUT"),
        _("Fades everything out, then the music ends."),
        _("Fading out over {value:g} s; then the music ends."),
        undone=_("`undo`, while it still fades"),
        takes=Takes.SECONDS,
        changes=lambda sound, _argument: replace(sound, fading_out=True),
        ends=True,
        restores=("fading_out",),
        urgent=True,
    ),
    Act(
        "undo",
        "u",
        _("Undo"),
        _("Takes back the last act or mark, whatever it was; the rest goes on as if it had not been."),
        undone=_("do it again"),
        undoes=True,
    ),
)

BY_NAME = {act.name: act for act in ACTS}
OF_INFUSION = frozenset(act.name for act in ACTS if act.step is not None)
OF_MUSIC = frozenset(act.name for act in ACTS if act.needs_player)

SIGNS = {"minus": "-", "full_stop": ".", "comma": ",", "semicolon": ";", "apostrophe": "'"}
"""How people read the keys of signs."""

MARK_KEYS = {
    "onset": "o",
    "peak": "p",
    "return": "r",
    "distress": "e",
    "voice": "w",
    "interruption": "k",
    "check": "a",
    "flag": "f",
    "note": "t",
}
"""The default key of each mark; the live screen has more commands, with keys of their own."""
TOUCH_KEYS = {"touch-offered": "h", "touch-accepted": "h", "touch-declined": "l"}
"""Those of touch: what was offered is taken with the key that offered it."""


def by_key(words: str) -> str:
    """A sentence that names acts as commands, with their keys instead."""

    def key_of(found: re.Match[str]) -> str:
        key = BY_NAME[found[1]].key if found[1] in BY_NAME else found[0]
        return SIGNS.get(key, key)

    return re.sub("`([a-z-]+)`", key_of, words)


_NEGATIVE = r"(?<![^ ])-(?=[\d.]+$)"
"""The sign of a level at an argument's end."""


def called(name: str, argument: str | None = None, before: WhatSounds | None = None) -> str:
    """What people call an act that was done, with its argument, after what sounded before it; a newer program's by name."""
    act = BY_NAME.get(name)
    label = name if act is None else act.label if before is None else act.label_in(before)
    return label if argument is None else f"{label} {re.sub(_NEGATIVE, MINUS, argument)}"
