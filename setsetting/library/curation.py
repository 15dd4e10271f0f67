"""curation.db: what people said of tracks. It outranks every measurement and tag, and is no cache.

Each statement is a row of its own with who said it and when; the newest of a recording's field counts, and
one without a value withdraws what was said before. Keyed by the track's id, with the code by which its
recording is known, so that it survives moving, retagging, another encoding and the loss of library.db.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from setsetting.errors import Refused, UsageError, guess
from setsetting.library.credits import credits_in, in_titles
from setsetting.library.database import Store
from setsetting.library.energy import HIGHEST, LOWEST
from setsetting.library.recordings import Kin, Measured, from_row, to_row
from setsetting.library.tags import FASTEST_BPM, SLOWEST_BPM, besides_in, may_be_named, tag_word
from setsetting.library.track import EnergySource, Lyrics, Track, TrackNames, together
from setsetting.units import Milliseconds
from setsetting.words.numbers import number_typed
from setsetting.words.plain import plain
from setsetting.words.spelling import spelled
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.audio.fingerprint import Words
    from setsetting.library.copies import FileSaid

SCHEMA_VERSION = 7
UNKNOWN = "unknown"
YES, NO = "yes", "no"
KeptSound: TypeAlias = tuple[str, str, float | None, float, float]
"""Of a track its id, the digest of its samples, its length in seconds or None for silence, brightness and loudness range."""


class Keepsakes(NamedTuple):
    """What is kept of tracks: codes by id, sounds, what files said, and what belongs together."""

    codes: Mapping[str, bytes]
    sounds: Sequence[KeptSound]
    said: "Sequence[FileSaid]"
    kin: Sequence[Kin]


@dataclass(frozen=True, slots=True)
class CuratedField:
    """What a person may say of a track: what is expected in words, or the few values there are with theirs."""

    name: str
    expected: str = ""
    choices: tuple[tuple[str, str], ...] = ()


FIELDS = (
    CuratedField("energy", _("1 to 10 in halves")),
    CuratedField(
        "lyrics",
        _("none, wordless, known, other, unknown"),
        (
            (Lyrics.NONE, _("no voice at all")),
            (Lyrics.WORDLESS, _("a voice without words")),
            (Lyrics.KNOWN, _("words in a language that is understood")),
            (Lyrics.OTHER, _("words in another language")),
            (Lyrics.UNKNOWN, _("nobody has said yet")),
        ),
    ),
    CuratedField("bpm", _("beats a minute")),
    CuratedField("beatless", _("yes or no"), ((YES, _("without a beat")), (NO, _("with a beat")))),
    CuratedField("title"),
    CuratedField("artist"),
    CuratedField("brightness", _("0 to 1")),
    CuratedField("note", _("a line for whoever plays it")),
)
_NAMES = tuple(field.name for field in FIELDS)
_CHOICES = {field.name: [str(value) for value, _words in field.choices] for field in FIELDS if field.choices}
_RANGES = {"energy": (LOWEST, HIGHEST, 0.5), "bpm": (SLOWEST_BPM, FASTEST_BPM, 0.0), "brightness": (0.0, 1.0, 0.0)}
"""Lowest, highest, step (0: any)."""

SAME_AS = "same as:"
"""A field that ends in another track's id: whether both are one recording."""
_TAG = "tag:"
_HAS, _LACKS = "+", "-"

Said = Mapping[str, str]
"""What counts of one track: a field, or "tag:" and a tag, with its value."""


