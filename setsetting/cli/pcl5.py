"""`setsetting pcl5`: score, enter, list and correct forms. Scores and items are never arguments of `add`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from setsetting.cli.app import OpenInterface
from setsetting.cli.clinic import with_clinic
from setsetting.cli.input import FILE, at_terminal, can_ask, moment, standard_input, why
from setsetting.cli.once import Verbs
from setsetting.cli.output import answer, as_json, document, example, force, listing, narrate
from setsetting.clinical import pcl5
from setsetting.clinical.form import Item, Recall
from setsetting.errors import Refused, UsageError
from setsetting.views import pcl5 as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.forms import ScoredForm


@click.group("pcl5", cls=Verbs)
def command() -> None:
    """PCL-5 forms: score, enter, list, show, correct, withdraw, query, key twice."""


@command.command(
    "score",
    context_settings={"ignore_unknown_options": True},
    epilog=example("pcl5 score 2 3 1 2 3 2 2 1 3 2 1 2 3 1 0 2 3 2 3 3"),
)
@click.argument("items", nargs=-1, metavar="I1 ... I20", type=click.UNPROCESSED)
@as_json
def score(items: tuple[str, ...], as_json: bool) -> None:
    """Score twenty items, 0 to 4, - for missing, d for declined."""
    if unknown := [item for item in items if item.startswith("--") and item[2:3].isalpha()]:
        raise click.NoSuchOption(unknown[0], possibilities=["--json", "--help"], ctx=click.get_current_context())
    scored = pcl5.score(pcl5.parse_items(items))
    answer(views.score_as_data(scored), as_json, *views.score_in_words(scored))


@command.command("add", epilog=example("pcl5 add --patient K-0417 --recall week --taken 2026-11-24 < answers.txt"))
@click.option("--patient", "code", required=True, metavar="CODE")
@click.option("--recall", required=True, type=click.Choice(["week", "month"]), help=_("What the form asked about."))
@click.option("--taken", required=True, metavar="DATE-OR-TIME", help=_("2026-11-24 or 2026-11-24T10:30."))
@with_clinic
def add(clinic: "Clinic", code: str, recall: str, taken: str, as_json: bool) -> None:
    """Enter a form: 20 values from standard input, or asked one by one on a terminal."""
    from setsetting.desk import forms

    taken = moment(taken, clinic.settings.zone)
    forms.expect(clinic, code, Recall(recall), taken)
    row = forms.add(clinic, code, _items(Recall(recall)), Recall(recall), taken)
    _answer(row, as_json)


@command.command("self", epilog=example("pcl5 self --patient K-0417"))
@click.option("--patient", "code", required=True, metavar="CODE")
@click.option("--recall", type=click.Choice(["week", "month"]), help=_("What it asks about; else what is due."))
@with_clinic
def self_(clinic: "Clinic", code: str, recall: str | None, as_json: bool) -> OpenInterface | None:
    """Hand the terminal to the patient, who answers alone: one question at a time, and nothing else of the record.

    Before, you are asked for a word that takes the screen back; what is answered until then waits in the record. With
    --json nothing is handed over: what would be asked is told.
    """
    from setsetting.desk import drafts, forms

    due = forms.due(clinic, code)
    asked, now = recall or str(due[0].recall if due else Recall.WEEK), drafts.now_typed(clinic)
    forms.expect(clinic, code, Recall(asked), now)
    if as_json:
        document({"recall": asked, "taken": now})
        return None
    if not at_terminal():
        raise Refused(_("A screen is handed over on a terminal only; `setsetting pcl5 add` reads answers."))
    return OpenInterface(clinic.folder, handed_to=code, recall=asked)


@command.command("list", epilog=example("pcl5 list --patient K-0417"))
@click.option("--patient", "code", required=True, metavar="CODE")
@click.option("--withdrawn", is_flag=True, help=_("Also those that were withdrawn."))
@with_clinic
def list_(clinic: "Clinic", code: str, withdrawn: bool, as_json: bool) -> None:
    """A patient's forms in order of time; an incomplete one has no total."""
    from setsetting.desk import forms

    listing(
        forms.listing(clinic, code, withdrawn=withdrawn), views.as_data, as_json, views.columns(clinic.settings.zone)
    )


@command.command(
    "correct",
    epilog=example(
        "pcl5 correct ID --reason 'item 7 was misread' < answers.txt",
        "pcl5 correct ID --taken 2026-11-23 --reason 'the wrong day' < /dev/null",
    ),
)
@click.argument("form_id", metavar="ID")
@click.option("--taken", metavar="DATE-OR-TIME", help=_("When it was filled: 2026-11-24 or 2026-11-24T10:30."))
@click.option("--recall", type=click.Choice(["week", "month"]), help=_("What the form asked about."))
@click.option("--patient", "code", metavar="CODE", help=_("Whose form it is."))
@why
@with_clinic
def correct(
    clinic: "Clinic",
    form_id: str,
    taken: str | None,
    recall: str | None,
    code: str | None,
    reason: str,
    as_json: bool,
) -> None:
    """Let a form stand anew: 20 values from standard input, or when, what and whose it was; what is not given stays.

    What stood before stays in the trail. The ID may be shortened.
    """
    from setsetting.desk import forms

    old = forms.find(clinic, form_id)
    named = {
        "taken": None if taken is None else moment(taken, clinic.settings.zone),
        "code": code,
    }
    asked_about = None if recall is None else Recall(recall)
    items: tuple[Item, ...] | None = None
    if not can_ask():
        text = standard_input()
        items = pcl5.parse_sheet(text) if text.strip() else None
    elif asked_about is None and not any(named.values()):
        items = _items(old.form.recall)
    row = forms.correct(clinic, old.form_id, items, reason, recall=asked_about, **named)
    answer(views.as_data(row), as_json, row.form_id, aside=views.corrected_words(row))


