"""The sentences that stand beside an estimate, word for word, and what a gate says in its place."""

from collections.abc import Sequence

from setsetting.review.association import (
    APART,
    FEWEST_DF,
    FEWEST_PATIENTS,
    FEWEST_SESSIONS,
    WIDEST,
    FactorGate,
)
from setsetting.words.numbers import signed
from setsetting.words.translate import _, count

MISSED = ((250, 1, 20), (117, 1, 4), (80, 2, 5), (40, 2, 3), (20, 4, 5))
"""How often simulated clinics of so many patients missed a true difference of 3 points, staff choosing by the last score."""


def examined(settings: int) -> str:
    """How many settings were looked at; the share of one in three was measured with eight."""
    said = count(
        "{n} setting was examined; by chance alone about one in three such reviews of eight settings shows something "
        "at p<.05.",
        "{n} settings were examined; by chance alone about one in three such reviews shows something at p<.05.",
        settings,
    )
    if settings in {1, 8}:
        return said
    chance = 1 - 0.95**settings
    return said + " " + _("(One in three holds for 8; with {n} it is {share:.0%}.)").format(n=settings, share=chance)


def compatible(low: float, high: float) -> str:
    return _("Range of effects compatible with the data: {low} to {high} PCL-5 points.").format(
        low=signed(low, 1), high=signed(high, 1)
    )


def adjusted(beside: Sequence[str]) -> str:
    """What every estimate is adjusted for, a reader asks for psychotherapy first; and what its points are for."""
    said = _("Adjusted for the score before, the session's number and the patient{also}.")
    each = _(
        "Points are with a setting against without it; of an ordered one for each step, of an amount for each one more. Where every linked session had some of it, the least counts as without it."
    )
    if beside:
        return said.format(also=_("; besides for {names}").format(names=", ".join(beside))) + " " + each
    return " ".join((said.format(also=""), _("Psychotherapy besides is in none of these figures."), each))


def therapy_known(known: int, linked: int) -> str:
    """Of how many linked sessions psychotherapy is known, and what becomes of the others."""
    if not known:
        return _("Psychotherapy was asked about at no visit between the scores.")
    said = _("Psychotherapy was asked about between the scores of {known} of {linked} linked sessions.").format(
        known=known, linked=linked
    )
    return said if known == linked else said + " " + _("Not asked is a level of its own there, never a no.")


def unmeasured() -> str:
    """What no method mends."""
    return _(
        "If staff chose by something they saw and nobody logged, every one of these figures misleads; only a setting that is "
        "drawn by lot tells more."
    )


def missed(patients: int) -> str:
    """How often a clinic of this size overlooks a true difference, said before anybody looks."""
    if not patients:
        return _("Without a linked session nothing is found, and nothing is missed.")
    found = next((row for row in MISSED if patients >= row[0]), None)
    if found is None:
        return count(
            "A clinic of {n} patient would miss a true 3-point difference more than 4 times in 5.",
            "A clinic of {n} patients would miss a true 3-point difference more than 4 times in 5.",
            patients,
        )
    size, times, of = found
    return _("A clinic of {size} patients would miss a true 3-point difference {share}.").format(
        size=size, share=_about(times, of)
    )


_OFTEN = ((1, 20), (1, 10), (1, 5), (1, 4), (1, 3), (2, 5), (1, 2), (3, 5), (2, 3), (3, 4), (4, 5), (9, 10), (19, 20))


def times_in(share: float) -> str:
    """A share as people say it: about 4 times in 5."""
    if share > 0.975:
        return _("nearly always")
    if share < 0.025:
        return _("hardly ever")
    times, of = min(_OFTEN, key=lambda each: abs(each[0] / each[1] - share))
    return _about(times, of)


def _about(times: int, of: int) -> str:
    return (_("about once in {of}") if times == 1 else _("about {times} times in {of}")).format(times=times, of=of)


def dominates() -> str:
    return _("The estimators differ by more than {n:g} points or in sign: the choice pattern dominates.").format(
        n=APART
    )


def gate_words(gate: FactorGate) -> str:
    """Why there is too little to say, as the end of that sentence."""
    return {
        FactorGate.NO_CONTRAST: _("within patients the setting never differs apart from the session's number"),
        FactorGate.FEW_PATIENTS: _("fewer than {n} patients had sessions with and without it").format(
            n=FEWEST_PATIENTS
        ),
        FactorGate.FEW_SESSIONS: _("fewer than {n} linked sessions with it, or without it").format(n=FEWEST_SESSIONS),
        FactorGate.FEW_DF: _("fewer than {n:g} degrees of freedom").format(n=FEWEST_DF),
        FactorGate.UNBOUNDED: _("the data rule no size of effect out"),
        FactorGate.WIDE: _("the range reaches more than {n:g} points to either side").format(n=WIDEST),
    }[gate]
