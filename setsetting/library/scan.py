"""Scanning music folders: every audio file measured once, whatever its name, tags or place become.

A file whose size and times, and those of cue sheets beside it, are as they were is not even opened. One that was moved or retagged, or whose tags another
version of the program read, is known by its encoded audio, read without decoding; its measurement stays and its tags are
read anew. One whose header changes what is decoded is another track, measured anew. What cannot be measured gets one line
and the scan goes on. Each result is written as it comes, in a large library some together, with whatever holds some of
the same sound: no track is known whose kin are not, an interrupted scan has lost nothing that was done, and one that was
killed little. Two scans at once see each other's tracks. Audio files are only ever read.
"""

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from setsetting.errors import NotFound, Stopped
from setsetting.library.catalogue import Catalogue
from setsetting.library.messages import MeasureReply, MeasureRequest
from setsetting.library.walk import MusicFile, Unreadable, walk
from setsetting.library.workers import Workers, usual_workers
from setsetting.progress import Report, Step, silent
from setsetting.words.plain import plain
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.audio.fingerprint import Words
    from setsetting.library.codes import Recogniser
    from setsetting.library.tags import Tags

_LOOK_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be measured, and why, in words that follow its path."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class ScanResult:
    """How many files were read anew, left alone, or found under another path; and what failed."""

    scanned: int
    unchanged: int
    moved: int
    failed: tuple[Failure, ...]


def scan(
    folders: Sequence[Path],
    catalogue: Catalogue,
    *,
    report: Report = silent,
    stop: threading.Event | None = None,
    workers: int | None = None,
) -> ScanResult:
    """Bring the catalogue up to date with the folders.

    Raises NotFound or Refused for a folder that cannot be scanned, and Stopped when `stop` is set, on
    Ctrl-C, or when `report` raises it; what was done until then is kept.
    """
    try:
        found, unreadable = walk(folders)
    except NotFound as missing:
        known = [folder for folder in folders if not folder.exists() and catalogue.files_in(folder)]
        if not known:
            raise
        hint = _("Its tracks are in the library still; `setsetting library forget {folder}` forgets them.")
        raise NotFound(f"{missing} {hint.format(folder=known[0])}") from missing
    roots = [os.path.join(os.path.abspath(folder), "") for folder in folders]  # noqa: PTH100, PTH118 - as walked
    catalogue.cache.put_folders(os.path.abspath(folder) for folder in folders)  # noqa: PTH100 - as walked
    tally = _Tally(catalogue, found, unreadable, roots)
    jobs = tally.jobs()
    report(Step(len(found) - len(jobs), len(found), _("files")))
    if jobs:
        try:
            _measure(jobs, tally, report, stop, workers or usual_workers())
        except (KeyboardInterrupt, Stopped) as error:
            done = count(
                "The scan was stopped; {n} file is kept.", "The scan was stopped; {n} files are kept.", tally.good
            )
            raise Stopped(done) from error
    catalogue.cache.forget(tally.vanished)
    return tally.result()


def _measure(
    jobs: Sequence[MeasureRequest], tally: "_Tally", report: Report, stop: threading.Event | None, workers: int
) -> None:
    done = len(tally.found) - len(jobs)
    crew = Workers(jobs, workers)
    try:
        with crew:
            for answer in crew.answers(every_s=_LOOK_EVERY_S):
                if answer is not None:
                    tally.take(answer)
                    done += 1
                    report(Step(done, len(tally.found), _("files"), plain(Path(os.fsdecode(answer.path)).name)))
                if stop is not None and stop.is_set():
                    raise Stopped(_("The scan was stopped."))
    finally:
        for answer in crew.ready_answers():
            tally.take(answer)
        tally.settle()


