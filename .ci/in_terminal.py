"""Run a command in a pseudo-terminal of 120 x 40 until its full-screen interface shows, then quit it with q.

Exits 0 when the interface was drawn, answered to the key and ended with 0; prints what it saw otherwise.
"""

import fcntl
import os
import pty
import re
import select
import struct
import sys
import termios
import time

LIMIT_S = 600
FULL_SCREEN = b"\x1b[?1049h"
SETTLE_S = 4


def main() -> int:
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", COLUMNS="120", LINES="40")
        os.execvp("bash", ["bash", "-c", sys.argv[1]])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    seen = b""
    opened = 0.0
    pressed = 0.0
    start = time.monotonic()
    while time.monotonic() - start < LIMIT_S:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if ready:
            try:
                chunk = os.read(terminal, 65536)
            except OSError:
                break
            if not chunk:
                break
            seen += chunk
            if not opened:
                sys.stdout.buffer.write(chunk)
                sys.stdout.flush()
        if not opened and FULL_SCREEN in seen:
            opened = time.monotonic()
        if opened and time.monotonic() - max(opened, pressed) > SETTLE_S:
            os.write(terminal, b"q")
            pressed = time.monotonic()
    _, status = os.waitpid(child, 0 if time.monotonic() - start < LIMIT_S else os.WNOHANG)
    screen = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]", b" ", seen.partition(FULL_SCREEN)[2])
    good = bool(opened and pressed) and os.waitstatus_to_exitcode(status) == 0 and b"DEMO" in screen
    print(f"\ninterface opened: {bool(opened)}, quit by key: {bool(pressed)}, exit status: {status}, words: {good}")
    if not good:
        print(screen[-4000:].decode(errors="replace"))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
