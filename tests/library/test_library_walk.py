"""Finding audio files: links, loops, and folders that hold none."""

import pytest
from music_files import write_wav

from setsetting.errors import NotFound, Refused
from setsetting.library.walk import walk


def names(folders):
    found, _unreadable = walk(folders)
    return [file.path.rpartition("/")[2] for file in found]


def test_files_are_found_below_and_through_links_in_a_fixed_order(tmp_path):
    music, elsewhere = tmp_path / "music", tmp_path / "elsewhere"
    for path in (music / "b.wav", music / "a" / "deep" / "z.WAV", elsewhere / "linked.wav"):
        write_wav(path)
    (music / "more").symlink_to(elsewhere, target_is_directory=True)
    (music / "cover.jpg").write_bytes(b"no music")
    assert names([music]) == ["b.wav", "z.WAV", "linked.wav"]


def test_a_loop_of_links_is_walked_once(tmp_path):
    music = tmp_path / "music"
    write_wav(music / "inner" / "a.wav")
    (music / "inner" / "up").symlink_to(music, target_is_directory=True)
    (music / "self").symlink_to(music / "self")
    assert names([music, music / "inner"]) == ["a.wav"]


def test_a_file_is_taken_by_each_of_its_names(tmp_path):
    write_wav(tmp_path / "a.wav")
    (tmp_path / "b.wav").symlink_to(tmp_path / "a.wav")
    (tmp_path / "c.wav").hardlink_to(tmp_path / "a.wav")
    assert names([tmp_path]) == ["a.wav", "b.wav", "c.wav"]


def test_a_link_to_nowhere_is_told(tmp_path):
    write_wav(tmp_path / "a.wav")
    (tmp_path / "gone.mp3").symlink_to(tmp_path / "nowhere.mp3")
    found, unreadable = walk([tmp_path])
    assert len(found) == 1
    assert [item.path for item in unreadable] in ([str(tmp_path / "gone.mp3")], [])


def test_notes_of_other_programs_are_passed_over(tmp_path):
    write_wav(tmp_path / "a.wav")
    write_wav(tmp_path / "._a.wav")
    write_wav(tmp_path / ".trash" / "b.wav")
    assert names([tmp_path]) == ["a.wav"]


def test_folders_that_cannot_be_scanned_are_refused_before_any_work(tmp_path):
    write_wav(tmp_path / "music" / "a.wav")
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "read.txt").write_text("mp3")
    with pytest.raises(NotFound, match="missing does not exist"):
        walk([tmp_path / "music", tmp_path / "missing"])
    with pytest.raises(Refused, match="empty holds no audio file"):
        walk([tmp_path / "music", tmp_path / "empty"])
    with pytest.raises(Refused, match="notes holds no audio file"):
        walk([tmp_path / "notes"])
    with pytest.raises(Refused, match=r"a\.wav is not a folder"):
        walk([tmp_path / "music" / "a.wav"])
