"""Keeping every core busy with measuring, and losing no more than one file to a crash.

A thread per worker process hands it a job and waits for its answer; a process that dies over a file
is started anew for the next. Nothing is started before there is work.
"""

import os
import queue
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from typing import IO, Self

import msgspec

from setsetting.errors import Refused
from setsetting.library.messages import MeasureReply, MeasureRequest, receive, send
from setsetting.machine.processes import python_argv
from setsetting.words.plain import plain
from setsetting.words.translate import _

MODULE = "setsetting.library.worker"
MOST_WORKERS = 4
"""Beyond this a disk is slower than the decoders."""

_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def usual_workers() -> int:
    """One per core that this process may use, within reason."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # only Linux tells
        cores = os.cpu_count() or 1
    return max(1, min(cores, MOST_WORKERS))


class Workers:
    """Worker processes for a list of jobs; leaving the block ends them at once."""

    def __init__(self, jobs: Sequence[MeasureRequest], workers: int) -> None:
        self._jobs: queue.SimpleQueue[MeasureRequest] = queue.SimpleQueue()
        for job in jobs:
            self._jobs.put(job)
        self._left = len(jobs)
        self._answers: queue.SimpleQueue[MeasureReply | Refused] = queue.SimpleQueue()
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _n in range(min(workers, len(jobs)))]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        with self._lock:
            for process in self._processes:
                process.kill()
        for thread in self._threads:
            thread.join()

    def answers(self, *, every_s: float) -> Iterator[MeasureReply | None]:
        """Yield each answer as it comes, and None whenever none came for `every_s`, until all jobs are answered.

        Raises Refused when no worker can be started at all.
        """
        while self._left:
            try:
                answer = self._answers.get(timeout=every_s)
            except queue.Empty:
                yield None
                continue
            if isinstance(answer, Refused):
                raise answer
            self._left -= 1
            yield answer

    def ready_answers(self) -> Iterator[MeasureReply]:
        """Yield what was answered already and not yet taken; for an end before all is done."""
        while not self._answers.empty():
            answer = self._answers.get()
            if isinstance(answer, MeasureReply):
                yield answer

    def _serve(self) -> None:
        process: subprocess.Popen[bytes] | None = None
        with tempfile.TemporaryFile() as log:
            while not self._ending.is_set():
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if process is None:
                    process = self._start(log)
                if process is None:
                    if not self._ending.is_set():
                        self._answers.put(_not_started(log))
                    break
                answer = _ask(process, job)
                if answer is None:
                    self._end(process)
                    process = None
                    if self._ending.is_set():
                        break
                    answer = MeasureReply(job.path, reason=_("made the decoder crash; it was left out."))
                self._answers.put(answer)
            if process is not None:
                self._end(process)

    def _start(self, log: IO[bytes]) -> "subprocess.Popen[bytes] | None":
        """Start a worker; None when it does not come up, with its last words in `log`."""
        with self._lock:
            if self._ending.is_set():
                return None
            process = subprocess.Popen(
                python_argv(MODULE),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env={**os.environ, **dict.fromkeys(_ONE_THREAD, "1")},  # two processes, not two times all cores
                cwd=os.path.abspath(os.sep),  # noqa: PTH100 - a folder of music may hold a numpy.py
                start_new_session=True,  # Ctrl-C is the scan's to handle
            )
            self._processes.add(process)
        if process.stdout is not None and receive(process.stdout) is not None:
            return process
        self._end(process)
        return None

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # what was not yet sent has nowhere to go
                    continue
        with self._lock:
            self._processes.discard(process)


def _ask(process: "subprocess.Popen[bytes]", job: MeasureRequest) -> MeasureReply | None:
    """Hand a job over and wait for its answer; None when the process died over it."""
    if process.stdin is None or process.stdout is None:
        return None
    try:
        send(process.stdin, job)
        packed = receive(process.stdout)
    except (OSError, ValueError):
        return None
    return None if packed is None else msgspec.msgpack.decode(packed, type=MeasureReply)


def _not_started(log: IO[bytes]) -> Refused:
    log.seek(0)
    words = log.read().decode("utf-8", "replace").strip().splitlines()
    why = plain(words[-1]) if words else _("no reason was given")
    return Refused(_("Measuring cannot start: {why}.").format(why=why))
