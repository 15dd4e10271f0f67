"""`setsetting session`: run, follow, act on and close a session."""

from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import click

from setsetting.cli import heard
from setsetting.cli import setting as correct_setting
from setsetting.cli.app import OpenInterface
from setsetting.cli.clinic import with_clinic, with_clinic_to_look, with_live_clinic
from setsetting.cli.input import FILE, at_terminal, can_ask, file_or_heard, moment, number, standard_input, why
from setsetting.cli.once import Verbs
from setsetting.cli.output import answer, document_line, example, listing, narrate
from setsetting.cli.preflight import minutes_option, music_option, preflight, room_option, soundscape_file
from setsetting.errors import Refused, Stopped, UsageError
from setsetting.session.acts import BY_NAME as ACTS_BY_NAME
from setsetting.units import Minutes
from setsetting.views import session as views
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.clinical.setting_file import SettingLog
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.corrections import CorrectedSession
    from setsetting.desk.sessions import StartedSession

_which = click.option("--session", "session_id", metavar="ID", help=_("Another than the newest."))
_setting = click.option(
    "--setting",
    metavar="FILE|-",
    help=_(
        "What was otherwise, as TOML; - reads standard input. Empty: nothing differed from what is usual in the room."
    ),
)
_as_said = click.option(
    "--as-said",
    is_flag=True,
    help=_("It was so, though fields of the setting contradict each other or consent to touch is not said."),
)
LIVE = "live"
"""Where in the interface a session is shown."""


@click.group("session", cls=Verbs)
def command() -> None:
    """Run, follow, act on and close a session."""


@command.command(
    "start",
    epilog=example(
        "session start --patient K-0417",
        "session start --soundscape tonight.json --patient K-0417 --output fast --script walk.txt --capture heard.wav",
        "session start --patient K-0417 --output Headphones --output Room",
        "session start --patient K-0417 --music external --minutes 40",
    ),
)
@soundscape_file
@click.option("--patient", "code", required=True, metavar="CODE")
@click.option(
    "--output",
    "outputs",
    multiple=True,
    default=["auto"],
    metavar="auto|NAME|null|fast",
    help=_("Where it sounds, at several at once when given again; null and fast are silent."),
)
@click.option("--capture", metavar="FILE.wav", type=FILE, help=_("Also write what is sent."))
@click.option("--script", metavar="FILE", type=FILE, help=_("Lines MINUTE ACT [ARGUMENT]."))
@room_option
@music_option
@minutes_option
@click.option("--rehearsal", is_flag=True, help=_("It is none of the course's infusions, as every silent one is none."))
@click.option("--count", "counts", is_flag=True, help=_("A silent one is an infusion of the course all the same."))
@with_clinic
def start(
    clinic: "Clinic",
    file: Path | None,
    code: str,
    outputs: tuple[str, ...],
    capture: Path | None,
    script: Path | None,
    room: str | None,
    music: str | None,
    minutes: Minutes | None,
    rehearsal: bool,
    counts: bool,
    as_json: bool,
) -> OpenInterface | None:
    """Play a soundscape for a patient; stays until the session ends, Ctrl-C lets go and the music goes on.

    With --music external nothing is played: clock, marks, acts of the infusion, setting and close, and nothing counts as heard.
    """
    from setsetting.desk import attending, sessions

    if rehearsal and counts:
        raise UsageError(_("A rehearsal does not count; give --rehearsal or --count, not both."))
    said = rehearsal if rehearsal or counts else None
    asked = sessions.SessionRequest(
        file,
        code,
        output=outputs[0] if music is None else music,
        also=outputs[1:],
        capture=capture,
        script=script,
        room=room,
        rehearsal=said,
        minutes=minutes,
    )
    waiting = [held for held in attending.left_open(clinic) if not held.rehearsal] if can_ask() else []
    if waiting:
        narrate(" ".join(attending.unclosed_words(clinic, waiting)))
        if not click.confirm(_("Start another all the same?"), default=False, err=True):
            raise Refused(_("Not started."))
    return _attended(clinic, sessions.start(clinic, asked, say=narrate), as_json)


