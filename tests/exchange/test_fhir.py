"""FHIR bundles: held to our own reduction of R4 (its structure: test_fhir_structure); what another code means is asked, and no week's total has the month's code."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from other_files import ANSWERS, found

from setsetting.clinical import pcl5
from setsetting.clinical.form import Form, Item, NoAnswer, Recall
from setsetting.errors import BrokenFile, NotFound
from setsetting.exchange.beside import NOTHING_BESIDE, AskedQuestion, BesideForm
from setsetting.exchange.columns import Handed, ToldForm, ToldTotal
from setsetting.exchange.fhir import read_bundle
from setsetting.exchange.fhir_bundle import bundle
from setsetting.exchange.found import ReadFile

PARTLY: tuple[Item, ...] = (NoAnswer.MISSING, NoAnswer.DECLINED, *ANSWERS[2:])
SCHEMA = json.loads(Path(__file__).with_name("reduced_r4.schema.json").read_text(encoding="utf-8"))


BESIDE = BesideForm(
    True, PARTLY, "looked at the sheet", (AskedQuestion("two crosses?", "it is 3"), AskedQuestion("whose hand?"))
)


def told(
    form_id: str,
    recall: Recall,
    items: tuple[Item, ...] = ANSWERS,
    *,
    corrections: int = 0,
    beside: BesideForm = NOTHING_BESIDE,
) -> ToldForm:
    taken = "2025-03-04" if recall is Recall.MONTH else "2025-03-04T10:30:00.250Z"
    return ToldForm(
        "A-1", form_id, Form(items, recall, 0), taken, pcl5.score(items), corrections, corrections > 0, beside
    )


HANDED = Handed(
    (
        told("1" * 32, Recall.MONTH),
        told("2" * 32, Recall.WEEK, corrections=1, beside=BESIDE),
        told("3" * 32, Recall.WEEK, PARTLY),
    ),
    totals=(ToldTotal("A-1", "t-1", "2025-03-04T15:00:00Z", "MEQ30", 96, 0, 150, simulated=False),),
)


def document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(bundle(HANDED))
    return read


def read(folder: Path, content: Any, **meanings: Recall | None) -> ReadFile:
    path = folder / "bundle.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_bundle(path, meanings)


def test_a_bundle_is_what_the_reduced_schema_says_and_the_same_bytes_again() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(document())
    assert bundle(HANDED) == bundle(HANDED)
    assert json.loads(bundle(Handed())) == {"resourceType": "Bundle", "type": "collection"}


def test_a_total_has_the_months_code_over_one_month_alone_and_none_where_an_answer_is_missing() -> None:
    resources = [entry["resource"] for entry in document()["entry"]]
    totals = [each for each in resources if each["resourceType"] == "Observation"]
    assert [
        (each["code"]["coding"][0]["system"], each["code"]["coding"][0]["code"], each["valueInteger"])
        for each in totals
    ] == [
        ("http://loinc.org", "101698-9", 41),
        ("urn:setsetting:pcl5", "total-past-week", 41),
        ("urn:setsetting:scale", "MEQ30", 96),
    ]
    responses = [each for each in resources if each["resourceType"] == "QuestionnaireResponse"]
    assert [each["status"] for each in responses] == ["completed", "amended", "in-progress"]
    urls = [entry["fullUrl"] for entry in document()["entry"]]
    assert len(set(urls)) == len(urls)
    assert all(each["derivedFrom"][0]["reference"] in urls for each in totals[:2])


def test_forms_come_back_as_they_went(tmp_path: Path) -> None:
    file = read(tmp_path, document())
    assert [(form.code, form.taken, form.recall, form.items, form.simulated, form.beside) for form in file.forms] == [
        ("A-1", one.taken, one.form.recall, one.form.items, one.simulated, one.beside) for one in HANDED.forms
    ]
    assert [(one.code, one.taken, one.scale, one.total, one.stated, one.simulated) for one in file.totals] == [
        ("A-1", "2025-03-04T15:00:00Z", "MEQ30", 96, (0, 150), False)
    ]
    assert found(file) == []


@pytest.mark.parametrize("code", ["77040-1", "http://example.org/pcl5"])
def test_a_form_by_another_code_is_asked_about_and_taken_as_somebody_said(tmp_path: Path, code: str) -> None:
    content = document()
    content["entry"][0]["resource"]["questionnaire"] = f"{code}|1.0"
    del content["entry"][1]
    asked = read(tmp_path, content)
    assert found(asked) == [("asked", 1, "questionnaire")]
    assert f"({code})" in asked.findings.kept[0].words
    assert len(read(tmp_path, content, **{code: Recall.WEEK}).forms) == 3
    left = read(tmp_path, content, **{code: None})
    assert (len(left.forms), found(left)) == (2, [])


def test_a_total_by_another_code_is_asked_about_and_what_is_no_form_is_left(tmp_path: Path) -> None:
    content = document()
    content["entry"][1]["resource"]["code"] = {"coding": [{"system": "http://loinc.org", "code": "77040-1"}]}
    content["entry"] += [
        {"resource": {"resourceType": "Patient"}},
        {"resource": {"resourceType": "Observation", "code": {"coding": [{"code": "8867-4"}]}}},
        {"resource": {"resourceType": "Observation", "code": {"coding": [{"code": "101698-9"}]}, "valueInteger": 4}},
        None,
    ]
    assert found(read(tmp_path, content)) == [
        ("asked", 2, "code"),
        ("said", 7, "resourceType"),
        ("said", 9, "derivedFrom"),
        ("said", 10, "resourceType"),
    ]


def _changed(**changes: Any) -> dict[str, Any]:
    content = document()
    del content["entry"][1:]
    content["entry"][0]["resource"] |= changes
    return content


ITEM = {"linkId": "pcl5-01", "answer": [{"valueInteger": 2}]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject": {"reference": "Patient/1"}}, "subject.identifier.value"),
        ({"authored": "Jane Doe"}, "authored"),
        ({"extension": [{"url": "urn:setsetting:pcl5:second", "valueString": "1 2 hers"}]}, "extension"),
        ({"extension": [{"url": "urn:setsetting:pcl5:query", "extension": []}]}, "extension"),
        ({"authored": None}, "authored"),
        ({"item": [ITEM, ITEM]}, "pcl5-01"),
        ({"item": [{"linkId": "q1", "answer": [{"valueInteger": 2}]}]}, "item.linkId"),
        ({"item": [{"linkId": "pcl5-01", "answer": [{"valueInteger": 5}]}]}, "pcl5-01"),
        ({"item": [{"linkId": "pcl5-01", "answer": [{"valueInteger": True}]}]}, "pcl5-01"),
        ({"item": [{"linkId": "pcl5-01", "answer": [{"valueString": "words of hers"}]}]}, "pcl5-01"),
        ({"item": [{"linkId": "pcl5-01", "answer": [{"valueInteger": 1}, {"valueInteger": 2}]}]}, "pcl5-01"),
    ],
)
def test_a_form_that_is_wrong_says_where_and_repeats_nothing(
    tmp_path: Path, changes: dict[str, Any], field: str
) -> None:
    file = read(tmp_path, _changed(**changes))
    assert found(file) == [("refused", 1, field)]
    assert file.forms == []
    assert "Jane" not in repr(file.findings)
    assert "hers" not in repr(file.findings)


def test_items_in_groups_are_found_and_one_that_was_never_finished_is_left(tmp_path: Path) -> None:
    grouped = _changed(item=[{"linkId": "group", "item": [ITEM]}])
    (form,) = read(tmp_path, grouped).forms
    assert form.items == (2, *[NoAnswer.MISSING] * 19)
    assert found(read(tmp_path, _changed(status="entered-in-error"))) == [("said", 1, "status")]


def test_a_total_that_is_not_the_sum_is_refused(tmp_path: Path) -> None:
    content = document()
    content["entry"][1]["resource"]["valueInteger"] = 40
    assert found(read(tmp_path, content)) == [("refused", 2, "valueInteger")]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"resourceType": "Patient"}', "[" * 100_000])
def test_what_is_no_bundle_is_one_sentence(tmp_path: Path, content: str) -> None:
    with pytest.raises(BrokenFile, match=r"no JSON|no FHIR bundle"):
        read(tmp_path, content)
    with pytest.raises(NotFound):
        read_bundle(tmp_path / "none.json", {})
