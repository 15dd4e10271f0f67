"""PCL-5 forms and their scores as data and in words; what is not known is None, never 0."""

from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from setsetting.clinical.form import Form, Item, NoAnswer
from setsetting.clinical.pcl5 import (
    ITEM_COUNT,
    ITEMS,
    Score,
    provisional_text,
    provisional_words,
    recall_words,
    unanswered_words,
)
from setsetting.clinical.thresholds import PUBLISHED, ThresholdSet, end_words
from setsetting.review import words as correction_words
from setsetting.views.correction import made_words
from setsetting.words.numbers import day_text, local_text, number_or_unknown, utc_text
from setsetting.words.plain import one_line
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.drafts import BegunForm
    from setsetting.desk.forms import ChangedForm, ScoredForm
    from setsetting.record.query_rows import QueryRow


def as_data(row: "ScoredForm") -> dict[str, Any]:
    """A form as it stands; its items as they are stored, `-` blank and `d` declined."""
    return {
        "id": row.form_id,
        "taken": utc_text(row.form.taken_ms),
        "dated_only": row.dated_only,
        "recall": str(row.form.recall),
        **score_as_data(row.scored),
        "items": _items(row.form),
        "corrections": row.corrections,
        "simulated": row.simulated,
        "by_patient": row.by_patient,
        "patient": row.code,
        "withdrawn": row.withdrawn,
        "patient_withdrawn": row.patient_withdrawn,
        "event_id": row.event_id,
        "remarks": list(row.remarks),
        "changes": [_change_as_data(each) for each in row.changes],
        "queries": [_query_as_data(each) for each in row.queries],
        "second": _second_as_data(row),
    }


def _change_as_data(change: "ChangedForm") -> dict[str, Any]:
    """A correction of a form with what it said before; of a withdrawal, what was withdrawn."""
    return {
        "event_id": change.event_id,
        "withdrew": change.withdrew,
        "reason": change.reason,
        "at": utc_text(change.at_utc_ms),
        "actor": change.actor,
        "before": {
            "patient": change.code,
            "taken": utc_text(change.before.taken_ms),
            "dated_only": change.dated_only,
            "recall": str(change.before.recall),
            "items": _items(change.before),
        },
    }


def _second_as_data(row: "ScoredForm") -> dict[str, Any] | None:
    """A form's second keying, and where it differs; null where it was keyed once."""
    if row.keyed is None or row.second is None:
        return None
    return {
        "event_id": row.keyed.event_id,
        "at": utc_text(row.keyed.at_utc_ms),
        "actor": row.keyed.actor,
        "differing": [
            {"item": number, "first": _item(first), "second": _item(second)}
            for number, first, second in row.second.differing
        ],
        "upheld": row.second.upheld,
    }


def _query_as_data(query: "QueryRow") -> dict[str, Any]:
    """A question on a form; its answer is null while it is open."""
    answer = query.answer
    return {
        "event_id": query.event_id,
        "question": query.question,
        "at": utc_text(query.at_utc_ms),
        "actor": query.actor,
        "answer": None
        if answer is None
        else {
            "event_id": answer.event_id,
            "words": answer.reason,
            "at": utc_text(answer.at_utc_ms),
            "actor": answer.actor,
        },
    }


def _items(form: Form) -> list[int | str]:
    return [_item(item) for item in form.items]


def _item(item: Item) -> int | str:
    return item if isinstance(item, int) else str(item)


def score_as_data(scored: Score) -> dict[str, Any]:
    return {
        "items": [None if isinstance(item, NoAnswer) else item for item in scored.items],
        "answered": scored.answered,
        "total": scored.total,
        "clusters": dict(scored.clusters),
        "provisional": scored.provisional,
    }


def score_in_words(scored: Score, used: ThresholdSet = PUBLISHED) -> list[str]:
    """The score as lines: total, clusters, the provisional rule and, apart from it, the cut-points."""
    if scored.total is None:
        lines = [_("no total: incomplete ({k}/{n})").format(k=scored.answered, n=ITEM_COUNT)]
    else:
        lines = [_("total {total} of 80: {where}").format(total=scored.total, where=end_words(scored.total, used))]
    known = [f"{name} {number_or_unknown(value, 0)}" for name, value in scored.clusters.items()]
    lines.append(_("clusters: {clusters}").format(clusters=", ".join(known)))
    lines.append(_("provisional rule: {met}").format(met=provisional_text(scored.provisional)))
    return [*lines, provisional_words(), _("thresholds: {label}").format(label=used.label)]


