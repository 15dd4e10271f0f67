"""One patient: sessions and forms in one table, newest first, and what must never be played."""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.message import Message

from setsetting.errors import SetSettingError
from setsetting.review.words import internal_review
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.list_screen import MOVES, ListScreen
from setsetting.tui.screens import identity
from setsetting.tui.screens.finding import find_note
from setsetting.tui.screens.history import HistoryRow, cells, history
from setsetting.tui.screens.refusing import allow_again, named, refuse_what
from setsetting.tui.screens.report import write_blank_forms, write_review
from setsetting.tui.task_screen import BACK, EVERYWHERE, HELP, small_print
from setsetting.tui.theme import STRONG, TEXT
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.keybar import KeyBar
from setsetting.tui.widgets.paragraph import Disclaimer, Paragraph
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.views import pcl5, scale
from setsetting.views.visit import plan_words, why_words
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from setsetting.desk.clinic import Clinic
    from setsetting.desk.patients import PatientView
    from setsetting.desk.plan import PatientPlan
    from setsetting.record.rows import SessionRow

NOTHING_YET = {
    "none": _("Nothing yet: f enters the first PCL-5, m builds the first soundscape."),
    "stale": _("Nothing yet: f enters the first PCL-5, m builds the stale plan anew."),
    "ready": _("Nothing yet: f enters the first PCL-5, j starts the plan that is ready."),
}
"""What there is to do for a patient without a session or form, by the state of the plan."""
READING = {"open", "take-back", "about", *(command.name for command in (*MOVES, BACK, *EVERYWHERE))}
"""What is done with a patient who was withdrawn."""


@dataclass
class PlanRead(Message):
    """The plan of the patient's next visit, every rule asked."""

    plan: "PatientPlan"


