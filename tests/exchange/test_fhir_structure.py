"""What is written of a bundle, element by element, against the definitions of FHIR R4 (4.0.1): which there are, how often, of
which type, and from which value set.

The table is read off the published pages of the resources (hl7.org/fhir/R4, CC0), of the elements that may stand here; what is
written shares nothing with it.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from test_fhir import document

CARDINALITY = re.compile(r"([01])\.\.([1*]) (\w+)")
REFERENCE = {"identifier": "0..1 Identifier", "reference": "0..1 string", "type": "0..1 uri", "display": "0..1 string"}
RESOURCE = {
    "resourceType": "1..1 code",
    "id": "0..1 id",
    "meta": "0..1 Meta",
    "implicitRules": "0..1 uri",
    "language": "0..1 code",
    "extension": "0..* Extension",
}
TYPES: dict[str, dict[str, str]] = {
    "Bundle": {
        "resourceType": "1..1 code",
        "id": "0..1 id",
        "meta": "0..1 Meta",
        "identifier": "0..1 Identifier",
        "type": "1..1 code",
        "timestamp": "0..1 instant",
        "entry": "0..* Entry",
    },
    "Entry": {"fullUrl": "0..1 uri", "resource": "0..1 Resource"},
    "QuestionnaireResponse": RESOURCE
    | {
        "identifier": "0..1 Identifier",
        "questionnaire": "0..1 canonical",
        "status": "1..1 code",
        "subject": "0..1 Reference",
        "authored": "0..1 dateTime",
        "author": "0..1 Reference",
        "source": "0..1 Reference",
        "item": "0..* Item",
    },
    "Item": {
        "extension": "0..* Extension",
        "linkId": "1..1 string",
        "definition": "0..1 uri",
        "text": "0..1 string",
        "answer": "0..* Answer",
        "item": "0..* Item",
    },
    "Answer": {"extension": "0..* Extension", "value[x]": "0..1 Choice", "item": "0..* Item"},
    "Observation": RESOURCE
    | {
        "identifier": "0..* Identifier",
        "status": "1..1 code",
        "category": "0..* CodeableConcept",
        "code": "1..1 CodeableConcept",
        "subject": "0..1 Reference",
        "effective[x]": "0..1 Choice",
        "issued": "0..1 instant",
        "value[x]": "0..1 Choice",
        "derivedFrom": "0..* Reference",
    },
    "CodeableConcept": {"coding": "0..* Coding", "text": "0..1 string"},
    "Coding": {
        "system": "0..1 uri",
        "version": "0..1 string",
        "code": "0..1 code",
        "display": "0..1 string",
    },
    "Reference": REFERENCE,
    "Identifier": {"system": "0..1 uri", "value": "0..1 string"},
    "Meta": {"security": "0..* Coding", "tag": "0..* Coding"},
    "Extension": {"extension": "0..* Extension", "url": "1..1 uri", "value[x]": "0..1 Choice"},
    "Range": {"low": "0..1 Quantity", "high": "0..1 Quantity"},
    "Quantity": {"value": "0..1 decimal", "unit": "0..1 string"},
}
CHOICES = {
    "Answer.value": {
        "Boolean",
        "Decimal",
        "Integer",
        "Date",
        "DateTime",
        "Time",
        "String",
        "Uri",
        "Coding",
        "Quantity",
    },
    "Observation.value": {"Quantity", "CodeableConcept", "String", "Boolean", "Integer", "Range", "DateTime", "Time"},
    "Observation.effective": {"DateTime", "Period", "Timing", "Instant"},
    "Extension.value": {"Code", "String", "Range", "Integer", "Boolean", "Coding"},
}
PRIMITIVES = {
    "code": r"[^\s]+(\s[^\s]+)*",
    "id": r"[A-Za-z0-9\-.]{1,64}",
    "uri": r"\S+",
    "canonical": r"\S+",
    "string": r"[ \r\n\t\S]+",
    "dateTime": r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?",
}
VALUE_SETS = {
    "Bundle.type": {"document", "message", "transaction", "transaction-response", "batch", "batch-response", "history", "searchset", "collection"},
    "QuestionnaireResponse.status": {"in-progress", "completed", "amended", "entered-in-error", "stopped"},
    "Observation.status": {"registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"},
}  # fmt: skip


def troubles(kind: str, told: Any, path: str = "") -> Iterator[str]:
    """What of a document is not as R4 has it, each with where."""
    path = path or kind
    if kind in PRIMITIVES:
        if not isinstance(told, str) or not re.fullmatch(PRIMITIVES[kind], told):
            yield f"{path}: no {kind}"
        return
    if kind in {"integer", "decimal"}:
        if isinstance(told, bool) or not isinstance(told, int if kind == "integer" else int | float):
            yield f"{path}: no {kind}"
        return
    if kind == "Resource":
        kind = str(told.get("resourceType"))
    if not isinstance(told, dict) or not told:
        yield f"{path}: no {kind}, or an empty one"
        return
    yield from _of_elements(kind, told, path)


def _of_elements(kind: str, told: dict[str, Any], path: str) -> Iterator[str]:
    known = TYPES[kind]
    seen: list[str] = []
    for name, value in told.items():
        element, of = _element(kind, name)
        if element not in known:
            yield f"{path}.{name}: no element of {kind}"
            continue
        seen.append(element)
        found = CARDINALITY.fullmatch(known[element])
        assert found is not None
        many = found[2] == "*"
        if many != isinstance(value, list) or value == []:
            yield f"{path}.{name}: {known[element]} expected"
            continue
        for number, each in enumerate(value if many else [value]):
            yield from troubles(of or found[3], each, f"{path}.{name}" + (f"[{number}]" if many else ""))
        allowed = VALUE_SETS.get(f"{kind}.{name}")
        if allowed is not None and value not in allowed:
            yield f"{path}.{name}: not of its value set"
    for name, cardinality in known.items():
        if seen.count(name) > 1 or (cardinality.startswith("1") and name not in seen):
            yield f"{path}.{name}: {cardinality} expected"


def _element(kind: str, name: str) -> tuple[str, str]:
    """The element a name stands for, and of which of its types it is, where it may be of several."""
    for choice, types in CHOICES.items():
        of, element = choice.split(".")
        if of == kind and name.startswith(element) and name[len(element) :] in types:
            written = name[len(element) :]
            return f"{element}[x]", written if written in TYPES else written[0].lower() + written[1:]
    return name, ""


def test_a_bundle_is_of_elements_of_r4_as_often_and_of_the_types_they_have_there() -> None:
    assert list(troubles("Bundle", document())) == []


def test_what_json_cannot_say_of_a_resource_holds_too() -> None:
    entries = document()["entry"]
    urls = [entry["fullUrl"] for entry in entries]
    assert len(set(urls)) == len(urls)  # bdl-7
    for entry in entries:
        resource = entry["resource"]
        for item in resource.get("item", ()):
            assert not {"answer", "item"} <= set(item)  # qrs-1
        for each in resource.get("extension", ()):
            assert ("extension" in each) != any(name.startswith("value") for name in each)  # ext-1
        for each in resource.get("derivedFrom", ()):
            assert each["reference"] in urls
        assert resource.get("subject", {}).get("identifier", {}).get("value")


@pytest.mark.parametrize(
    ("changed", "trouble"),
    [
        (lambda entry: entry["resource"].pop("status"), "status: 1..1 code expected"),
        (lambda entry: entry["resource"].update(status="done"), "not of its value set"),
        (lambda entry: entry["resource"].update(author=[entry["resource"]["subject"]]), "0..1 Reference expected"),
        (lambda entry: entry["resource"].update(authored="2025-3-4"), "no dateTime"),
        (lambda entry: entry["resource"].update(item=[]), "0..* Item expected"),
        (lambda entry: entry["resource"]["item"][0].update(valueInteger=3), "no element of Item"),
        (lambda entry: entry["resource"]["item"][0]["answer"][0].update(valueInteger="3"), "no integer"),
        (lambda entry: entry["resource"]["item"][0].pop("linkId"), "linkId: 1..1 string expected"),
        (lambda entry: entry["resource"].update(meta={}), "no Meta, or an empty one"),
    ],
)
def test_the_table_finds_what_is_planted(changed: Any, trouble: str) -> None:
    told = document()
    changed(told["entry"][0])
    assert any(trouble in each for each in troubles("Bundle", told))
