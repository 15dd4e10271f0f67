"""What each format calls a tag, brought to one set of names; never written.

Every quirk of a tag format lives here: frames of ID3, atoms of MP4, keys of Vorbis comments, APE and
ASF, free-form keys met in real files, tags of another kind before or behind, and what a container says of
itself where mutagen reads nothing. What cannot be read gives no fields: a track with broken tags is still a
track.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

Fields: TypeAlias = dict[str, list[str]]
"""Our name of a field, and its texts in the order of the file."""

_LONGEST_TEXT = 10_000

_CREDITS = (
    *("artists", "albumartists", "album artists", "artist credit", "artist_credit", "albumartist_credit"),
    *("composer", "conductor", "performer", "performers", "ensemble", "orchestra", "choir", "soloist", "soloists"),
    *(
        "lyricist",
        "writer",
        "librettist",
        "arranger",
        "producer",
        "interpreter",
        "involvedpeople",
        "remixer",
        "mixartist",
        "djmixer",
        "original artist",
    ),
    *("originalartist", "original_artist", "original lyricist", "band", "accompaniment", "vocalist", "vocals"),
    *("featuring", "featured artist", "guest artist", "guests", "singer", "lead_performer", "leadperformer"),
    *("wm/artists", "wm/composer", "wm/conductor", "wm/originalartist", "wm/writer", "wm/modifiedby"),
    *("wm/originallyricist", "wm/arranger", "wm/lyricist", "wm/performer", "iwri", "imus", "istr", "icrs"),
)
_SORT_NAMES = (
    *("artistsort", "albumartistsort", "composersort", "performersort", "sort_artist", "sort_album_artist"),
    *("sort_composer", "artist-sort", "album_artist-sort", "albumartist-sort", "composer-sort"),
    *("wm/artistsortorder", "wm/albumartistsortorder", "wm/composersortorder"),
)
_KEYS = {
    "title": ("title", "inam"),
    "artist": ("artist", "author", "iart"),
    "albumartist": ("albumartist", "album artist", "album_artist", "wm/albumartist"),
    "credit": _CREDITS,
    "sortname": _SORT_NAMES,
    "album": ("album", "wm/albumtitle", "iprd"),
    "bpm": ("bpm", "tempo", "beats per minute", "bpm (beats per minute)", "wm/beatsperminute"),
    "energy": ("energy", "energylevel", "energy level"),
    "comment": ("comment", "comments", "description"),
    "grouping": ("grouping", "contentgroup", "wm/contentgroupdescription"),
    "genre": ("genre", "wm/genre"),
    "mood": ("mood", "wm/mood"),
    "language": ("language", "wm/language"),
    "lyrics": ("lyrics", "unsyncedlyrics", "wm/lyrics"),
    "voice": ("voice_instrumental",),
}
"""Our name of a field, and the keys under which it stands in files, in small letters."""
_NAMES = {key: name for name, keys in _KEYS.items() for key in keys}
_ID3 = {
    "TIT2": "title",
    "TPE1": "artist",
    "TPE2": "albumartist",
    "TALB": "album",
    **dict.fromkeys(("TPE3", "TPE4", "TCOM", "TEXT", "TOPE", "TOLY", "TMCL", "TIPL", "IPLS"), "credit"),
    **dict.fromkeys(("TSOP", "TSO2", "TSOC"), "sortname"),
    "TBPM": "bpm",
    "TMOO": "mood",
    "TIT1": "grouping",
    "GRP1": "grouping",
    "TLAN": "language",
}
_MP4 = {
    "\xa9nam": "title",
    "\xa9ART": "artist",
    "aART": "albumartist",
    "\xa9alb": "album",
    **dict.fromkeys(("\xa9wrt", "\xa9con", "\xa9prf", "\xa9sol", "\xa9arg", "\xa9ope", "\xa9aut"), "credit"),
    **dict.fromkeys(("soar", "soaa", "soco"), "sortname"),
    "tmpo": "bpm",
    "\xa9cmt": "comment",
    "\xa9grp": "grouping",
    "\xa9gen": "genre",
    "\xa9lyr": "lyrics",
}
_MP4_FREE = "----:"


_OWN_WORDS = (b"RIFF", b"RF64", b"riff", b"FORM", b"caff", b"\x1a\x45\xdf\xa3")
"""How files begin whose container has words of its own, beside tags of a kind or without: WAV, Wave64, AIFF, CAF, Matroska."""


def read_fields(path: Path) -> Fields:
    """Read a file's tags wherever they stand in it; no tags, or tags that cannot be read, are no fields."""
    fields: Fields = {}
    for read in (_by_kind, _id3_before, _ape_behind, _of_container, _id3_behind):
        try:
            for name, text in read(path, fields):
                texts = fields.setdefault(name, [])
                if (cut := text[:_LONGEST_TEXT]) not in texts:
                    texts.append(cut)
        except Exception:  # noqa: BLE001 - a dozen unrelated types are raised on odd files; the sound is what counts
            continue
    return fields


