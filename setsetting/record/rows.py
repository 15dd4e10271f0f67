"""Patients and sessions as they now stand, as typed rows; all SQL stays in this room.

Where events compete, the newest by (lamport, device, seq) stands; vetoes unite until each is
withdrawn. Times are UTC milliseconds. What happened in a session is in `live_rows`,
forms are in `form_rows`.
"""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol, TypeVar

import msgspec

from setsetting import errors
from setsetting.clinical.infusion import Infusion, InfusionStep
from setsetting.machine.database import StoredRow
from setsetting.record import cells, corrections, payloads, projections, schema, session_clock, setting_rows
from setsetting.record.corrections import Correction
from setsetting.record.infusions import as_infusion
from setsetting.record.kinds import EXTERNAL, SoundscapeUsed, StoredSegment
from setsetting.record.log import Record
from setsetting.record.setting_rows import SettingRow
from setsetting.units import Milliseconds
from setsetting.words.slips import meant
from setsetting.words.translate import _


class OfPatient(Protocol):
    """What is told of a patient."""

    @property
    def patient_id(self) -> str: ...


Told = TypeVar("Told", bound=OfPatient)


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A patient; `named_id` is the one whose code was named, another than `patient_id` for who was merged.

    What is told then is told of that one, so that it parts again where the merge is taken back.
    """

    patient_id: str
    code: str
    simulated: bool
    named_id: str


@dataclass(frozen=True, slots=True)
class VetoRow:
    """A veto that stands; `event_id` is what a withdrawal corrects."""

    event_id: str
    patient_id: str
    what: str
    value: str
    since_utc_ms: Milliseconds


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session with what is known of its end; `actual` and `ended_utc_ms` are None while it runs,
    and when its end was erased, `actual` also where its infusion began after its music and nothing was told since.

    `visit_no` is its place in time among those of the patient's sessions that count, None for one that does
    not: one from paper may come before one that was counted without it. `begun` says that an infusion's start stands
    in it, or that it is from paper. `marks` and `acts` count what was not
    taken back. `closed` says that the facilitator closed it, or that it was entered afterwards; `corrections`
    are those that stand, oldest first; `told` are whose it was, its start and its plan, as they were told first.
    """

    session_id: str
    patient_id: str
    visit_no: int | None
    started_utc_ms: Milliseconds
    zero_utc_ms: Milliseconds | None
    planned: Infusion
    actual: Infusion | None
    ended_utc_ms: Milliseconds | None
    how: str | None
    closed: bool
    room: str
    soundscape: str | None
    playlist: str | None
    output: str | None
    entered_afterwards: bool
    simulated: bool
    rehearsal: bool
    begun: bool
    marks: int
    acts: int
    setting: SettingRow | None
    void: bool
    corrections: tuple[Correction, ...]
    told: tuple[str, Milliseconds, Infusion]
    """Whose it was, its start and its plan, as they were told first; its setting as it was logged has `setting_rows`."""

    @property
    def is_external(self) -> bool:
        """Whether its music came from elsewhere, so that nothing is known of it."""
        return self.output == EXTERNAL

    @property
    def counts(self) -> bool:
        """Whether it is one of the course's infusions, or may still become one: not closed, it keeps its number."""
        return self.visit_no is not None

    @property
    def was_heard(self) -> bool:
        """Whether the patient heard what sounded in it, whatever was infused."""
        return not (self.void or self.rehearsal)

    @property
    def aside(self) -> str:
        """Why it is none of the course's infusions, by the name of its state; "" for one that counts."""
        return "" if self.counts else "void" if self.void else "rehearsal" if self.rehearsal else "unbegun"

    @property
    def over_ms(self) -> Milliseconds:
        """When it ended, UTC; as planned where its end is not known."""
        return self.started_utc_ms + self.planned.end_ms if self.ended_utc_ms is None else self.ended_utc_ms


def first_person(record: Record) -> str:
    """The random id of who acts until people sign in; "" when nobody was added yet."""
    found = record.read("SELECT actor FROM event WHERE kind = 'person.added' ORDER BY lamport, device, seq LIMIT 1")
    return str(found[0][0]) if found else ""


