"""PCL-5 forms as a FHIR R4 bundle and back: a QuestionnaireResponse each, and an Observation of the total of a complete one.

LOINC has a panel (101697-1) and a score (101698-9) for the PCL-5 over one month, and none for its items or for one week: a
past-week total stands under a code of our own and never under the month's. Items are pcl5-01 to pcl5-20 (facts: LOINC 2.75 as carried by
public code lists; HL7 FHIR R4, CC0). What another program calls a PCL-5 by another code is asked about, never guessed.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from setsetting.clinical import pcl5
from setsetting.clinical.form import Item, NoAnswer, Recall
from setsetting.errors import BrokenFile, NotFound, Refused, broken
from setsetting.exchange.cells import moment
from setsetting.exchange.columns import Handed, ToldForm
from setsetting.exchange.found import FieldNames, Level, ReadFile, ReadForm
from setsetting.words.translate import _

LOINC = "http://loinc.org"
PANEL, SCORE = "101697-1", "101698-9"
"""The PCL-5 over one month, and its total."""
OURS = "urn:setsetting:pcl5"
WEEK_SCORE = "total-past-week"
QUESTIONNAIRES = {f"{OURS}:{recall}": recall for recall in Recall}
PATIENTS = "urn:setsetting:patient"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_WHY = {NoAnswer.MISSING: "unknown", NoAnswer.DECLINED: "asked-declined"}
_ACTUALITY = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
_LARGEST = 100_000_000
_LONGEST_CODE = 80
_DEEPEST = 8
SEEN_ELSEWHERE = frozenset({"77040-1"})
"""By which a vendor's plugin was seen to call the PCL-5; what it means was not verified."""


def link_id(number: int) -> str:
    return f"pcl5-{number:02}"


def bundle(handed: Handed) -> bytes:
    """A collection of what `handed` has of forms; sessions have no place in it."""
    entries = [
        {"fullUrl": f"urn:uuid:{_uuid(resource['id'])}", "resource": resource}
        for told in handed.forms
        for resource in _resources(told)
    ]
    document: dict[str, Any] = {"resourceType": "Bundle", "type": "collection"}
    if entries:
        document["entry"] = entries
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def _uuid(name: str) -> str:
    """A UUID that follows from an id, so that the same form has the same one again."""
    digits = hashlib.sha256(name.encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"


def _resources(told: ToldForm) -> Iterator[dict[str, Any]]:
    recall = told.form.recall
    subject = {"identifier": {"system": PATIENTS, "value": told.code}}
    common: dict[str, Any] = {"subject": subject}
    if told.simulated:
        common["meta"] = {"security": [_ACTUALITY]}
    response = {
        "resourceType": "QuestionnaireResponse",
        "id": f"form-{told.form_id}",
        **common,
        "questionnaire": f"{OURS}:{recall}",
        "status": _status(told),
        "authored": told.taken,
        "item": [_item(number, item) for number, item in enumerate(told.form.items, 1)],
    }
    yield response
    if told.scored.total is not None:
        yield {
            "resourceType": "Observation",
            "id": f"total-{told.form_id}",
            **common,
            "status": "amended" if told.corrections else "final",
            "code": {"coding": [_code(recall)], "text": f"PCL-5 total, past {recall}"},
            "effectiveDateTime": told.taken,
            "valueInteger": told.scored.total,
            "derivedFrom": [{"reference": f"urn:uuid:{_uuid(str(response['id']))}"}],
        }


def _status(told: ToldForm) -> str:
    if told.corrections:
        return "amended"
    return "completed" if told.form.complete else "in-progress"


def _code(recall: Recall) -> dict[str, str]:
    if recall is Recall.MONTH:
        return {"system": LOINC, "code": SCORE, "display": "PTSD PCL-5 score [PCL-5]"}
    return {"system": OURS, "code": WEEK_SCORE}


def _item(number: int, item: Item) -> dict[str, Any]:
    told = {"linkId": link_id(number), "text": pcl5.ITEMS[number - 1]}
    if isinstance(item, NoAnswer):
        return {**told, "extension": [{"url": _ABSENT, "valueCode": _WHY[item]}]}
    return {**told, "answer": [{"valueInteger": item}]}


DICTIONARY = (
    ("QuestionnaireResponse.questionnaire", "urn:setsetting:pcl5:week, :month", _("what time the form asks about")),
    ("QuestionnaireResponse.subject.identifier", "urn:setsetting:patient", _("the clinic's code of the patient")),
    ("QuestionnaireResponse.authored", _("date, or date and time"), _("when it was filled")),
    (
        "QuestionnaireResponse.status",
        "completed, in-progress, amended",
        _("in-progress: an answer is missing; amended: corrected"),
    ),
    (
        "QuestionnaireResponse.item",
        "pcl5-01 to pcl5-20",
        _("0 to 4; unknown (blank) or asked-declined where there is none"),
    ),
    ("Observation.code", "LOINC 101698-9", _("the total over one month, of complete forms")),
    (
        "Observation.code",
        "urn:setsetting:pcl5 total-past-week",
        _("the total over one week, for which LOINC has no code"),
    ),
    ("meta.security", "HTEST", _("of a simulated patient")),
)


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
        code = _text(_dict(_dict(resource.get("subject")).get("identifier")).get("value"))
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
    except _NotTaken:
        return
    names = FieldNames("subject.identifier.value", "authored", "questionnaire", "item")
    form = ReadForm(row, code, taken, recall, items, names, before=True, simulated=_is_simulated(resource))
    read.file.take(form)
    read.forms[address] = form


def _refuse(read: _Read, row: int, name: str, words: str) -> None:
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
        whys = [_text(_dict(each).get("valueCode")) for each in _list(item.get("extension"))]
        return NoAnswer.DECLINED if _WHY[NoAnswer.DECLINED] in whys else NoAnswer.MISSING
    value = _dict(answers[0]).get("valueInteger")
    if len(answers) > 1 or isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= pcl5.HIGHEST:
        _refuse(read, row, name, _("one valueInteger from 0 to 4 expected."))
    assert isinstance(value, int), "it was refused else"
    return value


def _observation(read: _Read, row: int, resource: dict[str, Any]) -> None:
    """A total: one beside its form is looked at, one alone holds no answers; a foreign PCL-5 is asked about."""
    codings = [_dict(each) for each in _list(_dict(resource.get("code")).get("coding"))]
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


def _canonical(told: Any) -> str:
    return _text(told).partition("|")[0]


def _is_simulated(resource: dict[str, Any]) -> bool:
    return any(
        _dict(each).get("code") == _ACTUALITY["code"] for each in _list(_dict(resource.get("meta")).get("security"))
    )


def _text(told: Any) -> str:
    return told if isinstance(told, str) else ""


def _dict(told: Any) -> dict[str, Any]:
    return told if isinstance(told, dict) else {}


def _list(told: Any) -> list[Any]:
    return told if isinstance(told, list) else []
