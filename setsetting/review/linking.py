"""Which session lies alone between which two PCL-5 scores, and why the others don't.

A session is linked to its pre-score (the last at or before its start, within 14 days) and its
post-score (the first on a later day than it ended, within 21 days) when no other infusion of that patient
lies between them. Both scores have the same recall; two past-month scores must lie a month apart, or they would
overlap. An incomplete form is no score. Everything else is unlinked and counted by its reason. Takes
plain rows and returns plain rows; estimates nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from setsetting.clinical.course import POST_WINDOW_DAYS, PRE_WINDOW_DAYS, is_post_score, share_days
from setsetting.clinical.form import Recall
from setsetting.units import Milliseconds
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class ScorePoint:
    """One form of one patient; `day` counts calendar days where it was taken, `total` is None when incomplete.

    A form dated without a time carries the first instant of its day, and so comes before that day's session.
    """

    patient: str
    form_id: str
    at_ms: Milliseconds
    day: int
    recall: Recall
    total: int | None

    @property
    def points(self) -> int:
        """The total of a complete form; links and windows stand between such only."""
        assert self.total is not None
        return self.total


@dataclass(frozen=True, slots=True)
class SessionPoint:
    """One infusion session of one patient; `last_day` is the day on which it ended, None for the day it began."""

    patient: str
    session_id: str
    number: int
    at_ms: Milliseconds
    day: int
    last_day: int | None = None

    def before(self, score: ScorePoint) -> bool:
        """Whether a score tells of the time after this session: filled on a later day than it ended."""
        return is_post_score(score.day, self.day if self.last_day is None else self.last_day)

    def amid(self, score: ScorePoint) -> bool:
        """Whether a score was filled during this session or later on its day: neither before nor after it."""
        return score.at_ms > self.at_ms and not self.before(score)


class UnlinkedReason(StrEnum):
    """Why a session is not linked."""

    NO_PRE = "no pre-score"
    NO_POST = "no post-score"
    SHARED = "shared interval"
    PRE_TOO_OLD = "pre-score out of window"
    POST_TOO_LATE = "post-score out of window"
    RECALL_MIXED = "recall mixed"
    MONTH_OVERLAPS = "past-month scores overlap"
    INCOMPLETE = "incomplete form"
    OTHER_RECALL = "other recall"
    """Linked, where a whole clinic is estimated from the scores of the other recall."""


@dataclass(frozen=True, slots=True)
class ScorePair:
    """Two scores of one patient, one after the other."""

    pre: ScorePoint
    post: ScorePoint

    @property
    def change(self) -> int:
        """Post minus pre; a fall is negative."""
        return self.post.points - self.pre.points

    @property
    def days(self) -> int:
        return self.post.day - self.pre.day

    @property
    def overlap(self) -> bool:
        """Whether both ask about some of the same days."""
        return share_days(self.post.recall, self.pre.day, self.post.day)


@dataclass(frozen=True, slots=True)
class LinkedSession(ScorePair):
    """A session alone between two comparable scores."""

    session: SessionPoint


@dataclass(frozen=True, slots=True)
class UnlinkedSession:
    session: SessionPoint
    reason: UnlinkedReason


@dataclass(frozen=True, slots=True)
class Linkage:
    """Every session exactly once, in the order of patient and time."""

    linked: tuple[LinkedSession, ...]
    unlinked: tuple[UnlinkedSession, ...]

    @property
    def sessions(self) -> int:
        return len(self.linked) + len(self.unlinked)

    def by_reason(self) -> tuple[tuple[UnlinkedReason, int], ...]:
        """How many are unlinked for each reason that occurs, in the order of the reasons."""
        reasons = [each.reason for each in self.unlinked]
        return tuple((reason, reasons.count(reason)) for reason in UnlinkedReason if reason in reasons)


@dataclass(frozen=True, slots=True)
class Window(ScorePair):
    """The time between two neighbouring complete forms of one recall, and the sessions in it.

    Settings are attributed to the window, not to one of its sessions.
    """

    sessions: tuple[SessionPoint, ...]


def reason_words(reason: UnlinkedReason) -> str:
    """The reason as a reader understands it."""
    return {
        UnlinkedReason.NO_PRE: _("no score before the session"),
        UnlinkedReason.NO_POST: _("no score after the session"),
        UnlinkedReason.SHARED: _("shared interval: another infusion between the two scores"),
        UnlinkedReason.PRE_TOO_OLD: _("score before it is more than {n} days old").format(n=PRE_WINDOW_DAYS),
        UnlinkedReason.POST_TOO_LATE: _("score after it came more than {n} days later").format(n=POST_WINDOW_DAYS),
        UnlinkedReason.RECALL_MIXED: _("one past-week and one past-month score"),
        UnlinkedReason.MONTH_OVERLAPS: _("past-month scores less than a month apart"),
        UnlinkedReason.INCOMPLETE: _("an incomplete form stands where a score is needed"),
        UnlinkedReason.OTHER_RECALL: _("linked by scores of the other recall, which is never mixed in"),
    }[reason]


def rule_words() -> str:
    """The rule of linking, as a report states it."""
    return _(
        "A session is linked when the last score at or before it (within {pre} days) and the first score on a later "
        "day (within {post} days) have the same recall and no other infusion lies between them. A form dated without "
        "a time counts as before that day's session; one filled during a session or later that day is no score after it."
    ).format(pre=PRE_WINDOW_DAYS, post=POST_WINDOW_DAYS)


def link(scores: Iterable[ScorePoint], sessions: Iterable[SessionPoint]) -> Linkage:
    """Link every session or say why not."""
    forms: dict[str, list[ScorePoint]] = defaultdict(list)
    held: dict[str, list[SessionPoint]] = defaultdict(list)
    for score in sorted(scores, key=lambda score: (score.at_ms, score.form_id)):
        forms[score.patient].append(score)
    for session in sorted(sessions, key=lambda session: (session.at_ms, session.number, session.session_id)):
        held[session.patient].append(session)
    linked: list[LinkedSession] = []
    unlinked: list[UnlinkedSession] = []
    for patient in sorted(held):
        complete = [form for form in forms[patient] if form.total is not None]
        alike = [(recall, [form for form in complete if form.recall is recall]) for recall in Recall]
        for session in held[patient]:
            found = _link_one(session, alike, complete, forms[patient], held[patient])
            if isinstance(found, UnlinkedReason):
                unlinked.append(UnlinkedSession(session, found))
            else:
                linked.append(found)
    return Linkage(tuple(linked), tuple(unlinked))


def windows(scores: Iterable[ScorePoint], sessions: Sequence[SessionPoint]) -> tuple[Window, ...]:
    """One patient's windows: past-week and past-month forms apart, each between neighbours, by their end.

    No window begins or ends with a score filled amid a session: it is neither before nor after it.
    """
    found: list[Window] = []
    ordered = sorted(scores, key=lambda score: (score.at_ms, score.form_id))
    for recall in Recall:
        own = [score for score in comparable(ordered, sessions) if score.recall is recall]
        found += [
            Window(before, after, tuple(s for s in sessions if before.at_ms <= s.at_ms < after.at_ms))
            for before, after in pairwise(own)
        ]
    return tuple(sorted(found, key=lambda window: (window.post.at_ms, window.pre.at_ms, window.post.form_id)))


def comparable(scores: Iterable[ScorePoint], sessions: Sequence[SessionPoint]) -> list[ScorePoint]:
    """The complete forms that were not filled amid a session."""
    return [score for score in scores if score.total is not None and not any(each.amid(score) for each in sessions)]


def _link_one(
    session: SessionPoint,
    alike: Iterable[tuple[Recall, Sequence[ScorePoint]]],
    complete: Sequence[ScorePoint],
    forms: Sequence[ScorePoint],
    held: Sequence[SessionPoint],
) -> LinkedSession | UnlinkedReason:
    for recall, own in alike:
        found = _between(session, own, held)
        if isinstance(found, LinkedSession) and not (recall is Recall.MONTH and found.overlap):
            return found
    anyhow = _between(session, complete, held)
    if isinstance(anyhow, LinkedSession):
        return UnlinkedReason.MONTH_OVERLAPS if anyhow.pre.recall is anyhow.post.recall else UnlinkedReason.RECALL_MIXED
    if isinstance(_between(session, forms, held), LinkedSession):
        return UnlinkedReason.INCOMPLETE
    return anyhow


def _between(
    session: SessionPoint, forms: Sequence[ScorePoint], held: Sequence[SessionPoint]
) -> LinkedSession | UnlinkedReason:
    """The two scores around a session, whatever their recall, or what is wrong with them."""
    pre = next((form for form in reversed(forms) if form.at_ms <= session.at_ms), None)
    if pre is None:
        return UnlinkedReason.NO_PRE
    post = next((form for form in forms if session.before(form)), None)
    if post is None:
        return UnlinkedReason.NO_POST
    if any(other is not session and pre.at_ms <= other.at_ms < post.at_ms for other in held):
        return UnlinkedReason.SHARED
    if session.day - pre.day > PRE_WINDOW_DAYS:
        return UnlinkedReason.PRE_TOO_OLD
    if post.day - session.day > POST_WINDOW_DAYS:
        return UnlinkedReason.POST_TOO_LATE
    return LinkedSession(pre, post, session)
