"""The live screen: one infusion session, glanced at in a dim room, with one hand.

It shows what the desk says of the session and hands keys to it; the music lives in another process
and goes on when this screen is left or dies. It confirms nothing but the end: every other act is
undone by a key that the status row names.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Size

from setsetting.clinical import effect
from setsetting.clinical.marks import LABELS, Mark
from setsetting.errors import SetSettingError, UsageError
from setsetting.machine.clock import local
from setsetting.review.words import internal_review, room
from setsetting.session.acts import BY_NAME, MARK_KEYS, SIGNS, Takes, by_key
from setsetting.session.orders import order
from setsetting.session.status import SessionAway, SessionGone, SessionState
from setsetting.tui.command import Command, by_screen
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.keys_in_turn import since_pressed_ms
from setsetting.tui.painting import HIGH_FROM, PaintingOf
from setsetting.tui.screens import live_keys
from setsetting.tui.screens.live_keys import LEVELS
from setsetting.tui.task_screen import TaskScreen, small_print
from setsetting.tui.theme import DIM, LOUD, TEXT, URGENT, TextStyle
from setsetting.tui.widgets import session_view
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.keybar import KeyBar
from setsetting.tui.widgets.now_playing import NowPlaying
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.present import Present
from setsetting.tui.widgets.session_lines import AgreedLine, EventLog, InfusionLine, Notices, SetList
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.timeline import Timeline
from setsetting.units import Milliseconds, ms_from_s, s_from_ms, whole_s
from setsetting.views.closing import rehearsal_closed_words
from setsetting.views.session import (
    check_words,
    prompt_comes_first,
    prompt_words,
    takes_back_words,
)
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.clinical.infusion import Infusion
    from setsetting.desk.clinic import Clinic
    from setsetting.session.status import Status
    from setsetting.soundscape.windows import TimedPhase

POLL_S = 0.5
NOW_MS = Milliseconds(0)
ONCE_S = 0.7
"""So soon after it, the same key is taken for a slip or a key held down, where a second one would skip or mark."""


class SessionControl(Protocol):
    """What the desk hands out for a running session."""

    def status(self, *, tends: bool = ...) -> "Status": ...
    def act(self, name: str, argument: str | None = None, *, ago_ms: Milliseconds = ...) -> str: ...
    def mark(self, name: str, note: str | None = None, *, ago_ms: Milliseconds = ...) -> str: ...
    @property
    def prompts(self) -> tuple[str, ...]: ...
    def detach(self) -> None: ...


class LiveScreen(TaskScreen):
    """A session while it runs."""

    TITLE_WORDS = _("live session")
    may_ask_yet = False
    """No act waits for another that is looked up."""
    TOO_SMALL = _(
        "This window is smaller than 80 x 24: please make it larger, or the letters smaller.\n"
        "All keys work: space fades out, g grounding music, s silence, n next, u undo, esc leaves."
    )
    ACTS = live_keys.commands()
    SMALL_PRINT = f"{internal_review()} {effect.LABEL}"
    CSS = """
    #sound { height: auto; }
    #sound EventLog { height: 3; width: 2fr; }
    LiveScreen.-huge.-high #sound EventLog { height: 12; margin-right: 1; }
    LiveScreen.-huge.-high #sound SetList { height: 12; width: 3fr; }
    SetList, InfusionLine, NowPlaying { display: none; }
    LiveScreen.-huge.-high SetList { display: block; }
    LiveScreen.-huge.-high Present { height: 15; }
    LiveScreen.-low Present, LiveScreen.-too-low Present { height: 1fr; }
    LiveScreen.-low Timeline { height: 3; }
    LiveScreen.-low #sound EventLog { height: 1; }
    LiveScreen.-low.-chart Present { display: none; }
    LiveScreen.-low.-chart Timeline { height: 1fr; }
    LiveScreen.-low.-chart InfusionLine, LiveScreen.-low.-chart NowPlaying { display: block; }
    LiveScreen.-low.-chart #sound EventLog { height: 3; }
    """

    def __init__(self, session: SessionControl, clinic: "Clinic | None") -> None:
        super().__init__()
        self._session, self._clinic = session, clinic
        self._status: Status | None = None
        self._drawn: tuple[Status, str, Size] | None = None
        """What stands there: of two looks in a second that differ by the clock alone one is drawn."""
        self._pressed: tuple[str, float] = ("", 0.0)
        self._phases: Callable[[Infusion], Sequence[TimedPhase]] = lambda _infusion: ()
        self._session_widgets: Sequence[PaintingOf[Status]] = ()
        """Looked up once, since twice a second it would cost more than the drawing."""

    def body(self) -> ComposeResult:
        yield Header(_("LIVE"))
        yield AgreedLine()
        yield InfusionLine()
        yield Present(self._zone)
        yield Timeline(legend=True)
        yield NowPlaying()
        with Horizontal(id="sound"):
            yield EventLog()
            yield SetList()
        yield Notices()
        yield StatusRow(_("one key each, nothing to confirm; leaving stops nothing; ? is help"), stays_low=True)
        yield Disclaimer(
            internal_review(),
            effect.LABEL,
            short=small_print(),
        )

    def commands(self) -> Sequence[Command]:
        status = self._status
        if status is None:
            return self.ACTS
        size = self.size  # which costs as much as the rest of a command
        return [live_keys.as_it_stands(command, status, size) for command in self.ACTS]

    def on_mount(self) -> None:
        self._session_widgets = tuple(self.query(PaintingOf))
        self.refresh_status()
        if self._status is not None and self._clinic is not None:
            from setsetting.desk import attending, playlists

            self._read_agreements()
            playlist = attending.playlist_of(self._clinic, self._status.session_id)
            if playlist is not None:
                self._phases = partial(playlists.timed, playlist)
            self._drawn = None
            self.refresh_status()
        self.set_interval(POLL_S, self.refresh_status)

    @on(events.ScreenResume)
    def _read_agreements(self) -> None:
        """What was agreed with this patient, as it stands by now; nothing where the record cannot be read."""
        from setsetting.desk import agreements

        if self._clinic is not None and self._code:
            with suppress(SetSettingError):
                self.query_one(AgreedLine).show(agreements.line(self._clinic, self._code))

    def refresh_status(self, *, tends: bool = True) -> None:
        """Look at the session and draw what changed; a look that was due when the screen was left says nothing."""
        if self._is_left:
            return
        try:
            status = self._session.status(tends=tends)
            status = replace(status, notices=tuple(by_key(by_screen(notice)) for notice in status.notices))
        except SessionGone as error:
            self.say(str(error), wrong=True)
            if self._status is None or isinstance(error, SessionAway):
                return
            status = _closed(self._status)
        except SetSettingError as error:
            self.say(str(error), wrong=True)
            return
        self._status = status
        wall_clock, to_the_second = self._wall_clock(), _to_the_second(status)
        if (to_the_second, wall_clock, self.size) != self._drawn:
            self._drawn = to_the_second, wall_clock, self.size
            self._draw(to_the_second, wall_clock)

    def _draw(self, status: "Status", wall_clock: str) -> None:
        self.query_one(Header).show(*_header_words(status), right=wall_clock)
        ahead = (
            check_words(status, done_by="" if status.looks else MARK_KEYS["check"]),
            LOUD if status.check_is_near else DIM,
        )
        if prompt_comes_first(status):
            skip = BY_NAME["skip-prompt"].key
            ahead = (
                prompt_words(status, "" if status.looks else SIGNS.get(skip, skip)),
                LOUD if status.prompt_is_near else DIM,
            )
        for beside in (self.query_one(Present), self.query_one(InfusionLine)):
            beside.ahead = ahead
        for widget in self._session_widgets:
            widget.show(status)
        self.query_one(Timeline).show(session_view.view_of(status, self._phases(status.infusion)))
        self.query_one(StatusRow).stand(_undo_words(status))
        self.query_one(KeyBar).show(self.commands())

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo("UTC") if self._clinic is None else self._clinic.settings.zone

    def _wall_clock(self) -> str:
        """The clinic's time of day."""
        return "" if self._clinic is None else f"{local(self._clinic.clock.utc_ms(), self._zone):%H:%M}"

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._lay_out(event.size.height)
        if self._status is not None:
            self.query_one(KeyBar).show(self.commands())

    def _lay_out(self, rows: int) -> None:
        """Where there is no room for both, the figures stand over the strips of the chart, or the chart over rows of words."""
        self.query_one(Timeline).only_strips = rows < HIGH_FROM and not self.has_class("-chart")

    def do_help(self) -> None:
        listed = live_keys.by_section(self.commands(), self._status)
        self.navigator.open_help(self.TITLE_WORDS, listed, self.small_print)

    def do_chart(self) -> None:
        if self.size.height >= HIGH_FROM:
            raise UsageError(_("Figures and chart are both shown."))
        self.toggle_class("-chart")
        self._lay_out(self.size.height)

    def method_of(self, name: str) -> Callable[..., Any]:
        """Acts and marks go to the session as they are; the rest, and what asks for words, is this screen's own."""
        if name in BY_NAME and BY_NAME[name].takes in {Takes.NOTHING, Takes.SECONDS}:
            return lambda: self._act(name, ago_ms=since_pressed_ms())
        mark = name.removeprefix("mark-")
        if mark not in {name, Mark.NOTE}:
            return lambda: self._mark(mark, ago_ms=since_pressed_ms())
        return super().method_of(name)

    def _act(self, name: str, argument: str | None = None, ago_ms: Milliseconds = NOW_MS) -> None:
        if self._is_new(name, BY_NAME[name].once, BY_NAME[name].label):
            self.say(self._session.act(name, argument, ago_ms=ago_ms))
            self.refresh_status(tends=False)

    def _mark(self, name: str, note: str | None = None, ago_ms: Milliseconds = NOW_MS) -> None:
        if self._is_new(f"mark {name}", note is None, LABELS[Mark(name)]):
            self.say(self._session.mark(name, note, ago_ms=ago_ms))
            self.refresh_status(tends=False)

    def _is_new(self, name: str, once: bool, label: str) -> bool:
        """Whether this is no repeat of the key before; one that is held down repeats itself until it is let go."""
        before, at_s = self._pressed
        now_s = monotonic() - s_from_ms(since_pressed_ms())
        self._pressed = name, now_s
        if once and before == name and now_s - at_s < ONCE_S:
            self.say(_("{act} is done once (its key came again within {s:g} s)").format(act=label, s=ONCE_S))
            return False
        return True

    def say(self, words: str, *, wrong: bool = False, goes_on: bool = False) -> None:
        """Say something in the status row; an act is named by its key."""
        super().say(by_key(words), wrong=wrong, goes_on=goes_on)

    @property
    def _code(self) -> str:
        return "" if self._status is None else self._status.patient_code

    def do_level(self, key: str) -> None:
        self._act("volume", "0" if key == LEVELS[0] else f"-{key}", since_pressed_ms())

    async def do_volume(self) -> None:
        question = _("{code}: level in dB relative to the plan, 0 or less").format(code=self._code)
        text = await self.ask(TextDialog(question, hint="-6", check=partial(order, "volume")))
        if text is not None:
            self._act("volume", text)

    async def do_output_volume(self) -> None:
        names = [] if self._status is None else [each.name for each in self._status.outputs]
        at = await self.ask(
            ChoiceDialog(_("{code}: at which output?").format(code=self._code), [(n, "") for n in names])
        )
        question = _("{code}: level in dB beside what all outputs play, 0 or less").format(code=self._code)
        if at is None:
            return
        check = lambda typed: order("output-volume", f"{names[at]} {typed}")  # noqa: E731
        text = await self.ask(TextDialog(question, hint="-6", check=check))
        if text is not None:
            self._act("output-volume", f"{names[at]} {text}")

    async def do_prompt(self) -> None:
        names = self._session.prompts
        if not names:
            raise UsageError(_("There is no prompt: the clinic's folder `voice` is read when a session begins."))
        question = _("{code}: what plays over the music?").format(code=self._code)
        at = await self.ask(ChoiceDialog(question, [(name, "") for name in names]))
        if at is not None:
            self._act("prompt", names[at])

    async def do_mark_note(self) -> None:
        text = await self.ask(TextDialog(_("{code}: note; it is kept with this minute").format(code=self._code)))
        if text is not None:
            self._mark("note", text, since_pressed_ms())

    def do_touch(self) -> None:
        """Touch was offered, or what was offered was taken."""
        taken = self._status is not None and self._status.touch_waits
        self._mark(Mark.TOUCH_ACCEPTED if taken else Mark.TOUCH_OFFERED, ago_ms=since_pressed_ms())

    async def do_refuse(self) -> None:
        from setsetting.tui.screens.refusing import refuse_track

        status = self._status
        if status is None or self._clinic is None:
            raise UsageError(_("This session is shown and not played; nothing is refused here."))
        if status.is_external:
            raise UsageError(
                _("The music comes from elsewhere: nothing of it is refused here, but on the patient's page (r).")
            )
        now = status.playing
        at_hand = () if now is None or now.track_id is None else ((now.track_id, now.title),)
        await refuse_track(self, self._clinic, status.patient_code, at_hand)

    async def do_close(self) -> None:
        from setsetting.tui.screens.close import end_question, prepared

        status = self._status
        if status is None or self._clinic is None:
            raise UsageError(_("This session is shown and not played; there is nothing to close."))
        if status.looks:
            raise UsageError(_("This screen only looks: one of the two that act closes."))
        question = end_question(status)
        if not status.plays or await self.ask(question):
            closing = await prepared(self, self._clinic, status.session_id)
            if self.is_in_front:
                self.leave("" if closing else rehearsal_closed_words())
            if closing is not None:
                self.app.push_screen(closing)

    def let_go(self) -> str:
        self._session.detach()
        status = self._status
        if status is None or not status.plays:
            return ""
        if status.is_external:
            return _("The session goes on; `setsetting session attach` takes it over.")
        return _("The music goes on; `setsetting session attach` takes the session over.")


