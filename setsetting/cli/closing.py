"""The questions of a close on a terminal without the interface: one line each, Enter for what is not said."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import click

from setsetting.cli.output import narrate
from setsetting.clinical import setting as fields
from setsetting.clinical.contradictions import contradictions, open_halves
from setsetting.clinical.free_text import note_given
from setsetting.clinical.setting import Field, Setting
from setsetting.errors import Refused, UsageError
from setsetting.units import Minutes
from setsetting.views import closing as views
from setsetting.views.session import named_words
from setsetting.words.numbers import number_typed
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.clinical.setting_file import SettingLog
    from setsetting.desk.clinic import Clinic
    from setsetting.desk.closing import Closing

Value = TypeVar("Value")
NOT_KNOWN = "-"
"""What is typed where what stands as usual, or by the program, is not known of this session; no field has such a value."""


def ask(asked: "Closing") -> "SettingLog":
    """Ask field by field what was otherwise or is not known yet, then the taps and a note."""
    from setsetting.clinical.setting_file import SettingLog  # what reads files is not needed for --help

    words = _("{session}: only what is said is kept. Enter keeps what is shown, - takes it away: not known.")
    narrate(words.format(session=_whose(asked)))
    said = _ask_fields(asked, map(fields.field_named, fields.ASKED_FIRST), {})
    said, halves = _ask_halves(asked, said)
    rest = [each for each in fields.FIELDS if each.name not in (*fields.ASKED_FIRST, *halves)]
    labels = ", ".join(each.label for each in rest)
    if click.confirm(_("Was anything else otherwise ({labels})?").format(labels=labels), default=False, err=True):
        said = _ask_fields(asked, rest, said)
    narrate(_("The patient's taps, 0 not at all to 10 entirely; Enter: not asked."))
    narrate(fields.taps_note())
    taps = {}
    for tap in fields.TAPS:
        tapped = _answer(tap.asks, partial(fields.read_typed, fields.parse_tap, tap.name))
        if tapped is not None:
            taps[tap.name] = tapped
    return _with(SettingLog(Setting(), taps, _answer(_("Note"), note_given)), said)


def settle(asked: "Closing", log: "SettingLog") -> "tuple[SettingLog, bool]":
    """Ask about what contradicts itself; whether it was so all the same."""
    said = _said(log)
    while found := contradictions(_now(asked, said)):
        narrate(f"{_whose(asked)}. {found[0].question}")
        before = dict(said)
        said = _ask_fields(asked, map(fields.field_named, found[0].names), said)
        if said == before and click.confirm(_("It was so; keep both?"), default=False, err=True):
            return log, True
    return _with(log, said), False


def settle_file(asked: "Closing", log: "SettingLog") -> "SettingLog":
    """What a file says, with what hangs together with it, and what contradicts itself, asked."""
    return settle(asked, _with(log, _ask_halves(asked, _said(log))[0]))[0]


def _ask_halves(asked: "Closing", said: dict[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Ask what hangs together with something that is known; which fields that are."""
    halves = open_halves(_now(asked, said))
    return _ask_fields(asked, map(fields.field_named, halves), said), halves


def ask_begun(clinic: "Clinic", asked: "Closing") -> Minutes | None:
    """When the infusion began that nobody logged; None where none was given, or a start stands."""
    if not asked.unbegun:
        return None
    from setsetting.desk import starts

    if not _second(views.unbegun_words(asked.code, asked.form.session), views.UNBEGUN_CHOICES):
        return None
    hint = views.began_hint(starts.planned_utc_ms(clinic, asked.session_id), clinic.settings.zone)
    question = _("When did it begin ({hint})?").format(hint=hint)
    while (began := _answer(question, lambda text: starts.typed(clinic, asked.session_id, text))) is None:
        pass
    return began


def ask_stopped(clinic: "Clinic", asked: "Closing") -> Minutes | None:
    """At which of its minutes the infusion was stopped; None where it ended with the music, or its end stands."""
    if asked.running_ms is None:
        return None
    from setsetting.desk import starts

    question = views.running_words(asked.code, asked.form.session, asked.running_ms)
    if not _second(question, views.RUNNING_CHOICES):
        return None

    def minute(text: str) -> Minutes:
        starts.refuse_stop(clinic, asked.session_id, said := Minutes(number_typed(text)))
        return said

    while (stopped := _answer(_("At which minute of the infusion was it stopped?"), minute)) is None:
        pass
    return stopped


def _second(question: str, choices: "Iterable[tuple[str, str]]") -> bool:
    """Whether the second of two answers is given; Enter gives the first."""
    narrate(question)
    for number, (what, more) in enumerate(choices, 1):
        narrate(f"  {number}  {what}: {more}")
    while (said := click.prompt(_("1 or 2"), default="1", err=True).strip()) not in {"1", "2"}:
        pass
    return said == "2"


def ask_usual(asked: "Closing", log: "SettingLog") -> bool | None:
    """Whether tonight is usual in this room; None where that was asked before, or nothing was said."""
    if not (asked.asks_usual and fields.habits(log.setting).values):
        return None
    question = _("{session}: keep as usual in this room?").format(session=_whose(asked))
    return click.confirm(question, default=False, err=True)


def _whose(asked: "Closing") -> str:
    return named_words(asked.code, asked.form.session)


def _ask_fields(asked: "Closing", which: Iterable[Field], said: dict[str, str]) -> dict[str, str]:
    """Ask fields; what was said of them before stands until another is typed."""
    said = dict(said)
    for field in which:
        shown = _now(asked, said).get(field.name) or _("not said")
        text = _answer(f"{field.label} [{shown}]", partial(_read, field.name))
        if text is not None:
            said[field.name] = text
    return said


def _read(name: str, typed: str) -> str:
    return NOT_KNOWN if typed == NOT_KNOWN else fields.read_typed(fields.parse_value, name, typed)


def _said(log: "SettingLog") -> dict[str, str]:
    """What was said of each field, that it is not known too."""
    return {**log.setting.values, **dict.fromkeys(log.unsaid, NOT_KNOWN)}


def _with(log: "SettingLog", said: dict[str, str]) -> "SettingLog":
    unsaid = frozenset(name for name, value in said.items() if value == NOT_KNOWN)
    return replace(log, setting=_known(said), unsaid=unsaid)


def _known(said: dict[str, str]) -> Setting:
    return Setting({name: value for name, value in said.items() if value != NOT_KNOWN})


def _now(asked: "Closing", said: dict[str, str]) -> Setting:
    """The setting as it would be logged."""
    return asked.form.with_said(_known(said), [name for name, value in said.items() if value == NOT_KNOWN])


def _answer(question: str, parse: Callable[[str], Value | None]) -> Value | None:
    while True:
        text = click.prompt(question, default="", show_default=False, err=True).strip()
        if not text:
            return None
        try:
            return parse(text)
        except (Refused, UsageError) as error:
            narrate(str(error))
