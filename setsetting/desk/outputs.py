"""Acts on sound outputs: which there are, heard and measured or not; a tone or a noise that tries one."""

from collections import defaultdict
from dataclasses import dataclass

from setsetting.desk import attending, rooms
from setsetting.desk.clinic import Clinic
from setsetting.desk.room_outputs import device_of
from setsetting.errors import UsageError
from setsetting.player import outputs
from setsetting.player.job import VIRTUAL
from setsetting.player.tone import Trial, sound
from setsetting.progress import Say
from setsetting.record import preflight_rows
from setsetting.record.kinds import OutputTried
from setsetting.record.preflight_rows import CalibrationRow, HeardRow
from setsetting.session.start import name_of
from setsetting.words.translate import _

LOUDEST_DBA = 130.0
"""Beyond it a reading is a slip."""


@dataclass(frozen=True, slots=True)
class KnownOutput:
    """A sound device that is there now, and what is known of it; `named` is what rooms call it."""

    name: str
    named: tuple[str, ...]
    heard: HeardRow | None
    calibration: CalibrationRow | None


def listing(clinic: Clinic) -> tuple[KnownOutput, ...]:
    """The sound devices of this machine, the default one first."""
    names, called = attending.outputs(), _called(clinic)
    with clinic.record() as record:
        return tuple(
            KnownOutput(
                name, tuple(called[name]), preflight_rows.heard(record, name), preflight_rows.calibration(record, name)
            )
            for name in names
        )


def _called(clinic: Clinic) -> defaultdict[str, list[str]]:
    """What rooms call a device, by the device."""
    called = defaultdict[str, list[str]](list)
    for room in rooms.listing(clinic):
        for name, output in room.profile.outputs.items():
            called[output.device].append(_("{output} in {room}").format(output=name, room=room.name))
    return called


def device(clinic: Clinic, output: str, room: str | None = None) -> str:
    """The device that an output of a room means, or that it is; raises NotFound where there is none."""
    return device_of(clinic, rooms.named(clinic, room), output)


def sound_sides(clinic: Clinic, output: str, say: Say) -> None:
    """Sound a soft tone on the left, then on the right, and say which; refuses an output that a session plays on."""
    for trial, words in ((Trial.LEFT, _("Left.")), (Trial.RIGHT, _("Right."))):
        say(words)
        sound(output, clinic.settings.rate_hz, trial, name_of(clinic.folder))


def sound_noise(clinic: Clinic, output: str) -> None:
    """Sound the noise that a level is measured by, for 20 s; refuses an output that a session plays on."""
    sound(output, clinic.settings.rate_hz, Trial.NOISE, name_of(clinic.folder))


def keep_heard(clinic: Clinic, output: str, *, left: bool, right: bool) -> None:
    """Keep whether a test tone was heard on the left and on the right, each on its own side."""
    device = _heard_device(output)
    with clinic.record() as record:
        record.append("output.tried", OutputTried(device, left, right))


def keep_level(clinic: Clinic, output: str, dba: float) -> None:
    """Keep the level of the reference noise as it was measured at the patient's place, in dB(A)."""
    device = _heard_device(output)
    with clinic.record() as record:
        record.append("output.tried", OutputTried(device, dba_tenths=round(10 * level_read(dba))))


def level_read(dba: float) -> float:
    """What a meter shows, in dB(A); UsageError for what none does."""
    if not 0 < dba <= LOUDEST_DBA:
        raise UsageError(_("{dba:g} is no level in dB(A); 0 to {most:g} expected.").format(dba=dba, most=LOUDEST_DBA))
    return dba


def _heard_device(output: str) -> str:
    if output in VIRTUAL:
        raise UsageError(_("{output} is silent: there is nothing to be heard or measured.").format(output=output))
    return outputs.resolve(output)
