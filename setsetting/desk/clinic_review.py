"""The clinic's review, gathered from one state of the record: as of its newest entry, so that the same record says the same.

What is looked at for it is noted as any look is: every chart, and the declared factors.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from setsetting.clinical.course import PRE_WINDOW_DAYS
from setsetting.desk import charts, completeness, counted, outcomes, own_linkage
from setsetting.desk.charts import Charted
from setsetting.desk.clinic import Clinic
from setsetting.desk.own_linkage import ClinicLinkView
from setsetting.desk.review import origin_of
from setsetting.record import change_rows, factor_rows, live_rows, rows
from setsetting.record.change_kinds import ChartLooked
from setsetting.record.log import Record
from setsetting.record.rows import SessionRow
from setsetting.review.clinic_chart import ClinicChart, clinic_chart
from setsetting.review.clinic_outcomes import CourseBegun
from setsetting.review.clinic_review import (
    ClinicReview,
    CourseLine,
    Done,
    FactorSaid,
    FactorsLooked,
    FormOnDay,
    HeldCounts,
)
from setsetting.review.linking import ScorePoint, UnlinkedReason
from setsetting.review.measures import Measure, Per
from setsetting.review.respct import LoggedSession, respct_rows
from setsetting.review.words import when_and_who
from setsetting.session.acts import OF_MUSIC
from setsetting.words.numbers import day_text
from setsetting.words.translate import _

MOST_SINGLE = 120
"""A measure with more sessions than this is charted by month: single points would not be told apart."""
MOST_PLAYLISTS = 3


def gathered(clinic: Clinic, record: Record) -> ClinicReview:
    """Everything a clinic's page says; the record is verified and nobody else writes into it."""
    origin, as_of_ms, zone = origin_of(record), record.newest_ms(), clinic.settings.zone
    told, acts = counted.read(clinic, record), live_rows.counted(record)
    whom, held, charted = told.whom, told.sessions, charts.charted(clinic, record, told, as_of_ms)
    looked = own_linkage.looked_at(clinic, record, told) if factor_rows.factors(record) else None
    found, begun = outcomes.gathered(clinic, record, told)
    days = sorted(row.started_utc_ms for row in held)
    period = (day_text(days[0], zone), day_text(days[-1], zone)) if days else None
    forms = [form for course in begun for form in course.forms]
    return ClinicReview(
        zone=clinic.settings.time_zone,
        origin=origin,
        as_of=day_text(as_of_ms, zone),
        period=period,
        years=None if period is None else (period[0][:4], period[1][:4]),
        simulated=whom.simulated,
        left_out=whom.left_out,
        courses=_lines(begun, looked),
        course_of=clinic.settings.course.infusions,
        completeness=completeness.of_rows(clinic, told, as_of_ms),
        counts=HeldCounts(
            logged=sum(row.setting is not None for row in held),
            paper=sum(row.entered_afterwards for row in held),
            unclosed=sum(not row.closed for row in held),
            forms=len(forms),
            incomplete=sum(form.total is None for form in forms),
            rooms=len(clinic.settings.rooms),
        ),
        done=tuple(_done(held, acts, rows.loosened_soundscapes(record))),
        respct=respct_rows(map(logged_session, held)),
        charts=tuple(_chart(record, charted, each, len(held)) for each in Measure),
        outcomes=found,
        factors=None if looked is None else _factors(clinic, looked),
    )


def _lines(begun: Sequence[CourseBegun], looked: ClinicLinkView | None) -> tuple[CourseLine, ...]:
    """Each course, with how much each of its sessions had of the declared factors."""
    if looked is None:
        return tuple(_line(course, {}) for course in begun)
    exposed = {each.point.session_id: each.exposures for each in looked.link.sessions}
    named = [(row.factor.name, row.factor.declared) for row in looked.declared]
    return tuple(
        _line(
            course,
            {name: tuple(exposed[each.session_id][factor] for each in course.sessions) for name, factor in named},
        )
        for course in begun
    )


def _line(course: CourseBegun, had: Mapping[str, tuple[float, ...]]) -> CourseLine:
    """A course by its days from the first infusion; a form long before it is none of the course's."""
    zero = course.sessions[0].day
    forms = [form for form in course.forms if form.day >= zero - 2 * PRE_WINDOW_DAYS - 2]
    return CourseLine(
        course.patient,
        course.state,
        tuple(point.day - zero for point in course.sessions),
        tuple(_form(form, course, zero) for form in sorted(forms, key=lambda form: (form.at_ms, form.form_id))),
        had,
    )


def _form(form: ScorePoint, course: CourseBegun, zero: int) -> FormOnDay:
    return FormOnDay(form.day - zero, form.recall, form.total, any(each.amid(form) for each in course.sessions))


