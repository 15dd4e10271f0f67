"""PCL-5 forms and totals of other scales out of a FHIR R4 bundle, as `fhir_bundle` writes one, or as others do.

What another program calls a PCL-5 by another code is asked about, never guessed.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, TypeGuard

import msgspec

from setsetting.clinical import pcl5
from setsetting.clinical.form import Item, NoAnswer, Recall
from setsetting.errors import BrokenFile, NotFound, Refused, broken
from setsetting.exchange import beside
from setsetting.exchange.beside import AskedQuestion, BesideForm
from setsetting.exchange.cells import moment
from setsetting.exchange.fhir_bundle import (
    ACTUALITY,
    OURS,
    PANEL,
    QUERY,
    RANGE,
    SCALES,
    SCORE,
    SECOND,
    UPHELD,
    WEEK_SCORE,
    WHY,
    link_id,
)
from setsetting.exchange.found import FieldNames, Level, ReadFile, ReadForm, ReadTotal
from setsetting.words.translate import _

QUESTIONNAIRES = {f"{OURS}:{recall}": recall for recall in Recall}
_LARGEST = 100_000_000
_LONGEST_CODE = 80
_DEEPEST = 8
SEEN_ELSEWHERE = frozenset({"77040-1"})
"""By which a vendor's plugin was seen to call the PCL-5; what it means was not verified."""


@dataclass(slots=True)
class _Read:
    """What of a bundle is read, and what its codes mean as somebody said."""

    meanings: Mapping[str, Recall | None]
    file: ReadFile
    forms: dict[str, ReadForm] = field(default_factory=dict)
    """By the address under which the bundle has each."""
    totals: list[tuple[int, str, Any]] = field(default_factory=list)
    """The row of each total, the address of its form, and its value."""


