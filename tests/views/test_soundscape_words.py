"""What is said of a soundscape to people: rules by their words, not by what they are called in a file."""

from setsetting.views.soundscape import loosened_words


def test_loosened_rules_are_named_in_words() -> None:
    said = "loosened for tonight only: tracks by one artist in a session: 12; a noise bed where no track fits: allowed"
    assert loosened_words((("artist_max_per_session", "12"), ("beds", "allow"))) == said
