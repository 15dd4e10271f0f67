"""PCL-5 forms as they now stand, as typed rows: as last corrected, and none that was withdrawn. UTC milliseconds.

A form whose newest correction was erased is none: what that had corrected must not stand again.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec

from setsetting import errors
from setsetting.clinical.form import Form, Recall, SecondKeying, differing
from setsetting.machine.database import StoredRow
from setsetting.record import cells, keyed_rows, query_rows, schema
from setsetting.record.corrections import Correction, Identities, brought, identities, imports_withdrawn, standing
from setsetting.record.keyed_rows import KeyedRow
from setsetting.record.kinds import FormWithdrawn
from setsetting.record.log import Record
from setsetting.record.query_rows import QueryRow
from setsetting.units import Milliseconds
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class FormChange:
    """A correction of a form that stands: who said when and why, and what had been told of it before."""

    event_id: str
    at_utc_ms: Milliseconds
    actor: str
    reason: str
    patient_id: str
    before: Form
    dated_only: bool


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form as it now stands; `event_id` is its newest event, the one a correction names.

    `changes` are its corrections that stand, oldest first, `withdrawn` says that it is none.
    """

    form_id: str
    event_id: str
    patient_id: str
    told_of: str
    """Whose it was told to be: another than `patient_id` for who was merged since."""
    form: Form
    dated_only: bool
    simulated: bool
    by_patient: bool = False
    """Whether the patient entered it on the screen; a correction is somebody else's."""
    changes: tuple[FormChange, ...] = ()
    withdrawn: Correction | None = None
    queries: tuple[QueryRow, ...] = ()
    """Questions on it, oldest first."""
    keyed: KeyedRow | None = None
    """Its second keying, None where it was keyed once."""

    @property
    def open_queries(self) -> tuple[QueryRow, ...]:
        return tuple(each for each in self.queries if each.answer is None)

    @property
    def second(self) -> SecondKeying | None:
        """How its second keying compares with what stands."""
        if self.keyed is None:
            return None
        upheld = self.keyed.upheld
        reason = upheld[0].reason if upheld is not None and upheld[1] == self.form.items else None
        return SecondKeying(differing(self.form.items, self.keyed.items), reason)

    @property
    def keying_open(self) -> bool:
        """Whether its second keying differs and nobody has settled that."""
        return self.second is not None and self.second.open

    @property
    def corrections(self) -> int:
        return len(self.changes)


@dataclass(slots=True)
class _Told:
    """What was told of one form, oldest first, and the newest of its corrections that was erased."""

    entries: list[StoredRow] = field(default_factory=list)
    erased: tuple[int, str, int] | None = None


_COLUMNS = "device, seq, lamport, event_id, form_id, patient_id, items, recall, taken_utc_ms, day, simulated"
_ENTRIES = f"""
WITH ids AS MATERIALIZED (SELECT value FROM json_each(?1)), wanted AS MATERIALIZED (
    SELECT form_id FROM form_entered WHERE patient_id IN ids UNION SELECT form_id FROM form_corrected WHERE patient_id IN ids
)
SELECT {_COLUMNS}, by_patient, NULL AS reason, 0 AS undone, NULL AS at_utc_ms, NULL AS actor FROM form_entered WHERE ?1 IS NULL OR form_id IN wanted
UNION ALL SELECT {_COLUMNS}, 0, reason, {schema.taken_back("c.event_id")},
    (SELECT at_utc_ms FROM event e WHERE (e.device, e.seq) = (c.device, c.seq)),
    (SELECT actor FROM event e WHERE (e.device, e.seq) = (c.device, c.seq)) FROM form_corrected c WHERE ?1 IS NULL OR form_id IN wanted
ORDER BY lamport, device, seq"""
_ERASED = f"""
SELECT e.corrects, e.lamport, e.device, e.seq FROM event e INDEXED BY event_corrects
WHERE e.corrects IS NOT NULL AND e.kind = 'form.corrected' AND e.payload IS NULL AND NOT {schema.taken_back("e.event_id")}"""


def forms(record: Record, patient_id: str | None = None) -> list[FormRow]:
    """Forms as they now stand, of one patient or of all, by the time they were taken; none that was withdrawn."""
    return [row for row in every(record, patient_id) if row.withdrawn is None]


def every(record: Record, patient_id: str | None = None) -> list[FormRow]:
    """Forms that stand and forms that were withdrawn, by the time they were taken."""
    known, withdrawn = identities(record), _withdrawn(record)
    queries, keyed = query_rows.by_form(record), keyed_rows.by_form(record)
    found = [
        _form(entries, known, withdrawn.get(form_id), record.zone, (queries.get(form_id, ()), keyed.get(form_id)))
        for form_id, entries in _entries(record, known, patient_id).items()
    ]
    return sorted(found, key=lambda row: (row.form.taken_ms, row.form_id))


