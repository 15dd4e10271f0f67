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
from setsetting.errors import SetSettingError, UsageError
from setsetting.review.words import internal_review
from setsetting.tui.command import Command
from setsetting.tui.ink import DIM, LOUD, STRONG, TEXT, URGENT, Ink
from setsetting.tui.list_task import MOVES, ListTask
from setsetting.tui.screens.ask import Ask, Choose
from setsetting.tui.task import BACK, HELP
from setsetting.tui.widgets.head import Head
from setsetting.tui.widgets.small_print import SmallPrint
from setsetting.tui.widgets.status import StatusRow
from setsetting.tui.widgets.table import Cells, Column, Table
from setsetting.tui.widgets.timeline import Timeline
from setsetting.tui.widgets.why import Why
from setsetting.words.numbers import clock
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.soundscapes import ShownCue
    from setsetting.library.track import Track
    from setsetting.soundscape.compose import Composed
    from setsetting.soundscape.refusal import Infeasible

LOOSENABLE = (
    ("lyrics_unknown", "allow", _("tracks of which nobody said whether they have lyrics")),
    ("bpm_unknown", "allow", _("tracks of unknown tempo where a phase limits it")),
    ("artist_max_per_session", "6", _("tracks by one artist in a session")),
    ("startle_max_lu", "14", _("sudden rises, in LU")),
    ("energy_step_max", "3", _("levels of energy from track to track")),
    ("flex_s", "240", _("seconds a phase may begin early or late")),
    ("beds", "allow", _("a noise bed where no track fits")),
)
OUTPUTS = (
    ("auto", _("the machine's own output")),
    ("null", _("silent, paced by the clock: for trying things out")),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is being built."""

    playlist: str
    minutes: float
    seed: int = 0
    loosened: tuple[tuple[str, str], ...] = ()


class Planned(Message):
    """The planner answered: a soundscape, or why none exists."""

    def __init__(
        self, wanted: Wanted, built: "Composed | None", refused: "Infeasible | None", trouble: str | None
    ) -> None:
        super().__init__()
        self.wanted, self.built, self.refused, self.trouble = wanted, built, refused, trouble


class Begun(Message):
    """A session was started, or why not."""

    def __init__(self, trouble: str | None) -> None:
        super().__init__()
        self.trouble = trouble


class Build(ListTask):
    """Choose a playlist and minutes, look, loosen, keep, start."""

    TITLE_WORDS = _("building a soundscape")
    CSS = """
    Build Table { height: 6; }
    Build Why { height: 2; }
    Build.-high Table { height: 14; }
    Build.-high Why { height: 3; }
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
        self._wanted: Wanted | None = None
        self._before: list[Wanted] = []
        self._built: Composed | None = None
        self._saved: Path | None = None
        self._tracks: dict[str, Track] = {}
        self._reason = ("", "")

    def body(self) -> ComposeResult:
        yield Head(_("BUILD"))
        yield Timeline(legend=True)
        yield Table[Any](CUE_COLUMNS, _cue_cells, empty=_("planning"))
        yield Why()
        yield StatusRow()
        yield SmallPrint(internal_review(), effect.LABEL)

    def on_mount(self) -> None:
        from setsetting.desk import library, playlists

        self._tracks = {track.id: track for track in library.listing(self._clinic)}
        usable = [
            listed.playlist
            for listed in playlists.listing(self._clinic.folder)
            if listed.playlist is not None and listed.playlist.infusion_min is not None
        ]
        if not usable:
            self.say(_("There is no playlist that is timed to an infusion."), wrong=True)
            return
        first = next((playlist for playlist in usable if playlist.name == self._played_last()), usable[0])
        assert first.infusion_min is not None
        self._want(Wanted(first.name, first.infusion_min), remember=False)

    def _played_last(self) -> str | None:
        """The playlist of the patient's last session: what tonight begins from."""
        from setsetting.desk import patients

        held = () if self._code is None else patients.show(self._clinic, self._code).sessions
        return held[-1].playlist if held else None

    def _want(self, wanted: Wanted, *, remember: bool = True) -> None:
        """Plan anew; what stood before can be taken back."""
        if remember and self._wanted is not None:
            self._before.append(self._wanted)
        self._wanted, self._built, self._saved = wanted, None, None
        self._show_head(_("planning"), DIM)
        self._plan(wanted)

    @work(thread=True, exclusive=True, group="plan")
    def _plan(self, wanted: Wanted) -> None:
        from setsetting.desk import soundscapes

        try:
            built = soundscapes.build(
                self._clinic,
                wanted.playlist,
                wanted.minutes,
                self._code,
                seed=wanted.seed,
                loosened=dict(wanted.loosened),
            )
        except soundscapes.Infeasible as refused:
            self.post_message(Planned(wanted, None, refused, None))
        except SetSettingError as error:
            self.post_message(Planned(wanted, None, None, str(error)))
        else:
            self.post_message(Planned(wanted, built, None, None))

    def on_planned(self, message: Planned) -> None:
        if message.wanted != self._wanted:
            return
        from setsetting.tui.widgets import plan_view

        self.query_one(Timeline).show(plan_view.view_of(self._clinic, message.wanted, message.built, self._tracks))
        if message.built is not None:
            self._built = message.built
            from setsetting.desk import soundscapes

            cues = soundscapes.shown(message.built.soundscape, self._tracks).cues
            self.table.show_as(CUE_COLUMNS, _cue_cells, tuple(enumerate(cues, 1)))
            self._show_head(_("not accepted"), LOUD)
            self.say(" · ".join(message.built.words) or soundscapes.headline(message.built.soundscape))
        elif message.refused is not None:
            columns, rows = plan_view.funnel_table(message.refused)
            blocked = next((at for at, row in enumerate(rows) if row.blocked), 0)
            self.table.show_as(columns, plan_view.funnel_cells, rows, at=blocked)
            self._show_head(_("no plan fits"), URGENT)
            self._reason = ("", message.refused.sentence)
            self.query_one(Why).show(*self._reason)
            self.say(
                _("proven: with these rules no plan exists, whatever the seed; o loosens one for tonight")
                if message.refused.proven
                else _("none was found; o loosens a rule for tonight, t tries another seed")
            )
        else:
            self.table.show_as(CUE_COLUMNS, _cue_cells, ())
            self._show_head(_("no plan"), URGENT)
            self.say(message.trouble or "", wrong=True)

    def _show_head(self, state: str, ink: Ink) -> None:
        wanted = self._wanted
        assert wanted is not None
        pieces = [
            (f"  {self._code or _('no patient')}", STRONG),
            (f" · {wanted.playlist}", TEXT),
            (_(" · {minutes:g} min").format(minutes=wanted.minutes), TEXT),
            (_(" · seed {seed}").format(seed=wanted.seed), DIM),
        ]
        if wanted.loosened:
            words = ", ".join(f"{rule}={value}" for rule, value in wanted.loosened)
            pieces.append((_(" · {n} loosened").format(n=len(wanted.loosened)), LOUD))
            pieces.append((f": {words}", TEXT))
        self.query_one(Head).show(*pieces, right=state, ink=ink)

    def on_table_moved(self, message: Table.Moved) -> None:
        message.stop()
        if self._built is None or self.table.row is None:
            return
        number, shown = self.table.row
        self.query_one(Timeline).choose(number)
        self._reason = (f"{number} {shown.what}:", shown.cue.reason)
        self.query_one(Why).show(*self._reason)

    def on_timeline_cue_clicked(self, message: Timeline.CueClicked) -> None:
        self.table.move(message.number - 1 - self.table.at)

    def do_open(self) -> None:
        title, words = self._reason
        self.app.push_screen(Choose(f"{title} {words}", ()))

    def do_playlist(self) -> None:
        from setsetting.desk import playlists

        listed = playlists.listing(self._clinic.folder)
        choices = [
            (each.shelved.name, each.trouble or f"{each.playlist.title} · {each.whence}" if each.playlist else "")
            for each in listed
        ]

        def chosen(index: int | None) -> None:
            if index is None:
                return
            playlist = listed[index].playlist
            if playlist is None:
                self.say(listed[index].trouble or "", wrong=True)
            elif self._wanted is None or playlist.infusion_min is None:
                self.say(_("{name} is a loop, not timed to an infusion.").format(name=playlist.name), wrong=True)
            else:
                self._want(replace(self._wanted, playlist=playlist.name, minutes=playlist.infusion_min))

        self.app.push_screen(Choose(_("Which playlist?"), choices), chosen)

    def do_minutes(self) -> None:
        wanted = self._wanted
        if wanted is None:
            return

        def answered(text: str | None) -> None:
            if text is None:
                return
            try:
                self._want(replace(wanted, minutes=_minutes(text)))
            except SetSettingError as error:
                self.say(str(error), wrong=True)

        self.app.push_screen(Ask(_("How many minutes does the infusion last?"), f"{wanted.minutes:g}"), answered)

    def do_seed(self) -> None:
        if self._wanted is not None:
            self._want(replace(self._wanted, seed=self._wanted.seed + 1))

    def do_loosen(self) -> None:
        wanted = self._wanted
        if wanted is None:
            return

        def chosen(index: int | None) -> None:
            if index is None:
                return
            rule, offer, words = LOOSENABLE[index]
            offer = dict(wanted.loosened).get(rule, offer)

            def answered(value: str | None) -> None:
                if value is not None:
                    kept = tuple(pair for pair in wanted.loosened if pair[0] != rule)
                    self._want(replace(wanted, loosened=(*kept, (rule, value))))

            self.app.push_screen(Ask(_("{rule}: {words}").format(rule=rule, words=words), offer), answered)

        tonight = dict(wanted.loosened)
        choices = [
            (rule, (_("tonight {value} · ").format(value=tonight[rule]) if rule in tonight else "") + words)
            for rule, _offer, words in LOOSENABLE
        ]
        self.app.push_screen(
            Choose(_("Loosen which rule, for tonight only? Vetoes are never loosened."), choices), chosen
        )

    def do_undo(self) -> None:
        if not self._before:
            self.say(_("Nothing to take back."))
            return
        self._want(self._before.pop(), remember=False)

    def do_accept(self) -> None:
        if self._built is None:
            self.say(_("There is no soundscape to keep yet."), wrong=True)
            return
        from setsetting.desk import soundscapes

        self._saved = soundscapes.save(self._clinic, self._built.soundscape, None, replace=False)
        self._show_head(_("accepted"), LOUD)
        self.say(_("Kept as {path}; s starts the session with it.").format(path=self._saved))

    def do_start(self) -> None:
        if self._saved is None or self._code is None:
            self.say(_("A session needs an accepted soundscape (a) and a patient."), wrong=True)
            return

        def chosen(index: int | None) -> None:
            if index is not None:
                self.say(_("The session is starting."))
                self._begin(OUTPUTS[index][0])

        self.app.push_screen(Choose(_("Where does it sound? The music begins at once."), OUTPUTS), chosen)

    @work(thread=True, exclusive=True, group="start")
    def _begin(self, output: str) -> None:
        from setsetting.desk import sessions

        def told(words: str) -> None:
            self.app.call_from_thread(self.say, words)

        assert self._saved is not None
        assert self._code is not None
        try:
            started = sessions.start(
                self._clinic, sessions.Asked(self._saved, self._code, output=output), attended=True, say=told
            )
        except SetSettingError as error:
            self.post_message(Begun(str(error)))
        else:
            started.live.detach()  # the live screen takes it over in its own thread
            self.post_message(Begun(None))

    def on_begun(self, message: Begun) -> None:
        if message.trouble is None:
            self.setsetting.join()
        else:
            self.say(message.trouble, wrong=True)


CUE_COLUMNS = (
    Column(_("cue"), 3, right=True),
    Column(_("start"), 6, right=True),
    Column(_("phase"), 8),
    Column(_("title"), 14, flex=True),
    Column(_("artist"), 10, flex=True),
    Column(_("energy"), 6, right=True),
    Column(_("length"), 6, right=True),
    Column(_("fade"), 5, right=True),
    Column(_("why here"), 22, flex=True),
)


def _cue_cells(row: "tuple[int, ShownCue]") -> Cells:
    number, shown = row
    cue = shown.cue
    return (
        (str(number), DIM),
        (clock(cue.start_ms), TEXT),
        (cue.phase, DIM),
        (shown.title, TEXT),
        (shown.artist, DIM),
        ("" if shown.energy is None else f"{shown.energy:.1f}", STRONG),
        (clock(cue.length_ms), TEXT),
        (f"{cue.fade_in_ms / 1000:g} s", DIM),
        (cue.reason, DIM),
    )


def _minutes(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(_("{text!r} is not a number of minutes.").format(text=text)) from None
