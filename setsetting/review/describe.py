"""From a patient's course to its review: dates, counts and sentences.

Descriptive only. Nothing is tested, ranked, advised or judged; where there are fewer than four
comparable forms, settings and changes are not put side by side.
"""

from collections.abc import Sequence

from setsetting.clinical import pcl5
from setsetting.clinical.course import Visit, filled_amid, form_words, infusions_in_recall
from setsetting.clinical.form import NoAnswer, Recall
from setsetting.clinical.infusion import minutes_run
from setsetting.clinical.mindset import ratings_words
from setsetting.clinical.scales import of_range
from setsetting.clinical.setting import TAPS, differences, respct_covered
from setsetting.clinical.thresholds import (
    PUBLISHED,
    ThresholdSet,
    change_words,
    clinically_significant,
    end_words,
    reduction_words,
)
from setsetting.review import words
from setsetting.review.completeness import completeness_of, merged, not_counted
from setsetting.review.course import (
    CourseForm,
    CourseGoal,
    CourseScale,
    CourseSession,
    FormBefore,
    PatientCourse,
)
from setsetting.review.days import Days
from setsetting.review.lanes import lanes_of
from setsetting.review.linking import (
    Linkage,
    LinkedSession,
    ScorePair,
    ScorePoint,
    SessionPoint,
    Window,
    comparable,
    link,
    reason_words,
    windows,
)
from setsetting.review.said import at_minute, form_before, mark_said, notes_of, session_before
from setsetting.review.view import BesideLine, FormLine, PatientReview, VisitLine, WindowLine
from setsetting.units import Minutes
from setsetting.words.numbers import minutes_number, number_or_unknown, signed
from setsetting.words.translate import _, count

FEWEST_POINTS = 4
"""Complete forms of one recall before a setting and a change stand side by side; this project's proposal."""


def review_of(course: PatientCourse, used: ThresholdSet = PUBLISHED) -> PatientReview:
    """Make the review of one course; the same course gives the same review."""
    days = Days(course)
    forms = sorted(course.forms, key=lambda each: (each.form.taken_ms, each.form_id))
    sessions = sorted(course.sessions, key=lambda each: (each.started_ms, each.visit_no, each.session_id))
    starts = [each.started_ms for each in sessions]
    scores = [_score_point(course.code, each, days) for each in forms]
    points = [
        SessionPoint(
            course.code,
            each.session_id,
            each.visit_no,
            each.started_ms,
            days.ordinal(each.started_ms),
            days.ordinal(each.over_ms),
        )
        for each in sessions
    ]
    visits = [Visit(each.started_ms, each.over_ms) for each in sessions]
    linkage = link(scores, points)
    gate = _gate(scores)
    by_id = {each.session_id: each for each in sessions}
    covered = [respct_covered(each.setting, each.taps) for each in sessions if each.setting is not None]
    return PatientReview(
        code=course.code,
        simulated=course.simulated,
        period=days.period([*(each.form.taken_ms for each in forms), *starts]),
        zone=course.zone,
        completeness=(*completeness_of(forms, sessions, linkage), *merged(course), *not_counted(course, days)),
        courses=tuple(_courses(scores, points, used)),
        forms=tuple(_form_line(each, forms, visits, days, used) for each in forms),
        visits=tuple(_visit_line(each, scores, linkage, days) for each in sessions),
        notes=tuple(note for each in sessions for note in notes_of(each, days)),
        goals=tuple(_goal_line(each, days) for each in course.goals),
        scales=tuple(_scale_line(each, days) for each in course.scales),
        lanes=lanes_of(sessions),
        sessions=len(sessions),
        linked=len(linkage.linked),
        unlinked=linkage.by_reason(),
        windows=tuple(_window_line(each, by_id, days, gate, used) for each in windows(scores, points)),
        beside=() if gate else tuple(_beside_line(each, by_id, days, used) for each in linkage.linked),
        gate=gate,
        respct=tuple(sorted(set().union(*covered))),
        thresholds=used,
        origin=course.origin,
    )


def _score_point(code: str, each: CourseForm, days: Days) -> ScorePoint:
    taken = each.form.taken_ms
    total = pcl5.score(each.form.items).total
    return ScorePoint(code, each.form_id, taken, days.ordinal(taken), each.form.recall, total)


