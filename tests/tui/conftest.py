"""Text past its width is an error in every test of the interface."""

import pytest

from setsetting.tui.line import Line


@pytest.fixture(autouse=True)
def nothing_is_clipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Line, "strict", True)
