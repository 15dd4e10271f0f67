"""Units that do not mix: what the type checker says of sums kept as cases."""

import ast
import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).parents[2]
CASES = TOP / "tests" / "cases" / "units"


def refused_lines(case: Path, cache: Path) -> set[int]:
    """The numbers of the lines of a case that mypy refuses; it runs as it does over the package."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-pretty", "--cache-dir", str(cache), str(case)],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    found = [
        re.match(rf"{re.escape(str(case.relative_to(TOP)))}:(\d+): error", line) for line in done.stdout.splitlines()
    ]
    return {int(each[1]) for each in found if each}


def test_every_sum_of_two_units_is_refused(tmp_path: Path) -> None:
    module = ast.parse((CASES / "wrong.py").read_text(encoding="utf-8"))
    wrong = {line.lineno: ast.unparse(line) for each in module.body if hasattr(each, "args") for line in each.body}
    refused = refused_lines(CASES / "wrong.py", tmp_path)
    assert [sum_ for number, sum_ in wrong.items() if number not in refused] == []


def test_a_sum_that_keeps_to_its_unit_needs_no_wrapping(tmp_path: Path) -> None:
    lines = (CASES / "right.py").read_text(encoding="utf-8").splitlines()
    assert [lines[number - 1].strip() for number in sorted(refused_lines(CASES / "right.py", tmp_path))] == []


def test_no_conversion_is_written_by_hand() -> None:
    by_hand = [
        f"{path.relative_to(TOP)}:{node.lineno}: {ast.unparse(node)}"
        for path in sorted((TOP / "setsetting").rglob("*.py"))
        if path.name not in {"units.py", "check.py"}  # the check words its prices by itself
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div | ast.FloorDiv)
        if {60, 1000, 60_000} & {_number(node.left), _number(node.right)} and (_unit(node.left) or _unit(node.right))
    ]
    assert by_hand == []


def _number(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _unit(node: ast.expr) -> bool:
    """Whether this is a name, a field or a call's answer that ends in a unit, or a product of one."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mult) and (_unit(node.left) or _unit(node.right))
    node = node.func if isinstance(node, ast.Call) else node
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.endswith(("_s", "_ms", "_min", "_hz", "_db", "_mdb", "minutes", "seconds"))
