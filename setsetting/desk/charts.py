"""Charts: of points that stand in a file of their own, with no clinic asked, and of the clinic's own sessions."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from setsetting.clinical.marks import Mark
from setsetting.clinical.setting import INTERRUPTIONS
from setsetting.desk import completeness
from setsetting.desk.clinic import Clinic
from setsetting.desk.counted import Counted, patients
from setsetting.desk.records import refuse_unsound
from setsetting.errors import UsageError, guess
from setsetting.machine import clock, files
from setsetting.record import change_rows, live_rows, rows, statement_rows
from setsetting.record.change_kinds import ChartLooked
from setsetting.record.log import Record
from setsetting.record.rows import SessionRow
from setsetting.review import clinic_chart as charting
from setsetting.review.chart import Chart, chart
from setsetting.review.chart_case import ChartCase, ChartKind, parse_case, unread
from setsetting.review.clinic_chart import ChartPoint, ClinicChart, SessionHeld
from setsetting.review.clinic_completeness import StageCounts
from setsetting.review.measures import Measure, Per
from setsetting.review.nhs_rules import NhsChart, nhs_chart
from setsetting.session.acts import OF_MUSIC
from setsetting.units import Milliseconds
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class ClinicChartView:
    """A chart of the clinic's own, how complete the record is it was made from, and how often it was looked at before."""

    chart: ClinicChart
    completeness: StageCounts
    looked: int
    counted: Counted


def of_clinic(clinic: Clinic, measure: Measure, per: Per) -> ClinicChartView:
    """Chart a measure of every session that counts and is over, from one verified state; the look is noted in the trail.

    Simulated patients are left out beside others.
    """
    refuse_courses_by_session(measure, per)
    with clinic.record() as record, record.whole():
        refuse_unsound(clinic)
        points = points_of(clinic, record, measure, per)
        changes = [(row.day, row.words, row.event_id) for row in change_rows.changes(record)]
        complete = completeness.counted(clinic, record).total
        looked, whom = change_rows.looks(record, measure, per), patients(record)
        record.append("chart.looked", ChartLooked(str(measure), str(per)))
    return ClinicChartView(charting.clinic_chart(measure, per, points, changes), complete, looked, whom)


def refuse_courses_by_session(measure: Measure, per: Per) -> None:
    if measure is Measure.COURSES and per is Per.SESSION:
        raise UsageError(_("Courses are finished in months, not in sessions: `--per month`."))


def points_of(clinic: Clinic, record: Record, measure: Measure, per: Per) -> list[ChartPoint]:
    """A measure of every session that counts and is over, as it is charted."""
    return points_of_sessions(clinic, record, measure, per, _counted_sessions(record))


def _counted_sessions(record: Record) -> list[SessionRow]:
    """Every session of the patients who are counted."""
    known = patients(record).codes
    return [row for row in rows.sessions(record) if row.patient_id in known]


def points_of_sessions(
    clinic: Clinic,
    record: Record,
    measure: Measure,
    per: Per,
    told: Sequence[SessionRow],
    *,
    by_ms: Milliseconds | None = None,
) -> list[ChartPoint]:
    """The same of sessions that were read, as of an instant, else now."""
    zone = clinic.settings.zone
    today = clock.local(clinic.clock.utc_ms() if by_ms is None else by_ms, zone).date()
    known = patients(record).codes
    sessions = [row for row in told if _is_over(row)]
    counted = live_rows.counted(record)
    held = [
        SessionHeld(clock.local(row.started_utc_ms, zone).date(), _values(row, counted[row.session_id]))
        for row in sessions
    ]
    if measure is Measure.COURSES:
        ended = {row.patient_id: row for row in statement_rows.ends(record) if row.patient_id in known}
        finished = [clock.local(row.on_ms, zone).date() for row in ended.values() if row.finished]
        return charting.points_of_courses(finished, held, today)
    if per is Per.MONTH:
        return charting.points_of_months(held, measure, today)
    return charting.points_of_sessions(held, measure)


def _is_over(row: SessionRow) -> bool:
    return row.counts and (row.closed or row.ended_utc_ms is not None)


def _values(row: SessionRow, counted: Counter[str]) -> dict[Measure, float]:
    """What is known of a session: nobody counted on paper, and what another device played is not known."""
    known: dict[Measure, float] = {}
    if not row.entered_afterwards:
        known[Measure.DISTRESS] = counted[Mark.DISTRESS]
        if not row.is_external:
            known[Measure.RESCUES] = counted["rescue"]
            known[Measure.MUSIC_CHANGES] = sum(n for name, n in counted.items() if name in OF_MUSIC)
    if row.setting is not None:
        if (interruptions := row.setting.fields.get(INTERRUPTIONS)) is not None:
            known[Measure.INTERRUPTIONS] = float(interruptions)
        if (liking := row.setting.taps.get("liking")) is not None:
            known[Measure.LIKING] = float(liking)
    return known


def of_case(path: Path, *, say: Callable[[str], None]) -> Chart | NhsChart:
    """Read a case and chart it; `say` hears of fields that mean nothing here."""
    data = files.read_text(path).encode()
    case = parse_case(data, path)
    for field in unread(data):
        say(
            _("The field {field!r} means nothing to a chart.").format(field=field)
            + guess(field, ChartCase.__struct_fields__)
        )
    return nhs_chart(case) if case.chart is ChartKind.XMR_NHS else chart(case)
