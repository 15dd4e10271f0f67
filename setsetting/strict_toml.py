"""TOML files read strictly: every trouble names the file, the line, the field and what was expected.

tomllib says where syntax is broken, but neither it nor msgspec knows the line of a valid key, so
this module finds it. It refuses unknown keys and offers the nearest known one. By the same lines a
file that a person wrote is changed in place: only the keys that change are written, all else stays.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from setsetting.errors import BrokenFile, broken, guess
from setsetting.words.translate import _

T = TypeVar("T")
Place = tuple[str | int, ...]
"""A key's way from the top: names of tables and numbers in arrays of tables."""

_HEADER = re.compile(r"^\s*(\[\[?)\s*(?P<name>[^\[\]#]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(
    r"""^\s*(?P<name>(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*'))*)\s*="""
)
_UNKNOWN = re.compile(r"unknown field `(?P<name>.*?)`(?: - at `(?P<at>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[\.\.\.\]")
_DEEPEST = 40


def parse(text: str, path: Path, shape: type[T]) -> T:
    """Read TOML text into a msgspec struct; raise BrokenFile with file, line, field and expectation."""
    deepest = _nesting(text)
    if deepest > _DEEPEST:
        raise broken(path, None, _("nested {n} deep; no setting is that deep.").format(n=deepest))
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BrokenFile(_("{path}: not valid TOML: {why}.").format(path=path, why=str(error).rstrip("."))) from error
    except RecursionError as error:
        raise broken(path, None, _("nested too deep.")) from error
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError as error:
        raise _located(text, path, data, shape, str(error)) from error


def line_of(text: str, place: Place) -> int | None:
    """The line (from 1) on which the key at `place` stands, or its nearest table's; None if neither."""
    best: dict[Place, int] = {}
    for number, where in _places(text):
        best.setdefault(where, number)
    for length in range(len(place), 0, -1):
        if place[:length] in best:
            return best[place[:length]]
    return None


def changed(text: str, place: Place, value: str | None) -> str:
    """A valid file with another value, written as TOML, at a key; None makes its line a comment.

    Every other line stays as it is, and so does a comment behind the value. A key that is not there takes the place
    of its empty comment (`# key =`), else it comes last in its table, which is made at the end of the file.
    A table that is written in one line, or by dotted keys, is none of these: what comes back is then no valid file.
    """
    lines = text.splitlines(keepends=True)
    ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    found = {where: number - 1 for number, where in _places(text)}
    if place in found:
        first, end = found[place], _end_of_value(lines, found[place])
        key, comment = _KEY.match(lines[first]), _comment_behind("".join(lines[first:end]))
        assert key is not None, "a table is no value"
        written = f"{key[0]} {value}" if value is not None else f"# {key[0].lstrip()}"
        return "".join((*lines[:first], f"{written}  {comment}".rstrip() + ending, *lines[end:]))
    if value is None:
        return text
    *table, name = place
    written = f"{name} = {value}{ending}"
    heads = {where: at for where, at in found.items() if _KEY.match(lines[at]) is None}
    if table and tuple(table) not in heads:
        return f"{text.rstrip()}{ending}{ending}[{'.'.join(map(str, table))}]{ending}{written}"
    start = heads[tuple(table)] + 1 if table else 0
    until = min((at for at in heads.values() if at >= start), default=len(lines))
    empty = re.compile(rf"\s*#\s*{re.escape(str(name))}\s*=\s*$")
    for at_line in range(start, until):
        if empty.match(lines[at_line]):
            return "".join((*lines[:at_line], written, *lines[at_line + 1 :]))
    keys = [at for at in found.values() if start <= at < until]
    last = _end_of_value(lines, max(keys)) if keys else start
    return "".join((*lines[:last], written, *lines[last:]))


def _end_of_value(lines: Sequence[str], first: int) -> int:
    """The line behind a key's value, which may have several."""
    for end in range(first + 1, len(lines)):
        try:
            tomllib.loads("".join(lines[first:end]))
        except tomllib.TOMLDecodeError:
            continue
        return end
    return len(lines)


def _comment_behind(written: str) -> str:
    """The comment behind a key's value on its last line, without it the same is read; empty where there is none."""
    means = tomllib.loads(written)
    start = written.rstrip().rfind("\n") + 1
    for sign in (at for at in range(start, len(written)) if written[at] == "#"):
        try:
            if tomllib.loads(written[:sign]) == means:
                return written[sign:].rstrip()
        except tomllib.TOMLDecodeError:
            continue
    return ""


def at(text: str, path: Path, place: Place, trouble: str) -> BrokenFile:
    """Build the error for a field whose value is well formed and still wrong."""
    name = ".".join(_named(place))
    return broken(path, line_of(text, place), f"{name}: {trouble}" if name else trouble)


