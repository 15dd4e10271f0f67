"""The clinic's own changes as data and as lines, each with the id that withdraws it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from setsetting.review.measures import WORDS, Measure, Per
from setsetting.review.run_rules import FEWEST_USEFUL
from setsetting.words.numbers import utc_text
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.seals import SealView
    from setsetting.record.change_rows import ChangeRow


def as_data(row: "ChangeRow") -> dict[str, Any]:
    return {
        "event_id": row.event_id,
        "day": row.day.isoformat(),
        "words": row.words,
        "at": utc_text(row.at_utc_ms),
        "actor": row.actor,
    }


def in_words(rows: Sequence["ChangeRow"]) -> list[str]:
    return [f"{row.day}  {row.words}  {row.event_id[:8]}" for row in rows] or [_("No change was told.")]


def told_words(row: "ChangeRow") -> str:
    """What was kept, and how it is taken back."""
    return _("{day}: {words}. `setsetting change withdraw {id} --reason TEXT` takes it back.").format(
        day=row.day, words=row.words, id=row.event_id[:8]
    )


def sealed_as_data(viewed: "SealView") -> dict[str, Any]:
    """What was fixed beforehand, whether it is as it was, and what it came to; `result` is null while it runs."""
    row, told = viewed.row, viewed.row.sealed
    return {
        "event_id": row.event_id,
        "change_id": told.change_id,
        "words": told.words,
        "day": told.day,
        "until": told.until,
        "measure": told.measure,
        "per": told.per,
        "points_before": told.before,
        "points_expected": told.expected,
        "power_one_sd": told.one_sd_permille / 1000,
        "power_two_sd": told.two_sd_permille / 1000,
        "digest": told.digest,
        "at": utc_text(row.at_utc_ms),
        "actor": row.actor,
        "unchanged": viewed.unchanged,
        "beforehand": viewed.beforehand,
        "withdrawn": row.withdrawn,
        "opened_before": row.opened,
        "result": _result_as_data(viewed),
    }


def _result_as_data(viewed: "SealView") -> dict[str, Any] | None:
    if (found := viewed.result) is None:
        return None
    part = None if found.chart is None else found.chart.parts[0]
    return {
        "before": found.before,
        "after": found.after,
        "median": None if part is None else part.centre,
        "n_useful": 0 if part is None else part.rules.n_useful,
        "longest_run": None if part is None else part.rules.longest_run,
        "longest_run_limit": None if part is None else part.rules.longest_run_limit,
        "crossings": None if part is None else part.rules.crossings,
        "crossings_limit": None if part is None else part.rules.crossings_limit,
        "signal": part is not None and part.rules.signal and not found.zero_before,
        "zero_before": found.zero_before,
    }


def sealed_in_words(viewed: "SealView") -> list[str]:
    """What was fixed, and what it came to, whatever that is."""
    row, told = viewed.row, viewed.row.sealed
    measure, per = WORDS[Measure(told.measure)], _("session") if told.per == Per.SESSION else _("month")
    lines = [
        _("{day}: {words}; measured until {until}: {measure}, a point for each {per}.").format(
            day=told.day, words=told.words, until=told.until, measure=measure, per=per
        ),
        _(
            "  Points before {before}, expected after {after}; a shift of one standard deviation would show in {one:.0%} of such"
            " charts, of two in {two:.0%}."
        ).format(
            before=told.before,
            after=told.expected,
            one=told.one_sd_permille / 1000,
            two=told.two_sd_permille / 1000,
        ),
        _("  Sealed {at} as {digest} ({id}).").format(
            at=utc_text(row.at_utc_ms), digest=told.digest, id=row.event_id[:8]
        ),
    ]
    if not (viewed.unchanged and viewed.beforehand):
        lines.append("  " + _("THE SEAL IS BROKEN: this is not what was fixed before the change."))
    if row.withdrawn:
        lines.append("  " + _("The change itself was taken back since."))
    return [*lines, *(f"  {line}" for line in _result_in_words(viewed))]


def _result_in_words(viewed: "SealView") -> list[str]:
    found = viewed.result
    if found is None:
        return [_("It runs; from the day after, its result is printed, whatever it shows.")]
    from setsetting.views.chart import NO_CAUSE  # it reads charts, which no command does before it is asked

    if found.chart is None:
        return [_("Result: {before} points before and {after} after; nothing to set side by side.").format(
            before=found.before, after=found.after)]  # fmt: skip
    if found.zero_before:
        return [
            _(
                "Result: {before} points before, most of them zero, and {after} after: the run rules do not hold, and nothing is read off."
            ).format(before=found.before, after=found.after)
        ]
    rules = found.chart.parts[0].rules
    if rules.n_useful < FEWEST_USEFUL:
        said = _("too few points")
    else:
        said = _("signal by the run rules") if rules.signal else _("no signal: can't tell")
    counted = _(
        "Result: {said}. Median before the change {centre:.4g}, {n} useful points; longest run {run} (limit {most}), crossings"
        " {crossings} (limit {fewest})."
    ).format(
        said=said,
        centre=found.chart.parts[0].centre or 0,
        n=rules.n_useful,
        run=rules.longest_run,
        most=rules.longest_run_limit,
        crossings=rules.crossings,
        fewest=rules.crossings_limit,
    )
    return [counted, NO_CAUSE]


def all_sealed_in_words(viewed: "Sequence[SealView]") -> list[str]:
    return [line for each in viewed for line in sealed_in_words(each)] or [_("No change was sealed.")]
