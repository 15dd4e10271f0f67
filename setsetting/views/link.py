"""Settings beside the next scores as plain data and as words; settings stand as they were declared, never by size."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from setsetting.review import link_words, words
from setsetting.review.association import Association, ChoicePattern, LinkReview
from setsetting.review.cluster_robust import Contrast
from setsetting.review.g_estimation import Estimate
from setsetting.review.linking import reason_words, rule_words
from setsetting.words.numbers import signed
from setsetting.words.translate import _, count


def as_data(review: LinkReview) -> dict[str, Any]:
    """The review as numbers; what can't be had and a bound that is not there are None. One setting stands at the top."""
    found = [_factor_as_data(each, q) for each, q in zip(review.associations, review.q_values, strict=True)]
    return {
        "linked": len(review.linked.at),
        "sessions": len(review.linked.sessions.patient),
        "unlinked": {str(reason): n for reason, n in review.linked.unlinked.items()},
        "adjusted_for": list(review.beside),
        **(found[0] if len(found) == 1 else {"factors": found}),
        "words": list(mandatory(review)),
        "clinic": None,
    }


def in_words(review: LinkReview) -> list[str]:
    """The review as lines; a gate's words stand where a figure would."""
    lines = [*linked_in_words(review), link_words.adjusted(review.beside)]
    for each, q in zip(review.associations, review.q_values, strict=True):
        lines += ["", each.factor, *(f"  {line}" for line in factor_in_words(each, q, review.examined))]
    return [*lines, "", *list(mandatory(review))[2:]]


def linked_in_words(review: LinkReview) -> list[str]:
    """What these figures are, the rule of linking, and how many sessions it leaves."""
    return [
        words.internal_review(),
        words.associations(),
        words.chosen_by_staff(),
        "",
        *complete_in_words(review),
        rule_words(),
    ]


def complete_in_words(review: LinkReview) -> list[str]:
    """How complete what follows is: the sessions that are linked, why the others are not, and what is not known of each setting."""
    linked = review.linked
    every = len(linked.sessions.patient)
    said = _("How complete this is: {linked} of {sessions} sessions ({share:.0%}) are linked.")
    if not every:
        return [_("How complete this is: no session that counts was held.")]
    unknown = ", ".join(f"{each.factor} {each.pattern.unknown}" for each in review.associations if each.pattern.unknown)
    return [
        said.format(linked=len(linked.at), sessions=every, share=len(linked.at) / every),
        *(f"  {n} {reason_words(reason)}" for reason, n in linked.unlinked.items()),
        _("Linked sessions of which something used is not known: {told}.").format(told=unknown or _("none")),
    ]


def mandatory(review: LinkReview) -> Iterator[str]:
    """What must stand wherever any of it is shown."""
    yield words.associations()
    yield words.chosen_by_staff()
    yield link_words.unmeasured()
    yield link_words.examined(review.examined)
    yield link_words.missed(max((each.pattern.patients for each in review.associations), default=0))
    yield words.do_not_change()


def _factor_as_data(each: Association, q: float | None) -> dict[str, Any]:
    return {
        "factor": each.factor,
        "g_estimate": _estimate(each.g_estimate),
        "g_estimate_fading": _estimate(each.g_estimate_fading),
        "test_at_zero": _contrast(each.test_at_zero),
        "ancova_cr2": _contrast(each.ancova),
        "fixed_effects_change_cr2": _contrast(each.change),
        "q": q,
        "gates": [str(gate) for gate in each.gates],
        "diagnostics": _diagnostics(each.pattern),
    }


def _diagnostics(pattern: ChoicePattern) -> dict[str, Any]:
    left_out = (
        None if pattern.left_out is None else dict(zip(("low", "high"), map(_known, pattern.left_out), strict=True))
    )
    return {
        "patients": pattern.patients,
        "patients_with_both": pattern.contributing,
        "sessions_with": pattern.exposed,
        "sessions_without": pattern.unexposed,
        "sessions_unknown": pattern.unknown,
        "by_session_number": [asdict(each) for each in pattern.by_number],
        "score_before_with": _known(pattern.pre_exposed),
        "score_before_without": _known(pattern.pre_unexposed),
        "one_patient_left_out": left_out,
        "change_before": _contrast(pattern.placebo),
        "estimators_disagree": pattern.disagree,
    }


