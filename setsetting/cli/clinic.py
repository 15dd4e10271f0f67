"""How a command gets its clinic: opened from --clinic, the environment or the current folder."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import click

from setsetting.cli.output import as_json, narrate

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic

P = ParamSpec("P")
R = TypeVar("R")


def with_clinic(function: "Callable[Concatenate[Clinic, P], R]") -> Callable[P, R]:
    """Give a command `--json`, and the opened clinic as its first argument."""
    return _with("open_clinic", function)


def with_live_clinic(function: "Callable[Concatenate[Clinic, P], R]") -> Callable[P, R]:
    """The same for a command on a session that runs: a clinic.toml that is missing or broken is said and no hindrance."""
    return _with("open_live", function)


def with_clinic_to_look(function: "Callable[Concatenate[Clinic, P], R]") -> Callable[P, R]:
    """The same for a look at a session, which may be closed."""
    return _with("open_to_look", function)


def _with(opener: str, function: "Callable[Concatenate[Clinic, P], R]") -> Callable[P, R]:
    @click.pass_obj
    @functools.wraps(function)
    def opened(named: Path | None, /, *args: Any, **options: Any) -> R:
        from setsetting.desk import clinic

        open_it: Callable[..., Clinic] = getattr(clinic, opener)
        return function(open_it(named, say=narrate), *args, **options)

    return as_json(opened)