@command.command("attach", epilog=example("session attach"))
@_which
@with_live_clinic
def attach(clinic: "Clinic", session_id: str | None, as_json: bool) -> OpenInterface | None:
    """Take the running session over: the live screen on a terminal, else follow it to its end."""
    from setsetting.desk import attending, sessions

    return _attended(clinic, sessions.StartedSession(attending.attach(clinic, session_id)), as_json)


@command.command(
    "act",
    context_settings={"ignore_unknown_options": True},
    help=_("Do one live act:")
    + "\n\n\b\n"
    + "\n".join(wrap(", ".join(ACTS_BY_NAME), 70, break_on_hyphens=False))
    + ".",
    epilog=example("session act infusion-start", "session act volume -6", "session act fade-out 8", "session act undo"),
)
@click.argument("name")
@click.argument("argument", required=False, type=click.UNPROCESSED)
@_which
@with_live_clinic
def act(clinic: "Clinic", name: str, argument: str | None, session_id: str | None, as_json: bool) -> None:
    from setsetting.desk import sessions

    said = sessions.act(clinic, name, argument, session_id)
    answer(views.act_as_data(name, argument, said), as_json, aside=said)


@command.command("mark", epilog=example("session mark onset", "session mark note --note - < note.txt"))
@click.argument("name")
@click.option("--note", metavar="-", help=_("- reads a note from standard input; a note is never an argument."))
@_which
@with_live_clinic
def mark(clinic: "Clinic", name: str, note: str | None, session_id: str | None, as_json: bool) -> None:
    """Keep an observation: onset, peak, return, distress, voice, touch offered, accepted or declined, interruption, check, flag, note."""
    from setsetting.desk import sessions

    if note is not None and note != "-":
        raise UsageError(
            _("A note is a patient's matter and never an argument: --note - reads it from standard input.")
        )
    said = sessions.mark(clinic, name, None if note is None else standard_input(), session_id)
    answer(views.mark_as_data(name, said), as_json, aside=said)


@command.command("status", epilog=example("session status", "session status --json --follow"))
@_which
@click.option(
    "--follow",
    is_flag=True,
    help=_("Again at each change, until the session ends or is closed; with --json a line each."),
)
@with_clinic_to_look
def status(clinic: "Clinic", session_id: str | None, follow: bool, as_json: bool) -> None:
    """Where the session stands: minute, phase, what plays, what comes, when it ends."""
    from setsetting.desk import sessions

    if follow:
        before = None
        for looked in sessions.follow(clinic, session_id):
            data = views.status_as_data(looked)
            if (now := views.but_for_the_clock(data)) != before:
                before = now
                if as_json:
                    document_line(data)
                else:
                    answer(data, False, *views.status_in_words(looked), "")
        return
    shown = sessions.status(clinic, session_id)
    answer(views.status_as_data(shown), as_json, *views.status_in_words(shown))


@command.command("show", epilog=example("session show 3f2a"))
@click.argument("session_id", metavar="ID")
@with_clinic
def show(clinic: "Clinic", session_id: str, as_json: bool) -> None:
    """One session minute by minute: what played and why, acts, marks, the patient's words, what was corrected."""
    from setsetting.desk import session_page
    from setsetting.views import session_page as page_views

    page = session_page.session_page(clinic, session_id)
    answer(page_views.as_data(page), as_json, *page_views.in_words(page))


@command.command("list")
@click.option("--withdrawn", is_flag=True, help=_("Also those of patients who were withdrawn."))
@with_clinic
def list_(clinic: "Clinic", withdrawn: bool, as_json: bool) -> None:
    """All sessions, oldest first; those that are not closed say so."""
    from setsetting.desk import sessions

    columns, told = views.columns(clinic.settings.zone), sessions.listing(clinic, withdrawn=withdrawn)
    listing(told, views.listed_as_data, as_json, columns, numbers=(2, 4))