def _by_kind(path: Path, _known: Fields) -> Iterator[tuple[str, str]]:
    """The tags that a file of this kind has by its own rules."""
    import mutagen
    from mutagen.id3 import ID3
    from mutagen.mp4 import MP4Tags

    file = mutagen.File(path)
    if file is None or file.tags is None:  # a file without tags is false, so it must be compared
        return iter(())
    tags = file.tags
    return _id3(tags) if isinstance(tags, ID3) else _mp4(tags) if isinstance(tags, MP4Tags) else _keyed(tags)


def _id3_before(path: Path, _known: Fields) -> Iterator[tuple[str, str]]:
    """ID3 before a file of another kind, and behind one without."""
    from mutagen.id3 import ID3

    tags: Any = ID3
    return _id3(tags(path))


def _ape_behind(path: Path, _known: Fields) -> Iterator[tuple[str, str]]:
    """APEv2 behind an MP3, whose kind names ID3 alone."""
    from mutagen.apev2 import APEv2

    tags: Any = APEv2
    return _keyed(tags(path))


def _of_container(path: Path, known: Fields) -> Iterator[tuple[str, str]]:
    """What the container says, where it has words of its own or nothing else was found."""
    with path.open("rb") as file:
        own = file.read(4) in _OWN_WORDS
    from setsetting.audio.decode import metadata_of  # loads the codecs, which no library that is only read needs

    for key, text in metadata_of(path) if own or not known else ():
        if name := _NAMES.get(key, ""):
            yield name, text


def _id3_behind(path: Path, known: Fields) -> Iterator[tuple[str, str]]:
    """The artist of the short ID3 at a file's end, also where a long one stands before it; it is cut to 30 letters."""
    from mutagen.id3 import ParseID3v1

    parse: Any = ParseID3v1
    with path.open("rb") as file:
        file.seek(-128, os.SEEK_END)
        frames = parse(file.read()) or {}
    for text in frames["TPE1"].text if "TPE1" in frames else ():
        if not any(name.startswith(str(text)) for name in known.get("artist", ())):
            yield "artist", str(text)


def _id3(tags: Any) -> Iterator[tuple[str, str]]:
    for frame in tags.values():
        kind = frame.FrameID
        if kind == "TCON":
            name, texts = "genre", list(frame.genres)
        elif kind == "TXXX":
            name, texts = _NAMES.get(frame.desc.strip().casefold(), ""), list(frame.text)
        elif kind == "COMM":
            name, texts = ("" if frame.desc.startswith("iTun") else "comment"), list(frame.text)
        elif kind in ("TMCL", "TIPL", "IPLS"):
            name, texts = _ID3[kind], [person for _role, person in frame.people]
        elif kind == "USLT":
            name, texts = "lyrics", [frame.text]
        else:
            name, texts = _ID3.get(kind, ""), list(getattr(frame, "text", []))
        if name:
            for text in texts:
                yield name, _mended(str(text), frame)


def _mp4(tags: Any) -> Iterator[tuple[str, str]]:
    for key, values in tags.items():
        free = key.startswith(_MP4_FREE)
        name = _NAMES.get(key.split(":")[-1].casefold(), "") if free else _MP4.get(key, "")
        if name:
            for value in values if isinstance(values, list) else [values]:
                yield name, bytes(value).decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _keyed(tags: Any) -> Iterator[tuple[str, str]]:
    """Vorbis comments, APE and ASF: a key and one or more texts, sometimes wrapped in an object."""
    for key in tags.keys():  # noqa: SIM118 - iterating a Vorbis comment gives pairs
        name = _NAMES.get(str(key).strip().casefold(), "")
        if not name:
            continue
        values = tags[key]
        if isinstance(values, str) or not hasattr(values, "__iter__"):
            values = [values]
        for value in values:
            text = getattr(value, "value", value)
            if not isinstance(text, bytes):
                yield name, str(text)


def _mended(text: str, frame: Any) -> str:
    """Undo the commonest wrong encoding: UTF-8 in a frame that says Latin-1."""
    if getattr(frame, "encoding", None) == 0 and not text.isascii():
        try:
            return text.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return text
    return text
