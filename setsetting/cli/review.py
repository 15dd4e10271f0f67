"""`setsetting review`: the patient review as words; the screen's twin."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import FILE, WholeNumber, number, why
from setsetting.cli.once import Verbs
from setsetting.cli.output import answer, as_json, example, force, narrate, progress
from setsetting.errors import UsageError
from setsetting.review.measures import Measure, Per
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic


@click.group("review", cls=Verbs)
def command() -> None:
    """Setting choices beside the change that followed."""


@command.command("patient", epilog=example("review patient K-0417"))
@click.argument("code")
@with_clinic
def patient(clinic: "Clinic", code: str, as_json: bool) -> None:
    """One patient's forms, sessions and links in words; descriptive only."""
    from setsetting.desk import review
    from setsetting.views import review as views

    reviewed = review.patient_review(clinic, code)
    answer(views.as_data(reviewed), as_json, *views.in_words(reviewed))


@command.command("completeness", epilog=example("review completeness", "review completeness --json"))
@with_clinic
def completeness(clinic: "Clinic", as_json: bool) -> None:
    """Of the sessions held, forms due, done, in window, and linkable: by month and by reason."""
    from setsetting.desk import completeness
    from setsetting.views import completeness as views

    counted = completeness.of_clinic(clinic)
    answer(views.as_data(counted), as_json, *views.in_words(counted))


@command.command(
    "clinic",
    epilog=example("review clinic -o clinic-review.html", "review clinic --deidentified -o for-a-colleague.html"),
)
@click.option("-o", "out", required=True, metavar="FILE.html|.pdf", type=FILE)
@click.option(
    "--deidentified", is_flag=True, help=_("No code, day, name or free text, and no count of 1 to 10 people.")
)
@force
@with_clinic
def whole_clinic(clinic: "Clinic", out: Path, deidentified: bool, force: bool, as_json: bool) -> None:
    """The clinic's review as one self-contained page: completeness, what was done, what was later scored, what can't be said."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as above
    from setsetting.desk import reports
    from setsetting.review.words import internal_review
    from setsetting.views import report as views

    reports.of_clinic(clinic, out, replace=force, deidentified=deidentified)
    answer(views.as_data(out), as_json, str(out))
    narrate(internal_review())


@command.command("respct", epilog=example("review respct -o respct.csv", "review respct --session 3f2a -o session.csv"))
@click.option("-o", "out", required=True, metavar="FILE.csv", type=FILE)
@click.option("--session", "session_id", metavar="ID", help=_("Of one session; else of every session that counts."))
@force
@with_clinic
def respct_table(clinic: "Clinic", out: Path, session_id: str | None, force: bool, as_json: bool) -> None:
    """What was logged of the setting by ReSPCT item, as a table for a paper's supplement."""
    from setsetting.desk import respct
    from setsetting.views import report as views

    respct.table(clinic, session_id, out, replace=force)
    answer(views.as_data(out), as_json, str(out))


@command.command("outcomes", epilog=example("review outcomes", "review outcomes --json"))
@with_clinic
def outcomes(clinic: "Clinic", as_json: bool) -> None:
    """First and last scores of the clinic's courses: all who began beside those who finished the course."""
    from setsetting.desk import outcomes
    from setsetting.views import outcomes as views

    viewed = outcomes.of_clinic(clinic)
    answer(views.as_data(viewed), as_json, *views.in_words(viewed))


@command.command(
    "declare",
    epilog=example(
        "review declare eye_shades", "review declare people_present=companion", "review declare voice:yes/no"
    ),
)
@click.argument("factor", metavar="NAME[=VALUE][:KIND]")
@with_clinic
def declare(clinic: "Clinic", factor: str, as_json: bool) -> None:
    """Declare a setting that will be looked at beside the scores, before anybody looks; who and when are kept.

    NAME is a field of the setting. Its kind follows from the field: amount, ordered, or yes/no of one VALUE
    (playlist=NAME and room=NAME too); yes/no of a count or an order is any of it at all.
    """
    from setsetting.desk import factors
    from setsetting.views import clinic_link as views

    row = factors.declare(clinic, factor)
    answer(views.factor_as_data(row), as_json, aside=views.declared_words(row))


