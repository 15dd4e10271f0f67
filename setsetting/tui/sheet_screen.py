"""A screen that is one PCL-5 form: the current item whole, the sheet of twenty, the totals, and moving in them."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from setsetting.clinical import pcl5
from setsetting.clinical.form import Item, Recall
from setsetting.review.words import internal_review
from setsetting.tui.command import Command
from setsetting.tui.dialogs import TextDialog
from setsetting.tui.task_screen import TaskScreen
from setsetting.tui.theme import DIM, MONTH, TEXT, WEEK
from setsetting.tui.widgets.answer_sheet import AnswerSheet, CurrentItem, Totals
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.status import StatusRow
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic

SHORT = _("Self-report, no diagnosis; no item on suicide. Internal review only. ? all")
"""What stands for the small print at 80 x 24, where the rows are needed for what is known beside the form."""
STEPS = (
    Command("up", "up", _("Up"), _("Goes to the item before."), in_bar=False),
    Command("down", "down", _("Down"), _("Goes to the item after."), in_bar=False),
    Command("left", "left", _("Left"), _("Goes to the other column."), in_bar=False),
    Command("right", "right", _("Right"), _("Goes to the other column."), in_bar=False),
)


class SheetScreen(TaskScreen):
    """Subclasses put STEPS into their ACTS, say `when` the form was filled and what is known `beside` it."""

    DEFAULT_CSS = """
    SheetScreen.-high Totals { height: 4; }
    SheetScreen.-low.-crowded Totals { height: 1; }
    """

    def __init__(self, clinic: "Clinic", code: str, items: Iterable[Item | None], recall: Recall) -> None:
        super().__init__()
        self._clinic, self._code, self._recall = clinic, code, recall
        self._items: list[Item | None] = list(items)
        self._at = 0
        self._simulated = False

    def body(self) -> ComposeResult:
        yield Header(_("PCL-5"))
        yield CurrentItem()
        yield AnswerSheet()
        yield Totals()
        yield StatusRow()
        self_report = _("Self-report, not a diagnosis; the PCL-5 has no item on suicide.")
        yield Disclaimer(self_report, internal_review(), short=SHORT)

    def know_patient(self) -> None:
        """Read what is said of the patient beside every form."""
        from setsetting.desk import patients

        self._simulated = patients.show(self._clinic, self._code).simulated

    @property
    def items(self) -> tuple[Item | None, ...]:
        """The answers so far; None has not been answered."""
        return tuple(self._items)

    @property
    def when(self) -> str:
        """When the form was filled, and what it is besides."""
        raise NotImplementedError

    def draw(self) -> None:
        week = self._recall is Recall.WEEK
        self.query_one(Header).show(
            ("  " + _("past "), TEXT),
            (_("WEEK") if week else _("MONTH"), WEEK if week else MONTH),
            (_("  patient {code}").format(code=self._code), TEXT),
            (_("  taken {when}").format(when=self.when), DIM),
            right=_("simulated") if self._simulated else "",
        )
        self.query_one(CurrentItem).show(self._at, self._recall)
        self.query_one(AnswerSheet).show(self._items, self._at)
        self.query_one(Totals).show(self._items)

    def show_beside(self, *sentences: str) -> None:
        """What is known beside the form: the one before it, what its recall holds."""
        totals = self.query_one(Totals)
        totals.beside = " · ".join(sentences)
        totals.redraw()

    @property
    def small_print(self) -> str:
        """What is known beside the form is among it: at 80 x 24 it may need more rows than there are."""
        return " · ".join(filter(None, (self.query_one(Totals).beside, super().small_print)))

    def say(self, words: str, *, wrong: bool = False, goes_on: bool = False) -> None:
        """A long refusal takes the row of what is beside: at 80 x 24 there is no other."""
        super().say(words, wrong=wrong, goes_on=goes_on)
        status = self.query_one(StatusRow)
        self.set_class(status.rows_wanted(self.size.width) > 1, "-crowded")

    def go(self, index: int) -> None:
        self._at = max(0, min(index, pcl5.ITEM_COUNT - 1))
        self.draw()

    def do_up(self) -> None:
        self.go(self._at - 1)

    def do_down(self) -> None:
        self.go(self._at + 1)

    def do_left(self) -> None:
        self.go(self._at - self.query_one(AnswerSheet).column_step)

    def do_right(self) -> None:
        self.go(self._at + self.query_one(AnswerSheet).column_step)

    async def why_corrected(self, becomes: str = "") -> str | None:
        """Ask for the reason of a correction, with what the form `becomes`; None where nobody gives one."""
        question = _("Why is this form of {code} corrected?").format(code=self._code)
        stays = _("The reason stays in the record")
        return await self.ask(TextDialog(" ".join(filter(None, (question, becomes, stays)))))

    async def ask_taken(self, first: str, check: Callable[[str], object]) -> str | None:
        """When the form was filled; of a time that was twice, which is meant. None leaves it as it is."""
        question = _("When did {code} fill it? A day, or a day and a time").format(code=self._code)
        return await self.ask_time(question, self._clinic.settings.zone, self._code, first, check=check)
