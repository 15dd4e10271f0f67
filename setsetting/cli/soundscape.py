"""`setsetting soundscape`: build, show, check, accept, render and solve."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import FILE, WholeNumber, number, part_of, why
from setsetting.cli.once import Verbs
from setsetting.cli.output import answer, as_json, document, example, force, narrate, progress, table
from setsetting.soundscape.rules import loosenable_words
from setsetting.units import Minutes, db_from_mdb, s_from_ms
from setsetting.words.numbers import clock, signed
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.soundscapes import Infeasible

_FILE = click.argument("file", type=FILE)
_PATIENT = click.option("--patient", "code", metavar="CODE", help=_("Also what this patient refuses and has heard."))


@click.group("soundscape", cls=Verbs)
def command() -> None:
    """Build, check and render a soundscape."""


@command.command(
    "build",
    epilog=example(
        "soundscape build --playlist montreal-40 --minutes 40 --patient K-0417",
        "soundscape build --playlist montreal-40 --minutes 38 --loosen startle_max_lu=14 --loosen lyrics_unknown=allow",
    ),
)
@click.option("--playlist", required=True, metavar="NAME")
@click.option("--minutes", required=True, type=number, metavar="N", help=_("Length of the infusion, 5 to 180."))
@click.option("--patient", "code", metavar="CODE", help=_("Keep this patient's vetoes, leave out what was heard."))
@click.option("--seed", default=0, show_default=True, metavar="S", type=WholeNumber(0, 2**31 - 1))
@click.option(
    "--loosen",
    multiple=True,
    metavar="RULE=VALUE",
    help=_("Loosen a rule for tonight, named in the file: {rules}.").format(rules=loosenable_words()),
)
@click.option("-o", "out", metavar="FILE", type=FILE, help=_("Else soundscapes/ in the clinic folder."))
@force
@with_clinic
def build(
    clinic: "Clinic",
    playlist: str,
    minutes: Minutes,
    code: str | None,
    seed: int,
    loosen: tuple[str, ...],
    out: Path | None,
    force: bool,
    as_json: bool,
) -> int:
    """Choose tracks for every phase; refuse, with the rule to look at, when the library cannot."""
    from setsetting.desk import soundscapes
    from setsetting.soundscape.loosening import loosen_words
    from setsetting.views import soundscape as views

    try:
        built = soundscapes.build(
            clinic, playlist, minutes, code, seed=seed, loosened=dict(loosen_words(loosen).written), report=progress()
        )
    except soundscapes.Infeasible as refused:
        return _refused(refused, as_json)
    path = soundscapes.save(clinic, built.soundscape, out, replace=force, code=code)
    for note in (views.headline(built.soundscape), *built.words):
        narrate(note)
    answer(views.as_data(built.soundscape), as_json, str(path))
    return 0


@command.command("show", epilog=example("soundscape show soundscapes/montreal-40-40-001.json"))
@_FILE
@_PATIENT
@as_json
@click.pass_obj
def show(named: Path | None, file: Path, code: str | None, as_json: bool) -> None:
    """The cues of a soundscape, with the reason for each."""
    from setsetting.desk import soundscapes
    from setsetting.views import soundscape as views

    shown = soundscapes.show(named, file, code)
    for line in shown.broken:
        narrate(line)
    if as_json:
        document(views.as_data(shown.soundscape))
        return
    narrate(views.headline(shown.soundscape))
    for line in shown.words:
        narrate(line)
    table(
        ("#", _("start"), _("phase"), _("what"), _("length"), _("fade"), _("gain"), _("why here")),
        [
            (
                str(number),
                clock(row.cue.start_ms),
                row.cue.phase,
                row.what,
                clock(row.cue.length_ms),
                f"{s_from_ms(row.cue.fade_in_ms):g} s",
                f"{signed(db_from_mdb(row.cue.gain_mdb), 1)} dB",
                row.cue.reason,
            )
            for number, row in enumerate((views.shown(cue, shown.tracks) for cue in shown.soundscape.in_time), 1)
        ],
        numbers=(0, 1, 4, 5, 6),
    )


@command.command(
    "check",
    epilog=example(
        "soundscape check soundscapes/montreal-40-40-001.json", "soundscape check tonight.json --patient A-07"
    ),
)
@_FILE
@_PATIENT
@as_json
@click.pass_obj
def check(named: Path | None, file: Path, code: str | None, as_json: bool) -> int:
    """Check a soundscape file: its shape, and in a clinic folder every rule, every track and what changed since."""
    from setsetting.desk import soundscapes
    from setsetting.views import soundscape as views

    checked = soundscapes.check(named, file, code, narrate)
    if as_json:
        document(views.checked_as_data(checked))
    for line in (*checked.broken, *checked.stale):
        narrate(line)
    if not checked.broken and not as_json:
        narrate(views.sound_words(checked))
    return 1 if checked.broken else 0


@command.command("accept", epilog=example("soundscape accept soundscapes/montreal-40-40-001.json --patient K-0417"))
@_FILE
@click.option("--patient", "code", required=True, metavar="CODE")
@with_clinic
def accept(clinic: "Clinic", file: Path, code: str, as_json: bool) -> None:
    """Make a soundscape the plan of a patient's next visit; what `session start` would refuse is refused."""
    from setsetting.desk import plans
    from setsetting.views import plan as views

    accepted = plans.accept(clinic, file, code, say=narrate)
    answer(views.as_data(accepted), as_json, aside=views.accepted_words(accepted))


