"""Of the sessions held, how many had a form due, done, in its window, and can be linked: by month and by reason.

Each count is a part of the one before it. A form is due once a day has begun after a session ended, while no other
infusion followed on the same day; it is done by a complete form from that day on and before the next infusion, in
window within the days of a link (`clinical.course`), and linkable by the rule of `linking`. Only counts, no score.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from setsetting.clinical.course import POST_WINDOW_DAYS
from setsetting.review.linking import ScorePoint, SessionPoint, UnlinkedReason, link, reason_words
from setsetting.words.translate import _


class FormStage(IntEnum):
    """How far a session came."""

    HELD = 0
    DUE = 1
    DONE = 2
    IN_WINDOW = 3
    LINKABLE = 4


class NotDue(StrEnum):
    """Why no form is due after a session."""

    NOT_YET = "form not due yet"
    NO_DAY = "no day before the next infusion"


@dataclass(frozen=True, slots=True)
class StageCounts:
    """How many sessions came to each stage; `reasons` say why the others cannot be linked, and add up to them."""

    sessions: int
    due: int
    done: int
    in_window: int
    linkable: int
    reasons: Mapping[UnlinkedReason | NotDue, int]


@dataclass(frozen=True, slots=True)
class ClinicCompleteness:
    """All sessions, and those of each month in which one was held, by the month as 2026-11."""

    total: StageCounts
    months: Mapping[str, StageCounts]
    behind: Mapping[UnlinkedReason | NotDue | None, int]
    """How many patients stand behind the sessions of a reason, and behind those that are linkable (None)."""
    open_queries: int = 0
    """Questions on forms of these patients that nobody has answered yet."""
    open_keyings: int = 0
    """Forms of theirs whose second keying differs and which nobody has settled yet."""


def lack_words(reason: UnlinkedReason | NotDue) -> str:
    """Why a session cannot be linked, as a reader understands it."""
    if isinstance(reason, UnlinkedReason):
        return reason_words(reason)
    return {
        NotDue.NOT_YET: _("its form is not due yet"),
        NotDue.NO_DAY: _("another infusion began before its form was due"),
    }[reason]


def meaning() -> str:
    """What the stages of completeness mean."""
    return _(
        "Due: a day has begun since the session, and no other infusion before it. Done: by a complete form from that day "
        "on and before the next infusion. In window: within {days} days of the session. Linkable: alone between two "
        "comparable scores. Each is a part of the one before it."
    ).format(days=POST_WINDOW_DAYS)


def clinic_completeness(
    scores: Sequence[ScorePoint], sessions: Sequence[SessionPoint], today: int
) -> ClinicCompleteness:
    """Count sessions of any number of patients; days count as in `SessionPoint`, `today` is one of them."""
    reasons = {each.session.session_id: each.reason for each in link(scores, sessions).unlinked}
    forms, held = defaultdict[str, list[ScorePoint]](list), defaultdict[str, list[SessionPoint]](list)
    for score in scores:
        forms[score.patient].append(score)
    for session in sorted(sessions, key=lambda each: (each.at_ms, each.number, each.session_id)):
        held[session.patient].append(session)
    found: list[tuple[str, FormStage, UnlinkedReason | NotDue | None]] = []
    behind = defaultdict[UnlinkedReason | NotDue | None, set[str]](set)
    for patient, own in held.items():
        for session, following in zip(own, [*own[1:], None], strict=True):
            stage, reason = _stage(session, following, forms[patient], today, reasons.get(session.session_id))
            behind[reason].add(patient)
            found.append((f"{date.fromordinal(session.day):%Y-%m}", stage, reason))
    months = sorted({month for month, _of, _reason in found})
    by_month = {name: [(stage, reason) for month, stage, reason in found if month == name] for name in months}
    return ClinicCompleteness(
        _counted((stage, reason) for _month, stage, reason in found),
        {month: _counted(own) for month, own in by_month.items()},
        {reason: len(patients) for reason, patients in behind.items()},
    )


def _stage(
    session: SessionPoint,
    following: SessionPoint | None,
    forms: Iterable[ScorePoint],
    today: int,
    unlinked: UnlinkedReason | None,
) -> tuple[FormStage, UnlinkedReason | NotDue | None]:
    """How far a session came, and why not further; nothing for one that is linkable."""
    if unlinked is None:
        return FormStage.LINKABLE, None
    last = session.day if session.last_day is None else session.last_day
    if following is not None and following.day <= last:
        return FormStage.HELD, NotDue.NO_DAY
    if today <= last:
        return FormStage.HELD, NotDue.NOT_YET
    done = [
        form.day
        for form in forms
        if form.total is not None and session.before(form) and (following is None or form.at_ms <= following.at_ms)
    ]
    if not done:
        return FormStage.DUE, unlinked
    return FormStage.IN_WINDOW if min(done) - session.day <= POST_WINDOW_DAYS else FormStage.DONE, unlinked


def _counted(found: Iterable[tuple[FormStage, UnlinkedReason | NotDue | None]]) -> StageCounts:
    told = list(found)
    reasons = Counter(reason for _of, reason in told if reason is not None)
    sessions, due, done, in_window, linkable = (sum(stage >= least for stage, _reason in told) for least in FormStage)
    ordered = [reason for reason in (*NotDue, *UnlinkedReason) if reason in reasons]
    return StageCounts(sessions, due, done, in_window, linkable, {reason: reasons[reason] for reason in ordered})
