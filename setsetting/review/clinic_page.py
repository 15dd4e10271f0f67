"""A clinic's review as one self-contained page: the same review, the same bytes.

The first page fits a sheet of A4 or Letter and says how complete the record is, what was done, what was later scored and what
can't be said, in that order. Nothing is loaded from outside, every word that a person wrote is escaped, and no order is by
outcome.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from setsetting.clinical.pcl5 import provisional_words, recall_words
from setsetting.clinical.setting import taps_note
from setsetting.review import clinic_figures, clinic_forest, link_words, outcome_words, respct, words
from setsetting.review.clinic_chart import ClinicChart
from setsetting.review.clinic_completeness import ClinicCompleteness, StageCounts, lack_words, meaning
from setsetting.review.clinic_outcomes import RecallOutcomes, denominators_words, rule_words
from setsetting.review.clinic_page_factors import factors_shown
from setsetting.review.clinic_review import ClinicReview, CourseLine, exposure_sign, median_by_infusion
from setsetting.review.linking import rule_words as linking_words
from setsetting.review.outcomes import CourseState, OutcomeGroup, rule_and_cut_words
from setsetting.review.published_context import context_only, published
from setsetting.review.templating import template
from setsetting.words.abbreviations import meanings
from setsetting.words.numbers import number_or_unknown, signed
from setsetting.words.translate import _, count

MOST_DONE, MOST_FLAGS, MOST_REASONS = 9, 3, 3
MOST_SIGNS = 40
"""So many lines, flags and reasons, and so long a flag, have room on the first page; the whole stands after it."""
A_SHEET = 78, 90
"""Small multiples and swim lanes that one printed page holds."""


@dataclass(frozen=True, slots=True)
class _Stage:
    label: str
    n: int
    percent: int
    beside: str


@dataclass(frozen=True, slots=True)
class _Charted:
    title: str
    dashes: str
    figure: Markup
    read_off: list[str]
    flags: list[str]
    points: str


def clinic_html(review: ClinicReview, banner: str = "") -> str:
    """The whole page as text; `banner` is what the clinic's record says of its encryption."""
    return template("clinic.html").render(
        review=review,
        words=words,
        simulated=words.simulated() if review.simulated else "",
        banner=banner,
        outcomes=review.outcomes,
        sessions=review.sessions,
        courses=review.courses,
        **_first_page(review),
        **_completeness(review),
        **_scores(review),
        **_patients(review),
        charts=[_charted(each, f"chart-{n}") for n, each in enumerate(review.charts, 1)],
        factors=None if review.factors is None else factors_shown(review.factors),
        flow=list(_flow(review)),
        rule=linking_words(),
        respct=[(row.respct, row.label, row.value, row.sessions, row.known) for row in review.respct],
        respct_note=respct.note(),
        taps_note=taps_note(),
        thresholds=[(rule.name, rule.points, rule.says, rule.source) for rule in review.outcomes.used.sources],
        declared=[f"{each.declared} {each.when_and_who}" for each in review.factors.declared] if review.factors else [],
        abbreviations=meanings(
            ("PCL-5", "PTSD", "DSM-5", "CAPS-5", "SD", "ReSPCT", "CR2", "ANCOVA", "PMID, PMC", "min")
        ),
    )


