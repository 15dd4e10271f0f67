"""The shape of the tree: no circle of imports, one meaning for a name, files and functions that can be read at once.

A circle, a name or a length that must stand has a line in the tables here, with its reason.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from house_code import ROOT, TOP, Module, called, comment_on, imports, modules

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
MOST_BRANCHES = 20
MEANS_TWO_THINGS: dict[str, str] = {}
"""Names of public types that several modules have, and why that misleads nobody."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_the_drawing_of_imports_has_no_circle() -> None:
    """Imports inside functions count; those for typing only don't."""
    by_name = {module.dotted: module for module in modules()}
    drawing = {
        name: {target for _node, target in _loaded(module) if target in by_name} - {name}
        for name, module in by_name.items()
    }
    assert sum(map(len, drawing.values())) > 500
    try:
        TopologicalSorter(drawing).prepare()
        circle = []
    except CycleError as error:
        circle = error.args[1]
    assert circle == []


def _loaded(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    typing_only = module.typing_only
    return ((node, name) for node, name in imports(module) if node not in typing_only)


def test_a_public_type_name_means_one_thing() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for module in modules():
        for name in _types(module):
            if not name.startswith("_"):
                places[name].append(module.name)
    assert len(places) > 300
    assert {name: where for name, where in places.items() if len(where) > 1 and name not in MEANS_TWO_THINGS} == {}
    assert [name for name in MEANS_TWO_THINGS if len(places[name]) < 2] == []


def _types(module: Module) -> Iterator[str]:
    """Names of classes and aliases of types that a module makes for itself; a type variable is only a blank."""
    top = module.tree.body
    for node in [*top, *(inner for each in top if isinstance(each, ast.If) for inner in (*each.body, *each.orelse))]:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.AnnAssign) and "TypeAlias" in ast.unparse(node.annotation):
            yield ast.unparse(node.target)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            of_types = isinstance(node.value, ast.Call) and called(node.value) in {"TypeVar", "ParamSpec"}
            if not of_types and name[0].isupper() and not name.isupper():
                yield name


def test_no_file_is_longer_than_a_room_with_one_duty() -> None:
    folders = [TOP, *(ROOT / name for name in ("tests", "benchmarks", "docs", ".ci"))]
    lengths = {
        path: len(path.read_text(encoding="utf-8").splitlines()) for folder in folders for path in folder.rglob("*.py")
    }
    assert len(lengths) > 200
    assert {str(path): lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_a_long_function_says_why_on_its_first_line() -> None:
    long = {
        f"{module.at(function)} {function.name}": length
        for module, function in _functions()
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
        and len(comment_on(module.line(function)).split()) < 3
    }
    assert long == {}


def test_no_function_branches_more_than_can_be_held_in_mind() -> None:
    """Stricter than ruff's C901: conditions joined by `and` and `or`, choices in a line and filters count as well."""
    knotted = {
        f"{module.at(function)} {function.name}": branches
        for module, function in _functions()
        if (branches := 1 + sum(_branches(node) for node in ast.walk(function))) > MOST_BRANCHES
    }
    assert knotted == {}


def _functions() -> Iterator[tuple[Module, Function]]:
    return ((module, node) for module in modules() for node in module.nodes if isinstance(node, Function))


def _branches(node: ast.AST) -> int:
    """Ways that a node adds to those through its function."""
    match node:
        case ast.BoolOp():
            return len(node.values) - 1
        case ast.comprehension():
            return 1 + len(node.ifs)
        case (
            ast.If() | ast.IfExp() | ast.For() | ast.AsyncFor() | ast.While() | ast.ExceptHandler() | ast.Assert()
        ) | ast.match_case():
            return 1
    return 0
