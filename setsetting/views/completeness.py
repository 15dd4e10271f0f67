"""How complete the clinic's record is, as data and in words: counts, by month and by reason."""

from typing import TYPE_CHECKING, Any

from setsetting.review import words
from setsetting.review.clinic_completeness import lack_words, meaning
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.review.clinic_completeness import ClinicCompleteness, StageCounts


def as_data(counted: "ClinicCompleteness") -> dict[str, Any]:
    return {
        "total": counts_as_data(counted.total),
        "months": [{"month": month, **counts_as_data(each)} for month, each in counted.months.items()],
        "open_queries": counted.open_queries,
        "open_keyings": counted.open_keyings,
    }


def counts_as_data(counted: "StageCounts") -> dict[str, Any]:
    return {
        "sessions": counted.sessions,
        "due": counted.due,
        "done": counted.done,
        "in_window": counted.in_window,
        "linkable": counted.linkable,
        "reasons": {str(reason): n for reason, n in counted.reasons.items()},
    }


def in_words(counted: "ClinicCompleteness") -> list[str]:
    """All of it, the whole first; then what each count means."""
    lines = [words.internal_review(), line(counted.total), *(f"  {said}" for said in whole(counted))]
    for month, each in counted.months.items():
        lines += [f"{month}  {stages(each)}", *(f"  {said}" for said in lacks(each))]
    return [*lines, meaning()]


def whole(counted: "ClinicCompleteness") -> list[str]:
    """What is lacking in all: why sessions cannot be linked, and what nobody has answered or settled yet."""
    return [*lacks(counted.total), *words.left_open(counted.open_queries, counted.open_keyings)]


def line(counted: "StageCounts") -> str:
    """One line, which stands above whatever is made of these sessions."""
    held = count("{n} session held", "{n} sessions held", counted.sessions)
    return f"{held}: {stages(counted)}" if counted.sessions else held


def stages(counted: "StageCounts") -> str:
    return _("forms due {due} of {sessions}, done {done}, in window {in_window}, linkable {linkable}").format(
        due=counted.due,
        sessions=counted.sessions,
        done=counted.done,
        in_window=counted.in_window,
        linkable=counted.linkable,
    )


def lacks(counted: "StageCounts") -> list[str]:
    """Why sessions cannot be linked, the reasons with how many each."""
    return [_("{n} not linkable: {why}").format(n=n, why=lack_words(reason)) for reason, n in counted.reasons.items()]