def columns(zone: ZoneInfo) -> Mapping[str, Callable[["ScoredForm"], str]]:
    """What a list shows, under each heading, by the clinic's clock."""
    return {
        _("id"): lambda row: row.form_id,
        _("taken"): lambda row: taken_words(row, zone),
        _("recall"): lambda row: str(row.form.recall),
        _("answered"): lambda row: f"{row.scored.answered}/20",
        _("total"): lambda row: "-" if row.scored.total is None else str(row.scored.total),
        _("corrected"): lambda row: str(row.corrections or ""),
        _("remarks"): lambda row: "; ".join(beside_words(row) if row.withdrawn is None else (_("withdrawn"),)),
    }


def queried_columns(zone: ZoneInfo) -> Mapping[str, Callable[["ScoredForm"], str]]:
    """What a list of forms with open questions, or an open second keying, shows under each heading."""
    return {
        _("patient"): lambda row: row.code,
        _("id"): lambda row: row.form_id[:8],
        _("taken"): lambda row: taken_words(row, zone),
        _("recall"): lambda row: str(row.form.recall),
        _("open"): lambda row: "; ".join(
            (*(one_line(each.question) for each in row.open_queries), *open_keying_words(row))
        ),
    }


def open_keying_words(row: "ScoredForm") -> tuple[str, ...]:
    """In which items a second keying differs that nobody has settled."""
    return () if row.second is None or not row.second.open else (correction_words.keyed_twice(row.second),)


def beside_words(row: "ScoredForm") -> tuple[str, ...]:
    """What is known beside a form: the questions that are open on it, when it was filled and what its recall holds."""
    asked = [_("query: {question}").format(question=one_line(each.question)) for each in row.open_queries]
    twice = () if row.second is None else (correction_words.keyed_twice(row.second),)
    return (*asked, *twice, *own_words(row), *row.remarks)


def own_words(row: "ScoredForm") -> tuple[str, ...]:
    """That the patient entered the form; nothing of one that somebody else did."""
    return (_("entered by the patient"),) if row.by_patient else ()


def taken_words(row: "ScoredForm", zone: ZoneInfo) -> str:
    """When a form was taken, on the clinic's clock."""
    return (day_text if row.dated_only else local_text)(row.form.taken_ms, zone)


def in_words(row: "ScoredForm", zone: ZoneInfo) -> list[str]:
    """A form item by item, with what was answered, and its score."""
    head = (row.code, _("past-{recall} form").format(recall=row.form.recall), taken_words(row, zone))
    lines = [" · ".join(head), *_gone_words(row), *own_words(row), *row.remarks]
    lines += changes_in_words(row, zone)
    lines += [*queries_in_words(row, zone), *second_in_words(row, zone)]
    for number, (words, item) in enumerate(zip(ITEMS, row.form.items, strict=True), 1):
        lines.append(f"{number:2}. {_said(item)}  {words}")
    return [*lines, *score_in_words(row.scored)]


def _gone_words(row: "ScoredForm") -> tuple[str, ...]:
    """That the patient of a form was withdrawn, and why."""
    if row.patient_withdrawn is None:
        return ()
    said = _("the patient is withdrawn, and no list or count has this form: {why}")
    return (said.format(why=one_line(row.patient_withdrawn)),)


def changes_in_words(row: "ScoredForm", zone: ZoneInfo) -> list[str]:
    """What was corrected in a form: why, when and by whom, and what it said before."""
    lines = []
    for change, after in zip_longest(row.changes, row.changes[1:]):
        why = _("withdrawn: {why}") if change.withdrew else correction_words.corrected("{why}")
        said = (
            why.format(why=one_line(change.reason))
            + " "
            + correction_words.when_and_who(change.at_utc_ms, change.actor, zone)
        )
        now = (row.code, row.form, row.dated_only) if after is None else (after.code, after.before, after.dated_only)
        was = [] if change.withdrew else list(_was(change, *now, zone))
        lines.append(said + (" " + _("was: {was}").format(was=", ".join(was)) if was else ""))
    return lines


def queries_in_words(row: "ScoredForm", zone: ZoneInfo, *, by_id: bool = True) -> list[str]:
    """The questions on a form, each with what closed it; `by_id` for whoever names one."""
    lines = []
    for each in row.queries:
        name = f" {each.event_id[:8]}" if by_id else ""
        asked = correction_words.when_and_who(each.at_utc_ms, each.actor, zone)
        lines.append(_("query{name}: {question}").format(name=name, question=one_line(each.question)) + f" {asked}")
        if each.answer is None:
            lines[-1] += " " + _("open")
        else:
            told = correction_words.when_and_who(each.answer.at_utc_ms, each.answer.actor, zone)
            lines.append(_("  answered: {words}").format(words=one_line(each.answer.reason)) + f" {told}")
    return lines