def _gate(scores: Sequence[ScorePoint]) -> str | None:
    """Why settings and changes are not put side by side, or None when they are."""
    most = max(sum(each.total is not None and each.recall is recall for each in scores) for recall in Recall)
    if most >= FEWEST_POINTS:
        return None
    return _("{little}: {forms} of one recall, and at least {fewest} are needed.").format(
        little=words.too_little(),
        forms=count("{n} complete form", "{n} complete forms", most),
        fewest=FEWEST_POINTS,
    )


def _courses(scores: Sequence[ScorePoint], points: Sequence[SessionPoint], used: ThresholdSet) -> list[str]:
    """First and last complete form of each recall, the days and infusions between, and the words for the change."""
    lines: list[str] = []
    for recall in Recall:
        own = [each for each in comparable(scores, points) if each.recall is recall]
        if len(own) < 2:
            continue
        first, last = own[0], own[-1]
        change = last.points - first.points
        between = sum(first.at_ms <= each.at_ms < last.at_ms for each in points)
        line = _("{recall}: {first} to {last}, change {change} over {days}, {infusions}; {says}").format(
            recall=pcl5.recall_words(recall),
            first=first.points,
            last=last.points,
            change=signed(change),
            days=count("{n} day", "{n} days", last.day - first.day),
            infusions=count("{n} infusion between", "{n} infusions between", between),
            says=_change_words(ScorePair(first, last), used),
        )
        if clinically_significant(change, last.points, used):
            line += "; " + _("and {end} or less (Marx 2022: clinically significant change)").format(end=used.end_state)
        lines.append(f"{line}; {reduction_words(first.points, last.points, used)}")
    return lines


def _form_line(
    each: CourseForm, forms: Sequence[CourseForm], visits: Sequence[Visit], days: Days, used: ThresholdSet
) -> FormLine:
    form = each.form
    scored = pcl5.score(form.items)
    starts = [visit.started_ms for visit in visits]
    earlier = [start for start in starts if start < form.taken_ms]
    remarks = list(form_words(form, [other.form for other in forms], visits, days.zone))
    if each.corrections:
        remarks.append(count("corrected once", "corrected {n} times", each.corrections))
    if each.queries:
        remarks.append(words.open_queries(each.queries))
    if each.second is not None:
        remarks.append(words.keyed_twice(each.second))
    became: list[FormBefore | CourseForm] = [*each.changes[1:], each]
    remarks += [form_before(*step, days) for step in zip(each.changes, became, strict=False)]
    return FormLine(
        form_id=each.form_id,
        taken_ms=form.taken_ms,
        day=days.since_zero(form.taken_ms),
        taken=days.date(form.taken_ms) if each.dated_only else days.moment(form.taken_ms),
        recall=form.recall,
        answered=scored.answered,
        blank=form.items.count(NoAnswer.MISSING),
        declined=form.items.count(NoAnswer.DECLINED),
        total=scored.total,
        clusters=" ".join(f"{name}\N{NO-BREAK SPACE}{number_or_unknown(n, 0)}" for name, n in scored.clusters.items()),
        provisional=pcl5.provisional_text(scored.provisional),
        where="" if scored.total is None else end_words(scored.total, used),
        days_since_infusion=days.ordinal(form.taken_ms) - days.ordinal(max(earlier)) if earlier else None,
        infusions_in_recall=infusions_in_recall(form, starts, days.zone),
        amid=any(filled_amid(form, visit, days.zone) for visit in visits),
        remarks="; ".join(remark for remark in remarks if remark),
    )


def _goal_line(each: CourseGoal, days: Days) -> str:
    """A score of the patient's own goal, with its day and the words it was set in."""
    when = days.date(each.taken_ms) if each.dated_only else days.moment(each.taken_ms)
    goal = _("a goal whose words were taken back") if each.words is None else each.words
    return _("{when}: {score} of 10, {goal}").format(when=when, score=each.score, goal=goal)


def _scale_line(each: CourseScale, days: Days) -> str:
    """A total of another scale with its day and range, and no more."""
    when = days.date(each.taken_ms) if each.dated_only else days.moment(each.taken_ms)
    return f"{when}: {each.scale} {of_range(each.total, each.lowest, each.highest)}"


