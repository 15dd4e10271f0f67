"""A stored form keyed a second time from its sheet: nothing of the first keying is seen before both are compared."""

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from setsetting.clinical import pcl5
from setsetting.tui.answering_screen import ANSWERING, AnsweringScreen
from setsetting.tui.command import Command
from setsetting.tui.task_screen import BACK, HELP
from setsetting.views import pcl5 as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.forms import ScoredForm


class SecondScreen(AnsweringScreen):
    """Key a form again; where the two differ is said on the form's own screen."""

    TITLE_WORDS = _("PCL-5 keyed again")
    SAVES = _("^s compares both")
    ACTS: ClassVar[tuple[Command, ...]] = (
        *ANSWERING,
        Command("save", "ctrl+s", _("Compare"), _("Keeps the second keying and compares both."), shown_key="^s"),
        replace(BACK, does=_("Goes back; a second keying that is not compared yet is lost.")),
        HELP,
    )

    def __init__(self, clinic: "Clinic", code: str, form: "ScoredForm") -> None:
        super().__init__(clinic, code, [None] * pcl5.ITEM_COUNT, form.form.recall)
        self._form = form
        self._kept = False

    @property
    def when(self) -> str:
        return views.taken_words(self._form, self._clinic.settings.zone) + _("  keyed again")

    @property
    def unsaved(self) -> str:
        if self._kept or self.items == (None,) * pcl5.ITEM_COUNT:
            return ""
        return _("The second keying is not compared yet; the first stays as it is.")

    def on_mount(self) -> None:
        self.know_patient()
        self.draw()
        self.say(_("Key the sheet again, without the first keying; {save}.").format(save=self.SAVES))

    def do_save(self) -> None:
        from setsetting.desk import second_keying

        row = second_keying.key(self._clinic, self._form.form_id, self.all_answered())
        self._kept = True
        self.leave(views.keyed_again_words(row))
