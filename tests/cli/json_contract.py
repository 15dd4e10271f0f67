"""Every JSON document of the command line against its schema; the schemas are data beside the views."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import click
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource

import setsetting.views
from setsetting.cli import app

SCHEMAS = {
    path.name: json.loads(path.read_text(encoding="utf-8"))
    for folder in setsetting.views.__path__
    for path in sorted((Path(folder) / "schemas").glob("*.json"))
}
"""By the name of the file, one for each noun; a verb's document is the definition of its name."""

seen: set[str] = set()
"""Schemas that a document was held against in this process."""


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command by its words; a noun without verbs stands for itself."""
    context = click.Context(app.root)
    for noun in app.root.list_commands(context):
        command = app.root.get_command(context, noun)
        if isinstance(command, click.Group):
            yield from ((f"{noun} {verb}", each) for verb, each in command.commands.items())
        elif command is not None:
            yield noun, command


def place(command: str) -> str:
    """Where the schema of a command's document stands."""
    noun, _blank, verb = command.partition(" ")
    return f"{noun}.json#/$defs/{verb or noun}"


def hold(words: Sequence[str], document: Any) -> None:
    """Fail where a document that a command printed is not what its schema says."""
    command = _command_of(words)
    trouble = best_match(_validator(command).iter_errors(document))
    schema = f"setsetting/views/schemas/{place(command)}"
    assert trouble is None, f"setsetting {command} --json: {trouble.json_path}: {trouble.message} ({schema})"
    seen.add(command)


def _command_of(words: Sequence[str]) -> str:
    names = {command for command, _each in commands()}
    at = next(index for index, word in enumerate(words) if any(name.split()[0] == word for name in names))
    both = " ".join(words[at : at + 2])
    return both if both in names else words[at]


@cache
def _validator(command: str) -> Draft202012Validator:
    registry = Registry().with_resources([(name, Resource.from_contents(schema)) for name, schema in SCHEMAS.items()])
    return Draft202012Validator({"$ref": place(command)}, registry=registry)
