"""Soundscapes as data and in words: built or refused, checked, rendered, solved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from setsetting.soundscape import loosening
from setsetting.soundscape.file import to_json
from setsetting.soundscape.rules import CHOICES
from setsetting.soundscape.soundscape import Cue, CueKind, Soundscape, VoiceCue
from setsetting.units import Hertz, ms_from_s, s_from_frames
from setsetting.words.numbers import clock, signed
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.audio.render import Rendered
    from setsetting.desk.soundscapes import CheckedSoundscape
    from setsetting.library.track import Track
    from setsetting.soundscape.planner import Plan
    from setsetting.soundscape.refusal import Infeasible


def as_data(soundscape: Soundscape) -> Any:
    """A soundscape as its file holds it."""
    return msgspec.json.decode(to_json(soundscape))


@dataclass(frozen=True, slots=True)
class ShownCue:
    """A cue with the words for what sounds."""

    cue: Cue
    title: str
    artist: str = ""
    energy: float | None = None

    @property
    def what(self) -> str:
        return f"{self.title} - {self.artist}" if self.artist else self.title


def shown(cue: Cue, tracks: "Mapping[str, Track]") -> ShownCue:
    """A cue in words; a track that is not in the library is its id."""
    if cue.kind is CueKind.SILENCE:
        return ShownCue(cue, _("silence"))
    if cue.kind is CueKind.BED:
        return ShownCue(cue, _("noise bed"))
    if isinstance(cue, VoiceCue):
        return ShownCue(cue, _("prompt {name}").format(name=cue.prompt))
    track = tracks.get(cue.track_id or "")
    if track is None:
        return ShownCue(cue, _("{id} (not in this library)").format(id=(cue.track_id or "?")[:10]))
    return ShownCue(cue, track.title, track.artist, track.energy)


def headline(soundscape: Soundscape) -> str:
    """What a soundscape is, in one line."""
    words = _("{playlist} version {version}, {minutes:g} min, seed {seed}, from {first} to {last}").format(
        playlist=soundscape.playlist,
        version=soundscape.playlist_version,
        minutes=soundscape.minutes,
        seed=soundscape.seed,
        first=clock(soundscape.start_ms),
        last=clock(soundscape.end_ms),
    )
    if soundscape.loosened:
        words += "; " + loosened_words(soundscape.loosened)
    return words


def loosened_words(loosened: Iterable[tuple[str, str]]) -> str:
    """Which rules do not hold tonight, in one line."""
    return _("loosened for tonight only: {rules}").format(rules=rules_words(loosened))


def rules_words(loosened: Iterable[tuple[str, str]]) -> str:
    """The rules alone, each with what it was loosened to."""
    return "; ".join(loosening.loosened_words(loosened))


def refused_as_data(refused: "Infeasible") -> dict[str, Any]:
    return {
        "feasible": False,
        "phase": refused.phase,
        "rules": list(refused.rules),
        "funnel": [{"phase": left.phase, "rule": left.rule, "left": left.left} for left in refused.funnel],
        "relaxation": refused.relaxation,
        "proven": refused.proven,
        "sentence": refused.sentence,
        "offers": [
            {"loosen": offer.as_arguments, "words": offer.words, "holds": offer.holds} for offer in refused.offers
        ],
        "not_enough": list(refused.not_enough),
        "table": [
            {
                "phase": row.phase,
                "from_s": row.from_s,
                "to_s": row.to_s,
                "library": row.library,
                "taken": dict(row.taken),
                "left": row.left,
                "needed": row.needed,
                "fills_s": row.fills_s,
            }
            for row in refused.table
        ],
    }


def refused_heads(refused: "Infeasible") -> tuple[str, ...]:
    """The heads of a refusal's table; of the rules those that take anything anywhere."""
    return (_("phase"), _("minutes"), _("library"), *_telling(refused), _("left"), _("needed"))


def refused_rows(refused: "Infeasible") -> list[tuple[str, ...]]:
    """All phases and rules at once: what each takes, as minus numbers that add up to what is left."""
    telling = _telling(refused)
    return [
        (
            row.phase,
            f"{clock(ms_from_s(row.from_s))} {_('to')} {clock(ms_from_s(row.to_s))}",
            str(row.library),
            *(signed(-n) if n else "-" for head, n in row.taken if head in telling),
            str(row.left),
            str(row.needed),
        )
        for row in refused.table
    ]


def _telling(refused: "Infeasible") -> tuple[str, ...]:
    taken = [head for row in refused.table for head, n in row.taken if n]
    return tuple(head for head, _n in refused.table[0].taken if head in taken) if refused.table else ()


def refused_in_words(refused: "Infeasible") -> list[str]:
    """Why, and what was tried: each change that gives a plan with how it is asked for, then what is not enough."""
    lines = [refused.sentence]
    for number, offer in enumerate(refused.offers, 1):
        arguments = " ".join(f"--loosen {rule}={value}" for rule, value in offer.loosened)
        lines.append(
            _("{number}. {words}: {arguments} (a plan then holds {holds})").format(
                number=number, words=offer.words, arguments=arguments, holds=offer.holds
            )
        )
    if refused.not_enough:
        rules = dict(CHOICES)
        tried = "; ".join(rules.get(name, name) for name in refused.not_enough)
        lines.append(_("Tried and not enough alone: {rules}.").format(rules=tried))
    return lines


def solved_as_data(solved: "Plan") -> dict[str, Any]:
    return {"feasible": True, "cost": solved.cost, "bound": solved.bound}


def checked_as_data(checked: "CheckedSoundscape") -> dict[str, Any]:
    return {
        "ok": not checked.broken,
        "against_rules": checked.against_rules,
        "broken": list(checked.broken),
        "stale": list(checked.stale),
    }


def sound_words(checked: "CheckedSoundscape") -> str:
    """What is said of a soundscape of which nothing is broken."""
    if checked.against_rules:
        return _("No rule is broken.")
    return _("The file is a soundscape; its rules are checked in a clinic folder, and none is named.")


def rendered_as_data(out: Path, rate_hz: Hertz, rendered: "Rendered") -> dict[str, Any]:
    return {
        "path": str(out),
        "rate_hz": rate_hz,
        "frames": rendered.frames,
        "duration_s": s_from_frames(rendered.frames, rate_hz),
        "peak_dbfs": rendered.peak_dbfs,
        "guarded": rendered.guarded,
        "troubles": [sentence for _index, sentence in rendered.troubles],
    }


def rendered_in_words(rendered: "Rendered") -> list[str]:
    """What was missing in the finished file, and what its guard had to hold."""
    lines = [sentence for _index, sentence in rendered.troubles]
    if rendered.guarded:
        lines.append(
            count(
                "The guard at -1 dBFS had to hold {n} sample.",
                "The guard at -1 dBFS had to hold {n} samples.",
                rendered.guarded,
            )
        )
    return lines
