"""PCL-5 entry: twenty answers, one key each, in the instrument's own words; and a stored form, item by item.

The current item stands there whole; the cues in the list are reminders of place and never replace it.
Blank and declined are kept apart from 0, and no total is shown until all twenty are answered. Week and
month are told apart in words and colour, and are never mixed. What is left before it is saved waits in the
record and is taken up again.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult

from setsetting.clinical import pcl5
from setsetting.clinical.form import Item, Recall
from setsetting.errors import AlreadyExists, SetSettingError, UsageError
from setsetting.machine.clock import local, readings
from setsetting.review.words import internal_review
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog, ConfirmDialog, TextDialog
from setsetting.tui.task_screen import BACK, HELP, TaskScreen
from setsetting.tui.theme import DIM, MONTH, TEXT, WEEK
from setsetting.tui.widgets.answer_sheet import ANSWERS, AnswerClicked, AnswerSheet, CurrentItem, Totals
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.keybar import KeyBar
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.status import StatusRow
from setsetting.views import pcl5 as views
from setsetting.words.numbers import was_twice
from setsetting.words.translate import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from setsetting.desk.clinic import Clinic
    from setsetting.desk.drafts import BegunForm
    from setsetting.desk.forms import ScoredForm

HOW = _("0 to 4, - for blank, 9 for declined; each answer goes on to the next item")
ALL_ANSWERED = _("every item is answered, blank or declined; ^s saves")
READ = _("This form is stored: the arrows go through it, enter begins a correction.")
KEYS = {{"-": "minus", "d": "9"}.get(sign, sign): answer for sign, answer in ANSWERS}
"""Digits and a dash: a letter that acts on the sound in a session does nothing here."""


class Pcl5Screen(TaskScreen):
    """Enter a form, go on with one that was begun, or read one that is stored and enter it anew as a correction."""

    TITLE_WORDS = _("PCL-5 entry")
    CSS = """
    Pcl5Screen.-high Totals { height: 3; }
    Pcl5Screen.-low.-crowded Totals { height: 1; }
    """
    NO_SUCH_KEY = _("{key} is no answer: 0 to 4, - for blank, 9 for declined.")
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command(
            "answer",
            ",".join(KEYS),
            _("Answer"),
            _("Sets the answer and goes on: 0 to 4, - for an item left blank, 9 for one that was declined."),
            shown_key="0–4 - 9",
            takes_key=True,
        ),
        Command("up", "up", _("Up"), _("Goes to the item before."), in_bar=False),
        Command("down", "down", _("Down"), _("Goes to the item after."), in_bar=False),
        Command("left", "left", _("Left"), _("Goes to the other column."), in_bar=False),
        Command("right", "right", _("Right"), _("Goes to the other column."), in_bar=False),
        Command("clear", "backspace,delete", _("Clear"), _("Takes the answer of the item back."), shown_key="⌫"),
        Command("gap", "tab", _("Next gap"), _("Goes to the next item that has no answer yet.")),
        Command("recall", "w", _("Week/month"), _("Changes between the past-week and the past-month form.")),
        Command("taken", "t", _("Taken"), _("Says when the form was filled: a day, or a day and a time.")),
        Command(
            "save",
            "ctrl+s",
            _("Save"),
            _("Keeps the form, when every item is answered, blank or declined."),
            shown_key="^s",
        ),
        Command("drop", "ctrl+x", _("Throw away"), _("Throws away what was begun and not saved yet."), shown_key="^x"),
        Command("correct", "enter", _("Correct"), _("Begins a correction, from the answers that are there.")),
        replace(BACK, does=_("Goes back; what is not saved yet waits in the record and is taken up again.")),
        HELP,
    )

    def __init__(
        self, clinic: "Clinic", code: str, recall: Recall | None = None, old: "ScoredForm | None" = None
    ) -> None:
        super().__init__()
        self._clinic, self._code, self._old = clinic, code, old
        self._reading = old is not None
        self._recall = old.form.recall if old else recall or Recall.WEEK
        self._asked_recall = recall
        self._items: list[Item | None] = list(old.form.items) if old else [None] * pcl5.ITEM_COUNT
        self._at = 0
        self._through = False
        """Whether the last item was answered: a further digit belongs to none."""
        self._taken = _now(clinic)
        self._form_id: str | None = None
        self._kept: BegunForm | None = None
        self._saved = False
        self._simulated = False
        self._trouble = ""

    def commands(self) -> "Sequence[Command]":
        if self._reading:
            left_out = {"answer", "clear", "gap", "recall", "taken", "save", "drop"}
        elif self._old is not None:
            left_out = {"correct", "recall", "taken"}
        else:
            left_out = {"correct"}
        return [command for command in self.ACTS if command.name not in left_out]

    def body(self) -> ComposeResult:
        yield Header(_("PCL-5"))
        yield CurrentItem()
        yield AnswerSheet()
        yield Totals()
        yield StatusRow()
        yield Disclaimer(_("Self-report, not a diagnosis; the PCL-5 has no item on suicide."), internal_review())

    def on_mount(self) -> None:
        from setsetting.desk import drafts, forms, patients

        self._simulated = patients.show(self._clinic, self._code).simulated
        if self._old is None:
            begun = drafts.begun(self._clinic, self._code)
            due = forms.due(self._clinic, self._code)
            if begun is not None:
                self._take_up(begun)
            elif due and self._asked_recall is None:
                self._recall = due[0].recall
        self._draw()
        self._expect()

    def _take_up(self, begun: "BegunForm") -> None:
        self._items, self._recall, self._taken = list(begun.items), begun.recall, begun.taken
        self._form_id, self._kept = begun.form_id, begun
        self._at = self._gap() or 0

    @property
    def items(self) -> tuple[Item | None, ...]:
        """The answers so far; None has not been answered."""
        return tuple(self._items)

    def _draw(self) -> None:
        week = self._recall is Recall.WEEK
        pieces = [
            ("  " + _("past "), TEXT),
            (_("WEEK") if week else _("MONTH"), WEEK if week else MONTH),
            (_("  patient {code}").format(code=self._code), TEXT),
        ]
        if self._old is None:
            when = self._taken.replace("T", " ")
        else:
            when = views.taken_words(self._old, self._clinic.settings.zone)
        pieces.append((_("  taken {when}").format(when=when), DIM))
        if self._old is not None and not self._reading:
            pieces.append((_("  correction"), DIM))
        self.query_one(Header).show(*pieces, right=_("simulated") if self._simulated else "")
        self.query_one(CurrentItem).show(self._at, self._recall)
        self.query_one(AnswerSheet).show(self._items, self._at)
        self.query_one(Totals).show(self._items)

    def _expect(self) -> None:
        """Say at once what would be refused after twenty answers, and what is to be known beside the form."""
        from setsetting.desk import forms

        self._trouble = ""
        if self._old is not None:
            beside: tuple[str, ...] = self._old.remarks
            if self._reading:
                self.say(READ)
            else:
                self.say(_("The new answers replace the old ones; both stay in the trail."))
        else:
            beside = ()
            try:
                to_come = forms.to_come(self._clinic, self._code, self._recall, self._taken)
                before = (
                    [] if to_come.before is None else [views.before_words(to_come.before, self._clinic.settings.zone)]
                )
                beside = (*before, *to_come.remarks)
                forms.expect(self._clinic, self._code, self._recall, self._taken)
            except AlreadyExists as error:
                self._trouble = str(error).partition(";")[0] + _("; open it at the patient.")
            except SetSettingError as error:
                self._trouble = str(error)
            self._say_how()
        totals = self.query_one(Totals)
        totals.beside = " · ".join(beside)
        totals.redraw()

    def say(self, words: str, *, wrong: bool = False) -> None:
        """A long refusal takes the row of the form before: at 80 x 24 there is no other."""
        super().say(words, wrong=wrong)
        status = self.query_one(StatusRow)
        self.set_class(status.rows_wanted(self.size.width) > 1, "-crowded")

    def _say_how(self) -> None:
        """What would be refused stands there until it is mended; else how to go on."""
        if self._trouble:
            self.say(self._trouble, wrong=True)
        elif self._gap() is None:
            self.say(ALL_ANSWERED)
        elif self._kept is not None and list(self._kept.items) == self._items:
            answered = sum(item is not None for item in self._items)
            self.say(_("Taken up again at {n} of 20; ^x throws it away and begins anew.").format(n=answered))
        else:
            self.say(HOW)

    def _writing(self) -> None:
        if self._reading:
            raise UsageError(READ)

    def do_answer(self, key: str) -> None:
        self._writing()
        if self._through:
            raise UsageError(
                ALL_ANSWERED[0].upper() + ALL_ANSWERED[1:] + _(", and the arrows choose one to change.")
                if self._gap() is None
                else _("Item 20 is answered: tab goes to the item without an answer, the arrows choose any.")
            )
        self._set(self._at, KEYS[key])

    def _set(self, index: int, answer: Item) -> None:
        self._items[index] = answer
        self._at = min(index + 1, pcl5.ITEM_COUNT - 1)
        self._through = index + 1 == pcl5.ITEM_COUNT
        self._draw()
        self._say_how()

    def on_answer_clicked(self, message: AnswerClicked) -> None:
        if message.answer is None or self._reading:
            self._go(message.index)
        else:
            self._set(message.index, message.answer)

    def on_paste(self, event: events.Paste) -> None:
        """A pasted row or column of a sheet is read as the command line reads one, whole or not at all."""
        event.stop()
        try:
            self._writing()
            self._items = list(pcl5.parse_sheet(event.text))
        except UsageError as error:
            self.say(str(error), wrong=True)
            return
        self._at, self._through = pcl5.ITEM_COUNT - 1, True
        self._draw()
        self.say(_("20 answers were pasted: compare them with the sheet, then ^s saves."))

    def _go(self, index: int) -> None:
        self._at, self._through = max(0, min(index, pcl5.ITEM_COUNT - 1)), False
        self._draw()

    def do_up(self) -> None:
        self._go(self._at - (not self._through))

    def do_down(self) -> None:
        self._go(self._at + 1)

    def do_left(self) -> None:
        self._go(self._at - self.query_one(AnswerSheet).column_step)

    def do_right(self) -> None:
        self._go(self._at + self.query_one(AnswerSheet).column_step)

    def do_clear(self) -> None:
        self._writing()
        self._items[self._at], self._through = None, False
        self._draw()

    def do_gap(self) -> None:
        self._writing()
        gap = self._gap(self._at + 1)
        if gap is None:
            self.say(ALL_ANSWERED)
        else:
            self._go(gap)

    def _gap(self, start: int = 0) -> int | None:
        order = [*range(start, pcl5.ITEM_COUNT), *range(start)]
        return next((index for index in order if self._items[index] is None), None)

    def do_recall(self) -> None:
        if self._old is not None:
            raise UsageError(_("A correction keeps the recall of its form."))
        self._recall = Recall.MONTH if self._recall is Recall.WEEK else Recall.WEEK
        self._draw()
        self._expect()

    async def do_taken(self) -> None:
        if self._old is not None:
            raise UsageError(_("A correction keeps the time of its form."))
        question = _("When did {code} fill it? A day, or a day and a time").format(code=self._code)
        text = await self.ask(TextDialog(question, self._taken))
        if text is None:
            return
        meant = readings(text, self._clinic.settings.zone)
        at: int | None = 0
        if len(meant) > 1:
            which = _("{text} was twice, as the clock was put back: which does {code} mean?")
            ways = (_("before the clock was put back"), _("after it"))
            at = await self.ask(
                ChoiceDialog(which.format(text=text, code=self._code), list(zip(meant, ways, strict=True)))
            )
        if at is not None:
            self._taken = meant[at].replace(" ", "T")
            self._draw()
            self._expect()

    def do_correct(self) -> None:
        from setsetting.desk import drafts

        if self._old is None or not self._reading:
            raise UsageError(HOW[0].upper() + HOW[1:] + ".")
        self._reading = False
        begun = drafts.begun_correction(self._clinic, self._old.form_id)
        if begun is not None:
            self._take_up(begun)
        self._form_id = self._old.form_id
        self.query_one(KeyBar).show(self.commands())
        self._draw()
        self._expect()

    async def do_save(self) -> None:
        from setsetting.desk import forms

        self._writing()
        gap = self._gap()
        if gap is not None:
            self._go(gap)
            words = _("Item {number} has no answer yet: 0 to 4, - for blank, 9 for declined.")
            raise UsageError(words.format(number=gap + 1))
        items = [item for item in self._items if item is not None]
        if self._old is None:
            kept = forms.add(self._clinic, self._code, items, self._recall, self._taken, form_id=self._form_id)
        else:
            question = _("Why is this form of {code} corrected? The reason stays in the record")
            reason = await self.ask(TextDialog(question.format(code=self._code)))
            if reason is None:
                return
            kept = forms.correct(self._clinic, self._old.form_id, items, reason)
        self._saved = True
        self.leave_in_passing(views.entered_words(kept))

    async def do_drop(self) -> None:
        from setsetting.desk import drafts

        self._writing()
        if not self._changed and self._kept is None:
            raise UsageError(_("Nothing was begun that could be thrown away."))
        question = _("Throw away what was begun of this form of {code}?").format(code=self._code)
        if not await self.ask(ConfirmDialog(question, yes=_("throw away"), no=_("stay"))):
            return
        if self._kept is not None:
            drafts.drop(self._clinic, self._code, self._kept)
        self._saved = True
        self.leave(_("What was begun of {code}'s form is thrown away.").format(code=self._code))

    @property
    def _changed(self) -> bool:
        """Whether something is answered that neither the record nor a form that was begun holds."""
        if self._reading or self._saved:
            return False
        known = self._kept.items if self._kept else self._old.form.items if self._old else (None,) * pcl5.ITEM_COUNT
        moved = self._kept is not None and (self._kept.recall, self._kept.taken) != (self._recall, self._taken)
        return known != self.items or moved

    def _keep(self) -> str:
        """Leave what is not saved in the record's care; say so."""
        from setsetting.desk import drafts

        if not self._changed:
            return ""
        begun = drafts.BegunForm(self.items, self._recall, self._taken)
        if self._form_id is not None:
            begun = replace(begun, form_id=self._form_id)
        drafts.keep(self._clinic, self._code, begun)
        self._form_id, self._kept = begun.form_id, begun
        answered = sum(item is not None for item in self._items)
        words = _("{code}'s form waits as it was left, {n} of 20.").format(code=self._code, n=answered)
        return words + " " + (_("f takes it up again.") if self._old is None else _("Opened, it is taken up again."))

    async def do_back(self) -> None:
        self.leave(self._keep())

    def let_go(self) -> str:
        """Before the interface ends: what is not saved waits in the record."""
        try:
            return self._keep()
        except SetSettingError as error:
            return str(error)


def _now(clinic: "Clinic") -> str:
    """Now on the clinic's clock, as a form's time is written."""
    now = local(clinic.clock.utc_ms(), clinic.settings.zone)
    return now.isoformat(timespec="minutes") if was_twice(now) else now.strftime("%Y-%m-%dT%H:%M")
