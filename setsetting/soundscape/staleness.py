"""Whether a soundscape still is what it was made from: playlist, library as planned, wishes."""

import hashlib
from collections.abc import Mapping

import msgspec

from setsetting.soundscape.build_instance import patient_of
from setsetting.soundscape.soundscape import Digests, Soundscape
from setsetting.soundscape.wishes import Wishes
from setsetting.words.translate import _


def digest_of_wishes(wishes: Wishes) -> str:
    """SHA-256 of everything a record asks of the music, in an order of its own."""
    return hashlib.sha256(msgspec.json.encode(patient_of(wishes.as_told()))).hexdigest()


SINCE_MADE = {
    "playlist": _("The playlist {name} has changed since this soundscape was made; build it again."),
    "library": _("The library has changed since this soundscape was made; what it offers may be better now."),
    "wishes": _(
        "Vetoes, what was heard or what is wished have changed since this soundscape was made; build it again."
    ),
}
SINCE_ACCEPTED = {
    "playlist": _("The playlist {name} has changed since the plan was accepted; build it again."),
    "library": _("The library has changed since the plan was accepted; what it offers may be better now."),
    "wishes": _("What this patient refuses or has heard has changed since the plan was accepted."),
}


def changed(playlist: str, then: Digests, now: Digests, sentences: Mapping[str, str] = SINCE_MADE) -> dict[str, str]:
    """Which of playlist, library and wishes have changed, by these names, each with its sentence."""
    return {
        name: words.format(name=playlist)
        for name, words in sentences.items()
        if getattr(then, name) != getattr(now, name)
    }


def stale(soundscape: Soundscape, now: Digests) -> tuple[str, ...]:
    """Sentences about what has changed since the soundscape was made; none when nothing has."""
    return tuple(changed(soundscape.playlist, soundscape.digests, now).values())
