"""`setsetting today`: who comes, which visit of the course it is, what is due, and what was otherwise last time."""

from typing import TYPE_CHECKING

import click

from setsetting.cli.clinic import with_clinic
from setsetting.cli.once import Once
from setsetting.cli.output import answer, document, example
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic


@click.command("today", cls=Once, epilog=example("today", "today K-0417"))
@click.argument("code", required=False)
@with_clinic
def command(clinic: "Clinic", code: str | None, as_json: bool) -> None:
    """Every patient's next visit: the form that is due, the plan's state; of one patient last time's differences too."""
    from setsetting.desk import plans, today, visits
    from setsetting.views import visit as words

    rows = today.today(clinic)
    if code is not None:
        rows = tuple(row for row in rows if row.code == today.listed(clinic, code))
    known = plans.listing(clinic)
    told = {row.code: visits.show(clinic, row) for row in rows} if code is not None else {}
    if as_json:
        document([words.as_data(row, known.get(row.code), told.get(row.code)) for row in rows])
        return
    zone = clinic.settings.zone
    for row in rows:
        plan = told[row.code].plan if row.code in told else known.get(row.code)
        answer(None, False, *words.in_words(row, plan, told.get(row.code), zone))
    if not rows:
        answer(None, False, aside=_("No patients yet; `setsetting patient add CODE` adds one."))
