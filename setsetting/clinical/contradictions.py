"""Fields of the setting that hang together: asked together, and asked about where one contradicts the other.

Which values cannot both be so is this project's own reading of its own choices (see `setting`). Nothing is
mended here: a contradiction is shown to whoever said it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from setsetting.clinical.setting import (
    HEADPHONES,
    INTERRUPTED_BY,
    INTERRUPTIONS,
    MUSIC_DELIVERY,
    NONE,
    TOUCH,
    TOUCH_CONSENT,
    Setting,
    field_named,
    in_order,
)
from setsetting.words.translate import _

_GIVEN = frozenset({"hand", "hand and shoulder", "more than that"})
_ASKED_THEN = frozenset({"asked at the time", "both"})
_WORN = frozenset({"throughout", "part of the time"})
_INTO_HEADPHONES = frozenset({"headphones", "both"})


def _touch(touch: str, consent: str) -> bool:
    return (touch in _GIVEN and consent == "not needed") or (touch == NONE and consent in _ASKED_THEN)


def _interruptions(number: str, by: str) -> bool:
    return (number == "0") != (by == NONE)


def _headphones(worn: str, music: str) -> bool:
    return music == "loudspeakers" if worn in _WORN else music in _INTO_HEADPHONES


_PAIRS: Mapping[tuple[str, str], Callable[[str, str], bool]] = {
    (TOUCH, TOUCH_CONSENT): _touch,
    (INTERRUPTIONS, INTERRUPTED_BY): _interruptions,
    (HEADPHONES, MUSIC_DELIVERY): _headphones,
}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two fields whose values cannot both be so."""

    names: tuple[str, str]
    values: tuple[str, str]

    @property
    def words(self) -> str:
        """What contradicts what, by the names of a setting file."""
        (one, other), (its, others) = self.names, self.values
        return _("{one} is {its!r} and {other} is {others!r}: both cannot be so.").format(
            one=one, its=its, other=other, others=others
        )

    @property
    def question(self) -> str:
        """The same as a screen asks it."""
        one, other = (field_named(name).label for name in self.names)
        return _("{one}: {its}, and {other}: {others}. Both cannot be so.").format(
            one=one, its=self.values[0], other=other, others=self.values[1]
        )


def partner(name: str) -> str | None:
    """The field that hangs together with this one."""
    for one, other in _PAIRS:
        if name in {one, other}:
            return other if name == one else one
    return None


def contradictions(setting: Setting) -> tuple[Contradiction, ...]:
    """Every pair that contradicts itself; one of which a half is not known does not."""
    found = []
    for names, clash in _PAIRS.items():
        one, other = (setting.get(name) for name in names)
        if one is not None and other is not None and clash(one, other):
            found.append(Contradiction(names, (one, other)))
    return tuple(found)


def unconsented(setting: Setting) -> str:
    """That somebody was touched and nobody says how it was agreed to, by the names of a setting file; else nothing."""
    if setting.get(TOUCH) not in _GIVEN or setting.get(TOUCH_CONSENT) is not None:
        return ""
    return _("{touch} is {its!r} and {consent} is not said.").format(
        touch=TOUCH, its=setting.get(TOUCH), consent=TOUCH_CONSENT
    )


def open_halves(setting: Setting) -> tuple[str, ...]:
    """The fields that are not known although what hangs together with them asks for them."""
    values = setting.values
    wanted = {
        TOUCH_CONSENT: values.get(TOUCH, NONE) != NONE,
        TOUCH: values.get(TOUCH_CONSENT) in _ASKED_THEN,
        INTERRUPTED_BY: values.get(INTERRUPTIONS, "0") != "0",
        INTERRUPTIONS: values.get(INTERRUPTED_BY, NONE) != NONE,
        MUSIC_DELIVERY: values.get(HEADPHONES) in _WORN,
        HEADPHONES: values.get(MUSIC_DELIVERY) in _INTO_HEADPHONES,
    }
    return tuple(name for name, asked in wanted.items() if asked and name not in values)


def as_it_was(usual: Setting, known: Setting, said: Setting, unsaid: Collection[str] = ()) -> Setting:
    """The setting of one session: what was said of it, what the program knows, and for the rest what is usual.

    Of what is `unsaid` somebody said that it is not known of this session, though it stands.

    What is usual gives way where it contradicts tonight, and is then not known; what was said outranks what the
    program knows.
    """
    tonight = {**known.values, **said.values}
    values = {name: value for name, value in {**usual.values, **tonight}.items() if name not in unsaid}
    values |= said.values
    for found in contradictions(Setting(values)):
        for name in found.names:
            if name not in tonight:
                values.pop(name, None)
    return in_order(values)


@dataclass(frozen=True, slots=True)
class SettingForm:
    """What is asked of a setting.

    `usual` is what was said to be usual in the room, `known` what the program knows by itself, `last` how it was at
    this patient's session before, which is shown and never logged.
    """

    usual: Setting = Setting()  # noqa: RUF009 - frozen
    known: Setting = Setting()  # noqa: RUF009 - frozen
    last: Setting = Setting()  # noqa: RUF009 - frozen

    def with_said(self, said: Setting, unsaid: Collection[str] = ()) -> Setting:
        """The setting as it would be logged, without what somebody said is not known of this session."""
        return as_it_was(self.usual, self.known, said, unsaid)

    def refused(self, said: Setting, unsaid: Collection[str] = ()) -> str:
        """Why it is not kept where nobody can be asked; nothing where it is."""
        now = self.with_said(said, unsaid)
        found = [each.words for each in contradictions(now)]
        return " ".join(filter(None, (*found[:1], unconsented(now))))