def plain_code(code: str) -> str:
    """A code without case, blanks and punctuation: two that are one so are one patient's."""
    text = unicodedata.normalize("NFKC", code).casefold()
    return "".join(sign for sign in text if sign.isalnum()) or text


def patients(record: Record, *, withdrawn: bool = False) -> list[PatientRow]:
    """Every patient by code; who was merged into another is none of them, who was withdrawn only where they are wanted too."""
    known = corrections.identities(record)
    one = [row for row in everyone(record) if known.of(row.patient_id) == row.patient_id]
    return [row for row in one if withdrawn or row.patient_id not in known.withdrawn]


def everyone(record: Record) -> list[PatientRow]:
    """Every patient who was ever added, by code; who came with an import went with it when it was withdrawn."""
    gone = corrections.gone_with_imports(record)
    return [row for row in _added(record) if row.patient_id not in gone]


def _added(record: Record) -> list[PatientRow]:
    found = record.read(
        "SELECT p.patient_id, p.code, p.simulated FROM patient_added p"
        f" WHERE {_no_other('patient_added', 'p', 'patient_id', '<')} ORDER BY p.code, p.patient_id"
    )
    return [PatientRow(row[0], row[1], bool(row[2]), row[0]) for row in found]


def owner_of(record: Record, patient_id: str) -> PatientRow:
    """The patient whom something belongs to that stands under this id."""
    return next(row for row in everyone(record) if row.patient_id == patient_id)


def codes(record: Record) -> dict[str, str]:
    """The code of every patient who was ever added, by id; who went with an import had one too."""
    return {row.patient_id: row.code for row in _added(record)}


def patient(record: Record, code: str, *, withdrawn: bool = False, listed: bool = False) -> PatientRow:
    """The patient with this code, in any case and punctuation; who was merged is found as who it goes on as.

    Raises NotFound, with the one code that is a slip away, and for who was withdrawn unless `withdrawn` are wanted too.
    """
    added, known = everyone(record), corrections.identities(record)
    by_id = {row.patient_id: row for row in added}
    alike = [row for row in added if plain_code(row.code) == plain_code(code)]
    alike = [row for row in alike if row.code == code] or alike
    named = {known.of(row.patient_id) for row in alike} & by_id.keys()
    if not named:
        raise errors.unknown(_("patient"), code, meant(code, (row.code for row in patients(record))))
    if len(named) > 1:
        others = ", ".join(sorted({row.code for row in alike}))
        raise errors.NotFound(
            _("Several patients have a code like {code!r}: {others}.").format(code=code, others=others)
        )
    found = by_id[named.pop()]
    if found.patient_id in known.withdrawn and not withdrawn:
        lists = " " + _("`--withdrawn` lists what there is all the same.") if listed else ""
        raise errors.NotFound(_withdrawn(found.code, known.withdrawn[found.patient_id]) + lists)
    if any(row.patient_id == found.patient_id for row in alike):
        return found
    record.say(_("{code} was merged into {into}.").format(code=alike[0].code, into=found.code))
    return replace(found, named_id=alike[0].patient_id)


def refuse_withdrawn(record: Record, patient_id: str) -> None:
    """Refuse to change what belongs to a patient who was withdrawn: it stays as it was until the patient is back."""
    gone = corrections.why_gone(record, patient_id)
    if gone is not None:
        words = _("Nothing of it is changed meanwhile.")
        raise errors.Refused(f"{_withdrawn(codes(record).get(patient_id, ''), gone)} {words}")


def _withdrawn(code: str, gone: corrections.Correction) -> str:
    undo = f"`setsetting record undo --event {gone.event_id} --reason TEXT`"
    return _("Patient {code} was withdrawn. {undo} brings the patient back.").format(code=code, undo=undo)


def vetoes(record: Record, patient_id: str | None = None) -> list[VetoRow]:
    """The vetoes that stand, of one patient or of all, oldest first.

    The same refusal made twice stands until both are withdrawn.
    """
    known = corrections.identities(record)
    found = record.read(
        "SELECT v.event_id, v.patient_id, v.what, v.value, e.at_utc_ms"
        " FROM patient_vetoed v JOIN event e USING (device, seq)"
        f" WHERE {schema.of_patient('v')} AND NOT {schema.withdrawn('v.event_id')} ORDER BY v.lamport, v.device, v.seq",
        [known.asked(patient_id)],
    )
    return [VetoRow(row[0], known.of(row[1]), *row[2:]) for row in found]


