"""What one patient's record asks of tonight's music; it carries no patient code."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pin:
    """A track that must sound in a phase."""

    track_id: str
    phase: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """Vetoes are absolute; heard tracks are left out unless they are anchors; dislikes only cost."""

    veto_tracks: frozenset[str] = frozenset()
    veto_artists: frozenset[str] = frozenset()
    veto_tags: frozenset[str] = frozenset()
    heard_tracks: frozenset[str] = frozenset()
    heard_artists: frozenset[str] = frozenset()
    anchor_tracks: frozenset[str] = frozenset()
    disliked_tags: frozenset[str] = frozenset()
    pins: tuple[Pin, ...] = ()
    of_a_patient: bool = True
    """Whether a patient's course stands behind them; where none does, no track is new in it."""


NO_WISHES = Wishes(of_a_patient=False)
