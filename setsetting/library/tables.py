"""The tables of library.db, and the version that follows from them."""

import zlib
from types import NoneType
from typing import Any, get_args, get_type_hints

from setsetting.audio.measurements import Measurements


def _stored(hint: Any) -> tuple[type, bool]:
    """As what a field of Measurements is stored, and whether it may be null."""
    kinds = [kind for kind in get_args(hint) or (hint,) if kind is not NoneType]
    kind = kinds[0]
    while hasattr(kind, "__supertype__"):  # a unit is a number by another name
        kind = kind.__supertype__
    return kind, len(get_args(hint)) > 1


MEASURED = {
    name: _stored(hint) for name, hint in get_type_hints(Measurements).items() if name not in {"digest", "words"}
}
"""Every measurement with its type and whether it may be null; the digest is the recording's own id, its words are code."""
_STAMP = {"path": bytes, "size": int, "mtime_ns": int, "ctime_ns": int, "sheets": int}
"""By what a file is known again, as the table of files and that of failures both have it."""
TABLES: dict[str, tuple[Any, dict[str, type], tuple[str, ...]]] = {
    "recording": (
        "track_id",
        {
            "track_id": str,
            "measure_version": int,
            **{name: int if kind is bool else kind for name, (kind, _null) in MEASURED.items()},
            "energy": float,
            "energy_version": int,
        },
        tuple(name for name, (_kind, null) in MEASURED.items() if null),
    ),
    "file": (
        "path",
        {
            **_STAMP,
            "track_id": str,
            "tags_version": int,
            "title": str,
            "artist": str,
            "artists": str,
            "album": str,
            "energy": float,
            "bpm": float,
            "lyrics": str,
            "tags": str,
            "called": str,
        },
        ("energy", "bpm"),
    ),
    "former": (
        ("track_id", "path"),
        {"track_id": str, "path": bytes, "tags": str, "artist": str, "artists": str, "called": str},
        (),
    ),
    "folder": ("path", {"path": bytes}, ()),
    "failure": ("path", {**_STAMP, "measure_version": int, "reason": str}, ()),
    "code": ("track_id", {"track_id": str, "code": bytes}, ()),
    "kin": (("track_id", "other_id"), {"track_id": str, "other_id": str, "kinship": str, "differs": float}, ()),
}
"""Primary key, columns, and those of them that may be null; `former` is what files said that are forgotten,
`folder` what was named to be scanned."""
SCHEMA_VERSION = zlib.crc32(repr(TABLES).encode()) >> 1
"""Another one for other tables; of the 32 bits that a database has for it one is the sign."""
