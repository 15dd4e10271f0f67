"""Building a soundscape: the plan on the timeline, every cue with its reason, or why nothing fits.

What is loosened is loosened for tonight only and stands in the file. The plan is made in the
background; what is shown was checked independently before.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import ComposeResult

from setsetting.clinical import effect
from setsetting.clinical.infusion import steady
from setsetting.errors import SetSettingError, UsageError
from setsetting.review.words import internal_review
from setsetting.soundscape.rules import CHOICES, RULES
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.list_screen import MOVES, ListScreen
from setsetting.tui.screens.planning import (
    GroundMoved,
    PlanAnswered,
    answered,
    first_request,
    infusion_minutes_typed,
    kept_asked,
    loosening_asked,
    playlist_asked,
    tracks_of,
    why_nothing,
)
from setsetting.tui.task_screen import BACK, HELP, small_print
from setsetting.tui.theme import DIM, LOUD, STRONG, TEXT, URGENT, TextStyle
from setsetting.tui.widgets import plan_view
from setsetting.tui.widgets.detail_pane import DetailPane
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.keybar import KeyBar
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.plan_view import PlanRequest
from setsetting.tui.widgets.refusal_page import RefusalPage
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Table
from setsetting.tui.widgets.timeline import Timeline
from setsetting.views import soundscape as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from setsetting.desk.clinic import Clinic
    from setsetting.library.track import Track
    from setsetting.soundscape.compose import Composed
    from setsetting.soundscape.offers import Offer
    from setsetting.soundscape.refusal import Infeasible
    from setsetting.soundscape.windows import TimedPhase


class BuildScreen(ListScreen):
    """Choose a playlist and minutes, look, loosen, keep, start."""

    TITLE_WORDS = _("building a soundscape")
    CSS = """
    BuildScreen Table { height: 6; }
    BuildScreen DetailPane { height: 2; }
    BuildScreen.-high Table { height: 14; }
    BuildScreen.-high DetailPane { height: 3; }
    """
    ACTS: ClassVar[tuple[Command, ...]] = (
        Command("accept", "enter", _("Accept"), _("Makes the soundscape the plan of the patient's next visit.")),
        Command("join", "j", _("Start"), _("Starts the session with the accepted soundscape: the music begins.")),
        Command(
            "offer",
            "1,2,3,4,5",
            _("Take change"),
            _("Takes the change beside the digit, for tonight only."),
            shown_key="1–5",
            takes_key=True,
            short=_("Change"),
        ),
        Command("playlist", "6", _("Playlist"), _("Chooses the playlist.")),
        Command("minutes", "7", _("Minutes"), _("Sets how long the infusion lasts, 5 to 180 minutes.")),
        Command("seed", "8", _("New seed"), _("Tries another seed; the same seed gives the same soundscape.")),
        Command("loosen", "9", _("Loosen"), _("Loosens a rule for tonight only; it is written into the file.")),
        Command(
            "kept", "0", _("Kept ones"), _("Shows a soundscape that was kept as a file, to accept it."), short=_("Kept")
        ),
        Command("render", "f", _("Render"), _("Mixes the soundscape to a FLAC or WAV file, for any player.")),
        Command("open", "y", _("Why"), _("Says why the cue is where it is, or why nothing fits, whole.")),
        Command(
            "undo",
            "backspace",
            _("Take back"),
            _("Takes back the last change of playlist, minutes, seed or loosening."),
            short=_("Undo"),
        ),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic", code: str) -> None:
        super().__init__()
        self._clinic, self._code = clinic, code
        self._wanted: PlanRequest | None = None
        self._before: list[PlanRequest] = []
        self._ticket = 0
        self._built: Composed | None = None
        self._saved: Path | None = None
        self._accepted = False
        self._offers: tuple[Offer, ...] = ()
        self._tracks: Mapping[str, Track] = {}
        self._reason = ("", "")
        self._nothing = ""
        self._simulated = False

    def body(self) -> ComposeResult:
        yield Header(_("BUILD"))
        yield Timeline(legend=True)
        yield Table[Any](plan_view.CUE_COLUMNS, plan_view.cue_cells, empty=_("planning"))
        yield DetailPane(_("more with y"))
        yield RefusalPage()
        yield StatusRow()
        yield Disclaimer(internal_review(), effect.LABEL, short=small_print())

    def on_mount(self) -> None:
        from setsetting.desk import playlists

        usable = {
            listed.playlist.name: listed.playlist.infusion_min
            for listed in playlists.listing(self._clinic.folder)
            if listed.playlist is not None and listed.playlist.infusion_min is not None
        }
        self._nothing = why_nothing(self._clinic, usable)
        if self._nothing:
            self.table.show_empty(self._nothing)
            self.table.redraw()
            self.query_one(Header).show((f"  {self._code}", STRONG), right=_("no plan"), style=URGENT)
            return
        begun, self._simulated = first_request(self._clinic, self._code, usable)
        # what was wanted stays when the screen is left, with what can be taken back
        self._before = self.navigator.plan_requests.setdefault(self._code, [])
        self._want(self._before.pop() if self._before else begun, remember=False)

    def on_screen_resume(self) -> None:
        if self._built is not None:
            self._compare(self._ticket, self._built)

    @work(thread=True, exclusive=True, group="compare")
    def _compare(self, ticket: int, built: "Composed") -> None:
        """The library may have been scanned, or a refusal added, while another screen was open."""
        from setsetting.desk import soundscapes

        with suppress(SetSettingError):  # planning anew will say it
            if soundscapes.stale_since(self._clinic, built.soundscape, self._code):
                self.post_message(GroundMoved(ticket))

    def on_ground_moved(self, message: GroundMoved) -> None:
        if message.ticket == self._ticket and self._wanted is not None:
            self._want(self._wanted, remember=False)
            self.say(_("The library, the playlist or what the patient refuses has changed; planned anew."))

    def leave(self, words: str = "") -> None:
        if self._wanted is not None:
            self._before.append(self._wanted)
        super().leave(words)

    def _want(self, wanted: PlanRequest, *, remember: bool = True) -> None:
        """Plan anew; what stood before can be taken back, and is not shown while the next is being found."""
        if remember and self._wanted not in (None, wanted):
            self._before.append(self._wanted)
        self._clear(wanted)
        self._plan(self._ticket, wanted)

    def _clear(self, wanted: PlanRequest) -> None:
        self._ticket += 1
        self._wanted, self._built, self._saved, self._accepted = wanted, None, None, False
        self._reason, self._offers = ("", ""), ()
        self._turn(refused=False)
        self.query_one(DetailPane).show("", "")
        self.query_one(Timeline).show(None)
        self.say("")
        self.table.show_empty(_("planning"))
        self.table.show_as(plan_view.CUE_COLUMNS, plan_view.cue_cells, ())
        self._show_header(_("planning"), DIM)

    @work(thread=True, exclusive=True, group="plan")
    def _plan(self, ticket: int, wanted: PlanRequest) -> None:
        def still_wanted() -> bool:
            return ticket == self._ticket and self.is_attached

        post = self.post_message
        post(answered(self._clinic, self._code, ticket, wanted, still_wanted=still_wanted, post=post))

    def on_plan_answered(self, message: PlanAnswered) -> None:
        if message.ticket != self._ticket:
            return
        self._tracks = message.tracks
        if message.built is not None:
            self._show_built(message.built, message.phases)
            self._saved, self._accepted = message.accepted, message.accepted is not None
            if self._accepted:
                self._show_header(_("accepted"), LOUD)
        elif message.refused is not None:
            self._show_refused(message.refused)
        else:
            self.table.show_empty(_("no plan"))
            self.table.redraw()
            self._show_header(_("no plan"), URGENT)
            self.say(self.navigator.scanning.beside(message.trouble), wrong=True)

    def _show_built(self, built: "Composed", phases: "Sequence[TimedPhase]") -> None:
        assert self._wanted is not None
        self._built = built
        self.query_one(Timeline).show(plan_view.view_of(self._wanted, phases, built, self._tracks))
        cues = [views.shown(cue, self._tracks) for cue in built.soundscape.in_time]
        self.table.show_as(plan_view.CUE_COLUMNS, plan_view.cue_cells, tuple(enumerate(cues, 1)))
        self._show_header(_("not accepted"), LOUD)
        loosened = self._wanted.loosened
        words = " · ".join((*built.words, *((views.loosened_words(loosened),) if loosened else ())))
        self.say(words or views.headline(built.soundscape))

    def _show_refused(self, refused: "Infeasible") -> None:
        self._offers = refused.offers
        self._turn(refused=True)
        self.query_one(RefusalPage).show(
            plan_view.refusal_of(refused, {rule.name: rule.head for rule in RULES}, dict(CHOICES))
        )
        self._show_header(_("no plan fits"), URGENT)
        self._reason = ("", refused.sentence)
        self.say(self.navigator.scanning.beside(plan_view.what_to_do(refused)))

    def _turn(self, *, refused: bool) -> None:
        """Show the page of a refusal, or the plan with its timeline and cues."""
        for widget in (self.query_one(Timeline), self.table, self.query_one(DetailPane)):
            widget.display = not refused
        self.query_one(RefusalPage).display = refused
        self.query_one(KeyBar).show(self.commands())

    def commands(self) -> "Sequence[Command]":
        """The changes are among the keys while there are some."""
        return [command for command in self.ACTS if command.name != "offer" or self._offers]

    def do_offer(self, key: str) -> None:
        wanted = self._needs_plan()
        if int(key) > len(self._offers):
            raise UsageError(_("{key} stands beside no change here.").format(key=key))
        self._want(
            replace(wanted, loosened=tuple(dict([*wanted.loosened, *self._offers[int(key) - 1].loosened]).items()))
        )

    def do_up(self) -> None:
        self._move(-1)

    def do_down(self) -> None:
        self._move(1)

    def do_page_up(self) -> None:
        self._move(-self._page)

    def do_page_down(self) -> None:
        self._move(self._page)

    @property
    def _page(self) -> int:
        page = self.query_one(RefusalPage)
        return max(1, page.size.height - 1) if page.display else self.table.in_view

    def _move(self, by: int) -> None:
        """Scroll the page of a refusal, or go through the cues."""
        page = self.query_one(RefusalPage)
        if page.display:
            page.move(by)
        else:
            self.table.move(by)

    def _show_header(self, state: str, style: TextStyle) -> None:
        wanted = self._wanted
        assert wanted is not None
        pieces = plan_view.wanted_words(wanted, views.rules_words(wanted.loosened))
        simulated = _(", simulated") if self._simulated else ""
        self.query_one(Header).show((f"  {self._code}", STRONG), (simulated, TEXT), *pieces, right=state, style=style)

    def on_table_moved(self, message: Table.Moved) -> None:
        message.stop()
        if self._built is None or self.table.row is None:
            return
        number, shown = self.table.row
        self.query_one(Timeline).choose(number)
        self._reason = (f"{number} {shown.what}:", shown.cue.reason)
        self.query_one(DetailPane).show(*self._reason)

    def on_timeline_cue_clicked(self, message: Timeline.CueClicked) -> None:
        self.table.move(message.number - 1 - self.table.at)

    async def do_open(self) -> None:
        title, words = self._reason
        if not words:
            self._needs_plan()
            return
        await self.ask(ChoiceDialog(f"{title} {words}", ()))

    async def do_playlist(self) -> None:
        if (wanted := await playlist_asked(self, self._clinic, self._code, self._needs_plan())) is not None:
            self._want(wanted)

    def _needs_plan(self) -> PlanRequest:
        """What is being built; refuses when nothing is."""
        if self._wanted is None:
            raise UsageError(self._nothing)
        return self._wanted

    async def do_minutes(self) -> None:
        wanted = self._needs_plan()
        question = _("{code}: how many minutes does the infusion last?").format(code=self._code)
        text = await self.ask(TextDialog(question, f"{wanted.minutes:g}", check=infusion_minutes_typed))
        if text is not None:
            self._want(replace(wanted, minutes=infusion_minutes_typed(text)))

    def do_seed(self) -> None:
        wanted = self._needs_plan()
        self._want(replace(wanted, seed=wanted.seed + 1))

    async def do_loosen(self) -> None:
        if (wanted := await loosening_asked(self, self._clinic, self._code, self._needs_plan())) is not None:
            self._want(wanted)

    def do_undo(self) -> None:
        if not self._before:
            self.say(_("Nothing to take back."))
            return
        self._want(self._before.pop(), remember=False)

    async def do_kept(self) -> None:
        from setsetting.desk import playlists
        from setsetting.desk.soundscapes import Composed

        self._needs_plan()
        if (chosen := await kept_asked(self, self._clinic, self._code)) is None:
            return
        path, soundscape, stale = chosen
        self._tracks = tracks_of(self._clinic, soundscape)
        if self._wanted is not None:
            self._before.append(self._wanted)
        self._clear(PlanRequest(soundscape.playlist, soundscape.minutes, soundscape.seed, soundscape.loosened))
        playlist = playlists.show(self._clinic.folder, soundscape.playlist)
        phases = playlists.timed(playlist, steady(soundscape.minutes), soundscape.loosened)
        self._show_built(Composed(soundscape, proven=False, words=stale), phases)
        self._saved = path

    async def do_accept(self) -> None:
        if self._built is None:
            raise UsageError(self._nothing or _("There is no soundscape to keep yet."))
        if self._accepted:
            self.say(_("It is accepted already; j starts the session with it."))
            return
        from setsetting.desk import plans, soundscapes

        ticket, soundscape, code, saved = self._ticket, self._built.soundscape, self._code, self._saved

        def accept() -> Path:
            path = saved or soundscapes.save(self._clinic, soundscape, None, replace=False, code=code)
            plans.accept(self._clinic, path, code)
            return path

        self.say(_("Every rule is asked again, and the files are looked through."))
        path = await asyncio.to_thread(accept)
        folder = self._clinic.folder
        shown = path.relative_to(folder) if path.is_relative_to(folder) else path
        said = _("Accepted for the next visit of {code}: {path}; j starts it.")
        self.say_in_front(said.format(code=code, path=shown))
        if ticket == self._ticket:
            self._saved, self._accepted = path, True
            self._show_header(_("accepted"), LOUD)

    async def do_render(self) -> None:
        if self._built is None:
            raise UsageError(self._nothing or _("There is no soundscape to render yet."))
        if self._saved is None:
            raise UsageError(_("Accept the soundscape first (enter); then f renders it."))
        from setsetting.tui.screens.render import render_to_file

        await render_to_file(self, self._clinic, self._code, self._saved)

    async def do_join(self) -> None:
        if self._built is None:
            raise UsageError(self._nothing or _("There is no soundscape to start yet."))
        if "accept" in self._under_way:
            raise UsageError(_("The soundscape is being accepted; j starts the session with it once that is said."))
        if self._saved is None or not self._accepted:
            raise UsageError(_("Accept the soundscape first (enter); then j starts the session with it."))
        from setsetting.tui.screens.start import start_session

        await start_session(self, self._clinic, None, self._code)
