"""What code somebody may have meant who slipped once: one sign wrong, too many, left out, or two neighbours exchanged.

Nothing is guessed between several, nor at two slips: another patient's code is no suggestion.
"""

from collections.abc import Iterable


def meant(code: str, known: Iterable[str]) -> tuple[str, ...]:
    """The one known code that is a single slip away, whatever the capitals; none where several are."""
    found = [each for each in known if one_slip(code.casefold(), each.casefold())]
    return tuple(found) if len(found) == 1 else ()


def one_slip(one: str, other: str) -> bool:
    """Whether a single slip of the hand makes one of the other."""
    if len(one) != len(other):
        short, long = sorted((one, other), key=len)
        return len(long) == len(short) + 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
    wrong = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(wrong) == 2:
        first, second = wrong
        return second == first + 1 and one[first] == other[second] and one[second] == other[first]
    return len(wrong) == 1
