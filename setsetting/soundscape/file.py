"""Soundscape files, strict JSON there and back, and plan files: the same bytes for the same content."""

import hashlib
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import msgspec

from setsetting import strict_json
from setsetting.clinical.infusion import LONGEST_MIN, SHORTEST_MIN
from setsetting.errors import SetSettingError
from setsetting.soundscape.instance import PlanItem
from setsetting.soundscape.loosening import loosen
from setsetting.soundscape.playlist_prompt import LEAST_LOWERED_DB, MOST_LOWERED_DB
from setsetting.soundscape.soundscape import Cue, CueKind, Digests, Soundscape, VoiceCue
from setsetting.units import Decibels, Milliseconds, Minutes, db_from_mdb, mdb_from_db
from setsetting.words.translate import _

SOUNDSCAPE = "soundscape/1"
PLAN = "timed-soundscape-plan/1"


class _Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shape of a file; what is unknown in it is an error."""


class _Digests(_Shape, frozen=True):
    playlist: str
    library: str
    wishes: str


class _Cue(_Shape, frozen=True, omit_defaults=True):
    """A cue; a voice's has the name of its prompt, and by how much it lowers the music."""

    kind: Literal["track", "silence", "bed", "voice"]
    phase: str
    start_ms: Milliseconds
    length_ms: Milliseconds
    track_id: str | None
    gain_db: Decibels
    fade_in_ms: Milliseconds
    fade_out_ms: Milliseconds
    reason: str
    prompt: str | None = None
    lowers_db: Decibels | None = None


class _Soundscape(_Shape, frozen=True):
    format: str
    playlist: str
    playlist_version: int
    minutes: Minutes
    seed: int
    loosened: dict[str, str | int | float]
    cost: float
    bound: float | None
    digests: _Digests
    cues: tuple[_Cue, ...]


class _Plan(msgspec.Struct, frozen=True):
    items: tuple[PlanItem, ...]
    format: str = PLAN
    instance: str = ""
    cost: float | None = None
    bound: float | None = None


def to_json(soundscape: Soundscape) -> bytes:
    """Write a soundscape; equal soundscapes give equal bytes."""
    shape = _Soundscape(
        format=SOUNDSCAPE,
        loosened={rule: _number(value) for rule, value in soundscape.loosened},
        digests=_Digests(soundscape.digests.playlist, soundscape.digests.library, soundscape.digests.wishes),
        cues=tuple(_written(cue) for cue in soundscape.in_time),
        **_shared(soundscape, _Soundscape),
    )
    return _pretty(shape)


def digest_of_file(content: bytes) -> str:
    """SHA-256 of a soundscape file, by which the record knows it."""
    return hashlib.sha256(content).hexdigest()


def from_json(data: bytes, path: Path) -> Soundscape:
    """Read a soundscape file; raises BrokenFile that names the field and what was expected."""
    what = _("a soundscape")
    shape = strict_json.parse(data, path, _Soundscape, what)
    for trouble in _troubles(shape):
        raise strict_json.not_a(what, path, trouble)
    try:
        loosened = loosen(
            {rule: f"{value:g}" if isinstance(value, float) else str(value) for rule, value in shape.loosened.items()}
        )
    except SetSettingError as error:
        raise strict_json.not_a(what, path, f"loosened: {error}".rstrip(".")) from error
    return Soundscape(
        loosened=loosened.written,
        digests=Digests(shape.digests.playlist, shape.digests.library, shape.digests.wishes),
        cues=tuple(_read(cue) for cue in shape.cues if cue.kind != "voice"),
        prompts=tuple(_read_voice(cue) for cue in shape.cues if cue.kind == "voice"),
        **_shared(shape, _Soundscape),
    )


def plan_to_json(name: str, cost: float, bound: float | None, items: tuple[PlanItem, ...]) -> bytes:
    """Write the plan of an instance."""
    return _pretty(_Plan(items=items, instance=name, cost=cost, bound=bound))


def _pretty(shape: msgspec.Struct) -> bytes:
    return msgspec.json.format(msgspec.json.encode(shape), indent=2) + b"\n"