def by_patient(told: Iterable[Told]) -> dict[str, list[Told]]:
    """Rows of all patients, by the patient's id and in their order."""
    found: dict[str, list[Told]] = defaultdict(list)
    for row in told:
        found[row.patient_id].append(row)
    return found


_SESSIONS = """
SELECT s.session_id, s.patient_id, s.started_utc_ms, s.zero_utc_ms, s.planned, s.room, s.soundscape, s.playlist,
    s.output, s.entered_afterwards, s.simulated, s.rehearsal, x.ended_utc_ms, x.infusion AS actual, x.how,
    (SELECT count(*) FROM session_marked m WHERE m.session_id = s.session_id AND NOT {undone_mark}) AS marks,
    (SELECT count(*) FROM session_acted a WHERE a.session_id = s.session_id AND a.undoes IS NULL
        AND NOT {undone_act}) AS acts,
    EXISTS (SELECT 1 FROM session_acted a WHERE a.session_id = s.session_id AND a.act = 'infusion-start'
        AND NOT {undone_act}) AS begun,
    EXISTS (SELECT 1 FROM session_closed c WHERE c.session_id = s.session_id) AS closed
FROM session_started s LEFT JOIN session_ended x ON x.session_id = s.session_id AND {newest_end}
WHERE {first} AND {where}"""


def sessions(record: Record, patient_id: str | None = None) -> list[SessionRow]:
    """Sessions by their start, of one patient or of all; those that do not count are among them."""
    known, corrected = corrections.identities(record), corrections.of_sessions(record)
    if patient_id is None:
        return _sessions(record, "1", [], known, corrected)
    root = known.of(patient_id)
    moved = [session_id for session_id, owner in corrected.moved.items() if known.of(owner) == root]
    where = f"({schema.of_patient('s')} OR s.session_id IN (SELECT value FROM json_each(?2)))"
    found = _sessions(record, where, [known.asked(root), msgspec.json.encode(moved).decode()], known, corrected)
    return [row for row in found if row.patient_id == root]


def session(record: Record, session_id: str) -> SessionRow:
    """One session, whose id may be shortened while it is unambiguous; raises NotFound."""
    named = errors.begun(_("session"), session_id, session_ids(record))
    return next(row for row in sessions(record, owner(record, named)) if row.session_id == named)


def session_ids(record: Record) -> list[str]:
    """The ids of all sessions that were begun."""
    return [row[0] for row in record.read("SELECT session_id FROM session_started")]


def owner(record: Record, session_id: str) -> str:
    """The patient to whom a session belongs now; raises NotFound where its beginning has not reached the record."""
    for (patient_id,) in record.read(projections.OWNER, [session_id, session_id]):
        return str(patient_id)
    raise errors.unknown(_("session"), session_id, ())


def unclosed(record: Record) -> list[SessionRow]:
    """Sessions nobody closed yet, oldest first; running ones are among them, and none that was voided."""
    return [row for row in sessions(record) if not (row.closed or row.void)]


def _sessions(
    record: Record,
    where: str,
    values: Sequence[str | None],
    known: corrections.Identities,
    corrected: corrections.SessionCorrections,
) -> list[SessionRow]:
    found = record.read(
        _SESSIONS.format(
            newest_end=_no_other("session_ended", "x", "session_id", ">"),
            first=_no_other("session_started", "s", "session_id", "<"),
            undone_mark=schema.undone("m"),
            undone_act=schema.undone("a"),
            where=where,
        ),
        values,
    )
    settings = setting_rows.standing(record, [row["session_id"] for row in found], corrected.settings)
    held: Counter[str] = Counter()
    told = []
    for row in sorted(found, key=lambda row: (_began_ms(row, corrected), row["session_id"])):
        session_id, planned = row["session_id"], _infusion(row["planned"])
        owner, void = known.of(corrected.moved.get(session_id, row["patient_id"])), session_id in corrected.voided
        paper = bool(row["entered_afterwards"])
        closed, begun = (
            bool(row["closed"]) or paper,
            bool(row["begun"]) or paper or InfusionStep.START in corrected.steps.get(session_id, ()),
        )
        counts = not (void or row["rehearsal"]) and (begun or not closed)
        held[owner] += counts
        now = {
            "patient_id": owner,
            "visit_no": held[owner] if counts else None,
            "planned": planned,
            "actual": None if row["actual"] is None else _infusion(row["actual"]),
            "closed": closed,
            "begun": begun,
            "entered_afterwards": paper,
            "simulated": bool(row["simulated"]),
            "rehearsal": bool(row["rehearsal"]),
            "setting": settings.get(session_id),
            "void": void,
            "corrections": corrected.every.get(session_id, ()),
            "told": (known.of(row["patient_id"]), row["started_utc_ms"], planned),
        }
        told.append(_as_corrected(record, SessionRow(**dict(row) | now), corrected))
    return told


