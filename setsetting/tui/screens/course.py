"""A patient's course: every visit that was planned or held, the days between, what changed, and how it ended."""

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult

from setsetting.clinical.visits import KIND_WORDS, LINES, THERAPY, WITHOUT_SESSION, YES_NO, Reflection, VisitKind
from setsetting.errors import UsageError
from setsetting.review.words import internal_review
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.list_screen import MOVES, ListScreen
from setsetting.tui.task_screen import BACK, HELP, small_print
from setsetting.tui.theme import ACCENT, DIM, GOOD, STRONG, TEXT
from setsetting.tui.widgets.detail_pane import DetailPane
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.views import course as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.course import CourseView, CourseVisit


class CourseScreen(ListScreen):
    """The visits in the order of time; from here they are planned, said to be held, and the course is ended."""

    TITLE_WORDS = _("the visits of a course")
    CSS = "CourseScreen DetailPane { height: 4; }"
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command(
            "open",
            "enter",
            _("Open"),
            _(
                "Opens the session of an infusion; says of another visit anew what it was, an integration with its form."
            ),
        ),
        Command("plan", "1", _("Plan"), _("Plans a visit at a time or on a day.")),
        Command("hold", "2", _("Held"), _("Says that a preparation or an integration was held, with its short form.")),
        Command("end", "3", _("End"), _("Says that the course is over, or was left, with a reason or none known.")),
        Command(
            "take-back",
            "4",
            _("Take back"),
            _("Calls off the appointment under the cursor, or takes back a visit that was not held, or the end."),
        ),
        Command(
            "together",
            "5",
            _("Together"),
            _("Shows titles and words of the infusion at or before the cursor, to look at together."),
        ),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic", code: str) -> None:
        super().__init__()
        self._clinic, self._code = clinic, code
        self._view: CourseView | None = None

    def body(self) -> ComposeResult:
        yield Header(_("COURSE"))
        columns = (
            Column(_("when"), 16),
            Column(_("visit"), 22),
            Column(_("days"), 4, right=True),
            Column(_("ran"), 9),
            Column(_("otherwise"), 18, flex=True),
        )
        empty = _("No visit yet: 1 plans one, 2 says that a preparation was held.")
        yield Table["CourseVisit"](columns, self._cells, empty=empty, key=_key)
        yield DetailPane()
        yield StatusRow()
        yield Disclaimer(internal_review(), self._clinic.banner, short=small_print())

    def on_screen_resume(self) -> None:
        from setsetting.desk import course

        self._show(course.show(self._clinic, self._code))

    def _show(self, view: "CourseView") -> None:
        self._view, self._code = view, view.code
        right = _("simulated") if view.simulated else ""
        zone = self._clinic.settings.zone
        ended = "" if view.ended is None else f" · {views.over_since(view.ended, zone)}"
        pieces = (f"  {view.code}", STRONG), (f"  {views.held_words(view)}", TEXT), (ended, STRONG)
        self.query_one(Header).show(*pieces, right=right)
        self.query_one(StatusRow).rest(views.ended_words(view.ended, zone))
        self.table.show(view.visits)

    def on_table_moved(self, message: Table.Moved) -> None:
        message.stop()
        each: CourseVisit | None = self.table.row
        if each is not None and self._view is not None:
            said = " · ".join(f"{label}: {words}" for label, words in views.said_in(each))
            words = " · ".join(filter(None, (views.interval(each), views.ran(each), views.beside(each), said)))
            self.query_one(DetailPane).show(views.called(each, self._view.of) + (":" if words else ""), words)

    def _cells(self, each: "CourseVisit") -> Cells:
        assert self._view is not None
        held = each.state == "held"
        style = GOOD if each.session is not None else TEXT if held else ACCENT if each.state == "planned" else DIM
        return (
            (views.when(each, self._clinic.settings.zone), TEXT if held else DIM),
            (views.called(each, self._view.of), style),
            ("" if each.days is None else str(each.days), TEXT),
            (views.ran(each), TEXT),
            (views.beside(each) or " · ".join(f"{label}: {words}" for label, words in views.said_in(each)), DIM),
        )

    async def do_open(self) -> None:
        each: CourseVisit | None = self.table.row
        if each is None:
            return
        if each.session is not None:
            self.navigator.open_session(each.session.session_id)
        elif each.held is not None:
            await self._say_held(each.kind, views.when(each, self._clinic.settings.zone), each.held.visit_id)
        else:
            await self._say_held(each.kind, views.when(each, self._clinic.settings.zone))

    async def do_plan(self) -> None:
        from setsetting.desk import course

        kinds = tuple(VisitKind)
        at = await self.ask(ChoiceDialog(self._asking(_("{code}: plan which visit?")), _words(kinds)))
        when = None if at is None else await self._when(_("{code}: when? A day, or a day and a time"))
        if at is not None and when is not None:
            self._show(course.plan(self._clinic, self._code, kinds[at], when))

    async def do_hold(self) -> None:
        question = self._asking(_("{code}: which visit was held? An infusion is held by its session"))
        at = await self.ask(ChoiceDialog(question, _words(WITHOUT_SESSION)))
        if at is not None:
            await self._say_held(WITHOUT_SESSION[at])

    async def _say_held(self, kind: VisitKind, first: str = "", visit_id: str | None = None) -> None:
        """Ask when and how long it was, and an integration's short form; escape leaves a line as not asked."""
        from setsetting.desk import course

        if kind not in WITHOUT_SESSION:
            raise UsageError(_("An infusion is held by its session; 1 on the patient's page enters one from paper."))
        when = await self._when(_("{code}: when was it held? A day, or a day and a time"), first)
        if when is None:
            return
        if visit_id is None:
            course.refuse_twice(self._clinic, self._code, kind, when)
        question = self._asking(_("{code}: how many minutes? Escape: not known"))
        typed = await self.ask(TextDialog(question, check=_whole_minutes))
        said = await self._reflection() if kind is VisitKind.INTEGRATION else None
        done = course.hold(
            self._clinic,
            self._code,
            kind,
            when,
            minutes=None if typed is None else int(typed),
            reflection=said,
            visit_id=visit_id,
        )
        self._show(done)

    async def _reflection(self) -> Reflection:
        each: CourseVisit | None = self.table.row
        before = each.held.reflection if each is not None and each.held is not None else None
        words = {}
        for line in LINES:
            first = "" if before is None else before.words.get(line.name, "")
            question = _("{code}: {asks} In their words; escape: not asked").format(code=self._code, asks=line.asks)
            if (said := await self.ask(TextDialog(question, first))) is not None:
                words[line.name] = said
        answers = [(each, "") for each in YES_NO]
        at = await self.ask(ChoiceDialog(_("{code}: {asks}").format(code=self._code, asks=THERAPY.asks), answers))
        return Reflection(words, None if at is None else YES_NO[at])

    async def do_end(self) -> None:
        from setsetting.desk import course

        if self._view is not None and self._view.ended is not None:
            ended = views.ended_words(self._view.ended, self._clinic.settings.zone)
            raise UsageError(_("The course has ended already: {ended}. 4 takes that back.").format(ended=ended))
        ways = ((_("finished"), ""), (_("left before its end"), ""))
        at = await self.ask(ChoiceDialog(self._asking(_("{code}: how did the course end?")), ways))
        if at is None:
            return
        reason = await self.ask(TextDialog(self._asking(_("{code}: why? Escape: none known"))))
        self._show(course.end(self._clinic, self._code, finished=at == 0, reason=reason))

    def do_together(self) -> None:
        visits = self.table.rows[: self.table.at + 1]
        held = [each.session.session_id for each in visits if each.session is not None]
        if not held:
            raise UsageError(_("No infusion was held by then."))
        self.navigator.open_together(held[-1])

    async def do_take_back(self) -> None:
        from setsetting.desk import course, statements

        each: CourseVisit | None = self.table.row
        view = self._view
        said = [] if each is None or view is None else _said(each, views.called(each, view.of))
        if view is not None and view.ended is not None:
            said.append((view.ended.event_id, views.ended_words(view.ended, self._clinic.settings.zone)))
        if not said:
            raise UsageError(_("Go to an appointment, or a visit without a session; a session is mended on its page."))
        choices = [(words, "") for _event, words in said]
        at = await self.ask(ChoiceDialog(self._asking(_("{code}: take back which?")), choices))
        question = _("{code}: why? The reason stays in the record")
        reason = None if at is None else await self.ask(TextDialog(self._asking(question)))
        if at is not None and reason is not None:
            statements.withdraw(self._clinic, said[at][0], reason)
            self._show(course.show(self._clinic, self._code))
            self.say(_("Taken back; it stays in the trail. 5 on the patient's page takes that back."))

    async def _when(self, question: str, first: str = "") -> str | None:
        return await self.ask_time(self._asking(question), self._clinic.settings.zone, self._code, first)

    def _asking(self, question: str) -> str:
        return question.format(code=self._code)


def _whole_minutes(typed: str) -> None:
    if not (typed.isascii() and typed.isdigit()):
        raise UsageError(_("{typed!r} is no number of minutes.").format(typed=typed))


def _key(each: "CourseVisit") -> str:
    if each.session is not None:
        return each.session.session_id
    return each.held.visit_id if each.held is not None else each.planned.event_id if each.planned else ""


def _words(kinds: tuple[VisitKind, ...]) -> list[tuple[str, str]]:
    return [(KIND_WORDS[kind], "") for kind in kinds]


def _said(each: "CourseVisit", called: str) -> list[tuple[str, str]]:
    """What of a visit was said, by event: that it was held, that it was planned."""
    held = [(each.held.event_id, called)] if each.held is not None else []
    planned = [(each.planned.event_id, _("the appointment"))] if each.planned is not None else []
    return [*held, *planned]
