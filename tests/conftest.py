"""Every test has a home of its own and no network."""

import gc
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from setsetting.library import workers

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each process that a test starts compiles the program anew
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: its threads cost more than they bring here
gc.set_threshold(50_000)  # as the commands have it: a tenth of the time of the screens' and the planner's tests
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # no test is timed
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def home_of_what_is_shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests share is made before a test's own home is."""
    with pytest.MonkeyPatch.context() as environment:
        _settle(environment, tmp_path_factory.mktemp("home"))
        environment.setattr(
            workers, "MOST_WORKERS", 1
        )  # tests run beside each other already; a process more costs its start
        yield


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep device identity, logs and sockets out of the real home."""
    home = tmp_path_factory.mktemp("home")
    _settle(monkeypatch, home)
    return home


def _settle(environment: pytest.MonkeyPatch, home: Path) -> None:
    for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "HOME"):
        folder = home / name.removeprefix("XDG_").split("_")[0].lower()  # short: a socket's path has little room
        folder.mkdir(mode=0o700)
        environment.setenv(name, str(folder))
    for name in ("SETSETTING_CLINIC", "SETSETTING_STATE"):
        environment.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a test fail that opens anything but a local socket."""
    real: Callable[..., None] = socket.socket.connect

    def local_only(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX:
            pytest.fail("a test reached for the network")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)
    yield


def pytest_xdist_auto_num_workers() -> int:
    """Two processes more than there are cores: tests of sessions and of screens wait for a clock that nobody hurries."""
    return (os.cpu_count() or 1) + 2


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing is skipped: what a test needs is installed there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("skipped tests count as failures in CI", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
