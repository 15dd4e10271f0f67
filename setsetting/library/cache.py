"""library.db: what was measured of each recording and read from each file. All of it can be made again.

What was measured belongs to what is decoded and is known by its digest, a file by its path; several files may hold
one sound. Paths are stored as the system's bytes, since a file name need not be text. A cache of
another version of the program is emptied but for the folders that were scanned, and filled by the next scan; until then
nothing that another version read or measured is a track.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from setsetting.audio.measurements import MEASURE_VERSION, Measurements
from setsetting.library.database import Store
from setsetting.library.energy import ENERGY_VERSION
from setsetting.library.recordings import Kin, Kinship, Measured, alike
from setsetting.library.tables import MEASURED, SCHEMA_VERSION, TABLES
from setsetting.library.tags import TAGS_VERSION, Tags
from setsetting.library.track import AnyTrack, EnergySource, Lyrics, Track, TrackNames, together
from setsetting.library.walk import MusicFile
from setsetting.machine.database import DATABASE_ERRORS
from setsetting.units import Energy
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.audio.fingerprint import Words

BETWEEN_TAGS = "\n"

_COLUMN = {
    "id": "f.track_id",
    "path": "f.path",
    "energy": "coalesce(f.energy, r.energy)",
    "energy_source": f"CASE WHEN f.energy IS NULL THEN '{EnergySource.MEASURED}' ELSE '{EnergySource.TAG}' END",
    "bpm": "coalesce(f.bpm, r.bpm)",
    "beatless": "r.beatless AND f.bpm IS NULL",
    "lyrics": "f.lyrics",
    "tags": "f.tags",
    "title": "f.title",
    "artist": "f.artist",
    "artists": "f.artists",
    "album": "f.album",
    "recording_id": "NULL",
    "shares": "NULL",
    "damaged": "r.lost_packets",
    "called": "f.called",
    "note": "''",
}
"""Where a track's fields come from that are not a measurement alone."""


@lru_cache(maxsize=1 << 16)
def _split(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(BETWEEN_TAGS)) if joined else ()


_READ: dict[str, Callable[[Any], object]] = {
    "path": os.fsdecode,
    "energy_source": {str(kind): kind for kind in EnergySource}.__getitem__,
    "beatless": bool,
    "lyrics": {str(kind): kind for kind in Lyrics}.__getitem__,
    "tags": _split,
    "artists": _split,
    "called": _split,
    "damaged": lambda lost: _damage(lost) if lost else None,
}
"""What becomes of a column, where it is not a track's field as it stands."""


class _Copy(NamedTuple):
    """What one of several files of a sound says of it, as it is stored."""

    tags: str
    artist: str
    artists: str
    called: str

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> "_Copy":
        return cls(*(row[number] for number in _OF_COPY))


