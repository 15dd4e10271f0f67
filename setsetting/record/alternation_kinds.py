"""A setting that a schedule draws by lot: what was fixed beforehand, each draw as it was shown, and what came otherwise."""

from setsetting.record.kinds import Payload


class AlternationPlanned(Payload, frozen=True):
    """From now until a day (`YYYY-MM-DD`) `field` is drawn for each infusion: `with_value` or `without_value`.

    `seed` makes every draw, and is shown by no command before the end; `commitment` is the SHA-256 of it and of the rest.
    """

    field: str
    with_value: str
    without_value: str
    until: str
    seed: str
    commitment: str


class AlternationAssigned(Payload, frozen=True):
    """What was drawn for a patient's next infusion, shown when it was due; `place` is its place among the draws for infusions
    of this `number`, `permille` the probability of `drawn` being true, fixed before anybody was there."""

    alternation_id: str
    patient_id: str
    number: int
    place: int
    drawn: bool
    permille: int


class AlternationDeviated(Payload, frozen=True):
    """The setting of an infusion was not, or could not be, as it was drawn; `assigned_id` is the draw's event."""

    patient_id: str
    assigned_id: str
    reason: str


class AlternationStopped(Payload, frozen=True):
    """Nothing more is drawn from now on."""

    alternation_id: str
    reason: str


class AlternationLooked(Payload, frozen=True):
    """The estimate of a drawn setting was looked at."""

    alternation_id: str
    linked: int