@command.command("add", epilog=example("session add --patient K-0417 --started 2026-11-24T10:30 --minutes 40"))
@click.option("--patient", "code", required=True, metavar="CODE")
@click.option("--started", required=True, metavar="TIME", help=_("2026-11-24T10:30, the infusion's start."))
@click.option("--minutes", required=True, type=number, metavar="N", help=_("How long the infusion ran."))
@click.option("--room", metavar="NAME")
@_setting
@_as_said
@with_clinic
def add(
    clinic: "Clinic",
    code: str,
    started: str,
    minutes: Minutes,
    room: str | None,
    setting: str | None,
    as_said: bool,
    as_json: bool,
) -> None:
    """Enter a past session from paper; it had no music of ours, so nothing counts as heard."""
    from setsetting.desk import closing

    began, answers, insisted = moment(started, clinic.settings.zone), _read(setting, as_said), as_said
    if answers is not None and not as_said and can_ask():
        from setsetting.cli import closing as questions

        asked = closing.paper_form(clinic, closing.OnPaper(code, began, minutes, room))
        answers, insisted = questions.settle_file(asked, answers), True
    row = closing.add(clinic, code, began, minutes, answers, room=room, insisted=insisted, say=narrate)
    answer(views.as_data(row), as_json, row.session_id)


@command.command("close", epilog=example("session close", "session close --setting differs.toml"))
@_which
@_setting
@_as_said
@with_live_clinic
def close(clinic: "Clinic", session_id: str | None, setting: str | None, as_said: bool, as_json: bool) -> None:
    """End the session if it runs, log what was otherwise in the room, and close it."""
    from setsetting.desk import closing

    answers, insisted, usual, began, stopped = _read(setting, as_said), as_said, None, None, None
    asked = closing.prepare_close(clinic, session_id, say=narrate)
    if asked.later:
        narrate(asked.later)
    if can_ask():
        from setsetting.cli import closing as questions

        began, stopped = questions.ask_begun(clinic, asked), questions.ask_stopped(clinic, asked)
        if answers is not None and not as_said:
            answers, insisted = questions.settle_file(asked, answers), True
        elif answers is None and not asked.form.session.rehearsal:
            (answers, _so), insisted = questions.settle(asked, questions.ask(asked)), True
            usual = questions.ask_usual(asked, answers)
    row = closing.close(clinic, asked, answers, usual=usual, insisted=insisted, began=began, stopped=stopped)
    answer(views.closed_as_data(row), as_json, aside=views.closed_words(row, None if can_ask() else asked.running_ms))


@command.command("void", epilog=example("session void 3f2a9c --reason 'it was a trial'"))
@click.argument("session_id", metavar="ID")
@why
@with_clinic
def void(clinic: "Clinic", session_id: str, reason: str, as_json: bool) -> None:
    """Say that a session was none: it counts nowhere, nothing in it was heard; its trail stays."""
    from setsetting.desk import corrections

    _corrected(corrections.void(clinic, session_id, reason), as_json)


@command.command("move", epilog=example("session move 3f2a9c --patient K-0417 --reason 'the wrong patient was chosen'"))
@click.argument("session_id", metavar="ID")
@click.option("--patient", "code", required=True, metavar="CODE", help=_("Whose session it was."))
@why
@with_clinic
def move(clinic: "Clinic", session_id: str, code: str, reason: str, as_json: bool) -> None:
    """Give a session to the patient whose it was; what is counted and heard follows for both."""
    from setsetting.desk import corrections

    _corrected(corrections.move(clinic, session_id, code, reason), as_json)


