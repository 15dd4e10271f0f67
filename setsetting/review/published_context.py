"""What others published, as labelled context beside a clinic's own outcomes: never a target, a line or a comparison.

The study's two sets of figures are kept apart, since nothing seen explains why they differ. Figures that a source's own pages
contradict are not here.
"""

from dataclasses import dataclass

from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """One source's figures as it gives them; None for what it doesn't."""

    source: str
    n: int | None
    mean_before: float | None
    sd_before: float | None
    mean_after: float | None
    sd_after: float | None
    note: str


def published() -> tuple[PublishedFigures, ...]:
    """Every source, in the order in which a page lists them."""
    return (
        PublishedFigures(
            _("Preprint abstract of Earleywine, MacConnel and Radowitz: open label, uncontrolled, from records"),
            117,
            52.39,
            11.90,
            29.42,
            16.52,
            _("d = 1.60 as reported: the fall over the root mean square of both SDs"),
        ),
        PublishedFigures(
            _("The same study as a clinic's page has it; why it differs from the preprint is not known"),
            None,
            52.54,
            None,
            28.78,
            None,
            _("75 % improved and over 60 % in remission by definitions that were not seen"),
        ),
        PublishedFigures(
            _("A large registry of ketamine clinics (Osmind)"),
            8_142,
            None,
            None,
            None,
            None,
            _("1,306 of 8,142 patients with PTSD had complete PCL-5 forms; its own pages disagree about the change"),
        ),
        PublishedFigures(
            _("Meta-analysis of randomised ketamine trials in PTSD (Eur J Psychotraumatol, 15 January 2024)"),
            None,
            None,
            None,
            None,
            None,
            _("g = 0.27 (0.03 to 0.51); corrected for bias 0.20 (\N{MINUS SIGN}0.08 to 0.48)"),
        ),
    )


def context_only() -> str:
    """What stands above these figures wherever they are shown."""
    return _(
        "Published elsewhere, as context: other people, other ways of counting. No target, and nothing to be measured by."
    )