def _first_page(review: ClinicReview) -> dict[str, Any]:
    total, outcomes = review.completeness.total, review.outcomes
    period = (
        _("{first} to {last}").format(first=review.period[0], last=review.period[1])
        if review.period
        else _("no session that counts")
    )
    head = (
        period,
        count("{n} room", "{n} rooms", review.counts.rooms),
        count("{n} patient who began a course", "{n} patients who began a course", len(review.courses)),
        _("as of {day}").format(day=review.as_of),
    )
    left_out = words.whose(all_simulated=False, left_out=review.left_out)
    origin = review.origin
    return {
        "head_line": " · ".join((*head, *filter(None, (left_out,)))),
        "short": _(
            "Describes what was done and what was later scored, for this clinic's own staff. Not medical advice, not a device, no measure of a treatment."
        ),
        "complete_line": _complete(total),
        "stages": list(_stages(review)),
        "lacks": _lacks(total),
        "done": review.done[:MOST_DONE],
        "done_line": _("of {sessions}").format(sessions=count("{n} session held", "{n} sessions held", review.sessions))
        if review.sessions
        else _("no session that counts was held"),
        "first_chart": _charted(_first_chart(review.charts), "chart-0", (330.0, 54.0), MOST_FLAGS),
        "scored_line": _("PCL-5, a 20-item self-report of 0 to 80 points; {recall} forms only").format(
            recall=recall_words(outcomes.most.recall)
        ),
        "scored": [
            _scored(_("all who began"), outcomes.most.table.starters),
            _scored(
                _("held all {n}, or said to be finished").format(n=review.course_of),
                outcomes.most.table.completers,
            ),
        ],
        "ends_figure": clinic_figures.first_and_last(outcomes.most, outcomes.used),
        "missing": outcome_words.missing_words(outcomes.most),
        "days": outcome_words.days_words(outcomes.most),
        "unsaid": list(_unsaid(review)),
        "foot": _("Record verified to entry {n}, head {head}… · {program} · thresholds {label}").format(
            n=origin.events, head=origin.head[:12], program=origin.program, label=outcomes.used.label
        ),
    }


def _first_chart(charts: Sequence[ClinicChart]) -> ClinicChart:
    """The first, in the one order of measures, to which the run rules apply; whatever it shows."""
    return next(filter(clinic_forest.tells, charts), charts[0])


def _complete(total: StageCounts) -> str:
    if not total.sessions:
        return _("no session that counts was held")
    return _("{linkable} of {sessions} can be linked to the scores around them").format(
        linkable=total.linkable, sessions=count("{n} session", "{n} sessions", total.sessions)
    )


def _stages(review: ClinicReview) -> Iterator[_Stage]:
    total, counts = review.completeness.total, review.counts

    def stage(label: str, n: int, beside: str) -> _Stage:
        return _Stage(label, n, round(99 * n / max(1, total.sessions)), beside)

    yield stage(
        _("sessions held"),
        total.sessions,
        _("{n} entered afterwards from paper").format(n=counts.paper) if counts.paper else "",
    )
    unclosed = _("{n} not closed yet").format(n=counts.unclosed) if counts.unclosed else ""
    yield stage(_("setting logged"), counts.logged, unclosed)
    yield stage(_("a form due after it"), total.due, "")
    of_due = _("of {due} due").format(due=total.due) if total.due else ""
    lacking = _("{n} of {forms} lack items").format(
        n=counts.incomplete, forms=count("{n} form", "{n} forms", counts.forms)
    )
    yield stage(_("that form done"), total.done, "; ".join(filter(None, (of_due, lacking if counts.forms else ""))))
    yield stage(_("can be linked"), total.linkable, "")


def _lacks(total: StageCounts) -> str:
    """Why sessions cannot be linked, the most frequent reasons alone by name."""
    ordered = sorted(total.reasons.items(), key=lambda each: -each[1])
    lacks = [f"{n}: {lack_words(reason)}" for reason, n in ordered[:MOST_REASONS]]
    if ordered[MOST_REASONS:]:
        lacks.append(_("{n}: other reasons").format(n=sum(n for _reason, n in ordered[MOST_REASONS:])))
    return _("Not to be linked: {reasons}.").format(reasons="; ".join(lacks)) if lacks else ""


@dataclass(frozen=True, slots=True)
class _Scored:
    label: str
    began: int
    both: int
    first: str
    last: str
    change: str


def _scored(label: str, group: OutcomeGroup) -> _Scored:
    scores = group.scores
    return _Scored(
        label,
        group.began,
        scores.n,
        outcome_words.mean_and_sd(scores.mean_before, scores.sd_before),
        outcome_words.mean_and_sd(scores.mean_after, scores.sd_after),
        outcome_words.change_words(scores),
    )


