"""What a clinic does now and then, asked from the day's list: the record, playlists, who was withdrawn, the rooms, charts, factors, completeness, courses."""

import asyncio
from typing import TYPE_CHECKING

from setsetting.errors import NotFound
from setsetting.tui.dialogs import ChoiceDialog, LookDialog
from setsetting.views import playlist as views
from setsetting.views.room import how_much
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.playlists import ListedPlaylist
    from setsetting.tui.task_screen import TaskScreen


async def ask_more(screen: "TaskScreen", clinic: "Clinic") -> None:
    """Ask what is wanted and do it."""
    ways = (
        (_("verify the record"), _("follows every chain; says the first event that is not as it was written")),
        (_("playlists"), _("shows each with its phases, and which of its tags no track has")),
        (_("withdrawn patients"), _("opens the page of one who was left out of the lists; 5 there takes that back")),
        (_("rooms"), _("what is usual in each, said or mended")),
        (_("charts of the clinic"), _("one measure over time, with what the clinic changed; each look is noted")),
        (_("factors of the clinic"), _("declared settings beside the next scores; each look is noted")),
        (
            _("completeness"),
            _("of the sessions held, forms due, done, in window, and linkable; by month and by reason"),
        ),
        (
            _("course table and clinic review"),
            _("first and last scores of the courses; writes the clinic's review as a page"),
        ),
    )
    at = await screen.ask(ChoiceDialog(_("What else?"), ways))
    if at is not None:
        looks = (look_at_charts, look_at_factors, count_forms, look_at_courses)
        acts = (verify_record, look_at_playlists, open_withdrawn, say_usual, *looks)
        await acts[at](screen, clinic)


async def verify_record(screen: "TaskScreen", clinic: "Clinic") -> None:
    """Say whether the record is as it was written."""
    from setsetting.desk import records

    screen.say(_("Verifying the record."))
    verified = await asyncio.to_thread(records.verify, clinic.folder)
    screen.say_in_front(" ".join(verified.sentences()), wrong=not verified.ok)


async def say_usual(screen: "TaskScreen", clinic: "Clinic") -> None:
    """Open what is usual in a room; which one is asked where there are several."""
    from setsetting.desk import rooms
    from setsetting.tui.screens.room import RoomScreen

    listed = rooms.listing(clinic)
    at: int | None = 0
    if len(listed) > 1:
        at = await screen.ask(ChoiceDialog(_("Which room?"), [(each.name, how_much(each)) for each in listed]))
    if at is not None:
        screen.app.push_screen(RoomScreen(clinic, listed[at]))


async def look_at_playlists(screen: "TaskScreen", clinic: "Clinic") -> None:
    """Show the shelf, then one playlist after the other with its check, until escape."""
    from setsetting.desk import playlists

    listed = playlists.listing(clinic.folder)
    at: int | None = 0
    choices = [(each.shelved.name, each.trouble or _titled(each)) for each in listed]
    while (at := await screen.ask(ChoiceDialog(_("Look at which playlist?"), choices, at or 0))) is not None:
        await screen.ask(await asyncio.to_thread(_shown, clinic, listed[at]))


async def look_at_charts(screen: "TaskScreen", clinic: "Clinic") -> None:
    """Open the charts of the clinic's own sessions."""
    screen.navigator.open_chart()


async def look_at_factors(screen: "TaskScreen", clinic: "Clinic") -> None:
    """Open the declared factors; nothing is looked at yet."""
    screen.navigator.open_factors()


async def look_at_courses(screen: "TaskScreen", clinic: "Clinic") -> None:
    """Open the course table, from which the clinic's review is written."""
    screen.navigator.open_outcomes()


async def count_forms(screen: "TaskScreen", clinic: "Clinic") -> None:
    """Show how complete the record is, the whole above its months, until escape."""
    from setsetting.desk import completeness
    from setsetting.review.clinic_completeness import meaning
    from setsetting.views import completeness as counts

    counted = await asyncio.to_thread(completeness.of_clinic, clinic)
    said = [counts.line(counted.total), *counts.whole(counted)]
    months = [(month, "; ".join((counts.stages(each), *counts.lacks(each)))) for month, each in counted.months.items()]
    await screen.ask(LookDialog(". ".join((*said, meaning())), months))


async def open_withdrawn(screen: "TaskScreen", clinic: "Clinic") -> None:
    """Open the page of a patient who was withdrawn."""
    from setsetting.desk import patients

    gone = patients.withdrawn(clinic)
    if not gone:
        raise NotFound(_("No patient was withdrawn."))
    at = await screen.ask(ChoiceDialog(_("Open which withdrawn patient?"), gone))
    if at is not None:
        screen.navigator.open_patient(gone[at][0])


def _titled(entry: "ListedPlaylist") -> str:
    assert entry.playlist is not None
    return f"{entry.playlist.title} · {views.whence(entry)}"


def _shown(clinic: "Clinic", entry: "ListedPlaylist") -> ChoiceDialog:
    """A playlist's check above its phases; of a broken file its trouble."""
    from setsetting.desk import playlists

    if entry.playlist is None:
        return ChoiceDialog(entry.trouble or "", ())
    checked = playlists.check(clinic.folder, entry.shelved.path)
    columns = dict(views.phase_columns(checked.playlist))
    del columns[_("phase")]
    phases = [
        (phase.name, " · ".join(f"{head} {cell(phase)}" for head, cell in columns.items()))
        for phase in checked.playlist.phases
    ]
    return LookDialog(" ".join(views.checked_words(checked)), phases)
