"""`setsetting phases`: minutes of the modelled effect, from the infusion's shape alone."""

from typing import TYPE_CHECKING

import click

from setsetting.cli.input import number, numbers
from setsetting.cli.once import Once
from setsetting.cli.output import as_json, document, example, narrate, table
from setsetting.errors import UsageError
from setsetting.units import Minutes
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.clinical.infusion import Infusion


@click.command(
    "phases",
    cls=Once,
    epilog=example(
        "phases --minutes 40",
        "phases --minutes 40 --pause 18:20 --stop 31.5",
        "phases --segment 0:10:1 --segment 10:40:0.5 --json",
    ),
)
@click.option("--minutes", type=number, metavar="M", help=_("One segment of this length."))
@click.option("--segment", "segments", multiple=True, metavar="FROM:TO:RATE", help=_("Minutes and relative rate."))
@click.option(
    "--pause", "pauses", multiple=True, metavar="FROM:TO", help=_("Minutes of the clock; delays what is left.")
)
@click.option("--stop", type=number, metavar="M", help=_("The infusion ends at this minute of the clock."))
@as_json
def command(
    minutes: Minutes | None, segments: tuple[str, ...], pauses: tuple[str, ...], stop: Minutes | None, as_json: bool
) -> None:
    """Minutes of the modelled effect phases for an infusion. No dose, no weight."""
    from setsetting.clinical.effect import LABEL, phases_of
    from setsetting.views import phases as views

    phases = phases_of(_infusion(minutes, segments, pauses, stop))
    if as_json:
        document(views.as_data(phases))
        return
    narrate(LABEL)
    table((_("boundary"), _("minute"), _("low"), _("high")), views.in_cells(phases), numbers=(1, 2, 3))


def _infusion(
    minutes: Minutes | None, segments: tuple[str, ...], pauses: tuple[str, ...], stop: Minutes | None
) -> "Infusion":
    from setsetting.clinical import infusion

    if (minutes is None) == (not segments):
        raise UsageError(_("Give either --minutes M or one --segment FROM:TO:RATE or more."))
    planned = (
        infusion.steady(minutes) if minutes is not None else infusion.planned([_segment(text) for text in segments])
    )
    if pauses:
        planned = infusion.with_pauses(planned, [_pause(text) for text in pauses])
    return planned if stop is None else infusion.stopped(planned, stop)


def _segment(text: str) -> tuple[Minutes, Minutes, float]:
    start, end, rate = numbers("--segment", text, "FROM:TO:RATE")
    return Minutes(start), Minutes(end), rate


def _pause(text: str) -> tuple[Minutes, Minutes]:
    start, end = numbers("--pause", text, "FROM:TO")
    return Minutes(start), Minutes(end)