def moved_away(record: Record, patient_id: str) -> list[tuple[Milliseconds, str]]:
    """When forms were taken that were told of a patient and are another's by a correction, and why; by that time."""
    known, withdrawn = identities(record), _withdrawn(record)
    own = known.of(patient_id)
    found = []
    for form_id, told in _told(record, known.ids(own)).items():
        row = _form(told.entries, known, withdrawn.get(form_id), record.zone) if told.entries else None
        away = [] if row is None or row.patient_id == own else [each for each in row.changes if each.patient_id == own]
        found += [(each.before.taken_ms, each.reason) for each in away[-1:]]
    return sorted(found)


def count_by_patient(record: Record) -> Counter[str]:
    """How many forms stand, by the patient's id."""
    known, withdrawn = identities(record), _withdrawn(record)
    entries = _entries(record, known, None)
    return Counter(known.of(told[-1]["patient_id"]) for form_id, told in entries.items() if form_id not in withdrawn)


def _withdrawn(record: Record) -> dict[str, Correction]:
    withdrawn = {
        form_id: gone
        for import_id, gone in imports_withdrawn(record).items()
        for form_id in brought(record, "form", import_id)
    }
    for each in standing(record, (FormWithdrawn,)):
        match each.payload:
            case FormWithdrawn(form_id=form_id):
                withdrawn[form_id] = each
    return withdrawn


def _entries(record: Record, known: Identities, patient_id: str | None) -> dict[str, list[StoredRow]]:
    """What was told of each form that is there, oldest first, of one patient or of all."""
    wanted = None if patient_id is None else known.of(patient_id)
    told = _told(record, None if wanted is None else known.ids(wanted))
    return {
        form_id: one.entries
        for form_id, one in told.items()
        if (one.erased is None or one.erased <= _key(one.entries[-1]))
        and (wanted is None or known.of(one.entries[-1]["patient_id"]) == wanted)
    }


def form(record: Record, form_id: str) -> FormRow:
    """One form, withdrawn though it may be; its id may be shortened while it is unambiguous. Raises NotFound."""
    known = {row.form_id: row for row in every(record)}
    return known[errors.begun(_("form"), form_id, known)]


def whose(record: Record, form_id: str) -> str:
    """The id of the patient of a form, withdrawn though it may be, without a look at what it holds; else as `form`."""
    told = _told(record, None)
    newest = told[errors.begun(_("form"), form_id, {name: one for name, one in told.items() if one.entries})].entries[
        -1
    ]
    return identities(record).of(newest["patient_id"])


def _told(record: Record, ids: list[str] | None) -> dict[str, _Told]:
    told: dict[str, _Told] = defaultdict(_Told)
    form_of: dict[str, str] = {}
    for row in record.read(_ENTRIES, [None if ids is None else msgspec.json.encode(ids).decode()]):
        form_of[row["event_id"]] = row["form_id"]
        if not row["undone"]:
            told[row["form_id"]].entries.append(row)
    for corrects, *key in record.read(_ERASED):
        if (form_id := form_of.get(corrects)) in told:
            one = told[form_id]
            one.erased = max(one.erased or (0, "", 0), (key[0], key[1], key[2]))
    return told


def _key(row: StoredRow) -> tuple[int, str, int]:
    return row["lamport"], row["device"], row["seq"]


def _form(
    entries: list[StoredRow],
    known: Identities,
    withdrawn: Correction | None,
    zone: ZoneInfo,
    beside: tuple[tuple[QueryRow, ...], KeyedRow | None] = ((), None),
) -> FormRow:
    newest, (queries, keyed) = entries[-1], beside
    stands, dated_only = _told_in(newest, zone)
    return FormRow(
        form_id=newest["form_id"],
        event_id=newest["event_id"],
        patient_id=known.of(newest["patient_id"]),
        told_of=newest["patient_id"],
        form=stands,
        dated_only=dated_only,
        simulated=any(row["simulated"] for row in entries),
        by_patient=any(row["by_patient"] for row in entries),
        changes=tuple(
            FormChange(
                row["event_id"],
                row["at_utc_ms"],
                row["actor"],
                row["reason"],
                known.of(before["patient_id"]),
                *_told_in(before, zone),
            )
            for before, row in pairwise(entries)
            if row["reason"] is not None
        ),
        withdrawn=withdrawn,
        queries=queries,
        keyed=keyed,
    )


def _told_in(row: StoredRow, zone: ZoneInfo) -> tuple[Form, bool]:
    """The form as an entry tells it, and whether only its day was said."""
    items = cells.nested(row["items"], list[int | str])
    taken_ms, dated_only = cells.moment(row["taken_utc_ms"], row["day"], zone)
    answers = tuple([one if isinstance(one, int) else cells.item(one) for one in items])
    return Form(answers, cells.word(Recall, row["recall"]), taken_ms), dated_only
