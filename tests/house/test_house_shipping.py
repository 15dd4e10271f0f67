"""What is shipped is whole: the playlists go along, each dependency has a reason and a use, nothing leads outside."""

import ast
import re
import sys
from importlib.metadata import files
from pathlib import Path

import pytest
from house_code import MODULES_OF, ROOT, TOP, imports, is_of, modules, pyproject, said

import setsetting
from setsetting.desk.shelf import shipped_folder
from setsetting.errors import NotFound

SHIPPED = {"first-gentle", "montreal-40", "psychedelic-60", "rescue-grounding", "silence-forward"}
TEST_MODULES = {
    "axe-core-python": r"\"axe_core_python\"",
    "pytest": r"\bimport pytest\b",
    "pytest-xdist": r"pytest -n auto",
    "pytest-textual-snapshot": r"\bsnap_compare\b",
    "hypothesis": r"\bfrom hypothesis import\b",
    "pyloudnorm": r"\bimport pyloudnorm\b",
    "mypy": r'"-m", "mypy"',
    "jsonschema": r"\bfrom jsonschema import\b",
    "setsetting": r"\bfrom pyarrow import\b",
}
"""How the use of a test's dependency is seen, in tests/ and in README.md."""

TEXTS = {".py", ".pyi", ".typed", ".html", ".css", ".tcss", ".toml", ".txt", ".json", ".svg"}
NETWORK = (
    "http",
    "urllib",
    "requests",
    "httpx",
    "aiohttp",
    "ssl",
    "socketserver",
    "ftplib",
    "smtplib",
    "xmlrpc",
    "webbrowser",
)
HOSTS = re.compile(
    r"\b(pypi|pythonhosted|anaconda|conda-forge|npmjs|crates|rubygems|docker|ghcr|artifactory|nexus|github|gitlab)"
    r"\.(org|com|io)\b|\bproxy\.golang\b|\blocalhost\b|\b127\.0\.0\.1\b|\b0\.0\.0\.0\b"
)
MACHINE_PATHS = re.compile(r"(?<![\w.~-])/(home|root|work|workspace|Users|mnt|opt|usr|srv)/|/tmp/\w|\b[A-Z]:\\\\?\w")


def declared(extra: str | None = None) -> dict[str, str]:
    """Each dependency's line in pyproject.toml by its name."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    heading = "dependencies" if extra is None else extra
    (block,) = re.findall(rf"^{heading} = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    lines = [line.strip() for line in block.splitlines()]
    return {re.split(r"[<>=;\[]", line.strip('"'))[0].strip(): line for line in lines}


def test_the_lines_are_those_that_an_installer_reads() -> None:
    project = pyproject()["project"]
    assert len(declared()) == len(project["dependencies"])
    assert len(declared("test")) == len(project["optional-dependencies"]["test"])


@pytest.mark.parametrize("extra", [None, "pdf", "network", "test"])
def test_every_dependency_says_why_it_is_there(extra: str | None) -> None:
    assert [line for line in declared(extra).values() if len(line.partition("#")[2].split()) < 3] == []


def test_every_dependency_is_imported_by_the_program() -> None:
    used = {name.split(".")[0] for module in modules() for _node, name in imports(module)}
    assert set(declared()) == set(MODULES_OF)
    assert [name for name in declared() if not MODULES_OF[name] & used] == []


def test_every_library_that_is_imported_is_declared() -> None:
    known = {
        *sys.stdlib_module_names,
        "setsetting",
        *declared("network"),
        *declared("pdf"),
        *(module for each in MODULES_OF.values() for module in each),
    }
    assert {name.split(".")[0] for module in modules() for _node, name in imports(module)} - known == set()


def test_every_dependency_of_the_tests_is_used_by_one() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    texts.append((ROOT / "README.md").read_text(encoding="utf-8"))
    assert set(declared("test")) == set(TEST_MODULES)
    assert [name for name, sign in TEST_MODULES.items() if not any(re.search(sign, text) for text in texts)] == []


def test_the_build_takes_the_playlists_along() -> None:
    targets = pyproject()["tool"]["hatch"]["build"]["targets"]
    assert targets["wheel"]["force-include"] == {"playlists": "setsetting/_playlists"}
    assert targets["wheel"]["packages"] == ["setsetting"]
    assert {"setsetting", "playlists", "tests", "README.md", "LICENSE"} <= set(targets["sdist"]["include"])
    assert {path.stem for path in (ROOT / "playlists").glob("*.toml")} == SHIPPED
    assert pyproject()["project"]["license"] == "GPL-3.0-or-later"
    assert pyproject()["project"]["scripts"] == {"setsetting": "setsetting.__main__:main"}


def test_the_wheel_says_that_the_package_is_typed() -> None:
    assert (TOP / "py.typed").is_file()
    installed = {path.as_posix() for path in files("setsetting") or ()}
    if "setsetting/errors.py" in installed:  # an editable install lists no modules
        assert {"setsetting/py.typed", "setsetting/quantities.pyi"} <= installed
    assert "exclude" not in pyproject()["tool"]["hatch"]["build"]["targets"]["wheel"]


def test_playlists_are_found_in_the_wheel_and_in_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {path.stem for path in shipped_folder().glob("*.toml")} == SHIPPED
    package = tmp_path / "setsetting"
    package.mkdir()
    monkeypatch.setattr(setsetting, "__file__", str(package / "__init__.py"))
    with pytest.raises(NotFound, match="install the program again"):
        shipped_folder()
    (tmp_path / "playlists").mkdir()
    assert shipped_folder() == tmp_path / "playlists"
    (package / "_playlists").mkdir()
    assert shipped_folder() == package / "_playlists"


def test_nothing_in_the_program_speaks_to_a_network() -> None:
    found = [
        f"{module.at(node)} {name}" for module in modules() for node, name in imports(module) if is_of(name, *NETWORK)
    ]
    found += [
        f"{module.at(node)} {node.attr}"
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.Attribute)
        and node.attr in {"AF_INET", "AF_INET6", "create_connection", "create_server", "getaddrinfo", "gethostbyname"}
    ]
    assert found == []
    makers = [
        (module.name, ast.unparse(node))
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "socket.socket"
    ]
    assert makers == [("setsetting/machine/sockets.py", "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)")]


NAMES_LIKE_ADDRESSES = "setsetting/exchange/fhir_bundle.py"
"""FHIR names its code systems so; nothing is fetched there."""


def test_no_address_stands_in_the_program() -> None:
    others = [module for module in modules() if module.name != NAMES_LIKE_ADDRESSES]
    assert [module.at(text) for module in others for text in said(module) if "://" in str(text.value)] == []


def test_no_host_and_no_path_of_a_machine_stands_in_what_is_shipped_or_read() -> None:
    texts = [path for path in TOP.rglob("*") if path.suffix in TEXTS]
    texts += [*(ROOT / "playlists").glob("*"), *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    texts += [*(ROOT / ".ci").glob("*"), *(ROOT / ".githooks").glob("*")]
    texts += [ROOT / "pyproject.toml", ROOT / "Makefile"]
    assert len(texts) > 150
    found = [
        f"{path.name}: {match[0]}"
        for path in texts
        for pattern in (HOSTS, MACHINE_PATHS)
        for match in pattern.finditer(path.read_text(encoding="utf-8").replace("#!/usr/bin/env ", "#!"))
    ]
    assert found == []


def test_every_file_of_the_package_is_of_a_kind_that_is_read_here() -> None:
    kinds = {path.suffix for path in TOP.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert kinds <= TEXTS