def _unsaid(review: ClinicReview) -> Iterator[str]:
    """What can't be said, in the order in which a reader would want to say it."""
    total, table = review.completeness.total, review.outcomes.most.table
    yield _("That a setting, or the treatment, caused a change: nobody was compared, and staff chose the settings.")
    unlinked, formless = total.sessions - total.linkable, table.starters.without_scores
    left_out = (
        (unlinked, count("the {n} session that is not linked", "the {n} sessions that are not linked", unlinked)),
        (formless, count("the {n} patient without both forms", "the {n} patients without both forms", formless)),
    )
    if any(n for n, _said in left_out):
        who = _(" and ").join(said for n, said in left_out if n)
        yield _("How {who} would change the figures.").format(who=who)
    if review.factors is None:
        yield _("Whether any setting goes with other scores: none was declared, so none was looked at.")
    else:
        shown = review.factors.shown
        gated = sum(bool(each.gates) for each in shown.associations)
        said = _("Which setting goes with other scores: of {examined} examined, {gated} with too little data").format(
            examined=shown.examined, gated=gated or _("none")
        )
        yield said + (_("; the others' ranges are no ranking.") if gated < len(shown.associations) else ".")
    missed = link_words.missed(len(review.courses)) if review.courses else ""
    yield " ".join(filter(None, (_("That a true difference is absent."), missed)))
    yield _(
        "Anything about one patient: in six sessions a chance difference of 5 points or more is seen in about half."
    )
    yield _(
        "Who has PTSD (posttraumatic stress disorder): that takes a structured interview. A change of 5 points or less is likely not reliable (Blanchard 2023)."
    )