class Curation(Store):
    """An opened curation.db; one of a newer program is refused."""

    version = SCHEMA_VERSION
    tables = ("statement", "code", "sound", "credit", "kin")

    @classmethod
    def advice(cls) -> str:
        return _("Put back its newest copy from a backup.")

    def said(self, of: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """What counts now by recording, `of` giving each track's; by track id where it is of none."""
        recordings: dict[str, dict[str, str]] = {}
        for track_id, field, value in self._db.execute("SELECT track_id, field, value FROM statement ORDER BY number"):
            said = recordings.setdefault(of.get(track_id, track_id), {})
            if value is None:
                said.pop(field, None)
            else:
                said[field] = value
        return recordings

    def same(self) -> dict[frozenset[str], bool]:
        """The pairs of tracks that people said are one recording, or two."""
        rows = self._db.execute(
            "SELECT track_id, substr(field, ?), value FROM statement WHERE field GLOB ? ORDER BY number",
            (len(SAME_AS) + 1, SAME_AS + "*"),
        )
        pairs = {frozenset((track_id, other)): value for track_id, other, value in rows}
        return {pair: value == YES for pair, value in pairs.items() if value is not None}

    def keep(self, known: Keepsakes) -> None:
        """Keep what is known of tracks of which something was said: they are found again, by their credits and their kin
        too, without files and cache."""
        with self._writing():
            self._db.executemany("INSERT OR IGNORE INTO code (track_id, code) VALUES (?, ?)", known.codes.items())
            self._db.executemany("INSERT OR IGNORE INTO sound VALUES (?, ?, ?, ?, ?)", known.sounds)
            self._db.executemany("INSERT OR IGNORE INTO kin VALUES (?, ?, ?, ?)", map(to_row, known.kin))
            self._db.executemany("INSERT OR IGNORE INTO credit VALUES (?, ?, ?, ?, ?, ?)", known.said)

    def credited(self) -> "list[FileSaid]":
        """What was kept of what files said."""
        return self._db.execute("SELECT * FROM credit").fetchall()

    def kept(self) -> "dict[str, Words]":
        """The codes that were kept, by track id."""
        from setsetting.library.codes import stored  # loads numpy, as measuring does and nothing else here

        return {track_id: stored(code) for track_id, code in self._db.execute("SELECT track_id, code FROM code")}

    def kept_kin(self) -> list[Kin]:
        """What was kept as belonging together."""
        return list(map(from_row, self._db.execute("SELECT track_id, other_id, kinship, differs FROM kin")))

    def compared_by(self) -> list[Measured]:
        """By what all that was kept is compared with what has no code; silence is compared with nothing."""
        rows = "SELECT track_id, length_s, brightness, lra_lu FROM sound WHERE length_s IS NOT NULL"
        return [Measured(*row) for row in self._db.execute(rows)]

    def kept_samples(self) -> dict[str, str]:
        """The digests of samples that were kept, by track id."""
        return dict(self._db.execute("SELECT track_id, samples FROM sound"))

    def kept_ids(self) -> set[str]:
        return {track_id for (track_id,) in self._db.execute("SELECT track_id FROM code")}

    def say(self, track_id: str, statements: Mapping[str, str | None], *, who: str, at_utc_ms: Milliseconds) -> None:
        """Add statements about a track, all or none; None withdraws."""
        from sqlite_utils import Database  # 0.3 s to import, and only saying something needs it

        rows = [
            {"track_id": track_id, "field": field, "value": value, "who": who, "at_utc_ms": at_utc_ms}
            for field, value in statements.items()
        ]
        with self._writing():
            Database(self._db, execute_plugins=False).table("statement").insert_all(rows)

    def _meet(self, found: int) -> None:
        if found > SCHEMA_VERSION:
            newer = _("{path} was written by a newer version of this program; install that version to use it.")
            raise Refused(newer.format(path=self._path))
        if found:
            older = _("{path} was written by an older program that knew tracks otherwise; put it away to begin anew.")
            raise Refused(older.format(path=self._path))
        from sqlite_utils import Database

        with self._writing():
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS code (track_id TEXT NOT NULL PRIMARY KEY, code BLOB NOT NULL) STRICT"
            )
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS sound (track_id TEXT NOT NULL PRIMARY KEY, samples TEXT NOT NULL,"
                " length_s REAL, brightness REAL NOT NULL, lra_lu REAL NOT NULL) STRICT"
            )
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS kin (track_id TEXT NOT NULL, other_id TEXT NOT NULL, kinship TEXT NOT NULL,"
                " differs REAL NOT NULL, PRIMARY KEY (track_id, other_id)) STRICT"
            )
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS credit (track_id TEXT NOT NULL, path BLOB NOT NULL, tags TEXT NOT NULL,"
                " artist TEXT NOT NULL, artists TEXT NOT NULL, called TEXT NOT NULL,"
                " PRIMARY KEY (track_id, path, tags, artist, artists, called)) STRICT"
            )
            columns = {"number": int, "track_id": str, "field": str, "value": str, "who": str, "at_utc_ms": int}
            Database(self._db, execute_plugins=False).table("statement").create(
                columns, pk="number", not_null=set(columns) - {"value"}, strict=True, if_not_exists=True
            )
            self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def checked(fields: Mapping[str, str]) -> dict[str, str | None]:
    """Turn what a person typed into statements; a wrong value is one sentence, an empty one withdraws."""
    statements: dict[str, str | None] = {}
    for name, text in fields.items():
        if name not in _NAMES:
            raise UsageError(
                _("A track has no field {name!r} to set; there are {fields}.").format(
                    name=name, fields=", ".join(_NAMES)
                )
                + guess(name, _NAMES)
            )
        statements[name] = _canonical(name, text) if text.strip() else None
    if statements.get("beatless") == YES and statements.get("bpm") not in (None, UNKNOWN):
        raise UsageError(_("A tempo (bpm) and beatless contradict each other; set one of them."))
    if statements.get("beatless") == YES:
        statements["bpm"] = None  # the newer word wins over an earlier tempo
    elif statements.get("bpm") not in (None, UNKNOWN) and "beatless" not in statements:
        statements["beatless"] = None
    return statements


