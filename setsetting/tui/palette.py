"""The command palette: the same commands as the key bar and the help, found by their words."""

from collections.abc import AsyncIterator, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Provider
from textual.types import IgnoreReturnCallbackType

from setsetting.tui.task_screen import PALETTE, TaskScreen
from setsetting.words.translate import _


class CommandProvider(Provider):
    """The commands of the screen the palette was opened on, then where those of the others are."""

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
        """The same of the other screens: what it says is where it is done."""
        if isinstance(screen := self.screen, TaskScreen):
            here = {command.name for command in screen.ACTS}
            for title, command in screen.navigator.commands_of_screens():
                if title != screen.TITLE_WORDS and command.name not in here and not command.takes_key:
                    where = _("{label}  ({key} on the screen: {title})")
                    words = where.format(label=command.label, key=command.keys_shown, title=title)
                    yield words, partial(screen.say, words), command.does
