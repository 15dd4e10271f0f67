"""What was handed on, as data and in words."""

from typing import TYPE_CHECKING, Any

from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.exports import Exported


def as_data(told: "Exported") -> dict[str, Any]:
    return {
        "paths": [str(path) for path in told.paths],
        "patients": told.patients,
        "forms": told.forms,
        "sessions": told.sessions,
        "totals": told.totals,
    }


def in_words(told: "Exported") -> str:
    """What stands in the files, and what they are: a patient's scores, dates and words."""
    parts = (
        count("{n} form", "{n} forms", told.forms),
        count("{n} session", "{n} sessions", told.sessions),
        count("{n} patient", "{n} patients", told.patients),
        count(", {n} total of other scales", ", {n} totals of other scales", told.totals) if told.totals else "",
    )
    return _(
        "Written: {forms} and {sessions} of {patients}{totals}. They hold dates, scores and notes: keep them as you keep the record."
    ).format(forms=parts[0], sessions=parts[1], patients=parts[2], totals=parts[3])
