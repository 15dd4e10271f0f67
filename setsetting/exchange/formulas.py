"""Cells that a spreadsheet would take for a formula, made plain text by an apostrophe before them, and back.

What begins with apostrophes before such a sign gets one more, so that nothing is lost on the way back (OWASP, "CSV Injection").
"""

import re

_FORMULA = re.compile("'*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"-|-?\d+(\.\d+)?", re.ASCII)


def neutral(text: str) -> str:
    """The cell as no spreadsheet calculates it; a number and a lone dash are left."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def as_told(text: str) -> str:
    """The cell as it was before `neutral`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text
