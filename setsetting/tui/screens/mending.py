"""Mending what was said of a session: a mark, its words, its minute, or that it was none; the setting after the close."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from setsetting.clinical import setting
from setsetting.clinical.contradictions import Contradiction, contradictions, open_halves, partner
from setsetting.clinical.free_text import note_given
from setsetting.clinical.infusion import InfusionStep
from setsetting.clinical.setting_file import SettingLog
from setsetting.tui.dialogs import ChoiceDialog, TextDialog
from setsetting.tui.screens.planning import minutes_typed
from setsetting.units import Minutes
from setsetting.views.closing import began_hint
from setsetting.views.session import worded_words
from setsetting.words.numbers import MINUS
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic
    from setsetting.tui.task_screen import TaskScreen


@dataclass(frozen=True, slots=True)
class Told:
    """A mark, or an act of the infusion: whose it is, and in which session it was told."""

    clinic: "Clinic"
    code: str
    session_id: str
    event_id: str


def frozen(code: str) -> str:
    """Why nothing of a patient who was withdrawn is mended, as a screen says it."""
    return _("{code} is withdrawn; 5 on the patient's page takes that back first.").format(code=code)


async def type_words(screen: "TaskScreen", told: Told, before: str) -> str:
    """Ask what was said at a mark and keep it; what became of it, nothing where nobody answered."""
    from setsetting.desk import minutes

    question, empty = _("{code}: what was said?").format(code=told.code), _("empty takes the words away")
    text = await screen.ask(TextDialog(question, before, hint=_("kept with the mark"), empty=empty))
    if text is None:
        return ""
    return worded_words(minutes.word_mark(told.clinic, told.session_id, told.event_id, text))


async def correct_minute(screen: "TaskScreen", told: Told, before: str) -> bool:
    """Ask at which minute something was, and why that is corrected; whether it was."""
    from setsetting.desk import minutes

    question = _("{code}: at which minute of the infusion was it?").format(code=told.code)

    def check(typed: str) -> None:
        minutes.refuse_minute(told.clinic, told.session_id, told.event_id, minutes_typed(typed))

    text = await screen.ask(TextDialog(question, before.replace(MINUS, "-"), check=check))
    if text is None:
        return False
    minute = minutes_typed(text)
    reason = await why(screen, _("{code}: why is the minute corrected?").format(code=told.code))
    if reason is None:
        return False
    minutes.correct_minute(told.clinic, told.session_id, told.event_id, minute, reason)
    return True


async def began(screen: "TaskScreen", clinic: "Clinic", code: str, session_id: str) -> Minutes | None:
    """Ask when the infusion began that nobody logged; None where nobody answered."""
    from setsetting.desk import starts

    def check(typed: str) -> object:
        return starts.typed(clinic, session_id, typed)

    hint = began_hint(starts.planned_utc_ms(clinic, session_id), clinic.settings.zone)
    text = await screen.ask(
        TextDialog(_("{code}: when did the infusion begin?").format(code=code), hint=hint, check=check)
    )
    return None if text is None else starts.typed(clinic, session_id, text)


async def stopped(screen: "TaskScreen", told: Told) -> bool:
    """Ask when the infusion was stopped, which nobody logged, and why; whether it was told."""
    from setsetting.desk import starts

    minute = await stop_minute(screen, told.clinic, told.code, told.session_id)
    if minute is None:
        return False
    reason = await why(screen, _("{code}: why was its stop not logged?").format(code=told.code))
    if reason is None:
        return False
    starts.tell(told.clinic, told.session_id, minute, reason, InfusionStep.STOP)
    return True


async def stop_minute(screen: "TaskScreen", clinic: "Clinic", code: str, session_id: str) -> Minutes | None:
    """Ask at which of its minutes an infusion was stopped, which nobody logged; None where nobody answered."""
    from setsetting.desk import starts

    def check(typed: str) -> None:
        starts.refuse_stop(clinic, session_id, minutes_typed(typed))

    question = _("{code}: at which minute of the infusion was it stopped?").format(code=code)
    text = await screen.ask(TextDialog(question, check=check))
    return None if text is None else minutes_typed(text)


async def withdraw(screen: "TaskScreen", told: Told, what: str) -> bool:
    """Ask why a mark was none; whether it was withdrawn."""
    from setsetting.desk import minutes

    reason = await why(screen, _('{code}: why is "{what}" withdrawn?').format(code=told.code, what=what))
    if reason is None:
        return False
    minutes.withdraw_mark(told.clinic, told.session_id, told.event_id, reason)
    return True


async def correct_setting(screen: "TaskScreen", clinic: "Clinic", code: str, session_id: str) -> bool:
    """Ask what of the setting was otherwise, how it was, and why that is said now; whether it was corrected."""
    from setsetting.desk import corrections

    now = corrections.setting_told(clinic, session_id)
    rows = [*((each.name, each.label) for each in (*setting.FIELDS, *setting.TAPS)), (setting.NOTE, _("Note"))]
    choices = [(label, now.get(name) or _("not said")) for name, label in rows]
    at = await screen.ask(ChoiceDialog(_("{code}: what of the setting was otherwise?").format(code=code), choices))
    if at is None:
        return False
    name, label = rows[at]
    typed = await _setting_asked(screen, f"{code}. {label}", name, now.get(name, ""))
    if typed is None:
        return False
    said = SettingLog(setting.Setting(), {}, None)
    unsaid: tuple[str, ...] = () if typed else (name,)
    if typed and name in setting.TAP_NAMES and (tapped := setting.parse_tap(name, typed)) is not None:
        said = replace(said, taps={name: tapped})
    elif typed and name == setting.NOTE:
        said = replace(said, note=note_given(typed))
    elif typed:
        fields = {name: setting.parse_value(name, typed)}
        settled = await _settled(screen, code, now, fields)
        if settled is None:
            return False
        unsaid = settled
        said = replace(said, setting=setting.Setting(fields))
    reason = await why(screen, _("{code}: why is the setting corrected?").format(code=code))
    if reason is None:
        return False
    corrections.correct_setting(clinic, session_id, said, reason, unsaid=unsaid, insisted=True)
    return True


async def _settled(
    screen: "TaskScreen", code: str, before: Mapping[str, str], fields: dict[str, str]
) -> tuple[str, ...] | None:
    """Ask about what cannot both be so, and for what hangs together and is not known: either goes into `fields` too.

    Answers what is not said any more; None where nobody answered.
    """
    unsaid: tuple[str, ...] = ()
    known = {name: value for name, value in before.items() if name in setting.FIELD_NAMES}
    while found := _of(fields, contradictions(setting.Setting({**known, **fields}))):
        other = next((name for name in found.names if name not in fields), None)
        if other is None:  # both were asked
            return unsaid
        label = setting.field_named(other).label
        choices = [(label, _("was otherwise too; it is asked next")), (_("it was so"), _("both are kept"))]
        at = await screen.ask(ChoiceDialog(f"{code}. {found.question}", choices))
        if at != 0:
            return None if at is None else unsaid
        typed = await _setting_asked(screen, f"{code}. {label}", other, known.pop(other))
        if typed is None:
            return None
        if typed:
            fields[other] = setting.parse_value(other, typed)
        else:
            unsaid = (*unsaid, other)
    return unsaid if await _halves_asked(screen, code, known, fields, but=unsaid) else None


async def _halves_asked(
    screen: "TaskScreen", code: str, known: Mapping[str, str], fields: dict[str, str], *, but: Collection[str]
) -> bool:
    """Ask what hangs together with what is said now and is not known; False where nobody answered."""
    for name in open_halves(setting.Setting({**known, **fields})):
        if partner(name) not in fields or name in but:
            continue
        typed = await _setting_asked(screen, f"{code}. {setting.field_named(name).label}", name, "")
        if typed is None:
            return False
        if typed:
            fields[name] = setting.parse_value(name, typed)
    return True


def _of(fields: Mapping[str, str], found: Sequence[Contradiction]) -> Contradiction | None:
    """The first that one of these fields is part of."""
    return next((each for each in found if not fields.keys().isdisjoint(each.names)), None)


async def _setting_asked(screen: "TaskScreen", question: str, name: str, before: str) -> str | None:
    """What a field, a tap or the note was; empty for what nobody said, None where nobody answered."""
    if name in setting.FIELD_NAMES and (field := setting.field_named(name)).kind is setting.FieldKind.CHOICE:
        values = [*field.choices, ""]
        at = await screen.ask(ChoiceDialog(question, [(value or _("not said"), "") for value in values]))
        return None if at is None else values[at]
    choices = "; ".join(setting.field_named(name).choices) if name in setting.FIELD_NAMES else ""
    hint = _("any of {choices}").format(choices=choices) if choices else ""

    def check(typed: str) -> object:
        if name == setting.NOTE:
            return note_given(typed)
        read = setting.parse_tap if name in setting.TAP_NAMES else setting.parse_value
        return setting.read_typed(read, name, typed)

    return await screen.ask(TextDialog(question, before, hint=hint, empty=_("empty: not said"), check=check))


async def why(screen: "TaskScreen", question: str, act: Callable[[str], object] | None = None) -> str | None:
    """A reason, which stays in the record; None where nobody gives one.

    With `act`, that is done for it: why it can't be is said under the question, and the reason stays there.
    """
    return await screen.ask(TextDialog(question, hint=_("The reason stays in the record."), check=act))
