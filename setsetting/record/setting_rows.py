"""The settings of sessions as they now stand, as typed rows: as logged at the close, and as corrected since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import msgspec

from setsetting.clinical.marked import FROM_MARKS, setting_of
from setsetting.clinical.setting import NOTE
from setsetting.machine.database import StoredRow
from setsetting.record import cells, schema
from setsetting.record.kinds import SettingCorrected
from setsetting.record.log import Record


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A session's setting; an item that is absent is not known, a tap was not asked."""

    session_id: str
    fields: dict[str, str]
    taps: dict[str, int]
    note: str | None
    by_program: tuple[str, ...]
    usual: dict[str, str]

    @property
    def by_name(self) -> dict[str, str]:
        """Fields, taps and note, each by its name."""
        taps = {name: str(value) for name, value in self.taps.items()}
        return self.fields | taps | ({NOTE: self.note} if self.note else {})


def logged(record: Record, session_ids: Iterable[str]) -> dict[str, SettingRow]:
    """The settings of these sessions as they were last logged, by the session."""
    found = record.read(
        "SELECT g.session_id, g.fields, g.taps, g.note, g.by_program, g.usual FROM session_setting_logged g"
        " WHERE g.session_id IN (SELECT value FROM json_each(?)) ORDER BY g.lamport, g.device, g.seq",
        [msgspec.json.encode(list(session_ids)).decode()],
    )
    return {row["session_id"]: _recounted(record, _setting(row)) for row in found}


def as_corrected(record: Record, told: SettingCorrected) -> SettingRow:
    """The setting as a correction has it."""
    plain = SettingRow(told.session_id, told.fields, told.taps, told.note, told.by_program, told.usual)
    return _recounted(record, plain)


def standing(
    record: Record, session_ids: Iterable[str], corrected: Mapping[str, SettingCorrected]
) -> dict[str, SettingRow]:
    """The settings of these sessions as they stand, by the session; without one where nothing was said."""
    wanted = list(session_ids)
    again = {each: as_corrected(record, corrected[each]) for each in wanted if each in corrected}
    return logged(record, [each for each in wanted if each not in again]) | again


def _setting(row: StoredRow) -> SettingRow:
    return SettingRow(
        session_id=row["session_id"],
        fields=cells.nested(row["fields"], dict[str, str]),
        taps=cells.nested(row["taps"], dict[str, int]),
        note=row["note"],
        by_program=cells.nested(row["by_program"], tuple[str, ...]),
        usual=cells.nested(row["usual"], dict[str, str]),
    )


def _recounted(record: Record, told: SettingRow) -> SettingRow:
    """The setting with what the program took from marks as they now stand; what none tells any more is not known."""
    theirs = [name for name in FROM_MARKS if name in told.by_program]
    if not theirs:
        return told
    marks = record.read(
        f"SELECT m.mark FROM session_marked m WHERE m.session_id = ? AND NOT {schema.undone('m')}", [told.session_id]
    )
    now = setting_of(row["mark"] for row in marks)
    kept = {name: now[name] for name in theirs if name in now}
    said = {name: value for name, value in told.fields.items() if name not in theirs}
    gone = {name for name in theirs if name not in kept}
    return replace(told, fields=said | kept, by_program=tuple(name for name in told.by_program if name not in gone))