def _troubles(shape: _Soundscape) -> Iterator[str]:
    if shape.format != SOUNDSCAPE:
        yield _("format is {n!r}; this program reads {known!r}").format(n=shape.format, known=SOUNDSCAPE)
    if not SHORTEST_MIN <= shape.minutes <= LONGEST_MIN:
        expected = _("minutes is {n:g}; expected {low} to {high}")
        yield expected.format(n=shape.minutes, low=SHORTEST_MIN, high=LONGEST_MIN)
    if not 1 <= shape.playlist_version < 2**31:
        yield _("playlist_version is {n}; expected 1 or more").format(n=shape.playlist_version)
    if not 0 <= shape.seed < 2**31:
        yield _("seed is {n}; expected 0 or more").format(n=shape.seed)
    if shape.bound is not None and not 0 <= shape.bound <= shape.cost:
        yield _("bound is {n:g}; expected no more than the cost").format(n=shape.bound)
    yield from _troubles_of_cues(shape.cues)


def _troubles_of_cues(cues: Sequence[_Cue]) -> Iterator[str]:
    if all(cue.kind == "voice" for cue in cues):
        yield _("it has no cues")
    for number, cue in enumerate(cues, 1):
        if cue.kind in {"track", "voice"} and not cue.track_id:
            yield _("cue {n} names no track").format(n=number)
        if cue.length_ms <= 0 or not 0 <= cue.fade_in_ms <= cue.length_ms or not 0 <= cue.fade_out_ms <= cue.length_ms:
            yield _("cue {n}: length_ms must be above 0 and hold its fades").format(n=number)
        if not (math.isfinite(cue.gain_db) and abs(cue.gain_db) <= 120.0):
            yield _("cue {n}: gain_db is {gain:g}; expected -120 to 120").format(n=number, gain=cue.gain_db)
        yield from _troubles_of_voice(number, cue)
    for number, (earlier, later) in enumerate(pairwise(cues), 2):
        if later.start_ms < earlier.start_ms:
            yield _("cue {n} starts before the one above it").format(n=number)


def _troubles_of_voice(number: int, cue: _Cue) -> Iterator[str]:
    if (cue.kind == "voice") is (None in (cue.prompt, cue.lowers_db)):
        yield _("cue {n}: a voice, and nothing else, has prompt and lowers_db").format(n=number)
    elif cue.lowers_db is not None and not MOST_LOWERED_DB <= cue.lowers_db <= LEAST_LOWERED_DB:
        expected = _("cue {n}: lowers_db is {db:g}; expected {low:g} to {high:g}")
        yield expected.format(n=number, db=cue.lowers_db, low=MOST_LOWERED_DB, high=LEAST_LOWERED_DB)


def _number(text: str) -> str | int | float:
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text


def _written(cue: Cue) -> _Cue:
    spoken: dict[str, Any] = {}
    if isinstance(cue, VoiceCue):
        spoken = {"prompt": cue.prompt, "lowers_db": db_from_mdb(cue.lowers_mdb)}
    return _Cue(kind=cue.kind.value, gain_db=db_from_mdb(cue.gain_mdb), **_shared(cue, _Cue), **spoken)


def _read(cue: _Cue) -> Cue:
    return Cue(kind=CueKind(cue.kind), gain_mdb=mdb_from_db(cue.gain_db), **_shared(cue, _Cue))


def _read_voice(cue: _Cue) -> VoiceCue:
    return VoiceCue(
        kind=CueKind.VOICE,
        gain_mdb=mdb_from_db(cue.gain_db),
        prompt=cue.prompt or "",
        lowers_mdb=mdb_from_db(cue.lowers_db or LEAST_LOWERED_DB),
        **_shared(cue, _Cue),
    )


def _shared(one: Cue | _Cue | Soundscape | _Soundscape, shape: type[_Shape]) -> dict[str, Any]:
    """The fields that a file's shape and the type it stands for both have, unchanged."""
    return {name: getattr(one, name) for name in shape.__struct_fields__ if name not in _OTHERWISE}


_OTHERWISE = {"format", "loosened", "digests", "cues", "kind", "gain_db", "prompt", "lowers_db"}
"""What is written otherwise than it is held."""
