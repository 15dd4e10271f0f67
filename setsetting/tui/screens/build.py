"""Building a soundscape: the plan on the timeline, every cue with its reason, or why nothing fits.

What is loosened is loosened for tonight only and stands in the file. The plan is made in the
background; what is shown was checked independently before.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.message import Message

from setsetting.clinical import effect
from setsetting.clinical.infusion import steady
from setsetting.errors import SetSettingError, UsageError
from setsetting.review.words import internal_review
from setsetting.soundscape.rules import CHOICES
from setsetting.tui.command import Command
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.list_screen import MOVES, ListScreen
from setsetting.tui.task_screen import BACK, HELP
from setsetting.tui.theme import DIM, LOUD, STRONG, TEXT, URGENT, TextStyle
from setsetting.tui.widgets import plan_view
from setsetting.tui.widgets.detail_pane import DetailPane
from setsetting.tui.widgets.header import Header
from setsetting.tui.widgets.paragraph import Disclaimer
from setsetting.tui.widgets.plan_view import PlanRequest
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Table
from setsetting.tui.widgets.timeline import Timeline
from setsetting.units import Minutes, minutes_from_ms
from setsetting.views import soundscape as views
from setsetting.views.playlist import whence
from setsetting.words.translate import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from setsetting.desk.clinic import Clinic
    from setsetting.library.track import Track
    from setsetting.soundscape.compose import Composed
    from setsetting.soundscape.refusal import Infeasible
    from setsetting.soundscape.windows import TimedPhase


@dataclass
class PlanAnswered(Message):
    """The planner answered: a soundscape, or why none exists; the phases as far as they could be timed."""

    wanted: PlanRequest
    phases: "Sequence[TimedPhase]"
    built: "Composed | None" = None
    refused: "Infeasible | None" = None
    trouble: str = ""


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
        Command("open", "enter", _("Whole reason"), _("Says why the cue is where it is, or why nothing fits, whole.")),
        Command("playlist", "g", _("Playlist"), _("Chooses the playlist.")),
        Command("minutes", "m", _("Minutes"), _("Sets how long the infusion lasts, 5 to 180 minutes.")),
        Command("seed", "t", _("New seed"), _("Tries another seed; the same seed gives the same soundscape.")),
        Command("loosen", "o", _("Loosen"), _("Loosens a rule for tonight only; it is written into the file.")),
        Command("undo", "u", _("Undo"), _("Takes back the last change of playlist, minutes, seed or loosening.")),
        Command("accept", "a", _("Accept"), _("Keeps the soundscape as a file in the clinic folder.")),
        Command("start", "s", _("Start"), _("Starts the session with the accepted soundscape: the music begins.")),
        *MOVES,
        BACK,
        HELP,
    )

    def __init__(self, clinic: "Clinic", code: str | None) -> None:
        super().__init__()
        self._clinic, self._code = clinic, code
        self._wanted: PlanRequest | None = None
        self._before: list[PlanRequest] = []
        self._built: Composed | None = None
        self._saved: Path | None = None
        self._tracks: dict[str, Track] = {}
        self._reason = ("", "")
        self._nothing = ""
        self._simulated = False

    def body(self) -> ComposeResult:
        yield Header(_("BUILD"))
        yield Timeline(legend=True)
        yield Table[Any](plan_view.CUE_COLUMNS, plan_view.cue_cells, empty=_("planning"))
        yield DetailPane(_("more with enter"))
        yield StatusRow()
        yield Disclaimer(internal_review(), effect.LABEL)

    def on_mount(self) -> None:
        from setsetting.desk import library, playlists

        self._tracks = {track.id: track for track in library.listing(self._clinic)}
        usable = {
            listed.playlist.name: listed.playlist.infusion_min
            for listed in playlists.listing(self._clinic.folder)
            if listed.playlist is not None and listed.playlist.infusion_min is not None
        }
        if not usable:
            self._nothing = _("There is no playlist that is timed to an infusion.")
        elif not self._tracks:
            self._nothing = _("The library is empty: esc goes back to today, l opens the library, v scans your music.")
        if self._nothing:
            self.table.show_empty(self._nothing)
            self.table.redraw()
            self.query_one(Header).show(
                (f"  {self._code or _('no patient')}", STRONG), right=_("no plan"), style=URGENT
            )
        else:
            self._want(self._as_before(usable), remember=False)

    def _as_before(self, usable: "Mapping[str, Minutes]") -> PlanRequest:
        """What tonight begins from: the patient's last session, else what fits its length, else the first."""
        from setsetting.desk import patients

        known = patients.listing(self._clinic)
        held = next((view.sessions for view in known if view.code == self._code), ())
        self._simulated = any(view.simulated for view in known if view.code == self._code)
        if not held:
            name = next(iter(usable))
            return PlanRequest(name, usable[name])
        minutes = minutes_from_ms(held[-1].planned.end_ms)
        last = held[-1].playlist
        if last is not None and last in usable:
            return PlanRequest(last, minutes)
        everyone = sorted((row for view in known for row in view.sessions), key=lambda row: row.started_utc_ms)
        played = [row.playlist for row in everyone if row.playlist in usable]
        name = min(usable, key=lambda name: (abs(usable[name] - minutes), name not in played[-1:]))
        return PlanRequest(name, minutes)

    def _want(self, wanted: PlanRequest, *, remember: bool = True) -> None:
        """Plan anew; what stood before can be taken back."""
        if remember and self._wanted is not None:
            self._before.append(self._wanted)
        self._wanted, self._built, self._saved = wanted, None, None
        self._show_header(_("planning"), DIM)
        self._plan(wanted)

    @work(thread=True, exclusive=True, group="plan")
    def _plan(self, wanted: PlanRequest) -> None:
        from setsetting.desk import playlists, soundscapes

        phases: Sequence[TimedPhase] = ()
        try:
            playlist = playlists.show(self._clinic.folder, wanted.playlist)
            phases = playlists.timed(playlist, steady(wanted.minutes), wanted.loosened)
            built = soundscapes.build(
                self._clinic,
                wanted.playlist,
                wanted.minutes,
                self._code,
                seed=wanted.seed,
                loosened=dict(wanted.loosened),
            )
        except soundscapes.Infeasible as refused:
            self.post_message(PlanAnswered(wanted, phases, refused=refused))
        except SetSettingError as error:
            self.post_message(PlanAnswered(wanted, phases, trouble=str(error)))
        else:
            self.post_message(PlanAnswered(wanted, phases, built=built))

    def on_plan_answered(self, message: PlanAnswered) -> None:
        if message.wanted != self._wanted:
            return
        self.query_one(Timeline).show(plan_view.view_of(message.wanted, message.phases, message.built, self._tracks))
        if message.built is not None:
            self._built = message.built
            cues = [views.shown(cue, self._tracks) for cue in message.built.soundscape.cues]
            self.table.show_as(plan_view.CUE_COLUMNS, plan_view.cue_cells, tuple(enumerate(cues, 1)))
            self._show_header(_("not accepted"), LOUD)
            loosened = message.wanted.loosened
            words = " · ".join((*message.built.words, *((views.loosened_words(loosened),) if loosened else ())))
            self.say(words or views.headline(message.built.soundscape))
        elif message.refused is not None:
            columns, rows = plan_view.funnel_table(message.refused)
            blocked = next((at for at, row in enumerate(rows) if row.blocked), 0)
            self.table.show_as(columns, plan_view.funnel_cells, rows, at=blocked)
            self._show_header(_("no plan fits"), URGENT)
            self._reason = ("", message.refused.sentence)
            self.query_one(DetailPane).show(*self._reason)
            self.say(
                _("proven: with these rules no plan exists, whatever the seed; o loosens one for tonight")
                if message.refused.proven
                else _("none was found; o loosens a rule for tonight, t tries another seed")
            )
        else:
            self.table.show_empty(_("no plan"))
            self.table.show_as(plan_view.CUE_COLUMNS, plan_view.cue_cells, ())
            self._show_header(_("no plan"), URGENT)
            self.say(message.trouble, wrong=True)

    def _show_header(self, state: str, style: TextStyle) -> None:
        wanted = self._wanted
        assert wanted is not None
        pieces = [
            (f"  {self._code or _('no patient')}", STRONG),
            (_(", simulated") if self._simulated else "", TEXT),
            (f" · {wanted.playlist}", TEXT),
            (_(" · {minutes:g} min").format(minutes=wanted.minutes), TEXT),
            (_(" · seed {seed}").format(seed=wanted.seed), DIM),
        ]
        if wanted.loosened:
            words = ", ".join(f"{rule}={value}" for rule, value in wanted.loosened)
            pieces.append((_(" · {n} loosened").format(n=len(wanted.loosened)), LOUD))
            pieces.append((f": {words}", TEXT))
        self.query_one(Header).show(*pieces, right=state, style=style)

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
        from setsetting.desk import playlists

        wanted = self._needs_plan()
        listed = [
            each
            for each in playlists.listing(self._clinic.folder)
            if each.playlist is None or each.playlist.infusion_min is not None
        ]
        own = {each.playlist.name: each.playlist.infusion_min for each in listed if each.playlist is not None}
        choices = [
            (
                each.shelved.name,
                each.trouble or f"{each.playlist.title} · {whence(each)}" if each.playlist else "",
            )
            for each in listed
        ]
        now = next((at for at, each in enumerate(listed) if each.shelved.name == wanted.playlist), 0)
        at = await self.ask(ChoiceDialog(_("Which playlist?"), choices, now))
        if at is None:
            return
        playlist = listed[at].playlist
        if playlist is None or playlist.infusion_min is None:
            raise UsageError(listed[at].trouble or "")
        # minutes that a person set stay; those that came with the old playlist go with it
        theirs = wanted.minutes != own.get(wanted.playlist)
        minutes = wanted.minutes if theirs else playlist.infusion_min
        self._want(replace(wanted, playlist=playlist.name, minutes=minutes))

    def _needs_plan(self) -> PlanRequest:
        """What is being built; refuses when nothing is."""
        if self._wanted is None:
            raise UsageError(self._nothing)
        return self._wanted

    async def do_minutes(self) -> None:
        wanted = self._needs_plan()
        text = await self.ask(TextDialog(_("How many minutes does the infusion last?"), f"{wanted.minutes:g}"))
        if text is not None:
            self._want(replace(wanted, minutes=_minutes(text)))

    def do_seed(self) -> None:
        wanted = self._needs_plan()
        self._want(replace(wanted, seed=wanted.seed + 1))

    async def do_loosen(self) -> None:
        wanted = self._needs_plan()
        tonight = dict(wanted.loosened)
        choices = [
            (rule, (_("tonight {value} · ").format(value=tonight[rule]) if rule in tonight else "") + words)
            for rule, _offer, words in CHOICES
        ]
        if tonight:
            choices.append((_("none of them"), _("every rule of the playlist holds again")))
        at = await self.ask(ChoiceDialog(_("Loosen which rule, for tonight only? Vetoes are never loosened."), choices))
        if at is None:
            return
        if at == len(CHOICES):
            self._want(replace(wanted, loosened=()))
            return
        rule, offer, words = CHOICES[at]
        value = await self.ask(
            TextDialog(_("{rule}: {words}").format(rule=rule, words=words), tonight.get(rule, offer))
        )
        if value is not None:
            kept = tuple(pair for pair in wanted.loosened if pair[0] != rule)
            self._want(replace(wanted, loosened=(*kept, (rule, value))))

    def do_undo(self) -> None:
        if not self._before:
            self.say(_("Nothing to take back."))
            return
        self._want(self._before.pop(), remember=False)

    def do_accept(self) -> None:
        if self._built is None:
            raise UsageError(self._nothing or _("There is no soundscape to keep yet."))
        if self._saved is not None:
            self.say(_("It is kept already; s starts the session with it."))
            return
        from setsetting.desk import soundscapes

        self._saved = soundscapes.save(self._clinic, self._built.soundscape, None, replace=False, code=self._code)
        self._show_header(_("accepted"), LOUD)
        folder = self._clinic.folder
        shown = self._saved.relative_to(folder) if self._saved.is_relative_to(folder) else self._saved
        self.say(_("Kept as {path}; s starts the session with it.").format(path=shown))

    async def do_start(self) -> None:
        if self._built is None:
            raise UsageError(self._nothing or _("There is no soundscape to start yet."))
        if self._saved is None or self._code is None:
            raise UsageError(_("Accept the soundscape first (a); then s starts the session with it."))
        from setsetting.tui.screens.start import start_session

        await start_session(self, self._clinic, self._saved, self._code)


def _minutes(text: str) -> Minutes:
    """Minutes as typed; refuses what no infusion can last."""
    try:
        minutes = Minutes(float(text))
    except ValueError:
        raise UsageError(_("{text!r} is not a number of minutes.").format(text=text)) from None
    steady(minutes)
    return minutes
