"""What is listed once is whole: every command and act has words and a test; every event a writer and a reader."""

import ast
import inspect
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import click
import pytest
from house_code import called, modules, said, trees_of_tests

from setsetting.cli import app
from setsetting.clinical.marks import TOUCHES, Mark, mark_words
from setsetting.desk.clinic import init
from setsetting.record import (
    alternation_rows,
    change_rows,
    draft_rows,
    factor_rows,
    form_rows,
    import_rows,
    keyed_rows,
    live_rows,
    plan_rows,
    preflight_rows,
    rows,
    scale_rows,
    schema,
    setting_rows,
    statement_rows,
)
from setsetting.record.kind_table import KINDS
from setsetting.record.kinds import ERASED
from setsetting.record.projections import TABLES
from setsetting.session.acts import ACTS, BY_NAME, MARK_KEYS, Act, Takes
from setsetting.session.script import read as read_script
from setsetting.tui.screens.live import LiveScreen

ARGUMENTS = {
    Takes.NOTHING: [],
    Takes.DECIBELS: ["-6"],
    Takes.SECONDS: ["20"],
    Takes.PROMPT: ["bell"],
    Takes.OUTPUT_DECIBELS: ["Room -6"],
}
READ_BY_NOBODY_YET = {
    "export.made": "a trail of what was handed on, kept for who asks later",
    "report.made": "a trail of what was shown to people, kept for who asks later",
    ERASED: "the log's guards act on it and verification tells it; its reason is kept for who asks later",
}


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    init(tmp_path / "clinic")
    return tmp_path / "clinic"


def test_every_act_has_its_words_and_no_two_say_the_same() -> None:
    assert len(BY_NAME) == len(ACTS)
    for word in ("label", "does", "undone", "key"):
        words = [getattr(act, word) for act in ACTS]
        assert all(each.strip() for each in words)
        if word in {"label", "does", "key"}:
            assert len(set(words)) == len(words)
    assert [act.name for act in ACTS if act.undoes] == ["undo"]


def test_every_mark_has_its_words_and_its_key_and_no_key_means_two_things() -> None:
    assert {*MARK_KEYS, *TOUCHES} == set(Mark)
    assert len({mark_words(mark) for mark in Mark}) == len(Mark)
    keys = [*MARK_KEYS.values(), *(act.key for act in ACTS)]
    assert len(set(keys)) == len(keys)


def test_every_act_and_mark_is_a_command_of_the_live_screen_under_its_own_key() -> None:
    keys = {command.name: command.key for command in LiveScreen.ACTS}
    assert {act.name: act.key for act in ACTS}.items() <= keys.items()
    assert {f"mark-{name}": key for name, key in MARK_KEYS.items()}.items() <= keys.items()


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_every_act_is_taken_by_the_command_line(act: Act, clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = app.run(["--clinic", str(clinic), "session", "act", act.name, *ARGUMENTS[act.takes]])
    assert code == 1, "2 would say that the command line knows no such act"
    assert capsys.readouterr().err.startswith("No session is running")


@pytest.mark.parametrize("mark", Mark)
def test_every_mark_is_taken_by_the_command_line(mark: Mark, clinic: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["--clinic", str(clinic), "session", "mark", mark]) == 1
    assert capsys.readouterr().err.startswith("No session is running")


def test_the_help_of_the_command_line_names_every_act_and_mark(capsys: pytest.CaptureFixture[str]) -> None:
    for verb, names in (("act", BY_NAME), ("mark", MARK_KEYS)):
        app.run(["session", verb, "--help"])
        said = set(re.findall(r"[\w-]+", capsys.readouterr().out))
        unsaid = [name for name in names if name not in said and f"-{name.partition('-')[2]}" not in said]
        assert unsaid == []


def test_a_script_can_do_every_act_and_mark(tmp_path: Path) -> None:
    infusion = [act.name for act in ACTS if act.step is not None]
    others = [" ".join([act.name, *ARGUMENTS[act.takes]]) for act in ACTS if act.name not in infusion]
    lines = [*infusion, *others, *(f"mark {mark}" for mark in Mark)]
    script = tmp_path / "script.txt"
    script.write_text("".join(f"{minute} {line}\n" for minute, line in enumerate(lines)), encoding="utf-8")
    assert len(read_script(script, 0)) == len(lines)


def test_every_act_is_done_by_a_test() -> None:
    done: set[str] = set()
    for tree in trees_of_tests():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and called(node) in {"act", "do"}:
                done |= {argument.value for argument in node.args if isinstance(argument, ast.Constant)}
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                done |= set(re.findall(r"^-?\d+(?:\.\d+)? ([a-z-]+)", node.value, re.MULTILINE))
    assert set(BY_NAME) - done == set(), "no test in tests/session or tests/desk does it: `.do(NAME)`, with its name"


def _commands() -> dict[tuple[str, ...], click.Command]:
    """Every command of the command line by its words."""
    found: dict[tuple[str, ...], click.Command] = {}
    for noun in app.NOUNS:
        command = app.root.get_command(click.Context(app.root), noun)
        assert command is not None
        verbs = command.commands if isinstance(command, click.Group) else {}
        found |= {(noun, verb): each for verb, each in verbs.items()} or {(noun,): command}
    return found


@pytest.mark.parametrize("command", _commands().values(), ids=[" ".join(words) for words in _commands()])
def test_every_command_says_what_it_does_and_what_it_takes(command: click.Command) -> None:
    assert (command.help or "").strip().endswith(".")
    options = [each for each in command.params if isinstance(each, click.Option)]
    assert [option.opts for option in options if not option.help and not option.metavar] == []


def test_every_command_is_run_by_a_test() -> None:
    run = {words for tree in trees_of_tests() for words in _neighbours(tree)}
    unrun = {words for words in _commands() if words not in run}
    assert unrun <= {("demo",)}, "the demo is the README's first command, which CI runs whole"


def _neighbours(tree: ast.Module) -> Iterator[tuple[str, ...]]:
    """Single words and pairs of words that stand side by side in a call, a list or a text."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(args=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
                words = [part.value if isinstance(part, ast.Constant) else "" for part in parts]
            case ast.Constant(value=str(text)):
                words = text.split(maxsplit=2)
            case _:
                continue
        yield from ((word,) for word in words)
        yield from pairwise(words)


def test_every_kind_of_event_is_written_by_somebody() -> None:
    written = {text.value for module in modules() if module.room != "record" for text in said(module)}
    assert set(KINDS) - written == {ERASED}, "the one event that the log writes by itself"


def test_every_kind_of_event_is_read_by_somebody_or_says_why_not() -> None:
    parts = (
        alternation_rows,
        rows,
        change_rows,
        draft_rows,
        factor_rows,
        form_rows,
        import_rows,
        keyed_rows,
        live_rows,
        plan_rows,
        preflight_rows,
        scale_rows,
        setting_rows,
        statement_rows,
        schema.taken_back,
        schema.withdrawn,
    )
    reading = "".join(map(inspect.getsource, parts))
    unread = {
        kind for kind in KINDS if f"'{kind}'" not in reading and not re.search(rf"\b{TABLES[kind].name}\b", reading)
    }
    matched = {
        name.id
        for module in modules()
        if module.room != "record" or module.dotted.endswith(("corrections", "form_rows", "query_rows", "keyed_rows"))
        for node in module.nodes
        if isinstance(node, ast.MatchClass)
        for name in [node.cls]
        if isinstance(name, ast.Name)
    }
    assert {kind for kind in unread if KINDS[kind].__name__ not in matched} == set(READ_BY_NOBODY_YET)
