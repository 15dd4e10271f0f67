"""A key meets the screen it was typed for: it waits until those typed before it have come to their end.

When it was pressed is known to what it does, however late that is done. A screen that is handed over to a patient takes
every key itself: no binding of the app, its own ones included, is asked.
"""

import asyncio
import time
from collections import deque
from contextlib import suppress
from contextvars import ContextVar
from typing import ClassVar, TypeVar

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.dom import DOMNode
from textual.screen import Screen

from setsetting.units import Milliseconds, nearest_ms

_pressed_s: ContextVar[float | None] = ContextVar("pressed_s", default=None)
Handed = TypeVar("Handed")
LOOKS_EACH_S = 0.01
WAITS_S = 2.0
"""A key waits no longer than this, should a screen never come to its end."""


def since_pressed_ms() -> Milliseconds:
    """How long ago the key was pressed whose command is under way; 0 where it is no key's."""
    at_s = _pressed_s.get()
    return Milliseconds(0) if at_s is None else nearest_ms(max(0.0, time.perf_counter() - at_s))


class Asking(Screen[None]):
    """A screen whose commands may come to a question after a while; letters typed behind one are meant for it."""

    @property
    def may_ask_yet(self) -> bool:
        """Whether what was begun just now may still ask something."""
        raise NotImplementedError


class HandedOver(Screen[Handed]):
    """A screen in a patient's hands, which answers what came of it; nothing but it is reached by any key."""

    BINDINGS: ClassVar[list[BindingType]] = []

    async def take(self, key: events.Key) -> None:
        """Do what a key does."""
        raise NotImplementedError


class KeysInTurn(App[int]):
    """An app that hands on a key once all in front of it has taken the one before, and what that opened is there."""

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[events.Key] = deque()
        self._turn: asyncio.Task[None] | None = None

    async def on_event(self, event: events.Event) -> None:
        """Keep a key that comes while another is under way, or what is in front is not yet there."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            pressed = _pressed_s.set(event.time if isinstance(event, events.Key) else None)
            try:
                await super().on_event(event)
            finally:
                _pressed_s.reset(pressed)
            return
        under_way = self._turn is not None and not self._turn.done()
        if under_way or not self.screen.is_mounted or self._is_for_a_question(event):
            self._typed.append(event)
        else:
            await self._give(event)
        if not under_way:
            self._turn = asyncio.create_task(self._hand_on())

    async def _give(self, key: events.Key) -> None:
        if isinstance(self.screen, HandedOver):
            await self.screen.take(key)
        else:
            await super().on_event(key)

    def _is_for_a_question(self, key: events.Key) -> bool:
        """Whether a letter or digit came behind what may ask for it yet."""
        return key.is_printable and isinstance(self.screen, Asking) and self.screen.may_ask_yet

    async def _hand_on(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._settled(), WAITS_S)
            if not self._typed:
                return
            if self._is_for_a_question(self._typed[0]):
                await asyncio.sleep(LOOKS_EACH_S)
            else:
                await self._give(self._typed.popleft())

    async def _settled(self) -> None:
        front: DOMNode | None = None
        while front is not (front := self.focused or self.screen):
            for node in front.ancestors_with_self:
                taken = asyncio.Event()
                if node.call_later(taken.set):
                    await taken.wait()
