"""What simulated clinics showed of the estimate, as data and as words."""

from typing import Any

from setsetting.review.link_words import times_in
from setsetting.review.simulation import Scenario, Simulated
from setsetting.words.translate import _


def as_data(drawn: Simulated) -> dict[str, Any]:
    """False positives where there was no effect, coverage where there was one."""
    if drawn.effect == 0:
        return {"false_positive": drawn.rejected, "sets": drawn.sets}
    return {"coverage": drawn.coverage, "sets": drawn.sets}


def missed_as_data(patients: int, effect: float, sets: int, missed: float) -> dict[str, Any]:
    return {"patients": patients, "effect": effect, "sets": sets, "missed": missed}


def missed_in_words(patients: int, effect: float, sets: int, missed: float) -> list[str]:
    """How often a clinic of this size overlooks a true difference, and how that was found."""
    said = _("A clinic of {n} patients would miss a true {size:g}-point difference {often} ({share:.0%}).")
    method = _(
        "From {sets} simulated clinics: six sessions for each patient, every score there, the course of the published 117"
        " patients, staff choosing by the last score, and the test of no effect at 5 % with the gates on patients, sessions and"
        " degrees of freedom. Missing scores, and a narrower choice, make it more often."
    )
    often = times_in(missed)
    return [said.format(n=patients, size=abs(effect), often=often, share=missed), method.format(sets=sets)]


def in_words(drawn: Simulated, scenario: Scenario, patients: int) -> str:
    """One sentence: what staff went by, how many patients, and how often it went wrong or right."""
    by = {
        Scenario.RANDOM: _("at random"),
        Scenario.ORDER: _("by the session's number"),
        Scenario.SEVERITY: _("by the last score"),
        Scenario.PREFERENCE: _("by who responds well"),
        Scenario.ALL: _("by number, score and response"),
        Scenario.BLOCKS: _("by lot in blocks, as a planned alternation draws it"),
    }[scenario]
    if drawn.effect == 0:
        said = _("{n} sets of {patients} patients, setting chosen {by}, no effect: found in {share:.1%} (nominal 5 %).")
        return said.format(n=drawn.sets, patients=patients, by=by, share=drawn.rejected)
    said = _(
        "{n} sets of {patients} patients, setting chosen {by}, true {effect:+g}: within the interval in {share:.1%}."
    )
    return said.format(n=drawn.sets, patients=patients, by=by, effect=drawn.effect, share=drawn.coverage)