def second_in_words(row: "ScoredForm", zone: ZoneInfo) -> list[str]:
    """Whether a form was keyed twice, and each item whose answers differ."""
    if row.keyed is None or row.second is None:
        return []
    when = correction_words.when_and_who(row.keyed.at_utc_ms, row.keyed.actor, zone)
    return [f"{correction_words.keyed_twice(row.second)} {when}", *differing_in_words(row)]


def differing_in_words(row: "ScoredForm") -> list[str]:
    """Both answers of each item in which two keyings differ."""
    words = _("item {number}: {first}, the second time {second}")
    return [
        words.format(number=number, first=_said(first), second=_said(second))
        for number, first, second in (() if row.second is None else row.second.differing)
    ]


def keyed_again_words(row: "ScoredForm") -> str:
    """What a second keying came to, and how a difference is settled."""
    if row.second is None or not row.second.open:
        return _("{code}: keyed twice, equal.").format(code=row.code)
    said = "; ".join(differing_in_words(row))
    how = _(
        "Correct it with `setsetting pcl5 correct {id}`, or `setsetting pcl5 uphold {id}` says that the first stands."
    )
    return f"{row.code}: {said}. " + how.format(id=row.form_id[:8])


def upheld_words(row: "ScoredForm") -> str:
    """That the first keying stands, and how that is taken back."""
    event_id = "" if row.keyed is None or row.keyed.upheld is None else row.keyed.upheld[0].event_id
    return made_words(_("{code}: the first keying stands.").format(code=row.code), event_id)


def _said(item: Item) -> str:
    return unanswered_words(item) if isinstance(item, NoAnswer) else str(item)


def open_words(row: "ScoredForm") -> str:
    """How many questions are open on a form, and that its second keying differs; nothing where nothing is open."""
    keyings = int(row.second is not None and row.second.open)
    return " · ".join(correction_words.left_open(len(row.open_queries), keyings))


def asked_words(row: "ScoredForm") -> str:
    """That a form has a question, and how that is taken back."""
    said = _("Form {id} of {code} has a query; `setsetting pcl5 answer {id} --reason TEXT` closes it.")
    return made_words(said.format(id=row.form_id[:8], code=row.code), row.queries[-1].event_id)


def answered_words(row: "ScoredForm") -> str:
    """That a question on a form is closed, how many are open yet, and how that is taken back."""
    left = count("{n} is open yet.", "{n} are open yet.", len(row.open_queries)) if row.open_queries else ""
    answers = [each.answer for each in row.queries if each.answer is not None]
    newest = max(answers, key=lambda each: each.at_utc_ms)
    return made_words(" ".join(filter(None, (_("The query is closed."), left))), newest.event_id)


def _was(change: "ChangedForm", code: str, now: Form, dated_only: bool, zone: ZoneInfo) -> Iterator[str]:
    """What of a form is otherwise since a correction, as it was before."""
    before = change.before
    if change.code != code:
        yield _("another patient's")
    if before.recall is not now.recall:
        yield recall_words(before.recall)
    if (before.taken_ms, change.dated_only) != (now.taken_ms, dated_only):
        yield (day_text if change.dated_only else local_text)(before.taken_ms, zone)
    for number, (item, other) in enumerate(zip(before.items, now.items, strict=True), 1):
        if item != other:
            yield _("item {number}: {said}").format(number=number, said=_said(item))


def withdrawn_words(row: "ScoredForm") -> str:
    said = _("Form {id} of {code} is withdrawn.").format(id=row.form_id, code=row.code)
    return made_words(said, row.event_id)


def entered_words(row: "ScoredForm") -> str:
    """What an entry came to, in one line; no total before all twenty are answered."""
    said = " ".join(f"{remark[0].upper()}{remark[1:]}." for remark in row.remarks)
    if row.scored.total is None:
        kept, rule = _("Kept; incomplete, {k} of 20, so it has no total.").format(k=row.scored.answered), ""
    else:
        kept, rule = _("Kept; total {total} of 80.").format(total=row.scored.total), provisional_words()
    return " ".join(filter(None, (kept, said, rule)))


def corrected_words(row: "ScoredForm") -> str:
    """What a corrected form came to, whose it is, and how that is taken back."""
    return made_words(f"{row.code}: {entered_words(row)}", row.event_id)


def before_words(last: "ScoredForm", zone: ZoneInfo) -> str:
    """The form before one that is entered."""
    total = _("incomplete") if last.scored.total is None else str(last.scored.total)
    return _("before: {when} ({recall}) {total}").format(
        when=taken_words(last, zone), recall=last.form.recall, total=total
    )


def begun_words(left: "BegunForm") -> str:
    """A form that was begun and left, in one line."""
    answered = sum(item is not None for item in left.items)
    return _("begun: PCL-5 {recall}, {n} of {all}").format(recall=left.recall, n=answered, all=ITEM_COUNT)
