"""Patients and sessions as they now stand, as typed rows; all SQL stays in this room.

Where events compete, the newest by (lamport, device, seq) stands; vetoes unite until each is
withdrawn. Times are UTC milliseconds. What happened in a session is in `live_rows`,
forms are in `form_rows`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

import msgspec

from setsetting import errors
from setsetting.clinical.infusion import Infusion
from setsetting.record import corrections, payloads, schema
from setsetting.record.corrections import Correction
from setsetting.record.infusions import as_infusion
from setsetting.record.kinds import SoundscapeUsed, StoredSegment
from setsetting.record.log import Record
from setsetting.units import Milliseconds
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class PatientRow:
    patient_id: str
    code: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class VetoRow:
    """A veto that stands; `event_id` is what a withdrawal corrects."""

    event_id: str
    patient_id: str
    what: str
    value: str
    since_utc_ms: Milliseconds


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A session's setting as last logged; an item or tap that is absent was not asked."""

    session_id: str
    event_id: str
    fields: dict[str, str]
    taps: dict[str, int]
    note: str | None


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session with what is known of its end; `actual` and `ended_utc_ms` are None while it runs,
    and when its end was erased.

    `visit_no` is its place in time among those of the patient's sessions that count, None for one that does
    not: one from paper may come before one that was counted without it. `marks` and `acts` count what was not
    taken back. `closed` says that the facilitator closed it, or that it was entered afterwards; `corrections`
    are those that stand, oldest first.
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
    marks: int
    acts: int
    setting: SettingRow | None
    void: bool
    corrections: tuple[Correction, ...]

    @property
    def counts(self) -> bool:
        """Whether it is one of the course's infusions; what does not count was neither held nor heard."""
        return not (self.void or self.rehearsal)

    @property
    def over_ms(self) -> Milliseconds:
        """When it ended, UTC; as planned where its end is not known."""
        return self.started_utc_ms + self.planned.end_ms if self.ended_utc_ms is None else self.ended_utc_ms


def first_person(record: Record) -> str:
    """The random id of who acts until people sign in; "" when nobody was added yet."""
    found = record.read("SELECT actor FROM event WHERE kind = 'person.added' ORDER BY lamport, device, seq LIMIT 1")
    return str(found[0][0]) if found else ""


def patients(record: Record) -> list[PatientRow]:
    """Every patient, by code."""
    found = record.read(
        "SELECT p.patient_id, p.code, p.simulated FROM patient_added p"
        f" WHERE {_no_other('patient_added', 'p', 'patient_id', '<')} ORDER BY p.code, p.patient_id"
    )
    return [PatientRow(row[0], row[1], bool(row[2])) for row in found]


def patient(record: Record, code: str) -> PatientRow:
    """The patient with this code; raises NotFound, with the nearest code there is."""
    known = {row.code: row for row in patients(record)}
    if code not in known:
        raise errors.unknown(_("patient"), code, known)
    return known[code]


def vetoes(record: Record, patient_id: str) -> list[VetoRow]:
    """The vetoes that stand, oldest first; the same refusal made twice stands until both are withdrawn."""
    found = record.read(
        "SELECT v.event_id, v.patient_id, v.what, v.value, e.at_utc_ms"
        " FROM patient_vetoed v JOIN event e USING (device, seq) WHERE v.patient_id = ?"
        f" AND NOT {schema.withdrawn('v.event_id')} ORDER BY e.lamport, e.device, e.seq",
        [patient_id],
    )
    return [VetoRow(*row) for row in found]


_SESSIONS = """
SELECT s.session_id, s.patient_id, s.started_utc_ms, s.zero_utc_ms, s.planned, s.room, s.soundscape, s.playlist,
    s.output, s.entered_afterwards, s.simulated, s.rehearsal, x.ended_utc_ms, x.infusion AS actual, x.how,
    (SELECT count(*) FROM session_marked m WHERE m.session_id = s.session_id AND NOT {undone_mark}) AS marks,
    (SELECT count(*) FROM session_acted a WHERE a.session_id = s.session_id AND a.undoes IS NULL
        AND NOT {undone_act}) AS acts,
    EXISTS (SELECT 1 FROM session_closed c WHERE c.session_id = s.session_id) AS closed
FROM session_started s LEFT JOIN session_ended x ON x.session_id = s.session_id AND {newest_end}
WHERE {first} AND {where}"""


def sessions(record: Record, patient_id: str | None = None) -> list[SessionRow]:
    """Sessions by their start, of one patient or of all; those that do not count are among them."""
    if patient_id is None:
        return _sessions(record, "1", [])
    return _sessions(record, "s.patient_id = ?", [patient_id])


