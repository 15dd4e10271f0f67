"""Large figures: words drawn in dots, to be read from two metres.

A dot is two columns by one row where there is room (five rows high), else one column by half a row (three rows
high). Dots are the cell's background, which leaves no seams in any font; only where a cell is half a dot is it a half block.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from setsetting.tui.line import ELLIPSIS, Line
from setsetting.tui.theme import TextStyle

HIGH = 5
"""Dots from top to bottom, and rows of the larger size."""
LOW = 3
"""Rows of the smaller size."""
HALF = "▀"
_SHAPES = """
0 .##. #..# #..# #..# .##.
1 .#. ##. .#. .#. ###
2 ###. ...# .##. #... ####
3 ###. ...# .##. ...# ###.
4 #..# #..# #### ...# ...#
5 #### #... ###. ...# ###.
6 .##. #... ###. #..# .##.
7 #### ...# ..#. .#.. .#..
8 .##. #..# .##. #..# .##.
9 .##. #..# .### ...# .##.
A .##. #..# #### #..# #..#
B ###. #..# ###. #..# ###.
C .### #... #... #... .###
D ###. #..# #..# #..# ###.
E ### #.. ##. #.. ###
F ### #.. ##. #.. #..
G .### #... #.## #..# .###
H #..# #..# #### #..# #..#
I ### .#. .#. .#. ###
J ..## ...# ...# #..# .##.
K #..# #.#. ##.. #.#. #..#
L #.. #.. #.. #.. ###
M #...# ##.## #.#.# #...# #...#
N #..# ##.# #.## #..# #..#
O .##. #..# #..# #..# .##.
P ###. #..# ###. #... #...
Q .##. #..# #..# #.## .###
R ###. #..# ###. #.#. #..#
S .### #... .##. ...# ###.
T ### .#. .#. .#. .#.
U #..# #..# #..# #..# .##.
V #...# #...# #...# .#.#. ..#..
W #...# #...# #.#.# ##.## #...#
X #...# .#.#. ..#.. .#.#. #...#
Y #...# .#.#. ..#.. ..#.. ..#..
Z #### ..#. .#.. #... ####
+ ... .#. ### .#. ...
- ... ... ### ... ...
: . # . # .
. . . . . #
, .. .. .. .# #.
' # # . . .
! # # # . #
? ###. ...# .##. .... .#..
& .#.. #.#. .#.# #.#. .#.#
/ ...# ..#. ..#. .#.. #...
( .# #. #. #. .#
) #. .# .# .# #.
… ..... ..... ..... ..... #.#.#
"""
_DOTS = {line[0]: tuple(line[2:].split()) for line in _SHAPES.strip().splitlines()} | {" ": ("..",) * HIGH}
_LIKE = str.maketrans({"\N{MINUS SIGN}": "-", "–": "-", "—": "-", "’": "'", "ʼ": "'", "_": "-"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A word as dots: as many strings as it has rows of them, `#` for a dot."""

    dots: tuple[str, ...]

    def width(self, rows: int) -> int:
        """The columns it takes in so many rows, `HIGH` or `LOW`."""
        return len(self.dots[0]) * (2 if rows == HIGH else 1)


@lru_cache(maxsize=64)
def figure(words: str) -> Figure | None:
    """Words in dots, capitals without their accents; None where a sign has no shape here."""
    base = unicodedata.normalize("NFD", words.translate(_LIKE).upper())
    signs = [sign for sign in base if not unicodedata.combining(sign)]
    if not signs or any(sign not in _DOTS for sign in signs):
        return None
    return Figure(tuple(".".join(_DOTS[sign][row] for sign in signs) for row in range(HIGH)))


def fitted(words: str, width: int, rows: int) -> Figure | None:
    """The same, cut between its words to so many columns; None where not even its first word has room."""
    whole = figure(words)
    if whole is None or whole.width(rows) <= width:
        return whole
    left = words.split()
    while whole is not None and len(left) > 1:
        left.pop()
        shorter = figure(" ".join(left).rstrip(" ,;:-–—&(/") + ELLIPSIS)
        if shorter is not None and shorter.width(rows) <= width:
            return shorter
    return None


def draw(lines: list[Line], place: tuple[int, int], drawn: Figure, rows: int, colour: str) -> int:
    """Draw a figure from a column and a row on in so many rows; return the column after it."""
    x, y = place
    if rows == HIGH:
        for row, dots in enumerate(drawn.dots):
            for at, dot in enumerate(dots):
                if dot == "#":
                    lines[y + row].paint(x + 2 * at, x + 2 * at + 2, colour)
        return x + drawn.width(HIGH)
    for row in range(LOW):
        upper = drawn.dots[2 * row]
        lower = drawn.dots[2 * row + 1] if 2 * row + 1 < HIGH else "." * len(upper)
        for at, pair in enumerate(zip(upper, lower, strict=True)):
            _half_dots(lines[y + row], x + at, pair, colour)
    return x + drawn.width(LOW)


def _half_dots(line: Line, x: int, pair: tuple[str, str], colour: str) -> None:
    match pair:
        case ("#", "#"):
            line.paint(x, x + 1, colour)
        case ("#", _):
            line.put(x, HALF, TextStyle(colour))
        case (_, "#"):
            line.put(x, "▄", TextStyle(colour))
