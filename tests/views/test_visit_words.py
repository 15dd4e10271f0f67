"""What Today says of the last session."""

from types import SimpleNamespace
from typing import Any

from setsetting.views.visit import differed_words


def test_what_the_patient_showed_stands_before_the_rules_that_were_loosened() -> None:
    rules = tuple(SimpleNamespace(words=words) for words in ("noise beds: allowed", "sudden rises: 11"))
    marks = (SimpleNamespace(mark="distress", infusion_ms=120_000),)
    visit: Any = SimpleNamespace(differed=(), stopped=True, loosened=rules, marks=marks)
    row: Any = SimpleNamespace(last=object())
    said = "infusion stopped early · distress at minute 2 · loosened: noise beds: allowed; sudden rises: 11"
    assert differed_words(visit, row) == said
