"""Starting a session from an accepted soundscape: which room, which output, and then the music begins.

Nothing is chosen for the person and nothing is remembered: rooms are asked where the clinic has more
than one, the outputs always. The devices are asked for in the background; that takes a moment.
"""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from setsetting.errors import SetSettingError
from setsetting.tui.screens.ask import Choose
from setsetting.words.translate import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from setsetting.desk.clinic import Clinic
    from setsetting.tui.task import Task

AUTO = ("auto", _("the machine's own output, as it is when the music begins"))
NULL = ("null", _("silent, paced by the clock: for trying things out"))


def ask_to_start(task: "Task", clinic: "Clinic", file: Path, code: str) -> None:
    """Ask for the room and the output, start the session and open its live screen."""
    rooms = clinic.settings.rooms
    if len(rooms) == 1:
        _ask_output(task, clinic, file, code, rooms[0])
        return

    def chosen(index: int | None) -> None:
        if index is not None:
            _ask_output(task, clinic, file, code, rooms[index])

    task.app.push_screen(Choose(_("In which room?"), [(room, "") for room in rooms]), chosen)


def _ask_output(task: "Task", clinic: "Clinic", file: Path, code: str, room: str) -> None:
    app = task.app

    def chosen(outputs: "Sequence[tuple[str, str]]", index: int | None) -> None:
        if index is not None:
            task.say(_("The session is starting."))
            _begin(task, clinic, file, code, room=room, output=outputs[index][0])

    def ask(devices: "Sequence[str]") -> None:
        task.say(_("The soundscape is ready; nothing plays yet."))
        outputs = offered(devices)
        question = _("{room}: where does it sound? The music begins at once.").format(room=room)
        if not devices:
            question += " " + _("No sound device was found on this machine.")
        app.push_screen(Choose(question, outputs), lambda index: chosen(outputs, index))

    def look() -> None:
        from setsetting.desk import attending

        app.call_from_thread(ask, attending.outputs())

    task.say(_("Looking for sound devices."))
    task.run_worker(look, thread=True, exclusive=True, group="start")


def offered(devices: "Sequence[str]") -> list[tuple[str, str]]:
    """What a person may choose from: the system's own choice and every device by name, and silence last."""
    if not devices:
        return [NULL]
    return [AUTO, *((name, _("this device and no other")) for name in devices), NULL]


def _begin(task: "Task", clinic: "Clinic", file: Path, code: str, *, room: str, output: str) -> None:
    app = task.app

    def begin() -> None:
        from setsetting.desk import sessions

        asked = sessions.Asked(file, code, output=output, room=room)
        try:
            started = sessions.start(
                clinic, asked, attended=True, say=lambda words: app.call_from_thread(task.say, words)
            )
        except SetSettingError as error:
            app.call_from_thread(partial(task.say, str(error), wrong=True))
        else:
            session_id = started.session_id
            started.live.detach()  # the live screen takes it over in its own thread
            app.call_from_thread(task.navigator.join, session_id)

    task.run_worker(begin, thread=True, exclusive=True, group="start")
