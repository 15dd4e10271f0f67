"""Starts either face; the only file that knows both."""

import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from setsetting.cli.app import OpenInterface


NEW_OBJECTS = 50_000
"""So many are made before the garbage is looked for, not 700: what a list reads of a record stays until it is printed."""


def main() -> int:
    """Run `setsetting`: a command when one is named, else the terminal interface."""
    from setsetting.cli import app

    usual = gc.get_threshold()
    gc.set_threshold(NEW_OBJECTS, *usual[1:])
    opened = app.run(sys.argv[1:])
    if isinstance(opened, app.OpenInterface):
        gc.set_threshold(*usual)
        return int(app.guarded(lambda: _open(opened)))
    return opened


def _open(opened: "OpenInterface") -> int:
    gc.disable()  # until the first screen stands there: a tenth of the time to it
    if opened.handed_to is not None:
        from setsetting.tui.handed_app import run as hand_over

        return hand_over(opened.folder, opened.handed_to, opened.recall)
    from setsetting.tui.app import run as open_interface  # costs more than any command

    return open_interface(opened.folder, opened.at)


if __name__ == "__main__":
    sys.exit(main())
