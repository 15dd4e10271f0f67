"""What is said of a soundscape to people: rules by their words, not by what they are called in a file."""

from types import SimpleNamespace
from typing import cast

from setsetting.soundscape.refusal import Infeasible
from setsetting.views.soundscape import loosened_words, refused_in_words


def test_loosened_rules_are_named_in_words() -> None:
    said = "loosened for tonight only: tracks by one artist in a session: 12; a noise bed where no track fits: allowed"
    assert loosened_words((("artist_max_per_session", "12"), ("beds", "allow"))) == said


def test_what_was_tried_and_is_not_enough_is_named_in_words() -> None:
    refused = SimpleNamespace(sentence="", offers=(), not_enough=("artist_max_per_session", "beds"))
    said = refused_in_words(cast("Infeasible", refused))[-1]
    assert said == "Tried and not enough alone: tracks by one artist in a session; a noise bed where no track fits."