def _charted(
    charted: ClinicChart, name: str, size: tuple[float, float] = clinic_forest.CHART, most_flags: int | None = None
) -> _Charted:
    drawn = clinic_forest.run_chart(charted, name, size)
    flags = clinic_forest.flag_words(charted)
    shown = flags if most_flags is None else list(map(_shortened, flags[:most_flags]))
    if len(shown) < len(flags):
        shown.append(_("More after this page."))
    told = (f"{point.label} {number_or_unknown(point.value, 1, '?').removesuffix('.0')}" for point in charted.points)
    dashes = _("Dashes: median.") if clinic_forest.tells(charted) else ""
    read = clinic_forest.read_off(charted)
    return _Charted(clinic_forest.chart_title(charted), dashes, drawn, read, shown, "; ".join(told))


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_SIGNS else text[: MOST_SIGNS - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _completeness(review: ClinicReview) -> dict[str, Any]:
    def cells(label: str, counted: StageCounts) -> tuple[object, ...]:
        return label, counted.sessions, counted.due, counted.done, counted.in_window, counted.linkable

    months = [cells(_("all"), review.completeness.total)]
    return {
        "completeness_means": meaning(),
        "left_open": _left_open(review.completeness),
        "month_heads": [_("month"), _("held"), _("form due"), _("done"), _("in window"), _("linkable")],
        "months": months + [cells(month, each) for month, each in review.completeness.months.items()],
        "reasons": [(lack_words(reason), n) for reason, n in review.completeness.total.reasons.items()],
    }


def _left_open(counted: ClinicCompleteness) -> str:
    asked, keyed = counted.open_queries, counted.open_keyings
    told = (
        (
            asked,
            count("{n} question on a form is not answered yet.", "{n} questions on forms are not answered yet.", asked),
        ),
        (keyed, count("{n} form differs from its second keying.", "{n} forms differ from their second keying.", keyed)),
    )
    return " ".join(words for n, words in told if n)


def _scores(review: ClinicReview) -> dict[str, Any]:
    outcomes = review.outcomes
    return {
        "recalls": [_recall(each) for each in outcomes.recalls],
        "outcome_notes": [
            rule_words(),
            denominators_words(),
            _("Shares are told with Wilson's 95 % interval, in percent."),
            f"{rule_and_cut_words(outcomes.agreement, outcomes.cut)} {provisional_words()}",
            *outcome_words.beside_words(outcomes),
            words.nobody_compared(),
        ],
        "context_only": context_only(),
        "context": [outcome_words.published_line(each) for each in published()],
        "caterpillar": clinic_figures.caterpillar(outcomes.most.pairs, outcomes.used),
        "change_heads": [_("patient"), _("first"), _("last"), _("change"), _("days"), _("infusions between")],
        "changes": [
            (each.patient, each.first, each.last, signed(each.last - each.first), each.days, each.infusions)
            for each in outcomes.most.pairs
        ],
    }


def _recall(found: RecallOutcomes) -> dict[str, Any]:
    return {
        "heading": outcome_words.heading(found),
        "rows": [(row.label, row.starters, row.completers) for row in outcome_words.lines_of(found)]
        if found.pairs
        else [],
        "missing": outcome_words.missing_words(found),
        "days": outcome_words.days_words(found),
    }


def _patients(review: ClinicReview) -> dict[str, Any]:
    recall, used = review.outcomes.most.recall, review.outcomes.used
    names = [] if review.factors is None else [each.name for each in review.factors.declared][:3]
    courses = review.courses
    return {
        "spaghetti": clinic_figures.spaghetti(courses, recall, used),
        "medians": [(number, f"{middle:g}", n) for number, middle, n in median_by_infusion(courses, recall)],
        "multiples": [
            clinic_figures.small_multiples(part, names, used, n)
            for n, part in enumerate(_parts(courses, A_SHEET[0]), 1)
        ],
        "course_heads": [_("patient"), _("forms"), *names],
        "course_rows": [
            (each.code, _forms(each), *(" ".join(map(exposure_sign, each.had.get(name, ()))) for name in names))
            for each in courses
        ],
        "lanes": [clinic_figures.swim_lanes(part, n) for n, part in enumerate(_parts(courses, A_SHEET[1]), 1)],
        "lane_rows": [
            (
                each.code,
                _state(each.state),
                " ".join(map(str, each.sessions)),
                " ".join(str(form.day) for form in each.forms),
            )
            for each in courses
        ],
    }


def _parts(courses: Sequence[CourseLine], most: int) -> list[Sequence[CourseLine]]:
    return [courses[first : first + most] for first in range(0, len(courses), most)]


def _forms(each: CourseLine) -> str:
    told = (
        f"{number_or_unknown(form.day, 0)}{form.recall[0]}:{'?' if form.total is None else form.total}"
        for form in each.forms
    )
    return " ".join(told)


def _state(state: CourseState) -> str:
    return {
        CourseState.COMPLETED: _("finished"),
        CourseState.GOING_ON: _("no end known"),
        CourseState.LEFT: _("left, reason known"),
        CourseState.LEFT_UNSAID: _("left, no reason known"),
    }[state]


def _flow(review: ClinicReview) -> Iterator[str]:
    """From all patients to those whom each figure is made of."""
    total, most = review.completeness.total, review.outcomes.most
    whose = words.whose(all_simulated=review.simulated, left_out=review.left_out)
    if whose:
        yield whose
    yield _(
        "{patients} had an infusion that counts; rehearsals, void sessions, those with no infusion begun and withdrawn patients are none."
    ).format(patients=count("{n} patient", "{n} patients", len(review.courses)))
    yield _("{n} of them have a first and a last {recall} form: the course table, its figures.").format(
        n=len(most.pairs), recall=recall_words(most.recall)
    )
    yield _("{sessions} were held; {linkable} can be linked.").format(
        sessions=count("{n} session", "{n} sessions", total.sessions), linkable=total.linkable
    )
    if review.factors is not None:
        yield _("{n} linked sessions have scores of the one recall that is estimated from.").format(
            n=len(review.factors.shown.linked.at)
        )
