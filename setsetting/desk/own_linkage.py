"""The clinic's own sessions beside its own scores, each factor declared before anybody looks, each look noted."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from setsetting.clinical import pcl5
from setsetting.clinical.factor import PLAYLIST, ROOM, SettingFactor, factor_named
from setsetting.clinical.infusion import minutes_run
from setsetting.desk import counted
from setsetting.desk.clinic import Clinic
from setsetting.desk.records import refuse_unsound
from setsetting.errors import Refused
from setsetting.record import factor_rows, form_rows, rows, statement_rows
from setsetting.record.factor_kinds import LinkLooked
from setsetting.record.factor_rows import FactorRow
from setsetting.record.log import Record
from setsetting.record.rows import SessionRow
from setsetting.review.association import LinkReview
from setsetting.review.clinic_link import ClinicLink, ExposedSession, TherapySaid, clinic_link
from setsetting.review.linking import ScorePoint, SessionPoint
from setsetting.words.numbers import day_number
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class ClinicLinkView:
    """What was looked at, in the order of declaration, and how often anything was looked at before.

    `codes` are the patients' by id, `dropped` the examined settings that are declared no more, `left_out` how many simulated
    patients a clinic with real ones leaves out; `simulated` says that all of them are.
    """

    link: ClinicLink
    shown: LinkReview
    declared: tuple[FactorRow, ...]
    dropped: tuple[str, ...]
    looked: int
    codes: Mapping[str, str]
    zone: ZoneInfo
    simulated: bool
    left_out: int


def of_clinic(clinic: Clinic, factors: Sequence[str] = ()) -> ClinicLinkView:
    """Link the clinic's own sessions and examine every declared factor, showing those named, else all; the look is noted.

    Refused for a factor that is not declared. What was once looked at counts among the examined, declared still or not.
    """
    with clinic.record() as record, record.whole():
        refuse_unsound(clinic)
        if not (factors or factor_rows.factors(record)):
            raise Refused(
                _("No factor is declared: `setsetting review declare NAME` does that before it is looked at.")
            )
        return looked_at(clinic, record, factors)


def looked_at(clinic: Clinic, record: Record, factors: Sequence[str] = ()) -> ClinicLinkView:
    """The same from a record that is open, and was verified; some factor is declared."""
    declared, looks = factor_rows.factors(record), factor_rows.looks(record)
    names = [_declared(each, declared) for each in factors] or [row.factor.name for row in declared]
    examined = _examined(declared, looks)
    whom = counted.patients(record)
    linked = _linked(clinic, record, whom.codes, examined)
    record.append("link.looked", LinkLooked(tuple(examined)))
    shown = [row for row in declared if row.factor.name in names]
    stands = {row.factor.declared for row in declared}
    return ClinicLinkView(
        link=linked,
        shown=linked.review.only({row.factor.declared: row.factor.name for row in shown}),
        declared=tuple(shown),
        dropped=tuple(each for each in examined if each not in stands),
        looked=len(looks),
        codes=whom.codes,
        zone=clinic.settings.zone,
        simulated=whom.simulated,
        left_out=whom.left_out,
    )


def _examined(declared: Sequence[FactorRow], looks: Iterable[tuple[str, ...]]) -> dict[str, SettingFactor]:
    """What is declared, and what was looked at before and is declared no more, each as it was declared."""
    stands = {row.factor.declared: row.factor for row in declared}
    before = {each: factor_named(each) for look in looks for each in look if each not in stands}
    return stands | before


def _declared(text: str, declared: Sequence[FactorRow]) -> str:
    """The name of a declared factor, as NAME or with its kind; raises Refused with the command that declares it."""
    named = factor_named(text)
    for row in declared:
        if row.factor == named or (row.factor.name == named.name and ":" not in text):
            return named.name
    raise Refused(
        _("{name} is not declared: `setsetting review declare {name}` does that before it is looked at.").format(
            name=named.declared if ":" in text else named.name
        )
    )


def _linked(
    clinic: Clinic, record: Record, patients: Container[str], examined: Mapping[str, SettingFactor]
) -> ClinicLink:
    scores, held = link_points(clinic, record, patients, examined)
    said = [
        TherapySaid(row.patient_id, day_number(row.at_ms, clinic.settings.zone), row.reflection.psychotherapy == "yes")
        for row in statement_rows.held(record)
        if row.reflection is not None and row.reflection.psychotherapy is not None
    ]
    return clinic_link(scores, held, said, list(examined))


def link_points(
    clinic: Clinic, record: Record, patients: Container[str], examined: Mapping[str, SettingFactor] | None = None
) -> tuple[list[ScorePoint], list[ExposedSession]]:
    """Every form and session that counts of these patients; what was voided or rehearsed or withdrawn is none of them."""
    zone = clinic.settings.zone
    scores = [
        ScorePoint(
            row.patient_id,
            row.form_id,
            row.form.taken_ms,
            day_number(row.form.taken_ms, zone),
            row.form.recall,
            pcl5.score(row.form.items).total,
        )
        for row in form_rows.forms(record)
        if row.patient_id in patients
    ]
    held = [
        ExposedSession(_point(row, zone), minutes_run(row.actual or row.planned), _exposures(row, examined or {}))
        for row in rows.sessions(record)
        if row.patient_id in patients and row.counts
    ]
    return scores, held


def _point(row: SessionRow, zone: ZoneInfo) -> SessionPoint:
    began, over = day_number(row.started_utc_ms, zone), day_number(row.over_ms, zone)
    return SessionPoint(row.patient_id, row.session_id, row.visit_no or 0, row.started_utc_ms, began, over)


def _exposures(row: SessionRow, examined: Mapping[str, SettingFactor]) -> dict[str, float]:
    of_session = {PLAYLIST: row.playlist, ROOM: row.room or None}
    fields = {} if row.setting is None else row.setting.fields
    return {
        name: factor.exposure(of_session[factor.field] if factor.field in of_session else fields.get(factor.field))
        for name, factor in examined.items()
    }
