"""library.db: what was measured of each recording and read from each file. All of it can be made again.

A recording is known by the digest of its encoded audio, a file by its path; several files may hold
one recording. Paths are stored as the system's bytes, since a file name need not be text. A cache of
another version of the program is emptied and filled by the next scan.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from setsetting.audio.measurements import MEASURE_VERSION, Measurements
from setsetting.library.database import connect, look_through, writing
from setsetting.library.energy import ENERGY_VERSION
from setsetting.library.tags import TAGS_VERSION, Tags
from setsetting.library.track import EnergySource, Lyrics, Track
from setsetting.library.walk import AudioFile
from setsetting.machine.database import DATABASE_ERRORS, Connection, damaged
from setsetting.units import Energy
from setsetting.words.translate import _

SCHEMA_VERSION = 1
BETWEEN_TAGS = "\n"

_TABLES = {
    "recording": (
        "track_id",
        {
            "track_id": str,
            "measure_version": int,
            "codec": str,
            "rate_hz": int,
            "channels": int,
            "frames": int,
            "lufs": float,
            "lra_lu": float,
            "max_momentary_lufs": float,
            "max_short_term_lufs": float,
            "true_peak_dbtp": float,
            "startle_lu": float,
            "lead_ms": int,
            "tail_ms": int,
            "brightness": float,
            "onsets_per_s": float,
            "bpm": float,
            "pulse_clarity": float,
            "beatless": int,
            "lost_packets": int,
            "energy": float,
            "energy_version": int,
        },
        ("lufs", "max_momentary_lufs", "max_short_term_lufs", "true_peak_dbtp", "bpm"),
    ),
    "file": (
        "path",
        {
            "path": bytes,
            "size": int,
            "mtime_ns": int,
            "track_id": str,
            "tags_version": int,
            "title": str,
            "artist": str,
            "energy": float,
            "bpm": float,
            "lyrics": str,
            "tags": str,
        },
        ("energy", "bpm"),
    ),
    "failure": ("path", {"path": bytes, "size": int, "mtime_ns": int, "measure_version": int, "reason": str}, ()),
}
"""Primary key, columns, and those of them that may be null."""

_TRACKS = """
SELECT f.track_id, f.path, r.frames, r.rate_hz, r.channels, r.lufs, r.lra_lu, r.true_peak_dbtp, r.startle_lu,
       f.energy, r.energy, f.bpm, r.bpm, r.pulse_clarity, r.beatless, r.brightness, r.lead_ms, r.tail_ms,
       f.lyrics, f.tags, f.title, f.artist
FROM file AS f JOIN recording AS r USING (track_id) ORDER BY f.track_id, f.path
"""


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as the last scan saw it: unchanged while size and time are; `reason` is why it failed."""

    size: int
    mtime_ns: int
    track_id: str
    reason: str


