"""Charts: of points that stand in a file of their own, with no clinic asked, and of the clinic's own sessions."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from setsetting.clinical.marks import Mark
from setsetting.clinical.setting import INTERRUPTIONS
from setsetting.desk import completeness, counted
from setsetting.desk.clinic import Clinic
from setsetting.desk.counted import Counted, CountedRows
from setsetting.desk.records import refuse_unsound
from setsetting.errors import UsageError, guess
from setsetting.machine import clock, files
from setsetting.record import change_rows, live_rows, statement_rows
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
        told = counted.read(clinic, record)
        points = charted(clinic, record, told).points(measure, per)
        changes = [(row.day, row.words, row.event_id) for row in change_rows.changes(record)]
        looked = change_rows.looks(record, measure, per)
        record.append("chart.looked", ChartLooked(str(measure), str(per)))
    complete = completeness.of_rows(clinic, told).total
    return ClinicChartView(charting.clinic_chart(measure, per, points, changes), complete, looked, told.whom)


def refuse_courses_by_session(measure: Measure, per: Per) -> None:
    if measure is Measure.COURSES and per is Per.SESSION:
        raise UsageError(_("Courses are finished in months, not in sessions: `--per month`."))


def points_of(clinic: Clinic, record: Record, measure: Measure, per: Per) -> list[ChartPoint]:
    """A measure of every session that counts and is over, as it is charted."""
    return charted(clinic, record, counted.read(clinic, record)).points(measure, per)


@dataclass(frozen=True, slots=True)
class Charted:
    """What every chart is made of: the sessions that count and are over, the days on which courses were finished, and today."""

    sessions: Sequence[SessionHeld]
    finished: Sequence[date]
    today: date

    def points(self, measure: Measure, per: Per) -> list[ChartPoint]:
        if measure is Measure.COURSES:
            return charting.points_of_courses(self.finished, self.sessions, self.today)
        if per is Per.MONTH:
            return charting.points_of_months(self.sessions, measure, self.today)
        return charting.points_of_sessions(self.sessions, measure)


def charted(clinic: Clinic, record: Record, told: CountedRows, by_ms: Milliseconds | None = None) -> Charted:
    """The same for every measure, of what was read, as of an instant, else now."""
    zone, acts = clinic.settings.zone, live_rows.counted(record)
    ended = {row.patient_id: row for row in statement_rows.ends(record) if row.patient_id in told.whom.codes}
    return Charted(
        [
            SessionHeld(clock.local(row.started_utc_ms, zone).date(), _values(row, acts[row.session_id]))
            for row in told.sessions
            if _is_over(row)
        ],
        [clock.local(row.on_ms, zone).date() for row in ended.values() if row.finished],
        clock.local(clinic.clock.utc_ms() if by_ms is None else by_ms, zone).date(),
    )


def _is_over(row: SessionRow) -> bool:
    return row.closed or row.ended_utc_ms is not None


def _values(row: SessionRow, acts: Counter[str]) -> dict[Measure, float]:
    """What is known of a session: nobody counted on paper, and what another device played is not known."""
    known: dict[Measure, float] = {}
    if not row.entered_afterwards:
        known[Measure.DISTRESS] = acts[Mark.DISTRESS]
        if not row.is_external:
            known[Measure.RESCUES] = acts["rescue"]
            known[Measure.MUSIC_CHANGES] = sum(n for name, n in acts.items() if name in OF_MUSIC)
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
