"""Closing a session that was left open, from a list: which one is meant, and the screen that closes it."""

from typing import TYPE_CHECKING

from setsetting.errors import UsageError
from setsetting.machine.clock import local
from setsetting.review.words import room
from setsetting.tui.dialogs import ChoiceDialog, ConfirmDialog
from setsetting.views.closing import rehearsal_closed_words
from setsetting.views.session import named_words
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.today import TodayRow
    from setsetting.record.rows import SessionRow
    from setsetting.tui.task_screen import TaskScreen


async def which_unclosed(screen: "TaskScreen", clinic: "Clinic", chosen: "TodayRow | None") -> str | None:
    """The chosen patient's session that is over and not closed, another's only when it is named; None where none is.

    One that has lost its player, as the machine its power, is closed where that is wanted.
    """
    from setsetting.desk import attending

    over = attending.left_open(clinic)
    by_code = list(zip(attending.codes(clinic, over), over, strict=True))
    theirs = [(code, held) for code, held in by_code if chosen is not None and code == chosen.code]
    if not theirs and chosen is not None and chosen.silent and chosen.unclosed is not None:
        return chosen.unclosed.session_id if await screen.ask(_close_question(chosen)) else None
    if not theirs and chosen is not None and chosen.runs:
        raise UsageError(_("{code}'s session still runs; j joins it, and z closes it there.").format(code=chosen.code))
    if not by_code:
        raise attending.none_waits()
    offered = theirs or by_code
    at: int | None = 0
    if len(theirs) != 1:
        choices = [(named_words(code, held), _when(clinic, held)) for code, held in offered]
        at = await screen.ask(ChoiceDialog(_("Close which session?"), choices))
    return None if at is None else offered[at][1].session_id


def _close_question(row: "TodayRow") -> ConfirmDialog:
    return ConfirmDialog(
        _("{code}: close the session with what is known?").format(code=row.code),
        _("Its player is gone and nothing plays. Everything logged is kept; j goes on with it instead."),
        yes=_("close it"),
        no=_("leave it open"),
    )


def _when(clinic: "Clinic", held: "SessionRow") -> str:
    return f"{local(held.started_utc_ms, clinic.settings.zone):%Y-%m-%d %H:%M} · {room(held.room)}"


async def close_left_open(screen: "TaskScreen", clinic: "Clinic", session_id: str) -> None:
    """Open the closing of a session; a rehearsal, of which nothing is asked, is closed at once."""
    from setsetting.tui.screens.close import prepared

    closing = await prepared(screen, clinic, session_id)
    if closing is None:
        screen.say(rehearsal_closed_words())
    else:
        screen.app.push_screen(closing)
