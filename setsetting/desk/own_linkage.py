"""The clinic's own sessions beside its own scores, each factor declared before anybody looks, each look noted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from setsetting.clinical.factor import PLAYLIST, ROOM, SettingFactor, factor_named
from setsetting.clinical.infusion import minutes_run
from setsetting.desk import counted
from setsetting.desk.clinic import Clinic
from setsetting.desk.counted import CountedRows
from setsetting.desk.records import refuse_unsound
from setsetting.errors import Refused
from setsetting.record import factor_rows, statement_rows
from setsetting.record.factor_kinds import LinkLooked
from setsetting.record.factor_rows import FactorRow
from setsetting.record.log import Record
from setsetting.record.rows import SessionRow
from setsetting.review.association import LinkReview
from setsetting.review.clinic_link import ClinicLink, ExposedSession, TherapySaid, clinic_link
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
        return looked_at(clinic, record, counted.read(clinic, record), factors)


def looked_at(clinic: Clinic, record: Record, told: CountedRows, factors: Sequence[str] = ()) -> ClinicLinkView:
    """The same of what was read from a record that is open, and was verified; some factor is declared."""
    declared, looks = factor_rows.factors(record), factor_rows.looks(record)
    names = [_declared(each, declared) for each in factors] or [row.factor.name for row in declared]
    examined = _examined(declared, looks)
    linked = _linked(clinic, record, told, examined)
    record.append("link.looked", LinkLooked(tuple(examined)))
    shown = [row for row in declared if row.factor.name in names]
    stands = {row.factor.declared for row in declared}
    return ClinicLinkView(
        link=linked,
        shown=linked.review.only({row.factor.declared: row.factor.name for row in shown}),
        declared=tuple(shown),
        dropped=tuple(each for each in examined if each not in stands),
        looked=len(looks),
        codes=told.whom.codes,
        zone=clinic.settings.zone,
        simulated=told.whom.simulated,
        left_out=told.whom.left_out,
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


def _linked(clinic: Clinic, record: Record, told: CountedRows, examined: Mapping[str, SettingFactor]) -> ClinicLink:
    said = [
        TherapySaid(row.patient_id, day_number(row.at_ms, clinic.settings.zone), row.reflection.psychotherapy == "yes")
        for row in statement_rows.held(record)
        if row.reflection is not None and row.reflection.psychotherapy is not None
    ]
    return clinic_link(told.scores, exposed(told, examined), said, list(examined))


def exposed(told: CountedRows, examined: Mapping[str, SettingFactor]) -> list[ExposedSession]:
    """Each session that counts, with how much it had of each factor."""
    return [
        ExposedSession(point, minutes_run(row.actual or row.planned), _exposures(row, examined))
        for row, point in zip(told.sessions, told.points, strict=True)
    ]


_exposure = lru_cache(4096)(SettingFactor.exposure)


def _exposures(row: SessionRow, examined: Mapping[str, SettingFactor]) -> dict[str, float]:
    of_session = {PLAYLIST: row.playlist, ROOM: row.room or None}
    fields = {} if row.setting is None else row.setting.fields
    return {
        name: _exposure(factor, of_session[factor.field] if factor.field in of_session else fields.get(factor.field))
        for name, factor in examined.items()
    }