def session(record: Record, session_id: str) -> SessionRow:
    """One session, whose id may be shortened while it is unambiguous; raises NotFound."""
    known = [row[0] for row in record.read("SELECT session_id FROM session_started")]
    named = errors.begun(_("session"), session_id, known)
    first = record.read(
        "SELECT patient_id FROM session_started WHERE session_id = ? ORDER BY lamport, device, seq LIMIT 1", [named]
    )
    return next(row for row in sessions(record, first[0][0]) if row.session_id == named)


def unclosed(record: Record) -> list[SessionRow]:
    """Sessions nobody closed yet, oldest first; running ones are among them, and none that was voided."""
    return [row for row in sessions(record) if not (row.closed or row.void)]


def _sessions(record: Record, where: str, values: list[str]) -> list[SessionRow]:
    found = record.read(
        _SESSIONS.format(
            newest_end=_no_other("session_ended", "x", "session_id", ">"),
            first=_no_other("session_started", "s", "session_id", "<"),
            undone_mark=schema.taken_back("m"),
            undone_act=schema.taken_back("a"),
            where=where,
        ),
        values,
    )
    settings = _settings(record, [row["session_id"] for row in found])
    corrected = corrections.of_sessions(record)
    told = [
        SessionRow(
            **dict(row)
            | {
                "visit_no": None,
                "planned": _infusion(row["planned"]),
                "actual": None if row["actual"] is None else _infusion(row["actual"]),
                "closed": bool(row["closed"] or row["entered_afterwards"]),
                "entered_afterwards": bool(row["entered_afterwards"]),
                "simulated": bool(row["simulated"]),
                "rehearsal": bool(row["rehearsal"]),
                "setting": settings.get(row["session_id"]),
                "void": row["session_id"] in corrected.voided,
                "corrections": corrected.every.get(row["session_id"], ()),
            }
        )
        for row in found
    ]
    return _numbered(told)


def _numbered(told: list[SessionRow]) -> list[SessionRow]:
    """The sessions by their start; those that count numbered for each patient, from 1."""
    held: Counter[str] = Counter()
    numbered = []
    for row in sorted(told, key=lambda row: (row.started_utc_ms, row.session_id)):
        held[row.patient_id] += row.counts
        numbered.append(replace(row, visit_no=held[row.patient_id] if row.counts else None))
    return numbered


def _settings(record: Record, session_ids: Iterable[str]) -> dict[str, SettingRow]:
    found = record.read(
        "SELECT g.session_id, g.event_id, g.fields, g.taps, g.note FROM session_setting_logged g"
        f" WHERE g.session_id IN (SELECT value FROM json_each(?)) AND {_no_other('session_setting_logged', 'g', 'session_id', '>')}",
        [msgspec.json.encode(list(session_ids)).decode()],
    )
    return {
        row[0]: SettingRow(row[0], row[1], msgspec.json.decode(row[2]), msgspec.json.decode(row[3]), note=row[4])
        for row in found
    }


def _infusion(text: str) -> Infusion:
    return as_infusion(msgspec.json.decode(text, type=tuple[StoredSegment, ...]))


def soundscape(record: Record, sha256: str) -> str | None:
    """The body of a soundscape a session used, or None."""
    found = record.read(
        "SELECT e.kind, e.version, e.payload, e.seal FROM soundscape_used u JOIN event e USING (device, seq)"
        " WHERE u.sha256 = ? LIMIT 1",
        [sha256],
    )
    used = payloads.decode(*found[0]) if found else None
    return used.body if isinstance(used, SoundscapeUsed) else None


def whose_soundscape(record: Record, sha256: str) -> frozenset[str]:
    """The ids of the patients for whom the soundscape of this digest was written or accepted, or to whom it was played."""
    found = record.read(
        "SELECT patient_id FROM soundscape_saved WHERE sha256 = ?1"
        " UNION SELECT patient_id FROM soundscape_accepted WHERE sha256 = ?1"
        " UNION SELECT patient_id FROM session_started WHERE soundscape = ?1",
        [sha256],
    )
    return frozenset(row[0] for row in found)


def _no_other(table: str, alias: str, by: str, sign: str) -> str:
    """SQL for "no row of `table` for the same `by` is older" (<) or "is newer" (>)."""
    return (
        f"NOT EXISTS (SELECT 1 FROM {table} o WHERE o.{by} = {alias}.{by}"
        f" AND (o.lamport, o.device, o.seq) {sign} ({alias}.lamport, {alias}.device, {alias}.seq))"
    )
