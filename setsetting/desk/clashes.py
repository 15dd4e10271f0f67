"""What no act enters and no correction that is taken back may bring about: a patient in two sessions, a form twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from setsetting.desk.clinic import Clinic
from setsetting.record import form_rows, rows
from setsetting.record.log import Record
from setsetting.record.rows import PatientRow
from setsetting.words.numbers import day_text, local_text
from setsetting.words.translate import _, count

_MOST_SAID = 3


@dataclass(frozen=True, slots=True)
class Clash:
    """Two sessions or two forms of which one alone can be right, by their ids, and what to say of them."""

    ids: frozenset[str]
    words: str


def clashes(clinic: Clinic, record: Record) -> dict[frozenset[str], Clash]:
    """All that clash by what stands now."""
    zone = clinic.settings.zone
    found = list(_one_code(record))
    for held in rows.by_patient(row for row in rows.sessions(record) if row.counts).values():
        for one, next_ in pairwise(held):
            if next_.started_utc_ms < one.over_ms or next_.started_utc_ms == one.started_utc_ms:
                words = _("The sessions that began at {one} and at {other} overlap.").format(
                    one=local_text(one.started_utc_ms, zone), other=local_text(next_.started_utc_ms, zone)
                )
                found.append(Clash(frozenset({one.session_id, next_.session_id}), words))
    for filled in rows.by_patient(form_rows.forms(record)).values():
        first: dict[tuple[str, str], str] = {}
        for row in filled:
            day, recall = day_text(row.form.taken_ms, zone), str(row.form.recall)
            before = first.setdefault((day, recall), row.form_id)
            if before != row.form_id:
                words = _("There are two past-{recall} forms of {day}.").format(recall=recall, day=day)
                found.append(Clash(frozenset({before, row.form_id}), words))
    return {clash.ids: clash for clash in found}


def _one_code(record: Record) -> Iterator[Clash]:
    """Patients who are two and have one code, as after an import that was withdrawn, done again and brought back."""
    first: dict[str, PatientRow] = {}
    for row in rows.patients(record):
        before = first.setdefault(rows.plain_code(row.code), row)
        if before is not row:
            words = _("There are two patients with the code {code}.").format(code=row.code)
            yield Clash(frozenset({before.patient_id, row.patient_id}), words)


def new_words(before: dict[frozenset[str], Clash], now: dict[frozenset[str], Clash]) -> str:
    """What clashes now and did not before, in sentences, of many the first and how many more; empty for nothing."""
    said = list(dict.fromkeys(clash.words for ids, clash in now.items() if ids not in before))
    if more := len(said[_MOST_SAID:]):
        said[_MOST_SAID:] = [count("{n} more clashes so.", "{n} more clash so.", more)]
    return " ".join(said)