@command.command(
    "correct",
    epilog=example(
        "session correct 3f2a9c 81d0 --minute 38 --reason 'the stop was logged late'",
        "session correct 3f2a9c 7be4 --withdraw --reason 'marked by mistake'",
        "session correct 3f2a9c infusion-start --minute 4 --reason 'the key was not pressed'",
        "session correct 3f2a9c --started 2026-11-24T09:30 --reason 'from paper, the wrong hour'",
    ),
)
@click.argument("session_id", metavar="ID")
@click.argument("event_id", metavar="[EVENT]", required=False)
@click.option("--minute", type=number, metavar="M", help=_("The infusion minute at which it really was."))
@click.option("--withdraw", is_flag=True, help=_("The mark was none."))
@click.option("--started", metavar="TIME", help=_("From paper: when the infusion began."))
@click.option("--minutes", type=number, metavar="N", help=_("From paper: how long it ran."))
@why
@with_clinic
def correct(
    clinic: "Clinic",
    session_id: str,
    event_id: str | None,
    minute: Minutes | None,
    withdraw: bool,
    started: str | None,
    minutes: Minutes | None,
    reason: str,
    as_json: bool,
) -> None:
    """Correct the minute of a mark or of an act of the infusion, withdraw a mark, or retell a session from paper.

    EVENT is an id of `record events`, and may be shortened as ID may; infusion-start and infusion-stop tell one that nobody
    logged, by the minutes of `session show`.
    """
    from setsetting.desk import minutes as acts
    from setsetting.desk import starts

    if event_id is None and (minute is not None or withdraw):
        raise UsageError(_("Which mark or act? Give its id after the session's; `record events` lists them."))
    if event_id is not None and (started is not None or minutes is not None or (minute is not None) == withdraw):
        raise UsageError(_("Give one of --minute M or --withdraw for an event."))
    if event_id is None:
        at = None if started is None else moment(started, clinic.settings.zone)
        done = acts.retell(clinic, session_id, reason, started=at, minutes=minutes)
    elif event_id in starts.TOLD and minute is not None:
        done = starts.tell(clinic, session_id, minute, reason, starts.TOLD[event_id])
    elif minute is None:
        done = acts.withdraw_mark(clinic, session_id, event_id, reason)
    else:
        done = acts.correct_minute(clinic, session_id, event_id, minute, reason)
    _corrected(done, as_json)


@command.command("words", epilog=example("session words 3f2a9c 81d0 < words.txt"))
@click.argument("session_id", metavar="ID")
@click.argument("event_id", metavar="MARK")
@with_clinic
def words(clinic: "Clinic", session_id: str, event_id: str, as_json: bool) -> None:
    """Type what was said at a mark, from standard input; it stays with the mark's minute. Empty takes it away.

    MARK is an id of `session show --json`, and may be shortened as ID may.
    """
    from setsetting.desk import minutes as acts

    kept = acts.word_mark(clinic, session_id, event_id, standard_input())
    answer(views.worded_as_data(kept), as_json, aside=views.worded_words(kept))


command.add_command(preflight)
command.add_command(heard.replay)
command.add_command(heard.take_home)
command.add_command(heard.together)
command.add_command(correct_setting.command)


def _corrected(done: "CorrectedSession", as_json: bool) -> None:
    answer(views.corrected_as_data(done), as_json, aside=views.corrected_words(done))


def _attended(clinic: "Clinic", started: "StartedSession", as_json: bool) -> OpenInterface | None:
    """Say at once which session plays: whoever waits for the answer acts on it. Then show it, or follow it to the end.

    Ctrl-C lets go.
    """
    from setsetting.desk import sessions

    answer(views.begun_as_data(started.session_id), as_json, started.session_id)
    if at_terminal() and not started.lines and not as_json:
        started.live.detach()
        return OpenInterface(clinic.folder, LIVE)
    try:
        sessions.stay(started.live, started.lines, narrate)
    except KeyboardInterrupt:
        raise Stopped(
            _("Let go; the session goes on. `setsetting session attach` takes the session up again.")
        ) from None
    return None


def _read(setting: str | None, as_said: bool) -> "SettingLog | None":
    from setsetting.desk import closing

    if setting is None:
        return None
    return closing.read_setting(*file_or_heard(setting), odd=as_said or can_ask())
