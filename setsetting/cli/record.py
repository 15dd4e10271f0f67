"""`setsetting record`: verify the event log, rebuild what is derived from it, name events, erase their text."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import why
from setsetting.cli.once import Verbs
from setsetting.cli.output import answer, as_json, document, example, listing, narrate
from setsetting.views import correction as correction_views
from setsetting.views import record as views
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic


@click.group("record", cls=Verbs)
def command() -> None:
    """The event log: verify, rebuild, backup, events, undo, erase."""


@command.command("verify", epilog=example("record verify", "record verify --json"))
@as_json
@click.pass_obj
def verify(named: Path | None, as_json: bool) -> int:
    """Follow every chain; name the first bad event and what is wrong with it."""
    from setsetting.desk import records

    verified = records.verify(named)
    if as_json:
        document(views.verified_as_data(verified))
    if not (as_json and verified.ok):
        for line in verified.sentences():
            narrate(line)
    return 0 if verified.ok else 1


@command.command("rebuild", epilog=example("record rebuild"))
@with_clinic
def rebuild(clinic: "Clinic", as_json: bool) -> None:
    """Delete everything derived from the events and derive it anew."""
    from setsetting.desk import records

    events = records.rebuild(clinic)
    answer(
        views.rebuilt_as_data(events),
        as_json,
        aside=count("Derived anew from {n} event.", "Derived anew from {n} events.", events),
    )


@command.command("backup", epilog=example("record backup"))
@with_clinic
def backup(clinic: "Clinic", as_json: bool) -> None:
    """Copy the record, curation, clinic.toml, rooms, playlists and voices into backups/, verified; music is not copied."""
    from setsetting.desk import backups

    copy = backups.make(clinic)
    answer(views.copied_as_data(copy), as_json, str(copy.path), aside=views.copied_words(copy))


@command.command("events", epilog=example("record events --patient K-0417"))
@click.option("--patient", "code", metavar="CODE", help=_("Whose events; without it, every event of the record."))
@with_clinic
def events(clinic: "Clinic", code: str | None, as_json: bool) -> None:
    """Events by their ids, oldest first: when, by whom and why, and what each corrects; what else they tell is not shown."""
    from setsetting.desk import records

    listing(records.events(clinic, code), views.trail_as_data, as_json, views.columns(clinic.settings.zone))


@command.command("erase", epilog=example("record erase --event 3f2a9c --reason 'the note named a person'"))
@click.option(
    "--event",
    "name",
    required=True,
    metavar="ID",
    help=_("The id that `record events` shows, or its first characters."),
)
@click.option(
    "--reason",
    required=True,
    metavar="TEXT",
    help=_("Why; it stays in the record, so it must not repeat what is erased."),
)
@with_clinic
def erase(clinic: "Clinic", name: str, reason: str, as_json: bool) -> None:
    """Erase an event's text for good; that it was erased, by whom and why, stays.

    Nothing brings it back, and nothing is read from it any more: a form counts as never filled, a track
    whose playing is erased as not heard. A veto that stands is withdrawn first. Reports, backups and
    other copies made before still hold the text: erase them too.
    """
    from setsetting.desk import records

    event = records.erase(clinic, name, reason)
    answer(views.erased_as_data(event), as_json, aside=views.erased_words(event))


@command.command("undo", epilog=example("record undo --event 3f2a9c --reason 'it was no trial after all'"))
@click.option(
    "--event",
    "name",
    required=True,
    metavar="ID",
    help=_("The id of the correction, as it was told when it was made, or its first characters."),
)
@why
@with_clinic
def undo(clinic: "Clinic", name: str, reason: str, as_json: bool) -> None:
    """Take a correction back: what it corrected stands again; that both were said stays.

    It takes back what corrects something: a void, a corrected form, a withdrawn veto. An erasure can't be
    taken back, and a correction that was taken back is made anew.
    """
    from setsetting.desk import undoing

    undone = undoing.undo(clinic, name, reason)
    answer(correction_views.as_data(undone), as_json, aside=correction_views.undone_words(undone))
