"""The player's process: `python -m setsetting.player FOLDER [restart] [mix=DIGEST] [watched]`.

Without the last word it is the watcher, which starts the player and starts it again when it is killed. The player plays
the job in FOLDER to its end. When it can't start, it says why in one sentence, in `FOLDER/refused` and on standard
error. It holds a lock on its folder, and one on its output, for as long as it lives.
"""

import os
import sys
from pathlib import Path

from setsetting.player.command import WATCHED, start


def main(arguments: list[str]) -> int:
    """Run the player of a folder, or watch it; 0 when it played to its end."""
    folder, words = Path(arguments[0]).resolve(), arguments[1:]
    if WATCHED in words:
        from setsetting.player.playing import play

        return play(folder, words)
    player = start(os.fspath(folder), *words)
    from setsetting.player.watch import watch  # while the player loads what it needs

    return watch(folder, player)


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)  # a device's thread may still want the interpreter that would be taken down under it
