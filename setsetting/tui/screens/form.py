"""A stored PCL-5 form: read item by item, mended where it is wrong; each change with its reason, the old in the trail."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from setsetting.clinical.form import Recall
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.screens.mending import frozen
from setsetting.tui.screens.which_patient import patient_asked
from setsetting.tui.sheet_screen import STEPS, SheetScreen
from setsetting.tui.task_screen import BACK, HELP
from setsetting.tui.widgets.answer_sheet import AnswerClicked
from setsetting.tui.widgets.keybar import KeyBar
from setsetting.views import correction
from setsetting.views import pcl5 as views
from setsetting.words.plain import one_line
from setsetting.words.translate import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from setsetting.desk.clinic import Clinic
    from setsetting.desk.forms import ScoredForm

READ = _("This form is stored: the arrows go through it, enter corrects its answers.")

WITHDRAWN = _("This form is withdrawn: {why}; 5 takes that back.")

CORRECTING = {"correct", "recall", "taken", "patient", "withdraw", "query", "again", "uphold"}


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
        Command(
            "query", "q", _("Query"), _("Marks the form with a question, shown wherever it is until it is answered.")
        ),
        Command("answer", "a", _("Answer"), _("Answers a question that is open on the form, which closes it.")),
        Command("again", "k", _("Key again"), _("Keys the form a second time from its sheet, and compares both.")),
        Command("uphold", "l", _("Let stand"), _("Says that the form stands where its second keying differs.")),
        Command(
            "take-back",
            "5",
            _("Take back"),
            _(
                "Takes back the withdrawal of the form, its last correction, a query, an answer, or that it was let stand."
            ),
        ),
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
        if self._form.patient_withdrawn is not None and name in {*CORRECTING, "answer", "take-back"}:
            return frozen(self._code)
        if name == "take-back":
            return "" if self._to_take_back() else _("No correction of this form stands.")
        if name == "uphold" and gone is None:
            differs = self._form.second is not None and self._form.second.open
            return "" if differs else _("No second keying of this form differs from it.")
        if name == "answer" and gone is None:
            return "" if self._form.open_queries else _("No query of this form is open.")
        return WITHDRAWN.format(why=gone) if gone is not None and name in {*CORRECTING, "answer"} else ""

    def on_mount(self) -> None:
        self.know_patient()
        said = READ if self._form.withdrawn is None else WITHDRAWN.format(why=self._form.withdrawn)
        self.say(frozen(self._code) if self._form.patient_withdrawn is not None else said)

    def on_screen_resume(self) -> None:
        from setsetting.desk import forms

        self._show(forms.find(self._clinic, self._form.form_id))

    def _show(self, form: "ScoredForm") -> None:
        self._form, self._items, self._recall = form, list(form.form.items), form.form.recall
        self.query_one(KeyBar).show(self.commands())
        self.draw()
        zone = self._clinic.settings.zone
        asked = views.queries_in_words(form, zone, by_id=False)
        self.show_beside(
            *asked,
            *views.second_in_words(form, zone),
            *views.own_words(form),
            *form.remarks,
            *views.changes_in_words(form, zone),
        )

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
        self._refuse(recall=other)
        reason = await self.why_corrected(_("It becomes the past-{recall} form.").format(recall=other))
        if reason is not None:
            self._show(forms.correct(self._clinic, self._form.form_id, None, reason, recall=other))
            self.say(_("It is the past-{recall} form now; the trail keeps what was.").format(recall=other))

    async def do_taken(self) -> None:
        from setsetting.desk import forms

        told = views.taken_words(self._form, self._clinic.settings.zone).replace(" ", "T")
        taken = await self.ask_taken(told, lambda typed: self._refuse(taken=typed))
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
        if other is not None:
            self._refuse(code=other)
        becomes = _("It becomes {other}'s.").format(other=other)
        reason = None if other is None else await self.why_corrected(becomes)
        if other is not None and reason is not None:
            forms.correct(self._clinic, self._form.form_id, None, reason, code=other)
            said = _("The form of {code} is {other}'s now; opened there, 5 takes that back.")
            self.leave(said.format(code=self._code, other=other))

    def _refuse(self, *, taken: str | None = None, recall: Recall | None = None, code: str | None = None) -> None:
        """Refuse a correction that would be refused after its reason was typed."""
        from setsetting.desk import forms

        forms.refuse_correction(self._clinic, self._form.form_id, taken=taken, recall=recall, code=code)

    async def do_withdraw(self) -> None:
        from setsetting.desk import forms

        question = _("Why is this form of {code} withdrawn? The reason stays in the record").format(code=self._code)
        reason = await self.ask(TextDialog(question))
        if reason is not None:
            forms.withdraw(self._clinic, self._form.form_id, reason)
            self.leave(_("The form of {code} is withdrawn; opened again, 5 takes that back.").format(code=self._code))

    def do_again(self) -> None:
        self.navigator.key_again(self._code, self._form)

    async def do_uphold(self) -> None:
        from setsetting.desk import second_keying

        question = _("Why does this form of {code} stand as it is? The reason stays in the record")
        reason = await self.ask(TextDialog(question.format(code=self._code)))
        if reason is not None:
            self._show(second_keying.uphold(self._clinic, self._form.form_id, reason))
            self.say(_("The first keying stands; 5 takes that back."))

    async def do_query(self) -> None:
        from setsetting.desk import queries

        question = _("What is the query on this form of {code}? It stays in the record").format(code=self._code)
        asked = await self.ask(TextDialog(question))
        if asked is not None:
            self._show(queries.ask(self._clinic, self._form.form_id, asked))
            self.say(_("The query stands wherever the form is shown; a answers it."))

    async def do_answer(self) -> None:
        from setsetting.desk import queries

        asked = self._form.open_queries
        choices = [(one_line(each.question), "") for each in asked]
        question = _("Which query on this form of {code}?").format(code=self._code)
        at = 0 if len(asked) == 1 else await self.ask(ChoiceDialog(question, choices))
        if at is None:
            return
        question = _("{code}, {query} The answer stays in the record").format(code=self._code, query=choices[at][0])
        words = await self.ask(TextDialog(question))
        if words is not None:
            self._show(queries.answer(self._clinic, self._form.form_id, words, asked[at].event_id))
            self.say(_("The query is closed; 5 takes the answer back."))

    def _to_take_back(self) -> list[tuple[str, str, str]]:
        """What of the form can be taken back: its event, what it is, and what is asked before."""
        form, code = self._form, self._code
        found = []
        if form.withdrawn is not None:
            why = _("Why does this form of {code} stand again? The reason stays in the record")
            found.append((form.event_id, _("the withdrawal"), why.format(code=code)))
        elif form.corrections:
            why = _("Why is the last correction of this form of {code} taken back? The reason stays in the record")
            found.append((form.event_id, _("the last correction"), why.format(code=code)))
        if form.keyed is not None and form.keyed.upheld is not None:
            upheld = form.keyed.upheld[0]
            why = _("Why is it taken back that this form of {code} stands? The reason stays in the record")
            found.append((upheld.event_id, _("that the first keying stands"), why.format(code=code)))
        for each in form.queries:
            event_id = each.event_id if each.answer is None else each.answer.event_id
            what = _("the query") if each.answer is None else _("the answer")
            why = _("Why is {what} on this form of {code} taken back? The reason stays in the record")
            question = one_line(each.question if each.answer is None else each.answer.reason)
            found.append((event_id, f"{what}: {question}", why.format(what=what, code=code)))
        return found

    async def do_take_back(self) -> None:
        from setsetting.desk import forms, undoing

        may = self._to_take_back()
        question = _("What of this form of {code} is taken back?").format(code=self._code)
        at = 0 if len(may) == 1 else await self.ask(ChoiceDialog(question, [(what, "") for _id, what, _why in may]))
        if at is None:
            return
        event_id, _what, why = may[at]
        undo = partial(undoing.undo, self._clinic, event_id)
        if await self.ask(TextDialog(why, check=undo)) is not None:
            form = forms.find(self._clinic, self._form.form_id)
            if form.code != self._code:
                self.leave(
                    _("Taken back; the form of {other} is {code}'s again.").format(other=self._code, code=form.code)
                )
                return
            self._show(form)
            self.say(correction.TAKEN_BACK)
