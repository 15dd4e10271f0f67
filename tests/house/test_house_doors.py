"""What a room offers is seen: the doors that docs/architecture.md lists, and no other room uses the rest.

The page and the proof are one list. A new module is private to its room until it stands there.
"""

import re
from functools import cache

import pytest
from house_code import ROOT, TOP, Module, imports, modules

ROW = re.compile(r"^\| (?P<room>[a-z]+) \| (?P<doors>[a-z_0-9, .]+) \|", re.MULTILINE)


@cache
def doors() -> dict[str, set[str]]:
    """The modules of each room that other rooms may import, as the page lists them."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    _before, _heading, listed = page.partition("\n## Doors\n")
    return {row["room"]: set(row["doors"].split(", ")) for row in ROW.finditer(listed.partition("\n## ")[0])}


@cache
def insides() -> dict[str, set[str]]:
    """Every module of each room, by its dotted name in the room."""
    found: dict[str, set[str]] = {}
    for module in modules():
        room, _dot, inside = module.dotted.removeprefix("setsetting.").partition(".")
        if inside and module.path.stem != "__init__":
            found.setdefault(room, set()).add(inside)
    return found


def used(module: Module) -> set[tuple[str, str]]:
    """The modules of other rooms that a module imports, for typing too, each as its room and its name there."""
    found = set()
    for _node, name in imports(module):
        room, _dot, rest = name.removeprefix("setsetting.").partition(".")
        if room == module.room or room not in insides() or not name.startswith("setsetting."):
            continue
        inside = next((each for each in (rest, rest.rpartition(".")[0]) if each in insides()[room]), None)
        if inside is not None:
            found.add((room, inside))
    return found


@cache
def shown() -> set[tuple[str, str]]:
    """What docs/api.md goes through, which uses the rooms without a face."""
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    named = re.findall(r"^from setsetting\.(\w+)(?:\.(\w+))? import (\w+)", page, re.MULTILINE)
    return {(room, inside or taken) for room, inside, taken in named if room in insides()}


def test_the_page_lists_the_doors_of_every_room() -> None:
    rooms = {path.name for path in TOP.iterdir() if (path / "__init__.py").exists()}
    assert set(doors()) == rooms
    assert {
        room: sorted(listed - insides()[room]) for room, listed in doors().items() if listed - insides()[room]
    } == {}


@pytest.mark.parametrize("room", insides())
def test_no_other_room_uses_what_is_no_door(room: str) -> None:
    behind = {
        f"{module.name} uses {room}.{inside}"
        for module in modules()
        for of, inside in used(module)
        if of == room and inside not in doors()[room]
    }
    behind |= {
        f"docs/api.md uses {of}.{inside}" for of, inside in shown() if of == room and inside not in doors()[room]
    }
    assert sorted(behind) == []


@pytest.mark.parametrize("room", insides())
def test_every_door_is_gone_through(room: str) -> None:
    through = {inside for module in modules() for of, inside in used(module) if of == room}
    through |= {inside for of, inside in shown() if of == room}
    assert sorted(doors()[room] - through) == []


def test_no_room_takes_a_private_name_of_another() -> None:
    taken = [
        f"{module.at(node)} {name}"
        for module in modules()
        for node, name in imports(module)
        if name.startswith("setsetting.") and name.split(".")[1] != module.room and re.search(r"\._[a-z]", name)
    ]
    assert taken == []
