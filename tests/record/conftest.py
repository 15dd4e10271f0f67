"""A record with a day in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from record_clinics import drafts, opened

from setsetting.record.log import Record


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "record.db"


@pytest.fixture
def record(path: Path) -> Iterator[Record]:
    with opened(path) as record:
        yield record


@pytest.fixture
def day(record: Record) -> Record:
    """One event of every kind; the record stays open."""
    record.append_all(drafts())
    return record
