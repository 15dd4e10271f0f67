"""Sessions as data and in words: one of the record, and one that is looked at while it runs."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from setsetting.review import words
from setsetting.units import Milliseconds, minutes_from_ms, s_from_ms, whole_s
from setsetting.views import correction, setting
from setsetting.words.numbers import clock, local_text, minute_near, utc_text
from setsetting.words.translate import _

LONGEST_NAME = 20
"""Letters of a prompt's name that stand beside the infusion's words."""
DUE_MS = Milliseconds(30_000)
"""So long before its minute a planned check is told as due."""

if TYPE_CHECKING:
    from setsetting.desk.corrections import CorrectedSession
    from setsetting.desk.sessions import ListedSession
    from setsetting.record.kinds import MarkWorded
    from setsetting.record.live_rows import MarkRow
    from setsetting.record.rows import SessionRow
    from setsetting.session.status import CueView, MarkView, Status, TakenBack


def as_data(row: "SessionRow") -> dict[str, Any]:
    return {
        "session_id": row.session_id,
        "rehearsal": row.rehearsal,
        "visit_no": row.visit_no,
        "started": utc_text(row.started_utc_ms),
        "ended": None if row.ended_utc_ms is None else utc_text(row.ended_utc_ms),
        "planned_min": minutes_from_ms(row.planned.end_ms),
        "actual_min": None if row.actual is None else minutes_from_ms(row.actual.end_ms),
        "playlist": row.playlist,
        "external": row.is_external,
        "room": row.room or None,
        "closed": row.closed,
        "entered_afterwards": row.entered_afterwards,
        "acts": row.acts,
        "marks": row.marks,
        "setting": None if row.setting is None else setting.as_data(row.setting.fields),
        "setting_by_program": [] if row.setting is None else list(row.setting.by_program),
        "taps": None if row.setting is None else row.setting.taps,
        "void": row.void,
        "begun": row.begun,
        "corrections": [correction.as_data(each) for each in row.corrections],
    }


def standing_words(row: "SessionRow") -> str:
    """What a session is in its patient's course: its number, or why it has none."""
    return words.aside(row.aside) if row.visit_no is None else _("infusion {n}").format(n=row.visit_no)


def named_words(code: str, row: "SessionRow") -> str:
    """A session as a question names it."""
    return f"{code} \N{MIDDLE DOT} {standing_words(row)}"


def listed_as_data(listed: "ListedSession") -> dict[str, Any]:
    logged = listed.row.setting
    said = [(mark.event_id, minute_ms(mark, listed.zero_ms), mark.note) for mark in listed.noted]
    return {
        "patient": listed.code,
        "patient_withdrawn": listed.patient_withdrawn,
        **as_data(listed.row),
        "notes": notes_as_data([*said, (None, None, None if logged is None else logged.note)]),
    }


def minute_ms(mark: "MarkRow | MarkView", zero_ms: Milliseconds | None) -> Milliseconds | None:
    """When of the infusion a mark was, negative before its minute 0; as it was told where that is not known."""
    return mark.infusion_ms if zero_ms is None else Milliseconds(mark.clock_ms - zero_ms)


def notes_as_data(said: "Iterable[tuple[str | None, Milliseconds | None, str | None]]") -> list[dict[str, Any]]:
    """Notes by their event and infusion minute; the one of the close belongs to none."""
    return [
        {"id": event_id, "infusion_min": rounded_minutes(infusion_ms), "text": note}
        for event_id, infusion_ms, note in said
        if note
    ]


def corrected_as_data(done: "CorrectedSession") -> dict[str, Any]:
    """A session as it now stands, and the event that `record undo` takes back."""
    return {"event_id": done.event_id, "patient": done.code, **as_data(done.row)}


def corrected_words(done: "CorrectedSession") -> str:
    said = _("Session {id} of {code}: {standing}.").format(
        id=done.row.session_id, code=done.code, standing=standing_words(done.row)
    )
    return correction.made_words(said, done.event_id)


