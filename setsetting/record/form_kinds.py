"""What is said of a stored form besides its answers: a question on it, and what closes that."""

from setsetting.record.kinds import Payload


class FormQueried(Payload, frozen=True):
    """Names the newest event of a form: a question on it, which stands in `reason` until it is answered."""

    form_id: str
    patient_id: str
    reason: str


class QueryAnswered(Payload, frozen=True):
    """Corrects a `form.queried`: the answer, which stands in `reason` and closes it."""

    form_id: str
    patient_id: str
    reason: str