def _chart(record: Record, charted: Charted, measure: Measure, held: int) -> ClinicChart:
    per = Per.MONTH if measure is Measure.COURSES or held > MOST_SINGLE else Per.SESSION
    changes = [(row.day, row.words, row.event_id) for row in change_rows.changes(record)]
    record.append("chart.looked", ChartLooked(str(measure), str(per)))
    return clinic_chart(measure, per, charted.points(measure, per), changes)


def _done(held: Sequence[SessionRow], acts: Mapping[str, Counter[str]], loosened: Container[str]) -> list[Done]:
    """What was done, the playlists by how often, then what happened; paper sessions tell of no act."""
    live = [row for row in held if not row.entered_afterwards and not row.is_external]
    done = _playlists(held)

    def happened(words: str, respct: int, holds: Callable[[Counter[str]], bool]) -> Done:
        return _of(held, words, [row for row in live if holds(acts[row.session_id])], live, respct=respct)

    built = [row for row in live if row.soundscape is not None]
    done += [
        _of(
            held,
            _("a rule was loosened for the day"),
            [row for row in built if row.soundscape in loosened],
            built,
            respct=11,
        ),
        happened(_("grounding music was called"), 11, lambda told: told["rescue"] > 0),
        happened(_("music changed by hand"), 11, lambda told: any(told[name] for name in OF_MUSIC)),
        happened(_("infusion stopped early"), 14, lambda told: told["infusion-stop"] > 0),
    ]
    interrupted = [row for row in held if row.setting is not None and "interruptions" in row.setting.fields]
    some = [row for row in interrupted if row.setting is not None and row.setting.fields["interruptions"] != "0"]
    return [*done, _of(held, _("interrupted at least once"), some, interrupted, respct=17)]


def _playlists(held: Sequence[SessionRow]) -> list[Done]:
    by_playlist = defaultdict[str, list[SessionRow]](list)
    for row in held:
        if row.playlist:
            by_playlist[row.playlist].append(row)
    ordered = sorted(by_playlist, key=lambda name: (-len(by_playlist[name]), name))
    known = [row for row in held if row.playlist]
    done = [
        _of(held, _("playlist {name}").format(name=name), by_playlist[name], known, respct=11, name=name)
        for name in ordered[:MOST_PLAYLISTS]
    ]
    if ordered[MOST_PLAYLISTS:]:
        others = [row for name in ordered[MOST_PLAYLISTS:] for row in by_playlist[name]]
        done.append(_of(held, _("other playlists"), others, known, respct=11, name="*"))
    return done


def _of(
    held: Sequence[SessionRow],
    words: str,
    had: Sequence[SessionRow],
    of: Sequence[SessionRow],
    *,
    respct: int,
    name: str = "",
) -> Done:
    ids, known = {row.session_id for row in had}, {row.session_id for row in of}

    def patients(rows: Iterable[SessionRow]) -> int:
        return len({row.patient_id for row in rows})

    without = patients(row for row in of if row.session_id not in ids)
    unknown = patients(row for row in held if row.session_id not in known)
    return Done(words, len(had), len(of), patients(had), without, unknown, respct, name)


def logged_session(row: SessionRow) -> LoggedSession:
    """What of a session's setting was logged; nothing of one that was not closed."""
    if row.setting is None:
        return LoggedSession(row.patient_id, {}, {})
    return LoggedSession(row.patient_id, row.setting.fields, row.setting.taps)


def _factors(clinic: Clinic, viewed: ClinicLinkView) -> FactorsLooked:
    linked = [each for each in viewed.link.sessions if each.point.session_id not in viewed.link.reasons]
    behind = {}
    for row in viewed.declared:
        declared = row.factor.declared
        much = [(each.point.patient, each.exposures[declared]) for each in linked]
        known = [had for _patient, had in much if not math.isnan(had)]
        least = min(known, default=0.0)
        above = least if max(known, default=0.0) > least else 0.0
        behind[row.factor.name] = (
            len({patient for patient, had in much if had > above}),
            len({patient for patient, had in much if had <= above}),
            len({patient for patient, had in much if math.isnan(had)}),
        )
    other = [
        each
        for each in viewed.link.sessions
        if viewed.link.reasons.get(each.point.session_id) is UnlinkedReason.OTHER_RECALL
    ]
    return FactorsLooked(
        tuple(
            FactorSaid(
                row.factor.name, row.factor.declared, when_and_who(row.at_utc_ms, row.actor, clinic.settings.zone)
            )
            for row in viewed.declared
        ),
        viewed.dropped,
        viewed.shown,
        viewed.link.recall,
        viewed.link.therapy_known,
        viewed.looked,
        behind,
        (len({each.point.patient for each in linked}), len({each.point.patient for each in other})),
    )