def columns(zone: ZoneInfo) -> Mapping[str, Callable[["ListedSession"], str]]:
    """What a list shows, under each heading, by the clinic's clock."""
    return {
        _("id"): lambda each: each.row.session_id,
        _("patient"): lambda each: each.code,
        _("infusion"): lambda each: "-" if each.row.visit_no is None else str(each.row.visit_no),
        _("started"): lambda each: local_text(each.row.started_utc_ms, zone),
        _("ran"): lambda each: words.ran(each.row.planned, each.row.actual),
        _("playlist"): lambda each: music_words(each.row),
        "": lambda each: _state(each.row) + (_(", patient withdrawn") if each.patient_withdrawn is not None else ""),
    }


def _state(row: "SessionRow") -> str:
    if row.aside not in {"", "rehearsal"}:
        return words.aside(row.aside)
    if row.entered_afterwards:
        return _("entered afterwards")
    state = _("closed") if row.closed else _("running or unclosed") if row.ended_utc_ms is None else _("not closed")
    return _("rehearsal, {state}").format(state=state) if row.rehearsal else state


def music_words(row: "SessionRow") -> str:
    """What a session's music was, as every page has it."""
    return words.music(row.playlist, external=row.is_external)


def begun_as_data(session_id: str) -> dict[str, Any]:
    """A session that plays and is followed from here on."""
    return {"session_id": session_id}


def act_as_data(name: str, argument: str | None, said: str) -> dict[str, Any]:
    return {"act": name, "argument": argument, "said": said}


def mark_as_data(name: str, said: str) -> dict[str, Any]:
    return {"mark": name, "said": said}


def closed_words(row: "SessionRow", running_ms: Milliseconds | None = None) -> str:
    """That a session is closed, and how is told what nobody was asked: a start where none stands in it, or a stop."""
    said = _("Session {id} is closed.").format(id=row.session_id)
    if running_ms is not None:
        tell = f"`setsetting session correct {row.session_id} infusion-stop --minute M --reason TEXT`"
        words = _(
            "Its infusion was not stopped and is kept as ended with the music, at its minute {minute}; {tell} says otherwise."
        )
        return f"{said} {words.format(minute=clock(running_ms), tell=tell)}"
    if row.aside != "unbegun":
        return said
    tell = f"`setsetting session correct {row.session_id} infusion-start --minute M --reason TEXT`"
    words = _("No infusion was begun in it, so it counts as none; where one was given, {tell} says when it began.")
    return f"{said} {words.format(tell=tell)}"


def closed_as_data(row: "SessionRow") -> dict[str, Any]:
    return {"session_id": row.session_id, "closed": True, "begun": row.begun}


def worded_as_data(kept: "MarkWorded") -> dict[str, Any]:
    """Which mark has other words now; what they are, `session show` tells."""
    return {"session_id": kept.session_id, "mark_id": kept.mark_id, "worded": kept.note is not None}


def worded_words(kept: "MarkWorded") -> str:
    return _("Nothing stands at the mark any more.") if kept.note is None else _("Kept with the mark.")


