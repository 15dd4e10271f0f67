"""Whether a soundscape still is what it was made from: playlist, library as planned, wishes."""

import hashlib

import msgspec

from setsetting.soundscape.build_instance import patient_of
from setsetting.soundscape.soundscape import Digests, Soundscape
from setsetting.soundscape.wishes import Wishes
from setsetting.words.translate import _


def digest_of_wishes(wishes: Wishes) -> str:
    """SHA-256 of everything a record asks of the music, in an order of its own."""
    return hashlib.sha256(msgspec.json.encode(patient_of(wishes))).hexdigest()


def stale(soundscape: Soundscape, now: Digests) -> tuple[str, ...]:
    """Sentences about what has changed since the soundscape was made; none when nothing has."""
    then, sentences = soundscape.digests, []
    if then.playlist != now.playlist:
        sentences.append(
            _("The playlist {name} has changed since this soundscape was made; build it again.").format(
                name=soundscape.playlist
            )
        )
    if then.library != now.library:
        sentences.append(_("The library has changed since this soundscape was made; what it offers may be better now."))
    if then.wishes != now.wishes:
        sentences.append(
            _("Vetoes, what was heard or what is wished have changed since this soundscape was made; build it again.")
        )
    return tuple(sentences)
