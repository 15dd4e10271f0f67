"""What a session's log tells: every act and mark, what the program did, what the player met, in the order of the clock."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from setsetting.clinical.marks import mark_words
from setsetting.player.journal import JournalKind
from setsetting.record.kinds import Payload, PlayerNoted, SessionActed, SessionEnded, SessionMarked, SessionRetimed
from setsetting.session.acts import OF_INFUSION, called
from setsetting.session.agreement import OURS
from setsetting.session.state import CORRECTED, HELD, LATE, LOST, REFUSED, SPEECHLESS, State
from setsetting.session.status import Cover, LogKind, LogLine
from setsetting.session.takeover import LEFT
from setsetting.session.timekeeping import clock_of
from setsetting.soundscape.rules import EVERYTHING, given_up_words
from setsetting.units import Milliseconds
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.session.build_status import StatusInputs

LEFT_WORDS = _("The music stayed held until it ended by itself: nobody went on.")
_TOLD = {
    JournalKind.UNDERRUN: _("the music was interrupted for a moment"),
    JournalKind.OUTPUT_LOST: _("the output was lost; the music is held"),
    JournalKind.OUTPUT_BACK: _("the output is back"),
    JournalKind.RESTARTED: _("the player was started again"),
    JournalKind.STALLED: _("the music stood still for a while"),
    JournalKind.TROUBLE: _("a track could not be read on"),
    JournalKind.ENDED: _("the music ended"),
}
_OF_ONE = {
    JournalKind.OUTPUT_LOST: _("the output {name} was lost; the others play on"),
    JournalKind.OUTPUT_BACK: _("the output {name} is back"),
}
"""Told of one of several outputs."""
_TIMED_FOR = {
    LATE: _("the music had stood still"),
    CORRECTED: _("a minute was corrected"),
    REFUSED: _("a track is refused by now"),
    LOST: _("a file was lost"),
}
"""Why the rest was timed anew, where that was no act."""


def build_log(state: State, inputs: "StatusInputs") -> tuple[LogLine, ...]:
    """Everything in the order of the clock; what was taken back says so."""
    if state.started.entered_afterwards:
        return tuple(_on_paper(state))
    lines = (*_said(state, inputs), *_journalled(state, inputs))
    return tuple(sorted(lines, key=lambda line: line.clock_ms))  # the wall's clock may have been set


def _on_paper(state: State) -> Iterator[LogLine]:
    """The infusion of a session from paper, as it stands there: nothing else of it was logged."""
    began_utc_ms, over_ms = state.started.started_utc_ms, state.planned.end_ms
    (began,) = state.logged
    words = _("the infusion began, by the paper")
    yield LogLine(Milliseconds(0), Milliseconds(0), began_utc_ms, words, LogKind.INFUSION, began.event_id)
    words = _("the infusion ended, by the paper")
    yield LogLine(over_ms, over_ms, Milliseconds(began_utc_ms + over_ms), words, LogKind.INFUSION)


def _said(state: State, inputs: "StatusInputs") -> Iterator[LogLine]:
    notes = inputs.notes or {}
    words_of = {undoable.event.event_id: undoable.words(state.infusion_zero_ms) for undoable in state.taken_back}
    names = state.called
    undone, acts = state.undone, dict[str, str]()
    screens = {_screen(said.payload) for said in state.said} - {None}
    clock_ms: Milliseconds = inputs.header.origin_ms
    for said in state.said:
        kind, event_id = LogKind.PROGRAM, None
        match said.payload:
            case SessionActed() as acted:
                clock_ms, event_id = acted.clock_ms, said.event_id
                kind = LogKind.INFUSION if acted.act in OF_INFUSION else LogKind.ACT
                words = acts[acted.act] = names.get(said.event_id) or called(acted.act, acted.argument)
                if acted.undoes is not None:
                    words = _("undone: {what}").format(what=words_of.get(acted.undoes, acted.undoes))
            case SessionMarked() as mark:
                clock_ms, event_id, kind = mark.clock_ms, said.event_id, LogKind.MARK
                words = mark_words(mark.mark)
                if note := notes.get(said.event_id, mark.note):
                    words += f": {note}"
            case SessionRetimed(cause=cause, promised=False) as retimed if cause not in {*Cover, HELD, SPEECHLESS}:
                clock_ms = retimed.clock_ms
                why = _TIMED_FOR.get(cause) or acts.get(cause, called(cause))
                words = _timed_words(why, retimed.waived)
            case PlayerNoted(what=what, detail=str(detail)) as noted if what in OURS:
                clock_ms, words = noted.clock_ms, detail
            case SessionEnded() as ended:
                clock_ms = _end_ms(ended, clock_ms, inputs)
                words = LEFT_WORDS if ended.how == LEFT else _("the session ended")
            case _:
                continue
        if taken_back := said.event_id in undone:
            words = _("{words} (taken back)").format(words=words)
        if len(screens) > 1 and (screen := _screen(said.payload)) is not None:
            words = _("{words} · screen {n}").format(words=words, n=screen)
        yield LogLine(clock_ms, state.infusion_ms(clock_ms), said.utc_ms, words, kind, event_id, taken_back)


def _timed_words(why: str, waived: tuple[str, ...]) -> str:
    """What is said of a re-timing, with the rules it gave up; where nothing fitted, what sounds."""
    if EVERYTHING in waived:
        return _("no plan fits ({cause}): the old one plays on, then a noise bed").format(cause=why)
    words = _("the rest was timed anew ({cause})").format(cause=why)
    if not waived:
        return words
    return _("{words}, giving up {rules}").format(words=words, rules=", ".join(given_up_words(waived)))


def _end_ms(ended: SessionEnded, last_ms: Milliseconds, inputs: "StatusInputs") -> Milliseconds:
    """Where a session ended on the soundscape's clock: after all that was told of it."""
    if inputs.ended_ms is not None:
        return inputs.ended_ms
    told = [clock_of(inputs.header, entry) for entry in inputs.journal[-1:]]
    return max(last_ms, ended.ended_utc_ms - inputs.header.zero_utc_ms, *told)


def _screen(payload: Payload) -> int | None:
    """Which of the session's screens acted or marked; None of a command and of the program."""
    return payload.screen if isinstance(payload, SessionActed | SessionMarked) else None


def _journalled(state: State, inputs: "StatusInputs") -> Iterable[LogLine]:
    for entry in inputs.journal:
        if entry.what in _TOLD:
            at_ms, words = clock_of(inputs.header, entry), _TOLD[entry.what]
            if entry.output is not None:
                words = _OF_ONE[entry.what].format(name=entry.output)
            yield LogLine(at_ms, state.infusion_ms(at_ms), entry.utc_ms, words)
