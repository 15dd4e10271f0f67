"""Small tables as other programs write them."""

from collections.abc import Sequence
from pathlib import Path

from setsetting.exchange.csv_file import survey
from setsetting.exchange.found import ReadFile
from setsetting.exchange.mapping import parse_mapping
from setsetting.exchange.table import read_table

ITEMS = tuple(f"pcl{n}" for n in range(1, 21))
FORMS = """
format = "import/1"
[[forms]]
patient = "id"
taken = "day"
recall = "week"
items = "pcl{n}"
total = "sum"
"""
ANSWERS = (2, 3, 1, 2, 3, 2, 2, 1, 3, 2, 1, 2, 3, 1, 0, 2, 3, 2, 3, 3)
"""Their total is 41."""


def row(code: str, day: str, answers: Sequence[int | str] = ANSWERS, total: int | str = "") -> tuple[str, ...]:
    return (code, day, *map(str, answers), str(total))


def table(*rows: Sequence[str], comma: str = ",", header: Sequence[str] = ("id", "day", *ITEMS, "sum")) -> str:
    return "".join(comma.join(cells) + "\n" for cells in (header, *rows))


def read(folder: Path, content: str | bytes, mapping: str = FORMS) -> ReadFile:
    path = folder / "theirs.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    mapped = parse_mapping(mapping, folder / "theirs.toml")
    return read_table(survey(path, mapped.encoding), mapped)


def found(file: ReadFile) -> list[tuple[str, int, str]]:
    """What was found: how far it goes, the row and the field."""
    return [(str(each.level), each.row, each.field) for each in file.findings.kept]
