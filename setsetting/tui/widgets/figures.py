"""Large figures: words drawn in dots, to be read from two metres.

A dot is two columns by one row where there is room (five rows high), else one column by half a row (three rows
high). Dots are the cell's background, which leaves no seams in any font; only where a cell is half a dot is it a half block.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from setsetting.tui.line import ELLIPSIS, Cell, Line

HIGH = 5
"""Dots from top to bottom, and rows of the larger size."""
LOW = 3
"""Rows of the smaller size."""
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
    for row, line in enumerate(lines[y : y + rows]):
        for at, cell in _cells(drawn, rows, colour, line.bg)[row]:
            line.cells[x + at] = cell
    return x + drawn.width(rows)


@lru_cache(maxsize=64)
def _cells(drawn: Figure, rows: int, colour: str, ground: str) -> tuple[tuple[tuple[int, Cell], ...], ...]:
    """The cells of a figure by their columns, row by row; a half dot stands on the ground of its line."""
    dot = Cell(" ", colour, colour, bold=False)
    upper, lower = (Cell(sign, colour, ground, bold=False) for sign in ("▀", "▄"))
    if rows == HIGH:
        return tuple(
            tuple((2 * at + half, dot) for at, sign in enumerate(dots) if sign == "#" for half in (0, 1))
            for dots in drawn.dots
        )
    signs = {("#", "#"): dot, ("#", "."): upper, (".", "#"): lower}
    halves = [*drawn.dots, "." * len(drawn.dots[0])]
    return tuple(
        tuple(
            (at, signs[pair])
            for at, pair in enumerate(zip(*halves[2 * row : 2 * row + 2], strict=True))
            if pair in signs
        )
        for row in range(LOW)
    )