def _visit_line(each: CourseSession, scores: Sequence[ScorePoint], linkage: Linkage, days: Days) -> VisitLine:
    reason = next((un.reason for un in linkage.unlinked if un.session.session_id == each.session_id), None)
    before = [s for s in scores if s.at_ms <= each.started_ms and s.total is not None]
    remarks = []
    if each.entered_afterwards:
        remarks.append(_("entered afterwards"))
    if not each.closed:
        remarks.append(_("not closed"))
    if each.happened.stopped and minutes_run(each.actual or each.planned) < minutes_run(each.planned):
        remarks.append(_("infusion stopped early"))
    remarks += [session_before(change, days.zone) for change in each.corrected]
    return VisitLine(
        session_id=each.session_id,
        started_ms=each.started_ms,
        number=each.visit_no,
        day=days.since_zero(each.started_ms),
        date=days.moment(each.started_ms),
        minutes=words.minutes(each.planned, each.actual),
        room=words.room(each.room),
        music=words.music(each.playlist, external=each.happened.external),
        score_before=f"{before[-1].total} ({pcl5.recall_words(before[-1].recall)})" if before else _("none"),
        reason=reason,
        link=_("linked") if reason is None else reason_words(reason),
        mindset=_("not asked") if each.mindset is None else ratings_words(each.mindset),
        setting=setting_words(each),
        taps=taps_words(each),
        output=words.output(each.happened),
        loosened=tuple(rule.words for rule in each.happened.loosened),
        given_up=tuple(rule.words for rule in each.happened.given_up),
        acts=tuple(f"{at_minute(act.infusion_ms)}: {act.words}" for act in each.happened.acts),
        played=each.happened.played,
        marks=tuple(mark_said(mark) for mark in each.marks),
        note=each.note or "",
        remarks="; ".join(remarks),
    )


def _change(pair: ScorePair, days: Days, used: ThresholdSet) -> tuple[Recall, str, str, int, int, int, int, str]:
    """What a line of a change begins with, up to the words for it."""
    pre, post = pair.pre, pair.post
    dates = days.date(pre.at_ms), days.date(post.at_ms)
    return post.recall, *dates, pair.days, pre.points, post.points, pair.change, _change_words(pair, used)


def _change_words(pair: ScorePair, used: ThresholdSet) -> str:
    """What a change of that size is called, and that both forms ask about some of the same days."""
    called = change_words(pair.change, used)
    if not pair.overlap:
        return called
    return f"{called}; " + (_("weeks overlap") if pair.post.recall is Recall.WEEK else _("months overlap"))


def _window_line(
    window: Window, by_id: dict[str, CourseSession], days: Days, gate: str | None, used: ThresholdSet
) -> WindowLine:
    inside = [by_id[point.session_id] for point in window.sessions]
    setting = words.too_little() if gate else _window_setting(inside)
    return WindowLine(*_change(window, days, used), setting, len(inside))


def _window_setting(inside: Sequence[CourseSession]) -> str:
    """The settings of a window as counts and infusion minutes, never put down to one session."""
    if not inside:
        return _("no infusion")
    tally: dict[str, tuple[int, float]] = {}
    for each in inside:
        minutes = minutes_run(each.actual or each.planned)
        for said in _otherwise(each) or [_unchanged(each, _("as usual"))]:
            n, total = tally.get(said, (0, 0.0))
            tally[said] = (n + 1, total + minutes)
    return "; ".join(
        _("{said}: {n}\N{MULTIPLICATION SIGN}, {minutes} min").format(
            said=said, n=n, minutes=minutes_number(Minutes(minutes))
        )
        for said, (n, minutes) in sorted(tally.items())
    )


def _beside_line(each: LinkedSession, by_id: dict[str, CourseSession], days: Days, used: ThresholdSet) -> BesideLine:
    setting = setting_words(by_id[each.session.session_id])
    return BesideLine(*_change(each, days, used), setting, each.session.number)


def _otherwise(each: CourseSession) -> list[str]:
    if each.setting is None:
        return []
    return [
        f"{difference.field.label.casefold()}: {difference.now}"
        + (_(" (by the program)") if difference.field.name in each.by_program else "")
        for difference in differences(each.setting, each.usual)
    ]


def taps_words(each: CourseSession) -> str:
    """The patient's taps, those that were not asked too."""
    return ", ".join(f"{tap.label.casefold()} {each.taps.get(tap.name, _('not asked'))}" for tap in TAPS)


def _unchanged(each: CourseSession, as_usual: str) -> str:
    """What is said where nothing is known to have been otherwise."""
    if each.setting is None:
        return _("setting not logged")
    return as_usual if each.setting.values else _("nothing said of the setting")


def setting_words(each: CourseSession) -> str:
    """What was otherwise than usual in that room."""
    return "; ".join(_otherwise(each)) or _unchanged(each, _("as usual in this room"))
