"""`setsetting library`: scan music folders; see and mend what is known of each track."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import FILE, can_ask, number
from setsetting.cli.once import Verbs
from setsetting.cli.output import answer, document, example, listing, narrate, progress, say
from setsetting.cli.sound import room_option
from setsetting.errors import Refused, UsageError
from setsetting.units import Seconds
from setsetting.words.plain import plain
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.library.track import Track

_FOLDERS = click.argument("folders", metavar="FOLDER...", nargs=-1, required=True, type=FILE)


@click.group("library", cls=Verbs)
def command() -> None:
    """Scan music folders; see and mend what is known of each track."""


@command.command("scan", epilog=example("library scan ~/Music", "library scan --json ~/Music ~/Recordings"))
@_FOLDERS
@with_clinic
def scan(clinic: "Clinic", folders: tuple[Path, ...], as_json: bool) -> None:
    """Measure every audio file once; unchanged files cost nothing, files are never written to."""
    from setsetting.desk import library
    from setsetting.views import library as views

    result = library.scan(clinic, folders, progress())
    for failed in result.failed:
        narrate(f"{plain(failed.path)}: {failed.reason}")
    answer(views.scan_as_data(result), as_json, aside=views.scan_in_words(result))


@command.command("list")
@with_clinic
def list_(clinic: "Clinic", as_json: bool) -> None:
    """Every track with what the planner sees of it; ? after an energy that is only suggested."""
    from setsetting.desk import library
    from setsetting.views import library as views

    tracks = library.listing(clinic)
    if not tracks:
        narrate(library.why_empty(clinic))
    shown = tracks if as_json else sorted(tracks, key=views.by_artist)
    listing(shown, views.as_data, as_json, views.COLUMNS, numbers=(3, 5, 6, 7))


@command.command("show", epilog=example("library show 18eb2db2a8"))
@click.argument("track_id", metavar="ID")
@with_clinic
def show(clinic: "Clinic", track_id: str, as_json: bool) -> None:
    """One track: everything measured, tagged or set; the first characters of its id suffice."""
    from setsetting.desk import library
    from setsetting.views import library as views

    data = views.as_data(library.show(clinic, track_id))
    if as_json:
        document(data)
        return
    for name, value in data.items():
        say(f"{name:15} {views.TOO_EVEN if name == 'recording_id' and value is None else _shown(value)}")


@command.command(
    "set", epilog=example("library set 18eb2db2a8 energy=4.5 lyrics=none", "library set 18eb2db2a8 energy=")
)
@click.argument("track_id", metavar="ID")
@click.argument("fields", metavar="FIELD=VALUE...", nargs=-1, required=True)
@with_clinic
def set_(clinic: "Clinic", track_id: str, fields: tuple[str, ...], as_json: bool) -> None:
    """Say what you know of a track; it outranks every measurement. An empty value withdraws it.

    Fields: title, artist, energy, bpm, beatless, brightness, lyrics, note.
    """
    from setsetting.desk import library

    values = {}
    for text in fields:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(_("{text!r}: FIELD=VALUE expected.").format(text=text))
        values[name] = value
    _answer(library.set_fields(clinic, track_id, values), as_json)


@command.command(
    "tag",
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},  # -choir has an h
    epilog=example("library tag 18eb2db2a8 +warm +strings -epic"),
)
@click.argument("track_id", metavar="ID")
@click.argument("names", metavar="+NAME|-NAME...", nargs=-1, required=True, type=click.UNPROCESSED)
@with_clinic
def tag(clinic: "Clinic", track_id: str, names: tuple[str, ...], as_json: bool) -> None:
    """Add (+NAME) and remove (-NAME) tags of a track."""
    from setsetting.desk import library

    wrong = [name for name in names if name[:1] not in ("+", "-") or not name[1:].strip()]
    if wrong:
        raise UsageError(_("{name!r}: +NAME or -NAME expected.").format(name=wrong[0]))
    add = [name[1:] for name in names if name[0] == "+"]
    remove = [name[1:] for name in names if name[0] == "-"]
    _answer(library.tag(clinic, track_id, add, remove), as_json)


@command.command("flagged", epilog=example("library flagged"))
@with_clinic
def flagged(clinic: "Clinic", as_json: bool) -> None:
    """What was flagged in a session while it played, the newest first; no patient is told."""
    from setsetting.desk import flagged as flags
    from setsetting.views import library as views

    columns = views.flagged_columns(clinic.settings.zone)
    listing(flags.listing(clinic), views.flagged_as_data, as_json, columns, numbers=(3,))


@command.command("forget", epilog=example("library forget /media/usb/Music"))
@click.argument("folder", metavar="FOLDER", type=FILE)
@click.option("--yes", is_flag=True, help=_("Also where its files are there: nobody is asked."))
@with_clinic
def forget(clinic: "Clinic", folder: Path, yes: bool, as_json: bool) -> None:
    """Forget the files of a folder that is gone: no plan takes them any more. What people said of them stays."""
    from setsetting.desk import library
    from setsetting.views import library as views

    if not yes and can_ask() and (there := library.still_there(clinic, folder)):
        if not click.confirm(views.still_there_in_words(there), default=False, err=True):
            raise Refused(_("Nothing is forgotten."))
        yes = True
    files = library.forget(clinic, folder, though_there=yes)
    answer({"forgotten": files}, as_json, aside=views.forgotten_in_words(files))


@command.command("recordings", epilog=example("library recordings", "library recordings --json"))
@with_clinic
def recordings(clinic: "Clinic", as_json: bool) -> None:
    """Tracks that may be one recording, or hold some of the same sound: say which with `library join` or `library part`.

    Until somebody says that they are two, a refusal of one meets the other.
    """
    from setsetting.desk import library
    from setsetting.views import library as views

    listing(library.near(clinic), views.near_as_data, as_json, views.NEAR_COLUMNS)


@command.command("listen", epilog=example("library listen 18eb2db2a8 --output Headset"))
@click.argument("track_id", metavar="ID")
@click.option("--output", required=True, metavar="auto|NAME|null", help=_("Where; none on which a session plays."))
@room_option
@click.option("--seconds", type=number, default="30", show_default=True, metavar="N")
@with_clinic
def listen(clinic: "Clinic", track_id: str, output: str, room: str | None, seconds: Seconds, as_json: bool) -> None:
    """Hear the beginning of a track on an output of your own; a session that plays elsewhere is not touched."""
    from setsetting.cli.heard import until_stopped
    from setsetting.desk import listening, outputs
    from setsetting.views import library as views

    device = outputs.device(clinic, output, room)
    track = until_stopped(lambda stop: listening.listen(clinic, track_id, device, stop, seconds))
    answer({"track_id": track.id, "output": output}, as_json, aside=views.in_words(track))


_TWO_TRACKS = click.argument("track_id", metavar="ID"), click.argument("other_id", metavar="ID")
_WITHDRAW = click.option("--withdraw", is_flag=True, help="Take back what was said of these two.")


@command.command("join", epilog=example("library join 18eb2db2a8 5c0d117f3e"))
@_TWO_TRACKS[0]
@_TWO_TRACKS[1]
@_WITHDRAW
@with_clinic
def join(clinic: "Clinic", track_id: str, other_id: str, withdraw: bool, as_json: bool) -> None:
    """Say that two tracks are one recording: a refusal of one meets both, and they share what was said."""
    _say_same(clinic, (track_id, other_id), None if withdraw else True, as_json)


@command.command("part", epilog=example("library part 18eb2db2a8 5c0d117f3e"))
@_TWO_TRACKS[0]
@_TWO_TRACKS[1]
@_WITHDRAW
@with_clinic
def part(clinic: "Clinic", track_id: str, other_id: str, withdraw: bool, as_json: bool) -> None:
    """Say that two tracks are two recordings, however alike they sound."""
    _say_same(clinic, (track_id, other_id), None if withdraw else False, as_json)


def _say_same(clinic: "Clinic", ids: tuple[str, str], same: bool | None, as_json: bool) -> None:
    from setsetting.desk import library
    from setsetting.views import library as views

    tracks = library.say_same(clinic, *ids, same=same)
    answer([views.as_data(track) for track in tracks], as_json, aside=views.same_in_words(tracks))


def _answer(track: "Track", as_json: bool) -> None:
    from setsetting.views import library as views

    answer(views.as_data(track), as_json, aside=views.in_words(track))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return f"{value:g}"
    return ", ".join(value) if isinstance(value, list) else "-" if value is None else str(value)