@command.command("withdraw", epilog=example("pcl5 withdraw ID --reason 'another person filled it'"))
@click.argument("form_id", metavar="ID")
@why
@with_clinic
def withdraw(clinic: "Clinic", form_id: str, reason: str, as_json: bool) -> None:
    """Say that a form is none: it is in no list, count or link any more; it stays in the trail. ID may be shortened."""
    from setsetting.desk import forms

    row = forms.withdraw(clinic, form_id, reason)
    answer(views.as_data(row), as_json, aside=views.withdrawn_words(row))


@command.command(
    "print", epilog=example("pcl5 print --patient K-0417", "pcl5 print --patient K-0417 --recall month -o form.html")
)
@click.option("--patient", "code", required=True, metavar="CODE")
@click.option(
    "--recall",
    "recalls",
    multiple=True,
    type=click.Choice(["week", "month"]),
    help=_("What it asks about, again for both; else what is due, else the week."),
)
@click.option(
    "-o", "out", metavar="FILE.html|.pdf", type=FILE, help=_("Where to; else a new file in the clinic's reports/.")
)
@force
@with_clinic
def print_(clinic: "Clinic", code: str, recalls: tuple[str, ...], out: Path | None, force: bool, as_json: bool) -> None:
    """Write forms to be filled on paper, a page each, with the patient's code and nothing else of the record.

    The past-week stem was seen in another program and not in the VA's own form; compare it with yours.
    """
    from setsetting.desk import reports
    from setsetting.views import report

    written = reports.blank_forms(clinic, code, [Recall(each) for each in recalls], out, replace=force)
    answer(report.as_data(written), as_json, str(written))


@command.command("second", epilog=example("pcl5 second ID < answers.txt"))
@click.argument("form_id", metavar="ID")
@with_clinic
def second(clinic: "Clinic", form_id: str, as_json: bool) -> None:
    """Key a paper form a second time: 20 values from standard input, or asked one by one on a terminal.

    They are compared with what stands, and every item that differs is told; nothing is refused or overwritten. ID may
    be shortened.
    """
    from setsetting.desk import forms, second_keying

    form = forms.find(clinic, form_id)
    row = second_keying.key(clinic, form.form_id, _items(form.form.recall))
    answer(views.as_data(row), as_json, aside=views.keyed_again_words(row))


@command.command("uphold", epilog=example("pcl5 uphold ID --reason 'looked at the sheet: the first is right'"))
@click.argument("form_id", metavar="ID")
@why
@with_clinic
def uphold(clinic: "Clinic", form_id: str, reason: str, as_json: bool) -> None:
    """Say that a form stands as it is where its second keying differs. ID may be shortened."""
    from setsetting.desk import second_keying

    row = second_keying.uphold(clinic, form_id, reason)
    answer(views.as_data(row), as_json, aside=views.upheld_words(row))


@command.command("query", epilog=example("pcl5 query ID --reason 'item 9 has two crosses on the sheet'"))
@click.argument("form_id", metavar="ID")
@why
@with_clinic
def query(clinic: "Clinic", form_id: str, reason: str, as_json: bool) -> None:
    """Mark a form with a question, which stands wherever the form is shown until it is answered.

    Nothing of the form changes. ID may be shortened.
    """
    from setsetting.desk import queries

    row = queries.ask(clinic, form_id, reason)
    answer(views.as_data(row), as_json, aside=views.asked_words(row))


@command.command("queries", epilog=example("pcl5 queries"))
@with_clinic
def queries_(clinic: "Clinic", as_json: bool) -> None:
    """Every form on which a question is open or whose second keying differs, whosever it is: whom to ask, and what."""
    from setsetting.desk import queries

    listing(queries.listing(clinic), views.as_data, as_json, views.queried_columns(clinic.settings.zone))


@command.command("answer", epilog=example("pcl5 answer ID --reason 'asked: it is 3; corrected'"))
@click.argument("form_id", metavar="ID")
@click.option("--query", metavar="QUERY", help=_("Which question, where several are open: its id, as `show` has it."))
@why
@with_clinic
def answer_(clinic: "Clinic", form_id: str, query: str | None, reason: str, as_json: bool) -> None:
    """Close the question on a form with an answer. ID may be shortened."""
    from setsetting.desk import queries

    row = queries.answer(clinic, form_id, reason, query)
    answer(views.as_data(row), as_json, aside=views.answered_words(row))


@command.command("show", epilog=example("pcl5 show ID"))
@click.argument("form_id", metavar="ID")
@with_clinic
def show(clinic: "Clinic", form_id: str, as_json: bool) -> None:
    """One form, item by item, as it was filled. ID may be shortened."""
    from setsetting.desk import forms

    row = forms.find(clinic, form_id)
    answer(views.as_data(row), as_json, *views.in_words(row, clinic.settings.zone))


def _answer(row: "ScoredForm", as_json: bool) -> None:
    answer(views.as_data(row), as_json, row.form_id, aside=views.entered_words(row))


def _items(recall: Recall) -> tuple[Item, ...]:
    if not can_ask():
        return pcl5.parse_sheet(standard_input())
    narrate(pcl5.instructions(recall))
    narrate(pcl5.ANCHOR_LINE)
    answers = []
    for number, words in enumerate(pcl5.ITEMS, 1):
        while True:
            text = click.prompt(f"{number:2}. {words}", err=True)
            try:
                answers.append(pcl5.parse_item(number, text))
                break
            except UsageError as error:
                narrate(str(error))
    return tuple(answers)
