"""What the clinic says of itself rather than of a patient: what changed in how it works, and that a chart was looked at."""

from setsetting.record.kinds import Payload


class ClinicChanged(Payload, frozen=True):
    """Something changed for everybody on a day, as `YYYY-MM-DD` by the clinic's calendar: a flag on each chart."""

    words: str
    day: str


class ChangeWithdrawn(Payload, frozen=True):
    """Corrects a `clinic.changed`: nothing of the kind happened, or not on that day."""

    reason: str


class ChartLooked(Payload, frozen=True):
    """A chart of the clinic's own was looked at: who looks often finds something without a change."""

    measure: str
    per: str


class ChangeSealed(Payload, frozen=True):
    """What changes, what is measured and until when, said before it changes; `change_id` is its `clinic.changed`.

    Days as `YYYY-MM-DD`; `before` points were there, so many are `expected` after; how many charts in a thousand would show a
    shift of one and of two standard deviations; `digest` is of all of these.
    """

    change_id: str
    words: str
    day: str
    until: str
    measure: str
    per: str
    before: int
    expected: int
    one_sd_permille: int
    two_sd_permille: int
    digest: str


class SealOpened(Payload, frozen=True):
    """The result of a sealed change was shown: what the run rules found in it, by the seal's event."""

    seal_id: str
    useful: int
    signal: bool
