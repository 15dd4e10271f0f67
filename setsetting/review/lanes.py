"""Setting lanes: one row for each thing about the setting, one cell for each session, on the trajectory's axis."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from setsetting.clinical.infusion import minutes_run
from setsetting.clinical.setting import FIELDS, RESPCT_OF_VISIT, TAPS, FieldKind
from setsetting.review.course import CourseSession
from setsetting.words.numbers import minutes_number
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class LaneCell:
    """A value in words; None is not known or not asked.

    `differs` says otherwise than usual in that room, `by_program` that nobody said it: the program knew it.
    """

    text: str | None
    differs: bool = False
    by_program: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """`respct` is the item's number, None for what the program knows by itself; `amount` says numbers."""

    name: str
    label: str
    respct: int | None
    amount: bool
    cells: tuple[LaneCell, ...]

    @property
    def varies(self) -> bool:
        """Whether any two sessions are known to differ, or one is not as usual."""
        return len({cell.text for cell in self.cells} - {None}) > 1 or any(cell.differs for cell in self.cells)


def lanes_of(sessions: Sequence[CourseSession]) -> tuple[Lane, ...]:
    """Every lane in which something is known of some session, in the order of the fields."""
    lanes = [
        Lane("minutes", _("Infusion minutes"), RESPCT_OF_VISIT, True, tuple(_minutes(each) for each in sessions)),
        Lane("playlist", _("Playlist"), 11, False, _cells(each.playlist for each in sessions)),
    ]
    for field in FIELDS:
        cells = tuple(_said(each, field.name) for each in sessions)
        lanes.append(Lane(field.name, field.label, field.respct, field.kind is FieldKind.COUNT, cells))
    music_acts = _cells(each.music_acts for each in sessions)
    lanes.append(Lane("music_acts", _("Music changed live"), 11, True, music_acts))
    for tap in TAPS:
        asked = _cells(each.taps.get(tap.name) for each in sessions)
        lanes.append(Lane(tap.name, tap.label, tap.respct, True, asked))
    return tuple(lane for lane in lanes if any(cell.text is not None for cell in lane.cells))


def _cells(values: Iterable[str | int | None]) -> tuple[LaneCell, ...]:
    return tuple(LaneCell(None if value is None else str(value)) for value in values)


def _said(each: CourseSession, name: str) -> LaneCell:
    now, usual = None if each.setting is None else each.setting.get(name), each.usual.get(name)
    return LaneCell(now, differs=None not in {now, usual} and now != usual, by_program=name in each.by_program)


def _minutes(each: CourseSession) -> LaneCell:
    ran = minutes_number(minutes_run(each.actual or each.planned))
    return LaneCell(ran, differs=ran != minutes_number(minutes_run(each.planned)))
