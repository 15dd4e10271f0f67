"""A command, defined once: key bar, help and palette are made from it.

Its name is what a key is bound by and what a person would rebind; the words come from where the act
is defined (the desk's acts) or stand beside the screen that does it.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from setsetting.words.translate import _

if TYPE_CHECKING:
    from collections.abc import Iterable

KEY_NAMES = {
    "escape": "esc",
    "space": "spc",
    "enter": "enter",
    "question_mark": "?",
    "slash": "/",
    "minus": "-",
    "full_stop": ".",
    "backspace": "⌫",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "colon": ":",
    "comma": ",",
    "semicolon": ";",
    "apostrophe": "'",
}


ON_SCREENS = {
    "library scan": _("m in the library"),
    "library join": _("j on the library's recordings"),
    "library part": _("p on the library's recordings"),
    "session close": _("z on Today"),
    "session attach": _("j on Today"),
    "session add": _("1 on the patient's page"),
    "patient unveto": _("w on the patient's page"),
    "soundscape accept": _("enter on the page of the soundscape"),
    "soundscape unaccept": _("4 on the patient's page"),
    "pcl5 correct": _("enter on the form"),
    "pcl5 uphold": _("l on the form"),
    "pcl5 second": _("k on the form"),
    "pcl5 answer": _("a on the form"),
    "patient withdraw": _("3 on the patient's page"),
    "record undo": _("5 on its page"),
    "record verify": _("0 on Today, then 1"),
    "scale withdraw": _("t on the patient's page"),
    "course hold": _("enter on its row"),
    "visit withdraw": _("h on the page before an infusion"),
    "change withdraw": _("4 on the chart, on its row"),
    "change list": _("the clinic's charts"),
    "alternation deviate": _("5 on the clinic's factors"),
    "change result": _("6 on the chart"),
    "review declare": _("1 on the clinic's factors"),
    "review undeclare": _("4 on the clinic's factors, on its row"),
}
"""Where a screen does what a sentence names as a command; what no screen does keeps its command."""


def by_screen(words: str) -> str:
    """A sentence with the way over the screens in the place of each command that has one."""
    return re.sub("`setsetting ([a-z0-9]+ [a-z-]+)[^`]*`", lambda found: ON_SCREENS.get(found[1], found[0]), words)


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a screen.

    `key` is Textual's name of a key (several, separated by commas, do the same). `label` is for the
    key bar (`short` where it is narrow), `does` is a whole sentence for help and palette. An `urgent` one is drawn so that it is
    found first; one that is not `in_bar` is known to help and palette only. One that `takes_key` is
    told which of its keys was pressed, and so is not in the palette. Help says a `section` over the first of its commands.
    """

    name: str
    key: str
    label: str
    does: str
    urgent: bool = False
    in_bar: bool = True
    shown_key: str = ""
    takes_key: bool = False
    short: str = ""
    section: str = ""

    @property
    def keys(self) -> dict[str, str]:
        """Every key that does it, by the key it stands for: a letter does the same with Caps Lock on."""
        own = self.key.split(",")
        return {each: key for key in own for each in dict.fromkeys((key, key.upper() if len(key) == 1 else key))}

    @property
    def keys_shown(self) -> str:
        """The keys as people read them."""
        return self.shown_key or " ".join(KEY_NAMES.get(key, key) for key in self.key.split(","))


def without_clash(commands: "Iterable[Command]") -> tuple[Command, ...]:
    """The commands, after making sure that no key means two things on one screen."""
    taken: dict[str, str] = {}
    kept = tuple(commands)
    for command in kept:
        for key in command.keys:
            if key in taken:
                raise ValueError(f"key {key} means both {taken[key]} and {command.name}")
            taken[key] = command.name
    return kept
