"""A mapping file: which column of another program's table holds what; TOML, read strictly.

    format = "import/1"
    dates = "day.month.year"
    [[forms]]
    patient = "record_id"
    taken = "visit_date"
    recall = "week"
    items = "pcl{n}"

A row holds as many forms as there are `[[forms]]` (a wide table has one for each time of measurement), or one answer each
(`item` and `answer` in the place of `items`: a long table).
"""

from pathlib import Path
from typing import Literal

import msgspec

from setsetting.clinical.form import Recall
from setsetting.clinical.pcl5 import HIGHEST, ITEM_COUNT, LOWEST
from setsetting.clinical.setting import FIELD_NAMES, NOTE, TAP_NAMES
from setsetting.errors import guess
from setsetting.exchange.csv_file import DELIMITERS
from setsetting.strict_toml import Place, at, parse
from setsetting.words.translate import _

FORMAT = "import/1"
_N = "{n}"


class RowsThat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Only rows in which a column holds one of these are meant; where none is named, anything at all."""

    column: str
    holds: tuple[str, ...] = ()


class MappedForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The columns of a form. `items` are twenty names, or one with {n} (or {nn}: 01 to 20) for the number.

    `recall` is week or month for all rows, else `recall_column` holds it, in the words of `recalls`.
    """

    patient: str
    taken: str
    taken_time: str = ""
    recall: str = ""
    recall_column: str = ""
    recalls: dict[str, str] = {}  # msgspec makes each its own
    items: str | tuple[str, ...] = ()
    item: str = ""
    answer: str = ""
    answers: dict[str, int] = {}  # msgspec makes each its own
    blank: tuple[str, ...] = ("", "-")
    declined: tuple[str, ...] = ("d",)
    total: str = ""
    simulated: str = ""
    by_patient: str = ""
    second: str = ""
    upheld: str = ""
    queries: str = ""
    empty: Literal["leave", "take"] = "leave"
    day_means: Literal["", "before"] = ""
    when: RowsThat | None = None

    @property
    def item_columns(self) -> tuple[str, ...]:
        """The twenty columns; none where a row holds one answer."""
        if not isinstance(self.items, str):
            return self.items
        named = self.items.replace("{nn}", "{n:02}")
        return tuple(named.replace("{n:02}", f"{n:02}").replace(_N, str(n)) for n in range(1, ITEM_COUNT + 1))

    @property
    def columns(self) -> tuple[str, ...]:
        named = (self.patient, self.taken, self.taken_time, self.recall_column, self.item, self.answer)
        rows = () if self.when is None else (self.when.column,)
        beside = (self.by_patient, self.second, self.upheld, self.queries)
        return tuple(filter(None, (*named, self.total, self.simulated, *beside, *self.item_columns, *rows)))


class MappedSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The columns of a session. How long it ran is told by `minutes`, or by `ended`, or by `infusion`.

    `infusion` and `planned` hold FROM:TO:RATE in ms and permille, blanks between; `zero` is when minute 0 was.
    """

    patient: str
    started: str
    started_time: str = ""
    minutes: str = ""
    ended: str = ""
    ended_time: str = ""
    infusion: str = ""
    planned: str = ""
    zero: str = ""
    room: str = ""
    note: str = ""
    simulated: str = ""
    setting: dict[str, str] = {}  # msgspec makes each its own
    taps: dict[str, str] = {}  # msgspec makes each its own
    when: RowsThat | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        times = (self.started, self.started_time, self.ended, self.ended_time, self.zero)
        named = (self.patient, *times, self.minutes, self.infusion, self.planned, self.room, self.note, self.simulated)
        rows = () if self.when is None else (self.when.column,)
        return tuple(filter(None, (*named, *self.setting.values(), *self.taps.values(), *rows)))


class MappedTotal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The columns of a total of another scale: `scale` names it for all rows, else `scale_column` holds its name.

    `lowest` and `highest` hold its range as it was stated then; else it is the range that clinic.toml has.
    """

    patient: str
    taken: str
    total: str
    taken_time: str = ""
    scale: str = ""
    scale_column: str = ""
    lowest: str = ""
    highest: str = ""
    simulated: str = ""
    when: RowsThat | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        named = (self.patient, self.taken, self.taken_time, self.scale_column, self.total, self.lowest, self.highest)
        rows = () if self.when is None else (self.when.column,)
        return tuple(filter(None, (*named, self.simulated, *rows)))


class ImportMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a table is written, and what its columns hold; `codes` are this clinic's codes by those of the file."""

    format: str
    encoding: Literal["", "utf-8", "latin-1"] = ""
    delimiter: str = ""
    decimal_comma: bool | None = None
    dates: Literal["year-month-day", "day.month.year", "day/month/year", "month/day/year"] = "year-month-day"
    neutralised: bool = False
    """Whether an apostrophe stands before what a spreadsheet would take for a formula, as in what this program writes."""
    contradictions: Literal["ask", "take"] = "ask"
    early_days: int = 366
    """So many days before the first infusion a form may have been taken; one from before that is asked about."""
    codes: dict[str, str] = {}  # msgspec makes each its own
    forms: tuple[MappedForm, ...] = ()
    sessions: tuple[MappedSession, ...] = ()
    scales: tuple[MappedTotal, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        mapped: list[MappedForm | MappedSession | MappedTotal] = [*self.forms, *self.sessions, *self.scales]
        return tuple(dict.fromkeys(name for each in mapped for name in each.columns))


def parse_mapping(text: str, path: Path) -> ImportMapping:
    """Read a mapping file; BrokenFile names the line, the key and what was expected."""
    read = parse(text, path, ImportMapping)
    for wrong, place, words in _troubles(read):
        if wrong:
            raise at(text, path, place, words)
    return read


def _troubles(read: ImportMapping) -> list[tuple[bool, Place, str]]:
    found: list[tuple[bool, Place, str]] = [
        (read.format != FORMAT, ("format",), _("{format} expected.").format(format=FORMAT)),
        (read.delimiter not in ("", *DELIMITERS), ("delimiter",), _("a comma, a semicolon or a tab expected.")),
        (read.early_days < 0, ("early_days",), _("a number of days expected.")),
        (
            not (read.forms or read.sessions or read.scales),
            (),
            _("no [[forms]], no [[sessions]] and no [[scales]]: nothing would be read."),
        ),
    ]
    for number, form in enumerate(read.forms):
        found += [(wrong, ("forms", number, *place), words) for wrong, place, words in _of_form(form)]
    for number, session in enumerate(read.sessions):
        found += [(wrong, ("sessions", number, *place), words) for wrong, place, words in _of_session(session)]
    for number, total in enumerate(read.scales):
        found += [(wrong, ("scales", number, *place), words) for wrong, place, words in _of_total(total)]
    return found


def _of_form(form: MappedForm) -> list[tuple[bool, Place, str]]:
    long, recalls = bool(form.item or form.answer), [*Recall]
    columns = form.item_columns
    wrong_recall = [told for told in form.recalls.values() if told not in recalls]
    return [
        (bool(form.recall) == bool(form.recall_column), (), _("`recall` or `recall_column` is needed, and one alone.")),
        (form.recall not in ("", *recalls), ("recall",), _("week or month expected.")),
        (bool(wrong_recall), ("recalls",), _("week or month expected.")),
        (long and not (form.item and form.answer), (), _("`item` and `answer` go together.")),
        (long == bool(form.items), (), _("`items`, or `item` and `answer`, are needed, and one of the two alone.")),
        (isinstance(form.items, str) and bool(form.items) and len(set(columns)) < ITEM_COUNT, ("items",),
         _("it holds no {n} for the number of the item.")),
        (not long and len(columns) != ITEM_COUNT, ("items",), _("twenty columns expected.")),
        (any(not LOWEST <= value <= HIGHEST for value in form.answers.values()), ("answers",), _("0 to 4 expected.")),
    ]  # fmt: skip


def _of_session(session: MappedSession) -> list[tuple[bool, Place, str]]:
    strange = next((name for name in session.setting if name not in FIELD_NAMES), "")
    tap = next((name for name in session.taps if name not in TAP_NAMES), "")
    lengths = (session.minutes, session.ended, session.infusion)
    return [
        (not any(lengths), (), _("`minutes`, `ended` or `infusion` is needed: how long it ran.")),
        (bool(strange), ("setting", strange), _("no field of the setting.") + guess(strange, (*FIELD_NAMES, NOTE))),
        (bool(tap), ("taps", tap), _("no tap.") + guess(tap, TAP_NAMES)),
    ]


def _of_total(total: MappedTotal) -> list[tuple[bool, Place, str]]:
    return [
        (bool(total.scale) == bool(total.scale_column), (), _("`scale` or `scale_column` is needed, and one alone.")),
        (bool(total.lowest) != bool(total.highest), (), _("`lowest` and `highest` go together.")),
    ]
