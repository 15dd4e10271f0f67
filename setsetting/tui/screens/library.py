"""The library: every track with what the planner sees of it, found by words, mended by hand.

What a person sets here outranks every measurement; the files themselves are never written to.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from setsetting.errors import UsageError
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog, ConfirmDialog, TextDialog
from setsetting.tui.list_screen import MOVES, ListScreen
from setsetting.tui.screens.which_patient import patient_asked
from setsetting.tui.task_screen import BACK, HELP
from setsetting.tui.theme import ACCENT, DIM, GOOD, STRONG, TEXT
from setsetting.tui.widgets.detail_pane import DetailPane
from setsetting.tui.widgets.find_line import FindLine
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Paragraph
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.units import ms_from_s
from setsetting.views import library as views
from setsetting.words.numbers import clock, number_or_unknown
from setsetting.words.spelling import spelled
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.library.track import Track
    from setsetting.tui.scanning import ScanReported

SORTS = (
    (_("title"), lambda track: (track.title.casefold(), track.artist.casefold())),
    (_("artist"), views.by_artist),
    (_("energy"), lambda track: (track.energy, track.title.casefold())),
    (_("length"), lambda track: (track.length_s, track.title.casefold())),
    (_("startle"), lambda track: (track.startle_lu, track.title.casefold())),
)
_TAKEN_BACK = _("What was said of {field} of {title} is taken back.")
FIRST_SCAN = _("No tracks: m scans a folder of music.")


class LibraryScreen(ListScreen):
    """A table of tracks with a filter."""

    TITLE_WORDS = _("library")
    CSS = "LibraryScreen DetailPane { height: 3; }"
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command("filter", "slash", _("Filter"), _("Shows tracks with all these words in title, artist or tags.")),
        Command("sort", "o", _("Sort"), _("Sorts by title, artist, energy, length or startle in turn.")),
        Command("open", "enter", _("Set"), _("Says what you know of the track; it outranks every measurement.")),
        Command("tag", "a", _("Tags"), _("Adds and removes tags: +name -name.")),
        Command("about", "7", _("About"), _("Says all that is known of the track."), in_bar=False),
        Command("refuse", "y", _("Refuse"), _("Notes that the track is never played to a patient.")),
        Command(
            "recordings",
            "e",
            _("Encodings"),
            _("Shows which encodings are one recording, and what is near."),
            short=_("Same"),
        ),
        Command("scan", "m", _("Scan"), _("Measures every audio file of a folder; unchanged files cost nothing.")),
        Command("stop", "h", _("Stop scan"), _("Stops the scan; what is measured is kept.")),
        Command(
            "forget",
            "8",
            _("Forget folder"),
            _(
                "Forgets a folder that was scanned and is gone: no plan takes its tracks. What people said of them stays."
            ),
            in_bar=False,
        ),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic") -> None:
        super().__init__()
        self._clinic = clinic
        self._tracks: Sequence[Track] = ()
        self._found: list[str] = []
        self._encodings: Counter[str] = Counter()
        self._sort = 0
        self._field = 0

    def body(self) -> ComposeResult:
        yield Header(_("LIBRARY"))
        yield FindLine(placeholder=_("words in title, artist or tags; -word leaves out; enter when done"))
        columns = (
            Column(_("energy"), 6, right=True),
            Column("", 1),
            Column(_("title"), 16, flex=True),
            Column(_("artist"), 12, flex=True),
            Column(_("length"), 6, right=True),
            Column(_("lyrics"), 8),
            Column(_("startle"), 7, right=True),
            Column(_("tempo"), 8, gives_way=True),
            Column(_("LUFS"), 6, right=True),
            Column(_("bright"), 6, right=True),
            Column(_("id"), 10),
        )
        yield Table["Track"](columns, self._cells, empty=FIRST_SCAN, key=lambda track: track.id)
        yield DetailPane(_("7 says all"))
        yield StatusRow()
        yield Paragraph(_("energy: ● a person's word, which outranks the others; ○ from tags; ≈ measured."), DIM)

    def on_mount(self) -> None:
        self._load()
        self.query_one(StatusRow).rest(self.navigator.scanning.words)

    def _load(self) -> None:
        from setsetting.desk import library

        self._tracks = sorted(library.listing(self._clinic), key=SORTS[self._sort][1])
        self._found = [
            spelled(" ".join((track.title, *track.credits, *track.tags, str(track.lyrics), track.id)))
            for track in self._tracks
        ]
        self._encodings = Counter(track.recording_id for track in self._tracks if track.recording_id)
        self._filter()

    def on_table_moved(self, message: Table.Moved) -> None:
        """Say in full what the columns cut or leave out."""
        message.stop()
        track: Track | None = self.table.row
        pane = self.query_one(DetailPane)
        if track is None:
            pane.show("", "")
            return
        title, *known = self._known(track)
        pane.show(title, " · ".join(known))

    def _known(self, track: "Track") -> tuple[str, ...]:
        """All that is told of a track, its title first."""
        title, *rest = views.told(track)
        many = self._encodings[track.recording_id or ""]
        encodings = _("one of {n} encodings").format(n=many) if many > 1 else ""
        measured = _("{lufs} LUFS · bright {bright:.2f} · startle {startle:.1f} LU").format(
            lufs=number_or_unknown(track.lufs, 1), bright=track.brightness, startle=track.startle_lu
        )
        return (title, *filter(None, (_("id {id}").format(id=track.id[:10]), encodings, *rest, measured)))

    async def do_about(self) -> None:
        track: Track | None = self.table.row
        if track is not None:
            await self.ask(ChoiceDialog(" · ".join(self._known(track)), ()))

    def _filter(self) -> None:
        words = self.query_one(FindLine).words
        wanted = [word for word in words if not word.startswith("-")]
        unwanted = [word[1:] for word in words if word.startswith("-") and len(word) > 1]
        kept = [
            track
            for track, text in zip(self._tracks, self._found, strict=True)
            if all(word in text for word in wanted) and not any(word in text for word in unwanted)
        ]
        first = _("The first tracks stand here when the scan is over.") if self.navigator.scanning.words else FIRST_SCAN
        self.table.show_empty(_("No track matches; escape shows all.") if self._tracks else first)
        self.table.show(kept)
        by = _("by {what}").format(what=SORTS[self._sort][0])
        said = (
            _("  {n:,} tracks").format(n=len(kept))
            if len(kept) > 1
            else count("  {n} track", "  {n} tracks", len(kept))
        )
        if len(kept) != len(self._tracks):
            said = _("  {n:,} of {all:,} tracks").format(n=len(kept), all=len(self._tracks))
        self.query_one(Header).show((said, TEXT), right=by, style=DIM)

    def _cells(self, track: "Track") -> Cells:
        source = {"person": ("●", ACCENT), "tag": ("○", TEXT), "measured": ("≈", DIM)}[str(track.energy_source)]
        tempo = _("beatless") if track.beatless else number_or_unknown(track.bpm, 0)
        return (
            (f"{track.energy:.1f}", STRONG),
            source,
            (track.title_or_file, TEXT),
            (track.artist or _("unknown"), DIM),
            (clock(ms_from_s(track.length_s)), TEXT),
            (str(track.lyrics), GOOD if str(track.lyrics) == "none" else TEXT),
            (f"{track.startle_lu:.1f}", TEXT),
            (tempo, DIM),
            (number_or_unknown(track.lufs, 1), DIM),
            (f"{track.brightness:.2f}", DIM),
            (track.id[:10], DIM),
        )

    @on(Input.Changed)
    def _typed(self) -> None:
        self._filter()

    def do_filter(self) -> None:
        self.query_one(FindLine).open()

    async def do_back(self) -> None:
        if self.query_one(FindLine).close():
            return
        await super().do_back()

    def let_go(self) -> str:
        return _("The scan goes on; the library says how far it is.") if self.navigator.scanning.goes_on else ""

    def do_sort(self) -> None:
        self._sort = (self._sort + 1) % len(SORTS)
        self._load()

    async def do_open(self) -> None:
        from setsetting.desk.library import FIELDS, checked

        track: Track | None = self.table.row
        if track is None:
            return
        question = _("What do you know of {title}?").format(title=track.title)
        at = await self.ask(ChoiceDialog(question, [(field.name, field.expected) for field in FIELDS], self._field))
        if at is None:
            return
        self._field = at
        field = FIELDS[at]
        question = _("{field} of {title}").format(field=field.name, title=track.title)
        if field.choices:
            choices = (*field.choices, (_("take back"), _("what was said; the file or the measurement holds again")))
            chosen = await self.ask(ChoiceDialog(question, choices))
            value = None if chosen is None else "" if chosen == len(field.choices) else field.choices[chosen][0]
        else:
            empty = _("empty takes back what was said")
            value = await self.ask(
                TextDialog(question, hint=field.expected, empty=empty, check=lambda typed: checked({field.name: typed}))
            )
        if value is not None:
            self._set(track, field.name, value)

    def _set(self, track: "Track", name: str, value: str) -> None:
        from setsetting.desk import library

        library.set_fields(self._clinic, track.id, {name: value})
        kept = _("{field} of {title} is {value}, kept as your word.") if value else _TAKEN_BACK
        self.say(kept.format(field=name, title=track.title, value=value))
        self._load()

    async def do_tag(self) -> None:
        from setsetting.desk import library

        track: Track | None = self.table.row
        if track is None:
            return
        question = _("Tags of {title}: {tags}").format(title=track.title, tags=", ".join(track.tags) or _("none"))
        text = await self.ask(
            TextDialog(question, hint="+warm -voice", check=lambda typed: library.tag_statements(*_tags_typed(typed)))
        )
        if text is None:
            return
        self.say(views.in_words(library.tag(self._clinic, track.id, *_tags_typed(text))))
        self._load()

    async def do_refuse(self) -> None:
        from setsetting.tui.screens.refusing import refuse

        track: Track | None = self.table.row
        if track is None:
            return
        question = _("Never play {title} to which patient?").format(title=track.title)
        code = await patient_asked(self, self._clinic, question)
        if code is not None:
            refuse(self, self._clinic, code, track.id)

    def do_recordings(self) -> None:
        self.navigator.open_recordings()

    def on_screen_resume(self) -> None:
        if self.is_mounted and self._tracks:
            self._load()

    async def do_scan(self) -> None:
        from setsetting.desk import library

        if self.navigator.scanning.words:
            raise UsageError(_("A scan is under way; h stops it."))
        folders = library.folders(self._clinic)
        first = folders[0] if folders else str(Path.home() / "Music")

        def folder(typed: str) -> Path:
            library.refuse_folder(path := Path(typed).expanduser())
            return path

        found = await self.ask_and_do(_("Scan which folder?"), folder, first)
        if found is not None:
            self.navigator.scanning.start(self._clinic, found)
            self._filter()

    def do_stop(self) -> None:
        words = self.navigator.scanning.stop()
        if not words:
            raise UsageError(_("No scan is under way."))
        self.say(words)

    async def do_forget(self) -> None:
        from setsetting.desk import library

        if self.navigator.scanning.words:
            raise UsageError(_("A scan is under way; h stops it."))
        folders = library.folders(self._clinic)
        if not folders:
            raise UsageError(_("No folder was scanned."))
        choices = [(folder, "" if Path(folder).is_dir() else _("gone")) for folder in folders]
        at = await self.ask(ChoiceDialog(_("Forget the tracks of which folder?"), choices))
        if at is None:
            return
        folder = Path(folders[at])
        there = library.still_there(self._clinic, folder)
        if there:
            lost = views.still_there_in_words(there)
            asked = ConfirmDialog(_("Forget {folder}?").format(folder=folder), lost, yes=_("forget"), no=_("keep"))
            if not await self.ask(asked):
                return
        self.say(views.forgotten_in_words(library.forget(self._clinic, folder, though_there=there > 0)))
        self._load()

    def on_scan_reported(self, message: "ScanReported") -> None:
        status = self.query_one(StatusRow)
        status.rest("" if message.over else message.words)
        if message.over:
            self._load()


def _tags_typed(text: str) -> tuple[list[str], list[str]]:
    """The tags to add and those to remove."""
    names = text.split()
    added = [name.lstrip("+") for name in names if not name.startswith("-")]
    return added, [name[1:] for name in names if name.startswith("-")]
