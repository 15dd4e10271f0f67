"""The command palette: the same commands as the key bar and the help, found by their words; choosing one does it.

A command of another screen opens that screen, for the patient whose screen it is or who is chosen there, and does it
where it needs nothing that only that screen shows.
"""

from collections.abc import AsyncIterator, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Provider
from textual.types import IgnoreReturnCallbackType

from setsetting.errors import SetSettingError
from setsetting.tui.command import Command
from setsetting.tui.navigation import OF_A_PATIENT, ScreenName
from setsetting.tui.task_screen import EVERYWHERE, PALETTE, TaskScreen
from setsetting.words.translate import _

NOT_ELSEWHERE = {"up", "down", "left", "right", "page-up", "page-down", "first", "last", "back"}.union(
    command.name for command in EVERYWHERE
)
"""Of another screen they are nothing to be found."""
ON_SIGHT = {
    ScreenName.PATIENT: {"open"},
    ScreenName.LIBRARY: {"open", "tag", "refuse", "stop"},
    ScreenName.RECORDINGS: {"join", "part", "withdraw", "undo"},
    ScreenName.BUILD: {"accept", "join", "render", "open", "undo"},
    ScreenName.PCL5: {"clear", "gap", "save", "drop"},
    ScreenName.REVIEW: {"open"},
}
"""What needs a row, a plan or answers that are seen: its screen is opened, and its key does it there."""
BY_WAY_OF = {
    ScreenName.FORM: (ScreenName.PATIENT, _("Open the form first (enter); then {key} does it: {does}")),
    ScreenName.SECOND: (
        ScreenName.PATIENT,
        _("Open the form first (enter), then k keys it again; there {key} does it: {does}"),
    ),
    ScreenName.SESSION: (ScreenName.PATIENT, _("Open the session first (enter); then {key} does it: {does}")),
    ScreenName.PAPER: (ScreenName.PATIENT, _("Enter a session from paper first (1); then {key} does it: {does}")),
    ScreenName.CLOSE: (ScreenName.TODAY, _("Close a session first (z); then {key} does it: {does}")),
    ScreenName.ROOM: (ScreenName.TODAY, _("Choose the room first (0); then {key} does it: {does}")),
}
"""Screens of something that is chosen on another, and what is said there."""
OF_THE_CHOSEN = {"open", "form", "build", "review", "about", "next-found"}
"""What the day's list does for the chosen patient, and so not when it comes from a screen of nobody."""


class CommandProvider(Provider):
    """The commands of the screen the palette was opened on, then those of the others."""

    async def discover(self) -> AsyncIterator[DiscoveryHit]:
        for words, act, does in self._offered():
            yield DiscoveryHit(words, act, help=does)

    async def search(self, query: str) -> AsyncIterator[Hit]:
        matcher = self.matcher(query)
        for words, act, does in (*self._offered(), *self._elsewhere()):
            score = max(matcher.match(words), matcher.match(does) * 0.9)
            if score > 0:
                yield Hit(score, matcher.highlight(words), act, help=does)

    def _offered(self) -> Iterator[tuple[str, IgnoreReturnCallbackType, str]]:
        """Words, act and sentence of what can be done without saying by which key."""
        if isinstance(screen := self.screen, TaskScreen):
            for command in screen.commands():
                if command.name != PALETTE.name and not command.takes_key:
                    words = f"{command.label}  ({command.keys_shown})"
                    yield words, partial(screen.action_do, command.name), command.does

    def _elsewhere(self) -> Iterator[tuple[str, IgnoreReturnCallbackType, str]]:
        """The same of the other screens, with their place."""
        if isinstance(screen := self.screen, TaskScreen):
            here = {(command.label, command.does) for command in screen.ACTS}
            for place, title, command in screen.navigator.commands_of_screens():
                other = title != screen.TITLE_WORDS and (command.label, command.does) not in here
                if other and command.name not in NOT_ELSEWHERE and not command.takes_key:
                    where = _("{label}  ({key} on the screen: {title})")
                    words = where.format(label=command.label, key=command.keys_shown, title=title)
                    yield words, partial(go_and_do, screen, place, command), command.does


def go_and_do(screen: TaskScreen, place: ScreenName, command: Command) -> None:
    """Open the screen of a command and do it there; where something must be chosen first, say so."""
    code = screen.patient
    of_row = command.name in (OF_THE_CHOSEN if place is ScreenName.TODAY and not code else ON_SIGHT.get(place, ()))
    said = _("{key} does it here: {does}") if of_row else ""
    if place in BY_WAY_OF:
        place, said = BY_WAY_OF[place]
    if place in OF_A_PATIENT and not code:
        place, said = ScreenName.TODAY, _("Choose the patient first. {does}")
    try:
        opened = screen.navigator.open_place(place, code)
    except SetSettingError as error:
        screen.say(str(error), wrong=True)
        return
    if said:
        opened.call_after_refresh(opened.say, said.format(key=command.keys_shown, does=command.does))
    else:
        opened.call_after_refresh(opened.action_do, command.name)
