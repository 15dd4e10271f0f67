"""What the tests of a session share: a session under way in a folder of its own."""

from pathlib import Path

import pytest
from session_room import Room


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)
