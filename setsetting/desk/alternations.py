"""A setting that is drawn by lot for each infusion: fixed beforehand, checked and estimated when it is over; `draws` shows it.

The estimate asks what was drawn, not what was done: a session in which it was done otherwise counts as drawn.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from setsetting.clinical.factor import FactorKind, SettingFactor
from setsetting.clinical.free_text import reason_given
from setsetting.clinical.setting import FieldKind, field_named, parse_value
from setsetting.desk import counted, own_linkage
from setsetting.desk.clinic import Clinic
from setsetting.desk.counted import Counted
from setsetting.desk.draws import running, today_of
from setsetting.desk.records import refuse_unsound
from setsetting.errors import NotFound, Refused, UsageError
from setsetting.machine import clock
from setsetting.record import alternation_rows, rows
from setsetting.record.alternation_kinds import AlternationLooked, AlternationPlanned, AlternationStopped
from setsetting.record.alternation_rows import AlternationRow, DrawRow
from setsetting.record.log import Record
from setsetting.record.rows import SessionRow
from setsetting.record.sound import LISTED_ALTERNATIONS, refuse_edited_list
from setsetting.review.drawn_link import DrawnLink, DrawnSession, drawn_link
from setsetting.review.schedule import PERMILLE, commitment_of, drawn
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class CheckedSchedule:
    """A schedule against its seed: whether the commitment is of it, and which draws are not those it makes.

    `seed` is None while it runs; `unlike` are ids of draws.
    """

    row: AlternationRow
    draws: int
    committed: bool
    unlike: tuple[str, ...]
    seed: str | None

    @property
    def ok(self) -> bool:
        return self.committed and not self.unlike


@dataclass(frozen=True, slots=True)
class AlternationResult:
    """What a schedule that is over came to; `told` and `found` count deviations that were told, and those found in the log."""

    row: AlternationRow
    link: DrawnLink
    held: int
    not_held: int
    told: int
    found: int


def plan(clinic: Clinic, field: str, having: str, lacking: str, until: str) -> AlternationRow:
    """Fix what is drawn from now until a day; one schedule runs at a time."""
    if field_named(field).kind is not FieldKind.CHOICE:
        raise UsageError(_("Only a field with one choice is drawn; {name} is none.").format(name=field))
    one, other = parse_value(field, having), parse_value(field, lacking)
    if one == other:
        raise UsageError(_("Two values are drawn between; {value} is one.").format(value=one))
    at_ms, dated_only = clock.parse_moment(until, clinic.settings.zone)
    last = clock.local(at_ms, clinic.settings.zone).date()
    if not dated_only or last <= today_of(clinic):
        raise UsageError(_("`--until` is a day to come, as in 2027-06-30."))
    terms = {
        "field": field,
        "with_value": one,
        "without_value": other,
        "until": last.isoformat(),
        "seed": secrets.token_hex(16),
    }
    with clinic.record() as record, record.whole():
        if any(row.runs(today_of(clinic)) for row in alternation_rows.alternations(record)):
            raise Refused(_("A schedule runs already; `setsetting alternation list` shows it."))
        payload = msgspec.convert(terms | {"commitment": commitment_of(terms)}, AlternationPlanned)
        made = record.append("alternation.planned", payload)
        return next(row for row in alternation_rows.alternations(record) if row.event_id == made.event_id)


def listed(clinic: Clinic) -> list[tuple[AlternationRow, int]]:
    """Every schedule, and how many draws of it were shown."""
    with clinic.record() as record, record.whole():
        refuse_edited_list(record, LISTED_ALTERNATIONS)
        return [
            (row, len(alternation_rows.draws(record, row.event_id))) for row in alternation_rows.alternations(record)
        ]


def stop(clinic: Clinic, reason: str) -> tuple[AlternationRow, int]:
    """Draw nothing more; what was drawn stays, and how much that is."""
    reason = reason_given(reason)
    with clinic.record() as record, record.whole():
        row = running(clinic, record)
        record.append("alternation.stopped", AlternationStopped(row.event_id, reason))
        stopped = next(each for each in alternation_rows.alternations(record) if each.event_id == row.event_id)
        return stopped, len(alternation_rows.draws(record, row.event_id))


def check(clinic: Clinic, name: str | None = None) -> CheckedSchedule:
    """Make the newest schedule, or the one named, again from its seed and compare every draw; the seed is shown once it is over."""
    with clinic.record() as record, record.whole():
        refuse_unsound(clinic)
        row = _named(record, name)
        draws = alternation_rows.draws(record, row.event_id)
    terms = msgspec.structs.asdict(row.planned)
    commitment = terms.pop("commitment")
    places: dict[int, int] = {}
    unlike = []
    for each in draws:
        place = places.setdefault(each.number, 0)
        places[each.number] += 1
        made = (place, drawn(row.planned.seed, each.number, each.place), PERMILLE)
        if (each.place, each.drawn, each.permille) != made:
            unlike.append(each.event_id)
    seed = None if row.runs(today_of(clinic)) else row.planned.seed
    return CheckedSchedule(row, len(draws), commitment_of(terms) == commitment, tuple(unlike), seed)


def result(clinic: Clinic, name: str | None = None) -> AlternationResult:
    """The estimate of a schedule that is over, from what was drawn and its stored probabilities; the look is noted."""
    with clinic.record() as record, record.whole():
        refuse_unsound(clinic)
        row = _named(record, name)
        if row.runs(today_of(clinic)):
            raise Refused(
                _("It runs until {day}; an estimate on the way would make chance findings more likely.").format(
                    day=row.planned.until
                )
            )
        draws = alternation_rows.draws(record, row.event_id)
        everyone = Counted({each.patient_id: each.code for each in rows.patients(record)}, simulated=False, left_out=0)
        told = counted.read(clinic, record, everyone)
        of_draw = _sessions_of(draws, told.sessions)
        linked = drawn_link(
            told.scores,
            own_linkage.exposed(told, {}),
            [
                DrawnSession(session.session_id, draw.drawn, draw.permille / 1000)
                for draw in draws
                if (session := of_draw.get(draw.event_id)) is not None
            ],
        )
        record.append("alternation.looked", AlternationLooked(row.event_id, linked.linked))
    return AlternationResult(
        row,
        linked,
        held=len(of_draw),
        not_held=len(draws) - len(of_draw),
        told=sum(bool(each.deviations) for each in draws),
        found=sum(_differs(row, draw, of_draw[draw.event_id]) for draw in draws if draw.event_id in of_draw),
    )


def _sessions_of(draws: Sequence[DrawRow], sessions: Sequence[SessionRow]) -> Mapping[str, SessionRow]:
    """The session of each draw: the first of its patient's that began after it was shown, and before another was."""
    found: dict[str, SessionRow] = {}
    for session in sessions:
        before = [
            each for each in draws if each.patient_id == session.patient_id and each.at_utc_ms <= session.started_utc_ms
        ]
        if before:
            found.setdefault(before[-1].event_id, session)
    return found


def _differs(row: AlternationRow, draw: DrawRow, session: SessionRow) -> bool:
    """Whether the log of a session says that the setting was another than was drawn."""
    factor = SettingFactor(row.planned.field, row.value_of(draw), FactorKind.YES_NO)
    fields = {} if session.setting is None else session.setting.fields
    return factor.exposure(fields.get(row.planned.field)) == 0


def _named(record: Record, name: str | None) -> AlternationRow:
    """One by its id, which may be shortened, else the newest."""
    known = [row for row in alternation_rows.alternations(record) if name is None or row.event_id.startswith(name)]
    if not known:
        raise NotFound(_("There is no such schedule; `setsetting alternation list` lists them."))
    return known[-1]
