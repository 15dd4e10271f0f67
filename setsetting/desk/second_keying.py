"""Acts on a paper form that is keyed a second time: compared with what stands, nothing refused or overwritten.

Where the two differ, the form is corrected, or somebody says that it stands.
"""

from collections.abc import Sequence

from setsetting.clinical import pcl5
from setsetting.clinical.form import Item
from setsetting.clinical.free_text import reason_given
from setsetting.desk import forms
from setsetting.desk.clinic import Clinic
from setsetting.desk.forms import ScoredForm
from setsetting.errors import Refused
from setsetting.record.form_kinds import FormKeyedAgain, FormUpheld
from setsetting.words.translate import _


def key(clinic: Clinic, form_id: str, items: Sequence[Item]) -> ScoredForm:
    """Keep the second keying of a form beside it; the newest one is compared."""
    pcl5.score(items)
    with clinic.record() as record, record.whole():
        form = forms.to_change(record, form_id)
        record.append("form.keyed_again", FormKeyedAgain(form.form_id, form.patient_id, tuple(items)))
        return forms.found(clinic, record, form.form_id)


def uphold(clinic: Clinic, form_id: str, reason: str) -> ScoredForm:
    """Say that a form stands where its second keying differs; a later correction of it is compared anew."""
    reason = reason_given(reason)
    with clinic.record() as record, record.whole():
        form = forms.to_change(record, form_id)
        second = form.second
        if form.keyed is None or second is None:
            raise Refused(
                _("Form {id} was not keyed twice; `setsetting pcl5 second {id}` does that.").format(id=form.form_id)
            )
        if not second.open:
            raise Refused(_("Nothing of form {id} is open between its two keyings.").format(id=form.form_id))
        told = FormUpheld(form.form_id, form.patient_id, form.form.items, reason)
        record.append("form.upheld", told, corrects=form.keyed.event_id)
        return forms.found(clinic, record, form.form_id)
