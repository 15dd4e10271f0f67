"""library.db: what was measured of each recording and read from each file. All of it can be made again.

What was measured belongs to what is decoded and is known by its digest, a file by its path; several files may hold
one sound. Paths are stored as the system's bytes, since a file name need not be text. A cache of
another version of the program is emptied but for the folders that were scanned, and filled by the next scan; until then
nothing that another version read or measured is a track.
"""

import json
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from setsetting.audio.measurements import MEASURE_VERSION, Measurements
from setsetting.library.copies import BETWEEN_TAGS, Copy, FileSaid, once_called, parted, with_copy
from setsetting.library.curation import Keepsakes
from setsetting.library.database import Store
from setsetting.library.energy import ENERGY_VERSION
from setsetting.library.names import FileNames
from setsetting.library.recordings import Kin, Measured, from_row, to_row
from setsetting.library.tables import MEASURED, SCHEMA_VERSION, TABLES
from setsetting.library.tags import TAGS_VERSION, Tags
from setsetting.library.track import EnergySource, Lyrics, Track
from setsetting.library.walk import MusicFile
from setsetting.machine.database import DATABASE_ERRORS
from setsetting.units import Energy
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.audio.fingerprint import Words

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
    **dict.fromkeys(("note", "former", "former_tags"), "''"),
}
"""Where a track's fields come from that are not a measurement alone."""


_READ: dict[str, Callable[[Any], object]] = {
    "path": os.fsdecode,
    "energy_source": {str(kind): kind for kind in EnergySource}.__getitem__,
    "beatless": bool,
    "lyrics": {str(kind): kind for kind in Lyrics}.__getitem__,
    **dict.fromkeys(("tags", "artists", "called", "former", "former_tags"), parted),
    "damaged": lambda lost: _damage(lost) if lost else None,
}
"""What becomes of a column, where it is not a track's field as it stands."""


_STAMP = "size", "mtime_ns", "ctime_ns", "sheets"
_FIELDS = tuple(Track.__dataclass_fields__)
_OF_COPY = tuple(map(_FIELDS.index, Copy._fields))
_PATH, _RECORDING, _SHARES = map(_FIELDS.index, ("path", "recording_id", "shares"))
_CONVERTED = tuple((number, _READ[name]) for number, name in enumerate(_FIELDS) if name in _READ)
_SAID = "SELECT track_id, path, tags, artist, artists, called FROM"
_TRACKS = f"""
SELECT {", ".join(_COLUMN.get(name, f"r.{name}") for name in _FIELDS)}
FROM file AS f JOIN recording AS r USING (track_id)
WHERE tags_version = {TAGS_VERSION} AND measure_version = {MEASURE_VERSION} ORDER BY f.track_id, f.path
"""
_BETWEEN = "\x1e"
"""Between rows that are read as one text, a tenth of the time of reading them row by row."""
_CURRENT = f"""tags_version = {TAGS_VERSION} AND track_id NOT IN
(SELECT track_id FROM recording WHERE measure_version <> {MEASURE_VERSION})"""
_NAME_COLUMNS = "track_id", "hex(path)", "tags", "title", "artist", "artists", "called"
_NAMES = f"SELECT {', '.join(_NAME_COLUMNS)} FROM file WHERE {_CURRENT}"
_NAMES_AT_ONCE = f"""SELECT count(*), {", ".join(f"group_concat({each}, '{_BETWEEN}')" for each in _NAME_COLUMNS)}
FROM file WHERE {_CURRENT}"""
_AMONG = "track_id IN (SELECT value FROM json_each(?))"