def _estimate(estimate: Estimate) -> dict[str, float | None]:
    return {
        "estimate": _known(estimate.points),
        "ci_low": _known(estimate.ci_low),
        "ci_high": _known(estimate.ci_high),
    }


def _contrast(found: Contrast) -> dict[str, float | None]:
    return {name: _known(getattr(found, name)) for name in ("coefficient", "se", "df", "p")}


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def factor_in_words(each: Association, q: float | None, settings: int) -> Iterator[str]:
    """One setting of so many that were examined."""
    if each.gates:
        why = "; ".join(map(link_words.gate_words, each.gates))
        yield f"{words.too_little()}: {why}."
    else:
        yield from _estimates_in_words(each, q, settings)
    yield from _choice_in_words(each.pattern, gated=bool(each.gates))


def _estimates_in_words(each: Association, q: float | None, settings: int) -> Iterator[str]:
    found, fading, test = each.g_estimate, each.g_estimate_fading, each.test_at_zero
    yield link_words.compatible(found.ci_low, found.ci_high)
    yield _("Point estimate of that difference, taken as lasting: {points} ({share} % of a 10-point change).").format(
        points=signed(found.points, 1), share=signed(found.points * 10)
    )
    if math.isfinite(fading.ci_low) and math.isfinite(fading.ci_high):
        yield _("Taken as gone after one score: {points} ({low} to {high}).").format(
            points=signed(fading.points, 1), low=signed(fading.ci_low, 1), high=signed(fading.ci_high, 1)
        )
    yield _("Against no effect: p = {p:.3f}, {df:.1f} degrees of freedom; q = {q:.3f} over {n}.").format(
        p=test.p, df=test.df, q=q, n=count("{n} setting", "{n} settings", settings)
    )
    yield _("Other estimators: ANCOVA {ancova}, change within patients {change}.").format(
        ancova=_points(each.ancova), change=_points(each.change)
    )
    if each.pattern.disagree:
        yield link_words.dominates()


def _points(found: Contrast) -> str:
    return signed(found.coefficient, 1) if math.isfinite(found.coefficient) else _("not to be had")


def _choice_in_words(pattern: ChoicePattern, *, gated: bool) -> Iterator[str]:
    """How the setting was chosen, gated or not; what rests on an estimate only where there is one."""
    if pattern.patients:
        yield _("Sessions with it {exposed}, without it {unexposed}; patients with both {both} of {patients}.").format(
            exposed=pattern.exposed, unexposed=pattern.unexposed, both=pattern.contributing, patients=pattern.patients
        )
    else:
        yield _("No linked session tells of it.")
    if pattern.unknown:
        yield _("Linked sessions left out, since something that is used is unknown: {n}.").format(n=pattern.unknown)
    told = [f"{each.session_no}: {each.exposed}/{each.sessions}" for each in pattern.by_number]
    if told:
        yield _("With it, by session number: {told}.").format(told=", ".join(told))
    if math.isfinite(pattern.pre_exposed) and math.isfinite(pattern.pre_unexposed):
        yield _("Mean score before: {exposed:.1f} with it, {unexposed:.1f} without it.").format(
            exposed=pattern.pre_exposed, unexposed=pattern.pre_unexposed
        )
    if gated:
        return
    if pattern.left_out is not None and all(map(math.isfinite, pattern.left_out)):
        low, high = (signed(each, 1) for each in pattern.left_out)
        yield _("Any one patient left out: {low} to {high}.").format(low=low, high=high)
    if math.isfinite(pattern.placebo.p):
        yield _("Placebo, the difference in the change before the session: {points}, p = {p:.3f}.").format(
            points=signed(pattern.placebo.coefficient, 1), p=pattern.placebo.p
        )
