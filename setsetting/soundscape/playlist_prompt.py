"""The prompts that a playlist file names: recordings of the clinic's own, when each sounds, and how far it lowers the music."""

import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

import msgspec

from setsetting.strict_toml import Place
from setsetting.units import Decibels, Minutes, Seconds, s_from_minutes
from setsetting.words.translate import _

MOST_LOWERED_DB, LEAST_LOWERED_DB = Decibels(-18.0), Decibels(-3.0)
"""The music comes back over three seconds, and a level rises by at most 6 dB a second."""
_FARTHEST_S = Seconds(24 * 60 * 60)
_Called = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f@/\\]+$", max_length=60)]


class PromptPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a prompt begins: so long after a phase's begin, or after the start or the end of the infusion."""

    phase: str | None = None
    anchor: Literal["start", "end"] | None = None
    minutes: Minutes | None = None
    seconds: Seconds | None = None

    @property
    def offset_s(self) -> Seconds:
        return self.seconds if self.seconds is not None else s_from_minutes(self.minutes or Minutes(0))


class PlaylistPrompt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One prompt: a file of the clinic's folder `voice`, without its ending, and a name where it comes more than once."""

    file: _Called
    at: PromptPlace
    name: _Called | None = None
    lowers_db: Decibels = Decibels(-12.0)

    @property
    def called(self) -> str:
        return self.name or self.file


def troubles(prompts: Sequence[PlaylistPrompt], phases: Sequence[str], *, loop: bool) -> Iterator[tuple[Place, str]]:
    """What makes no sense in a playlist with these phases, each with its place."""
    names = set[str]()
    if prompts and loop:
        yield ("prompt", 0), _("a loop is not timed to an infusion, so no prompt has a time in it.")
        return
    for number, prompt in enumerate(prompts):
        place: Place = ("prompt", number)
        if prompt.called in names:
            yield (*place, "name"), _("{name!r} is used twice; give each a name of its own.").format(name=prompt.called)
        names.add(prompt.called)
        if not (math.isfinite(prompt.lowers_db) and MOST_LOWERED_DB <= prompt.lowers_db <= LEAST_LOWERED_DB):
            expected = _("is {n:g}; expected {low:g} to {high:g} decibels.")
            yield (
                (*place, "lowers_db"),
                expected.format(n=prompt.lowers_db, low=MOST_LOWERED_DB, high=LEAST_LOWERED_DB),
            )
        yield from _misplaced((*place, "at"), prompt.at, phases)


def _misplaced(place: Place, at: PromptPlace, phases: Sequence[str]) -> Iterator[tuple[Place, str]]:
    if (at.phase is None) == (at.anchor is None):
        yield place, _('expected either phase = "NAME" or anchor = "start" or "end".')
    elif at.phase is not None and at.phase not in phases:
        yield place, _("there is no phase {name!r}.").format(name=at.phase)
    elif (at.minutes is None) == (at.seconds is None):
        yield place, _("expected either minutes or seconds.")
    elif not (math.isfinite(at.minutes or 0) and abs(at.offset_s) <= _FARTHEST_S):
        yield place, _("is no time of a session.")
    elif at.phase is not None and at.offset_s < 0:
        yield place, _("lies before its phase; expected 0 or more.")
