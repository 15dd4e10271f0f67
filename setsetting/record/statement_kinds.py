"""What was said of a patient outside a form and a session: statements, each standing until it is said anew or withdrawn.

The newest that was not withdrawn stands. Words of a patient's lie in kinds of their own, so that they can be kept apart.
"""

from setsetting.record.kinds import Payload


class Agreed(Payload, frozen=True):
    """What was agreed before an infusion, in words; None was not asked. All three stand anew."""

    patient_id: str
    touch: str | None = None
    voice: str | None = None
    stop: str | None = None


class StatementWithdrawn(Payload, frozen=True):
    """Corrects a statement: it was not said so; the one before it stands again."""

    patient_id: str
    reason: str


STATEMENTS: dict[str, type[Payload]] = {"patient.agreed": Agreed}
"""Every kind of statement; each is withdrawn before it is erased, so that none before it comes back unseen."""
