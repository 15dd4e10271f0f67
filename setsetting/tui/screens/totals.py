"""Noting a total of another scale on a patient's page: which scale, when it was filled, and its total, as it stands on the paper."""

from typing import TYPE_CHECKING

from setsetting.clinical.scales import of_range
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.views import scale as views
from setsetting.words.numbers import day_text
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.clinical.scales import OtherScale
    from setsetting.desk.clinic import Clinic
    from setsetting.tui.task_screen import TaskScreen


async def note_total(screen: "TaskScreen", clinic: "Clinic", code: str) -> str | None:
    """Ask for a total of a scale that clinic.toml names, and note it; what to say of it, None where nothing was noted."""
    from setsetting.desk import scales

    meant = await _scale(screen, scales.any_here(clinic), code)
    if meant is None:
        return None
    now = day_text(clinic.clock.utc_ms(), clinic.settings.zone)
    when = _("{code}: when was {scale} filled?").format(code=code, scale=meant.name)
    taken = await screen.ask_time(
        when, clinic.settings.zone, code, now, check=lambda typed: scales.expect(clinic, code, meant.name, typed)
    )
    if not taken:
        return None
    how = _("{code}: the total of {scale}, {lowest} to {highest}").format(
        code=code, scale=meant.name, lowest=meant.lowest, highest=meant.highest
    )
    total = await screen.ask(TextDialog(how, check=lambda typed: scales.total_typed(meant, typed)))
    if total is None:
        return None
    row = scales.add(clinic, code, meant.name, total, taken)
    said = _("{code}: {scale} {total} is noted.")
    return said.format(code=code, scale=row.scale, total=of_range(row.total, row.lowest, row.highest))


async def _scale(screen: "TaskScreen", known: "tuple[OtherScale, ...]", code: str) -> "OtherScale | None":
    if len(known) == 1:
        return known[0]
    ranges = [(each.name, views.range_words(each.lowest, each.highest)) for each in known]
    at = await screen.ask(ChoiceDialog(_("{code}: a total of which scale?").format(code=code), ranges))
    return None if at is None else known[at]
