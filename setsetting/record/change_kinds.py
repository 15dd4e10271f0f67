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
