"""Starts either face; the only file that knows both."""

import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from setsetting.cli.app import OpenInterface


def main() -> int:
    """Run `setsetting`: a command when one is named, else the terminal interface."""
    from setsetting.cli import app

    opened = app.run(sys.argv[1:])
    if isinstance(opened, app.OpenInterface):
        return int(app.guarded(lambda: _open(opened)))
    return opened


def _open(opened: "OpenInterface") -> int:
    gc.disable()  # until the first screen stands there: a tenth of the time to it
    from setsetting.tui.app import run as open_interface  # costs more than any command

    return open_interface(opened.folder, opened.at)


if __name__ == "__main__":
    sys.exit(main())
