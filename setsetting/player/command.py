"""A player's command line, and its start: nothing is loaded here that the sound would have to wait for.

Who watches a player has a tenth of a second of imports to do, more on a busy machine, and starts it before.
"""

import subprocess
import sys

RESTART = "restart"
"""Lets a player go on where a dead one was."""
MIX = "mix="
"""Before the digest of the Mix that a player goes on with instead of its own."""
WATCHED = "watched"
"""Said to a player by the watcher that has started it."""


def start(folder: str, *words: str) -> subprocess.Popen[bytes]:
    """Start the player of a folder for its watcher, in a session of its own."""
    argv = [sys.executable, "-m", "setsetting.player", folder, *words, WATCHED]
    return subprocess.Popen(argv, start_new_session=True)
