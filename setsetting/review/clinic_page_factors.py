"""The declared factors on a clinic's page: ranges or a gate's words in their place, how they were chosen, and what must stand beside.

In the order of declaration, never of size.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from setsetting.clinical.pcl5 import recall_words
from setsetting.review import clinic_forest, link_words, words
from setsetting.review.association import Association
from setsetting.review.clinic_review import FactorsLooked
from setsetting.words.numbers import number_or_unknown, signed
from setsetting.words.translate import _


def factors_shown(looked: FactorsLooked) -> dict[str, Any]:
    """What the template says of them."""
    shown, linked = looked.shown, len(looked.shown.linked.at)
    named = list(zip((each.name for each in looked.declared), shown.associations, strict=True))
    rows = [
        (each.name, *_estimate(found, q))
        for each, found, q in zip(looked.declared, shown.associations, shown.q_values, strict=True)
    ]
    numbers = sorted({each.session_no for _n, found in named for each in found.pattern.by_number})
    scores = (
        "" if looked.recall is None else _("Scores are of the {recall}.").format(recall=recall_words(looked.recall))
    )
    notes = [
        words.associations(),
        words.chosen_by_staff(),
        link_words.examined(shown.examined),
        link_words.adjusted(shown.beside[:1]),
    ]
    notes += [link_words.therapy_known(looked.therapy_known, linked), scores]
    if looked.dropped:
        notes.append(
            _("Looked at before and declared no more, so examined still: {names}.").format(
                names=", ".join(looked.dropped)
            )
        )
    apart = any(each.pattern.disagree and not each.gates for each in shown.associations)
    differ = [_("They differ: {why}").format(why=link_words.dominates())] if apart else []
    return {
        "notes": list(filter(None, notes)),
        "forest": clinic_forest.forest(named),
        "heads": [
            _("factor"),
            _("with"),
            _("without"),
            _("patients with both"),
            _("range of effects compatible with the data, in PCL-5 points"),
            _("q"),
            _("other estimates"),
            _("leaving one patient out"),
        ],
        "rows": rows,
        "choice_heads": [
            _("factor"),
            *(_("infusion {n}").format(n=n) for n in numbers),
            _("score before, with"),
            _("without"),
        ],
        "choice": [(name, *_choice(found, numbers)) for name, found in named],
        "after": [
            _(
                "q: the test's probability after Benjamini and Hochberg's correction for all that was examined. Errors are CR2, clustered by patient."
            ),
            *differ,
            link_words.unmeasured(),
            words.do_not_change(),
        ],
    }


def _estimate(found: Association, q: float | None) -> tuple[object, ...]:
    pattern = found.pattern
    counts = pattern.exposed, pattern.unexposed, pattern.contributing
    if found.gates:
        why = "; ".join(map(link_words.gate_words, found.gates))
        return *counts, f"{words.too_little()}: {why}", "", "", ""
    estimate = found.g_estimate
    left_out = (
        ""
        if pattern.left_out is None
        else _("{low} to {high}").format(low=signed(pattern.left_out[0], 1), high=signed(pattern.left_out[1], 1))
    )
    others = _("fading {fading}, ANCOVA {ancova}, change {change}").format(
        fading=_points(found.g_estimate_fading.points),
        ancova=_points(found.ancova.coefficient),
        change=_points(found.change.coefficient),
    )
    if pattern.disagree:
        others += _("; they differ")
    said = _("{low} to {high}").format(low=signed(estimate.ci_low, 1), high=signed(estimate.ci_high, 1))
    return *counts, said, "" if q is None else f"{q:.2f}", others, left_out


def _points(value: float) -> str:
    return signed(value, 1) if math.isfinite(value) else "?"


def _choice(found: Association, numbers: Sequence[int]) -> Iterator[str]:
    by_number = {each.session_no: each for each in found.pattern.by_number}
    for number in numbers:
        each = by_number.get(number)
        yield "" if each is None else _("{n} of {of}").format(n=each.exposed, of=each.sessions)
    for mean in (found.pattern.pre_exposed, found.pattern.pre_unexposed):
        yield number_or_unknown(mean if math.isfinite(mean) else None, 1)
