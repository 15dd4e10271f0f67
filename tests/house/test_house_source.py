"""What the text of the program shows: where SQL, faces, loading by name and swallowed errors may stand.

Import contracts see imports only; these look at the rest.
"""

import ast
import re
from collections.abc import Iterator

import pytest
from house_code import TOP, Module, called, comment_on, comments, documents, imports, is_of, modules, said

FACES = {"cli", "tui"}
KEEPERS = {"record", "library"}
VAGUE = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "base", "misc", "stuff"}

SQL = re.compile(
    r"\s*(CREATE\s+(UNIQUE\s+)?(TABLE|INDEX|TRIGGER|VIEW)|INSERT\s+(OR\s+\w+\s+)?INTO|REPLACE\s+INTO|SELECT|UPDATE|DELETE\s+FROM"
    r"|DROP\s+(TABLE|INDEX|TRIGGER|VIEW)|ALTER\s+TABLE|WITH\s+\w+\s+AS|PRAGMA|ATTACH|VACUUM|BEGIN\s+\w+)(\s|$)"
)
EVENT_WRITTEN = re.compile(r"\b(INSERT(\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM)\s+event\b")
SQLITE_UTILS_WRITES = {"insert", "insert_all", "upsert", "upsert_all", "transform", "delete_where"}
Function = ast.FunctionDef | ast.AsyncFunctionDef
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|TBD|not implemented)\b", re.IGNORECASE)


def everywhere() -> Iterator[tuple[Module, ast.AST]]:
    return ((module, node) for module in modules() for node in module.nodes)


def test_loading_by_name_stands_only_where_a_face_loads_its_own_lazily() -> None:
    found = [
        module.at(node) for module in modules() for node, name in imports(module) if is_of(name, "importlib", "runpy")
    ]
    found += [
        module.at(node)
        for module, node in everywhere()
        if isinstance(node, ast.Name) and node.id in {"__import__", "exec", "eval", "compile"}
    ]
    assert {place.split(":")[0] for place in found} == {"setsetting/cli/app.py"}
    (app,) = [module for module in modules() if module.name == "setsetting/cli/app.py"]
    by_name = [node for node in app.nodes if isinstance(node, ast.Call) and called(node) == "import_module"]
    assert [ast.unparse(node.args[0]).startswith("f'setsetting.cli.{") for node in by_name] == [True]


def test_sql_stands_only_in_the_rooms_that_keep_something() -> None:
    keepers_sql = 0
    strays = []
    for module in modules():
        found = [module.at(text) for text in said(module) if SQL.match(str(text.value))]
        found += [
            module.at(node)
            for node in module.nodes
            if isinstance(node, ast.Call) and called(node) in {"execute", "executemany", "executescript"}
        ]
        found += [module.at(node) for node, name in imports(module) if is_of(name, "sqlite_utils")]
        if module.room in KEEPERS:
            keepers_sql += len(found)
        else:
            strays += found
    assert strays == []
    assert keepers_sql > 50


def test_the_engine_is_named_in_one_file() -> None:
    named = {module.name for module in modules() for _node, name in imports(module) if is_of(name, "sqlite3")}
    assert named == {"setsetting/machine/database.py"}


def test_the_event_table_is_written_in_the_log_alone_and_never_changed() -> None:
    found = [
        (module.name, match[0])
        for module in modules()
        for text in said(module)
        for match in EVENT_WRITTEN.finditer(str(text.value))
    ]
    assert sorted(found) == [
        ("setsetting/record/log.py", "INSERT INTO event"),
        ("setsetting/record/schema.py", "UPDATE event"),  # the one erasure there is, in the log's own guards
        ("setsetting/record/schema.py", "UPDATE event"),
    ]
    around = [
        module.at(node)
        for module, node in everywhere()
        if module.room == "record" and isinstance(node, ast.Call) and called(node) in SQLITE_UTILS_WRITES
    ]
    assert around == []


def test_whatever_error_is_caught_says_why_or_is_raised_again() -> None:
    silent = []
    for module, node in everywhere():
        if isinstance(node, ast.ExceptHandler) and _catches_all(node.type):
            raised = any(isinstance(inner, ast.Raise) and inner.exc is None for inner in node.body)
            if not raised and len(comment_on(module.line(node)).split()) < 2:
                silent.append(module.at(node))
        if isinstance(node, ast.Call) and called(node) == "suppress" and any(_catches_all(each) for each in node.args):
            silent.append(module.at(node))
    assert silent == []


