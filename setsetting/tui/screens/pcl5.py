"""PCL-5 entry: twenty answers, one key each, in the instrument's own words.

The current item stands there whole; the cues in the list are reminders of place and never replace it.
Blank and declined are kept apart from 0, and no total is shown until all twenty are answered. Week and
month are told apart in words and colour, and are never mixed. What is left before it is saved waits in the
record and is taken up again.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from setsetting.clinical import pcl5
from setsetting.clinical.form import Recall
from setsetting.errors import AlreadyExists, SetSettingError, UsageError
from setsetting.tui.answering_screen import ANSWERING, HOW, AnsweringScreen
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ConfirmDialog
from setsetting.tui.screens.goal import ask_goal
from setsetting.tui.task_screen import BACK, HELP
from setsetting.views import pcl5 as views
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.timer import Timer

    from setsetting.desk.clinic import Clinic
    from setsetting.desk.drafts import BegunForm
    from setsetting.desk.forms import ScoredForm

KEEP_AFTER_S = 10.0


class Pcl5Screen(AnsweringScreen):
    """Enter a form, go on with one that was begun, or enter one anew as a correction."""

    TITLE_WORDS = _("PCL-5 entry")
    ACTS: ClassVar[tuple[Command, ...]] = (
        *ANSWERING,
        Command("recall", "w", _("Week/month"), _("Changes between the past-week and the past-month form.")),
        Command("taken", "t", _("Taken"), _("Says when the form was filled: a day, or a day and a time.")),
        Command(
            "save",
            "ctrl+s",
            _("Save"),
            _("Keeps the form, when every item is answered, blank or declined."),
            shown_key="^s",
        ),
        Command(
            "hand-over",
            "h",
            _("Hand over"),
            _("Hands the screen to the patient, who answers alone; a word takes it back."),
        ),
        Command("drop", "ctrl+x", _("Throw away"), _("Throws away what was begun and not saved yet."), shown_key="^x"),
        replace(BACK, does=_("Goes back; what is not saved yet waits in the record and is taken up again.")),
        HELP,
    )

    def __init__(
        self, clinic: "Clinic", code: str, recall: Recall | None = None, old: "ScoredForm | None" = None
    ) -> None:
        empty = [None] * pcl5.ITEM_COUNT
        super().__init__(
            clinic, code, old.form.items if old else empty, old.form.recall if old else recall or Recall.WEEK
        )
        self._old, self._asked_recall = old, recall
        self._taken = ""
        self._form_id = old.form_id if old else None
        self._kept: BegunForm | None = None
        self._taken_up: BegunForm | None = None
        self._idle: Timer | None = None
        self._saved = False
        self._trouble = ""

    def commands(self) -> "Sequence[Command]":
        left_out = {"recall", "taken", "hand-over"} if self._old is not None else set()
        return [command for command in self.ACTS if command.name not in left_out]

    def on_mount(self) -> None:
        from setsetting.desk import drafts, forms

        self._taken = drafts.now_typed(self._clinic)
        self.know_patient()
        if self._old is not None:
            begun = drafts.begun_correction(self._clinic, self._old.form_id)
        else:
            begun = drafts.begun(self._clinic, self._code)
        if begun is not None:
            self._take_up(begun)
        elif self._old is None and self._asked_recall is None and (due := forms.due(self._clinic, self._code)):
            self._recall = due[0].recall
        self.draw()
        self._expect()

    def _take_up(self, begun: "BegunForm") -> None:
        self._items, self._recall, self._taken = list(begun.items), begun.recall, begun.taken
        self._form_id, self._kept, self._taken_up = begun.form_id, begun, begun
        self._at = self.gap() or 0

    @property
    def when(self) -> str:
        if self._old is None:
            return self._taken.replace("T", " ")
        return views.taken_words(self._old, self._clinic.settings.zone) + _("  correction")

    def _expect(self) -> None:
        """Say at once what would be refused after twenty answers, and what is to be known beside the form."""
        from setsetting.desk import forms

        self._trouble = ""
        if self._old is not None:
            self.show_beside(*self._old.remarks)
            self.say_how()
            return
        try:
            to_come = forms.to_come(self._clinic, self._code, self._recall, self._taken)
            before = to_come.before and views.before_words(to_come.before, self._clinic.settings.zone)
            self.show_beside(*([before] if before else []), *to_come.remarks)
            forms.expect(self._clinic, self._code, self._recall, self._taken)
        except AlreadyExists as error:
            self._trouble = str(error).partition(";")[0] + _("; open it at the patient.")
        except SetSettingError as error:
            self._trouble = str(error)
        self.say_how()

    def say_how(self) -> None:
        """What would be refused stands there until it is mended; else how to go on."""
        if self._trouble:
            self.say(self._trouble, wrong=True)
        elif self._old is not None and self._old.form.items == self.items:
            self.say(_("The new answers replace the old ones; both stay in the trail."))
        elif self.gap() is None:
            self.say(self.all_are_answered)
        elif self._taken_up is not None and self._taken_up.items == self.items:
            self.say(_("Taken up again, {left}; ^x throws it away and begins anew.").format(left=self._left))
        else:
            self.say(HOW)

    def do_recall(self) -> None:
        if self._old is not None:
            raise UsageError(_("A correction of the answers keeps the recall of its form."))
        self._recall = Recall.MONTH if self._recall is Recall.WEEK else Recall.WEEK
        self.draw()
        self._expect()

    async def do_taken(self) -> None:
        from setsetting.desk import forms

        if self._old is not None:
            raise UsageError(_("A correction of the answers keeps the time of its form."))
        taken = await self.ask_taken(self._taken, lambda typed: forms.refuse_taken(self._clinic, typed))
        if taken is not None:
            self._taken = taken
            self.draw()
            self._expect()

    async def do_save(self) -> None:
        from setsetting.desk import forms

        items = self.all_answered()
        if self._old is None:
            kept = forms.add(self._clinic, self._code, items, self._recall, self._taken, form_id=self._form_id)
            self._saved = True
            await ask_goal(self, self._clinic, self._code, self._taken)
        else:
            reason = await self.why_corrected()
            if reason is None:
                return
            kept = forms.correct(self._clinic, self._old.form_id, items, reason, seen=self._old.event_id)
        self._saved = True
        self.leave_in_passing(f"{kept.code}: {views.entered_words(kept)}")

    async def do_hand_over(self) -> None:
        from setsetting.tui.screens.handing import hand_over

        if self._old is not None:
            raise UsageError(_("A correction is not handed over."))
        if self._changed or (self._kept is not None and not self._kept.by_patient):
            raise UsageError(_("Answers are begun here: ^s saves them, ^x throws them away; then hand over."))
        handed = await hand_over(self.app, self._clinic, self._code, self._recall)
        if handed is None:
            return
        self._saved = True
        if handed.kept is None:
            self.leave(handed.said)
            return
        await ask_goal(self, self._clinic, self._code, self._taken)
        self.leave_in_passing(f"{handed.kept.code}: {views.entered_words(handed.kept)}")

    async def do_drop(self) -> None:
        from setsetting.desk import drafts

        if not self._changed and self._kept is None:
            raise UsageError(_("Nothing was begun that could be thrown away."))
        question = _("Throw away what was begun of this form of {code}?").format(code=self._code)
        if not await self.ask(ConfirmDialog(question, yes=_("throw away"), no=_("stay"))):
            return
        if self._kept is not None:
            drafts.drop(self._clinic, self._code, self._kept)
        self._saved = True
        self.leave(_("What was begun of {code}'s form is thrown away.").format(code=self._code))

    @property
    def _changed(self) -> bool:
        """Whether something is answered that neither the record nor a form that was begun holds."""
        if self._saved:
            return False
        known = self._kept.items if self._kept else self._old.form.items if self._old else (None,) * pcl5.ITEM_COUNT
        moved = self._kept is not None and (self._kept.recall, self._kept.taken) != (self._recall, self._taken)
        return known != self.items or moved

    def _keep(self) -> str:
        """Leave what is not saved in the record's care; say so."""
        from setsetting.desk import drafts

        if not self._changed:
            return ""
        if self._old is None and self.items == (None,) * pcl5.ITEM_COUNT:
            if self._kept is not None:
                drafts.drop(self._clinic, self._code, self._kept)
                self._kept = None
            return ""
        begun = drafts.BegunForm(self.items, self._recall, self._taken)
        if self._form_id is not None:
            begun = replace(begun, form_id=self._form_id)
        drafts.keep(self._clinic, self._code, begun)
        self._form_id, self._kept = begun.form_id, begun
        words = _("{code}'s form waits as it was left, {left}.").format(code=self._code, left=self._left)
        return words + " " + (_("f takes it up again.") if self._old is None else _("Opened, it is taken up again."))

    @property
    def _left(self) -> str:
        """How many items are still to be dealt with; a blank or declined one is."""
        return count("{n} item to go", "{n} items to go", sum(item is None for item in self._items))

    def changed(self) -> None:
        """A terminal that is closed asks nobody: what is answered is kept a while after the last answer, too."""
        if self._idle is not None:
            self._idle.stop()
        self._idle = self.set_timer(KEEP_AFTER_S, self._keep_meanwhile)

    def _keep_meanwhile(self) -> None:
        try:
            self._keep()
        except SetSettingError as error:
            self.say(str(error), wrong=True)

    async def do_back(self) -> None:
        self.leave(self._keep())

    def let_go(self) -> str:
        """Before the interface ends: what is not saved waits in the record."""
        try:
            return self._keep()
        except SetSettingError as error:
            return str(error)
