"""A change of the clinic's that is sealed before its day: what is measured, until when, with what power; checked afterwards."""

from dataclasses import dataclass
from datetime import date

import msgspec

from setsetting.desk import changes, charts
from setsetting.desk.clinic import Clinic
from setsetting.desk.records import refuse_unsound
from setsetting.errors import Refused, UsageError, begun
from setsetting.machine import clock
from setsetting.record import change_rows
from setsetting.record.change_kinds import ChangeSealed, SealOpened
from setsetting.record.change_rows import SealRow
from setsetting.record.log import Record
from setsetting.record.sound import LISTED_CHANGES, refuse_edited_list
from setsetting.review.measures import Measure, Per
from setsetting.review.sealed_chart import SealedChart, digest_of, expected_after, power_permille, sealed_chart
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class SealView:
    """A sealed change; `result` is None while it runs, `unchanged` that its digest is still that of what it says, and
    `beforehand` that it was sealed before the change's day."""

    row: SealRow
    result: SealedChart | None
    unchanged: bool
    beforehand: bool


@dataclass(frozen=True, slots=True)
class Sealing:
    """What is to be fixed: the change in words, its day, the last day that is measured, what is charted by what."""

    words: str
    day: str
    until: str
    measure: Measure
    per: Per


def seal(clinic: Clinic, asked: Sealing) -> SealView:
    """Say what will change on a day to come, what is measured and until when; it cannot be taken back, the change can."""
    measure, per = asked.measure, asked.per
    charts.refuse_courses_by_session(measure, per)
    on, last, today = day_to_come(clinic, asked.day), _day(clinic, asked.until), _today(clinic)
    if last <= on:
        raise UsageError(_("It is measured until a day after the change; {until} is none.").format(until=last))
    with clinic.record() as record, record.whole():
        points = charts.points_of(clinic, record, measure, per)
        before, expected = len(points), expected_after(points, today, on, last)
        told = changes.tell(record, asked.words, on)
        terms: dict[str, str | int] = {
            "change_id": told.event_id,
            "words": told.words,
            "day": on.isoformat(),
            "until": last.isoformat(),
            "measure": str(measure),
            "per": str(per),
            "before": before,
            "expected": expected,
            "one_sd_permille": power_permille(before, expected, 1.0),
            "two_sd_permille": power_permille(before, expected, 2.0),
        }
        payload = msgspec.convert(terms | {"digest": digest_of(terms)}, ChangeSealed)
        made = record.append("change.sealed", payload)
        return _view(clinic, record, _named(record, made.event_id))


def day_to_come(clinic: Clinic, text: str) -> date:
    """A day as it was typed; Refused for one that has begun."""
    on = _day(clinic, text)
    if on <= _today(clinic):
        raise Refused(
            _("A change is sealed before its day; {day} is not to come. `change add` tells it.").format(day=on)
        )
    return on


def listed(clinic: Clinic) -> list[SealView]:
    """Every sealed change, those that are over with their result."""
    with clinic.record() as record, record.whole():
        refuse_edited_list(record, LISTED_CHANGES)
        return [_view(clinic, record, row) for row in change_rows.seals(record)]


def show(clinic: Clinic, name: str) -> SealView:
    """One by its id, which may be shortened, from one verified state; once it is over its result is shown, and that is noted."""
    with clinic.record() as record, record.whole():
        refuse_unsound(clinic)
        viewed = _view(clinic, record, _named(record, name))
        if viewed.result is not None:
            rules = None if viewed.result.chart is None else viewed.result.chart.parts[0].rules
            useful, signal = (0, False) if rules is None else (rules.n_useful, rules.signal)
            record.append("seal.opened", SealOpened(viewed.row.event_id, useful, signal))
        return viewed


def _named(record: Record, name: str) -> SealRow:
    known = {row.event_id: row for row in change_rows.seals(record)}
    return known[begun(_("sealed change"), name, known)]


def _view(clinic: Clinic, record: Record, row: SealRow) -> SealView:
    told = row.sealed
    day, until = date.fromisoformat(told.day), date.fromisoformat(told.until)
    terms = msgspec.structs.asdict(told)
    digest = terms.pop("digest")
    result = None
    if _today(clinic) > until:
        points = charts.points_of(clinic, record, Measure(told.measure), Per(told.per))
        result = sealed_chart(points, Per(told.per), day, until)
    sealed_on = clock.local(row.at_utc_ms, clinic.settings.zone).date()
    return SealView(row, result, digest_of(terms) == digest, sealed_on < day)


def _today(clinic: Clinic) -> date:
    return clock.local(clinic.clock.utc_ms(), clinic.settings.zone).date()


def _day(clinic: Clinic, text: str) -> date:
    return changes.day_of(clinic, text)