def _listed(track_ids: Iterable[str]) -> str:
    """Ids as a question takes them."""
    return json.dumps(sorted(track_ids))


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as the last scan saw it: unchanged while its stamp is; `reason` is why it failed."""

    stamp: tuple[int, int, int, int]
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
        self, recordings: Mapping[str, str], shares: Mapping[str, tuple[str, ...]], gone: Mapping[str, Sequence[Copy]]
    ) -> list[Track]:
        """Every track that has a file, by id, with its tags over its measurements, of which recording it is, and which
        recordings hold some of its sound.

        Of several files that hold its sound the first that is there stands for it; `gone`, what files said by recording
        that are not here, is met by refusals still.
        """
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
                track = with_copy(track, Copy(*(row[number] for number in _OF_COPY)))
            for copy in gone.get(track.recording_id or track.id, ()):
                track = once_called(track, copy)
            found.append(track)
        return found

    def file_names(self) -> FileNames:
        """What every file of a track says of its names, in no order."""
        many, *columns = self._db.execute(_NAMES_AT_ONCE).fetchone()
        if not many:
            return FileNames()
        found = [column.split(_BETWEEN) for column in columns]
        if any(len(column) != many for column in found):  # what stands between two stands in one
            found = list(zip(*self._db.execute(_NAMES), strict=True))
        return FileNames(*found)

    def gone(self, recordings: Mapping[str, str], kept: Iterable[FileSaid]) -> dict[str, list[Copy]]:
        """What files said that are of no track now, by their recording, or their track where it is of none: forgotten ones,
        those of another version of the program, and of what was kept whatever no file says any more, tagged anew or gone."""
        there = {*kept}
        here = self._db.execute(f"{_SAID} file WHERE {_AMONG}", (_listed({said[0] for said in there}),))
        elsewhere = there.difference(here)
        unread = self._db.execute(f"{_SAID} former UNION {_SAID} file WHERE NOT ({_CURRENT})")
        found = defaultdict(list)
        for track_id, _path, *said in sorted({*elsewhere, *unread}):
            found[recordings.get(track_id, track_id)].append(Copy(*said))
        return found

    def has_files(self) -> list[str]:
        """The ids of what is a track now."""
        return self._column(f"SELECT group_concat(track_id, '{_BETWEEN}') FROM file WHERE {_CURRENT}")

    def _column(self, asked: str) -> list[str]:
        """The ids that a question puts together as one text."""
        (found,) = self._db.execute(asked).fetchone()
        return found.split(_BETWEEN) if found else []

    def keepsakes(self, track_ids: Collection[str], *, new: Iterable[str]) -> Keepsakes:
        """What is known of these tracks, and the codes of those that are new: what their files say and forgotten ones said,
        and what belongs together with one."""
        listed = (_listed(track_ids),)
        sounds = self._db.execute(
            "SELECT track_id, samples, CASE WHEN lufs IS NOT NULL THEN 1.0 * frames / rate_hz END, brightness, lra_lu"
            f" FROM recording WHERE {_AMONG}",
            listed,
        )
        said = self._db.execute(f"{_SAID} file WHERE {_AMONG} UNION {_SAID} former WHERE {_AMONG}", listed * 2)
        codes = self._db.execute(f"SELECT track_id, code FROM code WHERE {_AMONG}", (_listed(new),))
        return Keepsakes(
            dict(codes),
            sounds.fetchall(),
            said.fetchall(),
            [kin for kin in self.kin() if kin.track_id in track_ids or kin.other_id in track_ids],
        )

    def seen(self) -> dict[str, SeenFile]:
        """Every file whose last scan still holds under this version of the program, by path."""
        known = {
            os.fsdecode(path): SeenFile(tuple(stamp), track_id, "")
            for path, *stamp, track_id in self._db.execute(
                "SELECT path, size, mtime_ns, ctime_ns, sheets, track_id FROM file JOIN recording USING (track_id)"
                " WHERE measure_version = ? AND tags_version = ?",
                (MEASURE_VERSION, TAGS_VERSION),
            )
        }
        for path, *stamp, reason in self._db.execute(
            "SELECT path, size, mtime_ns, ctime_ns, sheets, reason FROM failure WHERE measure_version = ?",
            (MEASURE_VERSION,),
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

    def sheets(self) -> dict[str, int]:
        """By what the cue sheets beside every file were known when it was scanned, by path."""
        return {os.fsdecode(path): sheets for path, sheets in self._db.execute("SELECT path, sheets FROM file")}

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
        both = f"SELECT group_concat(track_id, '{_BETWEEN}'), group_concat(samples, '{_BETWEEN}') FROM recording"
        ids, own = self._db.execute(both).fetchone()
        return dict(zip(ids.split(_BETWEEN), own.split(_BETWEEN), strict=True)) if ids else {}

    def recognised(self) -> list[str]:
        """The ids of the tracks that have a code."""
        return self._column(f"SELECT group_concat(track_id, '{_BETWEEN}') FROM code")

    def sounding(self) -> list[str]:
        """The ids of what is no silence."""
        return self._column(f"SELECT group_concat(track_id, '{_BETWEEN}') FROM recording WHERE lufs IS NOT NULL")

    def compared_by(self) -> list[Measured]:
        """By what all that sounds is compared with what has no code."""
        rows = "SELECT track_id, 1.0 * frames / rate_hz, brightness, lra_lu FROM recording WHERE lufs IS NOT NULL"
        return [Measured(*row) for row in self._db.execute(rows)]

    def kin(self) -> list[Kin]:
        """Which tracks were found to belong together."""
        return list(map(from_row, self._db.execute("SELECT track_id, other_id, kinship, differs FROM kin")))

    def put_kin(self, kin: Iterable[Kin]) -> None:
        """Write which tracks were found to belong together."""
        with self._writing():
            self._db.executemany("INSERT OR IGNORE INTO kin VALUES (?, ?, ?, ?)", map(to_row, kin))

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


def _is_there(row: tuple[Any, ...]) -> bool:
    return os.path.isfile(os.fsdecode(row[_PATH]))  # noqa: PTH113 - half the time of a Path


def _damage(lost: int) -> str:
    return count("{n} piece of it cannot be decoded", "{n} pieces of it cannot be decoded", lost)


def _stamp(found: MusicFile) -> dict[str, object]:
    return {"path": os.fsencode(found.path), **dict(zip(_STAMP, found.stamp, strict=True))}
