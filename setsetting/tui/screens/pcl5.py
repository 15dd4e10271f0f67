"""PCL-5 entry: twenty answers, one key each, in the instrument's own words.

The current item stands there whole; the cues in the list are reminders of place and never replace it.
Blank and declined are kept apart from 0, and no total is shown until all twenty are answered. Week and
month are told apart in words and colour, and are never mixed.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from setsetting.clinical import pcl5
from setsetting.clinical.form import Item, Recall
from setsetting.errors import AlreadyExists, SetSettingError, UsageError
from setsetting.machine.clock import local
from setsetting.review.words import internal_review
from setsetting.tui.command import Command
from setsetting.tui.dialogs import TextDialog
from setsetting.tui.task_screen import BACK, HELP, TaskScreen
from setsetting.tui.theme import DIM, MONTH, TEXT, WEEK
from setsetting.tui.widgets.answer_sheet import ANSWERS, AnswerClicked, AnswerSheet, CurrentItem, Totals
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.status import StatusRow
from setsetting.views import pcl5 as views
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.forms import ScoredForm

HOW = _("0 to 4, - for blank, d for declined; each answer goes on to the next item")
ALL_ANSWERED = _("every item is answered, blank or declined; s saves")
KEYS = {"minus" if sign == "-" else sign: answer for sign, answer in ANSWERS}


class Pcl5Screen(TaskScreen):
    """Enter a form, or enter one anew as a correction."""

    TITLE_WORDS = _("PCL-5 entry")
    CSS = "Pcl5Screen.-low.-crowded Totals { height: 1; }"
    NO_SUCH_KEY = _("{key} is no answer: 0 to 4, - for blank, d for declined.")
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command(
            "answer",
            ",".join(KEYS),
            _("Answer"),
            _("Sets the answer and goes on: 0 to 4, - for an item left blank, d for one that was declined."),
            shown_key="0–4 - d",
            takes_key=True,
        ),
        Command("up", "up", _("Up"), _("Goes to the item before."), in_bar=False),
        Command("down", "down", _("Down"), _("Goes to the item after."), in_bar=False),
        Command("left", "left", _("Left"), _("Goes to the other column."), in_bar=False),
        Command("right", "right", _("Right"), _("Goes to the other column."), in_bar=False),
        Command("clear", "backspace,delete", _("Clear"), _("Takes the answer of the item back."), shown_key="⌫"),
        Command("gap", "n", _("Next gap"), _("Goes to the next item that has no answer yet.")),
        Command("recall", "w", _("Week/month"), _("Changes between the past-week and the past-month form.")),
        Command("taken", "t", _("Taken"), _("Says when the form was filled: a day, or a day and a time.")),
        Command("save", "s", _("Save"), _("Keeps the form, when every item is answered, blank or declined.")),
        BACK,
        HELP,
    )

    def __init__(
        self, clinic: "Clinic", code: str, recall: Recall = Recall.WEEK, old: "ScoredForm | None" = None
    ) -> None:
        super().__init__()
        self._clinic, self._code, self._old = clinic, code, old
        self._recall = old.form.recall if old else recall
        self._items: list[Item | None] = list(old.form.items) if old else [None] * pcl5.ITEM_COUNT
        self._at = 0
        self._taken = _now(clinic)
        self._simulated = False
        self._trouble = ""

    def body(self) -> ComposeResult:
        yield Header(_("PCL-5"))
        yield CurrentItem()
        yield AnswerSheet()
        yield Totals()
        yield StatusRow()
        yield Disclaimer(_("Self-report, not a diagnosis; the PCL-5 has no item on suicide."), internal_review())

    def on_mount(self) -> None:
        from setsetting.desk import forms, patients

        self._simulated = patients.show(self._clinic, self._code).simulated
        before = [form for form in forms.listing(self._clinic, self._code) if form.form.recall is self._recall]
        self.query_one(Totals).before = _before_words(self._clinic, before) if before and not self._old else ""
        self._draw()
        self._expect()

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
            pieces.append((_("  taken {when}").format(when=self._taken.replace("T", " ")), DIM))
        else:
            pieces.append((_("  correction"), DIM))
        self.query_one(Header).show(*pieces, right=_("simulated") if self._simulated else "")
        self.query_one(CurrentItem).show(self._at, self._recall)
        self.query_one(AnswerSheet).show(self._items, self._at)
        self.query_one(Totals).show(self._items)

    def _expect(self) -> None:
        """Say at once what would be refused after twenty answers."""
        if self._old is not None:
            self.say(_("The new answers replace the old ones; both stay in the trail."))
            return
        from setsetting.desk import forms

        try:
            forms.expect(self._clinic, self._code, self._recall, self._taken)
        except AlreadyExists as error:
            self._trouble = str(error).partition(";")[0] + _("; open it at the patient.")
        except SetSettingError as error:
            self._trouble = str(error)
        else:
            self._trouble = ""
        self._say_how()

    def say(self, words: str, *, wrong: bool = False) -> None:
        """A long refusal takes the row of the form before: at 80 x 24 there is no other."""
        super().say(words, wrong=wrong)
        status = self.query_one(StatusRow)
        self.set_class(status.rows_wanted(self.size.width) > 1, "-crowded")

    def _say_how(self) -> None:
        """What would be refused stands there until it is mended; else how to go on."""
        if self._trouble:
            self.say(self._trouble, wrong=True)
        else:
            self.say(ALL_ANSWERED if self._gap() is None else HOW)

    def do_answer(self, key: str) -> None:
        self._set(self._at, KEYS[key])

    def _set(self, index: int, answer: Item) -> None:
        self._items[index] = answer
        self._at = min(index + 1, pcl5.ITEM_COUNT - 1)
        self._draw()
        self._say_how()

    def on_answer_clicked(self, message: AnswerClicked) -> None:
        if message.answer is None:
            self._go(message.index)
        else:
            self._set(message.index, message.answer)

    def _go(self, index: int) -> None:
        self._at = max(0, min(index, pcl5.ITEM_COUNT - 1))
        self._draw()

    def do_up(self) -> None:
        self._go(self._at - 1)

    def do_down(self) -> None:
        self._go(self._at + 1)

    def do_left(self) -> None:
        self._go(self._at - self.query_one(AnswerSheet).column_step)

    def do_right(self) -> None:
        self._go(self._at + self.query_one(AnswerSheet).column_step)

    def do_clear(self) -> None:
        self._items[self._at] = None
        self._draw()

    def do_gap(self) -> None:
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
        text = await self.ask(TextDialog(_("When was it filled? A day, or a day and a time"), self._taken))
        if text is not None:
            self._taken = text.replace(" ", "T")
            self._draw()
            self._expect()

    async def do_save(self) -> None:
        from setsetting.desk import forms

        gap = self._gap()
        if gap is not None:
            self._go(gap)
            words = _("Item {number} has no answer yet: 0 to 4, - for blank, d for declined.")
            raise UsageError(words.format(number=gap + 1))
        items = [item for item in self._items if item is not None]
        if self._old is None:
            kept = forms.add(self._clinic, self._code, items, self._recall, self._taken)
        else:
            reason = await self.ask(TextDialog(_("Why is it corrected? The reason stays in the record")))
            if reason is None:
                return
            kept = forms.correct(self._clinic, self._old.form_id, items, reason)
        self.leave(views.entered_words(kept))

    @property
    def unsaved(self) -> str:
        first = self._old.form.items if self._old else [None] * pcl5.ITEM_COUNT
        if list(first) == self._items:
            return ""
        answers = sum(item is not None for item in self._items)
        words = count("{n} answer is lost", "{n} answers are lost", answers)
        return words + _("; the record keeps nothing of this form.")


def _now(clinic: "Clinic") -> str:
    """Now on the clinic's clock, as a form's time is written."""
    return local(clinic.clock.utc_ms(), clinic.settings.zone).strftime("%Y-%m-%dT%H:%M")


def _before_words(clinic: "Clinic", before: "Sequence[ScoredForm]") -> str:
    last = before[-1]
    total = _("incomplete") if last.scored.total is None else str(last.scored.total)
    return _("before: {when} ({recall}) {total}").format(
        when=views.taken_words(last, clinic.settings.zone), recall=last.form.recall, total=total
    )
