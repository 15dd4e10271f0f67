"""What is usual in a room, said at any time: the fields that are a room's way, with what was said of them."""

from typing import TYPE_CHECKING, ClassVar

from setsetting.clinical import setting
from setsetting.clinical.contradictions import SettingForm
from setsetting.clinical.setting import Setting
from setsetting.tui.command import Command
from setsetting.tui.list_screen import MOVES
from setsetting.tui.setting_screen import SettingScreen
from setsetting.tui.task_screen import BACK, HELP
from setsetting.tui.theme import STRONG, TextStyle
from setsetting.views import room as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.rooms import Room


class RoomScreen(SettingScreen):
    """What is said here is as usual at every close in this room."""

    TITLE_WORDS = _("what is usual in a room")
    HEADING = _("ROOM")
    COLUMN = _("usually")
    FIRST_WORDS = _("what is said here is as usual at every close; z keeps it")
    LEAVE_UNSAVED = _("Leave without keeping it?")
    LOST_TOO = _("; the room stays as it was.")
    LEFT = _("The room is as it was.")
    ROWS = tuple(field for field in setting.FIELDS if field.habit)
    ACTS: ClassVar[tuple[Command, ...]] = (
        *SettingScreen.ANSWERS,
        Command("save", "z", _("Keep"), _("Keeps what is said to be usual in this room.")),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic", room: "Room") -> None:
        super().__init__(clinic, SettingForm(), room.name)
        self._before = room.profile.usual.values
        self._said = dict(self._before)

    @property
    def whose(self) -> str:
        return self.room

    @property
    def heading(self) -> tuple[tuple[str, TextStyle], ...]:
        return ((f"  {self.room}", STRONG),)

    @property
    def changed(self) -> int:
        names = {*self._before, *self._said}
        return sum(self._before.get(name) != self._said.get(name) for name in names)

    async def do_save(self) -> None:
        from setsetting.desk import rooms

        if not await self.settled():
            return
        gone = [name for name in self._before if name not in self._said]
        kept = rooms.say_usual(self.clinic, self.room, Setting(self._said), gone)
        self.leave(_("{room}: {how_much}.").format(room=self.room, how_much=views.how_much(kept)))
