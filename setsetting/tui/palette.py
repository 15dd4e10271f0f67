"""The command palette: the same commands as the key bar and the help, found by their words."""

from collections.abc import AsyncIterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Provider

from setsetting.tui.task_screen import PALETTE, TaskScreen


class CommandProvider(Provider):
    """The commands of the screen the palette was opened on."""

    async def discover(self) -> AsyncIterator[DiscoveryHit]:
        screen = self.screen
        if isinstance(screen, TaskScreen):
            for command in screen.commands():
                if command.name != PALETTE.name and not command.takes_key:
                    words = f"{command.label}  ({command.keys_shown})"
                    yield DiscoveryHit(words, partial(screen.action_do, command.name), help=command.does)

    async def search(self, query: str) -> AsyncIterator[Hit]:
        screen = self.screen
        if not isinstance(screen, TaskScreen):
            return
        matcher = self.matcher(query)
        for command in screen.commands():
            if command.name == PALETTE.name or command.takes_key:
                continue
            words = f"{command.label}  ({command.keys_shown})"
            score = max(matcher.match(words), matcher.match(command.does) * 0.9)
            if score > 0:
                yield Hit(score, matcher.highlight(words), partial(screen.action_do, command.name), help=command.does)