def tag_statements(add: Iterable[str], remove: Iterable[str]) -> dict[str, str | None]:
    """Turn tags to add and to remove into statements."""
    adding = dict.fromkeys(map(_tag, add), _HAS)
    removing = dict.fromkeys(map(_tag, remove), _LACKS)
    both = adding.keys() & removing.keys()
    if both:
        name = min(both).removeprefix(_TAG)
        raise UsageError(_("The tag {name!r} can't be both added and removed.").format(name=name))
    return {**adding, **removing}


def outranked(track: Track, said: Said) -> Track:
    """Give the track as a person's words make it."""
    changes = _named(track, said)
    if "energy" in said:
        changes |= {"energy": float(said["energy"]), "energy_source": EnergySource.PERSON}
    if "brightness" in said:
        changes["brightness"] = float(said["brightness"])
    if "note" in said:
        changes["note"] = said["note"]
    if "lyrics" in said:
        changes["lyrics"] = Lyrics(said["lyrics"])
    if "bpm" in said:
        known = said["bpm"] != UNKNOWN
        changes |= {"bpm": float(said["bpm"]) if known else None, "beatless": track.beatless and not known}
    if "beatless" in said:
        changes["beatless"] = said["beatless"] == YES
        if said["beatless"] == YES:
            changes["bpm"] = None
    return replace(track, **changes)


def renamed(track: TrackNames, said: Said) -> TrackNames:
    """Give the names as a person's words make them."""
    return replace(track, **_named(track, said))


def names_it(said: Said) -> bool:
    """Whether people say of a recording how it is called, who plays or how it is tagged."""
    return any(field in ("title", "artist") or field.startswith(_TAG) for field in said)


def _named(track: Track | TrackNames, said: Said) -> dict[str, Any]:
    changes: dict[str, Any] = {name: said[name] for name in ("title", "artist") if name in said}
    if "title" in said:
        hint = may_be_named(said["title"], performed=not any(track.called[:2]))
        changes["called"] = together(track.called, ("", hint, "", besides_in((said["title"],))))
    credited = credits_in([said["artist"]] if "artist" in said else ())
    guests = credits_in(in_titles([said["title"]] if "title" in said else ()))
    if credited or guests:  # whom a file names it goes on to name
        names = reversed((*credited, *track.artists, *guests))
        changes["artists"] = tuple(reversed({spelled(name): name for name in names}.values()))
    words = {field.removeprefix(_TAG): value for field, value in said.items() if field.startswith(_TAG)}
    if words:
        kept = {tag for tag in track.tags if words.get(tag) != _LACKS}
        changes["tags"] = tuple(sorted(kept | {tag for tag, value in words.items() if value == _HAS}))
        changes["former_tags"] = tuple(tag for tag in track.former_tags if tag not in words)
    return changes


def _canonical(name: str, text: str) -> str:
    """The one spelling of a value, or a sentence about what was expected."""
    text = text.strip()
    if name in ("title", "artist", "note"):
        return plain(text) or _wrong(name, text, _("text that can be shown"))
    if name in _CHOICES:
        word, known = text.casefold(), _CHOICES[name]
        return word if word in known else _wrong(name, text, _("one of {known}").format(known=", ".join(known)))
    if name == "bpm" and text.casefold() == UNKNOWN:
        return UNKNOWN
    low, high, step = _RANGES[name]
    expected = _("a number from {low:g} to {high:g}").format(low=low, high=high)
    if step:
        expected = _("{numbers} in steps of {step:g}").format(numbers=expected, step=step)
    if name == "bpm":
        expected = _("{numbers}, or unknown").format(numbers=expected)
    return _number(name, text, _RANGES[name], expected)


def _number(name: str, text: str, allowed: tuple[float, float, float], expected: str) -> str:
    low, high, step = allowed
    value = number_typed(text)
    fits = low <= value <= high and (not step or (value / step).is_integer())  # nan is in no range
    return f"{value:.12g}" if fits else _wrong(name, text, expected)


def _wrong(name: str, text: str, expected: str) -> str:
    raise UsageError(_("{name} is {expected}, not {text!r}.").format(name=name, text=plain(text), expected=expected))


def _tag(text: str) -> str:
    word = tag_word(text)
    if not word:
        raise UsageError(_("A tag needs a name."))
    return _TAG + word
