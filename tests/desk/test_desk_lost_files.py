"""Files that are taken away, exchanged or cut short while a session plays: something else plays, and it is said."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mutagen.id3 import COMM
from mutagen.wave import WAVE
from session_clinic import CODE, PLAYLIST, make, plan, write_pad
from sessions_played import noted, quiet, until

from setsetting.desk import attending, library, patients, plans, sessions, soundscapes
from setsetting.desk.clinic import Clinic, open_clinic
from setsetting.errors import Refused
from setsetting.player import journal
from setsetting.player.journal import JournalKind
from setsetting.session import folder, losses, preparing, soundness, start
from setsetting.session.live import LiveSession
from setsetting.session.start import Tonight
from setsetting.session.status import CueView


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    """A clinic with music of its own: the other tests' music stays as it was scanned."""
    made = open_clinic(make(tmp_path))
    yield made
    for where in folder.sessions(made.folder):
        (where / "abandon").touch()


@pytest.fixture
def live(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveSession]:
    monkeypatch.setattr(losses, "SOON_MS", 600_000)
    monkeypatch.setattr(soundness, "LOOK_EVERY_S", 0.0)
    asked = sessions.SessionRequest(plan(clinic), CODE, output="null", rehearsal=True)
    with sessions.start(clinic, asked, say=quiet).live as begun:
        yield begun


@pytest.fixture
def file_of(clinic: Clinic) -> dict[str, Path]:
    """The files of the library by track."""
    return {track.id: Path(track.path) for track in library.listing(clinic)}


def next_track(live: LiveSession) -> CueView:
    coming = live.status().next
    assert coming is not None and coming.track_id is not None
    return coming


@pytest.mark.parametrize("how", ["missing", "another recording", "empty"])
def test_a_cue_whose_file_is_lost_gives_way_to_another_before_it_sounds(
    clinic: Clinic, live: LiveSession, file_of: dict[str, Path], how: str
) -> None:
    lost = next_track(live)
    path = file_of[lost.track_id or ""]
    if how == "missing":
        path.unlink()
    elif how == "empty":
        path.write_bytes(b"")
    else:
        write_pad(path, 40, 60)
    status = live.status()
    assert status.next is not None and status.next.track_id not in (None, lost.track_id)
    assert lost.track_id not in [cue.track_id for cue in status.cues]
    (said,) = [notice for notice in status.notices if notice.startswith("Lost: ")]
    assert lost.title in said and "Refused" not in " ".join(status.notices)
    live.status()
    with clinic.record() as record:
        assert noted(record, live.session_id).count("lost") == 1
    assert live.link.state() is not None
    assert JournalKind.TROUBLE not in [entry.what for entry in journal.read(live.folder)]


def test_a_file_exchanged_between_the_check_and_the_beginning_is_found_before_it_sounds(
    clinic: Clinic, file_of: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(losses, "SOON_MS", 600_000)
    monkeypatch.setattr(soundness, "LOOK_EVERY_S", 0.0)
    exchanged: list[Path] = []

    def begin(where: Path, tonight: Tonight, **told: Any) -> Path:
        assert tonight.heard is not None
        exchanged.append(file_of[tonight.heard.cues[1].track_id or ""])
        write_pad(exchanged[0], 40, 60)
        return start.begin(where, tonight, **told)

    monkeypatch.setattr(sessions, "begin", begin)
    asked = sessions.SessionRequest(plan(clinic), CODE, output="null", rehearsal=True)
    with sessions.start(clinic, asked, say=quiet).live as live:
        (said,) = [notice for notice in live.status().notices if notice.startswith("Lost: ")]
        assert exchanged[0].stem in said


def test_a_file_that_was_only_written_to_anew_stays(live: LiveSession, file_of: dict[str, Path]) -> None:
    coming = next_track(live)
    path = file_of[coming.track_id or ""]
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content)
    assert next_track(live).track_id == coming.track_id
    assert live.status().notices == ()


def test_music_goes_on_from_a_file_that_is_cut_short_while_it_plays(
    clinic: Clinic, live: LiveSession, file_of: dict[str, Path]
) -> None:
    playing = live.status().playing
    assert playing is not None and playing.track_id is not None
    path = file_of[playing.track_id]
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 6)
    until(lambda: (now := live.status().playing) is not None and now.track_id != playing.track_id, within_s=20)
    now = live.status().playing
    player = live.link.state()
    assert now is not None and player is not None and now.track_id in player.sounding
    with clinic.record() as record:
        assert "lost" in noted(record, live.session_id)


def test_a_whole_disk_that_is_gone_leaves_a_noise_bed_and_no_silence(
    live: LiveSession, file_of: dict[str, Path]
) -> None:
    playing = live.status().playing
    assert playing is not None
    for path in file_of.values():
        path.unlink()
    status = live.status()
    assert status.next is not None and (status.next.kind, status.next.track_id) == ("bed", None)


PROMPT = """
[[prompt]]
file = "welcome"
at = { phase = "arrive", seconds = 30 }
"""


def planned(clinic: Clinic) -> tuple[set[str], tuple[str, ...]]:
    """The tracks of a plan that is built now, and what is said with it."""
    built = soundscapes.build(clinic, "short", 5, CODE)
    return {cue.track_id for cue in built.soundscape.cues if cue.track_id}, built.words


