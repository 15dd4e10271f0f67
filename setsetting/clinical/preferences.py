"""What a patient wishes of the music short of a refusal: liked, rather not, and familiar tracks that may come again.

A refusal is absolute and stands elsewhere. Rather not costs a plan, where a tag says so; a familiar track may be heard
in every infusion of the course; a liking is told to whoever builds, and no plan weighs it.
"""

from enum import StrEnum

from setsetting.errors import UsageError
from setsetting.words.translate import _


class Wish(StrEnum):
    LIKE = "like"
    RATHER_NOT = "rather-not"
    FAMILIAR = "familiar"


LABELS = {Wish.LIKE: _("Likes"), Wish.RATHER_NOT: _("Rather not"), Wish.FAMILIAR: _("Familiar")}
ASKS = {
    Wish.LIKE: _("What music do you like? Told to whoever builds; no plan weighs it."),
    Wish.RATHER_NOT: _("What would you rather not hear? A tag that is avoided where the plan can; no refusal."),
    Wish.FAMILIAR: _("Is there a track you know and want with you? It may come in every infusion."),
}
ABOUT = {
    Wish.LIKE: ("artist", "tag", "track"),
    Wish.RATHER_NOT: ("tag",),
    Wish.FAMILIAR: ("track",),
}
"""What each wish may be about: what it can do."""


def refuse_other(wish: Wish, what: str) -> None:
    """Raise UsageError for a wish about what it can do nothing with."""
    if what not in ABOUT[wish]:
        allowed = _(" or ").join(ABOUT[wish])
        raise UsageError(_("{label} is said of a {allowed}.").format(label=LABELS[wish], allowed=allowed))
