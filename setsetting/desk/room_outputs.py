"""Outputs by the names that a room gives them: which sound device each means, found before anything sounds.

A device that a name means and that is not there is a sentence; nothing is sent to another one in its place.
"""

from contextlib import suppress

from setsetting.desk import attending, rooms
from setsetting.desk.clinic import Clinic
from setsetting.errors import BrokenFile, NotFound, unknown
from setsetting.player.job import AUTO, VIRTUAL
from setsetting.record.kinds import EXTERNAL
from setsetting.session.acts import BY_NAME, Takes
from setsetting.words.translate import _

AS_THEY_ARE = (AUTO, *VIRTUAL, EXTERNAL)


def by_device(clinic: Clinic, room: str, act: str, argument: str | None) -> str | None:
    """The argument of an act, with the sound device in the place of the room's word for an output.

    A room's file that cannot be read keeps no act from a session that runs.
    """
    taken = BY_NAME.get(act)
    if taken is None or taken.takes is not Takes.OUTPUT_DECIBELS or argument is None:
        return argument
    output, blank, db = argument.strip().rpartition(" ")
    with suppress(BrokenFile, NotFound):
        named = rooms.profile(clinic, room).outputs
        return f"{named[output.strip()].device}{blank}{db}" if output.strip() in named else argument
    return argument


def device_of(clinic: Clinic, room: str, output: str) -> str:
    """The sound device that an output means: the room's word for it, else its own name.

    Raises NotFound with the names there are, and for a device that a room names and that is not there.
    """
    named = rooms.profile(clinic, room).outputs
    if output in named:
        device = named[output].device
        if device not in VIRTUAL and device not in attending.outputs():
            words = _(
                "{output} of {room} is the sound device {device}, which is not there; connect it, or choose another."
            )
            raise NotFound(words.format(output=output, room=room, device=device))
        return device
    if output in AS_THEY_ARE:
        return output
    elsewhere = [name for name in clinic.settings.rooms if output in rooms.profile(clinic, name).outputs]
    if not (named or elsewhere) or output in (devices := attending.outputs()):
        return output
    if elsewhere:
        words = _("{output} is an output of {rooms}; say in which room it is.")
        raise NotFound(words.format(output=output, rooms=", ".join(elsewhere)))
    raise unknown(_("output"), output, [*named, *devices])
