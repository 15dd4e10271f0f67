"""A screen is a task: its commands, its status row, its key bar, and where a refusal is said.

Every act of a screen runs through `action_do`, the one boundary where an error of ours becomes a
sentence in the status row. A bug is not caught here: it ends the interface with a sentence, and the
music goes on.
"""

import asyncio
import inspect
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.css.query import NoMatches
from textual.widgets import Static

from setsetting.errors import SetSettingError
from setsetting.machine.clock import readings
from setsetting.review.words import internal_review
from setsetting.tui.command import KEY_NAMES, Command, by_screen, without_clash
from setsetting.tui.keys_in_turn import Asking
from setsetting.tui.navigation import Navigator
from setsetting.tui.painting import HIGH_FROM, WIDE_FROM
from setsetting.tui.widgets.keybar import KeyBar
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.status import StatusRow
from setsetting.words.translate import _

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from setsetting.tui.dialogs import Answer, Dialog

Done = TypeVar("Done")
LEAST_COLUMNS, LEAST_ROWS = 80, 24
PASSING_S = 20.0
"""How long a patient's score stays to be read by who entered it."""
ASKS_WITHIN_S = 0.5
"""So long what is typed waits for the question that a command looks things up for."""

HELP = Command("help", "question_mark,f1", _("Help"), _("Shows every key of this screen."), shown_key="?")
BACK = Command("back", "escape", _("Back"), _("Goes back to the screen before."))
PALETTE = Command(
    "palette", "colon,ctrl+p", _("Commands"), _("Finds a command by its words."), in_bar=False, shown_key=": ctrl+p"
)
THEME = Command(
    "theme", "f2", _("Theme"), _("Changes between the themes clinic and darkroom; it is kept for the next time.")
)
EVERYWHERE = (HELP, PALETTE, THEME)


def small_print() -> str:
    """The sentence that stands in any case, and where the others are."""
    return _("{review} ? all").format(review=internal_review())


