"""The page to look at together, as data and as lines."""

from typing import TYPE_CHECKING, Any

from setsetting.review.session_words import number
from setsetting.review.shared import SharedLine, shared
from setsetting.views.session import rounded_minutes
from setsetting.words.numbers import minute_of
from setsetting.words.plain import one_line
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.review.session_page import SessionPage


def as_data(page: "SessionPage") -> dict[str, Any]:
    lines = [
        {"infusion_min": rounded_minutes(line.at_ms), "said": line.said, "words": line.words} for line in shared(page)
    ]
    return {"session_id": page.session_id, "date": page.date, "lines": lines}


def in_words(page: "SessionPage") -> list[str]:
    """Each minute with its title or the patient's words in quotation marks."""
    lines = [f"{minute_of(line.at_ms):>5}  {line_words(line)}" for line in shared(page)]
    return [f"{number(page)} · {page.date}", *(lines or [_("Nothing was heard or said that was kept.")])]


def line_words(line: SharedLine) -> str:
    words = one_line(line.words)
    return f"\N{LEFT DOUBLE QUOTATION MARK}{words}\N{RIGHT DOUBLE QUOTATION MARK}" if line.said else words
