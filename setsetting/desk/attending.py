"""Taking a session in hand: which one is meant, and its one controller here."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from setsetting.desk.clinic import Clinic
from setsetting.desk.wishes import AskedDuring
from setsetting.errors import BrokenFile, NotFound, Refused, SetSettingError, begun
from setsetting.record import rows
from setsetting.record.rows import SessionRow
from setsetting.session import folder, link
from setsetting.session.live import LiveSession
from setsetting.session.planning import Replanner
from setsetting.soundscape.playlist import Playlist, parse
from setsetting.words.numbers import local_text
from setsetting.words.translate import _

LIVE_WAIT_S = 1.0
"""A live key waits no longer for another program that holds the record; what it did is in the outbox by then."""


def attach(
    clinic: Clinic, session_id: str | None = None, *, patience_s: float = 0.0, is_screen: bool = False
) -> LiveSession:
    """Take over the session that runs, or that ended and is not closed."""
    where = live_folder(clinic, session_id)
    return control(clinic, where, attending=True, patience_s=patience_s, is_screen=is_screen)


def control(
    clinic: Clinic, where: Path, *, attending: bool, patience_s: float = 0.0, is_screen: bool = False
) -> LiveSession:
    """One controller of the session in a folder; only an attending one changes anything."""
    return LiveSession(
        where,
        open_record=lambda: clinic.record(LIVE_WAIT_S),
        clock=clinic.clock,
        replanner=Replanner(where, AskedDuring(clinic, where.name).now),
        attending=attending,
        patience_s=patience_s,
        is_screen=is_screen,
        naming=partial(naming_sessions, clinic),
    )


def heed(clinic: Clinic) -> None:
    """Have every session that plays leave out at once what its patient, whoever that is by now, refuses by now."""
    for where in folder.sessions(clinic.folder):
        with suppress(BrokenFile, NotFound, Refused), control(clinic, where, attending=True) as live:
            live.heed()


def live_folder(clinic: Clinic, session_id: str | None) -> Path:
    """The folder of a session that is not closed: the one asked for, else the newest that runs, else the newest.

    The id may be shortened while no other of them begins alike.
    """
    found = folder.sessions(clinic.folder)
    if session_id is not None:
        named = begun(_("running or unclosed session"), session_id, (where.name for where in found))
        return folder.folder_of(clinic.folder, named)
    waiting = [where for where in found if link.is_running(where)]
    if found and not waiting:
        closed = _removed(clinic)
        waiting = [where for where in found if where.name not in closed]
    if not waiting:
        raise NotFound(_("No session is running here, and none waits to be closed."))
    return waiting[-1]


def _removed(clinic: Clinic) -> frozenset[str]:
    """The sessions that the record knows to be closed, whose folders go: a disk that could only be read kept them.

    None where the record cannot be read.
    """
    try:
        with clinic.record() as record:
            closed = frozenset(row.session_id for row in rows.sessions(record) if row.closed)
    except SetSettingError:
        return frozenset()
    for where in folder.sessions(clinic.folder):
        if where.name in closed and not link.is_running(where):
            folder.remove(where)
    return closed


def named(clinic: Clinic, session_id: str) -> str:
    """The whole id of a session, running or over, of which one is given that may be shortened; raises NotFound."""
    with clinic.record() as record:
        told = rows.session_ids(record)
    return begun(_("session"), session_id, (*told, *(where.name for where in folder.sessions(clinic.folder))))


def playlist_of(clinic: Clinic, session_id: str) -> Playlist | None:
    """The playlist of a session as it was when the session began; None once its folder is gone, and without one."""
    where = folder.folder_of(clinic.folder, session_id)
    if not (where / folder.SESSION_FILE).is_file():
        return None
    header = folder.read(where)
    return None if header.is_external else parse(header.playlist, where)


def outputs() -> tuple[str, ...]:
    """The sound devices a session may be sent to, the default one first; asking takes a moment."""
    from setsetting.player.outputs import names  # loads what talks to devices

    return tuple(names())


def settled(clinic: Clinic, session_id: str) -> bool:
    """Whether a session is over and the record has all of it; one whose folder is gone cannot run."""
    where = folder.folder_of(clinic.folder, session_id)
    if not where.is_dir():
        return True
    with suppress(BrokenFile, NotFound, Refused), control(clinic, where, attending=False) as live:
        return live.over()
    return False


def codes(clinic: Clinic, held: Iterable[SessionRow]) -> tuple[str, ...]:
    """Whose sessions these are, in their order."""
    with clinic.record() as record:
        known = rows.codes(record)
    return tuple(known.get(row.patient_id, "") for row in held)


def unclosed(clinic: Clinic) -> tuple[SessionRow, ...]:
    """Sessions nobody has closed; the end of those that are over is kept first, and no player is started again."""
    held = folder.sessions(clinic.folder)
    closed = _removed(clinic) if held else frozenset[str]()
    for where in (where for where in held if where.name not in closed):
        # closed and removed just now, or with a broken outbox: the others are looked at all the same
        with suppress(BrokenFile, NotFound, Refused), control(clinic, where, attending=False) as live:
            live.supervisor.keep_what_is_over()
    with clinic.record() as record:
        return tuple(rows.unclosed(record))


def unclosed_words(clinic: Clinic, held: Sequence[SessionRow]) -> Iterator[str]:
    """What is said of sessions that are not closed, before another begins."""
    for row, named in zip(held, _named(clinic, held), strict=True):
        words = _("Session {named} is still running.")
        if row.ended_utc_ms is not None:
            words = _("Session {named} is not closed: `setsetting session close --session {id}`.")
        yield words.format(named=named, id=row.session_id)


def second_words(clinic: Clinic, held: Sequence[SessionRow], code: str) -> str:
    """Why this patient's infusion can't begin: another of theirs runs, and an act would go to one of the two; empty when none does."""
    with clinic.record() as record:
        patient_id = rows.patient(record, code).patient_id
    for row in held:
        if row.patient_id == patient_id and row.ended_utc_ms is None and not row.rehearsal:
            words = _(
                "{code}'s session that began at {at} still runs: `setsetting session attach` takes it up, `setsetting session close` closes it."
            )
            return words.format(code=code, at=local_text(row.started_utc_ms, clinic.settings.zone))
    return ""


def naming_sessions(clinic: Clinic, words: str) -> str:
    """A sentence that names an unclosed session of this clinic by its id, with whose it is and when it began instead."""
    with clinic.record() as record:
        held = [row for row in rows.unclosed(record) if row.session_id in words]
    for row, named in zip(held, _named(clinic, held), strict=True):
        words = words.replace(row.session_id, named, 1)
    return words


def _named(clinic: Clinic, held: Sequence[SessionRow]) -> Iterator[str]:
    for code, row in zip(codes(clinic, held), held, strict=True):
        yield f"{code}, {local_text(row.started_utc_ms, clinic.settings.zone)}"


def running(clinic: Clinic) -> dict[str, str]:
    """The sessions that run now, whoever began them: the id by the code of the patient."""
    held = [row for row in unclosed(clinic) if row.ended_utc_ms is None]
    return dict(zip(codes(clinic, held), (row.session_id for row in held), strict=True))


def none_waits() -> NotFound:
    """What is said to who wants to close a session where none is unclosed."""
    return NotFound(_("No session waits to be closed."))


def left_open(clinic: Clinic) -> tuple[SessionRow, ...]:
    """Sessions that are over and wait to be closed: asked about before another begins."""
    return tuple(held for held in unclosed(clinic) if held.ended_utc_ms is not None)
