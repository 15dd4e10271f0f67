"""What the clinic declared that it will look at beside the scores, and that it looked."""

from setsetting.record.kinds import Payload


class FactorDeclared(Payload, frozen=True):
    """A setting will be looked at: a field of the setting, the playlist or the room, one `value` of it or all, and its kind."""

    field: str
    kind: str
    value: str | None = None


class FactorWithdrawn(Payload, frozen=True):
    """Corrects a `factor.declared`: it is looked at no more; where it was, it still counts among those that were examined."""

    reason: str


class LinkLooked(Payload, frozen=True):
    """Settings were looked at beside the next scores: all that were examined, each as NAME:KIND."""

    factors: tuple[str, ...]
