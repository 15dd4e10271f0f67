"""The glossary is in step with the tree: its types and functions are there, its rooms too, and no old name lives on."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP = ROOT / "setsetting"
TEXT = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
WORDS, RENAMED = (
    [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line.startswith("| ")][1:]
    for part in TEXT.split("## Names that changed")
)


@cache
def named_in(room: str) -> set[str]:
    """Every class, function and alias of a room."""
    files = [TOP / f"{room}.py"] if (TOP / f"{room}.py").exists() else sorted((TOP / room).glob("**/*.py"))
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    assigned = {
        target.id
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    annotated = {
        node.target.id for node in nodes if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    return (
        assigned
        | annotated
        | {node.name for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)}
    )


def rooms_of(where: str) -> list[str]:
    return [room.strip() for room in re.sub(r"`\w+`", "", where).split(",") if room.strip()]


def test_the_words_stand_in_order_each_once() -> None:
    words = [row[0] for row in WORDS]
    assert len(words) > 80
    assert words == sorted(set(words), key=str.casefold)


@pytest.mark.parametrize("row", [*WORDS, *RENAMED], ids=lambda row: row[0])
def test_every_type_of_a_word_is_in_its_room(row: list[str]) -> None:
    rooms = rooms_of(row[2])
    assert rooms
    known = set().union(*(named_in(room) for room in rooms), named_in("arrays"))
    is_now = re.findall(r"`(\w+)`", row[2] if row in WORDS else row[1])
    assert [name for name in is_now if name not in known] == []


@pytest.mark.parametrize("row", RENAMED, ids=lambda row: row[0])
def test_an_old_name_is_gone_from_its_room(row: list[str]) -> None:
    known = set().union(*(named_in(room) for room in rooms_of(row[2])))
    was, is_now = (set(re.findall(r"`([A-Z]\w+)`", cell)) for cell in row[:2])
    assert (was - is_now) & known == set()
