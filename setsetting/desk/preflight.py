"""The preflight of a session: everything `session start` would refuse, by the same code, and what may disturb it later.

It opens an output and lets it go, sounds nothing, and keeps nothing, but the end of a session that is over and that nobody had noticed, and a print
that somebody asks for.
"""

import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from setsetting.desk import agreements, attending, backups, draws, plans, records, rooms, sessions
from setsetting.desk.clinic import Clinic
from setsetting.desk.room_outputs import device_of
from setsetting.desk.sessions import SessionRequest
from setsetting.desk.today import TodayRow, today
from setsetting.desk.written import refuse_unwritable
from setsetting.errors import SetSettingError
from setsetting.machine import files, neighbours, power
from setsetting.player import outputs
from setsetting.player.job import VIRTUAL
from setsetting.player.occupancy import refuse_occupied
from setsetting.record import preflight_rows, rows
from setsetting.session import outbox_file
from setsetting.session import preflight_lines as lines
from setsetting.session.preflight_line import Light, PreflightLine
from setsetting.session.preflight_lines import MachineLook, MusicLook, OutputLook, RecordLook
from setsetting.session.preparing import hold, prepare
from setsetting.session.start import name_of
from setsetting.units import Milliseconds, ms_from_s


@dataclass(frozen=True, slots=True)
class Preflight:
    """What was found, line by line, for one session as it is asked for; `visit` is the patient's line of the day."""

    asked: SessionRequest
    visit: TodayRow
    lines: tuple[PreflightLine, ...]
    at_utc_ms: Milliseconds
    took_s: float

    @property
    def blocks(self) -> tuple[PreflightLine, ...]:
        """What keeps the session from being started."""
        return self.of(Light.MEND)

    @property
    def is_rehearsal(self) -> bool:
        """Whether what is asked for is none of the course's infusions."""
        return self.asked.rehearses(self.asked.outputs)

    def of(self, light: Light) -> tuple[PreflightLine, ...]:
        return tuple(line for line in self.lines if line.light is light)


def look(clinic: Clinic, asked: SessionRequest) -> Preflight:
    """Look at everything before a session; raises only for a patient or a room that the clinic does not have."""
    began, now_ms, zone = time.monotonic(), clinic.clock.utc_ms(), clinic.settings.zone
    with clinic.record() as record:
        code = rows.patient(record, asked.code).code
    visit = next(row for row in today(clinic, edited=True) if row.code == code)
    room = rooms.named(clinic, asked.room)
    rooms.profile(clinic, room)
    with ThreadPoolExecutor() as pool:  # most of it waits for the system's own programs
        machine = pool.submit(_machine, clinic)
        record_look = pool.submit(_record, clinic)
        sounds = _elsewhere(clinic, asked) if asked.is_external else _sounds(clinic, room, asked, now_ms)
        held = attending.unclosed(clinic)
        unclosed = attending.unclosed_words(clinic, held)
        second = "" if asked.rehearses(asked.outputs) else attending.second_words(clinic, held, code)
        found = (
            *sounds,
            *lines.of_patient(
                agreements.standing(clinic, code), [form.because for form in visit.due], unclosed, second
            ),
            *_by_lot(clinic, asked, code),
            *lines.of_record(record_look.result(), now_ms, zone),
            *lines.of_machine(machine.result(), now_ms, zone),
        )
    return Preflight(replace(asked, room=room or None), visit, found, now_ms, time.monotonic() - began)


def _by_lot(clinic: Clinic, asked: SessionRequest, code: str) -> list[PreflightLine]:
    """The line of what is drawn for this infusion; none for a rehearsal, nor where nothing is drawn."""
    if asked.rehearses(asked.outputs):
        return []
    try:
        found = draws.coming(clinic, code)
    except SetSettingError:
        return []  # the record's own lines say why
    return [] if found is None else lines.of_lot(found.field, found.value)


def _elsewhere(clinic: Clinic, asked: SessionRequest) -> list[PreflightLine]:
    return lines.of_elsewhere(asked.minutes, _refused(lambda: sessions.from_elsewhere(clinic, asked)))


def _sounds(clinic: Clinic, room: str, asked: SessionRequest, now_ms: Milliseconds) -> list[PreflightLine]:
    """The lines of sound and music of a session that this program plays."""
    with ThreadPoolExecutor() as pool:
        looks = [pool.submit(_output, clinic, room, output) for output in asked.outputs]
        music = lines.of_music(_music(clinic, asked))
        told = [_of_output(each.result(), asked, now_ms, clinic.settings.zone) for each in looks]
    return [line for each in (*told, music) for line in each]


