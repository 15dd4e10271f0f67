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


class FormKeyedAgain(Payload, frozen=True):
    """A paper form keyed a second time, to be compared with what stands; `items` as `FormEntered` has them."""

    form_id: str
    patient_id: str
    items: tuple[int | str, ...]


class FormUpheld(Payload, frozen=True):
    """Corrects a `form.keyed_again`: where it differs, the form stands as its `items` were by then."""

    form_id: str
    patient_id: str
    items: tuple[int | str, ...]
    reason: str
