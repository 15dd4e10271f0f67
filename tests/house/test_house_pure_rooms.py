"""Pure rooms do real work while files, clock, socket and randomness are made to raise."""

import builtins
import contextlib
import datetime
import io
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import house_work
import pytest
from house_code import imports, is_of, modules

WORLD: list[tuple[Any, tuple[str, ...]]] = [
    (builtins, ("open", "input")),
    (io, ("open", "open_code")),
    (os, ("open", "stat", "listdir", "scandir", "mkdir", "remove", "rename", "replace", "urandom", "getenv", "getpid")),
    (socket, ("socket", "create_connection", "getaddrinfo")),
    (subprocess, ("Popen",)),
    (
        time,
        (
            "time",
            "time_ns",
            "monotonic",
            "monotonic_ns",
            "clock_gettime",
            "clock_gettime_ns",
            "perf_counter",
            "process_time",
            "sleep",
            "localtime",
        ),
    ),
    (random, ("random", "randrange", "randint", "choice", "shuffle", "sample", "uniform", "Random", "SystemRandom")),
]
PURE_WORK = ("plan_a_session", "time_an_infusion", "describe_a_course", "estimate_a_setting", "chain_an_event")
PURE_ROOMS = {"clinical", "soundscape", "review", "views"}
OUTSIDE = (
    "os",
    "io",
    "time",
    "random",
    "secrets",
    "uuid",
    "socket",
    "subprocess",
    "threading",
    "sqlite3",
    "shutil",
    "tempfile",
)


class Touched(Exception):
    """A pure room reached for the world."""


class NoNow(datetime.datetime):
    """A datetime that knows no present."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> NoReturn:  # type: ignore[override]
        raise Touched("now")

    @classmethod
    def utcnow(cls) -> NoReturn:
        raise Touched("utcnow")

    @classmethod
    def today(cls) -> NoReturn:
        raise Touched("today")


@contextlib.contextmanager
def shut_off(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every way to the world raise."""

    def forbid(name: str) -> Any:
        def touched(*_arguments: object, **_named: object) -> NoReturn:
            raise Touched(name)

        return touched

    with monkeypatch.context() as patch:
        for module in [module for name, module in sys.modules.items() if is_of(name, "setsetting")]:
            if getattr(module, "datetime", None) is datetime.datetime:
                patch.setattr(module, "datetime", NoNow)
        for owner, names in WORLD:
            for name in names:
                patch.setattr(owner, name, forbid(name))
        yield


@pytest.mark.parametrize("work", PURE_WORK)
def test_the_work_of_a_pure_room_needs_nothing_of_the_world(work: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ZoneInfo(house_work.ZONE)  # the zone's rules are a file, kept once read
    with shut_off(monkeypatch):
        done = house_work.WORK[work]()
    assert done == house_work.WORK[work]()


def test_what_does_touch_the_world_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    from setsetting.machine.clock import SystemClock
    from setsetting.machine.files import read_text

    caught = []
    with shut_off(monkeypatch):
        for touching in (SystemClock().utc_ms, SystemClock().mono_ms, lambda: read_text(house_work.PLAYLIST)):
            with pytest.raises(Touched):
                touching()
            caught.append(touching)
    assert len(caught) == 3


def test_pure_rooms_import_nothing_that_leads_outside() -> None:
    found = [
        f"{module.at(node)} {name}"
        for module in modules()
        if module.room in PURE_ROOMS
        for node, name in imports(module)
        if is_of(name, *OUTSIDE)
    ]
    assert found == []
