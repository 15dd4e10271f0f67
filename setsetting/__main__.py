"""Starts either face; the only file that knows both."""

import sys


def main() -> int:
    """Run `setsetting`: a command when one is named, else the terminal interface."""
    from setsetting.cli import app

    opened = app.run(sys.argv[1:])
    if isinstance(opened, app.Open):
        from setsetting.tui.app import run as open_interface

        return open_interface(opened.folder, opened.at)
    return opened


if __name__ == "__main__":
    sys.exit(main())