def write(clinic: Clinic, text: str, out: Path, *, replace: bool) -> None:
    """Write a preflight as it is told in words to a text file (.txt), to be printed."""
    refuse_unwritable(out, replace=replace, clinic=clinic, endings=(".txt",))
    files.write_whole(out, text.encode(), replace=replace)


def _of_output(found: OutputLook, asked: SessionRequest, now_ms: Milliseconds, zone: ZoneInfo) -> list[PreflightLine]:
    """The lines of one output; of several each line says of which it is."""
    told = lines.of_output(found, now_ms, zone)
    if not asked.also:
        return told
    name = found.asked if found.room else found.device or found.asked
    return [line if line.words.startswith(name) else replace(line, words=f"{name}: {line.words}") for line in told]


def _output(clinic: Clinic, room: str, asked: str) -> OutputLook:
    named = room if asked in rooms.profile(clinic, room).outputs else ""
    try:
        device = outputs.resolve(device_of(clinic, room, asked))
    except SetSettingError as error:
        return OutputLook(asked, named, missing=str(error))
    busy = attending.naming_sessions(clinic, _refused(lambda: refuse_occupied(asked, device, name_of(clinic.folder))))
    with clinic.record() as record:
        heard, calibrated = preflight_rows.heard(record, device), preflight_rows.calibration(record, device)
    opens, closed = None, ""
    if device not in VIRTUAL and not busy:  # nobody's music is put at risk
        try:
            opens = outputs.opens(device, clinic.settings.rate_hz)
        except SetSettingError as error:
            closed = str(error)
    return OutputLook(asked, named, device, busy=busy, opens=opens, closed=closed, heard=heard, calibration=calibrated)


def _music(clinic: Clinic, asked: SessionRequest) -> MusicLook:
    """The soundscape, held as a start holds it; where nothing is against it, what is heard before minute 0 too."""
    try:
        body, soundscape = sessions.asked_for(clinic, asked)
        known = plans.inputs(clinic, asked.code, soundscape)
        held = hold(soundscape, known)
    except SetSettingError as error:
        return MusicLook(refusal=str(error))
    refusal = ""
    if not held.against:
        options = sessions.options_of(clinic, asked, asked.outputs)
        refusal = _refused(lambda: prepare(soundscape, body, known, options, clinic.clock, held=held))
    return MusicLook(soundscape, held, known.tracks, ms_from_s(known.playlist[0].spare_s), refusal)


def _record(clinic: Clinic) -> RecordLook:
    trouble = _refused(lambda: _write_and_take_back(clinic))
    found = records.verify(clinic.folder)
    damage = "" if found.ok else " ".join(found.sentences())
    try:
        free = shutil.disk_usage(clinic.folder).free
    except OSError:
        free = None
    return RecordLook(trouble, damage, found.events, free, backups.newest_ms(clinic.folder))


def _write_and_take_back(clinic: Clinic) -> None:
    """Take the record's turn to write, and the room a session reserves on its disk, and let both go again."""
    with clinic.record() as record, record.whole():
        pass
    try:
        with tempfile.TemporaryDirectory(prefix=".preflight-", dir=clinic.folder) as room:
            outbox_file.reserve(Path(room))
    except OSError as error:
        raise files.cannot_write(clinic.folder, error) from error


def _machine(clinic: Clinic) -> MachineLook:
    newest_ms = None
    try:
        with clinic.record() as record:
            newest_ms = preflight_rows.last_entry_ms(record)
    except SetSettingError:
        newest_ms = None  # the record's own lines say why
    with ThreadPoolExecutor() as pool:
        awake = pool.submit(power.can_keep_awake)
        sounds, is_set = pool.submit(neighbours.event_sounds), pool.submit(neighbours.clock_is_set)
        return MachineLook(
            supply=power.supply(),
            updating=neighbours.running(neighbours.UPDATING),
            indexing=neighbours.running(neighbours.INDEXING),
            busy=neighbours.busy(),
            awake=awake.result(),
            sounds=sounds.result(),
            clock_is_set=is_set.result(),
            newest_ms=newest_ms,
        )


def _refused(attempt: Callable[[], object]) -> str:
    """Why something is refused; nothing where it is not."""
    try:
        attempt()
    except SetSettingError as error:
        return str(error)
    return ""
