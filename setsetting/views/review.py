"""A patient's review without a picture: lines for a terminal, and plain data for other programs."""

from dataclasses import asdict
from typing import Any

from setsetting.clinical.pcl5 import recall_words
from setsetting.review import words
from setsetting.review.view import NoteLine, PatientReview
from setsetting.words.numbers import signed, utc_text
from setsetting.words.plain import one_line
from setsetting.words.translate import _

SCALES = _("Totals of other scales, as they were noted; nothing is said of what they mean")


def in_words(review: PatientReview) -> list[str]:
    """The review as lines, in the order of the report."""
    lines = [words.internal_review(), _("Patient {code}, {period}").format(code=review.code, period=review.period)]
    if review.simulated:
        lines.insert(0, words.simulated())
    lines += ["", _("How complete the record is"), *_indented(review.completeness)]
    lines += ["", _("First and last form of each recall"), *_indented(review.courses or (words.too_little(),))]
    lines += ["", _("Forms")]
    for form in review.forms:
        total = _("no total ({k}/20)").format(k=form.answered) if form.total is None else f"{form.total}: {form.where}"
        extra = f" ({form.remarks})" if form.remarks else ""
        lines.append(f"  {form.taken}  {recall_words(form.recall)}  {total}{extra}")
    lines += ["", _("Sessions")]
    for visit in review.visits:
        lines.append(
            _("  infusion {n}  {date}  {minutes}  {music}  {link}").format(
                n=visit.number, date=visit.date, minutes=visit.minutes, music=visit.music, link=visit.link
            )
        )
        lines += [
            f"     {one_line(said)}"
            for said in (
                _("before it: {said}").format(said=visit.mindset),
                visit.setting,
                visit.taps,
                *visit.marks,
                visit.note,
                visit.remarks,
            )
            if said
        ]
        lines += [f"     {name}: {said}" for name, said in words.happened(visit)]
    if review.goals:
        lines += ["", _("The patient's own goal"), *_indented(review.goals)]
    if review.scales:
        lines += ["", SCALES, *_indented(review.scales)]
    if review.notes:
        lines += ["", _("Notes, each with its session"), *(f"  {note_words(note)}" for note in review.notes)]
    lines += ["", _("Setting beside the change that followed"), *_indented(_beside(review))]
    lines += ["", words.why_no_test(), words.do_not_change()]
    lines.append(_("thresholds: {label}").format(label=review.thresholds.label))
    return lines


def as_data(review: PatientReview) -> dict[str, Any]:
    """The review as plain data; unknown is None, and instants stand beside the words for them."""
    data = asdict(review)
    for form in data["forms"]:
        form["taken_utc"] = utc_text(form.pop("taken_ms"))
    for visit in data["visits"]:
        visit["started_utc"] = utc_text(visit.pop("started_ms"))
    data["unlinked"] = {str(reason): n for reason, n in review.unlinked}
    data["words"] = words.internal_review()
    return data


def note_words(note: NoteLine) -> str:
    """A note on one line, with the session and the minute it belongs to."""
    where = " · ".join(filter(None, (_("infusion {n}").format(n=note.number), note.date, note.at)))
    return f"{where}: {one_line(note.text)}"


def _beside(review: PatientReview) -> tuple[str, ...]:
    if review.gate:
        return (review.gate,)
    return tuple(
        _("infusion {n}").format(n=line.number)
        + f": {line.setting} | {recall_words(line.recall)} {line.before} \N{RIGHTWARDS ARROW} {line.after}, "
        f"{signed(line.change)} ({line.says})"
        for line in review.beside
    ) or (_("no session is linked"),)


def _indented(lines: tuple[str, ...]) -> list[str]:
    return [f"  {line}" for line in lines]
