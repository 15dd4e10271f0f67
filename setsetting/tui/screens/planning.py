"""Asking the planner for the build screen, in a thread: what is wanted first, and an answer that is whole.

An answer carries the tracks it names, and the number of the question, so that a former one is never taken for the
newest.
"""

import asyncio
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message

from setsetting.clinical.infusion import steady
from setsetting.errors import Refused, SetSettingError, Stopped, UsageError
from setsetting.progress import Step
from setsetting.soundscape.rules import CHOICES
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.widgets.plan_view import PlanRequest
from setsetting.units import Minutes, minutes_from_ms
from setsetting.views import soundscape as views
from setsetting.views.playlist import whence
from setsetting.words.numbers import number_typed
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.library.track import Track
    from setsetting.soundscape.compose import Composed
    from setsetting.soundscape.refusal import Infeasible
    from setsetting.soundscape.soundscape import Soundscape
    from setsetting.soundscape.windows import TimedPhase
    from setsetting.tui.task_screen import TaskScreen


@dataclass
class PlanAnswered(Message):
    """The planner answered: a soundscape, or why none exists; the phases as far as they could be timed.

    `ticket` is of the question, `tracks` are the library's as the answer knows them, `accepted` is the file of the
    patient's plan where that is this very soundscape.
    """

    ticket: int
    wanted: PlanRequest
    phases: "Sequence[TimedPhase]"
    tracks: "Mapping[str, Track]"
    built: "Composed | None" = None
    refused: "Infeasible | None" = None
    accepted: Path | None = None
    trouble: str = ""


@dataclass
class GroundMoved(Message):
    """What the plan on the screen was made from has changed: its library, playlist or the patient's wishes."""

    ticket: int


def why_nothing(clinic: "Clinic", usable: Mapping[str, Minutes]) -> str:
    """Why nothing can be planned, and which keys change that; nothing where there are playlists and tracks."""
    from setsetting.desk import library

    if not usable:
        return _("There is no playlist that is timed to an infusion.")
    if library.listing(clinic):
        return ""
    why = (
        _("Nothing in the library was measured by this version of the program")
        if library.folders(clinic)
        else _("The library is empty")
    )
    return why + _(": esc goes back to today, l opens the library, m scans your music.")


def first_request(clinic: "Clinic", code: str, usable: Mapping[str, Minutes]) -> tuple[PlanRequest, bool]:
    """What a patient's next visit begins from, and whether the patient is simulated.

    That is the accepted plan, else the last session, else what fits its length, else the first playlist.
    """
    from setsetting.desk import patients, plans

    known = patients.listing(clinic, heard=False)
    held, simulated = next(((view.sessions, view.simulated) for view in known if view.code == code), ((), False))
    if (standing := plans.settings_of(clinic, code)) is not None and standing[0] in usable:
        return PlanRequest(*standing), simulated
    if not held:
        name = next(iter(usable))
        return PlanRequest(name, usable[name]), simulated
    minutes, last = minutes_from_ms(held[-1].planned.end_ms), held[-1].playlist
    if last is not None and last in usable:
        return PlanRequest(last, minutes), simulated
    everyone = sorted((row for view in known for row in view.sessions), key=lambda row: row.started_utc_ms)
    played = [row.playlist for row in everyone if row.playlist in usable]
    name = min(usable, key=lambda name: (abs(usable[name] - minutes), name not in played[-1:]))
    return PlanRequest(name, minutes), simulated


def answered(
    clinic: "Clinic",
    code: str,
    ticket: int,
    wanted: PlanRequest,
    *,
    still_wanted: Callable[[], bool],
    post: Callable[[PlanAnswered], object],
) -> PlanAnswered:
    """What the planner says to a request; every trouble is an answer. It stops once that is not wanted any more.

    A refusal is posted at once, and again with each change that is found to help.
    """
    from setsetting.desk import plans, playlists, soundscapes

    def stop_unwanted(_step: Step) -> None:
        if not still_wanted():
            raise Stopped(_("Something else is wanted by now."))

    def tell(refused: "Infeasible") -> None:
        post(answer(phases, {}, refused=refused))

    phases: Sequence[TimedPhase] = ()
    answer = partial(PlanAnswered, ticket, wanted)
    try:
        playlist = playlists.show(clinic.folder, wanted.playlist)
        phases = playlists.timed(playlist, steady(wanted.minutes), wanted.loosened)
        loosened = dict(wanted.loosened)
        built = soundscapes.build(
            clinic,
            wanted.playlist,
            wanted.minutes,
            code,
            seed=wanted.seed,
            loosened=loosened,
            report=stop_unwanted,
            meanwhile=tell,
        )
        tracks = tracks_of(clinic, built.soundscape)
        accepted = plans.accepted_as(clinic, built.soundscape, code)
    except soundscapes.Infeasible as refused:
        return answer(phases, {}, refused=refused)
    except SetSettingError as error:
        return answer(phases, {}, trouble=str(error))
    return answer(phases, tracks, built=built, accepted=accepted)


