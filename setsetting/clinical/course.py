"""A patient's course: infusion visits numbered in order, and which PCL-5 form is due, in plain words.

The windows of a link (14 days before, 21 after) are this project's proposal. The forms follow the
practice of the CPT manual, handout 3.1 (past-month before the first session, past-week at later ones), and one
past-week form before the first infusion too, since only equal recalls can be compared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from setsetting.clinical.form import Form, Recall
from setsetting.units import Milliseconds
from setsetting.words.translate import _, count

PRE_WINDOW_DAYS = 14
POST_WINDOW_DAYS = 21
RECALL_DAYS = {Recall.WEEK: 7, Recall.MONTH: 30}
BASELINE_DAYS = 30
"""A past-month form older than its own recall no longer describes the start of a course."""
DAY_MS = Milliseconds(24 * 60 * 60 * 1000)


@dataclass(frozen=True, slots=True)
class DueForm:
    """A form that should be asked for, and why, in words."""

    recall: Recall
    because: str


def next_visit_no(earlier_starts: Iterable[Milliseconds]) -> int:
    """The number of the next infusion visit in this course, from 1."""
    return len(list(earlier_starts)) + 1


def visit_no(started_ms: Milliseconds, all_starts: Iterable[Milliseconds]) -> int:
    """The number of an infusion visit among all of the course, in order of time."""
    return sum(other < started_ms for other in all_starts) + 1


def infusions_in_recall(form: Form, starts: Iterable[Milliseconds]) -> int:
    """How many infusions fall into the time a form asks about."""
    since = form.taken_ms - RECALL_DAYS[form.recall] * DAY_MS
    return sum(since < start < form.taken_ms for start in starts)


def overlap_words(form: Form, starts: Sequence[Milliseconds]) -> str | None:
    """A sentence when a past-month form reaches back before the first infusion, else None."""
    if form.recall is not Recall.MONTH or not starts:
        return None
    since_first = form.taken_ms - min(starts)
    if 0 < since_first < RECALL_DAYS[Recall.MONTH] * DAY_MS:
        return _("its past month overlaps the time before the first infusion")
    return None


def due_forms(forms: Sequence[Form], starts: Sequence[Milliseconds], now_ms: Milliseconds) -> tuple[DueForm, ...]:
    """The forms that are due now: before the first infusion, and after each before the next."""
    held = [start for start in starts if start <= now_ms]
    usable = [form for form in forms if form.complete and form.taken_ms <= now_ms]
    due: list[DueForm] = []
    if not held:
        if not _any_since(usable, Recall.MONTH, now_ms - BASELINE_DAYS * DAY_MS):
            due.append(DueForm(Recall.MONTH, _("past-month form due as the baseline, before infusion 1")))
        if not _any_since(usable, Recall.WEEK, now_ms - PRE_WINDOW_DAYS * DAY_MS):
            due.append(DueForm(Recall.WEEK, _("past-week form due before infusion 1, for comparison with later ones")))
        return tuple(due)
    last = max(held)
    if _any_since(usable, Recall.WEEK, last + Milliseconds(1)):
        return ()
    left = POST_WINDOW_DAYS - (now_ms - last) // DAY_MS
    when = _("none complete since infusion {n}").format(n=len(held))
    if left >= 0:
        rest = count("{n} day left to link it", "{n} days left to link it", left)
    else:
        rest = _("more than {days} days ago, so infusion {n} stays unlinked").format(days=POST_WINDOW_DAYS, n=len(held))
    return (DueForm(Recall.WEEK, _("past-week form due: {when}; {rest}").format(when=when, rest=rest)),)


def _any_since(forms: Iterable[Form], recall: Recall, since_ms: Milliseconds) -> bool:
    return any(form.recall is recall and form.taken_ms >= since_ms for form in forms)
