"""A total of another scale on a patient's page: which scale, when it was filled, and its total, as it stands on the paper;
and that one noted before was none."""

from typing import TYPE_CHECKING

from setsetting.clinical.scales import of_range
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.views import scale as views
from setsetting.words.numbers import day_text
from setsetting.words.translate import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from setsetting.desk.clinic import Clinic
    from setsetting.record.scale_rows import ScaleRow
    from setsetting.tui.task_screen import TaskScreen


async def note_total(screen: "TaskScreen", clinic: "Clinic", code: str) -> str | None:
    """Ask for a total of a scale that clinic.toml names, and note it; what to say of it, None where nothing was noted."""
    from setsetting.desk import scales

    known, noted = scales.any_here(clinic), scales.listing(clinic, code)
    at: int | None = 0
    if len(known) > 1 or noted:
        choices = [(each.name, views.range_words(each.lowest, each.highest)) for each in known]
        choices += [(_("a total that is wrong"), _("of those that are noted; it is taken back"))] if noted else []
        at = await screen.ask(ChoiceDialog(_("{code}: a total of which scale?").format(code=code), choices))
    if at is None:
        return None
    if at == len(known):
        return await _withdrawn(screen, clinic, code, noted)
    meant = known[at]
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


async def _withdrawn(screen: "TaskScreen", clinic: "Clinic", code: str, noted: "Sequence[ScaleRow]") -> str | None:
    """Ask which total was none, and why; what to say of it."""
    from setsetting.desk import scales

    named = [views.told_words(row, clinic.settings.zone) for row in noted]
    at: int | None = 0
    if len(named) > 1:
        question = _("{code}: which total is taken back?").format(code=code)
        at = await screen.ask(ChoiceDialog(question, [(each, "") for each in named]))
    if at is None:
        return None
    what = named[at]
    question = _("{code}: why is {what} taken back?").format(code=code, what=what)
    reason = await screen.ask(TextDialog(question, hint=_("The reason stays in the record.")))
    if reason is None:
        return None
    scales.withdraw(clinic, noted[at].event_id, reason)
    return _("{code}: {what} is taken back; 5 lets it stand again.").format(code=code, what=what)
