"""What a review counts, what stands in the record and in none of its numbers, and why."""

from collections.abc import Sequence

from setsetting.clinical import pcl5
from setsetting.clinical.form import Recall
from setsetting.review import words
from setsetting.review.course import CourseForm, CourseSession, PatientCourse
from setsetting.review.days import Days
from setsetting.review.linking import Linkage, reason_words
from setsetting.review.said import session_before
from setsetting.words.plain import one_line
from setsetting.words.translate import _, count


def completeness_of(forms: Sequence[CourseForm], sessions: Sequence[CourseSession], linkage: Linkage) -> list[str]:
    whole = [each for each in forms if each.form.complete]
    by_recall = ", ".join(
        f"{pcl5.recall_words(recall)} {sum(each.form.recall is recall for each in whole)}" for recall in Recall
    )
    lines = [
        count("{n} session held", "{n} sessions held", len(sessions))
        + _("; setting logged in {logged}, closed {closed}, entered afterwards {paper}").format(
            logged=sum(each.setting is not None for each in sessions),
            closed=sum(each.closed for each in sessions),
            paper=sum(each.entered_afterwards for each in sessions),
        )
        if sessions
        else _("no session that counts was held"),
        count("{n} form", "{n} forms", len(forms))
        + _("; {whole} complete ({by_recall}), {partial} with missing items and so without a total").format(
            whole=len(whole), by_recall=by_recall, partial=len(forms) - len(whole)
        )
        if forms
        else _("no form that counts"),
    ]
    if linkage.sessions:
        lines.append(
            _("{linked} of {sessions} linked to the scores around them").format(
                linked=len(linkage.linked), sessions=count("{n} session", "{n} sessions", linkage.sessions)
            )
        )
    differ = sum(each.second is not None and each.second.open for each in forms)
    lines += words.left_open(sum(each.queries for each in forms), differ)
    for reason, n in linkage.by_reason():
        lines.append(_("{n} not linked: {why}").format(n=n, why=reason_words(reason)))
    return lines


def merged(course: PatientCourse) -> list[str]:
    """That what stands here was told of several patients, each merge with why."""
    return [_("two patients made one; {why}").format(why=words.corrected(why)) for why in course.merged]


def not_counted(course: PatientCourse, days: Days) -> list[str]:
    """What stands in the record and in no number above, each with why."""
    return (
        [
            _("not counted: the session of {when}: {what}").format(
                when=days.moment(each.started_ms),
                what="; ".join(
                    (
                        words.aside(each.why),
                        *(session_before(change, days.zone) for change in each.corrected),
                    )
                ),
            )
            for each in sorted(course.set_aside, key=lambda each: each.started_ms)
        ]
        + [
            _("not counted: the form of {when} ({recall}): withdrawn; {why}").format(
                recall=pcl5.recall_words(each.form.recall), when=days.date(each.form.taken_ms), why=words.corrected(why)
            )
            for each, why in course.withdrawn
        ]
        + [
            said.format(when=day(at_ms), why=one_line(why))
            for said, day, moved in (
                (_("session of {when} moved to another patient's record: {why}"), days.moment, course.moved_away),
                (_("form of {when} moved to another patient's record: {why}"), days.date, course.forms_moved_away),
            )
            for at_ms, why in moved
        ]
    )
