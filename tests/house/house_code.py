"""The program's own text, read once: what the tests of the house look at."""

import ast
import re
import tokenize
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import setsetting

TOP = Path(setsetting.__file__).parent
ROOT = Path(__file__).parents[2]

MODULES_OF = {
    "textual": {"textual", "rich"},
    "mutagen": {"mutagen"},
    "pydub": {"pydub"},
    "audioop-lts": {"pydub"},  # imported by pydub, not by us
    "sqlite-utils": {"sqlite_utils"},
    "numpy": {"numpy"},
    "scipy": {"scipy"},
    "av": {"av"},
    "soxr": {"soxr"},
    "miniaudio": {"miniaudio"},
    "msgspec": {"msgspec"},
    "click": {"click"},
    "jinja2": {"jinja2", "markupsafe"},
    "platformdirs": {"platformdirs"},
    "wcwidth": {"wcwidth"},
    "tzdata": {"zoneinfo"},  # read by zoneinfo, not by us
}
"""The modules that a declared dependency is used through; the first duty of a new dependency is to stand here."""


@dataclass(frozen=True, slots=True)
class Module:
    """One file of the package; `room` is the part of the house it belongs to, `nodes` its whole tree."""

    path: Path
    text: str
    tree: ast.Module
    nodes: tuple[ast.AST, ...]

    @property
    def name(self) -> str:
        return self.path.relative_to(TOP.parent).as_posix()

    @property
    def dotted(self) -> str:
        """The module as it is imported."""
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def room(self) -> str:
        return self.path.relative_to(TOP).parts[0].removesuffix(".py")

    @property
    def typing_only(self) -> set[ast.AST]:
        """Everything under `if TYPE_CHECKING`."""
        return {
            inner
            for node in self.nodes
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
            for part in node.body
            for inner in ast.walk(part)
        }

    def line(self, node: ast.AST) -> str:
        """The line on which a node begins."""
        return self.text.splitlines()[node.lineno - 1]  # type: ignore[attr-defined]

    def at(self, node: ast.AST) -> str:
        return f"{self.name}:{node.lineno}"  # type: ignore[attr-defined]


@cache
def modules() -> tuple[Module, ...]:
    """Every file of the package."""
    return tuple(_read(path) for path in sorted(TOP.rglob("*.py")))


@cache
def trees_of_tests() -> tuple[ast.Module, ...]:
    """Every test but those of the house."""
    files = sorted((ROOT / "tests").rglob("*.py"))
    return tuple(ast.parse(path.read_text(encoding="utf-8")) for path in files if path.parent != Path(__file__).parent)


@cache
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def rooms_below(room: str) -> set[str]:
    """The rooms that `room` may import, from the layers of pyproject.toml; itself among them."""
    (layers,) = [
        each["layers"]
        for each in pyproject()["tool"]["importlinter"]["contracts"]
        if each["type"] == "layers" and each["containers"] == ["setsetting"]
    ]
    (floor,) = [n for n, layer in enumerate(layers) if room in re.findall(r"\w+", layer)]
    beside = set(re.findall(r"\w+", layers[floor])) if ":" in layers[floor] else {room}
    return beside.union(*(re.findall(r"\w+", layer) for layer in layers[floor + 1 :]))


def imports(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Every import of a module, with the module it names and, for `from`, the names taken as well."""
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node, node.module
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def is_of(module: str, *packages: str) -> bool:
    """Tell whether a module is one of the packages or inside one."""
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def documents(node: ast.AST) -> bool:
    """Tell whether a statement is a text that only documents: a module, a class, a function or the name above it."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def said(module: Module) -> Iterator[ast.Constant]:
    """Every text of the program that is no documentation, parts of f-strings included."""
    documenting = {node.value for node in module.nodes if isinstance(node, ast.Expr) and documents(node)}
    for node in module.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in documenting:
            yield node


def comments(text: str) -> Iterator[tuple[int, str]]:
    """Line number and words of every comment."""
    for token in tokenize.generate_tokens(StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string.lstrip("# ")


def comment_on(line: str) -> str:
    """The comment at the end of a line of code, without its noqa."""
    _code, _mark, comment = line.partition("#")
    return re.sub(r"noqa(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*)?", "", comment).strip(" -#")


def called(node: ast.Call) -> str:
    """The last part of what is called: `append` for `record.append(...)`."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    return Module(path, text, tree, tuple(ast.walk(tree)))