class TaskScreen(Asking):
    """Subclasses name their ACTS and answer each with a method `do_NAME` (dashes as underscores)."""

    ACTS: ClassVar[tuple[Command, ...]] = ()
    TITLE_WORDS: ClassVar[str] = ""
    AUTO_FOCUS: ClassVar[str | None] = ""
    """Nothing: plain letters are commands, and an input that has the focus would take them."""
    TOO_SMALL: ClassVar[str] = _(
        "This window is smaller than 80 x 24: please make it larger, or the letters smaller.\n"
        "The keys of this screen work all the same; escape goes back."
    )
    LEAVE_UNSAVED: ClassVar[str] = _("Leave without saving?")
    LEFT: ClassVar[str] = ""
    """Said on the screen before when this one is left with escape."""
    SMALL_PRINT: ClassVar[str] = ""
    """What the screen itself has no room to say whole; help does."""
    NO_SUCH_KEY: ClassVar[str] = _("{key} does nothing here; ? shows every key.")
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-too-narrow"),
        (LEAST_COLUMNS, "-narrow"),
        (WIDE_FROM, "-wide"),
        (180, "-huge"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-too-low"),
        (LEAST_ROWS, "-low"),
        (HIGH_FROM, "-high"),
    ]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        cls.ACTS = without_clash((*cls.ACTS, *(each for each in EVERYWHERE if each not in cls.ACTS)))
        cls.BINDINGS = [
            binding
            for command in cls.ACTS
            for binding in _bindings(cls.__name__.removesuffix("Screen").lower(), command)
        ]
        super().__init_subclass__(**kwargs)

    def __init__(self) -> None:
        super().__init__()
        self._under_way: set[str] = set()
        self._went_on_s = 0.0
        self._passing = ""

    def compose(self) -> ComposeResult:
        yield Static(self.TOO_SMALL, id="too-small")
        yield from self.body()
        yield KeyBar(self.commands())

    def body(self) -> ComposeResult:
        """The widgets between the top of the screen and its key bar."""
        raise NotImplementedError

    def commands(self) -> Sequence[Command]:
        """The commands as they stand now; a screen whose labels depend on its state answers itself."""
        return self.ACTS

    async def action_do(self, name: str, key: str | None = None) -> None:
        """Do the command; what the desk refuses is said in the status row.

        One that asks or takes long goes on in a worker of the app's, for which no key waits; it comes
        to its question before the next key is taken, and what was answered is done even when this
        screen is left meanwhile. It is not begun a second time before it is done.
        """
        if why := self.why_not(name):
            self.say(why, wrong=True)
            return
        method = self.method_of(name)
        if not inspect.iscoroutinefunction(method):
            await self._done(name, method, key)
        elif name not in self._under_way:
            self.app.run_worker(self._done(name, method, key))
            await asyncio.sleep(0)

    def why_not(self, name: str) -> str:
        """Why a command can't be done as things are; nothing where it can, or says so itself."""
        return ""

    def method_of(self, name: str) -> Callable[..., Any]:
        """The method that does a command."""
        method: Callable[..., Any] = getattr(self, f"do_{name.replace('-', '_')}")
        return method

    async def _done(self, name: str, method: Callable[..., Any], key: str | None) -> None:
        self._under_way.add(name)
        self._went_on_s = time.monotonic()
        try:
            outcome = method() if key is None else method(key)
            if inspect.isawaitable(outcome):
                await outcome
        except SetSettingError as error:
            self.say_in_front(str(error), wrong=True)
        except NoMatches:  # it was left meanwhile and has nothing to draw on; what was answered is done
            if not self._is_left:
                raise
        finally:
            self._under_way.discard(name)

    @property
    def is_busy(self) -> bool:
        """Whether a command other than handing the screen over is still under way, which may ask something yet."""
        return bool(self._under_way - {"hand-over"})

    @property
    def may_ask_yet(self) -> bool:
        """Whether a command that was begun, or answered, just now may come to a question yet."""
        return bool(self._under_way) and time.monotonic() - self._went_on_s < ASKS_WITHIN_S

    @property
    def _is_left(self) -> bool:
        """Whether somebody went back from it while a command of it was still under way."""
        return self not in self.app.screen_stack

    @property
    def is_in_front(self) -> bool:
        """Whether it is the one that is seen; Textual's `is_current` is true of the screen under it as well."""
        return self.app.screen is self

    async def ask(self, question: "Dialog[Answer]") -> "Answer":
        """What a person answers; only a command that is a coroutine may ask. What was said before the command is not left
        behind the question."""
        for status in self.query(StatusRow):
            status.leave_what_was_said_by(self._went_on_s)
        answer = await self.app.push_screen_wait(question)
        self._went_on_s = time.monotonic()
        return answer

    async def ask_and_do(
        self, question: str, do: Callable[[str], Done], first: str = "", *, hint: str = ""
    ) -> Done | None:
        """Ask for a line and do with it what it is asked for; where that is refused the question stays, with the line and why."""
        from setsetting.tui.dialogs import TextDialog

        done: list[Done] = []
        await self.ask(TextDialog(question, first, hint=hint, check=lambda typed: done.append(do(typed))))
        return done[0] if done else None

    async def ask_time(
        self,
        question: str,
        zone: "ZoneInfo",
        code: str,
        first: str = "",
        *,
        hint: str = "",
        empty: str = "",
        check: Callable[[str], object] | None = None,
    ) -> str | None:
        """Ask for a day or a time, and which is meant of one that was twice; None where nobody says."""
        from setsetting.tui.dialogs import TextDialog

        asked = TextDialog(
            question, first, hint=hint, empty=empty, check=check or (lambda typed: readings(typed, zone))
        )
        text = await self.ask(asked)
        return await self.meant_time(text, zone, code) if text else text

    async def meant_time(self, text: str, zone: "ZoneInfo", code: str) -> str | None:
        """A day or time as it was typed; of one that was twice the one that is meant, None where nobody says."""
        found = readings(text, zone)
        at: int | None = 0
        if len(found) > 1:
            from setsetting.tui.dialogs import ChoiceDialog

            which = _("{text} was twice, as the clock was put back: which does {code} mean?")
            ways = (_("before the clock was put back"), _("after it"))
            choices = list(zip(found, ways, strict=True))
            at = await self.ask(ChoiceDialog(which.format(text=text, code=code), choices))
        return None if at is None else found[at].replace(" ", "T")

    @on(KeyBar.Chosen)
    async def _chosen(self, message: KeyBar.Chosen) -> None:
        message.stop()
        if not message.command.takes_key:
            await self.action_do(message.command.name)

    def say(self, words: str, *, wrong: bool = False, goes_on: bool = False) -> None:
        """Say something in the status row; a hint names keys and no commands. Once it is left, on the screen in front."""
        if self._is_left:
            self.say_in_front(words, wrong=wrong)
        for status in self.query(StatusRow):
            status.say(by_screen(words), wrong=wrong, goes_on=goes_on)

    def say_next(self, words: str, *, wrong: bool = False, instead_of: str = "") -> None:
        """Say what no key asked for just now, once what stands in the status row is over, or in the place of a sentence."""
        for status in self.query(StatusRow):
            status.say_next(by_screen(words), wrong=wrong, instead_of=instead_of)

    def on_screen_resume(self) -> None:
        """A screen that shows the record reads it again whenever it is in front anew."""

    def say_in_front(self, words: str, *, wrong: bool = False) -> None:
        """Say what came of something that took long on the screen that is in front by then, this or another.

        Another reads the record again: what was done may change what it shows.
        """
        for front in [each for each in self.app.screen_stack if isinstance(each, TaskScreen)][-1:]:
            front.say(words, wrong=wrong)
            if self._is_left:
                front.on_screen_resume()

    def say_from_thread(self, words: str) -> None:
        """The same, from work that goes on in a thread: it stays until that says something else."""
        self.app.call_from_thread(partial(self.say, words, goes_on=True))

    @property
    def navigator(self) -> Navigator:
        """The app, as the one that knows the ways between screens."""
        assert isinstance(self.app, Navigator)
        return self.app

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < LEAST_COLUMNS or event.size.height < LEAST_ROWS, "-small")

    @property
    def patient(self) -> str:
        """The code of the patient whose screen it is, or who is chosen on it; nothing where there is none."""
        code: str = getattr(self, "_code", "")
        return code

    @property
    def unsaved(self) -> str:
        """What leaving would lose, as a sentence; nothing on most screens."""
        return ""

    def let_go(self) -> str:
        """Let go of what is held, before the screen or the interface ends; say what goes on without it."""
        return ""

    def on_key(self, event: events.Key) -> None:
        """A key that does nothing says so: a mistyped one is not taken for one that worked."""
        known = {key for command in self.ACTS for key in command.keys}  # what can't be done now says why
        if event.is_printable and event.character is not None and event.key not in known:
            event.stop()
            if event.character.isalpha() and not event.character.isascii():
                self.say(self._other_layout(event.character), wrong=True)
            else:
                self.say(self.NO_SUCH_KEY.format(key=KEY_NAMES.get(event.key, event.character)), wrong=True)

    def _other_layout(self, letter: str) -> str:
        """What to do when letters of another alphabet come: no letter acts, and these keys do all the same."""
        still = [
            command
            for command in self.commands()
            if (command.in_bar or command.key == "escape") and not _needs_letter(command)
        ]
        keys = ", ".join(f"{command.keys_shown} {command.short or command.label}" for command in still)
        words = _(
            "The keyboard writes {letter}: another layout is on, and letters do nothing here. These still work: {keys}."
        )
        return words.format(letter=letter, keys=keys)

    def do_help(self) -> None:
        self.navigator.open_help(self.TITLE_WORDS, self.commands(), self.small_print)

    @property
    def small_print(self) -> str:
        """What the screen may have no room for, whole."""
        return self.SMALL_PRINT or " ".join(each.whole for each in self.query(Disclaimer))

    def do_palette(self) -> None:
        self.app.action_command_palette()

    def do_theme(self) -> None:
        self.navigator.action_next_theme()

    async def do_back(self) -> None:
        from setsetting.tui.dialogs import ConfirmDialog

        yes, no = _("leave, lose them"), _("stay")
        if not self.unsaved or await self.ask(ConfirmDialog(self.LEAVE_UNSAVED, self.unsaved, yes=yes, no=no)):
            self.leave(self.LEFT)

    def leave(self, words: str = "") -> None:
        """Go back to the screen before, and say there what came of this one."""
        goes_on = self.let_go()
        words = words or goes_on
        self.app.pop_screen()
        if words and isinstance(self.app.screen, TaskScreen):
            self.app.screen.say(words)

    def leave_in_passing(self, words: str) -> None:
        """The same with a patient's score: it stays a while, or until another screen opens."""
        app = self.app
        self.leave(words)
        if isinstance(app.screen, TaskScreen):
            app.screen.let_pass(words)

    def let_pass(self, words: str) -> None:
        """What was said leaves the screen when it is over."""
        self._passing = words
        self.set_timer(PASSING_S, self._pass)

    @on(events.ScreenSuspend)
    def _pass(self) -> None:
        if self._passing and any(status.said == self._passing for status in self.query(StatusRow)):
            self.say("")
        self._passing = ""


def _bindings(screen: str, command: Command) -> list[Binding]:
    """A command's keys as Textual binds them, rebindable by the command's name."""
    if not command.takes_key:
        keys = ",".join(command.keys)
        return [Binding(keys, f"do({command.name!r})", command.label, id=f"{screen}.{command.name}")]
    return [Binding(key, f"do({command.name!r}, {own!r})", command.label) for key, own in command.keys.items()]


def _needs_letter(command: Command) -> bool:
    """Whether only a letter does it, which another layout does not send."""
    return all(len(key) == 1 and key.isalpha() for key in command.key.split(","))
