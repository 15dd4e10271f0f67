"""What each format calls a tag, brought to one set of names; read with mutagen, never written.

Every quirk of a tag format lives here: frames of ID3, atoms of MP4, keys of Vorbis comments, APE and
ASF, free-form keys met in real files. What mutagen cannot read gives no fields: a track with broken
tags is still a track.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

Fields: TypeAlias = dict[str, list[str]]
"""Our name of a field, and its texts in the order of the file."""

_LONGEST_TEXT = 10_000

_KEYS = {
    "title": ("title",),
    "artist": ("artist", "author"),
    "albumartist": ("albumartist", "album artist", "album_artist", "wm/albumartist"),
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
    "tmpo": "bpm",
    "\xa9cmt": "comment",
    "\xa9grp": "grouping",
    "\xa9gen": "genre",
    "\xa9lyr": "lyrics",
}
_MP4_FREE = "----:com.apple.iTunes:"


def read_fields(path: Path) -> Fields:
    """Read a file's tags; no tags, or tags that cannot be read, are no fields."""
    import mutagen
    from mutagen.id3 import ID3
    from mutagen.mp4 import MP4Tags

    try:
        file = mutagen.File(path)
        if file is None or file.tags is None:  # a file without tags is false, so it must be compared
            return {}
        tags = file.tags
        pairs = _id3(tags) if isinstance(tags, ID3) else _mp4(tags) if isinstance(tags, MP4Tags) else _keyed(tags)
        fields: Fields = {}
        for name, text in pairs:
            fields.setdefault(name, []).append(text[:_LONGEST_TEXT])
        return fields
    except Exception:  # noqa: BLE001 - mutagen raises a dozen unrelated types on odd files; the sound is what counts
        return {}


def _id3(tags: Any) -> Iterator[tuple[str, str]]:
    for frame in tags.values():
        kind = frame.FrameID
        if kind == "TCON":
            name, texts = "genre", list(frame.genres)
        elif kind == "TXXX":
            name, texts = _NAMES.get(frame.desc.strip().casefold(), ""), list(frame.text)
        elif kind == "COMM":
            name, texts = ("" if frame.desc.startswith("iTun") else "comment"), list(frame.text)
        elif kind == "USLT":
            name, texts = "lyrics", [frame.text]
        else:
            name, texts = _ID3.get(kind, ""), list(getattr(frame, "text", []))
        if name:
            for text in texts:
                yield name, _mended(str(text), frame)


def _mp4(tags: Any) -> Iterator[tuple[str, str]]:
    for key, values in tags.items():
        name = (
            _NAMES.get(key.removeprefix(_MP4_FREE).casefold(), "") if key.startswith(_MP4_FREE) else _MP4.get(key, "")
        )
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
