"""The library's recordings: which encodings are one, what is near, and a person's word on each pair of tracks.

Until somebody says that two are two, a refusal of one meets the other; so what nobody has said yet stands first.
"""

from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from setsetting.errors import NotFound
from setsetting.review.words import internal_review
from setsetting.tui.command import Command
from setsetting.tui.list_screen import MOVES, ListScreen
from setsetting.tui.task_screen import BACK, HELP, small_print
from setsetting.tui.theme import ACCENT, DIM, STRONG, TEXT
from setsetting.tui.widgets.detail_pane import DetailPane
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.views import library as views
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.library.catalogue import Pair


class RecordingsScreen(ListScreen):
    """A table of pairs of tracks that belong together, or that a person said are two."""

    TITLE_WORDS = _("recordings")
    CSS = "RecordingsScreen DetailPane { height: 4; }"
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command("join", "j", _("One"), _("Says that both are one recording: a refusal of one meets both.")),
        Command("part", "p", _("Two"), _("Says that they are two recordings, however alike they sound.")),
        Command("withdraw", "w", _("Unsay"), _("Takes back what was said of these two: what was found counts again.")),
        Command("undo", "u", _("Undo"), _("Takes back the last that was said here.")),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic") -> None:
        super().__init__()
        self._clinic = clinic
        self._spoken: list[tuple[str, str, bool | None]] = []

    def body(self) -> ComposeResult:
        yield Header(_("RECORDINGS"))
        columns = (Column(_("how"), 20), Column(_("track"), 20, flex=True), Column(_("other track"), 20, flex=True))
        empty = _("No track has another encoding here, and none is near another.")
        yield Table["Pair"](columns, self._cells, empty=empty, key=lambda pair: (pair[1].id, pair[2].id))
        yield DetailPane()
        yield StatusRow()
        yield Disclaimer(internal_review(), short=small_print())

    def on_mount(self) -> None:
        self._load()

    def _load(self) -> None:
        from setsetting.desk import library

        pairs = library.pairs(self._clinic)
        self.table.show(pairs)
        asked = sum(views.is_asked(pair) for pair in pairs)
        said = count("  {n} pair, nobody has said", "  {n} pairs, nobody has said", asked)
        self.query_one(Header).show(
            (said, STRONG if asked else TEXT), right=_("{n} in all").format(n=len(pairs)), style=DIM
        )

    def _cells(self, pair: "Pair") -> Cells:
        _kin, one, other = pair
        names = [PurePath(track.path).name for track in (one, other)]
        asked = views.is_asked(pair)
        return ((views.kinship_in_words(pair[0]), ACCENT if asked else DIM), (names[0], TEXT), (names[1], TEXT))

    def on_table_moved(self, message: Table.Moved) -> None:
        """Say both tracks in full, and what follows."""
        message.stop()
        pair: Pair | None = self.table.row
        pane = self.query_one(DetailPane)
        if pair is None:
            pane.show("", "")
            return
        ids = " / ".join(track.id[:10] for track in pair[1:])
        tracks = " / ".join(map(views.in_words, pair[1:]))
        pane.show(f"{views.kinship_in_words(pair[0])}: {ids}.", f"{views.what_follows(pair)} {tracks}")

    def do_join(self) -> None:
        self._say_same(same=True)

    def do_part(self) -> None:
        self._say_same(same=False)

    def do_withdraw(self) -> None:
        self._say_same(same=None)

    def do_undo(self) -> None:
        if not self._spoken:
            raise NotFound(_("Nothing was said here that u could take back; w takes back what was said of these two."))
        one, other, before = self._spoken.pop()
        self._keep(one, other, before)

    def _say_same(self, *, same: bool | None) -> None:
        from setsetting.desk import library

        pair: Pair | None = self.table.row
        if pair is None:
            raise NotFound(_("There is no pair here."))
        one, other = pair[1].id, pair[2].id
        before = library.said_same(self._clinic, one, other)
        self._keep(one, other, same)
        self._spoken.append((one, other, before))

    def _keep(self, one: str, other: str, same: bool | None) -> None:
        from setsetting.desk import library

        self.say(views.same_in_words(library.say_same(self._clinic, one, other, same=same)))
        self._load()