@command.command("undeclare", epilog=example("review undeclare eye_shades --reason 'asked of no use'"))
@click.argument("factor", metavar="NAME")
@why
@with_clinic
def undeclare(clinic: "Clinic", factor: str, reason: str, as_json: bool) -> None:
    """Take a declared factor back by its name or its id; where it was looked at, it still counts as examined."""
    from setsetting.desk import factors
    from setsetting.views import correction

    done = factors.withdraw(clinic, factor, reason)
    answer(correction.as_data(done), as_json, aside=correction.made_words(_("Withdrawn."), done.event_id))


@command.command("factors", epilog=example("review factors"))
@with_clinic
def listed(clinic: "Clinic", as_json: bool) -> None:
    """The declared factors, in the order in which they were declared; no estimate, and no look."""
    from setsetting.desk import factors
    from setsetting.views import clinic_link as views

    rows = factors.listed(clinic)
    answer([views.factor_as_data(row) for row in rows], as_json, *views.factors_in_words(rows, clinic.settings.zone))


@command.command(
    "link",
    epilog=example(
        "review link --factor eye_shades",
        "review link --sessions sessions.csv --scores scores.csv --factor eye_shades",
        "review link --sessions s.csv --scores f.csv --factor eye_shades --factor volume:amount --json",
    ),
)
@click.option("--sessions", type=FILE, metavar="CSV", help=_("patient, session_no, day and the settings."))
@click.option("--scores", type=FILE, metavar="CSV", help=_("patient, day, pcl5."))
@click.option(
    "--factor",
    "factors",
    multiple=True,
    metavar="NAME",
    help=_(
        "A declared factor, of the clinic's own all where none is named; of files a column, NAME:ordered or NAME:amount"
        " where it is no yes or no."
    ),
)
@click.option(
    "--adjust",
    "beside",
    multiple=True,
    metavar="NAME",
    help=_("A column of the file that every estimate is adjusted for besides, as psychotherapy; with its kind too."),
)
@click.option("--each", is_flag=True, help=_("Of the clinic's own, what was logged of every session and window too."))
@as_json
@click.pass_obj
def link(
    named: Path | None,
    sessions: Path | None,
    scores: Path | None,
    factors: tuple[str, ...],
    beside: tuple[str, ...],
    each: bool,
    as_json: bool,
) -> None:
    """Settings beside the next scores: associations in one's own records, no advice and no proof.

    Of the clinic's own sessions and forms, or of two files. That the clinic's own was looked at is noted.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # on tables this narrow its threads only wait for each other
    if sessions is not None and scores is not None:
        if not factors or each:
            raise UsageError(_("Of files, `--factor NAME` says which columns are looked at, and there is no `--each`."))
        from setsetting.desk import linkage
        from setsetting.views import link as views

        reviewed = linkage.of_files(sessions, scores, linkage.declared(factors, beside), say=narrate)
        answer(views.as_data(reviewed), as_json, *views.in_words(reviewed))
    elif sessions is not None or scores is not None or beside:
        raise UsageError(_("Files are two, `--sessions CSV` and `--scores CSV`; `--adjust` names a column of theirs."))
    else:
        from setsetting.desk import clinic, own_linkage
        from setsetting.views import clinic_link

        viewed = own_linkage.of_clinic(clinic.open_clinic(named, say=narrate), factors)
        answer(clinic_link.as_data(viewed), as_json, *clinic_link.in_words(viewed, each=each))


@command.command(
    "simulate",
    epilog=example("review simulate --scenario severity --patients 20 --sets 500 --effect 0 --seed 1 --json"),
)
@click.option(
    "--scenario",
    required=True,
    type=click.Choice(["random", "order", "severity", "preference", "all", "blocks"]),
    help=_("What staff go by when they choose the setting; blocks: a planned alternation draws it."),
)
@click.option("--patients", required=True, type=WholeNumber(1, 5_000), metavar="P", help=_("Patients in each set."))
@click.option("--sets", required=True, type=WholeNumber(1, 100_000), metavar="N", help=_("Sets that are drawn."))
@click.option(
    "--effect", required=True, type=number, metavar="E", help=_("Points by which the setting moves every later score.")
)
@click.option("--seed", default=0, type=WholeNumber(0), metavar="S", help=_("The same seed draws the same sets."))
@as_json
def simulate(scenario: str, patients: int, sets: int, effect: float, seed: int, as_json: bool) -> None:
    """How often the estimate finds what is not there, or its interval holds what is, in simulated clinics."""
    if not abs(effect) <= 80:
        raise UsageError(_("--effect {effect:g}: from -80 to 80 points expected.").format(effect=effect))
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as above
    from setsetting.review.simulation import Scenario
    from setsetting.review.simulation import simulate as draw
    from setsetting.views import simulation as views

    drawn = draw(Scenario(scenario), patients=patients, sets=sets, effect=effect, seed=seed, report=progress())
    answer(views.as_data(drawn), as_json, views.in_words(drawn, Scenario(scenario), patients))


@command.command("power", epilog=example("review power", "review power --patients 40 --effect -5"))
@click.option("--patients", type=WholeNumber(1, 2_000), metavar="P", help=_("The clinic's own number where not given."))
@click.option(
    "--effect", default="-3", type=number, metavar="E", help=_("Points by which the setting moves scores; -3.")
)
@click.option("--sets", default=200, type=WholeNumber(1, 100_000), metavar="N", help=_("Clinics that are drawn; 200."))
@click.option("--seed", default=0, type=WholeNumber(0), metavar="S", help=_("The same seed draws the same clinics."))
@as_json
@click.pass_obj
def power(named: Path | None, patients: int | None, effect: float, sets: int, seed: int, as_json: bool) -> None:
    """How often a clinic of this size would miss a true difference: to be known before anybody looks."""
    if not 0 < abs(effect) <= 80:
        raise UsageError(
            _("--effect {effect:g}: up to 80 points to either side expected, and not 0.").format(effect=effect)
        )
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as above
    from setsetting.desk import clinic, factors
    from setsetting.review.simulation import missed
    from setsetting.views import simulation as views

    size = patients or factors.patients_held(clinic.open_clinic(named, say=narrate))
    share = missed(size, effect=effect, sets=sets, seed=seed, report=progress())
    told = (size, effect, sets, share)
    answer(views.missed_as_data(*told), as_json, *views.missed_in_words(*told))


@command.command(
    "chart",
    epilog=example("review chart distress --per month", "review chart --case distress-by-month.json --json"),
)
@click.argument("measure", required=False, type=click.Choice([str(each) for each in Measure]), metavar="[MEASURE]")
@click.option(
    "--per",
    type=click.Choice([str(each) for each in Per]),
    help=_("What a point stands for; a session, of courses a month."),
)
@click.option("--case", type=FILE, metavar="FILE.json", help=_("Points and how they are charted; asks no clinic."))
@as_json
@click.pass_obj
def chart(named: Path | None, measure: str | None, per: str | None, case: Path | None, as_json: bool) -> None:
    """A run or control chart with its rules and limits, of the clinic's own sessions or of the points in a file.

    MEASURE is distress, rescues, music-changes, interruptions, liking or courses. That a chart was looked at is noted.
    """
    from setsetting.desk import charts, clinic
    from setsetting.views import chart as views

    if case is not None and measure is None:
        charted = charts.of_case(case, say=narrate)
        answer(views.as_data(charted), as_json, *views.in_words(charted))
    elif measure is not None and case is None:
        what = Measure(measure)
        point = Per(per) if per else Per.MONTH if what is Measure.COURSES else Per.SESSION
        viewed = charts.of_clinic(clinic.open_clinic(named, say=narrate), what, point)
        answer(views.clinic_as_data(viewed), as_json, *views.clinic_in_words(viewed))
    else:
        raise UsageError(_("Either MEASURE or `--case FILE.json` is charted."))
