"""What was heard in a session, frozen before its folder goes."""

from pathlib import Path

from setsetting.errors import SetSettingError
from setsetting.player import heard
from setsetting.progress import Say
from setsetting.record.kinds import SessionFrozen
from setsetting.record.log import Draft
from setsetting.session import folder
from setsetting.session.takeover import id_of
from setsetting.words.translate import _


def freeze(where: Path) -> SessionFrozen:
    """Fold the folder of a session whose player has ended; raises a sentence where it cannot be read."""
    header = folder.read(where)
    return SessionFrozen(
        session_id=header.session_id, origin_ms=header.origin_ms, body=heard.write(heard.freeze(where))
    )


def drafts(where: Path, say: Say) -> list[Draft]:
    """The event that keeps it, which a session can have once; none, and that is said, where it cannot be read."""
    if not (where / folder.SESSION_FILE).is_file():
        return []
    try:
        if folder.read(where).is_external:
            return []
        told = freeze(where)
    except SetSettingError as error:
        say(_("{why} What was heard cannot be heard again.").format(why=error))
        return []
    return [Draft("session.frozen", told, event_id=id_of(told.session_id, "frozen"))]
