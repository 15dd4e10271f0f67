"""A clinic that is made once; every test gets a copy with a record of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import session_clinic

from setsetting.desk.clinic import Clinic
from setsetting.session import folder


@pytest.fixture(scope="session")
def clinic_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return session_clinic.make(tmp_path_factory.mktemp("template"))


@pytest.fixture
def clinic(clinic_template: Path, tmp_path: Path) -> Iterator[Clinic]:
    """A clinic with music and a patient; whatever still plays in it ends with the test."""
    copied = session_clinic.copy_of(clinic_template, tmp_path / "clinic")
    yield copied
    for where in folder.sessions(copied.folder):
        (where / "abandon").touch()
