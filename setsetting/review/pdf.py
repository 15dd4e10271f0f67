"""A page as PDF, laid out by WeasyPrint in the style that a browser prints; the extra `pdf` brings it, nothing is fetched."""

from collections.abc import Callable

from setsetting.errors import Refused
from setsetting.review.drawing import HALO
from setsetting.words.translate import _


def printer() -> Callable[[str], bytes]:
    """What makes a PDF of a page, the same bytes of the same page; Refused where WeasyPrint or its Pango isn't installed."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError):  # the second without Pango
        raise Refused(
            _(
                "A PDF needs WeasyPrint and the system's Pango, which are not installed here: install setsetting with its"
                " extra, as `setsetting[pdf]`, or write an .html page and print it from a browser."
            )
        ) from None

    def made(page: str) -> bytes:
        shown = page.replace(HALO, "")  # WeasyPrint knows no paint-order: the white would lie over the number
        pdf: bytes = HTML(string=shown, url_fetcher=_nothing).write_pdf()
        return pdf

    return made


def _nothing(url: str) -> None:
    raise ValueError(f"a page is whole in itself, and asks for {url}")
