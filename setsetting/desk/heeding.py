"""What is refused or found is heeded by the sessions that play; what plans is loaded only where one does."""

from setsetting.desk.clinic import Clinic
from setsetting.session import folder


def heed(clinic: Clinic) -> None:
    """Have every session that plays leave out at once what its patient refuses by now."""
    if folder.sessions(clinic.folder):
        from setsetting.desk import attending

        attending.heed(clinic)
