"""Message look-up: English is the key, a catalogue may answer in another language."""

import gettext

DOMAIN = "setsetting"


def _(message: str) -> str:
    return gettext.dgettext(DOMAIN, message)


def count(one: str, many: str, n: int) -> str:
    """Choose the singular or plural sentence and fill its `{n}`."""
    return gettext.dngettext(DOMAIN, one, many, n).format(n=n)