@pytest.mark.parametrize("how", ["missing", "another recording"])
def test_no_plan_names_a_file_that_cannot_be_played_now(clinic: Clinic, file_of: dict[str, Path], how: str) -> None:
    before, _words = planned(clinic)
    lost = file_of[min(before)]
    aside = lost.rename(lost.with_suffix(".aside"))
    if how != "missing":
        write_pad(lost, 40, 70)
    now, words = planned(clinic)
    assert min(before) not in now
    assert words[0].startswith("1 track was left out, whose file is missing or holds other sound")
    assert lost.stem in words[0]
    assert soundscapes.check(clinic.folder, plan(clinic), CODE).broken == ()
    lost.unlink(missing_ok=True)
    aside.rename(lost)
    assert planned(clinic) == (before, _words)


def test_a_kept_plan_whose_track_left_the_library_says_what_to_do(clinic: Clinic, file_of: dict[str, Path]) -> None:
    kept, (before, _words) = plan(clinic), planned(clinic)
    file_of[min(before)].unlink()
    library.scan(clinic, [file_of[min(before)].parent.parent])
    (said,) = soundscapes.check(clinic.folder, kept, CODE).broken
    assert said.endswith("not in the library; scan its folder, or build again.")


def test_where_all_files_are_missing_it_is_said_before_what_would_help(
    clinic: Clinic, file_of: dict[str, Path]
) -> None:
    for path in file_of.values():
        path.unlink()
    told: list[soundscapes.Infeasible] = []
    with pytest.raises(soundscapes.Infeasible, match="12 tracks were left out") as refused:
        soundscapes.build(clinic, "short", 5, CODE, meanwhile=told.append)
    assert {each.sentence.partition(",")[0] for each in told} == {"12 tracks were left out"}
    assert refused.value.offers == ()
    assert refused.value.table[0].library == 0


@pytest.fixture
def spoken(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveSession]:
    """A session whose playlist has a prompt half a minute after its beginning, and which has another for a key."""
    (clinic.folder / "playlists" / "short.toml").write_text(PLAYLIST + PROMPT, encoding="utf-8")
    for name in ("welcome", "bell"):
        write_pad(clinic.folder / "voice" / f"{name}.wav", len(name), 5)
    monkeypatch.setattr(soundness, "LOOK_EVERY_S", 0.0)
    asked = sessions.SessionRequest(plan(clinic), CODE, output="null", rehearsal=True)
    with sessions.start(clinic, asked, say=quiet).live as begun:
        yield begun


@pytest.mark.parametrize("how", ["missing", "another recording"])
def test_a_prompt_whose_file_is_lost_is_left_out_and_no_music_is_lowered_for_it(
    clinic: Clinic, spoken: LiveSession, how: str
) -> None:
    assert [cue.title for cue in spoken.status().prompts] == ["welcome"]
    path = clinic.folder / "voice" / "welcome.wav"
    path.unlink()
    if how == "another recording":
        write_pad(path, 40, 5)
    status = spoken.status()
    assert status.prompts == ()
    assert [notice for notice in status.notices if "prompt welcome" in notice and "not lowered" in notice]
    spoken.act("infusion-start")
    assert spoken.status().prompts == ()
    assert not [each for each in spoken.mix.sounds if each.lowers_db]
    words = [line.words for line in spoken.status().log if "lost" in line.words.lower()]
    assert len(words) == 1, words
    with pytest.raises(Refused, match="welcome is not played"):
        spoken.act("prompt", "welcome")
    assert "bell plays in" in spoken.act("prompt", "bell")


def test_a_prompt_that_was_left_out_by_hand_is_not_said_to_be_lost(clinic: Clinic, spoken: LiveSession) -> None:
    spoken.act("skip-prompt")
    (clinic.folder / "voice" / "welcome.wav").unlink()
    assert [notice for notice in spoken.status().notices if "Lost" in notice] == []


def test_what_a_cue_sheet_says_since_the_scan_keeps_a_track_from_all_that_a_session_may_turn_to(
    clinic: Clinic, file_of: dict[str, Path]
) -> None:
    soundscape = soundscapes.load(plan(clinic))
    patients.veto(clinic, CODE, "artist", "Mira Dost")
    may_turn_to = set(preparing.hold(soundscape, plans.inputs(clinic, CODE, soundscape)).playable)
    refused, *others = sorted(may_turn_to - {cue.track_id for cue in soundscape.cues})
    file_of[refused].with_suffix(".cue").write_text('PERFORMER "Mira Dost"')
    file_of[others[0]].with_name("notes.cue").write_text('PERFORMER "Mira Dost"\nFILE "another.wav" WAVE')
    held = preparing.hold(soundscape, plans.inputs(clinic, CODE, soundscape))
    assert held.against == () and refused not in held.rescuers
    assert may_turn_to - set(held.playable) == {refused}


def test_what_a_scan_finds_meanwhile_lets_a_refusal_meet_it(
    clinic: Clinic, live: LiveSession, file_of: dict[str, Path]
) -> None:
    refused = next_track(live).track_id or ""
    patients.veto(clinic, CODE, "artist", "Mira Dost")
    live.detach()
    file = WAVE(file_of[refused])
    file.tags.add(COMM(encoding=3, lang="eng", text="cello: Mira Dost"))
    file.save()
    library.scan(clinic, [file_of[refused].parent])
    with attending.control(clinic, live.folder, attending=False) as looking:
        assert refused not in {cue.track_id for cue in looking.status().cues}
