"""Questions: one line of text, one of several, or yes and no. Escape always answers nothing.

A question of yes and no is only asked before what cannot be undone; its focus starts on the safe
answer, and it says what is kept and what is lost.
"""

from collections.abc import Callable, Sequence
from typing import ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input

from setsetting.clinical.free_text import note_given
from setsetting.errors import SetSettingError
from setsetting.tui.command import by_screen
from setsetting.tui.line import Line, fit
from setsetting.tui.painting import Painting, scroll_bar
from setsetting.tui.theme import ACCENT, CHOSEN, DIM, KEY, STRONG, TEXT
from setsetting.tui.widgets.detail_pane import DetailPane
from setsetting.tui.widgets.paragraph import Paragraph
from setsetting.words import plain
from setsetting.words.spelling import spelled
from setsetting.words.translate import _

Answer = TypeVar("Answer")


_ENTER_ANSWERS = _("enter answers, escape leaves everything as it is")


class AnswerInput(Input):
    """Answers its question at once: by a message, an escape typed right behind it would come first."""

    async def action_submit(self) -> None:
        assert isinstance(self.screen, TextDialog)
        self.screen.answer(self.value.strip())


class Dialog(ModalScreen[Answer]):
    """A question at the foot of the screen; what stands behind it can still be read."""

    DEFAULT_CSS = """
    Dialog { align: center bottom; background: $theme-ground 35%; }
    Dialog Vertical { width: 100%; height: auto; background: $theme-ground; border-top: solid $theme-accent; }
    """


class TextDialog(Dialog[str | None]):
    """Ask for one line; escape answers None. `tell` says under it what the line as it stands would do.

    An empty line is an answer only where `empty` says in words what it means; elsewhere the question stays. So it does
    where `check` refuses the line, which stays to be mended; none is longer than a note may be.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", _("Never mind"))]

    def __init__(
        self,
        question: str,
        first: str = "",
        *,
        hint: str = "",
        tell: Callable[[str], str] | None = None,
        empty: str = "",
        check: Callable[[str], object] | None = None,
    ) -> None:
        super().__init__()
        self._question, self._first, self._hint, self._tell, self._empty = question, first, hint, tell, empty
        self._check = check or note_given
        self._answers = _ENTER_ANSWERS + (f"; {empty}" if empty else "")
        self._keys = Paragraph(self._answers, DIM)
        self._told = Paragraph(most=3)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Paragraph(self._question, DIM)
            yield AnswerInput(self._first, placeholder=self._hint)
            if self._tell is not None:
                yield self._told
            yield self._keys

    def on_mount(self) -> None:
        self.query_one(AnswerInput).focus()

    def answer(self, typed: str) -> None:
        """Answer with a line; of one that is no answer it is said why."""
        if not typed and not self._empty:
            self._keys.show(_("Nothing is typed yet; escape leaves everything as it is."))
            return
        try:
            if typed:
                self._check(typed)
        except SetSettingError as error:
            self._keys.show(_("{why} Escape leaves everything as it is.").format(why=by_screen(str(error))))
            return
        self.dismiss(typed)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._keys.show(self._answers)
        if self._tell is not None:
            self._told.show(self._tell(event.value) if event.value.strip() else "")


ALL_CHOICES = 1_000_000
NUMBERED = 9
"""So many choices are taken by their digit."""


class ChoiceList(Painting):
    """A list with a cursor; the first nine that are shown have their digits beside them."""

    DEFAULT_CSS = "ChoiceList { height: auto; max-height: 50vh; }"

    class Moved(Message):
        """The cursor is on another choice."""

    def __init__(self, choices: Sequence[tuple[str, str]], at: int) -> None:
        super().__init__()
        self._all = self._choices = choices
        self._numbers = list(range(len(choices)))
        self.at = at

    @property
    def count(self) -> int:
        """How many are shown."""
        return len(self._choices)

    def narrow(self, typed: str) -> None:
        """Show the choices with every typed word, and put the cursor on the first."""
        words = spelled(typed).split()
        found = [spelled(f"{name} {said}") for name, said in self._all] if words else [""] * len(self._all)
        self._numbers = [at for at, text in enumerate(found) if all(word in text for word in words)]
        self._choices = [self._all[at] for at in self._numbers]
        self.at = 0
        self.relayout()
        self.post_message(self.Moved())

    def taken(self, at: int) -> int:
        """The number among all choices of one that is shown."""
        return self._numbers[at]

    def rows_wanted(self, width: int) -> int:
        return len(self._choices)

    def paint(self, width: int, height: int) -> list[Line]:
        top = max(0, min(self.at - height + 1, len(self._choices) - height)) if height else 0
        column = self._column(width)
        lines = []
        for index, (name, words) in enumerate(self._choices[top : top + height], top):
            line = Line(width, "cursor" if index == self.at else "ground")
            if index == self.at:
                line.put(0, "▌", CHOSEN._replace(fg="accent", bg="cursor"))
            if index < NUMBERED:
                line.put(2, str(index + 1), STRONG if index == self.at else ACCENT)
            line.put(4, fit(name, column - 5), STRONG if index == self.at else TEXT)
            line.put(column, fit(words, width - column - 1), DIM)
            lines.append(line)
        scroll_bar(lines, top, height, len(self._choices))
        return lines

    def _column(self, width: int) -> int:
        """Where the words begin: after the longest name, or at half the width where there are no words."""
        longest = 5 + max((plain.width(name) for name, _words in self._choices), default=0)
        return min(longest, max(26, width // 2) if any(words for _name, words in self._choices) else width - 1)

    @property
    def shortened(self) -> str:
        """Name and words of the choice under the cursor, where the list can't show them whole."""
        if not self._choices:
            return ""
        name, words = self._choices[self.at]
        return "" if self._fits(name, words) else f"{name}: {words}" if words else name

    @property
    def may_be_shortened(self) -> bool:
        """Whether any choice is wider than the list."""
        return not all(self._fits(name, words) for name, words in self._choices)

    def _fits(self, name: str, words: str) -> bool:
        column = self._column(self.size.width)
        return plain.width(name) <= column - 5 and plain.width(words) <= self.size.width - column - 1

    def move(self, by: int) -> None:
        self.at = max(0, min(self.at + by, len(self._choices) - 1))
        self.redraw()
        self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        top = max(0, min(self.at - self.size.height + 1, len(self._choices) - self.size.height))
        self.move(top + event.y - self.at)
        self.screen.action_take()  # type: ignore[attr-defined]


