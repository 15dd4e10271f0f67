"""The process that measures: one file after the other, asked and answered over its standard streams.

It is a process of its own so that a decoder that crashes takes one file with it and not the scan, and
so that two files are measured at once. It is started by `workers`, ends when its input ends, and
leaves interrupts to its starter.
"""

import os
import signal
import sys
from pathlib import Path

import msgspec

from setsetting.audio.decode import packet_digest
from setsetting.audio.measure import measure
from setsetting.errors import SetSettingError
from setsetting.library.energy import suggested_energy
from setsetting.library.messages import READY, MeasureReply, MeasureRequest, receive, send
from setsetting.library.tags import read_tags
from setsetting.words.translate import _


def answer(job: MeasureRequest) -> MeasureReply:
    """Measure a job's file, or say in one sentence why that is impossible."""
    path = Path(os.fsdecode(job.path))
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        return MeasureReply(job.path, reason=_("cannot be read: {why}.").format(why=error.strerror), lasting=False)
    try:
        if job.perhaps and (digest := packet_digest(path)) in job.perhaps:
            return MeasureReply(job.path, track_id=digest, tags=read_tags(path))
        measured = measure(path)
    except SetSettingError as error:
        return MeasureReply(job.path, reason=str(error).removeprefix(f"{path} "))
    except Exception as error:  # noqa: BLE001 - whatever else a hostile file provokes costs this file only
        return MeasureReply(job.path, reason=_("cannot be measured ({kind}).").format(kind=type(error).__name__))
    return MeasureReply(job.path, measured.digest, read_tags(path), measured, suggested_energy(measured))


def main() -> None:
    """Answer jobs until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)  # what a library prints must not get between the messages
    try:
        send(answers, READY)
        while (packed := receive(sys.stdin.buffer)) is not None:
            send(answers, answer(msgspec.msgpack.decode(packed, type=MeasureRequest)))
    except BrokenPipeError:
        return


if __name__ == "__main__":
    main()
