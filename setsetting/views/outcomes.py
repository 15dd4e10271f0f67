"""The course table as data and in words: completeness first, published figures last and as context only."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from setsetting.clinical.pcl5 import provisional_words
from setsetting.review import outcome_words, words
from setsetting.review.clinic_outcomes import RecallOutcomes, denominators_words, rule_words
from setsetting.review.outcomes import OutcomeGroup, Share, rule_and_cut_words
from setsetting.review.published_context import context_only, published
from setsetting.views import completeness
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.outcomes import ClinicOutcomesView


def as_data(viewed: "ClinicOutcomesView") -> dict[str, Any]:
    found = viewed.outcomes
    agreement = asdict(found.agreement)
    return {
        "completeness": completeness.counts_as_data(viewed.completeness),
        "simulated": viewed.counted.simulated,
        "simulated_left_out": viewed.counted.left_out,
        "thresholds": found.used.label,
        "recalls": [_recall_as_data(each) for each in found.recalls],
        "rule_and_cut": {"cut": found.cut, **agreement, "disagree": found.agreement.disagree},
        "goals": None if found.goals is None else asdict(found.goals),
        "taps": [asdict(tap) for tap in found.taps],
        "context": [asdict(each) for each in published()],
        "words": words.whole(),
    }


def _recall_as_data(found: RecallOutcomes) -> dict[str, Any]:
    days = None if found.days is None else dict(zip(("least", "median", "most"), found.days, strict=True))
    return {
        "recall": str(found.recall),
        "starters": _group_as_data(found.table.starters),
        "completers": _group_as_data(found.table.completers),
        "going_on": found.table.going_on,
        "left": found.table.left,
        "left_no_reason_known": found.table.left_unsaid,
        "days": days,
    }


def _group_as_data(group: OutcomeGroup) -> dict[str, Any]:
    return {
        "began": group.began,
        "without_scores": group.without_scores,
        **asdict(group.scores),
        "improved": [_share_as_data(name, share) for name, share in group.improved],
        "below": [_share_as_data(name, share) for name, share in group.below],
    }


def _share_as_data(name: str, share: Share) -> dict[str, Any]:
    return {"rule": name, **asdict(share)}


def above(viewed: "ClinicOutcomesView") -> list[str]:
    """What stands above the table: how complete the record is, and who is counted."""
    whose = words.whose(all_simulated=viewed.counted.simulated, left_out=viewed.counted.left_out)
    return [completeness.line(viewed.completeness), *filter(None, (whose,))]


def beneath(found: RecallOutcomes) -> list[str]:
    """What must stand beneath the table of one recall."""
    return list(filter(None, (outcome_words.missing_words(found), outcome_words.days_words(found))))


def beside(viewed: "ClinicOutcomesView") -> list[str]:
    """What stands beneath all of it, once."""
    outcomes = viewed.outcomes
    return [
        rule_words(),
        denominators_words(),
        _("SD: standard deviation. Shares: Wilson's 95 % interval, in percent. Thresholds {label}.").format(
            label=outcomes.used.label
        ),
        f"{rule_and_cut_words(outcomes.agreement, outcomes.cut)} {provisional_words()}",
        *outcome_words.beside_words(outcomes),
        words.nobody_compared(),
    ]


def notes(viewed: "ClinicOutcomesView") -> list[str]:
    """How the table was made, what stands beside it, and what others published, as context."""
    context = [outcome_words.published_line(each) for each in published()]
    return [*beside(viewed), "", context_only(), *context, words.do_not_change()]


def in_words(viewed: "ClinicOutcomesView") -> list[str]:
    lines = [words.internal_review(), *above(viewed)]
    for found in viewed.outcomes.recalls:
        lines += ["", outcome_words.heading(found)]
        if not found.pairs:
            lines += [f"  {line}" for line in beneath(found)]
            continue
        lines.append(f"  {'':44}{_('all who began'):>28}{_('finished the course'):>28}")
        lines += [f"  {row.label:44}{row.starters:>28}{row.completers:>28}" for row in outcome_words.lines_of(found)]
        lines += [f"  {line}" for line in beneath(found)]
    return [*lines, "", *notes(viewed)]
