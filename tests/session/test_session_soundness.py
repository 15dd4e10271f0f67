"""Looking at tonight's files in the middle of a session reads few of them, whatever befell all."""

from dataclasses import replace
from pathlib import Path

import pytest
from held_room import shelf

from setsetting.machine.files import stamp_of
from setsetting.session import soundness
from setsetting.session.soundness import Soundness

MANY = 30


class Disk:
    """Files of tonight's tracks; what is read of them is counted."""

    def __init__(self, folder: Path) -> None:
        self.paths = {track.id: folder / f"{track.id}.flac" for track in shelf(MANY)}
        self.write(b"as scanned")
        tracks = {track.id: replace(track, path=str(self.paths[track.id])) for track in shelf(MANY)}
        self.read: list[str] = []
        self.soundness = Soundness(tracks, {each: stamp_of(track.path) for each, track in tracks.items()}, self.digest)

    def write(self, content: bytes) -> None:
        for path in self.paths.values():
            path.write_bytes(content)

    def digest(self, path: Path) -> str:
        self.read.append(path.stem)
        return path.stem if path.read_bytes() == b"as scanned" else "another recording"


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    monkeypatch.setattr(soundness, "LOOK_EVERY_S", 0.0)
    return Disk(tmp_path)


def test_only_what_sounds_soon_is_read_when_every_file_was_exchanged(disk: Disk) -> None:
    soon = sorted(disk.paths)[:2]
    disk.write(b"exchanged for another")
    assert disk.soundness.look(soon) == frozenset(soon)
    assert sorted(disk.read) == soon


def test_a_file_known_to_be_another_is_not_read_again_until_it_changes(disk: Disk) -> None:
    soon = sorted(disk.paths)[:1]
    disk.write(b"exchanged for another")
    for _ in range(3):
        disk.soundness.look(soon)
    assert disk.read == soon
    disk.write(b"as scanned")
    disk.soundness.look(soon)
    assert disk.soundness.lost == frozenset()


def test_a_disk_that_comes_back_written_anew_is_read_one_file_a_look(disk: Disk) -> None:
    for path in disk.paths.values():
        path.unlink()
    assert len(disk.soundness.look(sorted(disk.paths)[:1])) == MANY
    disk.write(b"as scanned")
    for looks in range(1, MANY + 1):
        disk.soundness.look(())
        assert len(disk.read) == looks
    assert disk.soundness.lost == frozenset()
