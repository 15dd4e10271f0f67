"""A painting shows what it holds now, whenever it was told and whether it could be seen then."""

import asyncio

from textual.app import App, ComposeResult

from setsetting.tui.line import Line
from setsetting.tui.painting import PaintingOf


class Word(PaintingOf[str]):
    DEFAULT_CSS = "Word { height: 1fr; }"

    def paint_of(self, shown: str, width: int, height: int) -> list[Line]:
        line = Line(width)
        line.put(0, shown)
        return [line]


class OneWord(App[None]):
    def compose(self) -> ComposeResult:
        yield Word()


def test_what_was_shown_while_it_was_hidden_stands_there_when_it_is_seen_again() -> None:
    async def play() -> str:
        app = OneWord()
        async with app.run_test(size=(20, 5)) as pilot:
            word = app.query_one(Word)
            word.show("former")
            await pilot.pause()
            word.display = False
            await pilot.pause()
            assert not word.size
            word.show("present")
            word.display = True
            await pilot.pause()
            return word.render_line(0).text.strip()

    assert asyncio.run(play()) == "present"
