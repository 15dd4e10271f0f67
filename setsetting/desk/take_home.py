"""The list of titles a session was heard with, to take home: never audio, and nobody's code."""

from dataclasses import dataclass
from pathlib import Path

from setsetting.desk.clinic import Clinic
from setsetting.desk.records import refuse_unsound
from setsetting.desk.written import refuse_unwritable
from setsetting.errors import NotFound
from setsetting.machine import files
from setsetting.record import live_rows, rows
from setsetting.record.live_rows import HEARD_FROM_MS
from setsetting.words.plain import one_line
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class HeardTitle:
    """A track that was heard; `length_s` is its own whole length, `file` its file's name alone."""

    track_id: str
    title: str
    artist: str
    length_s: float
    file: str


def titles(clinic: Clinic, session_id: str) -> tuple[HeardTitle, ...]:
    """What was heard in a session, each track once, in its order; raises a sentence where nothing was."""
    tracks = {track.id: track for track in clinic.tracks()}
    with clinic.record() as record, record.whole():
        refuse_unsound(clinic)
        row = rows.session(record, session_id)
        sounded: dict[str, int] = {}
        for each in live_rows.played(record, row.session_id):
            if each.track_id is not None:
                sounded[each.track_id] = sounded.get(each.track_id, 0) + each.sounded_ms
    heard = [track_id for track_id, ms in sounded.items() if ms >= HEARD_FROM_MS]
    if gone := [track_id[:10] for track_id in heard if track_id not in tracks]:
        raise NotFound(
            _(
                "What was heard has left the library ({ids}), so that its title is not known; scan its folder again."
            ).format(ids=", ".join(gone))
        )
    if not heard:
        raise NotFound(_("No track was heard in session {id}.").format(id=row.session_id))
    return tuple(
        HeardTitle(track.id, track.title or Path(track.path).stem, track.artist, track.length_s, Path(track.path).name)
        for track in map(tracks.__getitem__, heard)
    )


def write(clinic: Clinic, session_id: str, out: Path, *, replace: bool) -> tuple[HeardTitle, ...]:
    """Write the titles as a playlist (.m3u8) or as plain text to print (.txt)."""
    makers = {".m3u8": _m3u8, ".txt": as_text}
    refuse_unwritable(out, replace=replace, clinic=clinic, endings=tuple(makers))
    heard = titles(clinic, session_id)
    text = makers[out.suffix.casefold()](heard)
    files.write_whole(out, text.encode(), replace=replace)
    return heard


def called(each: HeardTitle) -> str:
    """A track as a list names it."""
    return one_line(f"{each.artist} - {each.title}" if each.artist else each.title)


def as_text(heard: tuple[HeardTitle, ...]) -> str:
    """The titles as lines to print, numbered."""
    lines = (
        f"{n:>2}  {one_line(each.title)}" + (f"\n    {one_line(each.artist)}" if each.artist else "")
        for n, each in enumerate(heard, 1)
    )
    return "\n".join((_("Music that was heard"), "", *lines)) + "\n"


def _m3u8(heard: tuple[HeardTitle, ...]) -> str:
    """An extended playlist in UTF-8; a track is found where its file lies beside the list."""
    lines = (f"#EXTINF:{round(each.length_s)},{called(each)}\n{one_line(each.file)}" for each in heard)
    return "\n".join(("#EXTM3U", *lines)) + "\n"
