"""What a capture holds when it can be written no further."""

import os
from pathlib import Path

import numpy as np
import pytest
from player_mixes import RATE_HZ, captured

from setsetting.player.capture import CaptureWriter
from setsetting.units import Frames


def test_a_capture_that_a_full_disk_ends_counts_what_was_written_in_the_same_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles: list[str] = []
    writer = CaptureWriter(str(tmp_path / "out.wav"), RATE_HZ, troubles.append)
    writer.open()
    block = np.full((1_000, 2), 0.25, np.float32)
    for at in (0, 1_000, 2_000):
        writer.sent(Frames(at), block)
    pwrite = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda handle, content, at: pwrite(handle, content[: max(0, 9_000 - at)], at))
    writer.write()
    writer.close()
    assert troubles == ["The capture ended, it cannot be written on: No space left on device."]
    assert len(captured(tmp_path / "out.wav")) == 2_000
