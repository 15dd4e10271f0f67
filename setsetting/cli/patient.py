"""`setsetting patient`: patients by code, and what must never be played to them."""

from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import may_say_why, why
from setsetting.cli.once import Verbs
from setsetting.cli.output import answer, example, listing, narrate
from setsetting.errors import SetSettingError, UsageError
from setsetting.views import patient as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from setsetting.desk.clinic import Clinic


@click.group("patient", cls=Verbs)
def command() -> None:
    """Patients by code, and what must never be played to them."""


@command.command("add", epilog=example("patient add K-0417"))
@click.argument("code")
@with_clinic
def add(clinic: "Clinic", code: str, as_json: bool) -> None:
    """Add a patient under a code of the clinic's; never a name."""
    from setsetting.desk import patients

    added = patients.add(clinic, code)
    answer(views.as_data(added), as_json, added.code)


@command.command("list")
@click.option("--withdrawn", is_flag=True, help=_("Also those who were withdrawn."))
@with_clinic
def list_(clinic: "Clinic", withdrawn: bool, as_json: bool) -> None:
    """All patients: sessions held, forms entered."""
    from setsetting.desk import patients

    found = patients.listing(clinic, heard=as_json, withdrawn=withdrawn)
    listing(found, views.as_data, as_json, views.COLUMNS, numbers=(1, 2, 3))


@command.command("show", epilog=example("patient show K-0417"))
@click.argument("code")
@with_clinic
def show(clinic: "Clinic", code: str, as_json: bool) -> None:
    """One patient: sessions, vetoes, what was heard in this course."""
    from setsetting.desk import patients

    shown = patients.show(clinic, code)
    titles = _titles(clinic, [veto.value for veto in shown.vetoes if veto.what == "track"])
    answer(views.as_data(shown), as_json, *views.in_words(shown, clinic.settings.zone, titles))


def _titles(clinic: "Clinic", track_ids: "Sequence[str]") -> "Mapping[str, str]":
    """What vetoed tracks are called; the library is asked where there are any."""
    if not track_ids:
        return {}
    from setsetting.desk.meeting import titles

    try:
        return titles(clinic.names(), track_ids)
    except SetSettingError as error:
        narrate(str(error))
        return {}


def _one_of(track: str | None, artist: str | None, tag: str | None) -> tuple[str, str]:
    given = [(what, value) for what, value in (("track", track), ("artist", artist), ("tag", tag)) if value is not None]
    if len(given) != 1 or not given[0][1].strip():
        raise UsageError(_("Give one of --track ID, --artist NAME or --tag NAME."))
    return given[0]


@command.command("veto", epilog=example("patient veto K-0417 --tag bells", "patient veto K-0417 --track 18eb2db2a8"))
@click.argument("code")
@click.option("--track", metavar="ID")
@click.option("--artist", metavar="NAME")
@click.option("--tag", metavar="NAME")
@with_clinic
def veto(clinic: "Clinic", code: str, track: str | None, artist: str | None, tag: str | None, as_json: bool) -> None:
    """Never play this to the patient; absolute until withdrawn."""
    from setsetting.desk import patients

    vetoed = patients.veto(clinic, code, *_one_of(track, artist, tag))
    answer(views.vetoed_as_data(patients.show(clinic, code), vetoed), as_json, aside=views.vetoed_words(vetoed))


@command.command("unveto", epilog=example("patient unveto K-0417 --tag bells"))
@click.argument("code")
@click.option("--track", metavar="ID")
@click.option("--artist", metavar="NAME")
@click.option("--tag", metavar="NAME")
@may_say_why
@with_clinic
def unveto(
    clinic: "Clinic", code: str, track: str | None, artist: str | None, tag: str | None, reason: str, as_json: bool
) -> None:
    """Withdraw a veto: a correction that keeps the trail."""
    from setsetting.desk import patients

    what, value = _one_of(track, artist, tag)
    value = patients.unveto(clinic, code, what, value, reason=reason)
    value = views.named_words(what, value, _titles(clinic, [value] if what == "track" else []))
    answer(views.as_data(patients.show(clinic, code)), as_json, aside=views.unvetoed_words(what, value))


@command.command("merge", epilog=example("patient merge K-0471 K-0417 --reason 'the code was mistyped'"))
@click.argument("code", metavar="FROM")
@click.argument("into", metavar="INTO")
@why
@with_clinic
def merge(clinic: "Clinic", code: str, into: str, reason: str, as_json: bool) -> None:
    """Say that two patients are one, who goes on as INTO: sessions, forms, vetoes and what was heard unite."""
    from setsetting.desk import corrections

    done = corrections.merge(clinic, code, into, reason)
    answer(views.corrected_as_data(done), as_json, aside=views.merged_words(done))


@command.command("withdraw", epilog=example("patient withdraw K-0471 --reason 'added by mistake'"))
@click.argument("code")
@why
@with_clinic
def withdraw(clinic: "Clinic", code: str, reason: str, as_json: bool) -> None:
    """Leave a patient out of lists and reviews; nothing is lost."""
    from setsetting.desk import corrections

    done = corrections.withdraw(clinic, code, reason)
    answer(views.corrected_as_data(done), as_json, aside=views.withdrawn_words(done))
