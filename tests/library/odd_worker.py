"""A measuring process that dies over files named "crash", as by a decoder's bug, and dawdles over those named "slow"."""

import os
import time

from setsetting.library import worker

real_answer = worker.answer


def answer(job):
    name = job.path.rpartition(b"/")[2]
    if b"crash" in name:
        os._exit(11)
    if b"slow" in name:
        time.sleep(0.2)
    return real_answer(job)


worker.answer = answer

if __name__ == "__main__":
    worker.main()
