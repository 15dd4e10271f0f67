"""Sound outputs as data and in words."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from setsetting.words.numbers import day_text, local_text, utc_text
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.desk.outputs import KnownOutput


def as_data(output: "KnownOutput") -> dict[str, Any]:
    heard, level = output.heard, output.calibration
    return {
        "output": output.name,
        "named": list(output.named),
        "heard": None if heard is None else {"left": heard.left, "right": heard.right, "at": utc_text(heard.at_utc_ms)},
        "calibration": None if level is None else {"dba": level.dba, "at": utc_text(level.at_utc_ms)},
    }


def columns(zone: ZoneInfo) -> Mapping[str, Callable[["KnownOutput"], str]]:
    return {
        _("output"): lambda output: output.name,
        _("named"): lambda output: ", ".join(output.named) or "-",
        _("heard"): lambda output: _heard(output, zone),
        _("calibration"): lambda output: _level(output, zone),
    }


def _heard(output: "KnownOutput", zone: ZoneInfo) -> str:
    if output.heard is None:
        return _("not yet")
    sides = {
        (True, True): _("both sides"),
        (True, False): _("left only"),
        (False, True): _("right only"),
        (False, False): _("not heard"),
    }
    return f"{sides[output.heard.left, output.heard.right]}, {local_text(output.heard.at_utc_ms, zone)}"


def _level(output: "KnownOutput", zone: ZoneInfo) -> str:
    if output.calibration is None:
        return _("not calibrated")
    return f"{output.calibration.dba:.1f} dB(A), {day_text(output.calibration.at_utc_ms, zone)}"


def heard_as_data(output: str, *, left: bool | None, right: bool | None) -> dict[str, Any]:
    """A tone that was sounded; null where nobody said whether it was heard."""
    return {"output": output, "left": left, "right": right}


def heard_words(output: str, *, left: bool, right: bool) -> str:
    if left and right:
        return _("{output}: heard left and right.").format(output=output)
    side = _("left only") if left else _("right only") if right else _("not heard")
    return _("{output}: {side}; a preflight says so.").format(output=output, side=side)


def level_as_data(output: str, dba: float) -> dict[str, Any]:
    return {"output": output, "dba": dba}


def level_words(output: str, dba: float) -> str:
    return _("{output}: {dba:.1f} dB(A) is kept for the reference noise.").format(output=output, dba=dba)
