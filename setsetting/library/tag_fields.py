"""What each format calls a tag, brought to one set of names; never written.

Every quirk of a tag format lives here: frames of ID3, atoms of MP4, keys of Vorbis comments, APE and
ASF, free-form keys met in real files, tags of another kind before or behind, and what a container says of
itself where mutagen reads nothing. What cannot be read gives no fields: a track with broken tags is still a
track.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

from setsetting.library.chunk_texts import told_in_chunks
from setsetting.library.cue_sheets import said_beside
from setsetting.library.further_tags import further_tags, further_texts
from setsetting.library.unknown_frames import texts_of

Fields: TypeAlias = dict[str, list[str]]
"""Our name of a field, and its texts in the order of the file."""

_LONGEST_TEXT = 10_000
_LONGEST_WORD = 500

_PERFORMERS = (
    *("artists", "artistcredit", "performer", "performers", "performedby", "interpreter", "interpret", "interprete"),
    *("ensemble", "orchestra", "choir", "band", "soloist", "soloists", "vocalist", "vocalists", "vocals", "singer"),
    *(
        "leadperformer",
        "perf",
        "musician",
        "musicians",
        "musiciancredits",
        "musicby",
        "tmcl",
        "dj",
        "narrator",
        "reader",
    ),
)
_CREDITS = (
    *("albumartists", "albumartistcredit", "composer", "composers", "songwriter", "conductor", "lyricist", "lyricsby"),
    *("writer", "writtenby", "librettist", "arranger", "arrangedby", "producer", "producedby", "executiveproducer"),
    *("involvedpeople", "involvedpeoplelist", "ipls", "tipl", "people", "credits", "engineer", "soundengineer"),
    *("mixer", "mixedby", "mixengineer", "mixartist", "djmixer", "djmix", "remixer", "remixers", "remixedby"),
    *("originalartist", "origartist", "originalperformer", "originallyricist", "originalcomposer", "sourceartist"),
    *("accompaniment", "featuring", "feat", "featuredartist", "featuredartists", "guestartist", "guests", "director"),
    *("concertmaster", "chorusmaster", "recordedby", "modifiedby", "creator", "contributor", "editor"),
    *("iwri", "imus", "istr", "icrs", "ipro", "ieng"),
)
_SORT_NAMES = (
    *(
        "artistsort",
        "albumartistsort",
        "composersort",
        "performersort",
        "conductorsort",
        "artistssort",
        "artistsortorder",
    ),
    *("albumartistsortorder", "composersortorder", "sortartist", "sortalbumartist", "sortcomposer", "sortperformer"),
)
_NOTES = (
    "subtitle",
    "discsubtitle",
    "setsubtitle",
    "version",
    "copyright",
    "producednotice",
    "icop",
    "rights",
    "cuesheet",
    "tpro",
)
_KEYS = {
    "title": ("title", "inam"),
    "artist": ("artist", "author", "auth", "iart"),
    "albumartist": ("albumartist",),
    "performer": _PERFORMERS,
    "credit": _CREDITS,
    "sortname": _SORT_NAMES,
    "note": _NOTES,
    "album": ("album", "albumtitle", "iprd"),
    "bpm": ("bpm", "tempo", "beatsperminute", "bpmbeatsperminute"),
    "energy": ("energy", "energylevel"),
    "comment": ("comment", "comments", "description"),
    "grouping": ("grouping", "contentgroup", "contentgroupdescription"),
    "genre": ("genre", "genres", "subgenre", "style", "styles", "keyword", "keywords", "tag", "tags", "ikey"),
    "mood": ("mood",),
    "language": ("language",),
    "lyrics": ("lyrics", "unsyncedlyrics"),
    "voice": ("voiceinstrumental",),
}
"""Our name of a field, and the keys under which it stands in files: small letters alone, without what stands before."""
_NAMES = {key: name for name, keys in _KEYS.items() for key in keys}
_CREDITING = re.compile(
    "artist|perform|interpret|compos|conduct|musician|vocal|singer|orchest|ensembl|soloist|author|lyric|arrang"
    "|produc|mixe[rd]|engineer|featur|collab|personnel|credit|lineup|komponist|dirigent|solist|k.?nstler|chor.?leit"
)
"""What stands in keys that say who made something, whoever thought of them."""
_OF_NO_PERSON = re.compile(
    "(?:replaygain.*|itun(?:smpb|norm|pgap)|encoder(?:settings|options)?|majorbrand|minorversion|compatiblebrands|duration"
    "|creationtime|tlen|handlername|vendorid|hdlr|mdia|ftyp)$"
)
_NO_CREDIT = re.compile("(?:ids?|type|country)$")
_IN_ADDRESS = re.compile("(?:%[0-9A-Fa-f]{2})+")
_IN_HEXADECIMAL = re.compile(r"[\s0-9a-fA-F-]{24,}")
_STAFF, _IN_STAFF = ":iTunMOVI", re.compile("<string>([^<]*)</string>")
"""Where iTunes keeps the cast and who else took part."""
_TAKEN_FOR_UTF_8 = "cp1252", "cp437", "mac_roman", "cp1251"
_MISREAD_AGAIN = 3
_ADDRESS = re.compile("(?:urls?|website|webpage)$")
_LYRICS = re.compile("(?:un)?(?:sync[a-z]*)?lyrics(?:[a-z]{3})?")
"""As containers call them, with a language behind."""
SAID = "said"
"""Our name of every other field: what it says is no credit, but a name may stand in it."""
_BEFORE_KEY = re.compile(r"(?:----:[^:]*:|wm/|quodlibet::|com\.apple\.[a-z.]*\.)")
_NO_LETTER = re.compile("[^a-z]")
_ID3 = {
    "TIT2": "title",
    "TPE1": "artist",
    "TPE2": "albumartist",
    "TALB": "album",
    "TMCL": "performer",
    **dict.fromkeys(("TPE3", "TPE4", "TCOM", "TEXT", "TOPE", "TOLY", "TIPL", "IPLS"), "credit"),
    **dict.fromkeys(("TSOP", "TSO2", "TSOC"), "sortname"),
    **dict.fromkeys(("TIT3", "TSST", "TPRO", "TCOP", "TOWN"), "note"),
    "TBPM": "bpm",
    **dict.fromkeys(("TMOO", "TKWD", "TCAT"), "mood"),
    "TIT1": "grouping",
    "GRP1": "grouping",
    "TLAN": "language",
}
_MP4 = {
    "\xa9nam": "title",
    "\xa9ART": "artist",
    "aART": "albumartist",
    "\xa9alb": "album",
    **dict.fromkeys(("\xa9prf", "\xa9sol", "\xa9nrt"), "performer"),
    **dict.fromkeys(("\xa9wrt", "\xa9con", "\xa9arg", "\xa9ope", "\xa9aut", "\xa9prd", "\xa9swf", "\xa9dir"), "credit"),
    **dict.fromkeys(("\xa9st3", "cprt", "\xa9cpy"), "note"),
    **dict.fromkeys(("soar", "soaa", "soco"), "sortname"),
    "tmpo": "bpm",
    "\xa9cmt": "comment",
    "\xa9grp": "grouping",
    **dict.fromkeys(("\xa9gen", "keyw", "catg"), "genre"),
    "\xa9lyr": "lyrics",
}


def read_fields(path: Path) -> Fields:
    """Read a file's tags wherever they stand in it; no tags, or tags that cannot be read, are no fields."""
    fields: Fields = {}
    for read in (
        _by_kind,
        _id3_before,
        _ape_behind,
        _of_container,
        _id3_behind,
        _further_on,
        _in_chunks,
        _sheets_beside,
    ):
        try:
            for name, text in read(path, fields):
                texts = fields.setdefault(name, [])
                cut = decoded(text[:_LONGEST_TEXT])
                if cut not in texts and not (name == SAID and _is_data(cut)):
                    texts.append(cut)
        except Exception:  # noqa: BLE001 - a dozen unrelated types are raised on odd files; the sound is what counts
            continue
    return fields


