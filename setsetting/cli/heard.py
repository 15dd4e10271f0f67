"""`setsetting session replay`, `take-home` and `together`: a session heard again, its titles, its page to share."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import FILE, part_of
from setsetting.cli.once import Once
from setsetting.cli.output import answer, example, force, narrate, progress
from setsetting.cli.sound import room_option
from setsetting.errors import Stopped, UsageError
from setsetting.views import heard as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.replay import Replay


Played = TypeVar("Played")


@click.command(
    "replay",
    cls=Once,
    epilog=example("session replay 3f2a -o again.flac", "session replay 3f2a --output auto --minutes 21:24"),
)
@click.argument("session_id", metavar="ID")
@click.option("-o", "out", metavar="FILE.flac|.wav", type=FILE, help=_("Write it to a file."))
@click.option("--output", metavar="auto|NAME|null", help=_("Play it there; nothing is played on an output unnamed."))
@click.option("--minutes", "stretch", metavar="FROM:TO", help=_("Only these minutes of the infusion."))
@room_option
@force
@with_clinic
def replay(
    clinic: "Clinic",
    session_id: str,
    out: Path | None,
    output: str | None,
    room: str | None,
    stretch: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Hear a session again exactly as it was heard, live acts included; what can't be is said, and silent."""
    from setsetting.desk import outputs
    from setsetting.desk import replay as desk

    if (out is None) == (output is None):
        raise UsageError(_("Give one of -o FILE and --output NAME."))
    device = None if output is None else outputs.device(clinic, output, room)
    prepared = desk.prepare(clinic, session_id, part_of(stretch))
    for line in views.replay_in_words(prepared):
        narrate(line)
    if out is not None:
        desk.write(clinic, prepared, out, progress(), replace=force)
    if device is not None:
        _play(clinic, prepared, device)
    answer(views.replay_as_data(prepared, out, output), as_json, *filter(None, [str(out or "")]))


def _play(clinic: "Clinic", prepared: "Replay", output: str) -> None:
    """Play it to its end; Ctrl-C fades it out."""
    from setsetting.desk import replay as desk

    until_stopped(lambda stop: desk.play(clinic, prepared, output, stop))


def until_stopped(play: Callable[[threading.Event], Played]) -> Played:
    """Play something to its end; Ctrl-C fades it out."""
    stop = threading.Event()
    with ThreadPoolExecutor(1) as player:
        playing = player.submit(play, stop)
        try:
            return playing.result()
        except KeyboardInterrupt:
            stop.set()
            playing.result()
            raise Stopped(_("Stopped.")) from None


@click.command("take-home", cls=Once, epilog=example("session take-home 3f2a", "session take-home 3f2a -o music.m3u8"))
@click.argument("session_id", metavar="ID")
@click.option("-o", "out", metavar="FILE.m3u8|.txt", type=FILE, help=_("Write it to a file, else print it."))
@force
@with_clinic
def take_home(clinic: "Clinic", session_id: str, out: Path | None, force: bool, as_json: bool) -> None:
    """The titles that were heard, for the patient to take home: no audio, and nobody's code."""
    from setsetting.desk import take_home as desk

    if out is None:
        heard = desk.titles(clinic, session_id)
        answer(views.titles_as_data(heard), as_json, *desk.as_text(heard).splitlines())
    else:
        answer(views.titles_as_data(desk.write(clinic, session_id, out, replace=force)), as_json, str(out))


@click.command("together", cls=Once, epilog=example("session together 3f2a9c"))
@click.argument("session_id", metavar="ID")
@with_clinic
def together(clinic: "Clinic", session_id: str, as_json: bool) -> None:
    """Titles and the patient's own words with their minutes, to look at together: no estimates, nobody's notes."""
    from setsetting.desk import session_page
    from setsetting.views import shared

    page = session_page.session_page(clinic, session_id)
    answer(shared.as_data(page), as_json, *shared.in_words(page))
