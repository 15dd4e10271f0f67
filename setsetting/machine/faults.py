"""What is kept of a fault of the program itself: where it happened, never what it was working on.

A message or a local value may hold a patient's words, so the log has types, files and lines only.
"""

import traceback
from pathlib import Path

import platformdirs

from setsetting.machine.clock import SystemClock
from setsetting.machine.files import OWNER_ONLY, OWNER_ONLY_DIR
from setsetting.words.numbers import utc_text


def note_fault(error: BaseException) -> Path | None:
    """Append the error's type and frames to the fault log; return its path, or None if that fails too."""
    folder = Path(platformdirs.user_log_dir("setsetting", appauthor=False))
    lines = [utc_text(SystemClock().utc_ms())]
    link: BaseException | None = error
    while link is not None:
        lines.append(f"{type(link).__module__}.{type(link).__qualname__}")
        lines += [f"  {f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(link.__traceback__)]
        link = link.__cause__ or link.__context__
    path = folder / "faults.log"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY_DIR)
        with path.open("a", encoding="utf-8") as log:
            path.chmod(OWNER_ONLY)
            log.write("\n".join(lines) + "\n")
    except OSError:
        return None
    return path
