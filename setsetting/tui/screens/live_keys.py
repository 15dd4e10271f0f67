"""The keys of the live screen: what each does in a sentence, and which of them stand in the bar as things are."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.geometry import Size

from setsetting.clinical.marks import LABELS, Mark
from setsetting.session.acts import ACTS, BY_NAME, MARK_KEYS, TOUCH_KEYS, by_key
from setsetting.session.status import HoldReason, SessionState
from setsetting.tui.command import Command
from setsetting.tui.painting import HIGH_FROM, WIDE_FROM
from setsetting.tui.task_screen import BACK, HELP
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.session.status import Status

_CAN_WAIT = frozenset({"theme"})
_LOOKING = frozenset({"chart", "refuse", BACK.name, HELP.name})
"""What a screen can do that only looks."""
LEVELS = "0123456789"
TOUCH = "touch"
_OBSERVED = ("mark-onset", "mark-peak", "mark-return")
"""Seen one after the other, so that a narrow bar shows the next."""
_OUT_OF_NARROW = frozenset({"undo", "refuse", "back"})
"""Known to the help only where the bar is narrow; the status row names the undo in any case."""
_MARKS = {
    Mark.ONSET: _("You see the onset of the effect; from here on it outranks the model."),
    Mark.PEAK: _("You see the peak; from here on it outranks the model."),
    Mark.RETURN: _("You see the return; from here on it outranks the model."),
    Mark.DISTRESS: _("The patient is distressed. It changes no music: d, -, g and s do."),
    Mark.VOICE: _("The patient spoke. What was said can be typed at the close."),
    Mark.TOUCH_OFFERED: _("You offered touch; the same key again, within five minutes: it was accepted."),
    Mark.TOUCH_DECLINED: _("The touch that you offered was declined."),
    Mark.INTERRUPTION: _("Something broke in from outside."),
    Mark.CHECK: _("A planned check is done; no value is asked, and the music comes back to its level."),
    Mark.FLAG: _("Flags what plays, to be looked at later by who looks after the music."),
    Mark.NOTE: _("Asks for a line of text and keeps it with this minute."),
}
_SECTIONS = (
    (
        _("One press each, nothing is asked. What you need at once:"),
        ("fade-out", "rescue", "silence", "duck", "undo"),
    ),
    (_("The music:"), ("calm", "hold", "next", "level", "volume", "output-volume", "prompt", "skip-prompt", "refuse")),
    (_("The infusion, as it really goes:"), tuple(act.name for act in ACTS if act.step is not None)),
    (_("What you see and hear, each kept with its minute:"), (*(f"mark-{mark}" for mark in Mark), TOUCH)),
    (_("This screen; the music goes on without it:"), ("chart", "close", "back")),
)
"""What help says of the live screen's keys, and in which order."""
_SHORT = {
    _("Begin infusion"): _("Begin"),
    _("Pause infusion"): _("Pause"),
    _("Continue infusion"): _("Go on"),
    _("Stop infusion"): _("Stop"),
    _("Duck −12"): _("Duck"),
    _("Grounding"): _("Ground"),
    _("Back to plan"): _("Plan"),
    _("End duck"): _("Raise"),
    _("End hold"): _("Free"),
    _("Touch offered"): _("Touch"),
    _("Touch taken"): _("Taken"),
    _("Touch refused"): _("Refused"),
    _("Check done"): _("Check"),
}
"""Labels of acts and marks where the key bar is narrow."""


