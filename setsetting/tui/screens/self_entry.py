"""The screen that is handed to the patient: the twenty questions, one at a time, and nothing else of the record.

No key leads anywhere: escape asks for the word that the facilitator chose before handing over, and so does the last
page. What is answered waits in the record until the form is finished, as one that the patient began.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult

from setsetting.clinical import pcl5
from setsetting.clinical.form import Item, NoAnswer
from setsetting.errors import SetSettingError
from setsetting.tui.keys_in_turn import HandedOver
from setsetting.tui.widgets.handed_page import CHOICES, Chosen, HandedAt, HandedPage, HandedSheet
from setsetting.words.spelling import spelled
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from textual.timer import Timer

    from setsetting.desk.clinic import Clinic
    from setsetting.desk.drafts import BegunForm
    from setsetting.desk.forms import ScoredForm

KEEP_AFTER_S = 5.0
LONGEST_WORD = 80
_ANSWERS = {key: answer for key, answer, _words in CHOICES}
_END = pcl5.ITEM_COUNT


@dataclass(frozen=True, slots=True)
class HandedBack:
    """What came of a screen that was handed over: the form, where it was finished, and a sentence without a score."""

    kept: "ScoredForm | None"
    said: str


class SelfScreen(HandedOver[HandedBack]):
    """Ask the patient; answers what came of it once the word was typed."""

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS = "SelfScreen { background: $theme-ground; color: $theme-text; overflow: hidden; }"

    def __init__(self, clinic: "Clinic", left: "BegunForm", code: str, word: str) -> None:
        super().__init__()
        self._clinic, self._code, self._word = clinic, code, spelled(word)
        self._left, self._kept_items = left, left.items
        self._items: list[Item | None] = list(left.items)
        self._at = -1
        self._typed = self._said = ""
        self._taking_back = self._finished = False
        self._form: ScoredForm | None = None
        self._trouble = ""
        self._idle: Timer | None = None

    def compose(self) -> ComposeResult:
        yield HandedPage()

    def on_mount(self) -> None:
        self._draw()

    @property
    def _gaps(self) -> tuple[int, ...]:
        return tuple(number for number, item in enumerate(self._items, 1) if item is None)

    def _draw(self) -> None:
        if self._finished or self._taking_back:
            place = HandedAt.THANKS if self._finished else HandedAt.BACK
        elif self._at < 0:
            place = HandedAt.BEGIN
        else:
            place = HandedAt.ITEM if self._at < _END else HandedAt.END
        at = max(0, min(self._at, _END - 1))
        answer = self._items[at]
        shown = HandedSheet(place, self._left.recall, at, answer, self._gaps, len(self._typed), self._said)
        self.query_one(HandedPage).show(shown)

    async def take(self, key: events.Key) -> None:
        """What a key does here; one that does nothing here does nothing at all."""
        self._said = ""
        if self._finished or self._taking_back:
            self._spell(key)
        else:
            self._answer(key)
        if self.is_current:
            self._draw()

    def _answer(self, key: events.Key) -> None:
        on_item = 0 <= self._at < _END
        if key.key == "escape":
            self._taking_back = True
        elif key.key == "left":
            self._at = max(-1, self._at - 1)
        elif on_item and key.key in _ANSWERS:
            self._choose(_ANSWERS[key.key])
        elif on_item and key.key in {"up", "down"}:
            self._move(1 if key.key == "down" else -1)
        elif on_item and key.key in {"enter", "right"}:
            self._go_on(later=key.key == "right")
        elif self._at < 0 and key.key == "enter":
            self._at = self._gaps[0] - 1 if self._gaps else _END
        elif self._at == _END and key.key == "tab" and self._gaps:
            self._at = self._gaps[0] - 1
        elif self._at == _END and key.key == "enter":
            self._finish()

    def _choose(self, answer: Item) -> None:
        self._items[self._at] = answer
        if self._idle is not None:
            self._idle.stop()
        self._idle = self.set_timer(KEEP_AFTER_S, self._keep)

    def _move(self, by: int) -> None:
        answers = [answer for _key, answer, _words in CHOICES]
        now = self._items[self._at]
        at = (0 if by > 0 else len(answers) - 1) if now is None or now not in answers else answers.index(now) + by
        self._choose(answers[max(0, min(at, len(answers) - 1))])

    def _go_on(self, *, later: bool) -> None:
        if self._items[self._at] is None and not later:
            self._said = _("Press the number of an answer first; the arrow to the right leaves it for later.")
        else:
            self._at += 1

    def on_chosen(self, message: Chosen) -> None:
        if 0 <= self._at < _END and not self._taking_back and not self._finished:
            self._choose(message.answer)
            self._draw()

    def _finish(self) -> None:
        """Store the form; what hinders that is for the facilitator, and what was answered waits all the same."""
        from setsetting.desk import forms

        self._finished = True
        if len(self._gaps) == _END:
            return
        items = [NoAnswer.MISSING if item is None else item for item in self._items]
        left = self._left
        try:
            self._form = forms.add(
                self._clinic, self._code, items, left.recall, left.taken, form_id=left.form_id, by_patient=True
            )
        except SetSettingError as error:
            self._trouble = str(error)
            self._keep()

    def _keep(self) -> None:
        """Leave what is answered in the record's care."""
        from dataclasses import replace

        from setsetting.desk import drafts

        if self._form is not None or self._kept_items == tuple(self._items):
            return
        try:
            drafts.keep(self._clinic, self._code, replace(self._left, items=tuple(self._items)))
            self._kept_items = tuple(self._items)
        except SetSettingError as error:
            self._trouble = str(error)

    def _spell(self, key: events.Key) -> None:
        if key.key == "escape":
            self._taking_back, self._typed = False, ""
        elif key.key == "backspace":
            self._typed = self._typed[:-1]
        elif key.key == "enter":
            right, self._typed = spelled(self._typed) == self._word, ""
            if right:
                self._hand_back()
            else:
                self._said = _("That is another word.")
        elif key.is_printable and key.character is not None and len(self._typed) < LONGEST_WORD:
            self._typed += key.character

    def _hand_back(self) -> None:
        self._keep()
        if self._form is not None:
            said = _("{code} entered the form.").format(code=self._code)
        elif len(self._gaps) == _END:
            said = _("{code} answered nothing; nothing is kept.").format(code=self._code)
        else:
            left = count("{n} item to go", "{n} items to go", len(self._gaps))
            said = _("{code}'s form waits as it was left, {left}.").format(code=self._code, left=left)
        self.dismiss(HandedBack(self._form, " ".join(filter(None, (self._trouble, said)))))