def _located(text: str, path: Path, data: dict[str, Any], shape: type[Any], message: str) -> BrokenFile:
    if (match := _UNKNOWN.search(message)) is not None:
        place = (*_place(match["at"] or "$", data, shape), match["name"])
        trouble = _("unknown key {name!r}.").format(name=match["name"])
        return broken(path, line_of(text, place), trouble + guess(match["name"], _fields_at(shape, place[:-1])))
    trouble, _at, where = message.partition(" - at `$")
    return at(text, path, _place(where.removesuffix("`"), data, shape), trouble.rstrip(".") + ".")


def _fields_at(shape: Any, place: Place) -> list[str]:
    """The field names a struct type allows at a place, following structs, lists and dicts."""
    info = msgspec.inspect.type_info(shape)
    for step in place:
        info = _inner(info, step)
    if isinstance(info, msgspec.inspect.StructType):
        return [field.encode_name for field in info.fields]
    return []


def _inner(info: msgspec.inspect.Type, step: str | int) -> msgspec.inspect.Type:
    match info:
        case msgspec.inspect.UnionType():
            found = [kind for kind in info.types if not isinstance(kind, msgspec.inspect.NoneType)]
            return _inner(found[0], step) if found else msgspec.inspect.AnyType()
        case msgspec.inspect.StructType():
            for field in info.fields:
                if field.encode_name == step:
                    return field.type
        case msgspec.inspect.DictType():
            return info.value_type
        case msgspec.inspect.ListType() | msgspec.inspect.VarTupleType():
            return info.item_type
    return msgspec.inspect.AnyType()


def _place(at_text: str, data: Any, shape: Any) -> Place:
    """The place in data of this shape that is told as `$.a[0].b[...]`; `[...]` is any key, and the first that is wrong is meant."""
    place: list[str | int] = []
    info = msgspec.inspect.type_info(shape)
    for name, number in _STEP.findall(at_text):
        step = int(number) if number else name or _wrong_key(data, info)
        if step == "":
            break
        place.append(step)
        data, info = data[step], _inner(info, step)
    return tuple(place)


def _wrong_key(data: Any, info: msgspec.inspect.Type) -> str:
    """The first key of a table of structs whose value is no such struct; empty where that cannot be told."""
    if isinstance(info, msgspec.inspect.DictType) and isinstance(info.value_type, msgspec.inspect.StructType):
        for key, value in data.items():
            try:
                msgspec.convert(value, info.value_type.cls)
            except msgspec.ValidationError:
                return str(key)
    return ""


def _named(place: Place) -> Iterator[str]:
    for step in place:
        yield str(step + 1) if isinstance(step, int) else step


def _places(text: str) -> Iterator[tuple[int, Place]]:
    """Yield every line that names a table or a key at the top of one, with its place."""
    table: Place = ()
    counts: dict[Place, int] = {}
    depth = 0
    quote = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not quote and depth == 0:
            if (header := _HEADER.match(line)) is not None:
                table = _header_place(header, counts)
                yield number, table
                continue
            if (key := _KEY.match(line)) is not None:
                yield number, (*table, *_split(key["name"]))
                depth, quote = _scan(line[key.end() :], depth, quote)
                continue
        depth, quote = _scan(line, depth, quote)


def _header_place(header: re.Match[str], counts: dict[Place, int]) -> Place:
    place: Place = ()
    names = _split(header["name"])
    for index, name in enumerate(names):
        place = (*place, name)
        if index == len(names) - 1 and header[1] == "[[":
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place


def _split(dotted: str) -> list[str]:
    return [name.strip().strip("\"'") for name in re.findall(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""", dotted)]


def _scan(rest: str, depth: int, quote: str) -> tuple[int, str]:
    """Follow brackets and strings through a line; return the open depth and the open long quote."""
    index = 0
    while index < len(rest):
        if quote:
            end = rest.find(quote, index)
            while end > 0 and quote[0] == '"' and rest[end - 1] == "\\":
                end = rest.find(quote, end + 1)
            if end < 0:
                return depth, quote if len(quote) == 3 else ""
            index, quote = end + len(quote), ""
            continue
        char = rest[index]
        if char == "#":
            break
        if char in "\"'":
            quote = char * 3 if rest.startswith(char * 3, index) else char
            index += len(quote)
            continue
        depth += (char in "[{") - (char in "]}")
        index += 1
    return max(depth, 0), quote if len(quote) == 3 else ""


def _nesting(text: str) -> int:
    deepest = depth = 0
    quote = ""
    for line in text.splitlines():
        for cut in re.split(r"(?=[\[{])", line):
            depth, quote = _scan(cut, depth, quote)
            deepest = max(deepest, depth)
    return deepest