class PatientScreen(ListScreen):
    """Sessions and forms; from here to everything that is done for this patient."""

    TITLE_WORDS = _("patient")
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command(
            "open",
            "enter",
            _("Open"),
            _("Opens the row: a form to read or correct it, a session to join, close, look at or mend it."),
        ),
        Command("build", "m", _("Music"), _("Builds or mends the soundscape of the next visit.")),
        Command(
            "join",
            "j",
            _("Start, join"),
            _("Goes into the session: joins the one that runs, else starts the patient's plan."),
            short=_("Session"),
        ),
        Command("form", "f", _("PCL-5"), _("Enters a PCL-5 form.")),
        Command(
            "hand-over",
            "6",
            _("Hand over"),
            _("Hands the screen to the patient, who answers the PCL-5 that is due alone; a word takes it back."),
            short=_("Hand"),
        ),
        Command(
            "print", "p", _("Print form"), _("Writes the PCL-5 that is due as a page for paper."), short=_("Print")
        ),
        Command("review", "h", _("History"), _("Shows the PCL-5 course with each session's setting beside it.")),
        Command("find", "slash", _("Find words"), _("Finds a note by its words and opens its session.")),
        Command("report", "o", _("Report"), _("Writes the review as one page for the care team.")),
        Command("veto", "r", _("Refuse"), _("Notes what is never played to this patient; it is never loosened.")),
        Command("unveto", "w", _("Allow again"), _("Withdraws a veto, with a reason."), short=_("Allow")),
        Command(
            "paper", "1", _("From paper"), _("Enters a session that was held without the program."), short=_("Paper")
        ),
        Command(
            "merge",
            "2",
            _("Same person"),
            _("Says that this patient and another are one person, who goes on under one code."),
            short=_("Same"),
        ),
        Command("withdraw", "3", _("Withdraw"), _("Leaves the patient out of lists, counts and reviews.")),
        Command(
            "unaccept",
            "4",
            _("Drop the plan"),
            _("Takes back that a soundscape was accepted for the next visit."),
            in_bar=False,
        ),
        Command(
            "total",
            "t",
            _("Totals"),
            _("Notes a total of another scale that the clinic has, or takes one back."),
            in_bar=False,
        ),
        Command(
            "visit", "8", _("Before"), _("Shows and keeps what is agreed before an infusion: touch, voice, the stop.")
        ),
        Command(
            "course", "9", _("Course"), _("Shows the visits planned and held, the days between, and how it ended.")
        ),
        Command(
            "take-back",
            "5",
            _("Take back"),
            _("Takes back that the patient, or what was said, was withdrawn, or made one person."),
        ),
        Command("about", "7", _("About"), _("Says all that stands below the list, of the plan too."), in_bar=False),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic", code: str) -> None:
        super().__init__()
        self._clinic, self._code = clinic, code
        self._view: PatientView | None = None
        self._below = self._plan = ""

    @property
    def patient(self) -> str:
        gone = self._view is not None and self._view.withdrawn is not None
        return "" if gone else self._code

    def commands(self) -> "Sequence[Command]":
        """What can be done as things are; of a patient who was withdrawn only what is read, and taken back."""
        view = self._view
        if view is not None and view.withdrawn is not None:
            return [command for command in self.ACTS if command.name in READING]
        mended = view is not None and (view.merged or view.unsaid)
        return [command for command in self.ACTS if command.name != "take-back" or mended]

    def why_not(self, name: str) -> str:
        gone = self._view is not None and self._view.withdrawn is not None
        said = _("{code} is withdrawn; 5 takes that back first.").format(code=self._code)
        return said if gone and name not in READING else ""

    def body(self) -> ComposeResult:
        yield Header(_("PATIENT"))
        columns = (
            Column(_("when"), 16),
            Column(_("what"), 12),
            Column(_("result"), 16),
            Column(_("more"), 20, flex=True),
        )
        yield Table[HistoryRow](
            columns,
            self._cells,
            empty=_("Nothing yet: f enters the first PCL-5."),
            key=lambda entry: entry.key,
        )
        yield Paragraph(bg="panel", most=3, more=_("7 says all"))
        yield StatusRow()
        yield Disclaimer(internal_review(), self._clinic.banner, short=small_print())

    def on_screen_resume(self) -> None:
        self._load()

    def _load(self) -> None:
        from setsetting.desk import drafts, forms, mindset, patients, scales

        view = self._view = patients.show(self._clinic, self._code)
        self._code = view.code  # of two patients made one, the code that goes on
        filled, brought = (
            forms.listing(self._clinic, self._code, withdrawn=True),
            mindset.show(self._clinic, self._code),
        )
        if view.withdrawn is not None:
            self.table.show_empty(_("Nothing was entered."))
        self._show(history(view.sessions, filled, brought.scores, self._clinic.settings.zone))
        vetoes = ", ".join(dict.fromkeys(" ".join(each) for each in named(self._clinic, view.vetoes)))
        heard = count("heard in this course: {n} track", "heard in this course: {n} tracks", len(view.heard))
        never = _("never: {vetoes}").format(vetoes=vetoes) if vetoes else _("no vetoes")
        merged = [
            _("one person with {code}: {why}").format(code=code, why=each.reason)
            for code, each in zip(view.others, view.merged, strict=True)
        ]
        gone = [] if view.withdrawn is None else [_("withdrawn: {why}").format(why=view.withdrawn.reason)]
        begun = None if gone else drafts.begun(self._clinic, self._code)
        waits = (pcl5.begun_words(begun),) if begun is not None else ()
        goal = () if brought.goal is None else (_("goal: {words}").format(words=brought.goal.words),)
        noted = (
            scale.newest_words(scales.listing(self._clinic, self._code), self._clinic.settings.zone) if not gone else ()
        )
        self._below = " · ".join((*gone, *waits, never, *merged, heard, *goal, *noted))
        self.query_one(Paragraph).show(self._below)
        self.query_one(KeyBar).show(self.commands())
        self._read_plan()
        pieces = [
            (f"  {view.code}", STRONG),
            (count("  {n} session", "  {n} sessions", sum(row.counts for row in view.sessions)), TEXT),
            (count(" · {n} form", " · {n} forms", view.forms), TEXT),
        ]
        states = [_("WITHDRAWN")] * len(gone) + [_("simulated")] * view.simulated
        self.query_one(Header).show(*pieces, right=" · ".join(states))

    def _show(self, entries: "Sequence[HistoryRow]") -> None:
        """Show the rows; the cursor goes to one that was entered since, else it stays on its row."""
        before = {entry.key for entry in self.table.rows}
        self.table.show(entries)
        entered = [entry.key for entry in entries if entry.key not in before]
        if before and len(entered) == 1:
            self.table.go_to(entered[0])

    @work(thread=True, exclusive=True, group="plan")
    def _read_plan(self) -> None:
        """Its files are read for it; no key waits for that."""
        from setsetting.desk import plans

        with suppress(SetSettingError):  # a start is told
            self.post_message(PlanRead(plans.show(self._clinic, self._code)))

    def on_plan_read(self, message: PlanRead) -> None:
        plan = message.plan
        what = " ".join(plan.reasons) or why_words(plan) or _("m builds one")
        words = _("plan: {state}, {why}").format(state=plan_words(plan), why=what)
        self._plan = words
        self.query_one(Paragraph).show(f"{self._below} · {words}")
        self.table.show_empty(NOTHING_YET[str(plan.state)])
        self.table.redraw()

    def _cells(self, entry: HistoryRow) -> Cells:
        return cells(entry, self._clinic.settings.zone)

    async def do_open(self) -> None:
        entry: HistoryRow | None = self.table.row
        if entry is None:
            return
        if entry.form is not None:
            self.navigator.open_form(self._code, entry.form)
        elif entry.session is not None:
            await self._open_session(entry.session)
        else:
            self.navigator.open_visit(self._code)

    async def _open_session(self, held: "SessionRow") -> None:
        """Join the one that runs, close the one that was left open, look at any other."""
        if held.closed or held.void:
            self.navigator.open_session(held.session_id)
        elif held.ended_utc_ms is None:
            self.navigator.attach(held.session_id)
        else:
            from setsetting.tui.screens.unclosed import close_left_open

            await close_left_open(self, self._clinic, held.session_id)
            self._load()

    async def do_about(self) -> None:
        await self.ask(ChoiceDialog(" · ".join((f"{self._code}: {self._below}", self._plan)), ()))

    def do_build(self) -> None:
        self.navigator.open_build(self._code)

    async def do_join(self) -> None:
        from setsetting.tui.screens.start import go_into_session

        await go_into_session(self, self._clinic, self._code)

    def do_form(self) -> None:
        self.navigator.open_form(self._code)

    async def do_paper(self) -> None:
        from setsetting.tui.screens.paper import enter_from_paper

        entering = await enter_from_paper(self, self._clinic, self._code)
        if entering is not None:
            self.app.push_screen(entering)

    async def do_total(self) -> None:
        from setsetting.tui.screens.totals import note_total

        if (noted := await note_total(self, self._clinic, self._code)) is not None:
            self._load()
            self.say(noted)

    async def do_merge(self) -> None:
        before = self._code
        into = await identity.merge(self, self._clinic, before)
        if into is not None:
            self._code = into
            self._load()
            others = ", ".join(self._view.others if self._view else ()) or before
            said = _("{others} and {code} are one person now, {code}; 5 takes that back.")
            self.say(said.format(others=others, code=into))

    async def do_withdraw(self) -> None:
        if await identity.withdraw(self, self._clinic, self._code):
            self._load()
            self.say(_("{code} is left out of lists and reviews; 5 takes that back.").format(code=self._code))

    async def do_take_back(self) -> None:
        done = await identity.take_back(self, self._clinic, self._code)
        if done is not None:
            self._load()
            self.say(done)

    async def do_unaccept(self) -> None:
        from setsetting.desk import plans
        from setsetting.views import plan as plan_views

        question = _("{code}: why is the plan of the next visit taken back? The reason stays in the record")
        reason = await self.ask(TextDialog(question.format(code=self._code)))
        if reason is not None:
            said = plan_views.unaccepted_words(plans.unaccept(self._clinic, self._code, reason))
            self._load()
            self.say(said)

    def do_review(self) -> None:
        self.navigator.open_review(self._code)

    def do_course(self) -> None:
        self.navigator.open_course(self._code)

    def do_visit(self) -> None:
        self.navigator.open_visit(self._code)

    async def do_find(self) -> None:
        if (session_id := await find_note(self, self._clinic, self._code)) is not None:
            self.navigator.open_session(session_id)

    async def do_report(self) -> None:
        await write_review(self, self._clinic, self._code)

    async def do_hand_over(self) -> None:
        from setsetting.tui.screens.handing import hand_over

        handed = await hand_over(self.app, self._clinic, self._code)
        if handed is not None:
            self._load()
            self.say(handed.said)

    async def do_print(self) -> None:
        await write_blank_forms(self, self._clinic, self._code)

    async def do_veto(self) -> None:
        await refuse_what(self, self._clinic, self._code)
        self._load()

    async def do_unveto(self) -> None:
        await allow_again(self, self._clinic, self._code, self._view.vetoes if self._view else ())
        self._load()
