"""The terminal as the interface writes to it: through a file of its own.

Textual writes to stderr, and so do sound libraries: where those are kept quiet (`player.outputs`) stderr is turned
away for a moment, and what is drawn in that moment would be lost.
"""

import os
import sys
from typing import Any

from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver


class OwnTerminal(LinuxDriver):
    """Writes to a copy of stderr, which nobody else turns away."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        shared = sys.__stderr__
        if shared is not None:
            self._file = os.fdopen(os.dup(shared.fileno()), "w", encoding=shared.encoding, errors=shared.errors)


def of_its_own(driver: type[Driver]) -> type[Driver]:
    """The driver that writes to a file of its own; one that was chosen by name is left alone."""
    return OwnTerminal if driver is LinuxDriver else driver