def status_as_data(status: "Status") -> dict[str, Any]:
    """A look at a session; minutes are the infusion's, as the screen tells them: before its start, the planned one's."""
    playing, zero_ms = None, None if status.infusion_ms is None else status.infusion_zero_ms
    if status.playing is not None:
        playing = {
            **_cue_as_data(status.playing, status.infusion_zero_ms),
            "position_s": round(s_from_ms(status.position_ms), 3),
        }
    return {
        "session_id": status.session_id,
        "patient": status.patient_code,
        "rehearsal": status.rehearsal,
        "state": str(status.state),
        "infusion_min": rounded_minutes(status.infusion_ms),
        "infusion": str(status.infusion_state),
        "infusion_ended_min": rounded_minutes(status.infusion_ended_ms),
        "clock_min": rounded_minutes(status.clock_ms),
        "playing": playing,
        "next": None if status.next is None else _cue_as_data(status.next, status.infusion_zero_ms),
        "phase": status.phase,
        "effect_phase": str(status.effect_phase) if status.goes_on else None,
        "ends_min": None if status.runs_elsewhere else rounded_minutes(status.ends_ms - status.infusion_zero_ms),
        "external": status.is_external,
        "held": None if status.held is None else str(status.held),
        "acts": status.acts,
        "cover": None if status.cover is None else str(status.cover),
        "ducked": status.ducked,
        "volume_db": status.volume_db,
        "fading_out": status.fading_out,
        "player": str(status.player),
        "outputs": [{"name": each.name, "volume_db": each.volume_db, "held": each.held} for each in status.outputs],
        "undoable": None if status.undoable is None else _undoable_as_data(status.undoable),
        "marks": [
            {
                "mark": mark.name,
                "clock_min": rounded_minutes(mark.clock_ms),
                "infusion_min": rounded_minutes(minute_ms(mark, zero_ms)),
            }
            for mark in status.marks
        ],
        "checks": [{"at_min": rounded_minutes(check.at_ms), "done": check.done} for check in status.checks],
        "prompts": [
            {
                "name": each.title,
                "phase": each.phase,
                "start_min": rounded_minutes(each.start_ms - status.infusion_zero_ms),
                "length_s": round(s_from_ms(each.length_ms), 3),
            }
            for each in status.prompts
        ],
        "quiet": status.quiet,
        "durable": status.durable,
        "notices": list(status.notices),
    }


def but_for_the_clock(data: dict[str, Any]) -> dict[str, Any]:
    """A look without what goes on by itself; two of them differ where something changed."""
    playing = None if data["playing"] is None else {**data["playing"], "position_s": None}
    return {
        **data,
        "infusion_min": None,
        "clock_min": None,
        "ends_min": None if data["ends_min"] is None else math.floor(data["ends_min"]),
        "playing": playing,
    }


def _undoable_as_data(undoable: "TakenBack") -> dict[str, Any]:
    return {
        "event_id": undoable.event_id,
        "name": undoable.name,
        "is_mark": undoable.is_mark,
        "infusion_min": rounded_minutes(undoable.infusion_ms),
        "words": undoable.words,
    }


def takes_back_words(undoable: "TakenBack", undo: str) -> str:
    """What undo would take back; a face says by which key or command."""
    return _("{undo} takes back: {what}").format(undo=undo, what=undoable.words)


def status_in_words(status: "Status") -> list[str]:
    state = _("rehearsal, {state}") if status.rehearsal else "{state}"
    state = state.format(state=_("running") if status.runs_elsewhere else _(status.state))
    lines = [
        f"{status.patient_code}: {state} · {_infusion(status)}",
        *_music(status),
    ]
    if (check := check_words(status)) != "":
        lines.append(check)
    if (prompt := prompt_words(status)) != "":
        lines.append(prompt)
    if status.held is not None:
        lines.append(_("held: {why}").format(why=_(status.held)))
    if status.undoable is not None:
        lines.append(takes_back_words(status.undoable, "undo"))
    return [*lines, *status.notices]


def _infusion(status: "Status") -> str:
    """How far the infusion is and when it ended; its minute and the model's phase while anything goes on."""
    words, now_ms = _("infusion {state}").format(state=status.infusion_is), status.infusion_ms
    if status.infusion_ended_ms is not None:
        words = _("{infusion} at {at}").format(infusion=words, at=clock(status.infusion_ended_ms))
    if not status.goes_on:
        return words if now_ms is not None else _("no infusion begun")
    now = "-" if now_ms is None else clock(now_ms)
    now = now if status.infusion_ended_ms is None else _("· now {now}").format(now=now)
    return _("{infusion} {now} · model: {phase}").format(infusion=words, now=now, phase=_(status.effect_phase))