def decoded(text: str) -> str:
    """A text without what the web writes for signs, `Mira%20Dost`, `Mira&nbsp;Dost`, and with the letters that it has in
    UTF-8 where a program took its bytes for others: `BjÃ¶rk`. Bytes that are no UTF-8 are letters of Windows."""
    with suppress(UnicodeDecodeError):
        text = _IN_ADDRESS.sub(lambda found: bytes.fromhex(found[0].replace("%", "")).decode(), text)
    text = unescape(text) if "&" in text else text
    if len(text) > 1 and not any(ord(letter) & 0xFF for letter in text):  # UTF-16, its bytes taken in the other order
        text = "".join(chr(ord(letter) >> 8) for letter in text)
    for _again in range(_MISREAD_AGAIN):
        if text.isascii() or (was := _as_utf_8(text)) is None:
            break
        text = was
    if text.isascii() or not any(map(_is_byte, text)):
        return text
    return b"".join(_byte_of(letter, "utf-8") for letter in text).decode("cp1252", "replace")


def _as_utf_8(text: str) -> str | None:
    """What a text is whose UTF-8 was read as another encoding; None for any other, of which hardly one looks like that."""
    for encoding in _TAKEN_FOR_UTF_8:
        with suppress(UnicodeError):
            return b"".join(_byte_of(letter, encoding) for letter in text).decode("utf-8")
    return None