class _Tally:
    """What a scan found, knew and learnt, written to the cache answer by answer."""

    def __init__(
        self, catalogue: Catalogue, found: list[MusicFile], unreadable: list[Unreadable], roots: list[str]
    ) -> None:
        self._catalogue, self._cache = catalogue, catalogue.cache
        self.found = {file.path: file for file in found}
        self._known = self._cache.paths()
        self._seen = self._cache.seen()
        self._failed = [Failure(item.path, item.reason) for item in unreadable]
        closed = tuple(os.path.join(item.path, "") for item in unreadable)  # noqa: PTH118
        self.vanished = {  # files of the scanned folders that are there no longer
            path
            for path in {*self._known, *self._seen}
            if path not in self.found and path.startswith(tuple(roots)) and not path.startswith(closed or ("\0",))
        }
        self._unchanged = 0
        self._scanned = 0
        self._moved = 0
        self._waiting: list[tuple[MeasureReply, Tags, bytes]] = []

    @cached_property
    def _recogniser(self) -> "Recogniser":
        from setsetting.library.codes import Recogniser  # loads numpy, and only what is measured needs it

        return Recogniser(self._catalogue.codes())

    def settle(self) -> None:
        """Write what waits with its kin, among what other scans have written meanwhile too."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        with self._cache.together():
            self._recogniser.learn(self._cache.codes(but=self._recogniser.known))
            codes, kin = self._recogniser.take({answer.track_id: words for answer, _tags, words in waiting})
            for answer, tags, _words in waiting:
                self._put(answer, tags, codes[answer.track_id])
            self._cache.put_kin(kin)

    @property
    def good(self) -> int:
        return self._scanned + self._moved

    def jobs(self) -> list[MeasureRequest]:
        """Settle what needs no look inside; return what does, with the recordings each may turn out to be."""
        by_size: dict[int, list[str]] = {}
        for known in self._seen.values():
            if known.track_id:
                by_size.setdefault(known.stamp[0], []).append(known.track_id)
        measured = dict.fromkeys(self._cache.measured())
        there = set(self._known.values())
        orphans = [track_id for track_id in measured if track_id not in there]
        jobs = []
        for file in self.found.values():
            seen = self._seen.get(file.path)
            if seen is not None and seen.stamp == file.stamp:
                if seen.reason:
                    self._failed.append(Failure(file.path, seen.reason))
                else:
                    self._unchanged += 1
            elif file.size == 0:
                self._fail(file, _("is empty."))
            else:
                its_last = self._known.get(file.path, "")
                before = [its_last] if its_last in measured else []
                perhaps = dict.fromkeys([*before, *by_size.get(file.size, []), *orphans])
                jobs.append(MeasureRequest(os.fsencode(file.path), tuple(perhaps)))
        return jobs

    def take(self, answer: MeasureReply) -> None:
        """Write one answer, or let it wait for others."""
        file = self.found[os.fsdecode(answer.path)]
        if answer.tags is None:
            if answer.lasting:
                self._fail(file, answer.reason)
            else:
                self._failed.append(Failure(file.path, answer.reason))
            return
        if answer.measured is None or not answer.measured.words:
            self._put(answer, answer.tags)
            return
        self._waiting.append((answer, answer.tags, answer.measured.words))
        if len(self._waiting) >= self._recogniser.at_once:
            self.settle()

    def _put(self, answer: MeasureReply, tags: "Tags", code: "Words | None" = None) -> None:
        file = self.found[os.fsdecode(answer.path)]
        measured = None if answer.measured is None else (answer.measured, answer.energy)
        self._cache.put(file, answer.track_id, tags, measured, code)
        former = [] if file.path in self._known else self._former_places(answer.track_id)
        if former:
            self._moved += 1
            self._cache.forget(former, moved=True)
            self.vanished.difference_update(former)
            for path in former:
                del self._known[path]
        else:
            self._scanned += 1

    def result(self) -> ScanResult:
        failed = sorted(self._failed, key=lambda failure: failure.path)
        return ScanResult(self._scanned, self._unchanged, self._moved, tuple(failed))

    def _fail(self, file: MusicFile, reason: str) -> None:
        self._cache.put_failure(file, reason)
        self._failed.append(Failure(file.path, reason))

    def _former_places(self, track_id: str) -> list[str]:
        """Where a recording was known to lie and lies no longer."""
        return [
            path
            for path, known_id in self._known.items()
            if known_id == track_id and path not in self.found and not os.path.lexists(path)
        ]