def _closed(status: "Status") -> "Status":
    """The last look at a session that somebody else has closed meanwhile: nothing plays, and nothing is taken back."""
    return replace(status, state=SessionState.CLOSED, playing=None, next=None, undoable=None, notices=())


def _to_the_second(status: "Status") -> "Status":
    """A look with its times as the screen shows them: all that move on do so with the infusion's second."""

    def begun(ms: Milliseconds) -> Milliseconds:
        return ms_from_s(whole_s(ms))

    leads_ms = status.clock_ms if status.infusion_ms is None else status.infusion_ms
    since_ms = leads_ms - begun(leads_ms)
    return replace(
        status,
        clock_ms=begun(status.clock_ms - since_ms),
        infusion_ms=None if status.infusion_ms is None else begun(status.infusion_ms),
        infusion_zero_ms=begun(status.infusion_zero_ms),
        position_ms=begun(max(Milliseconds(0), status.position_ms - since_ms)),
        ends_ms=begun(status.ends_ms),
        ends_utc_ms=begun(status.ends_utc_ms),
    )


def _undo_words(status: "Status") -> str:
    return "" if status.undoable is None or status.looks else takes_back_words(status.undoable, BY_NAME["undo"].key)


def _header_words(status: "Status") -> tuple[tuple[str, TextStyle], ...]:
    state = {
        SessionState.PLAYING: ("", TEXT),
        SessionState.ENDED: (
            _("  ENDED, not closed") if status.is_external else _("  MUSIC ENDED, not closed"),
            URGENT,
        ),
        SessionState.CLOSED: (_("  CLOSED"), DIM),
    }
    return (
        state[status.state],
        (_("  REHEARSAL"), LOUD) if status.rehearsal else (_("  infusion {n}").format(n=status.visit_no), TEXT),
        (_(" · patient {code}").format(code=status.patient_code), TEXT),
        (_(", simulated") if status.simulated else "", TEXT),
        (_(" · music from elsewhere") if status.is_external else f" · {status.playlist}", TEXT),
        (f" · {room(status.room)}", TEXT),
    )
