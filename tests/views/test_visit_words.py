"""What Today says of the last session."""

from types import SimpleNamespace
from typing import Any

from setsetting.soundscape.rules import EVERYTHING, given_up_words
from setsetting.views.visit import differed_words


def test_what_the_patient_showed_stands_before_the_rules_that_were_loosened() -> None:
    rules = tuple(SimpleNamespace(words=words) for words in ("noise beds: allowed", "sudden rises: 11"))
    marks = (SimpleNamespace(mark="distress", infusion_ms=120_000),)
    visit: Any = SimpleNamespace(differed=(), stopped=True, loosened=rules, given_up=(), marks=marks)
    row: Any = SimpleNamespace(last=object())
    said = "infusion stopped early · distress at minute 2 · loosened: noise beds: allowed; sudden rises: 11"
    assert differed_words(visit, row) == said


def test_what_a_re_timing_gave_up_is_not_told_as_loosened_by_anybody() -> None:
    given_up = tuple(SimpleNamespace(words=words) for words in given_up_words((EVERYTHING,)))
    visit: Any = SimpleNamespace(differed=(), stopped=False, loosened=(), given_up=given_up, marks=())
    row: Any = SimpleNamespace(last=object())
    assert differed_words(visit, row) == (
        "given up when timed anew: every rule but those of a single track, as nothing fitted the new times"
    )
