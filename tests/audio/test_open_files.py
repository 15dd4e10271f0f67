"""Files that several mixers read at once: decoded once, and to the bit as each would read it alone."""

from pathlib import Path

import numpy as np
import pytest
from sound_files import RATE_HZ, music, write

from setsetting.audio.mix import Mix, Sound
from setsetting.audio.mixer import Mixer
from setsetting.audio.open_files import OpenFiles

SECOND = RATE_HZ


def mix_of(path: Path, *, start: int = 0, in_frame: int = 0, gain_db: float = 0.0) -> Mix:
    length = 9 * SECOND
    fields = {"fade_in_frames": SECOND, "fade_out_frames": SECOND, "gain_db": gain_db}
    return Mix(RATE_HZ, 12 * SECOND, (Sound(str(path), "", in_frame, start, length, **fields),))  # type: ignore[arg-type]


def read(mixer: Mixer, frames: int) -> np.ndarray:
    out = np.empty((frames, 2), np.float32)
    mixer.read(out)
    return out


@pytest.mark.parametrize("name", ["a.flac", "a.mp3", "a.opus"])
def test_a_mix_that_goes_on_with_what_sounds_reads_it_to_the_bit_and_opens_nothing(name: str, tmp_path: Path) -> None:
    path, files = write(tmp_path / name, music(10.0)), OpenFiles()
    mix, louder = mix_of(path, in_frame=1_000), mix_of(path, in_frame=1_000, gain_db=-6.0)
    alone, quieter = read(Mixer(mix), 8 * SECOND), read(Mixer(louder), 8 * SECOND)
    sounding = Mixer(mix, open_at=files.open_at)
    assert np.array_equal(read(sounding, 5 * SECOND), alone[: 5 * SECOND])
    path.unlink()  # whoever opened it anew would hear nothing of it
    follows = Mixer(louder, 3 * SECOND + 77, open_at=files.open_at)
    assert np.array_equal(read(follows, 4 * SECOND), quieter[3 * SECOND + 77 : 7 * SECOND + 77])
    assert np.array_equal(read(sounding, 3 * SECOND), alone[5 * SECOND :])
    assert follows.troubles == sounding.troubles == []


def test_a_sound_that_is_elsewhere_in_its_file_is_decoded_for_itself(tmp_path: Path) -> None:
    path, files = write(tmp_path / "a.flac", music(10.0)), OpenFiles()
    here, later = Mixer(mix_of(path), open_at=files.open_at), Mixer(mix_of(path, start=SECOND), open_at=files.open_at)
    heard = [(read(here, SECOND), read(later, SECOND)) for _second in range(8)]
    whole = np.concatenate([block for block, _later in heard])
    assert np.array_equal(whole, read(Mixer(mix_of(path)), 8 * SECOND))
    whole = np.concatenate([block for _here, block in heard])
    assert np.array_equal(whole, read(Mixer(mix_of(path, start=SECOND)), 8 * SECOND))


def test_a_reader_that_was_left_far_behind_reads_on_where_it_was(tmp_path: Path) -> None:
    path, files = write(tmp_path / "a.flac", music(10.0)), OpenFiles()
    slow, fast = Mixer(mix_of(path), open_at=files.open_at), Mixer(mix_of(path), open_at=files.open_at)
    whole = read(Mixer(mix_of(path)), 9 * SECOND)
    assert np.array_equal(read(slow, SECOND), whole[:SECOND])
    assert np.array_equal(read(fast, 9 * SECOND), whole)
    assert np.array_equal(read(slow, 8 * SECOND), whole[SECOND:])


def test_a_file_is_closed_with_its_last_reader(tmp_path: Path) -> None:
    path, files = write(tmp_path / "a.flac", music(10.0)), OpenFiles()
    one, other = Mixer(mix_of(path), open_at=files.open_at), Mixer(mix_of(path), open_at=files.open_at)
    read(one, SECOND)
    read(other, SECOND)
    one.close()
    assert np.array_equal(read(other, SECOND), read(Mixer(mix_of(path)), 2 * SECOND)[SECOND:])
    other.close()
    path.unlink()
    late = Mixer(mix_of(path), SECOND, open_at=files.open_at)
    read(late, SECOND)
    assert "does not exist" in late.troubles[0][1]