class ChoiceDialog(Dialog[int | None]):
    """Ask for one of several; answers its index.

    What is typed that none of them holds goes on to the choice `else_at`, where there is one, and is `beyond`.
    """

    DEFAULT_CSS = "ChoiceDialog DetailPane { display: none; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", _("Never mind")),
        Binding("up", "move(-1)", _("Up")),
        Binding("down", "move(1)", _("Down")),
        Binding("pageup", "move(-10)", _("Up a page")),
        Binding("pagedown", "move(10)", _("Down a page")),
        Binding("home", f"move(-{ALL_CHOICES})", _("First")),
        Binding("end", f"move({ALL_CHOICES})", _("Last")),
        Binding("enter", "take", _("Take")),
        *(Binding(str(digit), f"take_at({digit - 1})", show=False) for digit in range(1, NUMBERED + 1)),
    ]

    def __init__(
        self, question: str, choices: Sequence[tuple[str, str]], at: int = 0, *, else_at: int | None = None
    ) -> None:
        super().__init__()
        self._question = question
        self._choices = ChoiceList(choices, at)
        self._count = len(choices)
        self._else_at, self._else_words = else_at, "" if else_at is None else choices[else_at][0]
        self._typed = ""
        self._hint = Paragraph(self._how, DIM)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Paragraph(self._question, DIM)
            yield self._choices
            yield DetailPane()
            yield self._hint

    def on_resize(self) -> None:
        self.call_after_refresh(self._show_whole)

    def on_choice_list_moved(self) -> None:
        self._show_whole()

    @property
    def beyond(self) -> str:
        """What was typed that none of the choices holds."""
        return "" if self._choices.count else self._typed

    @property
    def _how(self) -> str:
        """How it is answered; what was typed to find one among many."""
        if not self._count:
            return _("escape goes back")
        if not self._typed:
            return _("a digit takes it, or ↑ ↓ and enter; letters find; escape changes nothing")
        if not self._choices.count and self._else_at is not None:
            return _("none is found by {typed!r}: enter goes on with it to {choice!r}, escape changes nothing").format(
                typed=self._typed, choice=self._else_words
            )
        if not self._choices.count:
            return _("none is found by {typed!r}: ⌫ takes a letter back, escape changes nothing").format(
                typed=self._typed
            )
        found = _("found by {typed!r}: {n} of {of}; a digit or enter takes it, ⌫ takes a letter back")
        return found.format(typed=self._typed, n=self._choices.count, of=self._count)

    def on_key(self, event: events.Key) -> None:
        letter = event.character or ""
        if event.key == "backspace":
            self._narrow(self._typed[:-1])
        elif event.is_printable and not letter.isdigit() and (self._typed or not letter.isspace()):
            event.stop()
            self._narrow(self._typed + letter)

    def _narrow(self, typed: str) -> None:
        if self._count and typed != self._typed:
            self._typed = typed
            self._choices.narrow(typed)
            self._hint.show(self._how)

    def _show_whole(self) -> None:
        pane = self.query_one(DetailPane)
        pane.display = self._count > 0 and self._choices.may_be_shortened
        if pane.display:
            pane.show("", self._choices.shortened)

    def action_move(self, by: int) -> None:
        self._choices.move(by)

    def action_take(self) -> None:
        if self._count and not self._choices.count:
            if self._else_at is not None:
                self.dismiss(self._else_at)
        else:
            self.dismiss(self._choices.taken(self._choices.at) if self._count else None)

    def action_take_at(self, at: int) -> None:
        if at < self._choices.count:
            self.dismiss(self._choices.taken(at))


