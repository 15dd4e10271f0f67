"""Acts on a question that somebody has on a stored form: asked in words, shown wherever the form is, closed by an answer.

Nothing of the form changes by either, and each is taken back as any correction (`record undo`).
"""

from setsetting.clinical.free_text import reason_given
from setsetting.desk import forms
from setsetting.desk.clinic import Clinic
from setsetting.desk.forms import ScoredForm
from setsetting.errors import NotFound, Refused, begun
from setsetting.record import form_rows, keyed_rows, query_rows, rows
from setsetting.record.form_kinds import FormQueried, QueryAnswered
from setsetting.record.log import Record
from setsetting.record.query_rows import QueryRow
from setsetting.record.sound import refuse_edited
from setsetting.words.spelling import spelled
from setsetting.words.translate import _


def ask(clinic: Clinic, form_id: str, question: str) -> ScoredForm:
    """Mark a form with a question; the same one is not asked twice while it is open."""
    question = reason_given(question)
    with clinic.record() as record, record.whole():
        form = forms.to_change(record, form_id)
        if any(spelled(each.question) == spelled(question) for each in form.open_queries):
            raise Refused(_("That question on form {id} is open already.").format(id=form.form_id))
        asked = FormQueried(form_id=form.form_id, patient_id=form.patient_id, reason=question)
        record.append("form.queried", asked, corrects=form.event_id)
        return forms.found(clinic, record, form.form_id)


def listing(clinic: Clinic) -> list[ScoredForm]:
    """The forms of every patient in the lists on which a question is open, or whose second keying differs and nobody has
    settled that, by patient and by the time they were taken.
    """
    with clinic.record() as record:
        codes = {row.patient_id: row.code for row in rows.patients(record)}
        found = [row for row in _waiting(record) if row.patient_id in codes]
        for patient_id in {row.patient_id for row in found}:
            refuse_edited(record, patient_id)
        told = [forms.found(clinic, record, row.form_id) for row in found]
    return sorted(told, key=lambda row: (row.code, row.form.taken_ms, row.form_id))


def _waiting(record: Record) -> list[form_rows.FormRow]:
    """Forms that stand and wait for somebody, of whomever; all forms are read only where there may be one."""
    asked = query_rows.by_form(record).values()
    if all(query.answer is not None for each in asked for query in each) and not keyed_rows.by_form(record):
        return []
    return [row for row in form_rows.forms(record) if row.open_queries or row.keying_open]


def answer(clinic: Clinic, form_id: str, words: str, query: str | None = None) -> ScoredForm:
    """Close a question on a form; `query` is its event, which may be shortened and left out where one is open."""
    words = reason_given(words)
    with clinic.record() as record, record.whole():
        form = forms.to_change(record, form_id)
        meant = _meant(form, query)
        if meant.answer is not None:
            raise Refused(
                _(
                    "This question is answered; `setsetting record undo --event {id} --reason TEXT` takes the answer back."
                ).format(id=meant.answer.event_id)
            )
        told = QueryAnswered(form_id=form.form_id, patient_id=form.patient_id, reason=words)
        record.append("form.query_answered", told, corrects=meant.event_id)
        return forms.found(clinic, record, form.form_id)


def _meant(form: form_rows.FormRow, query: str | None) -> QueryRow:
    if query is not None:
        known = {each.event_id: each for each in form.queries}
        return known[begun(_("query"), query, known)]
    if not form.open_queries:
        raise NotFound(_("No question on form {id} is open.").format(id=form.form_id))
    if len(form.open_queries) > 1:
        raise Refused(
            _("{n} questions on form {id} are open; name the one that is answered with --query.").format(
                n=len(form.open_queries), id=form.form_id
            )
        )
    return form.open_queries[0]
