"""Forms, sessions and totals from a table, by a mapping: a form a row, several forms a row, or one answer a row.

What a cell alone can show to be wrong is found here, with its row and column: an answer that is none, a total that is not the
sum, a session without an end. What the record knows better (who, when, twice) is the desk's to say.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from setsetting.clinical import pcl5
from setsetting.clinical.contradictions import contradictions
from setsetting.clinical.form import Item, NoAnswer, Recall
from setsetting.clinical.free_text import note_given, reason_given
from setsetting.clinical.setting import in_order, parse_tap, parse_value
from setsetting.errors import UsageError
from setsetting.exchange import beside
from setsetting.exchange import cells as meaning
from setsetting.exchange.beside import NOTHING_BESIDE, BesideForm
from setsetting.exchange.csv_file import CsvRows, Survey
from setsetting.exchange.formulas import as_told
from setsetting.exchange.found import FieldNames, Level, ReadFile, ReadForm, ReadSession, ReadTotal
from setsetting.exchange.mapping import ImportMapping, MappedForm, MappedSession, MappedTotal, RowsThat
from setsetting.progress import Report, silent
from setsetting.units import Minutes
from setsetting.words.translate import _, count

_NUL = "\0"


class _NotTaken(Exception):
    """A cell of this row cannot be taken; it was said which."""


@dataclass(slots=True)
class _Begun:
    """A form of which it is known whose and when it was; `items` are the answers of one that has a row for each."""

    row: int
    form: MappedForm
    code: str
    taken: str
    recall: Recall
    items: dict[int, Item] = field(default_factory=dict)


def read_table(found: Survey, mapping: ImportMapping, report: Report = silent) -> ReadFile:
    """Read a whole table; raises BrokenFile for a file that is no such table, all else is among its findings."""
    rows = CsvRows(found, mapping.delimiter, report)
    rows.open_header()
    rows.need(mapping.columns)
    reading = _Reading(rows, mapping, ReadFile(found.sha256, _written(rows)))
    reading.all()
    return reading.read


def _written(rows: CsvRows) -> str:
    encoding = {"utf-8": "UTF-8", "latin-1": "Latin-1"}[rows.survey.encoding]
    parted = {",": _("commas"), ";": _("semicolons"), "\t": _("tabs")}[rows.delimiter]
    return f"{encoding}, {parted}"


class _Reading:
    def __init__(self, rows: CsvRows, mapping: ImportMapping, read: ReadFile) -> None:
        self._rows, self._mapping, self.read = rows, mapping, read
        comma = mapping.decimal_comma
        self._comma = rows.delimiter != "," if comma is None else comma
        self._long: dict[tuple[int, str, str, Recall], _Begun] = {}
        self._row = 0
        self._cells: Sequence[str] = ()

    def all(self) -> None:
        used = self._mapping.columns
        self._rows.on_ragged = self._ragged
        for row, cells in self._rows:
            self._row, self._cells = row, cells
            self.read.rows += 1
            held = [name for name in used if _NUL in self._cell(name)] if any(_NUL in c for c in self._cells) else []
            for name in held:
                self._refuse(name, _("a NUL, which is no text."))
            if not held:
                self._take_row()
        for told in self._long.values():
            items = tuple(told.items.get(number, NoAnswer.MISSING) for number in range(1, pcl5.ITEM_COUNT + 1))
            self._keep_form(told, items)

    def _ragged(self, row: int) -> None:
        self.read.findings.refuse(row, _("(row)"), _("more cells than the first line has columns."))

    def _take_row(self) -> None:
        for number, form in enumerate(self._mapping.forms):
            if self._meant(form.when):
                with self._whole():
                    if form.item:
                        self._answer_row(number, form)
                    else:
                        self._form(form)
        for session in self._mapping.sessions:
            if self._meant(session.when):
                with self._whole():
                    self._session(session)
        for total in self._mapping.scales:
            if self._meant(total.when):
                with self._whole():
                    self._total(total)

    @contextmanager
    def _whole(self) -> Iterator[None]:
        try:
            yield
        except _NotTaken:
            return

    def _cell(self, name: str) -> str:
        cell = self._rows.cell(self._cells, name)
        return as_told(cell) if self._mapping.neutralised else cell

    def _meant(self, when: RowsThat | None) -> bool:
        if when is None:
            return True
        held = self._cell(when.column)
        return held in when.holds if when.holds else bool(held)

    def _refuse(self, name: str, words: str) -> None:
        self.read.findings.refuse(self._row, name, words)

    @contextmanager
    def _of(self, name: str) -> Iterator[None]:
        """Tell what is wrong with a cell of this column."""
        try:
            yield
        except ValueError as error:
            self._refuse(name, f"{error}.")
            raise _NotTaken from error
        except UsageError as error:
            self._refuse(name, _("not one of its values; `setsetting import mapping` lists them."))
            raise _NotTaken from error

    def _code(self, name: str) -> str:
        code = self._cell(name)
        if not code:
            self._refuse(name, _("no patient's code."))
            raise _NotTaken
        return self._mapping.codes.get(code, code)

    def _moment(self, name: str, time: str = "") -> str:
        with self._of(name):
            return meaning.moment(self._cell(name), self._cell(time), self._mapping.dates)

    def _recall(self, form: MappedForm) -> Recall:
        if form.recall:
            return Recall(form.recall)
        told = self._cell(form.recall_column)
        told = form.recalls.get(told, told.casefold())
        if told not in [*Recall]:
            self._refuse(form.recall_column, _("week or month expected, or a word that the mapping's `recalls` has."))
            raise _NotTaken
        return Recall(told)

    def _item(self, form: MappedForm, name: str) -> Item:
        with self._of(name):
            blank, declined = frozenset(form.blank), frozenset(form.declined)
            return meaning.answer(self._cell(name), form.answers, blank, declined, self._comma)

    def _form(self, form: MappedForm) -> None:
        columns = form.item_columns
        told = [self._cell(name) for name in columns]
        if not any(told) and (not self._cell(form.taken) or form.empty == "leave"):
            if self._cell(form.taken):
                words = _("a day and no answer; left out.")
                self.read.findings.add(Level.SAID, self._row, columns[0], words)
            return
        if (cut := next(filter(self._rows.ends_before, columns), None)) is not None:
            self._refuse(cut, _("the row ends before it: it is cut off, or its empty cells were left out."))
            raise _NotTaken
        items, wrong = [], False
        for name in columns:
            try:
                items.append(self._item(form, name))
            except _NotTaken:
                wrong = True
        code, taken, recall = self._code(form.patient), self._moment(form.taken, form.taken_time), self._recall(form)
        simulated, said = self._yes(form.simulated), self._beside(form)
        if wrong:
            self._hint_of_older_coding(columns, told)
            raise _NotTaken
        self._check_total(form, tuple(items))
        self._say_cut(form.columns)
        self._keep_form(_Begun(self._row, form, code, taken, recall), tuple(items), simulated=simulated, said=said)

    def _beside(self, form: MappedForm) -> BesideForm:
        """What else the row tells of the form."""
        by_patient = self._yes(form.by_patient)
        with self._of(form.second):
            second = beside.answers(self._cell(form.second))
        with self._of(form.upheld):
            upheld = reason_given(self._cell(form.upheld)) if self._cell(form.upheld) else None
        if upheld is not None and second is None:
            self._refuse(form.upheld, _("why the first keying stands, and no second one."))
            raise _NotTaken
        with self._of(form.queries):
            return BesideForm(by_patient, second, upheld, beside.questions(self._cell(form.queries)))

    def _hint_of_older_coding(self, columns: Sequence[str], told: Sequence[str]) -> None:
        if set(told) <= set("12345") and "5" in told:
            words = _(
                "answers from 1 to 5 and no 0: this looks like the older PCL for DSM-IV, whose scores are others."
            )
            self.read.findings.add(Level.SAID, self._row, columns[told.index("5")], words)

    def _check_total(self, form: MappedForm, items: tuple[Item, ...]) -> None:
        if not (cell := self._cell(form.total)) or cell in form.blank:
            return
        with self._of(form.total):
            told = meaning.whole(cell, decimal_comma=self._comma)
        total = pcl5.score(items).total
        if total is None:
            missing = pcl5.ITEM_COUNT - pcl5.score(items).answered
            words = count("a total, though {n} answer is missing", "a total, though {n} answers are missing", missing)
            self.read.findings.add(Level.SAID, self._row, form.total, words + _(": it is not taken."))
        elif told != total:
            self._refuse(form.total, _("not the sum of the twenty answers."))
            raise _NotTaken

    def _yes(self, name: str) -> bool:
        with self._of(name):
            return meaning.yes(self._cell(name))

    def _keep_form(
        self, told: _Begun, items: tuple[Item, ...], *, simulated: bool = False, said: BesideForm = NOTHING_BESIDE
    ) -> None:
        form, columns = told.form, told.form.item_columns
        names = FieldNames(
            form.patient, form.taken, form.recall_column or "recall", columns[0] if columns else form.answer
        )
        before = form.day_means == "before"
        self.read.take(ReadForm(told.row, told.code, told.taken, told.recall, items, names, before, simulated, said))

    def _answer_row(self, number: int, form: MappedForm) -> None:
        code, taken, recall = self._code(form.patient), self._moment(form.taken, form.taken_time), self._recall(form)
        with self._of(form.item):
            item = meaning.whole(self._cell(form.item).casefold().removeprefix("pcl5_"), decimal_comma=self._comma)
        if not 1 <= item <= pcl5.ITEM_COUNT:
            self._refuse(form.item, _("an item from 1 to 20 expected."))
            raise _NotTaken
        answer = self._item(form, form.answer)
        key = (number, code, taken, recall)
        told = self._long.get(key)
        if told is None:
            told = self._long[key] = _Begun(self._row, form, code, taken, recall)
            if len(self._long) % 1000 == 0:
                self.read.refuse_too_many(len(self._long))
        if item in told.items:
            self._refuse(form.item, _("this item of the form that begins in row {row} twice.").format(row=told.row))
            raise _NotTaken
        told.items[item] = answer

    def _session(self, session: MappedSession) -> None:
        if not any(self._cell(name) for name in (session.started, session.minutes, session.ended, session.infusion)):
            return
        code, started = self._code(session.patient), self._moment(session.started, session.started_time)
        minutes = ran = planned = None
        if self._cell(session.infusion):
            with self._of(session.infusion):
                ran = meaning.infusion(self._cell(session.infusion))
        elif self._cell(session.minutes):
            with self._of(session.minutes):
                minutes = Minutes(meaning.number(self._cell(session.minutes), decimal_comma=self._comma))
        if self._cell(session.planned):
            with self._of(session.planned):
                planned = meaning.infusion(self._cell(session.planned))
        ended = self._moment(session.ended, session.ended_time) if self._cell(session.ended) else ""
        length = session.minutes or session.infusion or session.ended
        if ran is None and minutes is None and not ended:
            self._refuse(length, _("a session without an end: how long it ran is needed."))
            raise _NotTaken
        setting, taps, note = self._told(session)
        self._say_cut(session.columns)
        self.read.take(
            ReadSession(
                self._row, code, started, FieldNames(session.patient, session.started, length=length, room=session.room),
                minutes, ran, planned, ended, self._moment(session.zero) if self._cell(session.zero) else "",
                self._cell(session.room), setting, taps, note, self._yes(session.simulated),
            )
        )  # fmt: skip

    def _say_cut(self, columns: Sequence[str]) -> None:
        """Say where a row that is taken ends before columns it may have: what stood there is not known to be empty."""
        if missing := [name for name in columns if self._rows.ends_before(name)]:
            words = _(
                "the row ends before it: it is cut off, or its empty cells were left out; from here on nothing is said."
            )
            self.read.findings.add(Level.SAID, self._row, missing[0], words)

    def _total(self, total: MappedTotal) -> None:
        if not (cell := self._cell(total.total)):
            return
        code, taken = self._code(total.patient), self._moment(total.taken, total.taken_time)
        name = total.scale or self._cell(total.scale_column)
        if not name:
            self._refuse(total.scale_column, _("no scale's name."))
            raise _NotTaken
        with self._of(total.total):
            value = meaning.whole(cell, decimal_comma=self._comma)
        stated = None
        if self._cell(total.lowest) or self._cell(total.highest):
            stated = self._whole_number(total.lowest), self._whole_number(total.highest)
        names = FieldNames(total.patient, total.taken, scale=total.scale_column or "scale", total=total.total)
        simulated = self._yes(total.simulated)
        self.read.take(ReadTotal(self._row, code, taken, name, value, names, stated, simulated))

    def _whole_number(self, name: str) -> int:
        with self._of(name):
            return meaning.whole(self._cell(name), decimal_comma=self._comma)

    def _told(self, session: MappedSession) -> tuple[dict[str, str], dict[str, int], str | None]:
        """The setting, the taps and the note; an empty cell says nothing."""
        setting, taps = dict[str, str](), dict[str, int]()
        for name, column in session.setting.items():
            if cell := self._cell(column):
                with self._of(column):
                    setting[name] = parse_value(name, cell)
        for name, column in session.taps.items():
            with self._of(column):
                if (tap := parse_tap(name, self._cell(column))) is not None:
                    taps[name] = tap
        told = in_order(setting)
        for found in contradictions(told):
            level = Level.SAID if self._mapping.contradictions == "take" else Level.ASKED
            words = _('{contradiction} `contradictions = "take"` in the mapping takes it as it is.')
            self.read.findings.add(
                level, self._row, session.setting[found.names[1]], words.format(contradiction=found.words)
            )
        with self._of(session.note):
            return dict(told.values), taps, note_given(self._cell(session.note))
