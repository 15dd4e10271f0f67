"""`setsetting soundscape`: build, show, check, render and solve."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.output import as_json, document, narrate, progress, table
from setsetting.errors import UsageError
from setsetting.words.numbers import clock
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.soundscapes import Infeasible

_FILE = click.argument("file", type=click.Path(path_type=Path))
_force = click.option("--force", is_flag=True, help=_("Replace the file if it exists."))


@click.group("soundscape")
def command() -> None:
    """Build, check and render a soundscape."""


@command.command("build")
@click.option("--playlist", required=True, metavar="NAME")
@click.option("--minutes", required=True, type=float, metavar="N", help=_("Length of the infusion, 5 to 180."))
@click.option("--patient", "code", metavar="CODE", help=_("Keep this patient's vetoes, leave out what was heard."))
@click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**31 - 1))
@click.option(
    "--loosen", multiple=True, metavar="RULE=VALUE", help=_("Loosen a rule for tonight; it is written into the file.")
)
@click.option(
    "-o", "out", metavar="FILE", type=click.Path(path_type=Path), help=_("Else soundscapes/ in the clinic folder.")
)
@_force
@as_json
@with_clinic
def build(
    clinic: "Clinic",
    playlist: str,
    minutes: float,
    code: str | None,
    seed: int,
    loosen: tuple[str, ...],
    out: Path | None,
    force: bool,
    as_json: bool,
) -> int:
    """Choose tracks for every phase; refuse, with the rule to look at, when the library cannot."""
    from setsetting.desk import soundscapes

    try:
        built = soundscapes.build(clinic, playlist, minutes, code, seed=seed, loosened=_loosened(loosen))
    except soundscapes.Infeasible as refused:
        return _refused(refused, as_json)
    path = soundscapes.save(clinic, built.soundscape, out, replace=force)
    for note in built.words:
        narrate(note)
    if as_json:
        document(soundscapes.as_data(built.soundscape))
    else:
        click.echo(path)
    return 0


@command.command("show")
@_FILE
@as_json
@click.pass_obj
def show(named: Path | None, file: Path, as_json: bool) -> None:
    """The cues of a soundscape, with the reason for each."""
    from setsetting.desk import soundscapes

    shown = soundscapes.show(named, file)
    if as_json:
        document(soundscapes.as_data(shown.soundscape))
        return
    narrate(soundscapes.headline(shown.soundscape))
    table(
        ("#", _("start"), _("phase"), _("what"), _("length"), _("fade"), _("gain"), _("why here")),
        [
            (
                str(number),
                clock(row.cue.start_ms),
                row.cue.phase,
                row.what,
                clock(row.cue.length_ms),
                f"{row.cue.fade_in_ms / 1000:g} s",
                f"{row.cue.gain_mdb / 1000:+.1f} dB",
                row.cue.reason,
            )
            for number, row in enumerate(shown.cues, 1)
        ],
    )


@command.command("check")
@_FILE
@as_json
@click.pass_obj
def check(named: Path | None, file: Path, as_json: bool) -> int:
    """Check a soundscape file: its shape, and in a clinic folder every rule, every track and what changed since."""
    from setsetting.desk import soundscapes

    checked = soundscapes.check(named, file)
    if as_json:
        document({"ok": not checked.broken, "broken": list(checked.broken), "stale": list(checked.stale)})
    for line in (*checked.broken, *checked.stale):
        narrate(line)
    if not checked.broken:
        narrate(_("No rule is broken."))
    return 1 if checked.broken else 0


@command.command("render")
@_FILE
@click.option("-o", "out", required=True, metavar="OUT.flac|.wav", type=click.Path(path_type=Path))
@click.option("--minutes", "stretch", metavar="FROM:TO", help=_("Only these minutes of the soundscape's clock."))
@_force
@with_clinic
def render(clinic: "Clinic", file: Path, out: Path, stretch: str | None, force: bool) -> None:
    """Mix a soundscape to one file: 16 bit, dithered, at the clinic's rate."""
    from setsetting.desk import soundscapes

    rendered = soundscapes.render(clinic, file, out, _stretch(stretch), progress(), replace=force)
    click.echo(out)
    for line in soundscapes.rendered_in_words(rendered):
        narrate(line)


@command.command("solve")
@click.argument("instance", metavar="INSTANCE.json", type=click.Path(path_type=Path))
@click.option("-o", "out", required=True, metavar="PLAN.json", type=click.Path(path_type=Path))
@_force
@as_json
def solve(instance: Path, out: Path, force: bool, as_json: bool) -> int:
    """Plan a bare instance: a library, a protocol and wishes in one file."""
    from setsetting.desk import soundscapes

    try:
        solved = soundscapes.solve(instance, out, replace=force)
    except soundscapes.Infeasible as refused:
        return _refused(refused, as_json)
    if as_json:
        document({"feasible": True, "cost": solved.cost, "bound": solved.bound})
    else:
        click.echo(out)
    return 0


def _refused(refused: "Infeasible", as_json: bool) -> int:
    """Say why nothing fits: the funnel as words or as one document, then the sentence."""
    from setsetting.desk import soundscapes

    if as_json:
        document(soundscapes.infeasible_as_data(refused))
    else:
        heads = (_("phase"), _("after the rule"), _("tracks left"))
        table(heads, [(left.phase, left.rule, str(left.left)) for left in refused.funnel])
    narrate(refused.sentence)
    return refused.exit_code


def _loosened(texts: tuple[str, ...]) -> dict[str, str]:
    loosened = {}
    for text in texts:
        rule, equals, value = text.partition("=")
        if not equals or not rule or not value:
            raise UsageError(_("--loosen {text!r}: RULE=VALUE expected.").format(text=text))
        loosened[rule.strip()] = value.strip()
    return loosened


def _stretch(text: str | None) -> tuple[float, float] | None:
    if text is None:
        return None
    start, colon, end = text.partition(":")
    try:
        first, last = float(start), float(end)
    except ValueError:
        colon = ""
    if not colon or not first < last:
        raise UsageError(_("--minutes {text!r}: FROM:TO expected, FROM before TO.").format(text=text))
    return first, last
