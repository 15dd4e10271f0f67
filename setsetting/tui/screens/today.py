"""Today: who is in a course, what comes next for each, what is due and what was left open."""

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult

from setsetting.errors import Refused, SetSettingError, UsageError
from setsetting.machine.clock import local
from setsetting.review.words import internal_review
from setsetting.tui.command import Command
from setsetting.tui.line import ELLIPSIS
from setsetting.tui.list_screen import MOVES, ListScreen, no_act
from setsetting.tui.screens.known_plans import KnownPlans, PlansRead, SessionsLookedAt, VisitRead
from setsetting.tui.task_screen import HELP, small_print
from setsetting.tui.theme import ACCENT, DIM, GOOD, LOUD, STRONG, TEXT, URGENT, TextStyle
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.keybar import KeyBar
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.tui.widgets.visit_pane import ShownVisit, VisitPane
from setsetting.views import today as views
from setsetting.views import visit as words
from setsetting.words.plain import width
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from setsetting.desk.clinic import Clinic
    from setsetting.desk.today import TodayRow, VisitStep


LOOK_S = 10.0
CODE_LEAST, CODE_MOST = 12, 21


class TodayScreen(ListScreen):
    """The first screen; everything is a key away."""

    TITLE_WORDS = _("today")
    CSS = """
    TodayScreen VisitPane { height: 8; }
    TodayScreen.-high VisitPane { height: 11; }
    """
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command("open", "enter", _("Open"), _("Opens the patient: sessions, forms, vetoes.")),
        Command(
            "step",
            "1,2,3",
            _("What is next"),
            _("Does what stands beside the digit for the chosen patient."),
            shown_key="1–3",
            takes_key=True,
            short=_("Next"),
        ),
        Command("form", "f", _("PCL-5"), _("Enters a PCL-5 form for the patient.")),
        Command("build", "m", _("Music"), _("Builds or mends the soundscape of the patient's next visit.")),
        Command(
            "review", "h", _("History"), _("Shows the patient's PCL-5 course with each session's setting beside it.")
        ),
        Command(
            "join",
            "j",
            _("Start, join"),
            _("Goes into the session: joins the one that runs, else starts the patient's plan."),
            short=_("Session"),
        ),
        Command("close", "z", _("Close"), _("Closes a session that has ended and was left open.")),
        Command("library", "l", _("Library"), _("Opens the library of music.")),
        Command("new", "a", _("Add patient"), _("Adds a patient under a code; never a name."), short=_("Add")),
        Command("more", "0", _("More"), _("Verifies the record; playlists, rooms, and who was withdrawn.")),
        Command("find", "slash", _("Find"), _("Goes to the patient whose code holds what is typed.")),
        Command("next-found", "tab", _("Next found"), _("Goes to the next patient whose code holds what was typed.")),
        Command("about", "7", _("About"), _("Says all that is known for the chosen visit."), in_bar=False),
        *MOVES,
        Command("quit", "q", _("Quit"), _("Ends the interface; music that plays goes on.")),
        HELP,
    )

    def __init__(self, clinic: "Clinic") -> None:
        super().__init__()
        self._clinic = clinic
        self._known = KnownPlans()
        self._ground: tuple[object, ...] = ()
        self._sought = ""
        self._is_painted = self._looks = False

    def commands(self) -> "Sequence[Command]":
        """To the next that is found, once something is sought."""
        return [command for command in self.ACTS if command.name != "next-found" or self._sought]

    def body(self) -> ComposeResult:
        yield Header(_("TODAY"))
        yield Table["TodayRow"](
            _columns(()),
            self._cells,
            self._below,
            empty=_("No patients yet: l opens the library, m there scans your music; a here adds a patient."),
            key=lambda row: row.code,
        )
        yield VisitPane()
        yield StatusRow()
        yield Disclaimer(internal_review(), self._clinic.banner, short=small_print())

    def on_mount(self) -> None:
        self.set_interval(LOOK_S, self.look_again)

    def look_again(self) -> None:
        """The minute moves on, and another window or terminal may have kept something."""
        from setsetting.desk.today import ground, players_changed

        if not self.is_in_front:
            return
        self._show_header()
        with suppress(SetSettingError):  # whoever does something is told
            if ground(self._clinic) != self._ground or players_changed(self._clinic, self.table.rows):
                self._load()

    def on_screen_resume(self) -> None:
        self.call_after_refresh(self._look_closer, self._load())

    def _look_closer(self, rows: "Sequence[TodayRow]") -> None:
        """What the record alone does not tell, once its list stands there."""
        self._is_painted = True
        self._look()
        if any(row.runs for row in rows):
            self._keep_what_is_over()

    @work(thread=True)
    def _keep_what_is_over(self) -> None:
        """A session may have ended while nobody attended; it loads the planner."""
        from setsetting.desk import attending

        with suppress(SetSettingError):  # whoever does something is told
            attending.unclosed(self._clinic)
            self.post_message(SessionsLookedAt())

    def on_sessions_looked_at(self) -> None:
        self.look_again()

    def _load(self) -> "Sequence[TodayRow]":
        from setsetting.desk.today import ground, today

        before, self._ground = self._ground, ground(self._clinic)
        try:
            rows = today(self._clinic)
        except Refused as error:  # a session that runs is joined from here
            rows = today(self._clinic, edited=True)
            self.say(str(error), wrong=True)
        self._known.ask_anew(changed=self._ground != before)
        self.table.show_as(_columns(rows), self._cells, rows, at=None)
        self._show_header()
        return rows

    def _show_header(self) -> None:
        rows: Sequence[TodayRow] = self.table.rows
        now = local(self._clinic.clock.utc_ms(), self._clinic.settings.zone)
        pieces: list[tuple[str, TextStyle]] = [
            (f"  {now:%A} {now.day} {now:%B %Y}", TEXT),
            (count("  {n} patient", "  {n} patients", len(rows)), DIM),
            *((f"  {said}", LOUD) for said in views.open_words(rows)),
        ]
        self.query_one(Header).show(*pieces, right=f"{now:%H:%M}")

    def _look(self) -> None:
        """Ask whether the plans hold, and all about the chosen visit: one look at a time, so that a key held down over
        many patients asks about the one where it rests."""
        row = self._row
        if self._is_painted and not self._looks and row is not None and self._known.visit_of(row.code) is None:
            self._looks = True
            self._read(self._known.asked, row, plans_too=self._known.waits_for_plans)

    @work(thread=True, group="plans")
    def _read(self, asked: int, row: "TodayRow", *, plans_too: bool) -> None:
        """Files are read for it, and the library; no key waits for that."""
        from setsetting.desk import plans, visits
        from setsetting.desk.plan import NO_PLAN
        from setsetting.tui.screens.refusing import named

        if plans_too:
            try:
                self.post_message(PlansRead(asked, plans.listing(self._clinic), NO_PLAN))
            except SetSettingError as error:
                self.post_message(PlansRead(asked, trouble=str(error)))
        read = VisitRead(asked, row.code)
        with suppress(SetSettingError):  # said of the plans, or to whoever opens the patient
            read.never = tuple(name for _what, name in named(self._clinic, row.vetoes))
            read.visit = visits.show(self._clinic, row)
        self.post_message(read)

    def on_plans_read(self, message: PlansRead | VisitRead) -> None:
        if self._known.hear(message):
            self.table.redraw()
            self._show_visit()

    def on_visit_read(self, message: VisitRead) -> None:
        self._looks = False
        self.on_plans_read(message)
        self._look()

    def on_table_moved(self, message: Table.Moved) -> None:
        message.stop()
        self._look()
        self._show_visit()

    @property
    def _row(self) -> "TodayRow | None":
        row: TodayRow | None = self.table.row
        return row

    def _steps(self) -> "tuple[VisitStep, ...]":
        from setsetting.desk.today import steps

        return () if self._row is None else steps(self._row, self._known.plan_of(self._row.code))

    def _show_visit(self) -> None:
        row = self._row
        if row is None:
            self.query_one(VisitPane).clear()
            return
        plan, told = self._known.plan_of(row.code), self._known.visit_of(row.code)
        visit = None if told is None else told.visit
        why = self._known.trouble if plan is None else " ".join(plan.reasons)
        facts = [(_("plan"), why, LOUD)] if why else []
        facts += [(_("forms"), "; ".join(beside), TEXT)] if (beside := words.beside_words(row)) else []
        if visit is not None:
            facts.append((_("last time"), words.differed_words(visit, row), TEXT))
            facts += [(_("said"), said, STRONG)] if (said := words.patient_words(visit)) else []
            facts += [(_("agreed"), visit.agreed, TEXT)] if visit.agreed else []
        titles = (veto.value if veto.what != "track" else ELLIPSIS for veto in row.vetoes)
        never = dict.fromkeys(titles if visit is None or told is None else told.never)
        facts.append((_("never"), ", ".join(never) or _("no vetoes"), TEXT))
        steps = tuple(words.step_words(step, row, plan) for step in self._steps())
        shown = ShownVisit(row.code, views.visit_words(row), words.last_held_words(row), tuple(facts), steps)
        self.query_one(VisitPane).show(shown)

    def _cells(self, row: "TodayRow") -> Cells:
        plan = self._known.plan_of(row.code)
        form = (words.form_words(row), ACCENT if row.due or row.open_queries or row.open_keyings else DIM)
        if row.unclosed is not None:
            form = (_("session runs") if row.runs else _("not closed"), URGENT)
        if row.silent:
            form = (_("session open"), URGENT)
        state, why = (ELLIPSIS, DIM), ""
        if plan is not None:
            state = (words.plan_words(plan), GOOD if plan.state == "ready" else ACCENT)
            why = words.why_words(plan) if plan.accepted is not None else _("m builds one")
        elif self._known.trouble:
            state, why = ("?", ACCENT), self._known.trouble
        if row.runs:  # the visit's own plan is used up by what plays
            state, why = (_("silent"), URGENT) if row.silent else (_("plays"), GOOD), _("j joins it")
        return (row.code, STRONG), (views.visit_words(row), TEXT), form, state, (why, DIM)

    def _below(self, row: "TodayRow") -> tuple[str, TextStyle]:
        simulated, zone = _("simulated") if row.simulated else "", self._clinic.settings.zone
        if row.unclosed is not None:
            said = views.unclosed_words(row) + (_(": j joins it") if row.runs else _(": z closes it"))
            said += _(", z closes it") if row.silent else ""
            return " · ".join(filter(None, (said, simulated))), URGENT
        course = (views.over_words(row, zone), views.appointment_words(row, zone))
        said = " · ".join(filter(None, (*course, simulated, *views.past_course(row), views.last_words(row))))
        return said, TEXT if row.comes_today else DIM

    @property
    def _code(self) -> str:
        """The patient under the cursor; refuses where there is none."""
        if self._row is None:
            raise UsageError(_("There is no patient yet; a adds one."))
        return self._row.code

    @property
    def patient(self) -> str:
        return "" if self._row is None else self._row.code

    def choose(self, code: str) -> None:
        """Put the cursor on a patient, if the list has the patient."""
        self.table.go_to(code)

    async def do_step(self, key: str) -> None:
        steps = self._steps()
        if self._code and int(key) > len(steps):
            raise no_act(key)
        session = {"join": self.do_join, "start": self.do_join, "close": self.do_close}
        visits = {"prepare": self.navigator.open_visit, "integrate": self.navigator.open_course}
        acts = {**session, "form": self.do_form, "build": self.do_build}
        acts |= {step: partial(way, self._code) for step, way in visits.items()}
        done = acts[steps[int(key) - 1]]()
        if done is not None:
            await done

    async def do_about(self) -> None:
        from setsetting.tui.dialogs import ChoiceDialog

        if self._code:
            await self.ask(ChoiceDialog(self.query_one(VisitPane).words, ()))

    def do_open(self) -> None:
        self.navigator.open_patient(self._code)

    def do_form(self) -> None:
        self.navigator.open_form(self._code)

    def do_build(self) -> None:
        self.navigator.open_build(self._code)

    def do_review(self) -> None:
        self.navigator.open_review(self._code)

    async def do_join(self) -> None:
        from setsetting.tui.screens.start import go_into_session

        if self.patient:
            await go_into_session(self, self._clinic, self.patient, or_another_s=True)
        else:
            self.navigator.attach()

    def do_attach(self) -> None:
        """Join the session that runs, whoever is chosen: how the interface opens on it."""
        self.navigator.attach()

    async def do_find(self) -> None:
        """Among the patients of the list; one who was withdrawn is opened, to be taken back."""
        from setsetting.tui.screens.which_patient import sought

        text = await sought(self, self._clinic, self._listed)
        if text is None:
            return
        self._sought = text
        self.query_one(KeyBar).show(self.commands())
        self._go_to_found(0)

    def do_next_found(self) -> None:
        self._go_to_found(1)

    def _go_to_found(self, after: int) -> None:
        """Go to the first patient found, at the cursor or so many rows after it, round the list."""
        from setsetting.desk import patients

        found = patients.holding(self._listed, self._sought)
        if not self._sought or not found:
            raise UsageError(_("No patient's code holds {text!r}.").format(text=self._sought))
        at = self.table.at + after
        order = [*self._listed[at:], *self._listed[:at]]
        code = next(code for code in order if code in found)
        self.table.go_to(code)
        if len(found) > 1:
            words = _("{code}: {n} of {all} that hold {text!r}; tab goes to the next.")
            number = {"n": found.index(code) + 1, "all": len(found)}
            self.say(words.format(code=code, text=self._sought, **number))

    @property
    def _listed(self) -> tuple[str, ...]:
        """The codes in the order of the list."""
        return tuple(row.code for row in self.table.rows)

    async def do_more(self) -> None:
        from setsetting.tui.screens.more import ask_more

        await ask_more(self, self._clinic)

    def do_library(self) -> None:
        self.navigator.open_library()

    async def do_close(self) -> None:
        from setsetting.tui.screens.unclosed import close_left_open, which_unclosed

        session_id = await which_unclosed(self, self._clinic, self._row)
        if session_id is not None:
            await close_left_open(self, self._clinic, session_id)
            self._load()

    async def do_new(self) -> None:
        from setsetting.tui.screens.which_patient import added

        if (code := await added(self, self._clinic)) is not None:
            self._load()
            self.table.go_to(code)
            self.say(_("{code} is added; f on its row enters the first PCL-5.").format(code=code))

    async def do_quit(self) -> None:
        await self.app.action_quit()


def _columns(rows: "Sequence[TodayRow]") -> tuple[Column, ...]:
    """Codes stand whole as far as they may: cut alike, two of them would be one patient."""
    longest = max((width(row.code) for row in rows), default=0)
    return (
        Column(_("patient"), max(CODE_LEAST, min(longest, CODE_MOST))),
        Column(_("visit"), 16),
        Column(_("form"), 14),
        Column(_("plan"), 6),
        Column("", 12, flex=True),
    )
