"""PCL-5 forms and totals of other scales as a FHIR R4 bundle, and the codes of one.

A form is a QuestionnaireResponse, and an Observation of the total of a complete one. LOINC has a panel (101697-1) and a score
(101698-9) for the PCL-5 over one month, and none for its items or for one week: a past-week total stands under a code of our
own and never under the month's. Items are pcl5-01 to pcl5-20 (facts: LOINC 2.75 as carried by public code lists; HL7 FHIR R4,
CC0). Totals of other scales are Observations under a code of our own. Who entered a form is its author; its second keying
and the questions on it are extensions of it.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from setsetting.clinical import pcl5
from setsetting.clinical.form import Item, NoAnswer, Recall
from setsetting.exchange import beside
from setsetting.exchange.beside import BesideForm
from setsetting.exchange.columns import Handed, ToldForm, ToldTotal
from setsetting.words.translate import _

LOINC = "http://loinc.org"
PANEL, SCORE = "101697-1", "101698-9"
"""The PCL-5 over one month, and its total."""
OURS = "urn:setsetting:pcl5"
WEEK_SCORE = "total-past-week"
PATIENTS = "urn:setsetting:patient"
SCALES = "urn:setsetting:scale"
RANGE = "urn:setsetting:scale:range"
SECOND, UPHELD, QUERY = f"{OURS}:second", f"{OURS}:upheld", f"{OURS}:query"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
WHY = {NoAnswer.MISSING: "unknown", NoAnswer.DECLINED: "asked-declined"}
ACTUALITY = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}


def link_id(number: int) -> str:
    return f"pcl5-{number:02}"


def bundle(handed: Handed) -> bytes:
    """A collection of what `handed` has of forms; sessions have no place in it."""
    entries = [{"fullUrl": f"urn:uuid:{_uuid(resource['id'])}", "resource": resource} for resource in _all(handed)]
    document: dict[str, Any] = {"resourceType": "Bundle", "type": "collection"}
    if entries:
        document["entry"] = entries
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def _all(handed: Handed) -> Iterator[dict[str, Any]]:
    for form in handed.forms:
        yield from _resources(form)
    yield from map(_scale, handed.totals)


def _uuid(name: str) -> str:
    """A UUID that follows from an id, so that the same form has the same one again."""
    digits = hashlib.sha256(name.encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"


def _resources(told: ToldForm) -> Iterator[dict[str, Any]]:
    recall, common = told.form.recall, _common(told)
    response = {
        "resourceType": "QuestionnaireResponse",
        "id": f"form-{told.form_id}",
        **common,
        "questionnaire": f"{OURS}:{recall}",
        "status": _status(told),
        "authored": told.taken,
        **({"author": common["subject"]} if told.beside.by_patient else {}),
        **({"extension": extensions} if (extensions := list(_extensions(told.beside))) else {}),
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


def _common(told: ToldForm | ToldTotal) -> dict[str, Any]:
    """Whose it is, and that nobody is, of a simulated patient."""
    subject = {"identifier": {"system": PATIENTS, "value": told.code}}
    return {"subject": subject, **({"meta": {"security": [ACTUALITY]}} if told.simulated else {})}


def _extensions(told: BesideForm) -> Iterator[dict[str, Any]]:
    if told.second is not None:
        yield {"url": SECOND, "valueString": beside.as_answers(told.second)}
    if told.upheld is not None:
        yield {"url": UPHELD, "valueString": told.upheld}
    for each in told.questions:
        said = [("question", each.question), *((("answer", each.answer),) if each.answer is not None else ())]
        yield {"url": QUERY, "extension": [{"url": name, "valueString": words} for name, words in said]}


def _scale(told: ToldTotal) -> dict[str, Any]:
    bounds = {"low": {"value": told.lowest}, "high": {"value": told.highest}}
    return {
        "resourceType": "Observation",
        "id": f"scale-{told.total_id}",
        **_common(told),
        "status": "final",
        "code": {"coding": [{"system": SCALES, "code": told.scale}], "text": f"{told.scale} total"},
        "effectiveDateTime": told.taken,
        "valueInteger": told.total,
        "extension": [{"url": RANGE, "valueRange": bounds}],
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
        return {**told, "extension": [{"url": _ABSENT, "valueCode": WHY[item]}]}
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
    ("QuestionnaireResponse.author", "urn:setsetting:patient", _("the patient, who entered the form on the screen")),
    ("QuestionnaireResponse.extension", f"{SECOND}, {UPHELD}", _("a second keying, and why the first stands")),
    ("QuestionnaireResponse.extension", QUERY, _("a question on the form, and its answer; free text")),
    ("Observation.code", SCALES, _("the total of another scale, as clinic.toml names it")),
    ("Observation.extension", RANGE, _("the lowest and the highest total the scale can have")),
    ("meta.security", "HTEST", _("of a simulated patient")),
)