class LookDialog(ChoiceDialog):
    """Rows to be read and nothing to be chosen: a digit goes to its row, which stands whole under them."""

    @property
    def _how(self) -> str:
        if not self._count or self._typed:
            return super()._how
        return _("a digit, or ↑ ↓, shows a row whole; letters find; escape goes back")

    def action_take(self) -> None:
        self.dismiss(None)

    def action_take_at(self, at: int) -> None:
        if at < self._choices.count:
            self._choices.move(at - self._choices.at)


class WaitDialog(Dialog[None]):
    """Say what is waited for; a key typed meanwhile was meant for what is not there yet, and does nothing."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Paragraph(self._words, DIM)


class ConfirmKeys(Painting):
    """The keys of a confirmation; `tab` lets enter take the other answer, where no letter can be typed."""

    DEFAULT_CSS = "ConfirmKeys { height: 2; }"

    def __init__(self, yes: str, no: str) -> None:
        super().__init__()
        self._yes, self._no = yes, no
        self.takes_yes = False

    def turn(self) -> None:
        """Let enter take the other answer."""
        self.takes_yes = not self.takes_yes
        self.redraw()

    def paint(self, width: int, height: int) -> list[Line]:
        keys = Line(width)
        taken, letter, other = (self._yes, "n", self._no) if self.takes_yes else (self._no, "y", self._yes)
        end = keys.run(2, (" enter ", KEY), (f" {taken}    ", STRONG), (f" {letter} ", KEY), (f" {other}    ", TEXT))
        keys.run(end, (" tab ", KEY), (_(" the other"), DIM))
        return [Line(width), keys]


class ConfirmDialog(Dialog[bool]):
    """Ask before what cannot be undone; enter and escape are the safe answer, y the other."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n,N", "dismiss(False)", _("No")),
        Binding("y,Y", "dismiss(True)", _("Yes")),
        Binding("enter", "take", _("Take")),
        Binding("tab,left,right", "turn", _("The other")),
    ]

    def __init__(self, *sentences: str, yes: str, no: str) -> None:
        super().__init__()
        self._sentences, self._keys = sentences, ConfirmKeys(yes, no)

    def compose(self) -> ComposeResult:
        with Vertical():
            for index, sentence in enumerate(self._sentences):
                yield Paragraph(sentence, TEXT if index else STRONG, margin=2)
            yield self._keys

    def action_take(self) -> None:
        self.dismiss(self._keys.takes_yes)

    def action_turn(self) -> None:
        self._keys.turn()