def commands() -> tuple[Command, ...]:
    """Every command of the live screen."""
    acts = tuple(
        Command(
            act.name,
            act.key,
            act.label,
            _("{does} ({undone})").format(does=act.does, undone=by_key(act.undone)),
            urgent=act.urgent,
            in_bar=act.in_bar,
            short=_SHORT.get(act.label, ""),
        )
        for act in ACTS
    )
    marks = [_mark(Mark(name), key, _MARKS[Mark(name)]) for name, key in MARK_KEYS.items()]
    touch = [
        replace(_mark(Mark.TOUCH_OFFERED, TOUCH_KEYS[Mark.TOUCH_OFFERED], _MARKS[Mark.TOUCH_OFFERED]), name=TOUCH),
        _mark(Mark.TOUCH_DECLINED, TOUCH_KEYS[Mark.TOUCH_DECLINED], _MARKS[Mark.TOUCH_DECLINED]),
    ]
    level = Command(
        "level",
        ",".join(LEVELS),
        _("Level"),
        _("Sets the level that many dB below the plan; 0 is as planned."),
        shown_key=f"{LEVELS[0]}–{LEVELS[-1]}",
        takes_key=True,
    )
    close = Command(
        "close", "z", _("Close"), _("Ends the music if it plays, asks for the setting, closes the session.")
    )
    refuse = Command(
        "refuse",
        "y",
        _("Refuse"),
        _("Notes a track that is never played to this patient: what plays, or another."),
    )
    chart = Command(
        "chart",
        "tab",
        _("Chart"),
        _("Changes between the large figures and the chart, where a window has no room for both."),
    )
    leave = replace(BACK, label=_("Leave"), does=_("Leaves this screen; the music goes on."))
    return (*acts, *marks[:5], *touch, *marks[5:], level, refuse, chart, close, leave, HELP)


def by_section(listed: Sequence[Command], status: "Status | None" = None) -> tuple[Command, ...]:
    """The commands as help tells them: what is needed at once first; of a screen that only looks, what it can do."""
    names = {name: words for words, names in _SECTIONS for name in names}
    if status is not None and status.looks:
        listed = [command for command in listed if command.name in _LOOKING]
        names = dict.fromkeys(names, _("This screen only looks; two others act:"))
    order = [*names, *(command.name for command in listed if command.name not in names)]
    last = names["back"]
    in_order = sorted(listed, key=lambda command: order.index(command.name))
    return tuple(replace(command, section=names.get(command.name, last)) for command in in_order)


def as_it_stands(command: Command, status: "Status", size: Size) -> Command:
    """Only the keys that make sense now are in the bar, and in a window of little room none that can wait for the help."""
    named = _as_named(command, status)
    if status.state is SessionState.CLOSED:
        return replace(named, in_bar=named.name in {BACK.name, HELP.name})
    in_bar = _makes_sense(named, status) and _has_place(named, status, size)
    return named if named.in_bar == in_bar else replace(named, in_bar=in_bar)


def _mark(mark: Mark, key: str, does: str) -> Command:
    return Command(f"mark-{mark}", key, LABELS[mark], does, short=_SHORT.get(LABELS[mark], ""))


def _as_named(command: Command, status: "Status") -> Command:
    """With its label as things are: one key may begin something and end it."""
    act = BY_NAME.get(command.name)
    if act is not None and act.ends_what(status):
        return replace(command, label=act.ending, short=_SHORT.get(act.ending, ""))
    if command.name == TOUCH and status.touch_waits:
        return replace(command, label=LABELS[Mark.TOUCH_ACCEPTED], short=_SHORT[LABELS[Mark.TOUCH_ACCEPTED]])
    return command


def _makes_sense(command: Command, status: "Status") -> bool:
    act = BY_NAME.get(command.name)
    if status.looks:
        return command.name in _LOOKING
    if act is not None and act.undoes:
        return status.undoable is not None
    if act is not None and act.step is not None:
        return status.infusion_state in act.offered_in
    of_sound = command.name == "level" or (act is not None and act.needs_player)
    if of_sound and (status.is_external or status.fading_out or not status.plays):
        return False
    if act is not None and act.holds:
        waits = not act.leaves and status.held in {HoldReason.NOT_BEGUN, HoldReason.PAUSED}
        return status.cover is None and not waits
    now_and_then = {
        f"mark-{Mark.TOUCH_DECLINED}": status.touch_waits,
        f"mark-{Mark.CHECK}": status.check_is_near,
        f"mark-{Mark.FLAG}": status.plays_a_track,
        "refuse": not status.is_external,
    }
    return now_and_then.get(command.name, command.in_bar and command.name not in _CAN_WAIT)


def _has_place(command: Command, status: "Status", size: Size) -> bool:
    """Whether a key stands in the bar of a window so large; help has them all."""
    if command.name == "chart":
        return size.height < HIGH_FROM and not status.touch_waits
    if size.width >= WIDE_FROM:
        return True
    if command.name in _OBSERVED:
        seen = {f"mark-{mark.name}" for mark in status.marks}
        return command.name == next((each for each in _OBSERVED if each not in seen), _OBSERVED[-1])
    return command.name not in _OUT_OF_NARROW
