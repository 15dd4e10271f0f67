"""The "set" of set and setting: what a patient brings to an infusion, and one goal in their own words, 0 to 10 each.

Own words, no instrument, not validated. What was not asked is absent, never 0. A goal is scored when a PCL-5 form is
filled, and stands beside it; it is the patient's own and compared with nobody's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from setsetting.clinical.free_text import line_given
from setsetting.clinical.setting import rating
from setsetting.errors import UsageError, no_such
from setsetting.words.translate import _

LONGEST_GOAL = 200


@dataclass(frozen=True, slots=True)
class Scale:
    """One thing asked before an infusion, 0 (not at all) to 10 (entirely), skippable."""

    name: str
    label: str
    asks: str


SCALES = (
    Scale("expectancy", _("Expectancy"), _("I expect this session to help me")),
    Scale("anxiety", _("Anxiety"), _("I feel anxious now")),
    Scale("sleep", _("Sleep"), _("I slept well last night")),
)
SCALE_NAMES = tuple(scale.name for scale in SCALES)
GOAL_ASKS = _("How far do you live your goal now?")


def scale_rating(name: str, value: int | str | None) -> int | None:
    """Read one of them: 0 to 10; None, "-" and "not asked" are not asked; UsageError otherwise."""
    if name not in SCALE_NAMES:
        raise UsageError(no_such(_("scale"), name, SCALE_NAMES))
    return rating(name, value)


def goal_words(text: str) -> str:
    """A goal as it was typed, on one line; UsageError for none."""
    if (words := line_given(text, LONGEST_GOAL)) is None:
        raise UsageError(_("A goal has words; nothing was recorded."))
    return words


def ratings_words(ratings: Mapping[str, int]) -> str:
    """All three in a row, those that were not asked too."""
    return ", ".join(f"{scale.label.casefold()} {ratings.get(scale.name, _('not asked'))}" for scale in SCALES)


def mindset_note() -> str:
    """What stands beside them wherever they are shown."""
    return _("In own words, no instrument, not validated. Not asked is not 0.")