class Cache:
    """An opened library.db."""

    def __init__(self, connection: Connection, path: Path) -> None:
        self._db, self._path = connection, path

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open or make library.db; one of another version is emptied."""
        cache = cls(connect(path, advice=_advice()), path)
        try:
            if cache._db.execute("PRAGMA user_version").fetchone()[0] != SCHEMA_VERSION:
                cache._make_anew()
        except DATABASE_ERRORS as error:
            cache.close()
            raise damaged(path, _advice()) from error
        return cache

    def look_through(self) -> None:
        """Raise BrokenFile when the file is damaged; asked when using it failed."""
        look_through(self._db, self._path, _TABLES, advice=_advice())

    def close(self) -> None:
        self._db.close()

    def tracks(self) -> list[Track]:
        """Every recording that has a file, by id, with its tags over its measurements."""
        lyrics = {str(kind): kind for kind in Lyrics}
        found: list[Track] = []
        last = ""
        for (
            track_id, path, frames, rate_hz, channels, lufs, lra_lu, true_peak_dbtp, startle_lu,
            tagged_energy, energy, tagged_bpm, bpm, pulse_clarity, beatless, brightness, lead_ms, tail_ms,
            sung, tags, title, artist,
        ) in self._db.execute(_TRACKS):  # fmt: skip
            if track_id == last:
                continue  # the same recording under another path
            last = track_id
            found.append(
                Track(
                    track_id,
                    os.fsdecode(path),
                    frames,
                    rate_hz,
                    channels,
                    lufs,
                    lra_lu,
                    true_peak_dbtp,
                    startle_lu,
                    energy if tagged_energy is None else tagged_energy,
                    EnergySource.MEASURED if tagged_energy is None else EnergySource.TAG,
                    bpm if tagged_bpm is None else tagged_bpm,
                    pulse_clarity,
                    bool(beatless) and tagged_bpm is None,
                    brightness,
                    lead_ms,
                    tail_ms,
                    lyrics[sung],
                    tuple(tags.split(BETWEEN_TAGS)) if tags else (),
                    title,
                    artist,
                )
            )
        return found

    def seen(self) -> dict[str, SeenFile]:
        """Every file whose last scan still holds under this version of the program, by path."""
        known = {
            os.fsdecode(path): SeenFile(size, mtime_ns, track_id, "")
            for path, size, mtime_ns, track_id in self._db.execute(
                "SELECT path, size, mtime_ns, track_id FROM file JOIN recording USING (track_id)"
                " WHERE measure_version = ? AND tags_version = ?",
                (MEASURE_VERSION, TAGS_VERSION),
            )
        }
        for path, size, mtime_ns, reason in self._db.execute(
            "SELECT path, size, mtime_ns, reason FROM failure WHERE measure_version = ?", (MEASURE_VERSION,)
        ):
            known[os.fsdecode(path)] = SeenFile(size, mtime_ns, "", reason)
        return known

    def paths(self) -> dict[str, str]:
        """Every file of the library with its track's id, whatever version saw it."""
        return {os.fsdecode(path): track_id for path, track_id in self._db.execute("SELECT path, track_id FROM file")}

    def orphans(self) -> list[str]:
        """Recordings whose files are gone, by id: measured once, they need no measuring when they come back."""
        return [
            track_id
            for (track_id,) in self._db.execute(
                "SELECT track_id FROM recording WHERE measure_version = ?"
                " AND track_id NOT IN (SELECT track_id FROM file)",
                (MEASURE_VERSION,),
            )
        ]

    def put(self, found: AudioFile, track_id: str, tags: Tags, measured: tuple[Measurements, Energy] | None) -> None:
        """Write one scanned file, with the measurement and energy of its recording where they are new."""
        with writing(self._db, self._path):
            if measured is not None:
                sound, energy = measured
                row = {name: getattr(sound, name) for name in sound.__dataclass_fields__ if name != "digest"}
                row |= {"track_id": track_id, "measure_version": MEASURE_VERSION, "beatless": int(sound.beatless)}
                row |= {"energy": energy, "energy_version": ENERGY_VERSION}
                self._replace("recording", row)
            self._replace(
                "file",
                {
                    "path": os.fsencode(found.path),
                    "size": found.size,
                    "mtime_ns": found.mtime_ns,
                    "track_id": track_id,
                    "tags_version": TAGS_VERSION,
                    "title": tags.title,
                    "artist": tags.artist,
                    "energy": tags.energy,
                    "bpm": tags.bpm,
                    "lyrics": str(tags.lyrics),
                    "tags": BETWEEN_TAGS.join(tags.tags),
                },
            )
            self._db.execute("DELETE FROM failure WHERE path = ?", (os.fsencode(found.path),))

    def put_failure(self, found: AudioFile, reason: str) -> None:
        """Remember that a file's content cannot be measured, until it changes."""
        with writing(self._db, self._path):
            path = os.fsencode(found.path)
            self._db.execute("DELETE FROM file WHERE path = ?", (path,))
            row = {"path": path, "size": found.size, "mtime_ns": found.mtime_ns}
            self._replace("failure", {**row, "measure_version": MEASURE_VERSION, "reason": reason})

    def forget(self, paths: Iterable[str]) -> None:
        """Forget files that are gone; their recordings stay, for the day they come back."""
        gone = [(os.fsencode(path),) for path in paths]
        if gone:
            with writing(self._db, self._path):
                self._db.executemany("DELETE FROM file WHERE path = ?", gone)
                self._db.executemany("DELETE FROM failure WHERE path = ?", gone)

    def _replace(self, table: str, row: dict[str, object]) -> None:
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        self._db.execute(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))

    def _make_anew(self) -> None:
        from sqlite_utils import Database  # 0.3 s to import, and only a new library needs it

        with writing(self._db, self._path):
            if self._db.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION:
                return  # another process was quicker
            for table in _TABLES:
                self._db.execute(f"DROP TABLE IF EXISTS {table}")
            database = Database(self._db, execute_plugins=False)
            for table, (key, columns, nullable) in _TABLES.items():
                database.table(table).create(
                    columns, pk=key, not_null={name for name in columns if name not in nullable}, strict=True
                )
            self._db.execute("CREATE INDEX file_track_id ON file (track_id)")
            self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _advice() -> str:
    return _("Delete it and scan again: nothing that a person set is in it.")
