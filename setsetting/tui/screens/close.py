"""Closing a session: only what was otherwise in the room, the patient's taps, a note; two minutes.

Fields are prefilled from the room and the last session. A tap that is skipped was not asked, never 0.
Leaving with escape closes nothing: the session stays unclosed and is offered again.
"""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from setsetting.clinical import setting
from setsetting.clinical.setting import INTERRUPTIONS, Field, FieldKind, Setting, Tap
from setsetting.clinical.setting_file import SettingLog
from setsetting.review.words import internal_review
from setsetting.tui.command import Command
from setsetting.tui.dialogs import TextDialog
from setsetting.tui.list_screen import MOVES, ListScreen
from setsetting.tui.task_screen import BACK, HELP, TaskScreen
from setsetting.tui.theme import ACCENT, DIM, LOUD, STRONG, TEXT
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.views.session import standing_words
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.closing import Closing

DIGITS = "0,1,2,3,4,5,6,7,8,9"
TEN = "t"


@dataclass(frozen=True, slots=True)
class NoteRow:
    """The last row: free words."""


ClosingRow = Field | Tap | NoteRow


class CloseScreen(ListScreen):
    """A table of fields and taps; what differs from the usual stands out in words."""

    TITLE_WORDS = _("closing a session")
    LEAVE_UNSAVED = _("Leave without closing?")
    LEFT = _("The session is not closed yet; its acts are kept, and it is offered again.")
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command("more", "right", _("Next choice"), _("Takes the next choice of the field."), shown_key="→"),
        Command("less", "left", _("Choice before"), _("Takes the choice before."), in_bar=False, shown_key="←"),
        Command(
            "tap",
            f"{DIGITS},{TEN}",
            _("Tap, count"),
            _("Sets a tap from 0 (not at all) to 10 (t, entirely), or a count."),
            shown_key="0–9 t",
            takes_key=True,
        ),
        Command("skip", "minus", _("Not asked"), _("Takes a tap back to not asked, a field back to as usual.")),
        Command("open", "enter", _("Type"), _("Types the field's value, or the note.")),
        Command("save", "s", _("Close session"), _("Keeps the setting log and closes the session.")),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic", asked: "Closing") -> None:
        super().__init__()
        self._clinic, self._asked, self._form = clinic, asked, asked.form
        self._values = dict(asked.form.usual.values)
        self._taps: dict[str, int] = {}
        self._note: str | None = None
        self._begun = False

    def body(self) -> ComposeResult:
        yield Header(_("CLOSE"))
        columns = (Column(_("setting"), 20), Column(_("tonight"), 24, flex=True), Column("", 26, flex=True))
        yield Table[ClosingRow](columns, self._cells)
        yield StatusRow(_("change only what was otherwise; s keeps it and closes the session"))
        yield Disclaimer(setting.taps_note(), internal_review())

    def on_mount(self) -> None:
        session = self._form.session
        self.query_one(Header).show(
            (f"  {self._asked.code}", STRONG),
            (f" · {standing_words(session)}", TEXT),
            (f" · {session.room}", TEXT),
            (_(" · music ended, acts kept"), DIM),
            right=_("simulated") if session.simulated else "",
        )
        self.table.show((*setting.FIELDS, *setting.TAPS, NoteRow()))

    def on_table_moved(self, message: Table.Moved) -> None:
        """Say in full what the row asks: the table may have room for its beginning only."""
        message.stop()
        row: ClosingRow | None = self.table.row
        if isinstance(row, Tap):
            words = _("{asks}: 0 not at all, 10 entirely (t); - is not asked").format(asks=row.asks)
        elif isinstance(row, Field):
            words = _("{label}: {choices}").format(label=row.label, choices=_choices(row))
        else:
            words = _("enter types a note; s keeps everything and closes the session")
        if self._begun:
            self.say(words)
        self._begun = True

    @property
    def unsaved(self) -> str:
        log = self.answers
        typed = len(log.setting.values) + len(log.taps) + (log.note is not None)
        if not typed:
            return ""
        words = count("{n} answer of this page is lost", "{n} answers of this page are lost", typed)
        return words + _("; the session stays unclosed and is offered again.")

    @property
    def answers(self) -> SettingLog:
        """What was otherwise, the taps that were asked, the note."""
        usual = self._form.usual
        differing = {name: value for name, value in self._values.items() if value != usual.get(name)}
        return SettingLog(Setting(differing), dict(self._taps), self._note)

    def _cells(self, row: ClosingRow) -> Cells:
        match row:
            case Field():
                usual, now = self._form.usual.get(row.name), self._values.get(row.name)
                same = usual == now
                words = _("as usual") if same else _("differs · usually {usual}").format(usual=usual or _("not known"))
                if same and row.name == INTERRUPTIONS and now not in {None, "0"}:
                    words = _("from tonight's marks")
                elif same and now is None:
                    words = _("nothing usual is known")
                return (
                    (row.label, TEXT),
                    (now or _("not known"), TEXT if same else STRONG),
                    (words, DIM if same else ACCENT),
                )
            case Tap():
                value = self._taps.get(row.name)
                shown = (_("not asked"), DIM) if value is None else (str(value), LOUD)
                return ((row.label, TEXT), shown, (row.asks, DIM))
            case _:
                return ((_("Note"), TEXT), (self._note or "", TEXT), (_("in words; kept with the session"), DIM))

    def do_more(self) -> None:
        self._step(1)

    def do_less(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        row: ClosingRow | None = self.table.row
        if isinstance(row, Tap):
            self._tap(row, max(0, min(self._taps.get(row.name, -by if by < 0 else -1) + by, setting.TAP_HIGH)))
        elif isinstance(row, Field) and row.kind is FieldKind.CHOICE:
            now = self._values.get(row.name)
            at = row.choices.index(now) + by if now in row.choices else 0
            self._values[row.name] = row.choices[at % len(row.choices)]
            self.table.redraw()
        else:
            self.say(_("enter types this one"))

    def do_tap(self, key: str) -> None:
        row: ClosingRow | None = self.table.row
        if isinstance(row, Tap):
            self._tap(row, setting.TAP_HIGH if key == TEN else int(key))
            self.table.move(1)
        elif isinstance(row, Field) and row.kind is FieldKind.COUNT and key != TEN:
            self._values[row.name] = key
            self.table.redraw()
        else:
            self.say(_("digits are for taps and counts; → takes the next choice, enter types"))

    def _tap(self, row: Tap, value: int) -> None:
        self._taps[row.name] = value
        self.table.redraw()

    def do_skip(self) -> None:
        row: ClosingRow | None = self.table.row
        if isinstance(row, Tap):
            self._taps.pop(row.name, None)
        elif isinstance(row, Field):
            usual = self._form.usual.get(row.name)
            if usual is None:
                self._values.pop(row.name, None)
            else:
                self._values[row.name] = usual
        else:
            self._note = None
        self.table.redraw()

    async def do_open(self) -> None:
        row: ClosingRow | None = self.table.row
        if row is None:
            return
        if isinstance(row, NoteRow):
            question, first = _("Note"), self._note or ""
        elif isinstance(row, Tap):
            question, first = _("{asks}, 0 to 10").format(asks=row.asks), str(self._taps.get(row.name, ""))
        else:
            question = _("{label}: {choices}").format(label=row.label, choices=_choices(row))
            first = self._values.get(row.name, "")
        text = await self.ask(TextDialog(question, first))
        if text is None:
            return
        if isinstance(row, NoteRow):
            self._note = text
        elif isinstance(row, Tap):
            value = setting.parse_tap(row.name, text)
            if value is not None:
                self._taps[row.name] = value
        else:
            self._values[row.name] = setting.parse_value(row.name, text)
        self.table.redraw()

    def do_save(self) -> None:
        from setsetting.desk import closing

        answers = self.answers
        closing.close(self._clinic, self._asked, answers)
        words = _("{code}, {session}, is closed.").format(
            session=standing_words(self._form.session), code=self._asked.code
        )
        differing = len(answers.setting.values)
        otherwise = count(" {n} thing was otherwise.", " {n} things were otherwise.", differing)
        self.leave(words + (otherwise if differing else _(" Nothing was otherwise.")))


def _choices(field: Field) -> str:
    """What may be said of a field."""
    if not field.choices:
        return _("a number")
    joined = "; ".join(field.choices)
    return joined if field.kind is FieldKind.CHOICE else _("any of {choices}").format(choices=joined)


async def prepared(screen: TaskScreen, clinic: "Clinic", session_id: str) -> CloseScreen | None:
    """End the music where it still plays, which takes its seconds; the screen that asks the rest.

    None for a rehearsal: it is closed, and nothing is asked of it.
    """
    from setsetting.desk import closing

    asked = await asyncio.to_thread(closing.prepare_close, clinic, session_id, screen.say_from_thread)
    if asked.form.session.rehearsal:
        closing.close(clinic, asked)
        return None
    return CloseScreen(clinic, asked)
