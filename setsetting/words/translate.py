"""Message look-up: English is the key, a catalogue may answer in another language.

The catalogue is looked for once, when the program starts: a sentence never costs a look at the disk,
and rooms without files stay so.
"""

import gettext

DOMAIN = "setsetting"

_catalogue = gettext.translation(DOMAIN, fallback=True)


def _(message: str) -> str:
    return _catalogue.gettext(message)


def count(one: str, many: str, n: int) -> str:
    """Choose the singular or plural sentence and fill its `{n}`."""
    return _catalogue.ngettext(one, many, n).format(n=n)
