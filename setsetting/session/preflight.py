"""What is looked at before anything sounds: the soundscape against this patient and against the files.

A veto, a track heard in this course that is no anchor, and a file that is missing or changed keep the session from
starting; what merely differs from when the soundscape was made is said. Nothing here is a medical check. Vetoes are
absolute, and no track is heard twice in a course unless it is an anchor.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from setsetting.errors import Refused, SetSettingError
from setsetting.library.track import Track
from setsetting.soundscape.soundscape import CueKind, Digests, Soundscape
from setsetting.soundscape.staleness import stale
from setsetting.soundscape.wishes import MetBy, Wishes
from setsetting.words.translate import _


def packet_digest(path: Path) -> str:
    """Identify what a file holds now."""
    from setsetting.audio import decode  # loads the codecs, which a file that is as it was scanned has no need of

    return decode.packet_digest(path)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found; a blocking one keeps the session from starting. `of_file` says that it is a file's trouble."""

    blocking: bool
    words: str
    of_file: bool = False


def look(
    soundscape: Soundscape,
    tracks: Mapping[str, Track],
    wishes: Wishes,
    now: Digests,
    *,
    rescue_ids: Iterable[str] = (),
    as_scanned: Collection[str] = (),
    digest: Callable[[Path], str] = packet_digest,
) -> tuple[Finding, ...]:
    """Compare a soundscape with the patient's wishes, the library and the files, in the order of its cues.

    `tracks` are the library's by id, `now` the digests as they would be made today. A rescue track's
    file is checked too. Those `as_scanned` are not opened.
    """
    ids = list(dict.fromkeys(cue.track_id for cue in soundscape.cues if cue.kind is CueKind.TRACK and cue.track_id))
    gone = [track_id for track_id in ids if track_id not in tracks]
    found = [Finding(blocking=True, words=_gone(gone, tracks), of_file=True)] if gone else []
    for track_id in ids:
        if track_id in tracks:
            found += [Finding(blocking=True, words=words) for words in against(tracks[track_id], wishes)]
    for track_id in dict.fromkeys((*ids, *rescue_ids)):
        if track_id in tracks and track_id not in as_scanned:
            troubles = file_troubles(tracks[track_id], digest)
            found += [Finding(blocking=True, words=words, of_file=True) for words in troubles]
    return (*found, *(Finding(blocking=False, words=words) for words in stale(soundscape, now)))


def _gone(ids: Sequence[str], library: Mapping[str, Track]) -> str:
    """One sentence for all tracks that the library does not have, however many they are."""
    if not library:
        return _("Nothing in the library was measured by this version of the program; scan your music again.")
    if len(ids) == 1:
        words = _("Track {id} is not in the library any more: its file is gone, or its sound has changed.")
        return words.format(id=ids[0])
    words = _("{n} of its tracks are not in the library any more: their files are gone, or their sound has changed.")
    return words.format(n=len(ids))


def refuse_blocking(findings: Iterable[Finding]) -> None:
    """Raise Refused with every blocking sentence, and how to go on."""
    blocking = [finding.words for finding in findings if finding.blocking]
    if blocking:
        raise Refused(
            " ".join([*blocking, _("Nothing has been played; build the soundscape again or mend the library.")])
        )


def against(track: Track, wishes: Wishes) -> list[str]:
    """Why this patient must not hear a track, in words; nothing when the patient may."""
    name = title_of(track)
    sentences = {
        "veto_track": _("{track} is vetoed by this patient."),
        "veto_artist": _("{track}: its artist is vetoed by this patient: {name}."),
        "veto_tag": _("{track}: its tag {name!r} is vetoed by this patient."),
    }
    hinted = {
        MetBy.FILE_NAME: _("{track}: a vetoed artist, {name}, stands in its file name."),
        MetBy.TITLE: _("{track}: a vetoed artist, {name}, stands in its title."),
        MetBy.NOTES: _("{track}: a vetoed artist, {name}, stands in its notes."),
        MetBy.BESIDES: _("{track}: a vetoed artist, {name}, stands in what its file says."),
        MetBy.WITHIN: _("{track}: a tag that this patient vetoed stands in its tag {name!r}."),
        MetBy.FORMER: _(
            "{track}: vetoed by this patient for what it was called before its file was tagged anew: {name}."
        ),
    }
    found = [hinted.get(met.by, sentences[met.rule]).format(track=name, name=met.name) for met in wishes.forbids(track)]
    if wishes.has_heard(track):
        found.append(_("{track} was heard by this patient earlier in the course.").format(track=name))
    return found


def file_troubles(track: Track, digest: Callable[[Path], str] = packet_digest) -> list[str]:
    """What keeps a track's file from being played: it is missing, unreadable, or holds other sound."""
    path, title = Path(track.path), title_of(track)
    if not path.is_file():
        return [_("{track}: its file {path} is missing.").format(track=title, path=path)]
    try:
        if digest(path) == track.id:
            return []
    except SetSettingError as error:
        return [str(error)]
    words = _("{track}: its file {path} holds other sound than when it was scanned.")
    return [words.format(track=title, path=path)]


def title_of(track: Track) -> str:
    """How a person knows a track: title and artist, else its file."""
    return f"{track.title_or_file} ({track.artist})" if track.artist else track.title_or_file