def tracks_of(clinic: "Clinic", soundscape: "Soundscape") -> "Mapping[str, Track]":
    """The library's tracks, with all that a soundscape names; refuses where one has gone since it was planned."""
    from setsetting.desk import library

    tracks = {track.id: track for track in library.listing(clinic)}
    if any(cue.track_id is not None and cue.track_id not in tracks for cue in soundscape.cues):
        raise Refused(_("The library changed while the plan was being found; 8 tries again."))
    return tracks


def minutes_typed(text: str) -> Minutes:
    """A number of minutes as it is typed; UsageError for another text."""
    if math.isnan(minutes := number_typed(text)):
        raise UsageError(_("{text!r} is no number of minutes.").format(text=text))
    return Minutes(minutes)


def infusion_minutes_typed(text: str) -> Minutes:
    """The same; refuses what no infusion can last."""
    minutes = minutes_typed(text)
    steady(minutes)
    return minutes


async def playlist_asked(screen: "TaskScreen", clinic: "Clinic", code: str, wanted: PlanRequest) -> PlanRequest | None:
    """What is wanted with the playlist a person chooses; None where none is chosen."""
    from setsetting.desk import playlists

    listed = [
        each
        for each in playlists.listing(clinic.folder)
        if each.playlist is None or each.playlist.infusion_min is not None
    ]
    own = {each.playlist.name: each.playlist.infusion_min for each in listed if each.playlist is not None}
    choices = [
        (
            each.shelved.name,
            each.trouble or f"{each.playlist.title} · {whence(each)}" if each.playlist else "",
        )
        for each in listed
    ]
    now = next((at for at, each in enumerate(listed) if each.shelved.name == wanted.playlist), 0)
    at = await screen.ask(ChoiceDialog(_("{code}: which playlist?").format(code=code), choices, now))
    if at is None:
        return None
    playlist = listed[at].playlist
    if playlist is None or playlist.infusion_min is None:
        raise UsageError(listed[at].trouble or "")
    # minutes that a person set stay; those that came with the old playlist go with it
    theirs = wanted.minutes != own.get(wanted.playlist)
    return replace(wanted, playlist=playlist.name, minutes=wanted.minutes if theirs else playlist.infusion_min)


async def loosening_asked(screen: "TaskScreen", clinic: "Clinic", code: str, wanted: PlanRequest) -> PlanRequest | None:
    """What is wanted with a rule loosened, or with none; None where nothing is chosen."""
    from setsetting.desk import playlists
    from setsetting.soundscape.loosening import loosen_typed, strictest

    tonight = dict(wanted.loosened)
    choices = [
        (words, _("tonight {value}").format(value=tonight[rule]) if rule in tonight else "") for rule, words in CHOICES
    ]
    if tonight:
        choices.append((_("none of them"), _("every rule of the playlist holds again")))
    question = _("{code}: loosen which rule, for tonight only? Vetoes are never loosened.").format(code=code)
    at = await screen.ask(ChoiceDialog(question, choices))
    if at is None:
        return None
    if at == len(CHOICES):
        return replace(wanted, loosened=())
    rule, words = CHOICES[at]
    now = strictest(playlists.show(clinic.folder, wanted.playlist), rule)
    question = _("{code}: {words}?").format(code=code, words=words)
    value = await screen.ask(
        TextDialog(question, tonight.get(rule, now), check=lambda typed: loosen_typed(rule, typed))
    )
    if value is None:
        return None
    kept = tuple(pair for pair in wanted.loosened if pair[0] != rule)
    return replace(wanted, loosened=(*kept, *loosen_typed(rule, value).written))


async def kept_asked(
    screen: "TaskScreen", clinic: "Clinic", code: str
) -> "tuple[Path, Soundscape, tuple[str, ...]] | None":
    """A kept soundscape that a person chooses and that breaks no rule, with what has changed since it was made."""
    from setsetting.desk import soundscapes

    kept = await asyncio.to_thread(soundscapes.kept, clinic, code)
    if not kept:
        raise UsageError(
            _("No soundscape is accepted for {code}, and none is kept in soundscapes/ that could be theirs.").format(
                code=code
            )
        )
    choices = [(path.stem, views.headline(soundscape)) for path, soundscape in kept]
    at = await screen.ask(ChoiceDialog(_("{code}: which kept soundscape?").format(code=code), choices))
    if at is None:
        return None
    path, soundscape = kept[at]
    checked = await asyncio.to_thread(soundscapes.check, clinic.folder, path, code)
    if checked.broken:
        raise Refused(" ".join(checked.broken))
    return path, soundscape, checked.stale
