"""A key meets the screen it was typed for: it waits until those typed before it have come to their end."""

import asyncio
from collections import deque
from contextlib import suppress

from textual import events
from textual.app import App
from textual.dom import DOMNode

WAITS_S = 2.0
"""A key waits no longer than this, should a screen never come to its end."""


class KeysInTurn(App[int]):
    """An app that hands on a key once all in front of it has taken the one before, and what that opened is there."""

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[events.Key] = deque()
        self._turn: asyncio.Task[None] | None = None

    async def on_event(self, event: events.Event) -> None:
        """Keep a key that comes while another is under way, or what is in front is not yet there."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        under_way = self._turn is not None and not self._turn.done()
        if under_way or not self.screen.is_mounted:
            self._typed.append(event)
        else:
            await super().on_event(event)
        if not under_way:
            self._turn = asyncio.create_task(self._hand_on())

    async def _hand_on(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._settled(), WAITS_S)
            if not self._typed:
                return
            await super().on_event(self._typed.popleft())

    async def _settled(self) -> None:
        front: DOMNode | None = None
        while front is not (front := self.focused or self.screen):
            for node in front.ancestors_with_self:
                taken = asyncio.Event()
                if node.call_later(taken.set):
                    await taken.wait()
