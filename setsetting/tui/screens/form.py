"""A stored PCL-5 form: read item by item, mended where it is wrong; each change with its reason, the old in the trail."""

from typing import TYPE_CHECKING, ClassVar

from setsetting.clinical.form import Recall
from setsetting.tui.command import Command
from setsetting.tui.dialogs import TextDialog
from setsetting.tui.screens.which_patient import patient_asked
from setsetting.tui.sheet_screen import STEPS, SheetScreen
from setsetting.tui.task_screen import BACK, HELP
from setsetting.tui.widgets.answer_sheet import AnswerClicked
from setsetting.tui.widgets.keybar import KeyBar
from setsetting.views import correction
from setsetting.views import pcl5 as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from setsetting.desk.clinic import Clinic
    from setsetting.desk.forms import ScoredForm

READ = _("This form is stored: the arrows go through it, enter corrects its answers.")

WITHDRAWN = _("This form is withdrawn: {why}; 5 takes that back.")

CORRECTING = {"correct", "recall", "taken", "patient", "withdraw"}


class FormScreen(SheetScreen):
    """Read a form; its answers are corrected on the screen of the entry, all else here."""

    TITLE_WORDS = _("PCL-5 form")
    NO_SUCH_KEY = _("{key} does nothing here: the form is stored, and enter corrects its answers.")
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command("correct", "enter", _("Correct"), _("Corrects the answers, from those that are there.")),
        *STEPS,
        Command("recall", "w", _("Week/month"), _("Corrects what the form asked about: the past week or month.")),
        Command("taken", "t", _("Taken"), _("Corrects when the form was filled.")),
        Command("patient", "p", _("Patient"), _("Corrects whose form it is.")),
        Command(
            "withdraw", "ctrl+x", _("Withdraw"), _("Says that the form is none; it stays in the trail."), shown_key="^x"
        ),
        Command("take-back", "5", _("Take back"), _("Takes back the withdrawal of the form, or its last correction.")),
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic", code: str, form: "ScoredForm") -> None:
        super().__init__(clinic, code, form.form.items, form.form.recall)
        self._form = form

    def commands(self) -> "Sequence[Command]":
        """What can be done as the form stands."""
        return [command for command in self.ACTS if not self.why_not(command.name)]

    def why_not(self, name: str) -> str:
        gone = self._form.withdrawn
        if name == "take-back":
            return "" if gone is not None or self._form.corrections else _("Nothing of this form was corrected.")
        return WITHDRAWN.format(why=gone) if gone is not None and name in CORRECTING else ""

    def on_mount(self) -> None:
        self.know_patient()
        self.say(READ if self._form.withdrawn is None else WITHDRAWN.format(why=self._form.withdrawn))

    def on_screen_resume(self) -> None:
        from setsetting.desk import forms

        self._show(forms.find(self._clinic, self._form.form_id))

    def _show(self, form: "ScoredForm") -> None:
        self._form, self._items, self._recall = form, list(form.form.items), form.form.recall
        self.query_one(KeyBar).show(self.commands())
        self.draw()
        self.show_beside(*form.remarks, *views.changes_in_words(form, self._clinic.settings.zone))

    @property
    def when(self) -> str:
        times = self._form.corrections
        return views.taken_words(self._form, self._clinic.settings.zone) + (_(", corrected") if times else "")

    def on_answer_clicked(self, message: AnswerClicked) -> None:
        self.go(message.index)

    def do_correct(self) -> None:
        self.navigator.correct_form(self._code, self._form)

    async def do_recall(self) -> None:
        from setsetting.desk import forms

        other = Recall.MONTH if self._recall is Recall.WEEK else Recall.WEEK
        reason = await self.why_corrected(_("It becomes the past-{recall} form.").format(recall=other))
        if reason is not None:
            self._show(forms.correct(self._clinic, self._form.form_id, None, reason, recall=other))
            self.say(_("It is the past-{recall} form now; the trail keeps what was.").format(recall=other))

    async def do_taken(self) -> None:
        from setsetting.desk import forms

        taken = await self.ask_taken(views.taken_words(self._form, self._clinic.settings.zone).replace(" ", "T"))
        becomes = _("It becomes one taken {when}.").format(when=(taken or "").replace("T", " "))
        reason = None if taken is None else await self.why_corrected(becomes)
        if reason is not None:
            self._show(forms.correct(self._clinic, self._form.form_id, None, reason, taken=taken))
            when = views.taken_words(self._form, self._clinic.settings.zone)
            self.say(_("It was taken {when}; the trail keeps what was.").format(when=when))

    async def do_patient(self) -> None:
        from setsetting.desk import forms

        question = _("Whose form is it, if not {code}'s?").format(code=self._code)
        other = await patient_asked(self, self._clinic, question, but=self._code)
        becomes = _("It becomes {other}'s.").format(other=other)
        reason = None if other is None else await self.why_corrected(becomes)
        if other is not None and reason is not None:
            forms.correct(self._clinic, self._form.form_id, None, reason, code=other)
            said = _("The form of {code} is {other}'s now; opened there, 5 takes that back.")
            self.leave(said.format(code=self._code, other=other))

    async def do_withdraw(self) -> None:
        from setsetting.desk import forms

        question = _("Why is this form of {code} withdrawn? The reason stays in the record").format(code=self._code)
        reason = await self.ask(TextDialog(question))
        if reason is not None:
            forms.withdraw(self._clinic, self._form.form_id, reason)
            self.leave(_("The form of {code} is withdrawn; opened again, 5 takes that back.").format(code=self._code))

    async def do_take_back(self) -> None:
        from setsetting.desk import forms, undoing

        question = (
            _("Why is the last correction of this form of {code} taken back? The reason stays in the record")
            if self._form.withdrawn is None
            else _("Why does this form of {code} stand again? The reason stays in the record")
        )
        reason = await self.ask(TextDialog(question.format(code=self._code)))
        if reason is not None:
            undoing.undo(self._clinic, self._form.event_id, reason)
            form = forms.find(self._clinic, self._form.form_id)
            if form.code != self._code:
                self.leave(
                    _("Taken back; the form of {other} is {code}'s again.").format(other=self._code, code=form.code)
                )
                return
            self._show(form)
            self.say(correction.TAKEN_BACK)
