"""The line of words that a list is narrowed by; it is there while something is sought."""

from textual.widgets import Input

from setsetting.words.spelling import spelled


class FindLine(Input):
    """Enter goes back to the list and leaves it narrowed; the screen narrows it on `Input.Changed`."""

    DEFAULT_CSS = "FindLine { display: none; }"

    @property
    def words(self) -> list[str]:
        """What is sought, each word as every name is spelled."""
        return spelled(self.value).split()

    def open(self) -> None:
        self.display = True
        self.focus()

    def close(self) -> bool:
        """Seek nothing more; whether anything was sought."""
        sought = self.display
        if sought:
            self.display = False
            self.value = ""
            self.screen.set_focus(None)
        return sought

    async def action_submit(self) -> None:
        self.screen.set_focus(None)
