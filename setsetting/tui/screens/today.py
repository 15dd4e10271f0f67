"""Today: who is in a course, what comes next for each, what is due and what was left open."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from setsetting.errors import UsageError
from setsetting.machine.clock import local
from setsetting.review.words import internal_review
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.list_screen import MOVES, ListScreen
from setsetting.tui.task_screen import HELP
from setsetting.tui.theme import ACCENT, DIM, LOUD, STRONG, TEXT, URGENT, TextStyle
from setsetting.tui.widgets.detail_pane import DetailPane
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.views import today as views
from setsetting.views.session import rehearsal_closed_words, standing_words
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from setsetting.desk.clinic import Clinic
    from setsetting.desk.today import TodayRow
    from setsetting.record.rows import SessionRow


class TodayScreen(ListScreen):
    """The first screen; everything is a key away."""

    TITLE_WORDS = _("today")
    CSS = "TodayScreen DetailPane { height: 3; }"
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command("open", "enter", _("Open"), _("Opens the patient: sessions, forms, vetoes.")),
        Command("form", "f", _("PCL-5"), _("Enters a PCL-5 form for the patient.")),
        Command("build", "b", _("Build"), _("Builds a soundscape for the patient's next infusion.")),
        Command(
            "review", "r", _("Review"), _("Shows the patient's PCL-5 course with each session's setting beside it.")
        ),
        Command("join", "j", _("Join session"), _("Takes over the session that runs.")),
        Command("close", "z", _("Close"), _("Closes a session that has ended and was left open.")),
        Command("library", "l", _("Library"), _("Opens the library of music.")),
        Command("new", "n", _("New patient"), _("Adds a patient under a code; never a name.")),
        *MOVES,
        Command("quit", "q", _("Quit"), _("Ends the interface; music that plays goes on.")),
        HELP,
    )

    def __init__(self, clinic: "Clinic") -> None:
        super().__init__()
        self._clinic = clinic

    def body(self) -> ComposeResult:
        yield Header(_("TODAY"))
        columns = (
            Column(_("patient"), 12),
            Column(_("next"), 16),
            Column(_("last"), 28, flex=True),
            Column("", 9),
        )
        yield Table["TodayRow"](
            columns,
            _cells,
            _below,
            empty=_("No patients yet: l opens the library, v there scans your music; n here adds a patient."),
            key=lambda row: row.code,
        )
        yield DetailPane()
        yield StatusRow()
        yield Disclaimer(internal_review(), self._clinic.banner)

    def on_screen_resume(self) -> None:
        rows = self._load()
        if any(row.runs for row in rows):
            self.call_after_refresh(self._keep_what_is_over)

    def _keep_what_is_over(self) -> None:
        """A session may have ended while nobody attended; after the first paint, since it loads the planner."""
        from setsetting.desk import attending

        attending.unclosed(self._clinic)
        self._load()

    def _load(self) -> "Sequence[TodayRow]":
        from setsetting.desk.today import today

        rows = today(self._clinic)
        self.table.show(rows)
        now = local(self._clinic.clock.utc_ms(), self._clinic.settings.zone)
        running = sum(row.runs for row in rows)
        open_ones = sum(row.unclosed is not None for row in rows) - running
        pieces: list[tuple[str, TextStyle]] = [
            (f"  {now:%A} {now.day} {now:%B %Y}", TEXT),
            (count("  {n} patient", "  {n} patients", len(rows)), DIM),
        ]
        if running:
            pieces.append((count("  {n} session running", "  {n} sessions running", running), LOUD))
        if open_ones:
            pieces.append((count("  {n} session not closed", "  {n} sessions not closed", open_ones), LOUD))
        self.query_one(Header).show(*pieces, right=f"{now:%H:%M}")
        return rows

    def on_table_moved(self, message: Table.Moved) -> None:
        message.stop()
        row: TodayRow | None = self.table.row
        if row is not None:
            due = (form.because for form in row.due)
            said = (*_past_course(row), views.last_words(row), *due, views.vetoes_words(row))
            self.query_one(DetailPane).show(row.code, " · ".join(said))

    @property
    def _code(self) -> str:
        """The patient under the cursor; refuses where there is none."""
        row: TodayRow | None = self.table.row
        if row is None:
            raise UsageError(_("There is no patient yet; n adds one."))
        return row.code

    def do_open(self) -> None:
        self.navigator.open_patient(self._code)

    def do_form(self) -> None:
        self.navigator.open_form(self._code)

    def do_build(self) -> None:
        self.navigator.open_build(self._code)

    def do_review(self) -> None:
        self.navigator.open_review(self._code)

    def do_join(self) -> None:
        self.navigator.attach()

    def do_library(self) -> None:
        self.navigator.open_library()

    async def do_close(self) -> None:
        from setsetting.desk import attending

        waiting = attending.unclosed(self._clinic)
        over = [row for row in waiting if row.ended_utc_ms is not None]
        if not over:
            still = _("The session still runs; j joins it, and z closes it there.")
            raise UsageError(still if waiting else _("No session waits to be closed."))
        choices = [(standing_words(row), self._when(row)) for row in over]
        at = 0 if len(over) == 1 else await self.ask(ChoiceDialog(_("Close which session?"), choices))
        if at is not None:
            from setsetting.tui.screens.close import prepared

            closing = await prepared(self, self._clinic, over[at].session_id)
            if closing is None:
                self.say(rehearsal_closed_words())
                self._load()
            else:
                self.app.push_screen(closing)

    def _when(self, row: "SessionRow") -> str:
        begun = local(row.started_utc_ms, self._clinic.settings.zone)
        return f"{begun:%Y-%m-%d %H:%M} · {row.room}"

    async def do_new(self) -> None:
        from setsetting.desk import patients

        code = await self.ask(TextDialog(_("Code of the new patient: letters, digits, dots and dashes; never a name")))
        if code is None:
            return
        added = patients.add(self._clinic, code)
        self._load()
        self.table.go_to(added.code)
        self.say(_("{code} is added; f enters the first PCL-5.").format(code=added.code))

    def do_quit(self) -> None:
        self.app.exit(0)


def _cells(row: "TodayRow") -> Cells:
    nth = _("infusion {n}") if _past_course(row) else _("infusion {n} of {of}")
    nth = nth.format(n=row.next_visit, of=row.of)
    state = (_("simulated"), DIM) if row.simulated else ("", DIM)
    return ((row.code, STRONG), (nth, TEXT), (views.last_words(row), TEXT), state)


def _past_course(row: "TodayRow") -> tuple[str, ...]:
    """Said of an infusion beyond the course: seven of six would be nonsense."""
    return (_("after a course of {n}").format(n=row.of),) if row.next_visit > row.of else ()


def _below(row: "TodayRow") -> tuple[str, TextStyle]:
    if row.unclosed is not None:
        return (views.unclosed_words(row) + (_(": j joins it") if row.runs else _(": z closes it")), URGENT)
    if row.due:
        more = count(" · and {n} more", " · and {n} more", len(row.due) - 1) if row.due[1:] else ""
        return (row.due[0].because + more, ACCENT)
    return (" · ".join((*_past_course(row), _("no form is due"))), DIM)
