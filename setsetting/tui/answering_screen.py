"""A screen on which a PCL-5 is answered: one key an item, a sheet pasted whole, and the way to what has no answer yet."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events

from setsetting.clinical import pcl5
from setsetting.clinical.form import Item, NoAnswer
from setsetting.errors import UsageError
from setsetting.tui.command import Command
from setsetting.tui.sheet_screen import STEPS, SheetScreen
from setsetting.tui.widgets.answer_sheet import ANSWERS, AnswerClicked
from setsetting.words.translate import _

HOW = _("0 to 4, - for blank, 9 for declined; each answer goes on to the next item")
ALL_ANSWERED = _("every item is answered, blank or declined; {save}")
KEYS = {"minus" if sign == "-" else sign: answer for sign, answer in ANSWERS}
ANSWERING = (
    Command(
        "answer",
        ",".join(KEYS),
        _("Answer"),
        _("Sets the answer and goes on: 0 to 4, - for an item left blank, 9 for one that was declined."),
        shown_key="0–4 - 9",
        takes_key=True,
    ),
    *STEPS,
    Command("clear", "backspace,delete", _("Clear"), _("Takes the answer of the item back."), shown_key="⌫"),
    Command(
        "gap",
        "tab",
        _("Next gap"),
        _("Goes to the next item that has no answer yet, else to one that is blank or declined."),
    ),
)


class AnsweringScreen(SheetScreen):
    """Subclasses put ANSWERING into their ACTS, say how to go on, and are told of each answer that `changed`."""

    NO_SUCH_KEY = _("{key} is no answer: 0 to 4, - for blank, 9 for declined.")

    SAVES: ClassVar[str] = _("^s saves")
    """What the key does that ends the entry."""

    _through = False
    """Whether the last item was answered: a further digit belongs to none."""

    def say_how(self) -> None:
        """Say how to go on."""
        self.say(HOW if self.gap() is not None else self.all_are_answered)

    @property
    def all_are_answered(self) -> str:
        """That nothing is open, and how to go on."""
        return ALL_ANSWERED.format(save=self.SAVES)

    def changed(self) -> None:
        """An answer was set or taken back."""

    def do_answer(self, key: str) -> None:
        if self._through:
            raise UsageError(
                self.all_are_answered[0].upper()
                + self.all_are_answered[1:]
                + _(", and the arrows choose one to change.")
                if self.gap() is None
                else _("Item 20 is answered: tab goes to the item without an answer, the arrows choose any.")
            )
        self._set(self._at, KEYS[key])

    def _set(self, index: int, answer: Item) -> None:
        self._items[index] = answer
        self._at = min(index + 1, pcl5.ITEM_COUNT - 1)
        self._through = index + 1 == pcl5.ITEM_COUNT
        self.draw()
        self.say_how()
        self.changed()

    def on_answer_clicked(self, message: AnswerClicked) -> None:
        if message.answer is None:
            self.go(message.index)
        else:
            self._set(message.index, message.answer)

    def on_paste(self, event: events.Paste) -> None:
        """A pasted row or column of a sheet is read as the command line reads one, whole or not at all."""
        event.stop()
        try:
            self._items = list(pcl5.parse_sheet(event.text))
        except UsageError as error:
            self.say(str(error), wrong=True)
            return
        self._at, self._through = pcl5.ITEM_COUNT - 1, True
        self.changed()
        self.draw()
        words = _("20 answers were pasted: compare them with the sheet, then {save}.")
        self.say(words.format(save=self.SAVES))

    def go(self, index: int) -> None:
        self._through = False
        super().go(index)

    def do_up(self) -> None:
        self.go(self._at - (not self._through))

    def do_clear(self) -> None:
        self._items[self._at], self._through = None, False
        self.draw()
        self.changed()

    def do_gap(self) -> None:
        gap = self.gap(self._at + 1)
        if gap is None:  # what is blank or declined may be answered by now
            gap = self.gap(self._at + 1, tuple(NoAnswer))
            self.say(self.all_are_answered)
        if gap is not None:
            self.go(gap)

    def gap(self, start: int = 0, without: "Sequence[Item | None]" = (None,)) -> int | None:
        """The next item that has one of these for an answer, round the form."""
        order = [*range(start, pcl5.ITEM_COUNT), *range(start)]
        return next((index for index in order if self._items[index] in without), None)

    def all_answered(self) -> list[Item]:
        """The twenty answers; UsageError, at the first item without one, where there are fewer."""
        gap = self.gap()
        if gap is not None:
            self.go(gap)
            words = _("Item {number} has no answer yet: 0 to 4, - for blank, 9 for declined.")
            raise UsageError(words.format(number=gap + 1))
        return [item for item in self._items if item is not None]
