"""Minutes go on while a machine is suspended, where it tells."""

import sys
import time

import pytest

from setsetting.machine.clock import SystemClock


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the time since its start with what it slept")
def test_time_that_a_machine_was_suspended_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "clock_gettime_ns", lambda clock: {time.CLOCK_BOOTTIME: 3_600_000_000_000}[clock])
    assert SystemClock().mono_ms() == 3_600_000
