"""A screen that asks what was in the room as somebody says it, the patient's taps, and a note.

Nothing is filled in for the person: as usual is what was said to be usual in the room, what the program knows is
shown as its own, and the rest is not said. A tap that is skipped was not asked, never 0. What hangs together is asked
together, and what contradicts itself is asked about before it is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from setsetting.clinical import setting
from setsetting.clinical.contradictions import Contradiction, SettingForm, contradictions, open_halves, partner
from setsetting.clinical.free_text import note_given
from setsetting.clinical.marked import FROM_MARKS
from setsetting.clinical.setting import NONE, Field, FieldKind, Setting, Tap, field_named
from setsetting.clinical.setting_file import SettingLog
from setsetting.review.words import internal_review, room
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.list_screen import ListScreen
from setsetting.tui.setting_choices import choices_of, numbered
from setsetting.tui.theme import ACCENT, DIM, LOUD, STRONG, TEXT, URGENT, TextStyle
from setsetting.tui.widgets.detail_pane import DetailPane
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic

DIGITS = "0,1,2,3,4,5,6,7,8,9"
TEN = "plus"


@dataclass(frozen=True, slots=True)
class MoreRow:
    """Stands for the fields that are not asked about, of which some stand as usual; opening it shows them."""

    fields: int
    as_usual: int


@dataclass(frozen=True, slots=True)
class NoteRow:
    """The last row: free words."""


AskedRow = Field | MoreRow | Tap | NoteRow


class SettingScreen(ListScreen):
    """A table of fields and taps; what was said stands out.

    Subclasses say whose it is and what `save` keeps; those with a patient may have `REFUSE` in their ACTS and do it.
    """

    DEFAULT_CSS = "SettingScreen DetailPane { height: 3; }"
    HEADING: ClassVar[str]
    COLUMN: ClassVar[str]
    simulated = False
    later = ""
    """What was said to be usual only after the session's day, in words."""
    FIRST_WORDS: ClassVar[str]
    LOST_TOO: ClassVar[str] = ""
    """What leaving means besides what of the page is lost."""
    ROWS: ClassVar[tuple[AskedRow, ...]] = (*setting.FIELDS, *setting.TAPS, NoteRow())
    ANSWERS: ClassVar[tuple[Command, ...]] = (
        Command(
            "choose",
            f"{DIGITS},{TEN}",
            _("Choose"),
            _("Takes the choice with that digit, a count, or a tap from 0 (not at all) to 10 (+, entirely)."),
            shown_key="0–9 +",
            takes_key=True,
        ),
        Command("more", "right", _("Next choice"), _("Takes the next choice of the field."), shown_key="→"),
        Command("less", "left", _("Choice before"), _("Takes the choice before."), in_bar=False, shown_key="←"),
        Command(
            "skip",
            "minus",
            _("Not said"),
            _("Takes back what was said; of what stands as usual, that: it is not known."),
        ),
        Command("open", "enter", _("Type"), _("Types the field's value, or the note.")),
    )
    REFUSE: ClassVar[Command] = Command(
        "refuse", "y", _("Refuse"), _("Notes a track that is never played to this patient; it is never loosened.")
    )

    def __init__(self, clinic: "Clinic", form: SettingForm, room_name: str, code: str = "") -> None:
        super().__init__()
        self.clinic, self.room, self.code, self._form = clinic, room_name, code, form
        self._said: dict[str, str] = {}
        self._unsaid: set[str] = set()
        """What stands as usual, or by the program, and was said not to be known of this session."""
        self._taps: dict[str, int] = {}
        self._note: str | None = None
        self._shows_all = False
        self._unknown: set[tuple[str, str | None]] = set()
        self._insisted: set[Contradiction] = set()

    @property
    def rows(self) -> tuple[AskedRow, ...]:
        """What is asked: a few fields first, and the others where something is said of them or is to be."""
        fields = [row for row in self.ROWS if isinstance(row, Field)]
        rest = [row for row in self.ROWS if not isinstance(row, Field)]
        if self._shows_all or not rest:
            return self.ROWS
        clashing = (name for found in contradictions(self._now) for name in found.names)
        said = {*self._form.known.values, *self._said, *self._unsaid}
        shown = {*setting.ASKED_FIRST, *said, *open_halves(self._now), *clashing}
        asked = [field for field in fields if field.name in shown]
        as_usual = sum(field.name in self._now.values for field in fields if field.name not in shown)
        more = [MoreRow(len(fields) - len(asked), as_usual)] if len(asked) < len(fields) else []
        return *asked, *more, *rest

    def body(self) -> ComposeResult:
        yield Header(self.HEADING)
        columns = (Column(_("setting"), 19), Column(self.COLUMN, 21, flex=True), Column("", 32, flex=True))
        yield Table[AskedRow](columns, self._cells, key=lambda row: getattr(row, "name", type(row)), steady=True)
        yield DetailPane()
        yield StatusRow(self.first_words)
        yield Disclaimer(internal_review())

    def on_mount(self) -> None:
        self.query_one(Header).show(*self.heading, right=_("simulated") if self.simulated else "")
        self.table.show(self.rows)

    def on_table_moved(self, message: Table.Moved) -> None:
        message.stop()
        self._show_row()

    @property
    def unsaved(self) -> str:
        typed = self.changed
        if not typed:
            return ""
        words = count("{n} answer of this page is lost", "{n} answers of this page are lost", typed)
        return f"{self.whose}: {words}{self.LOST_TOO}"

    @property
    def changed(self) -> int:
        """How many answers leaving would lose."""
        return len(self._said) + len(self._unsaid) + len(self._taps) + (self._note is not None)

    @property
    def answers(self) -> SettingLog:
        """What was said, the taps that were asked, the note."""
        return SettingLog(setting.in_order(self._said), dict(self._taps), self._note, frozenset(self._unsaid))

    @property
    def whose(self) -> str:
        """What it is the setting of, as a question names it."""
        raise NotImplementedError

    @property
    def first_words(self) -> str:
        """What stands there while nothing else is said."""
        return self.later or self.FIRST_WORDS

    @property
    def heading(self) -> tuple[tuple[str, TextStyle], ...]:
        """What the head says after the screen's name."""
        return (f"  {self.whose}", STRONG), (f" · {room(self.room)}", TEXT)

    @property
    def _now(self) -> Setting:
        """The setting as it would be logged."""
        return self._form.with_said(Setting(self._said), self._unsaid)

    def _show_row(self) -> None:
        """Show in full what the row under the cursor asks and how it is answered."""
        row: AskedRow | None = self.table.row
        pane = self.query_one(DetailPane)
        if isinstance(row, Tap):
            pane.show(row.label, _("{asks}: 0 not at all, 10 (+) entirely. {note}").format(
                asks=row.asks, note=setting.taps_note()
            ))  # fmt: skip
        elif isinstance(row, Field):
            value, words, _style = self._field_words(row)
            now = f"{value} ({words})" if words else value
            pane.show(row.label, _("{now}. {choices}").format(now=now, choices=numbered(row)))
        elif isinstance(row, MoreRow):
            hidden = [field for field in self.ROWS if isinstance(field, Field) and field not in self.rows]
            hidden.sort(key=lambda field: field.name not in self._now.values)
            pane.show(_("More"), ", ".join(map(self._in_short, hidden)))
        else:
            pane.show(_("Note"), self._note or _("enter types it; it is kept with the session"))

    def _in_short(self, field: Field) -> str:
        value, words, _style = self._field_words(field)
        return f"{field.label} ({value}, {words})" if field.name in self._now.values else field.label

    def _cells(self, row: AskedRow) -> Cells:
        match row:
            case Field():
                value, words, style = self._field_words(row)
                said = STRONG if row.name in self._said else TEXT if row.name in self._now.values else DIM
                return ((row.label, TEXT), (value, said), (words, style))
            case Tap():
                tapped = self._taps.get(row.name)
                shown = (_("not asked"), DIM) if tapped is None else (str(tapped), LOUD)
                return ((row.label, TEXT), shown, (row.asks, DIM))
            case MoreRow():
                fields = count("{n} more field", "{n} more fields", row.fields)
                usual = count("{n} as usual", "{n} as usual", row.as_usual) if row.as_usual else ""
                return ((fields, DIM), (usual, TEXT), (_("enter shows them"), DIM))
            case _:
                return ((_("Note"), TEXT), (self._note or "", TEXT), (_("in words; kept with the session"), DIM))

    def _field_words(self, row: Field) -> tuple[str, str, TextStyle]:
        """A field's value as it would be logged, and who says so."""
        now, usual = self._now.get(row.name), self._form.usual.get(row.name)
        for found in contradictions(self._now):
            if row.name in found.names and now is not None:
                (other,) = set(found.names) - {row.name}
                return now, _("cannot be so with {other}").format(other=field_named(other).label), URGENT
        if now is None:
            return self._unsaid_words(row)
        if row.name in self._said:
            differs = usual not in {None, now}
            return now, _("usually {usual}").format(usual=usual) if differs else "", ACCENT if differs else DIM
        if row.name in self._form.known.values:
            how = _("tonight's marks") if row.name in FROM_MARKS else _("the output's name")
            return now, _("by the program: {how}").format(how=how), DIM
        return now, _("as usual"), DIM

    def _unsaid_words(self, row: Field) -> tuple[str, str, TextStyle]:
        hangs = partner(row.name)
        if row.name in self._unsaid:
            stands = self._form.known.get(row.name) or self._form.usual.get(row.name)
            return _("not known"), _("- again: {stands}").format(stands=stands), DIM
        if self._is_unknown(row.name):
            return _("not known"), "", DIM
        if row.name in open_halves(self._now) and hangs is not None:
            return _("not said"), _("goes with {other}").format(other=field_named(hangs).label), ACCENT
        last = self._form.last.get(row.name)
        return _("not said"), "" if last is None else _("last time {last}").format(last=last), DIM

    def do_more(self) -> None:
        self._step(1)

    def do_less(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        row: AskedRow | None = self.table.row
        if isinstance(row, Tap):
            self._taps[row.name] = max(0, min(self._taps.get(row.name, -by if by < 0 else -1) + by, setting.TAP_HIGH))
        elif isinstance(row, Field) and row.kind is FieldKind.CHOICE:
            now = self._now.get(row.name)
            first = self._form.last.get(row.name)
            self._said[row.name] = (
                row.choices[(row.choices.index(now) + by) % len(row.choices)] if now in row.choices
                else first if first in row.choices else row.choices[0]
            )  # fmt: skip
        else:
            self.say(_("a digit chooses here, enter types"))
        self._redraw()

    def do_choose(self, key: str) -> None:
        row: AskedRow | None = self.table.row
        if isinstance(row, Tap):
            self._taps[row.name] = setting.TAP_HIGH if key == TEN else int(key)
        elif isinstance(row, Field) and key != TEN:
            if not self._chosen_digit(row, int(key)):
                self.say(_("{label}: {choices}").format(label=row.label, choices=numbered(row)), wrong=True)
                return
        else:
            self.say(_("digits are for choices, counts and taps; enter types"), wrong=True)
            return
        self._redraw()
        if not (isinstance(row, Field) and row.kind is FieldKind.SEVERAL):
            self.table.move(1)

    def _chosen_digit(self, row: Field, digit: int) -> bool:
        """Take a digit's choice; one of several is taken and taken back by the same digit."""
        if row.kind is FieldKind.COUNT:
            self._said[row.name] = str(digit)
        elif row.kind is FieldKind.SEVERAL and digit == 0:
            self._said[row.name] = NONE
        elif not 1 <= digit <= len(row.choices):
            return False
        elif row.kind is FieldKind.CHOICE:
            self._said[row.name] = row.choices[digit - 1]
        else:
            now = self._now.get(row.name) or NONE
            chosen = {row.choices[digit - 1]}.symmetric_difference(set(now.split(", ")) - {NONE})
            self._said[row.name] = setting.parse_value(row.name, chosen)
        return True

    def _redraw(self) -> None:
        self._unsaid -= self._said.keys()
        self.table.show(self.rows)
        self._show_row()

    def do_skip(self) -> None:
        row: AskedRow | None = self.table.row
        if isinstance(row, Tap):
            self._taps.pop(row.name, None)
        elif isinstance(row, Field):
            if self._said.pop(row.name, None) is None and row.name in {
                *self._form.usual.values,
                *self._form.known.values,
            }:
                self._unsaid ^= {row.name}
            self._unknown = {each for each in self._unknown if each[0] != row.name}
        else:
            self._note = None
        self._redraw()

    async def do_open(self) -> None:
        row: AskedRow | None = self.table.row
        if row is None:
            return
        if isinstance(row, MoreRow):
            self._shows_all = True
            self._redraw()
            return
        check: Callable[[str], object]
        if isinstance(row, NoteRow):
            question, first, check = _("a note"), self._note or "", note_given
        elif isinstance(row, Tap):
            question, first = _("{asks}, 0 to 10").format(asks=row.asks), str(self._taps.get(row.name, ""))
            check = partial(setting.read_typed, setting.parse_tap, row.name)
        else:
            question = _("{label}: {choices}").format(label=row.label, choices=choices_of(row))
            first = self._now.get(row.name) or ""
            check = partial(setting.read_typed, setting.parse_value, row.name)
        asked = TextDialog(f"{self.whose}. {question}", first, empty=_("empty: not said"), check=check)
        text = await self.ask(asked)
        if text is None:
            return
        if not text:
            self.do_skip()
            return
        if isinstance(row, NoteRow):
            self._note = note_given(text)
        elif isinstance(row, Tap):
            value = setting.parse_tap(row.name, text)
            if value is not None:
                self._taps[row.name] = value
        else:
            self._said[row.name] = setting.parse_value(row.name, text)
        self._redraw()

    async def settled(self) -> bool:
        """Whether what hangs together, and what cannot be so, was asked about; False where a question was left."""
        for name in open_halves(self._now):
            if not self._is_unknown(name) and not await self._ask_half(field_named(name)):
                return False
        for found in contradictions(self._now):
            if found not in self._insisted and not await self._ask_contradiction(found):
                return False
        return True

    def _is_unknown(self, name: str) -> bool:
        """Whether somebody said that a field is not known, of its other half as it stands."""
        return (name, self._other_half(name)) in self._unknown

    def _other_half(self, name: str) -> str | None:
        hangs = partner(name)
        return None if hangs is None else self._now.get(hangs)

    async def _ask_half(self, field: Field) -> bool:
        """Ask what hangs together with something that is known; False where the question is left."""
        hangs = partner(field.name)
        assert hangs is not None
        known = f"{field_named(hangs).label}: {self._other_half(field.name)}"
        values = field.choices or tuple(str(number) for number in range(1, 9))
        choices = [*((value, "") for value in values), (_("not known"), "")]
        at = await self.ask(ChoiceDialog(f"{self.whose}. {known}. {field.label}?", choices))
        if at is not None and at < len(values):
            self._said[field.name] = values[at]
        elif at is not None:
            self._unknown.add((field.name, self._other_half(field.name)))
        self._redraw()
        return at is not None

    async def _ask_contradiction(self, found: Contradiction) -> bool:
        """Ask which half is otherwise; True where it was so all the same."""
        words = _("was otherwise; its row is shown")
        choices = [(field_named(name).label, words) for name in found.names]
        choices.append((_("it was so"), _("both are kept")))
        at = await self.ask(ChoiceDialog(f"{self.whose}. {found.question}", choices))
        if at is not None and at < len(found.names):
            self.table.go_to(found.names[at])
            self._show_row()
        elif at is not None:
            self._insisted.add(found)
        return at == len(found.names)