def _began_ms(row: StoredRow, corrected: corrections.SessionCorrections) -> Milliseconds:
    """When a session began, by what stands."""
    again = corrected.retold.get(row["session_id"]) if row["entered_afterwards"] else None
    began_ms: Milliseconds = row["started_utc_ms"] if again is None else again.started_utc_ms
    return began_ms


def _as_corrected(record: Record, row: SessionRow, corrected: corrections.SessionCorrections) -> SessionRow:
    """A session with the times that were corrected; what really ran follows the minutes of its steps."""
    if (again := corrected.retold.get(row.session_id)) is not None and row.entered_afterwards:
        ran = as_infusion(again.planned)
        began = again.started_utc_ms
        return replace(
            row,
            started_utc_ms=began,
            zero_utc_ms=began,
            planned=ran,
            actual=ran,
            ended_utc_ms=began + ran.end_ms,
        )
    minutes = corrected.minutes.get(row.session_id, {})
    if (minutes or row.session_id in corrected.steps) and row.ended_utc_ms is not None and row.zero_utc_ms is not None:
        told = session_clock.session_clock(record, row.session_id, minutes)
        ended_ms = row.ended_utc_ms - row.zero_utc_ms
        row = replace(row, actual=session_clock.ran_by(record, row.session_id, row.planned, told, ended_ms))
    began_last = row.begun and row.actual is not None and not row.actual.segments
    return replace(row, actual=None) if began_last else row


@lru_cache(1024)  # most infusions of a clinic are as long as others
def _infusion(text: str) -> Infusion:
    return as_infusion(cells.nested(text, tuple[StoredSegment, ...]))


def soundscape(record: Record, sha256: str) -> str | None:
    """The body of a soundscape a session used, or None."""
    found = record.read(
        "SELECT e.kind, e.version, e.payload, e.seal FROM soundscape_used u JOIN event e USING (device, seq)"
        " WHERE u.sha256 = ? LIMIT 1",
        [sha256],
    )
    used = payloads.decode(*found[0]) if found else None
    return used.body if isinstance(used, SoundscapeUsed) else None


def loosened_soundscapes(record: Record) -> frozenset[str]:
    """The digests of soundscapes that a session used and in which a rule was loosened."""
    return frozenset(row[0] for row in record.read("SELECT sha256 FROM soundscape_used WHERE loosened <> '[]'"))


def whose_soundscape(record: Record, sha256: str) -> frozenset[str]:
    """The ids of the patients for whom the soundscape of this digest was written or accepted, or to whom it was played."""
    found = record.read(
        "SELECT patient_id FROM soundscape_saved WHERE sha256 = ?1"
        " UNION SELECT patient_id FROM soundscape_accepted WHERE sha256 = ?1"
        " UNION SELECT patient_id FROM session_started WHERE soundscape = ?1",
        [sha256],
    )
    known = corrections.identities(record)
    return frozenset(known.of(row[0]) for row in found)


def _no_other(table: str, alias: str, by: str, sign: str) -> str:
    """SQL for "no row of `table` for the same `by` is older" (<) or "is newer" (>)."""
    return (
        f"NOT EXISTS (SELECT 1 FROM {table} o WHERE o.{by} = {alias}.{by}"
        f" AND (o.lamport, o.device, o.seq) {sign} ({alias}.lamport, {alias}.device, {alias}.seq))"
    )
