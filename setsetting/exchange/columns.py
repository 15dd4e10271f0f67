"""What is written of a form, a session and a total, column by column: its name, what it holds, and what that means.

One list makes the CSV, the JSON lines and the data dictionary beside them, so that none says more than another.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from setsetting.clinical import pcl5
from setsetting.clinical.form import Form
from setsetting.clinical.infusion import Infusion
from setsetting.clinical.pcl5 import Score
from setsetting.clinical.setting import FIELDS, TAPS, FieldKind
from setsetting.exchange.beside import NOTHING_BESIDE, BesideForm, as_answers
from setsetting.exchange.cells import as_stretches
from setsetting.exchange.presets import ITEM_COLUMNS
from setsetting.units import minutes_from_ms
from setsetting.words.translate import _

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class ToldForm:
    """A form as it is handed on; `taken` is ISO 8601, a day alone where no time is known."""

    code: str
    form_id: str
    form: Form
    taken: str
    scored: Score
    corrections: int
    simulated: bool
    beside: BesideForm = NOTHING_BESIDE


@dataclass(frozen=True, slots=True)
class ToldSession:
    """A session that counts as it is handed on; times are ISO 8601, UTC."""

    code: str
    session_id: str
    number: int
    started: str
    zero: str
    ended: str
    infusion: Infusion
    planned: Infusion
    room: str
    playlist: str
    afterwards: bool
    fields: Mapping[str, str]
    taps: Mapping[str, int]
    note: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class ToldTotal:
    """A total of another scale as it is handed on, with its range as it was stated; `taken` as of a form."""

    code: str
    total_id: str
    taken: str
    scale: str
    total: int
    lowest: int
    highest: int
    simulated: bool


@dataclass(frozen=True, slots=True)
class Handed:
    """All that is handed on at once."""

    forms: tuple[ToldForm, ...] = ()
    sessions: tuple[ToldSession, ...] = ()
    totals: tuple[ToldTotal, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        told: list[ToldForm | ToldSession | ToldTotal] = [*self.forms, *self.sessions, *self.totals]
        return tuple(sorted({each.code for each in told}))


@dataclass(frozen=True, slots=True)
class HandedColumn(Generic[Told]):
    """A column; `read_back` says whether `import csv` takes it."""

    name: str
    holds: str
    means: str
    value: Callable[[Told], Any]
    read_back: bool = True


def _item(at: int) -> Callable[[ToldForm], Any]:
    return lambda told: told.form.items[at]


def _cluster(name: str) -> Callable[[ToldForm], Any]:
    return lambda told: told.scored.clusters[name]


def _field(name: str) -> Callable[[ToldSession], Any]:
    return lambda told: told.fields.get(name)


def _tap(name: str) -> Callable[[ToldSession], Any]:
    return lambda told: told.taps.get(name)


A_TIME = _("date and time, ISO 8601, UTC")
YES_NO = _("yes, no")
NUMBER = _("number")
FORM_COLUMNS: tuple[HandedColumn[ToldForm], ...] = (
    HandedColumn("patient", _("code"), _("the clinic's code of the patient"), lambda told: told.code),
    HandedColumn("form_id", _("text"), _("the form's random id"), lambda told: told.form_id, read_back=False),
    HandedColumn("recall", "week, month", _("what time the form asks about; the two are never compared"),
           lambda told: str(told.form.recall)),
    HandedColumn("taken", _("date, or date and time, ISO 8601"),
           _("when it was filled; a day alone counts as before that day's infusion"), lambda told: told.taken),
    *(
        HandedColumn(name, _("0 to 4, - (blank), d (declined)"), words, _item(at))
        for at, (name, words) in enumerate(zip(ITEM_COLUMNS, pcl5.ITEMS, strict=True))
    ),
    HandedColumn("answered", "0-20", _("answers given"), lambda told: told.scored.answered, read_back=False),
    HandedColumn("total", "0-80", _("sum of the twenty; empty where an answer is missing, nothing is ever filled in"),
           lambda told: told.scored.total),
    *(
        HandedColumn(f"cluster_{name.lower()}", NUMBER, _("sum of items {first} to {last}; empty where one is missing").format(
            first=numbers[0], last=numbers[-1]), _cluster(name), read_back=False)
        for name, numbers in pcl5.CLUSTERS.items()
    ),
    HandedColumn("corrections", NUMBER, _("how often it was corrected since"), lambda told: told.corrections, read_back=False),
    HandedColumn("simulated", YES_NO, _("of a simulated patient"), lambda told: told.simulated),
    HandedColumn("by_patient", YES_NO, _("entered by the patient, on the screen that was handed over"),
           lambda told: told.beside.by_patient),
    HandedColumn("second", _("twenty answers with blanks between"), _("the second keying; empty where it was keyed once"),
           lambda told: as_answers(told.beside.second)),
    HandedColumn("upheld", _("free text"), _("why the first keying stands where the two differ"), lambda told: told.beside.upheld),
    HandedColumn("open_queries", NUMBER, _("questions on it that nobody has answered yet"),
           lambda told: told.beside.open_queries, read_back=False),
    HandedColumn("queries", _("JSON"), _("every question on it with its answer, null while it is open; free text"),
           lambda told: told.beside.questions),
)  # fmt: skip
SESSION_COLUMNS: tuple[HandedColumn[ToldSession], ...] = (
    HandedColumn("patient", _("code"), _("the clinic's code of the patient"), lambda told: told.code),
    HandedColumn("session_id", _("text"), _("the session's random id"), lambda told: told.session_id, read_back=False),
    HandedColumn("number", NUMBER, _("its place among the course's infusions"), lambda told: told.number, read_back=False),
    HandedColumn("started", A_TIME, _("when the session began"), lambda told: told.started),
    HandedColumn("zero", A_TIME, _("minute 0: when its infusion began"), lambda told: told.zero),
    HandedColumn("ended", A_TIME, _("when it was over"), lambda told: told.ended),
    HandedColumn("minutes", NUMBER, _("minutes from minute 0 to the end of the infusion"),
           lambda told: round(minutes_from_ms(told.infusion.end_ms), 3), read_back=False),
    HandedColumn("infusion", _("FROM:TO:RATE, ms and permille"), _("how it ran: stretches of constant rate, relative to the plan's"),
           lambda told: as_stretches(told.infusion)),
    HandedColumn("planned", _("FROM:TO:RATE, ms and permille"), _("how it was planned"), lambda told: as_stretches(told.planned)),
    HandedColumn("room", _("text"), _("the room of clinic.toml"), lambda told: told.room),
    HandedColumn("playlist", _("text"), _("the playlist that was played"), lambda told: told.playlist, read_back=False),
    HandedColumn("entered_afterwards", YES_NO, _("entered from paper or taken in"), lambda told: told.afterwards, read_back=False),
    *(
        HandedColumn(each.name, "0-99" if each.kind is FieldKind.COUNT else "; ".join(each.choices),
               _("{label} (ReSPCT item {item}); empty where not known").format(label=each.label, item=each.respct),
               _field(each.name))
        for each in FIELDS
    ),
    *(
        HandedColumn(f"tap_{tap.name}", "0-10", _("the patient's tap (ReSPCT item {item}); empty where not asked").format(item=tap.respct),
               _tap(tap.name))
        for tap in TAPS
    ),
    HandedColumn("note", _("free text"), _("what the facilitator wrote; may hold a patient's words"), lambda told: told.note),
    HandedColumn("simulated", YES_NO, _("of a simulated patient"), lambda told: told.simulated),
)  # fmt: skip

SCALE_COLUMNS: tuple[HandedColumn[ToldTotal], ...] = (
    HandedColumn("patient", _("code"), _("the clinic's code of the patient"), lambda told: told.code),
    HandedColumn("total_id", _("text"), _("the total's random id"), lambda told: told.total_id, read_back=False),
    HandedColumn("scale", _("text"), _("the scale as clinic.toml names it"), lambda told: told.scale),
    HandedColumn("taken", _("date, or date and time, ISO 8601"), _("when it was filled"), lambda told: told.taken),
    HandedColumn("total", NUMBER, _("its total; nothing is known of its items"), lambda told: told.total),
    HandedColumn("lowest", NUMBER, _("the lowest total it can have, as the clinic stated then"), lambda told: told.lowest),
    HandedColumn("highest", NUMBER, _("the highest total it can have, as the clinic stated then"), lambda told: told.highest),
    HandedColumn("simulated", YES_NO, _("of a simulated patient"), lambda told: told.simulated),
)  # fmt: skip

DICTIONARY_HEAD = ("file", "column", "holds", "means", "read_back")


def dictionary(forms: str, sessions: str, scales: str) -> Iterator[Sequence[str]]:
    """A line for each column of the three files."""
    for name, columns in ((forms, FORM_COLUMNS), (sessions, SESSION_COLUMNS), (scales, SCALE_COLUMNS)):
        for each in columns:
            yield name, each.name, each.holds, each.means, "yes" if each.read_back else "no"
