"""A setting that is drawn by lot as data and as words; no seed and no draw to come is told while it runs."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from setsetting.clinical.setting import field_named
from setsetting.review import link_words, words
from setsetting.review.association import FEWEST_PATIENTS, FactorGate
from setsetting.review.cluster_robust import Contrast
from setsetting.review.linking import reason_words
from setsetting.words.numbers import signed, utc_text
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.alternations import AlternationResult, CheckedSchedule
    from setsetting.desk.draws import Draw
    from setsetting.record.alternation_rows import AlternationRow


def as_data(row: "AlternationRow", draws: int) -> dict[str, Any]:
    told = row.planned
    return {
        "event_id": row.event_id,
        "field": told.field,
        "with": told.with_value,
        "without": told.without_value,
        "until": told.until,
        "commitment": told.commitment,
        "at": utc_text(row.at_utc_ms),
        "actor": row.actor,
        "stopped": None if row.stopped_ms is None else utc_text(row.stopped_ms),
        "draws": draws,
    }


def in_words(row: "AlternationRow", draws: int) -> str:
    told = row.planned
    said = _("{field}: {having} or {lacking}, drawn by lot until {until}; {n} ({id}). Commitment {commitment}.").format(
        field=told.field,
        having=told.with_value,
        lacking=told.without_value,
        until=told.until,
        n=count("{n} draw was shown", "{n} draws were shown", draws),
        id=row.event_id[:8],
        commitment=told.commitment,
    )
    return said if row.stopped_ms is None else said + " " + _("Stopped early.")


def all_in_words(rows: "Sequence[tuple[AlternationRow, int]]") -> list[str]:
    return [in_words(*each) for each in rows] or [_("Nothing was drawn by lot.")]


def draw_as_data(draw: "Draw") -> dict[str, Any]:
    row = draw.row
    return {
        "event_id": row.event_id,
        "patient": draw.code,
        "infusion": row.number,
        "field": draw.field,
        "value": draw.value,
        "probability": (row.permille if row.drawn else 1000 - row.permille) / 1000,
        "at": utc_text(row.at_utc_ms),
        "shown_before": draw.shown_before,
    }


def draw_in_words(draw: "Draw") -> str:
    said = _("{code}, infusion {n}: {label} {value}, drawn by lot.").format(
        code=draw.code, n=draw.row.number, label=field_named(draw.field).label.casefold(), value=draw.value
    )
    return said + " " + (_("It was shown before.") if draw.shown_before else _("It stands in the record."))


def deviated_words(draw: "Draw") -> str:
    return _("Kept: infusion {n} of {code} was not as it was drawn. In the estimate it counts as drawn.").format(
        n=draw.row.number, code=draw.code
    )


def checked_as_data(checked: "CheckedSchedule") -> dict[str, Any]:
    return {
        "ok": checked.ok,
        "event_id": checked.row.event_id,
        "commitment": checked.row.planned.commitment,
        "committed": checked.committed,
        "draws": checked.draws,
        "unlike": list(checked.unlike),
        "seed": checked.seed,
    }


def checked_in_words(checked: "CheckedSchedule") -> list[str]:
    lines = [
        _("The commitment is that of the seed and of what was fixed.")
        if checked.committed
        else _("THE COMMITMENT IS NOT that of the seed and of what was fixed."),
        _compared(checked) if checked.draws else _("No draw was shown yet, so none was compared."),
    ]
    if checked.seed is None:
        return [*lines, _("The seed is shown when it is over.")]
    return [*lines, _("Seed {seed}.").format(seed=checked.seed)]


def _compared(checked: "CheckedSchedule") -> str:
    unlike = ", ".join(each[:8] for each in checked.unlike)
    said = _("; these are not the schedule's: {ids}.").format(ids=unlike) if unlike else _("; each is the schedule's.")
    return count("{n} draw was compared", "{n} draws were compared", checked.draws) + said


def result_as_data(found: "AlternationResult") -> dict[str, Any]:
    """The estimate by the stored probabilities, ANCOVA beside it; gates say what must not be read."""
    link = found.link
    low, high = link.interval
    return as_data(found.row, found.held + found.not_held) | {
        "sessions": found.held,
        "without_session": found.not_held,
        "linked": link.linked,
        "unlinked": {str(reason): n for reason, n in link.unlinked},
        "patients": link.patients,
        "linked_with": link.having,
        "linked_without": link.linked - link.having,
        "deviations_told": found.told,
        "deviations_found": found.found,
        "weighted": _contrast(link.estimate.weighted) | {"ci_low": _known(low), "ci_high": _known(high)},
        "ancova_cr2": _contrast(link.estimate.ancova),
        "gates": [str(gate) for gate in link.gates],
        "looked_before": found.row.looked,
        "words": [words.associations(), _drawn(), words.do_not_change()],
    }


def _contrast(found: Contrast) -> dict[str, float | None]:
    return {name: _known(getattr(found, name)) for name in ("coefficient", "se", "df", "p")}


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _drawn() -> str:
    return _("This setting was drawn by lot for each session; what was drawn is asked, whatever was done.")


def result_in_words(found: "AlternationResult") -> list[str]:
    link, told = found.link, found.row.planned
    lines = [
        words.internal_review(),
        words.associations(),
        _drawn(),
        "",
        in_words(found.row, found.held + found.not_held),
        _("{n} of {held} sessions that were drawn are linked: {having} with {one}, {lacking} with {other}.").format(
            n=link.linked,
            held=found.held,
            having=link.having,
            one=told.with_value,
            lacking=link.linked - link.having,
            other=told.without_value,
        ),
        *(f"  {n} {reason_words(reason)}" for reason, n in link.unlinked),
        _("Draws without a session: {n}. Done otherwise: told of {told}, found in the log of {found}.").format(
            n=found.not_held, told=found.told, found=found.found
        ),
    ]
    if link.gates:
        why = "; ".join(map(_gate_words, link.gates))
        lines.append(_("{little}: {why}.").format(little=words.too_little(), why=why))
    else:
        low, high = link.interval
        estimate = link.estimate
        lines.append(link_words.compatible(low, high))
        lines.append(
            _(
                "Points are of the next score, {one} against {other}: below zero it was lower after {one}. They are a mean of all"
                " patients, adjusted for the score before, the first one and the infusion's number; of one patient they say nothing."
            ).format(one=told.with_value, other=told.without_value)
        )
        lines.append(
            _("Point estimate {points}, p = {p:.3f}, {df:.1f} degrees of freedom; ANCOVA {ancova}.").format(
                points=signed(estimate.weighted.coefficient, 1),
                p=estimate.weighted.p,
                df=estimate.weighted.df,
                ancova=signed(estimate.ancova.coefficient, 1),
            )
        )
        if found.row.stopped_ms is not None:
            lines.append(
                _(
                    "It was stopped before its day. Where that was for what the scores looked like, a difference is found too easily."
                )
            )
    if found.row.looked:
        lines.append(count("Looked at {n} time before.", "Looked at {n} times before.", found.row.looked))
    return [*lines, "", words.do_not_change()]


def _gate_words(gate: FactorGate) -> str:
    if gate is FactorGate.FEW_PATIENTS:
        return _("fewer than {n} patients").format(n=FEWEST_PATIENTS)
    return link_words.gate_words(gate)