def _byte_of(letter: str, encoding: str) -> bytes:
    """The byte of a letter; of a control or one that is no text its own, for which an encoding may have none."""
    is_own = "\u0080" <= letter <= "\u009f" or _is_byte(letter)
    return bytes([ord(letter) & 0xFF]) if is_own else letter.encode(encoding)


def _is_byte(letter: str) -> bool:
    """Whether a letter stands for a byte of a name that is no text."""
    return "\udc80" <= letter <= "\udcff"


def _is_data(text: str) -> bool:
    """Whether a text is for programs: numbers, or a picture in letters."""
    if not any(map(str.isalpha, text)) or _IN_HEXADECIMAL.fullmatch(text):
        return True
    return len(text) > _LONGEST_WORD and not any(map(str.isspace, text))


def _by_kind(path: Path, _known: Fields) -> Iterator[tuple[str, str]]:
    """The tags that a file of this kind has by its own rules."""
    import mutagen
    from mutagen.id3 import ID3
    from mutagen.mp4 import MP4Tags

    file = mutagen.File(path)
    if file is None or file.tags is None:  # a file without tags is false, so it must be compared
        return iter(())
    tags = file.tags
    pictured = ((SAID, picture.desc) for picture in getattr(file, "pictures", ()))
    return chain(
        pictured, _id3(tags) if isinstance(tags, ID3) else _mp4(tags) if isinstance(tags, MP4Tags) else _keyed(tags)
    )


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
    """What the container and its chapters say, but for the values of a key that were found one by one."""
    from setsetting.audio.decode import metadata_of  # loads the codecs, which no library that is only read needs

    for key, text in metadata_of(path):
        name = _name_of(key)
        if name and text != ";".join(known.get(name, ())):
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


def _further_on(path: Path, known: Fields) -> Iterator[tuple[str, str]]:
    """The tags that stand beside a file's first ones; it is called as those say."""
    from mutagen.id3 import ID3

    told = [pair for tags in further_tags(path) if tags for pair in (_id3 if isinstance(tags, ID3) else _keyed)(tags)]
    texts = ((_name_of(key) if key != SAID else SAID, text) for key, text in further_texts(path))
    for name, text in (*told, *texts):
        if also := _also(name, text, known):
            yield also, text


def _in_chunks(path: Path, known: Fields) -> Iterator[tuple[str, str]]:
    """What no reader of tags gives; it is called as those say."""
    for key, text in told_in_chunks(path):
        if text and (also := _also(_name_of(key), text, known)):
            yield also, text


def _also(name: str, text: str, known: Fields) -> str:
    """What a text is that stands beside a file's first tags: another title is a note, the same one nothing."""
    titles = known.get("title", ()) if name == "title" else ()
    if not titles:
        return name
    return "" if decoded(text[:_LONGEST_TEXT]) in titles else "note"