_FIELDS = tuple(Track.__dataclass_fields__)
_OF_COPY = tuple(map(_FIELDS.index, _Copy._fields))
_PATH, _RECORDING, _SHARES = map(_FIELDS.index, ("path", "recording_id", "shares"))
_CONVERTED = tuple((number, _READ[name]) for number, name in enumerate(_FIELDS) if name in _READ)
_SAID = "SELECT track_id, path, tags, artist, artists, called FROM"
FileSaid: TypeAlias = tuple[str, bytes, str, str, str, str]
"""What a file said of a track, as it is stored: the track's id, the path, tags, artist, artists, called."""
_TRACKS = f"""
SELECT {", ".join(_COLUMN.get(name, f"r.{name}") for name in _FIELDS)}
FROM file AS f JOIN recording AS r USING (track_id)
WHERE tags_version = {TAGS_VERSION} AND measure_version = {MEASURE_VERSION} ORDER BY f.track_id, f.path
"""
_NAMES = f"""
SELECT track_id, path, tags, title, artist, artists, called FROM file
WHERE tags_version = {TAGS_VERSION} AND track_id IN
(SELECT track_id FROM recording WHERE measure_version = {MEASURE_VERSION}) ORDER BY track_id, path
"""


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as the last scan saw it: unchanged while its stamp is; `reason` is why it failed."""

    stamp: tuple[int, int, int]
    track_id: str
    reason: str


class Cache(Store):
    """An opened library.db; one of another version is emptied."""

    version = SCHEMA_VERSION
    tables = TABLES.keys()

    @classmethod
    def advice(cls) -> str:
        return _("Delete it and scan again: nothing that a person set is in it.")

    def tracks(
        self, recordings: Mapping[str, str], shares: Mapping[str, tuple[str, ...]], kept: Iterable[FileSaid]
    ) -> list[Track]:
        """Every track that has a file, by id, with its tags over its measurements, of which recording it is, and which
        recordings hold some of its sound.

        Of several files that hold its sound the first that is there stands for it; forgotten ones, and what was kept of
        files that are not here, still credit.
        """
        former = self._former(recordings, kept)
        found: list[Track] = []
        for _track_id, files in groupby(self._db.execute(_TRACKS), key=itemgetter(0)):
            rows = list(files)
            shown = rows[0] if len(rows) == 1 else next((row for row in rows if _is_there(row)), rows[0])
            values = list(shown)
            for number, convert in _CONVERTED:
                values[number] = convert(values[number])
            values[_RECORDING] = recordings.get(values[0])
            values[_SHARES] = shares.get(values[_RECORDING], ()) if shares else ()
            track = Track(*values)
            for row in rows if len(rows) > 1 else ():
                track = _with_copy(track, _Copy.of(row))
            for copy in former.get(track.recording_id or track.id, ()):
                track = _with_copy(track, copy)
            found.append(track)
        return found

    def names(self, recordings: Mapping[str, str], kept: Iterable[FileSaid]) -> list[TrackNames]:
        """Every recording that has a file, by id, with what a refusal asks of it."""
        found: dict[str, TrackNames] = {}
        for track_id, path, tags, title, artist, artists, called in self._db.execute(_NAMES):
            if track_id not in found:
                found[track_id] = TrackNames(
                    track_id,
                    str(path, "utf-8", "surrogateescape"),
                    _split(tags),
                    title,
                    artist,
                    _split(artists),
                    recordings.get(track_id),
                    _split(called),
                )
            else:
                found[track_id] = _with_copy(found[track_id], _Copy(tags, artist, artists, called))
        former = self._former(recordings, kept)
        for track in found.values() if former else ():
            for copy in former.get(track.recording_id or track.id, ()):
                found[track.id] = _with_copy(found[track.id], copy)
        return list(found.values())

    def _former(self, recordings: Mapping[str, str], kept: Iterable[FileSaid]) -> dict[str, list[_Copy]]:
        """What forgotten files said, by their recording, or their track where it is of none."""
        here = "SELECT 1 FROM file WHERE track_id = ? AND path = ?"
        gone = [said for said in kept if self._db.execute(here, said[:2]).fetchone() is None]
        found = defaultdict(list)
        for track_id, _path, *said in sorted({*gone, *self._db.execute(f"{_SAID} former")}):
            found[recordings.get(track_id, track_id)].append(_Copy(*said))
        return found

    def said_of(self, track_ids: Collection[str]) -> list[FileSaid]:
        """What the files of these tracks say, and those that are forgotten said."""
        found = self._db.execute(f"{_SAID} file UNION {_SAID} former")
        return [said for said in found if said[0] in track_ids]

    def seen(self) -> dict[str, SeenFile]:
        """Every file whose last scan still holds under this version of the program, by path."""
        known = {
            os.fsdecode(path): SeenFile(tuple(stamp), track_id, "")
            for path, *stamp, track_id in self._db.execute(
                "SELECT path, size, mtime_ns, ctime_ns, track_id FROM file JOIN recording USING (track_id)"
                " WHERE measure_version = ? AND tags_version = ?",
                (MEASURE_VERSION, TAGS_VERSION),
            )
        }
        for path, *stamp, reason in self._db.execute(
            "SELECT path, size, mtime_ns, ctime_ns, reason FROM failure WHERE measure_version = ?", (MEASURE_VERSION,)
        ):
            known[os.fsdecode(path)] = SeenFile(tuple(stamp), "", reason)
        return known

    def paths(self) -> dict[str, str]:
        """Every file of the library with its track's id, whatever version saw it."""
        return {os.fsdecode(path): track_id for path, track_id in self._db.execute("SELECT path, track_id FROM file")}

    def stamps(self) -> dict[str, tuple[int, int, int]]:
        """By what every file was known when it was scanned, by path."""
        found = self._db.execute("SELECT path, size, mtime_ns, ctime_ns FROM file")
        return {os.fsdecode(path): tuple(stamp) for path, *stamp in found}

    def folders(self) -> set[str]:
        """The folders that were named to be scanned."""
        return {os.fsdecode(path) for (path,) in self._db.execute("SELECT path FROM folder")}

    def put_folders(self, folders: Iterable[str]) -> None:
        """Remember folders that are scanned."""
        with self._writing():
            self._put_folders(folders)

    def _put_folders(self, folders: Iterable[str]) -> None:
        self._db.executemany("INSERT OR IGNORE INTO folder VALUES (?)", [(os.fsencode(one),) for one in folders])

    def every_path(self) -> set[str]:
        """Every file that a scan took for one of the library, those that could not be measured too."""
        found = self._db.execute("SELECT path FROM file UNION SELECT path FROM failure")
        return {os.fsdecode(path) for (path,) in found}

    def measured(self) -> list[str]:
        """What this version of the program measured, by id, of what files are gone too: it needs no measuring again."""
        found = self._db.execute("SELECT track_id FROM recording WHERE measure_version = ?", (MEASURE_VERSION,))
        return [track_id for (track_id,) in found]

    def codes(self, but: Collection[str] = ()) -> "dict[str, Words]":
        """The codes of every track that has one, by id, those whose files are gone too, but for some."""
        from setsetting.library.codes import stored  # loads numpy, as measuring does and nothing else here

        wanted = [track_id for track_id in self.recognised() if track_id not in but]
        return {track_id: stored(code) for track_id in wanted if (code := self.stored_code(track_id)) is not None}

    def stored_code(self, track_id: str) -> bytes | None:
        """The code of one track as it is stored, if it has one."""
        found = self._db.execute("SELECT code FROM code WHERE track_id = ?", (track_id,)).fetchone()
        return None if found is None else bytes(found[0])

    def samples(self) -> dict[str, str]:
        """The digest of what is decoded of every track, by id, those whose files are gone too."""
        return dict(self._db.execute("SELECT track_id, samples FROM recording"))

    def recognised(self) -> list[str]:
        """The ids of the tracks that have a code."""
        return [track_id for (track_id,) in self._db.execute("SELECT track_id FROM code")]

    def alike(self) -> list[Kin]:
        """What may be another encoding of a sound that has no code."""
        said = "SELECT track_id FROM recording WHERE lufs IS NOT NULL AND track_id NOT IN (SELECT track_id FROM code)"
        if not (without := {track_id for (track_id,) in self._db.execute(said)}):
            return []
        rows = "SELECT track_id, 1.0 * frames / rate_hz, brightness, lra_lu FROM recording WHERE lufs IS NOT NULL"
        return alike((Measured(*row) for row in self._db.execute(rows)), without)

    def kin(self) -> list[Kin]:
        """Which tracks were found to belong together."""
        found = self._db.execute("SELECT track_id, other_id, kinship, differs FROM kin ORDER BY differs, 1, 2")
        return [Kin(one, other, Kinship(kinship), differs) for one, other, kinship, differs in found]

    def put_kin(self, kin: Iterable[Kin]) -> None:
        """Write which tracks were found to belong together."""
        rows = [(one.track_id, one.other_id, str(one.kinship), one.differs) for one in kin]
        with self._writing():
            self._db.executemany("INSERT OR IGNORE INTO kin VALUES (?, ?, ?, ?)", rows)

    def together(self) -> AbstractContextManager[None]:
        """Hold the write lock for a block: what is written in it is written whole or not at all."""
        return self._writing()

    def put(
        self,
        found: MusicFile,
        track_id: str,
        tags: Tags,
        measured: tuple[Measurements, Energy] | None,
        code: "Words | None" = None,
    ) -> None:
        """Write one scanned file, with the measurement, energy and code of its sound where they are new."""
        with self._writing():
            if measured is not None:
                sound, energy = measured
                if code is not None:
                    from setsetting.library.codes import to_store  # measuring has loaded it

                    self._replace("code", {"track_id": track_id, "code": to_store(code)})
                    self._db.execute("DELETE FROM kin WHERE track_id = ?", (track_id,))
                row = {name: getattr(sound, name) for name in MEASURED}
                row |= {"track_id": track_id, "measure_version": MEASURE_VERSION}
                row |= {"energy": energy, "energy_version": ENERGY_VERSION}
                self._replace("recording", row)
            said = {name: getattr(tags, name) for name in Tags.__slots__}
            said |= {"lyrics": str(tags.lyrics)}
            path = os.fsencode(found.path)
            self._let_go([path], "track_id <> ?", track_id)
            self._db.execute("DELETE FROM former WHERE path = ? AND track_id = ?", (path, track_id))
            said |= {name: BETWEEN_TAGS.join(getattr(tags, name)) for name in ("tags", "artists", "called")}
            self._replace("file", {**_stamp(found), "track_id": track_id, "tags_version": TAGS_VERSION, **said})
            self._db.execute("DELETE FROM failure WHERE path = ?", (path,))

    def put_failure(self, found: MusicFile, reason: str) -> None:
        """Remember that a file's content cannot be measured, until it changes."""
        with self._writing():
            self._let_go([os.fsencode(found.path)])
            self._replace("failure", {**_stamp(found), "measure_version": MEASURE_VERSION, "reason": reason})

    def forget_folders(self, folders: Iterable[str]) -> None:
        """Forget that these folders were scanned."""
        with self._writing():
            self._db.executemany("DELETE FROM folder WHERE path = ?", [(os.fsencode(one),) for one in folders])

    def forget(self, paths: Iterable[str], *, moved: bool = False) -> None:
        """Forget files that are gone; their recordings stay, and what is known of them unless they are elsewhere now."""
        gone = [os.fsencode(path) for path in paths]
        if gone:
            with self._writing():
                if moved:
                    self._db.executemany("DELETE FROM file WHERE path = ?", [(path,) for path in gone])
                self._let_go(gone)
                self._db.executemany("DELETE FROM failure WHERE path = ?", [(path,) for path in gone])

    def _let_go(self, paths: Iterable[bytes], which: str = "true", *values: str) -> None:
        """Let files be known no longer but for what they said."""
        for path in paths:
            at = f"FROM file WHERE path = ? AND {which}"
            self._db.execute(
                f"INSERT OR REPLACE INTO former SELECT track_id, path, tags, artist, artists, called {at}",
                (path, *values),
            )
            self._db.execute(f"DELETE {at}", (path, *values))

    def _replace(self, table: str, row: dict[str, object]) -> None:
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        self._db.execute(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))

    def _meet(self, found: int) -> None:
        from sqlite_utils import Database  # 0.3 s to import, and only a new library needs it

        with self._writing():
            if self._version() == SCHEMA_VERSION:
                return  # another process was quicker
            folders = self._folders_of_another() if found else set()
            database = Database(self._db, execute_plugins=False)
            for table, (key, columns, nullable) in TABLES.items():
                self._db.execute(f"DROP TABLE IF EXISTS {table}")
                database.table(table).create(
                    columns, pk=key, not_null={name for name in columns if name not in nullable}, strict=True
                )
            self._db.execute("CREATE INDEX file_track_id ON file (track_id)")
            self._put_folders(folders)
            self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _folders_of_another(self) -> set[str]:
        """What another version of the program scanned, as far as it can be told."""
        with suppress(*DATABASE_ERRORS):
            if folders := self.folders():
                return folders
        with suppress(*DATABASE_ERRORS):
            paths = self._db.execute("SELECT path FROM file").fetchall()
            return {os.path.dirname(os.fsdecode(path)) for (path,) in paths}  # noqa: PTH120
        return set()


def _with_copy(track: AnyTrack, copy: _Copy) -> AnyTrack:
    """A track with what another file of the same sound says of it too; its own is shown."""
    return replace(
        track,
        tags=tuple(sorted({*track.tags, *_split(copy.tags)})),
        artist=track.artist or copy.artist,
        artists=tuple(dict.fromkeys((*track.artists, *_split(copy.artists)))),
        called=together(track.called, _split(copy.called)),
    )


def _is_there(row: tuple[Any, ...]) -> bool:
    return os.path.isfile(os.fsdecode(row[_PATH]))  # noqa: PTH113 - half the time of a Path


def _damage(lost: int) -> str:
    return count("{n} piece of it cannot be decoded", "{n} pieces of it cannot be decoded", lost)


def _stamp(found: MusicFile) -> dict[str, object]:
    return {"path": os.fsencode(found.path), **dict(zip(("size", "mtime_ns", "ctime_ns"), found.stamp, strict=True))}