@command.command("unaccept", epilog=example("soundscape unaccept --patient K-0417 --reason 'accepted for another'"))
@click.option("--patient", "code", required=True, metavar="CODE")
@why
@with_clinic
def unaccept(clinic: "Clinic", code: str, reason: str, as_json: bool) -> None:
    """Take the acceptance of a patient's plan back; the one accepted before it stands again."""
    from setsetting.desk import plans
    from setsetting.views import plan as views

    shown = plans.unaccept(clinic, code, reason)
    answer(views.as_data(shown), as_json, aside=views.unaccepted_words(shown))


@command.command("plan", epilog=example("soundscape plan --patient K-0417"))
@click.option("--patient", "code", required=True, metavar="CODE")
@with_clinic
def plan(clinic: "Clinic", code: str, as_json: bool) -> None:
    """The plan of a patient's next visit: ready, stale and why, or none."""
    from setsetting.desk import plans
    from setsetting.views import plan as views

    shown = plans.show(clinic, code)
    answer(views.as_data(shown), as_json, *views.in_words(shown))


@command.command(
    "render",
    epilog=example(
        "soundscape render tonight.json -o tonight.flac", "soundscape render tonight.json -o peak.wav --minutes 20:35"
    ),
)
@_FILE
@click.option("-o", "out", required=True, metavar="OUT.flac|.wav", type=FILE)
@click.option("--minutes", "stretch", metavar="FROM:TO", help=_("Only these minutes of the soundscape's clock."))
@_PATIENT
@force
@with_clinic
def render(
    clinic: "Clinic", file: Path, out: Path, stretch: str | None, code: str | None, force: bool, as_json: bool
) -> None:
    """Mix a soundscape to one file: 16 bit, dithered, at the clinic's rate."""
    from setsetting.desk import soundscapes
    from setsetting.views import soundscape as views

    rendered = soundscapes.render(clinic, file, out, part_of(stretch), progress(), replace=force, code=code)
    answer(views.rendered_as_data(out, clinic.settings.rate_hz, rendered), as_json, str(out))
    for line in views.rendered_in_words(rendered):
        narrate(line)


@command.command("solve", epilog=example("soundscape solve instance.json -o plan.json"))
@click.argument("instance", metavar="INSTANCE.json", type=FILE)
@click.option("-o", "out", required=True, metavar="PLAN.json", type=FILE)
@force
@as_json
def solve(instance: Path, out: Path, force: bool, as_json: bool) -> int:
    """Plan a bare instance: a library, a protocol and wishes in one file."""
    from setsetting.desk import soundscapes
    from setsetting.views import soundscape as views

    try:
        solved = soundscapes.solve(instance, out, replace=force, report=progress())
    except soundscapes.Infeasible as refused:
        return _refused(refused, as_json)
    answer(views.solved_as_data(solved), as_json, str(out))
    return 0


def _refused(refused: "Infeasible", as_json: bool) -> int:
    """Say why nothing fits: what each rule takes from each phase, or all of it as one document; then what would help."""
    from setsetting.views import soundscape as views

    if as_json:
        document(views.refused_as_data(refused))
    else:
        heads = views.refused_heads(refused)
        table(heads, views.refused_rows(refused), numbers=tuple(range(1, len(heads))))
    for line in views.refused_in_words(refused):
        narrate(line)
    return refused.exit_code