def _sheets_beside(path: Path, _known: Fields) -> Iterator[tuple[str, str]]:
    return said_beside(path)


def _id3(tags: Any) -> Iterator[tuple[str, str]]:
    for frame in tags.values():
        kind = frame.FrameID
        if kind == "TCON":
            name, texts = "genre", list(frame.genres)
        elif kind == "TXXX":
            name, texts = _name_of(frame.desc), list(frame.text)
        elif kind == "COMM":
            name, texts = (SAID if frame.desc.startswith("iTun") else "comment"), list(frame.text)
        elif kind in ("TMCL", "TIPL", "IPLS"):
            name, texts = _ID3[kind], [person for _role, person in frame.people]
            yield from ((SAID, role) for role, _person in frame.people)
        elif kind == "USLT":
            name, texts = "lyrics", [frame.text]
        elif kind == "SYLT":
            name, texts = "lyrics", ["\n".join(text for text, _ms in frame.text)]
        else:
            name, texts = _ID3.get(kind, SAID), _told_by(frame)
        if name:
            for text in texts:
                yield name, _mended(str(text), frame)
    for unknown in tags.unknown_frames:
        yield from ((SAID, text) for text in texts_of(unknown, tags.version[1]))


def _told_by(frame: Any) -> list[str]:
    """A frame's texts, its address, and what a picture or an address is called."""
    texts = getattr(frame, "text", [])
    others = (getattr(frame, name, "") for name in ("desc", "url", "seller", "filename", "owner", "email"))
    data = getattr(frame, "data", b"")
    attached = [] if b"\0" in data else [data.decode("utf-8", "replace")]
    return [*([texts] if isinstance(texts, str) else map(str, texts)), *filter(None, (*others, *attached))]


def _mp4(tags: Any) -> Iterator[tuple[str, str]]:
    from mutagen.mp4 import AtomDataType

    for key, values in tags.items():
        if key.endswith(_STAFF):
            yield from (
                ("credit", text)
                for value in values
                for text in _IN_STAFF.findall(bytes(value).decode("utf-8", "replace"))
            )
        elif name := _MP4.get(key) or ("" if key == "covr" else _name_of(key)):
            for value in values if isinstance(values, list) else [values]:
                if isinstance(value, bytes):
                    wide = getattr(value, "dataformat", None) == AtomDataType.UTF16
                    yield name, bytes(value).decode("utf-16-be" if wide else "utf-8", "replace")
                elif name != SAID or isinstance(value, str):
                    yield name, str(value)


def _keyed(tags: Any) -> Iterator[tuple[str, str]]:
    """Vorbis comments, APE and ASF: a key and one or more texts, sometimes wrapped in an object."""
    for key in tags.keys():  # noqa: SIM118 - iterating a Vorbis comment gives pairs
        name = _name_of(str(key))
        if not name:
            continue
        values = tags[key]
        if isinstance(values, str) or not hasattr(values, "__iter__"):
            values = [values]
        for value in values:
            text = getattr(value, "value", value)
            if not isinstance(text, bytes):
                yield name, str(text)


def _name_of(key: str) -> str:
    """Our name of a free-form key, whoever wrote it: `WM/Conductor`, `original_artist`, `PERFORMER:cello`, `Artist 2`;
    nothing where numbers alone stand behind it."""
    bare = _NO_LETTER.sub("", _BEFORE_KEY.sub("", key.strip().casefold(), count=1).partition(":")[0])
    if (name := _NAMES.get(bare)) is not None:
        return name
    if _LYRICS.fullmatch(bare):
        return "lyrics"
    if _ADDRESS.search(bare):
        return SAID
    if _OF_NO_PERSON.match(bare):
        return ""
    if _NO_CREDIT.search(bare):
        return SAID
    return "credit" if _CREDITING.search(bare) else SAID


def _mended(text: str, frame: Any) -> str:
    """Undo the commonest wrong encoding: UTF-8 in a frame that says Latin-1."""
    if getattr(frame, "encoding", None) == 0 and not text.isascii():
        try:
            return text.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return text
    return text