def _catches_all(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_catches_all(each) for each in caught.elts)
    return caught is None or (isinstance(caught, ast.Name) and caught.id in {"Exception", "BaseException"})


def test_nothing_prints() -> None:
    assert [
        module.at(node)
        for module, node in everywhere()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"print", "breakpoint"}
    ] == []


def test_no_file_or_folder_has_a_name_that_means_anything() -> None:
    names = [path for path in TOP.rglob("*") if path.suffix == ".py" or path.is_dir()]
    assert len(names) > 100
    assert [str(path) for path in names if VAGUE & set(path.stem.casefold().split("_"))] == []


def test_nothing_is_left_for_later() -> None:
    left = [
        f"{module.name}:{line} {words}"
        for module in modules()
        for line, words in comments(module.text)
        if UNFINISHED.search(words)
    ]
    left += [
        f"{module.at(node)} {node.value}"
        for module, node in everywhere()
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and UNFINISHED.search(node.value)
    ]
    assert left == []


def test_a_function_without_a_body_is_answered_by_somebody() -> None:
    """An empty body stands in a Protocol, where a subclass answers, over sub-commands, or where it says "nothing"."""
    classes = [(module, node) for module, node in everywhere() if isinstance(node, ast.ClassDef)]
    bases: dict[str, set[str]] = {}
    for _module, node in classes:
        bases.setdefault(node.name, set()).update(_bases(node))

    def above(name: str) -> set[str]:
        return bases.get(name, set()).union(*(above(base) for base in bases.get(name, ())))

    answered = {
        (base, method.name)
        for _module, node in classes
        for method in node.body
        if isinstance(method, Function) and not _empty(method)
        for base in above(node.name)
    }
    fine = {
        method
        for _module, node in classes
        for method in node.body
        if isinstance(method, Function) and ("Protocol" in _bases(node) or (node.name, method.name) in answered)
    }
    stubs = [
        f"{module.at(node)} {node.name}"
        for module, node in everywhere()
        if isinstance(node, Function) and _empty(node) and node not in fine and not _means_nothing(node)
    ]
    assert stubs == []


def _bases(node: ast.ClassDef) -> set[str]:
    return {ast.unparse(base).split("[")[0] for base in node.bases}


def _empty(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    body = [each for each in function.body if not documents(each)]
    return all(isinstance(each, ast.Pass) or "..." in ast.unparse(each)[:3] or _unwritten(each) for each in body)


def _means_nothing(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    commands = any(ast.unparse(each).startswith("click.group(") for each in function.decorator_list)
    return commands or "nothing" in (ast.get_docstring(function) or "").casefold().rstrip(".").split()


def _unwritten(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Raise | ast.Return) and "NotImplemented" in ast.unparse(statement)


def test_every_module_says_what_it_is_and_a_package_says_nothing_else() -> None:
    assert [
        module.name
        for module in modules()
        if module.path.stem != "__init__" and len((ast.get_docstring(module.tree) or "").split()) < 3
    ] == []
    faces = [module for module in modules() if module.path.stem == "__init__" and module.path.parent != TOP]
    assert len(faces) >= 14
    assert [module.name for module in faces if module.tree.body] == []


@pytest.mark.parametrize(("library", "room"), [("textual", "tui"), ("rich", "tui"), ("click", "cli")])
def test_a_faces_library_stays_in_that_face(library: str, room: str) -> None:
    users = {module.room for module in modules() for _node, name in imports(module) if is_of(name, library)}
    assert users == {room}


def test_only_the_entry_point_knows_both_faces_and_the_ground_knows_neither() -> None:
    knowing = {
        module.room
        for module in modules()
        for _node, name in imports(module)
        for face in FACES - {module.room}
        if is_of(name, f"setsetting.{face}")
    }
    assert knowing == {"__main__"}


def test_faces_name_record_library_player_and_audio_for_typing_only() -> None:
    behind = [f"setsetting.{room}" for room in ("record", "library", "player", "audio", "exchange")]
    reached, typed = [], 0
    for module in modules():
        if module.room not in FACES:
            continue
        typing_only = module.typing_only
        for node, name in imports(module):
            if is_of(name, *behind):
                typed += node in typing_only
                reached += [f"{module.at(node)} {name}"] if node not in typing_only else []
    assert reached == []
    assert typed > 0
