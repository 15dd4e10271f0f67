"""The course table as lines of words: all who began beside those who finished the course, dropouts told, no target anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass

from setsetting.clinical import pcl5
from setsetting.review.clinic_outcomes import ClinicOutcomes, RecallOutcomes
from setsetting.review.outcomes import PairedScores, Share
from setsetting.review.published_context import PublishedFigures
from setsetting.words.numbers import number_or_unknown, signed
from setsetting.words.translate import _, count

DASH = "\N{EN DASH}"
FEW = 10
"""With fewer pairs of scores a mean is told as one of few: as many patients as an estimate asks for."""


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """What is told, of all who began, and of those who finished the course."""

    label: str
    starters: str
    completers: str


def lines_of(found: RecallOutcomes) -> list[OutcomeLine]:
    """The table of one recall; a dash is what so few cannot tell."""
    all_of, whole = found.table.starters, found.table.completers
    lines = [
        OutcomeLine(_("began a course"), str(all_of.began), str(whole.began)),
        OutcomeLine(_("with a first and a last form"), str(all_of.scores.n), str(whole.scores.n)),
        OutcomeLine(_("without one of them"), str(all_of.without_scores), str(whole.without_scores)),
        *(
            OutcomeLine(label, one, other)
            for (label, one), (_label, other) in zip(_scores(all_of.scores), _scores(whole.scores), strict=True)
        ),
    ]
    for some, others in ((all_of.improved, whole.improved), (all_of.below, whole.below)):
        lines += [
            OutcomeLine(label, share_words(one), share_words(other))
            for (label, one), (_same, other) in zip(some, others, strict=True)
        ]
    return lines


def _scores(found: PairedScores) -> Iterator[tuple[str, str]]:
    yield _("first score, mean (SD)"), mean_and_sd(found.mean_before, found.sd_before)
    yield _("last score, mean (SD)"), mean_and_sd(found.mean_after, found.sd_after)
    yield _("change, mean (95 % interval)"), change_words(found)
    yield _("over both scores' SD (d av)"), _effect(found.d_av)
    yield _("over the first's SD (d before)"), _effect(found.d_before)
    yield _("over the changes' SD (d z)"), _effect(found.d_z)


def mean_and_sd(mean: float | None, sd: float | None) -> str:
    if mean is None:
        return DASH
    return f"{number_or_unknown(mean, 1)} ({number_or_unknown(sd, 1, DASH)})"


def change_words(found: PairedScores) -> str:
    """The mean change, a fall being negative, with its interval where so many can tell one."""
    if found.change is None:
        return DASH
    if found.ci_low is None or found.ci_high is None:
        return signed(found.change, 1)
    return _("{change} ({low} to {high})").format(
        change=signed(found.change, 1), low=signed(found.ci_low, 1), high=signed(found.ci_high, 1)
    )


def _effect(d: float | None) -> str:
    return DASH if d is None else signed(d, 2)


def share_words(share: Share) -> str:
    """So many of so many, the share and Wilson's interval in percent."""
    if share.low is None or share.high is None:
        return DASH
    return _("{n}/{of}, {share:.0f} % ({low:.0f}\N{EN DASH}{high:.0f})").format(
        n=share.count, of=share.of, share=100 * share.count / share.of, low=100 * share.low, high=100 * share.high
    )


def heading(found: RecallOutcomes) -> str:
    """Which forms these are, and what the shares are of."""
    return _("PCL-5, {recall} forms: first and last of a course").format(recall=pcl5.recall_words(found.recall))


def missing_words(found: RecallOutcomes) -> str:
    """Who has no pair of scores, who is still in a course, who left, and with what reason known; and what so few tell."""
    table, began, none = found.table, found.table.starters.began, found.table.starters.without_scores
    if not began:
        return _("Nobody has begun a course.")
    if none:
        said = _("{none} of {began} have no first or no last form and are in no mean.").format(
            none=none, began=count("{n} patient who began", "{n} patients who began", began)
        )
    else:
        said = count(
            "The {n} patient who began has a first and a last form.",
            "All {n} patients who began have a first and a last form.",
            began,
        )
    still = _("{going} going on, or gone unnoticed; {left}.").format(
        going=table.going_on,
        left=count("{n} left before its end", "{n} left before its end", table.left)
        + (_(", {n} of them with no reason known").format(n=table.left_unsaid) if table.left else ""),
    )
    few = _("A mean or share of fewer than {n} patients tells little.").format(n=FEW)
    return " ".join((said, still, few) if 0 < table.starters.scores.n < FEW else (said, still))


def days_words(found: RecallOutcomes) -> str:
    """The days and infusions between the two forms."""
    if found.days is None:
        return _("No patient has both forms.") if found.table.starters.began else ""
    least, middle, most = found.days
    held = [each.infusions for each in found.pairs]
    if least == most and min(held) == max(held):
        return _("From first to last form {days}, with {infusions} between.").format(
            days=count("{n} day", "{n} days", int(most)), infusions=count("{n} infusion", "{n} infusions", held[0])
        )
    return _(
        "From first to last form {least} to {most} days (median {middle:g}), with {few} to {many} infusions between."
    ).format(least=least, most=most, middle=middle, few=min(held), many=max(held))


def beside_words(found: ClinicOutcomes) -> list[str]:
    """The patients' own goal and their ratings, beside the scores and not part of them."""
    said = []
    if found.goals is not None:
        said.append(
            count("Own goal, 0 to 10: {n} patient, mean", "Own goal, 0 to 10: {n} patients, mean", found.goals.patients)
            + _(" {first:.1f} before the first infusion and {last:.1f} at the last score.").format(
                first=found.goals.mean_first, last=found.goals.mean_last
            )
        )
    if found.taps:
        told = "; ".join(f"{tap.label} {tap.mean:.1f} ({tap.sessions})" for tap in found.taps)
        said.append(_("Patients' ratings after sessions, 0 to 10, mean (sessions asked): {told}.").format(told=told))
    return said


def published_line(each: PublishedFigures) -> str:
    """One source's figures as it gives them."""
    told = []
    if each.mean_before is not None and each.mean_after is not None:
        told.append(
            _("{before} to {after}").format(
                before=_as_given(each.mean_before, each.sd_before), after=_as_given(each.mean_after, each.sd_after)
            )
        )
    if each.n is not None:
        told.append(f"n = {each.n:,}")
    return f"{each.source}: " + "; ".join((*told, each.note)) + "."


def _as_given(mean: float, sd: float | None) -> str:
    return f"{mean:.2f}" if sd is None else f"{mean:.2f} ({sd:.2f})"
