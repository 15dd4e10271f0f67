"""A schedule that draws a setting by lot, made whole from a seed before anybody comes, and made again to check it.

For infusions of each number there is a row of blocks of two or four places, half of each with the setting, handed out as
patients come: so the numbers balance, and a patient's own earlier draws tell nothing of the next, whose probability is a
half. Everything is SHA-256 of plain text, so that any other program can make the same schedule.
"""

import hashlib
from collections.abc import Iterator, Mapping
from itertools import islice

import msgspec

PERMILLE = 500
"""The probability of each draw before any of its block was shown, in thousandths."""


def commitment_of(terms: Mapping[str, str]) -> str:
    """The SHA-256 of the seed and of what it is drawn for, as JSON with its names in order."""
    return hashlib.sha256(msgspec.json.encode(dict(terms), order="sorted")).hexdigest()


def drawn(seed: str, number: int, place: int) -> bool:
    """Whether the infusion of this number that comes in this place, from 0 on, has the setting."""
    return next(islice(places(seed, number), place, None))


def places(seed: str, number: int) -> Iterator[bool]:
    """The same of every place in its order, without end."""
    block = 0
    while True:
        size = 2 + 2 * (_digest(seed, number, block, "size")[0] % 2)
        order = sorted(range(size), key=lambda at: _digest(seed, number, block, str(at)))
        having = set(order[: size // 2])
        yield from (at in having for at in range(size))
        block += 1


def _digest(seed: str, number: int, block: int, what: str) -> bytes:
    return hashlib.sha256(f"{seed} {number} {block} {what}".encode()).digest()
