"""The PCL-5: its own words, reading of answers, scoring.

Text: the instrument of the US Department of Veterans Affairs, National Center for PTSD (public
domain), as carried by CamCOPS (University of Cambridge, server/camcops_server/extra_strings/pcl5.xml)
with two slips of typing mended (items 4 and 10). The stem of the past-week version was seen in an
app's source only, not in the VA's own form, and its instructions follow the past-month ones.
Scoring: total 0-80, clusters B 1-5, C 6-7, D 8-14, E 15-20; provisional rule: an item counts from 2
on, and at least 1 B, 1 C, 2 D, 2 E are needed (CamCOPS pcl5.py). No prorating rule is published, so
nothing missing is ever filled in.

The PCL-5 has no item on suicide: it is not a screening for risk.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from setsetting.clinical.form import Item, NoAnswer, Recall
from setsetting.errors import UsageError
from setsetting.words.translate import _, count

ITEM_COUNT = 20
LOWEST, HIGHEST = 0, 4

INSTRUCTIONS = MappingProxyType(
    {
        recall: (
            "Below is a list of problems that people sometimes have in response to a very stressful experience. "
            "Please read each problem carefully and then circle one of the numbers to the right to indicate how much "
            f"you have been bothered by that problem in the past {recall.value}."
        )
        for recall in Recall
    }
)
STEMS = MappingProxyType({recall: f"In the past {recall.value}, how much were you bothered by:" for recall in Recall})
ANCHORS = ("Not at all", "A little bit", "Moderately", "Quite a bit", "Extremely")
ANCHOR_LINE = " | ".join(f"{value} {anchor}" for value, anchor in enumerate(ANCHORS))
ITEMS = (
    "Repeated, disturbing, and unwanted memories of the stressful experience?",
    "Repeated, disturbing dreams of the stressful experience?",
    "Suddenly feeling or acting as if the stressful experience were actually happening again "
    "(as if you were actually back there reliving it)?",
    "Feeling very upset when something reminded you of the stressful experience?",
    "Having strong physical reactions when something reminded you of the stressful experience "
    "(for example, heart pounding, trouble breathing, sweating)?",
    "Avoiding memories, thoughts, or feelings related to the stressful experience?",
    "Avoiding external reminders of the stressful experience "
    "(for example, people, places, conversations, activities, objects, or situations)?",
    "Trouble remembering important parts of the stressful experience?",
    "Having strong negative beliefs about yourself, other people, or the world "
    "(for example, having thoughts such as: I am bad, there is something seriously wrong with me, "
    "no one can be trusted, the world is completely dangerous)?",
    "Blaming yourself or someone else for the stressful experience or what happened after it?",
    "Having strong negative feelings such as fear, horror, anger, guilt, or shame?",
    "Loss of interest in activities that you used to enjoy?",
    "Feeling distant or cut off from other people?",
    "Trouble experiencing positive feelings "
    "(for example, being unable to feel happiness or have loving feelings for people close to you)?",
    "Irritable behavior, angry outbursts, or acting aggressively?",
    "Taking too many risks or doing things that could cause you harm?",
    'Being "superalert" or watchful or on guard?',
    "Feeling jumpy or easily startled?",
    "Having difficulty concentrating?",
    "Trouble falling or staying asleep?",
)

CLUSTERS = MappingProxyType({"B": range(1, 6), "C": range(6, 8), "D": range(8, 15), "E": range(15, 21)})
"""Item numbers of each cluster."""
_PRESENT_FROM = 2
_SEPARATORS = "\t,; "
"""What parts the cells of one line: the first of these that it holds, in this order."""
_NEEDED = {"B": 1, "C": 1, "D": 2, "E": 2}
_QUOTES = "\"'\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"


def provisional_words() -> str:
    """What stands beside the provisional rule wherever it is shown."""
    return _(
        "Provisional rule only: a structured interview (e.g. CAPS-5) is needed; "
        "the PCL-5 should not be used as a stand-alone diagnostic tool."
    )


@dataclass(frozen=True, slots=True)
class Score:
    """What a form's answers add up to; None is not known, never 0.

    `total` and a cluster are None until each of their items is answered. `provisional` is True or
    False as soon as the missing items can't change it.
    """

    items: tuple[Item, ...]
    answered: int
    total: int | None
    clusters: MappingProxyType[str, int | None]
    provisional: bool | None


def score(items: Sequence[Item]) -> Score:
    """Score twenty items; raises UsageError for another count or a value outside 0 to 4."""
    _check_count(len(items))
    answers = [None if isinstance(item, NoAnswer) else item for item in items]
    for number, answer in enumerate(answers, 1):
        if answer is not None and (answer is True or answer is False or not LOWEST <= answer <= HIGHEST):
            raise UsageError(_trouble(number, str(answer)))
    return Score(
        items=tuple(items),
        answered=len(answers) - answers.count(None),
        total=_sum(answers),
        clusters=MappingProxyType({name: _sum(_own(answers, numbers)) for name, numbers in CLUSTERS.items()}),
        provisional=_provisional(answers),
    )


def parse_item(number: int, text: str) -> Item:
    """Read one answer: 0-4, `-` for blank, `d` for declined; UsageError names the item and its trouble."""
    answer = text.strip()
    if answer == NoAnswer.MISSING:
        return NoAnswer.MISSING
    if answer.casefold() == NoAnswer.DECLINED:
        return NoAnswer.DECLINED
    if re.fullmatch("[0-4]", answer):
        return int(answer)
    raise UsageError(_trouble(number, answer))


def parse_items(cells: Sequence[str]) -> tuple[Item, ...]:
    """Read twenty answers; notices the 1-5 coding of the older PCL for DSM-IV.

    An empty cell is told before a wrong count: what follows it may stand one place off.
    """
    answers = [cell.strip() for cell in cells]
    if "" in answers[:ITEM_COUNT]:
        raise UsageError(_trouble(answers.index("") + 1, ""))
    _check_count(len(cells))
    if set(answers) <= set("12345") and "5" in answers:
        raise UsageError(
            _(
                "Item {number} is 5 and no item is 0: this looks like the 1 to 5 coding of the older PCL for DSM-IV. "
                "PCL-5 items are 0 to 4, and the scores of the two are not interchangeable."
            ).format(number=answers.index("5") + 1)
        )
    return tuple(parse_item(number, answer) for number, answer in enumerate(answers, 1))


def parse_sheet(text: str) -> tuple[Item, ...]:
    """Read twenty answers as cells: a line each, or one line parted at tabs, commas, semicolons or blanks.

    The first separator of these that the line holds parts it. Two of them side by side hold an empty cell,
    blanks too: nothing moves up into a gap. UsageError names the item or the line that is wrong.
    """
    lines = re.split("\r\n|\n|\r", text)
    if len(lines) > 1 and not lines[-1]:
        del lines[-1]  # the end of the last line, no line of its own
    if len(lines) > 1:
        for number, line in enumerate(lines, 1):
            if any(separator in line.strip() for separator in _SEPARATORS):
                raise UsageError(
                    _("Line {number} has several cells: write one answer a line, or all 20 on one line.").format(
                        number=number
                    )
                )
        return parse_items(lines)
    line = lines[0].rstrip(" ")
    separator = next((each for each in _SEPARATORS if each in line), _SEPARATORS[0])
    return parse_items(line.split(separator) if line else [])


def instructions(recall: Recall) -> str:
    """The instructions and the stem of one version, each on its line."""
    return f"{INSTRUCTIONS[recall]}\n{STEMS[recall]}"


def recall_words(recall: Recall) -> str:
    return _("past week") if recall is Recall.WEEK else _("past month")


def provisional_text(provisional: bool | None) -> str:
    """The three values of the rule in words."""
    if provisional is None:
        return _("can't be told from what is answered")
    return _("met") if provisional else _("not met")


def unanswered_words(answer: NoAnswer) -> str:
    return _("left blank") if answer is NoAnswer.MISSING else _("declined")


def _check_count(n: int) -> None:
    if n != ITEM_COUNT:
        raise UsageError(
            _("A PCL-5 has {wanted} items;").format(wanted=ITEM_COUNT)
            + " "
            + count("{n} was given.", "{n} were given.", n)
        )


def _trouble(number: int, answer: str) -> str:
    if not answer:
        return _("Item {number} is empty; write 0 to 4, - for blank or d for declined.").format(number=number)
    shown = answer if len(answer) <= 12 else answer[:11] + "\N{HORIZONTAL ELLIPSIS}"
    if re.fullmatch(r"[+]?0*[0-4]([.,]0*)?|-0+", answer):
        trouble = _("write it as one digit, 0 to 4.")
    elif re.fullmatch(r"[+-]?\d+", answer, re.ASCII):
        if answer.startswith("-"):
            trouble = _("below 0; items are 0 to 4, a blank is - alone.")
        else:
            trouble = _("above 4; items are 0 to 4.")
    elif re.fullmatch(r"[+-]?(\d+[.,]\d*|[.,]\d+)([eE][+-]?\d+)?", answer, re.ASCII):
        trouble = _("not a whole number; items are 0, 1, 2, 3 or 4.")
    elif answer[0] in _QUOTES and answer[-1] in _QUOTES:
        trouble = _("in quotation marks; write the answer without them.")
    else:
        trouble = _("not a number; items are 0 to 4, - for blank, d for declined.")
    return _("Item {number} is {answer!r}: {trouble}").format(number=number, answer=shown, trouble=trouble)


def _own(answers: Sequence[int | None], numbers: range) -> Sequence[int | None]:
    return answers[numbers.start - 1 : numbers.stop - 1]


def _sum(answers: Sequence[int | None]) -> int | None:
    return None if None in answers else sum(filter(None, answers))


def _provisional(answers: Sequence[int | None]) -> bool | None:
    """True once met by what is answered, False once out of reach though all missing were 4, else None."""
    met = True
    for name, numbers in CLUSTERS.items():
        own = _own(answers, numbers)
        present = len([answer for answer in own if answer is not None and answer >= _PRESENT_FROM])
        if present + own.count(None) < _NEEDED[name]:
            return False
        met = met and present >= _NEEDED[name]
    return True if met else None
