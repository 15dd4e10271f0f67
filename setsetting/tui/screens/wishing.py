"""A wish about the music, asked step by step; a track is found by its title and may be heard before it is kept."""

import asyncio
import threading
from typing import TYPE_CHECKING

from setsetting.clinical.preferences import ABOUT, ASKS, Wish
from setsetting.tui.dialogs import ChoiceDialog
from setsetting.tui.screens.output import device_asked
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.library.track import TrackNames
    from setsetting.tui.task_screen import TaskScreen

WORDS = {"artist": _("an artist"), "tag": _("a tag"), "track": _("a track of the library")}


async def wish(screen: "TaskScreen", clinic: "Clinic", code: str, wanted: Wish) -> None:
    """Ask what it is about, and keep it; escape keeps nothing."""
    from setsetting.desk import preferences

    about = [*ABOUT[wanted], *([""] if wanted is Wish.FAMILIAR else [])]
    choices = [(WORDS.get(what, _("offered, none wanted")), "") for what in about]
    at = 0 if len(about) == 1 else await screen.ask(ChoiceDialog(f"{code}. {ASKS[wanted]}", choices))
    if at is None:
        return
    what, value = about[at], ""
    if what == "track":
        track = await _track(screen, clinic, code)
        if track is None or not await _kept(screen, clinic, code, track):
            return
        value = track.id
    elif what:
        question = _("{code}: which {what}?").format(code=code, what=_(what))
        await screen.ask_and_do(question, lambda typed: preferences.prefer(clinic, code, wanted, what, typed))
        return
    preferences.prefer(clinic, code, wanted, what, value)


async def _track(screen: "TaskScreen", clinic: "Clinic", code: str) -> "TrackNames | None":
    from setsetting.desk import meeting

    names = clinic.names()
    found = await screen.ask_and_do(
        _("{code}: which track?").format(code=code),
        lambda typed: meeting.called_so(names, typed),
        hint=_("part of its title"),
    )
    if found is None:
        return None
    choices = [(track.title, track.artist or _("artist unknown")) for track in found]
    at = 0 if len(found) == 1 else await screen.ask(ChoiceDialog(_("{code}: which track?").format(code=code), choices))
    return None if at is None else found[at]


async def _kept(screen: "TaskScreen", clinic: "Clinic", code: str, track: "TrackNames") -> bool:
    """Whether the track is kept; before that its beginning may be heard, as often as is wanted."""
    from setsetting.desk import listening

    ways = ((_("keep it"), ""), (_("hear half a minute first"), _("on an output that is asked")))
    while (at := await screen.ask(ChoiceDialog(f"{code}. {track.title}?", ways))) is not None:
        if at == 0:
            return True
        question = _("{code}: on which output? It plays at once.").format(code=code)
        none = _("No sound device was found on this machine.")
        output = await device_asked(screen, clinic, question, without=none)
        if output is not None:
            stop = threading.Event()
            playing = asyncio.create_task(asyncio.to_thread(listening.listen, clinic, track.id, output, stop))
            ended = ((_("stop it"), ""),)
            await screen.ask(ChoiceDialog(_("{title} plays.").format(title=track.title), ended))
            stop.set()
            await playing
    return False