def read_bundle(path: Path, meanings: Mapping[str, Recall | None]) -> ReadFile:
    """Read the forms of a bundle; `meanings` are what foreign codes mean, None for one that is to be left out.

    Raises BrokenFile for what is no bundle; all else is among its findings, whose rows are the entries, from 1.
    """
    content = _content(path)
    read = _Read(meanings, ReadFile(hashlib.sha256(content).hexdigest(), "FHIR R4, JSON"))
    try:
        document = msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BrokenFile(_("{path} is no JSON: {why}.").format(path=path, why=error)) from error
    if not isinstance(document, dict) or document.get("resourceType") != "Bundle":
        raise broken(path, None, _("no FHIR bundle; a JSON document of resourceType Bundle is expected."))
    for row, entry in enumerate(_list(document.get("entry")), 1):
        read.file.rows += 1
        resource = _dict(_dict(entry).get("resource"))
        if resource.get("resourceType") == "QuestionnaireResponse":
            _response(read, row, _text(_dict(entry).get("fullUrl")), resource)
        elif resource.get("resourceType") == "Observation":
            _observation(read, row, resource)
        else:
            read.file.findings.add(Level.SAID, row, "resourceType", _("no form; left out."))
    for row, address, value in read.totals:
        form = read.forms.get(address)
        if form is not None and value != pcl5.score(form.items).total:
            read.file.findings.refuse(row, "valueInteger", _("not the sum of the twenty answers."))
    return read.file


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            words = _("{path} is larger than {most} MB; export it in parts, and take in one after another.")
            raise Refused(words.format(path=path, most=_LARGEST // 1_000_000))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(_("{path} does not exist.").format(path=path)) from error
    except OSError as error:
        raise Refused(_("{path} cannot be read: {why}.").format(path=path, why=error.strerror)) from error


class _NotTaken(Exception):
    """This resource cannot be taken; it was said why."""


def _response(read: _Read, row: int, address: str, resource: dict[str, Any]) -> None:
    try:
        recall = _recall(read, row, "questionnaire", _canonical(resource.get("questionnaire")))
        if recall is None:
            return
        code = _identifier(resource.get("subject"))
        taken = _text(resource.get("authored"))
        status = _text(resource.get("status"))
        if status not in {"completed", "in-progress", "amended"}:
            read.file.findings.add(Level.SAID, row, "status", _("no form that was filled; left out."))
            return
        if not code:
            _refuse(read, row, "subject.identifier.value", _("no patient's code."))
        try:
            taken = moment(taken, "", "year-month-day")
        except ValueError:
            _refuse(read, row, "authored", _("no day, and no day and time to the millisecond, on which it was filled."))
        items = _items(read, row, _list(resource.get("item")))
        said = _beside(read, row, resource)
    except _NotTaken:
        return
    names = FieldNames("subject.identifier.value", "authored", "questionnaire", "item")
    form = ReadForm(row, code, taken, recall, items, names, True, _is_simulated(resource), said)
    read.file.take(form)
    read.forms[address] = form


def _identifier(reference: Any) -> str:
    return _text(_dict(_dict(reference).get("identifier")).get("value"))


def _beside(read: _Read, row: int, resource: dict[str, Any]) -> BesideForm:
    """Who entered a form, its second keying and the questions on it, where we wrote it."""
    told = {_text(each.get("url")): _text(each.get("valueString")) for each in _extended(resource)}
    inner = [
        {_text(part.get("url")): _text(part.get("valueString")) for part in _extended(each)}
        for each in _extended(resource)
        if each.get("url") == QUERY
    ]
    author = _identifier(resource.get("author"))
    try:
        return BesideForm(
            bool(author) and author == _identifier(resource.get("subject")),
            beside.answers(told.get(SECOND, "")),
            told.get(UPHELD) or None,
            beside.checked([AskedQuestion(each.get("question", ""), each.get("answer")) for each in inner]),
        )
    except ValueError as error:
        _refuse(read, row, "extension", f"{error}.")


def _extended(element: dict[str, Any]) -> list[dict[str, Any]]:
    return [_dict(each) for each in _list(element.get("extension"))]


def _refuse(read: _Read, row: int, name: str, words: str) -> NoReturn:
    read.file.findings.refuse(row, name, words)
    raise _NotTaken


def _recall(read: _Read, row: int, name: str, code: str) -> Recall | None:
    """What a code asks about; None for one that is left out, as somebody said. What nobody said is asked."""
    if code in QUESTIONNAIRES:
        return QUESTIONNAIRES[code]
    if code in read.meanings:
        return read.meanings[code]
    shown = code if code and len(code) <= _LONGEST_CODE and code.isprintable() else _("none")
    words = _(
        "a questionnaire by another code ({code}): is it the PCL-5, and over which time? `--meaning CODE=week`, =month"
        " or =leave says so."
    )
    read.file.findings.add(Level.ASKED, row, name, words.format(code=shown))
    raise _NotTaken


def _items(read: _Read, row: int, told: Sequence[Any]) -> tuple[Item, ...]:
    """The twenty answers; one that is not there is missing."""
    numbers = {link_id(number): number for number in range(1, pcl5.ITEM_COUNT + 1)}
    found: dict[int, Item] = {}
    for each in _flat(told):
        name = _text(each.get("linkId"))
        if name not in numbers:
            _refuse(read, row, "item.linkId", _("an item that is none of pcl5-01 to pcl5-20."))
        if numbers[name] in found:
            _refuse(read, row, name, _("this item twice."))
        found[numbers[name]] = _answer(read, row, name, each)
    return tuple(found.get(number, NoAnswer.MISSING) for number in numbers.values())


def _flat(items: Sequence[Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    """The questions, out of the groups in which some programs put them."""
    for each in items:
        item = _dict(each)
        inner = _list(item.get("item"))
        if inner and "answer" not in item and depth < _DEEPEST:
            yield from _flat(inner, depth + 1)
        else:
            yield item


def _answer(read: _Read, row: int, name: str, item: dict[str, Any]) -> Item:
    answers = _list(item.get("answer"))
    if not answers:
        whys = [_text(each.get("valueCode")) for each in _extended(item)]
        return NoAnswer.DECLINED if WHY[NoAnswer.DECLINED] in whys else NoAnswer.MISSING
    value = _dict(answers[0]).get("valueInteger")
    if len(answers) > 1 or isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= pcl5.HIGHEST:
        _refuse(read, row, name, _("one valueInteger from 0 to 4 expected."))
    assert isinstance(value, int), "it was refused else"
    return value


def _observation(read: _Read, row: int, resource: dict[str, Any]) -> None:
    """A total: one beside its form is looked at, one alone holds no answers; a foreign PCL-5 is asked about."""
    codings = [_dict(each) for each in _list(_dict(resource.get("code")).get("coding"))]
    if scale := next((_text(each.get("code")) for each in codings if each.get("system") == SCALES), ""):
        _read_scale(read, row, scale, resource)
        return
    codes = [_text(each.get("code")) for each in codings]
    said = " ".join(_text(each.get("display")) for each in codings) + _text(_dict(resource.get("code")).get("text"))
    if not {SCORE, PANEL, WEEK_SCORE} & {*codes} and not any(code in read.meanings for code in codes):
        if "pcl" in said.casefold() or SEEN_ELSEWHERE & {*codes}:
            try:
                _recall(read, row, "code", codes[0] if codes else "")
            except _NotTaken:
                return
        return
    forms = [_text(_dict(each).get("reference")) for each in _list(resource.get("derivedFrom"))]
    if not forms:
        words = _("a total without its twenty answers; left out.")
        read.file.findings.add(Level.SAID, row, "derivedFrom", words)
    read.totals += [(row, each, resource.get("valueInteger")) for each in forms]


def _read_scale(read: _Read, row: int, scale: str, resource: dict[str, Any]) -> None:
    """A total of another scale, as we write one."""
    try:
        code, total = _identifier(resource.get("subject")), resource.get("valueInteger")
        if not code:
            _refuse(read, row, "subject.identifier.value", _("no patient's code."))
        if not _is_whole(total):
            _refuse(read, row, "valueInteger", _("a whole number expected."))
        try:
            taken = moment(_text(resource.get("effectiveDateTime")), "", "year-month-day")
        except ValueError:
            words = _("no day, and no day and time to the millisecond, on which it was filled.")
            _refuse(read, row, "effectiveDateTime", words)
    except _NotTaken:
        return
    ranges = [_dict(each.get("valueRange")) for each in _extended(resource) if each.get("url") == RANGE]
    bounds = [_dict(each.get(end)).get("value") for each in ranges[:1] for end in ("low", "high")]
    known = [bound for bound in bounds if _is_whole(bound)]
    stated = (known[0], known[1]) if len(known) > 1 else None
    names = FieldNames("subject.identifier.value", "effectiveDateTime", scale="code", total="valueInteger")
    read.file.take(ReadTotal(row, code, taken, scale, total, names, stated, _is_simulated(resource)))


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _canonical(told: Any) -> str:
    return _text(told).partition("|")[0]


def _is_simulated(resource: dict[str, Any]) -> bool:
    return any(
        _dict(each).get("code") == ACTUALITY["code"] for each in _list(_dict(resource.get("meta")).get("security"))
    )


def _text(told: Any) -> str:
    return told if isinstance(told, str) else ""


def _dict(told: Any) -> dict[str, Any]:
    return told if isinstance(told, dict) else {}


def _list(told: Any) -> list[Any]:
    return told if isinstance(told, list) else []
