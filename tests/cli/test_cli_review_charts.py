"""`review chart`: every published case to 1e-9, and bad cases as a sentence."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from command_line import CommandLine

PUBLISHED = json.loads((Path(__file__).parents[1] / "cases" / "runchart.json").read_text(encoding="utf-8"))
CASES = {case["name"]: case for case in PUBLISHED["cases"]}
RUN: dict[str, Any] = {"chart": "run", "values": [3, 4, 2, 5, 4.5, 6]}


@pytest.mark.parametrize("name", CASES)
def test_a_published_case_is_answered_with_its_figures(name: str, bare: CommandLine, tmp_path: Path) -> None:
    told = bare("review", "chart", "--case", kept(tmp_path, CASES[name]), "--json")
    assert (told.code, told.err) == (0, "")
    assert set(told.json) == set(CASES[name]["expected"])
    assert differences(told.json, CASES[name]["expected"]) == []


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"values": []}, "`values` has no point"),
        ({"values": [1, "two"]}, "Expected `float | null`, got `str` - at `$.values[1]`"),
        ({"values": [1, True]}, "at `$.values[1]`"),
        ({"values": [1, -1e16]}, "a number in it is beyond 1e+15"),
        ({"fixed_centre": 1e300}, "a number in it is beyond 1e+15"),
        ({"chart": "pie"}, "Invalid enum value 'pie'"),
        ({"chart": None}, "at `$.chart`"),
        ({"parts": [6]}, "`parts` names point 6; of 6 points, 1 to 5 can stand there"),
        ({"parts": [0]}, "`parts` names point 0"),
        ({"exclude": [7]}, "`exclude` names point 7"),
        ({"freeze": 0}, "`freeze` is 0; 1 or more is expected"),
        ({"rebase_first_points": [3]}, "belongs to the NHS rules"),
        ({"chart": "xmr_nhs", "parts": [3]}, "`parts` means nothing to the NHS rules"),
        ({"chart": "xmr_nhs", "freeze": 11}, "12 or more is expected"),
        ({"chart": "xmr_nhs", "improvement_direction": "up"}, "Invalid enum value 'up'"),
        ({"chart": "p"}, "a p chart needs `denominators`"),
        ({"chart": "p", "denominators": [9]}, "`denominators` has 1 entries for 6 values"),
        ({"chart": "p", "denominators": [9, 9, 9, 9, 9, 5]}, "`values`, point 6: 6 of 5 cannot be"),
        ({"chart": "p", "denominators": [9, 9, 9, 9, 9, -6]}, "`denominators`, point 6: -6 is below 0"),
        ({"chart": "p", "denominators": [9] * 6, "fixed_centre": 1.5}, "no p chart can have"),
        ({"chart": "u", "denominators": [9, 9, 9, 9, 9, 0]}, "`values`, point 6: 6 of 0 cannot be"),
        ({"chart": "u", "denominators": [9] * 6, "values": [1, 2, -3, 1, 2, 1]}, "`values`, point 3: -3 is below 0"),
        ({"chart": "g", "denominators": [9] * 6}, "mean nothing to a g chart"),
    ],
)
def test_a_bad_case_is_refused_with_its_field(
    changed: dict[str, Any], says: str, bare: CommandLine, tmp_path: Path
) -> None:
    bare.refused("review", "chart", "--case", kept(tmp_path, RUN | changed), "--json", says=says)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"chart": "run"}', '{"chart": "run", "values": [NaN]}', "\xff"])
def test_what_is_no_case_is_said(text: str, bare: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "case.json").write_bytes(text.encode("latin-1"))
    bare.refused("review", "chart", "--case", "case.json", says="case.json")


def test_a_missing_case_and_no_case_are_told_apart(bare: CommandLine) -> None:
    bare.refused("review", "chart", "--case", "nowhere.json", says="nowhere.json does not exist")
    bare.refused("review", "chart", code=2, says="--case")


def test_a_field_that_means_nothing_is_said(bare: CommandLine, tmp_path: Path) -> None:
    told = bare("review", "chart", "--case", kept(tmp_path, RUN | {"freez": 3}), "--json")
    assert told.code == 0
    assert "'freez' means nothing to a chart. Did you mean 'freeze'?" in told.err


def test_in_words_a_signal_has_no_cause_and_no_signal_is_no_proof(bare: CommandLine, tmp_path: Path) -> None:
    words = {name: bare("review", "chart", "--case", kept(tmp_path, case)).out for name, case in CASES.items()}
    assert all("A signal says that something changed, never what or why." in each for each in words.values())
    assert "signal by the run rules" in words["run_shift_24"]
    assert "no signal: can't tell" in words["run_no_signal_24"]
    assert "too few points" in words["run_n9"]
    assert "use a g chart or a proportion" in words["run_zero_heavy_20"]
    assert "longest run" not in words["run_zero_heavy_20"] and "signal by" not in words["run_zero_heavy_20"]
    assert "outside the limits: point 10" in words["xmr_outlier_unscreened_20"]
    assert "trial limits" in words["nhs_12_points"]
    assert "point 6: 7 Point Trend (Decreasing)" in words["nhs_trend7_18"]


def kept(folder: Path, case: dict[str, Any]) -> Path:
    path = folder / "case.json"
    path.write_text(json.dumps(case), encoding="utf-8")
    return path


def differences(told: Any, expected: Any, where: str = "") -> list[str]:
    """Where an answer is not what was expected, numbers to 1e-9."""
    if isinstance(expected, dict):
        if set(told) != set(expected):
            return [f"{where}: {sorted(set(told) ^ set(expected))}"]
        return [each for key in expected for each in differences(told[key], expected[key], f"{where}.{key}")]
    if isinstance(expected, list):
        if not isinstance(told, list) or len(told) != len(expected):
            return [f"{where}: {told}"]
        pairs = zip(told, expected, strict=True)
        return [each for at, (a, b) in enumerate(pairs) for each in differences(a, b, f"{where}[{at}]")]
    if isinstance(expected, float | int) and not isinstance(expected, bool):
        near = isinstance(told, float | int) and math.isclose(told, expected, rel_tol=1e-9, abs_tol=1e-9)
        return [] if near else [f"{where}: {told}"]
    return [] if told == expected and type(told) is type(expected) else [f"{where}: {told}"]
