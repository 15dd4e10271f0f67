"""What happened in a session besides the setting: music, acts, rules that were loosened, as a course tells it."""

from collections.abc import Iterable, Iterator, Mapping

from setsetting.library.track import Track
from setsetting.player.job import VIRTUAL
from setsetting.record import live_rows
from setsetting.record.live_rows import ActRow, PlayedRow
from setsetting.record.log import Record
from setsetting.record.rows import SessionRow
from setsetting.review.course import CourseAct, Happened, RuleTold
from setsetting.session import recorded
from setsetting.session.acts import BY_NAME, called
from setsetting.session.recorded import RecordedSession
from setsetting.soundscape.loosening import loosened_words
from setsetting.soundscape.rules import given_up_words
from setsetting.soundscape.soundscape import kind_in
from setsetting.words.translate import _


def happened(record: Record, row: SessionRow, acts: Iterable[ActRow], tracks: Mapping[str, Track]) -> Happened:
    """What stands of it; what was taken back did not happen."""
    if row.entered_afterwards:
        return Happened()
    session = recorded.told(record, row.session_id)
    return Happened(
        output=row.output or "",
        silent=row.output in VIRTUAL,
        external=row.is_external,
        loosened=loosened(session),
        given_up=given_up(session),
        acts=tuple(_acts(acts, session.state.called)),
        stopped=any(act.act == BY_NAME["infusion-stop"].name and not act.undone for act in acts),
        played=tuple(dict.fromkeys(_titles(live_rows.played(record, row.session_id), tracks))),
    )


def loosened(session: RecordedSession) -> tuple[RuleTold, ...]:
    """The rules that a person loosened for that day."""
    pairs = session.soundscapes[0].loosened if session.soundscapes else ()
    told = zip(pairs, loosened_words(pairs), strict=True)
    return tuple(RuleTold(rule, words, value) for (rule, value), words in told)


def given_up(session: RecordedSession) -> tuple[RuleTold, ...]:
    """What was given up when the rest was timed anew."""
    rules = tuple(dict.fromkeys(rule for each in session.retimed for rule in each.waived))
    return tuple(map(RuleTold, rules, given_up_words(rules)))


def title(row: PlayedRow, track: Track | None) -> str:
    """What a piece that sounded is called."""
    if track is not None:
        return track.title_or_file
    if row.track_id is not None:
        return _("a track that the library does not know now ({id})").format(id=row.track_id[:10])
    kind, _colon, name = kind_in(row.cue).partition(":")
    if name:
        return _("prompt {name}").format(name=name)
    return {"silence": _("silence"), "bed": _("noise bed"), "voice": _("voice")}.get(kind, row.cue)


def _titles(sounded: Iterable[PlayedRow], tracks: Mapping[str, Track]) -> Iterator[str]:
    """The tracks that sounded, in their order, by title and artist."""
    for row in sounded:
        if row.track_id is not None:
            track = tracks.get(row.track_id)
            words = title(row, track)
            yield f"{words} ({track.artist})" if track is not None and track.artist else words


def _acts(acts: Iterable[ActRow], names: Mapping[str, str]) -> Iterator[CourseAct]:
    """Acts that stand, each as it is called, but for the beginning of the infusion."""
    for act in acts:
        if not (act.undone or act.undoes is not None or act.act == BY_NAME["infusion-start"].name):
            yield CourseAct(names.get(act.event_id) or called(act.act, act.argument), act.infusion_ms)