def _music(status: "Status") -> Iterator[str]:
    """What plays, what comes and when it ends; nothing is known of music from elsewhere."""
    if status.is_external:
        yield _("music from elsewhere, not played by this program")
        if status.plays:
            return
    else:
        playing, following = status.playing, status.next
        yield _("plays: {what}").format(what="-" if playing is None else f"{playing.title} · {playing.phase}")
        follows = status.without_a_cue("`next`") if status.plays else "-"
        if not follows and following is not None:
            follows = f"{following.title} · {following.phase} · {_starts(status, following)}"
        yield _("next: {what}").format(what=follows)
    yield _ends(status)


def check_words(status: "Status", done_by: str = "`session mark check`") -> str:
    """The planned check that is near or comes next; a face says how it is done."""
    check = status.next_check
    if check is None:
        return ""
    minute = minute_near(check.at_ms)
    left_ms = check.at_ms - (status.infusion_ms or Milliseconds(0))
    if status.infusion_ms is None or not status.check_is_near:
        return _("check at minute {minute}").format(minute=minute)
    if left_ms > DUE_MS:
        return _("check at minute {minute}, in {left} min").format(minute=minute, left=minute_near(left_ms))
    if not done_by:
        return _("check of minute {minute}").format(minute=minute)
    return _("check of minute {minute}: {done_by} when done").format(minute=minute, done_by=done_by)


def prompt_words(status: "Status", skipped_by: str = "`session act skip-prompt`") -> str:
    """The prompt of the playlist that comes next, a long name cut; a face says how it is skipped, where it can be."""
    if not status.prompts or not status.plays:
        return ""
    coming = status.prompts[0]
    name = coming.title if len(coming.title) <= LONGEST_NAME else f"{coming.title[:LONGEST_NAME].rstrip()}…"
    ends_it, skips_it = _(": {skipped_by} ends it"), _(": {skipped_by} skips it")
    left_ms = coming.start_ms - status.clock_ms
    if left_ms <= 0:
        return _("prompt {name} plays").format(name=name) + (
            ends_it.format(skipped_by=skipped_by) if skipped_by else ""
        )
    if status.prompt_is_near:
        words = _("prompt {name} in {s} s").format(name=name, s=whole_s(left_ms))
        return words + (skips_it.format(skipped_by=skipped_by) if skipped_by else "")
    return _("prompt {name} at {starts}").format(name=name, starts=_starts(status, coming))


def prompt_comes_first(status: "Status") -> bool:
    """Whether the next prompt comes before the next planned check, and no check is due."""
    check = status.next_check
    if not status.prompts or check is None or status.check_is_near:
        return bool(status.prompts) and (check is None or status.prompt_is_near)
    return status.prompts[0].start_ms - status.infusion_zero_ms < check.at_ms


def _starts(status: "Status", cue: "CueView") -> str:
    return _("minute {minute}").format(minute=minute_near(cue.start_ms - status.infusion_zero_ms))


def _ends(status: "Status") -> str:
    """When the music ends, as the screen says it."""
    minute = minute_near(status.ends_ms - status.infusion_zero_ms)
    if not status.plays:
        return _("ended at minute {minute}").format(minute=minute)
    left = minute_near(max(Milliseconds(0), status.ends_ms - status.clock_ms))
    return _("ends at minute {minute}, in {left} min").format(minute=minute, left=left)


def _cue_as_data(cue: "CueView", zero_ms: Milliseconds) -> dict[str, Any]:
    return {
        "kind": cue.kind,
        "phase": cue.phase,
        "track_id": cue.track_id,
        "title": cue.title,
        "artist": cue.artist or None,
        "start_min": rounded_minutes(cue.start_ms - zero_ms),
        "length_s": round(s_from_ms(cue.length_ms), 3),
        "note": cue.note or None,
    }


def rounded_minutes(ms: Milliseconds | None) -> float | None:
    """Minutes as data has them, to three decimals; None for what is not known."""
    return None if ms is None else round(minutes_from_ms(ms), 3)
