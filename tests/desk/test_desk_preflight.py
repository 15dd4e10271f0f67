"""The preflight: each line as it stands, and nothing blocks there that a start would not refuse."""

import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import session_clinic
from session_clinic import CODE
from sessions_played import asked as asked_to_play
from sessions_played import quiet

from setsetting.audio import decode
from setsetting.clinical.agreements import Agreement
from setsetting.desk import (
    agreements,
    alternations,
    attending,
    closing,
    draws,
    outputs,
    patients,
    plans,
    preflight,
    room_outputs,
    sessions,
)
from setsetting.desk.clinic import Clinic
from setsetting.desk.preflight import Preflight
from setsetting.desk.sessions import SessionRequest
from setsetting.errors import NotFound, Refused, SetSettingError, UsageError
from setsetting.machine import locks, neighbours, power
from setsetting.machine.power import Supply
from setsetting.player import occupancy
from setsetting.player import outputs as devices
from setsetting.session import outbox_file
from setsetting.session.preflight_line import Light, LineName, Mending
from setsetting.views import preflight as views
from setsetting.words.numbers import local_text

NULL = SessionRequest(None, CODE, output="null")


@pytest.fixture
def planned(clinic: Clinic) -> Clinic:
    """A patient with a plan, on a machine that is as it should be."""
    plans.accept(clinic, session_clinic.plan(clinic), CODE)
    return clinic


@pytest.fixture(autouse=True)
def quiet_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(power, "supply", lambda: Supply(True, 94))
    monkeypatch.setattr(power, "can_keep_awake", lambda: True)
    monkeypatch.setattr(neighbours, "running", lambda _named: ())
    monkeypatch.setattr(neighbours, "busy", lambda: 0.1)
    monkeypatch.setattr(neighbours, "event_sounds", lambda: False)
    monkeypatch.setattr(neighbours, "clock_is_set", lambda: True)
    monkeypatch.setattr(devices, "opens", lambda _device, _rate_hz: True)


def states(found: Preflight) -> dict[str, str]:
    return {line.name.value: line.light.value for line in found.lines}


def words(found: Preflight, name: LineName) -> str:
    return next(line.words for line in found.lines if line.name is name)


def test_every_line_stands_there_once_and_only_what_differs_is_to_be_looked_at(planned: Clinic) -> None:
    found = preflight.look(planned, NULL)
    assert [line.name for line in found.lines] == [name for name in LineName if name is not LineName.BY_LOT]
    assert {name for name, state in states(found).items() if state != "ready"} == {"output", "agreed", "form", "backup"}
    assert found.blocks == ()
    assert words(found, LineName.ALL_ENDS) == "minute 7, 2 after the infusion; of that spare music: 1 min"
    assert words(found, LineName.POWER) == "on mains; battery 94 %"


def test_what_is_drawn_by_lot_stands_there_once_it_was_shown_and_never_before(planned: Clinic) -> None:
    alternations.plan(planned, "eye_shades", "throughout", "not offered", "2999-06-30")
    counts = replace(NULL, rehearsal=False)
    assert words(preflight.look(planned, counts), LineName.BY_LOT) == "eye shades is drawn, and was not shown yet"
    assert alternations.listed(planned)[0][1] == 0
    shown = draws.due(planned, CODE)
    assert words(preflight.look(planned, counts), LineName.BY_LOT) == f"eye shades: {shown.value}"
    assert LineName.BY_LOT not in {line.name for line in preflight.look(planned, NULL).lines}


def test_a_patient_or_a_room_that_is_not_there_is_refused(planned: Clinic) -> None:
    with pytest.raises(NotFound, match="K-0417"):
        preflight.look(planned, SessionRequest(None, "K-0418", output="null"))
    with pytest.raises(NotFound, match="room-1"):
        preflight.look(planned, replace(NULL, room="room-7"))


def gone(clinic: Clinic) -> LineName:
    """A file of the plan is not there any more."""
    track_of(clinic).unlink()
    return LineName.FILES


def other_sound(clinic: Clinic) -> LineName:
    session_clinic.write_pad(track_of(clinic), 99, 60)
    return LineName.FILES


def other_sound_in_disguise(clinic: Clinic) -> LineName:
    """A file was exchanged for one as long and, by its time, as old."""
    path = track_of(clinic)
    was = path.stat()
    session_clinic.write_pad(path, 99, 60)
    content = path.read_bytes()[: was.st_size]
    path.write_bytes(content + bytes(was.st_size - len(content)))
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (was.st_size, was.st_mtime_ns)
    return LineName.FILES


def vetoed(clinic: Clinic) -> LineName:
    _body, soundscape = sessions.asked_for(clinic, NULL)
    track_id = next(cue.track_id for cue in soundscape.cues if cue.track_id)
    patients.veto(clinic, CODE, "track", track_id)
    return LineName.PLAN


def no_plan(clinic: Clinic) -> LineName:
    plans.unaccept(clinic, CODE, "another is wanted")
    return LineName.PLAN


def changed_plan(clinic: Clinic) -> LineName:
    for file in (clinic.folder / "soundscapes").glob("*.json"):
        file.write_text(file.read_text() + "\n")
    return LineName.PLAN


def track_of(clinic: Clinic) -> Path:
    """The file of the first track of the plan, in a copy of the music of its own."""
    _body, soundscape = sessions.asked_for(clinic, NULL)
    track_id = next(cue.track_id for cue in soundscape.cues if cue.track_id)
    return Path(next(track.path for track in clinic.tracks() if track.id == track_id))


@pytest.fixture
def own_music(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """A clinic whose music is its own, so that a test may spoil it; its state folder too."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made = session_clinic.open_clinic(session_clinic.make(tmp_path))
    plans.accept(made, session_clinic.plan(made), CODE)
    return made


@pytest.mark.parametrize("spoil", [gone, other_sound, other_sound_in_disguise, vetoed, no_plan, changed_plan])
def test_what_is_to_be_mended_is_what_a_start_refuses_in_the_same_words(
    own_music: Clinic, spoil: Callable[[Clinic], LineName]
) -> None:
    line = spoil(own_music)
    found = preflight.look(own_music, NULL)
    assert [each.name for each in found.blocks] == [line]
    assert found.blocks[0].mending is Mending.BUILD
    with pytest.raises(SetSettingError) as refused:
        sessions.start(own_music, NULL, say=quiet)
    assert found.blocks[0].words in str(refused.value)


def test_what_is_as_it_was_scanned_is_not_read_again_and_whatever_was_written_to_is(
    own_music: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    digest = decode.packet_digest
    monkeypatch.setattr(decode, "packet_digest", lambda path: (read.append(path), digest(path))[1])
    assert not preflight.look(own_music, NULL).blocks
    assert read == []
    touched = track_of(own_music)
    touched.write_bytes(touched.read_bytes())
    assert not preflight.look(own_music, NULL).blocks
    assert read == [touched]


def test_an_output_that_is_not_there_blocks_in_the_words_of_a_start(
    planned: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "_devices", lambda: [devices._Found("Headphones", True, None, None)])
    found = preflight.look(planned, replace(NULL, output="Headfones"))
    assert [each.name for each in found.blocks] == [LineName.OUTPUT]
    assert "Did you mean 'Headphones'?" in found.blocks[0].words
    assert {line.light for line in found.lines[1:5]} == {Light.LOOK}
    found = preflight.look(planned, replace(NULL, output="auto"))
    assert found.lines[0].light is Light.LOOK, "the machine's choice may be another tomorrow"
    assert preflight.look(planned, replace(NULL, output="Headphones")).lines[0].light is Light.READY


def test_an_output_on_which_a_session_plays_is_not_opened(planned: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_devices", lambda: [devices._Found("Headphones", False, None, None)])
    monkeypatch.delattr(devices, "opens")
    with locks.held(occupancy._lock_of("Headphones", "")):
        (line,) = preflight.look(planned, replace(NULL, output="Headphones")).blocks
    assert line.name is LineName.ALONE


def named(clinic: Clinic, *outputs: tuple[str, str]) -> None:
    """Say in the room's file what its outputs are."""
    lines = [f'[outputs."{name}"]\ndevice = "{device}"' for name, device in outputs]
    (clinic.folder / "rooms" / "room-1.toml").write_text("\n".join(["version = 1", *lines, ""]), encoding="utf-8")


def test_an_output_is_chosen_by_the_room_s_name_for_it(planned: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    there = [devices._Found(name, name == "Ceiling", None, None) for name in ("Headset", "Ceiling")]
    monkeypatch.setattr(devices, "_devices", lambda: there)
    named(planned, ("worn", "Headset"), ("unheard", "null"), ("around", "Ceiling"))
    outputs.keep_level(planned, outputs.device(planned, "worn"), 62.5)
    found = preflight.look(planned, replace(NULL, output="worn"))
    assert (states(found)["output"], states(found)["calibration"]) == ("ready", "ready")
    assert words(found, LineName.OUTPUT) == "worn: Headset, as rooms/room-1.toml says; it opens"
    both = preflight.look(planned, replace(NULL, output="worn", also=("around",)))
    assert [line.words for line in both.lines if line.name is LineName.OUTPUT] == [
        "worn: Headset, as rooms/room-1.toml says; it opens",
        "around: Ceiling, as rooms/room-1.toml says; it opens",
    ]
    assert [known.named for known in outputs.listing(planned)] == [("around in room-1",), ("worn in room-1",)]
    session = sessions.start(planned, replace(NULL, output="unheard"), say=quiet)
    session.live.detach()
    asked = closing.prepare_close(planned, session.session_id, say=quiet)
    assert (asked.form.session.output, asked.form.session.rehearsal) == ("null", True)
    closing.close(planned, asked, None)


def test_a_room_s_output_that_is_not_there_is_one_sentence_and_no_other_takes_its_place(
    planned: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "_devices", lambda: [devices._Found("Ceiling", True, None, None)])
    named(planned, ("worn", "Headset"))
    gone = "worn of room-1 is the sound device Headset, which is not there; connect it, or choose another."
    several = replace(planned, settings=msgspec.structs.replace(planned.settings, rooms=["room-1", "garden"]))
    for clinic, output, room, says in (
        (planned, "worn", None, gone),
        (planned, "wonr", None, "There is no output 'wonr'. Did you mean 'worn'?"),
        (several, "worn", None, "worn is an output of room-1; say in which room it is."),
        (several, "worn", "garden", "worn is an output of room-1; say in which room it is."),
    ):
        asked = replace(NULL, output=output, room=room)
        found = preflight.look(clinic, asked)
        assert [(each.name, each.words) for each in found.blocks] == [(LineName.OUTPUT, says)]
        with pytest.raises(NotFound) as refused:
            sessions.start(clinic, asked, say=quiet)
        assert str(refused.value) == says
    assert attending.unclosed(planned) == ()


def test_an_output_on_which_a_session_plays_blocks_in_the_words_of_a_start(planned: Clinic) -> None:
    running = sessions.start(planned, replace(asked_to_play(planned), output="null"), say=quiet)
    running.live.detach()
    plans.accept(planned, session_clinic.plan(planned), CODE)
    found = preflight.look(planned, NULL)
    assert [each.name for each in found.blocks] == [LineName.ALONE]
    (row,) = attending.unclosed(planned)
    named = f"{CODE}, {local_text(row.started_utc_ms, planned.settings.zone)}"
    assert f"(null): {named}; close it first" in found.blocks[0].words
    (left,) = [each.words for each in found.lines if each.name == LineName.SESSIONS]
    assert f"Session {named} is still running." in left and row.session_id not in left
    with pytest.raises(Refused) as refused:
        sessions.start(planned, NULL, say=quiet)
    assert found.blocks[0].words in str(refused.value)
    with pytest.raises(Refused, match="Another session"):
        outputs.sound_sides(planned, "null", quiet)
    closing.close(planned, closing.prepare_close(planned, running.session_id, say=quiet), None)
    assert preflight.look(planned, NULL).blocks == ()


def test_a_disk_that_takes_nothing_blocks_in_the_words_of_a_start(
    planned: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_folder: Path) -> None:
        raise Refused("There is no room left on this disk.")

    monkeypatch.setattr(outbox_file, "reserve", full)
    found = preflight.look(planned, NULL)
    assert [(each.name, each.words) for each in found.blocks] == [
        (LineName.WRITABLE, "There is no room left on this disk.")
    ]
    with pytest.raises(Refused, match="There is no room left on this disk"):
        sessions.start(planned, NULL, say=quiet)


def test_a_preflight_leaves_nothing_behind(planned: Clinic) -> None:
    before = sorted(
        path.name for path in planned.folder.iterdir() if "-wal" not in path.name and "-shm" not in path.name
    )
    with planned.record() as record:
        head = record.head()
    preflight.look(planned, NULL)
    after = sorted(
        path.name for path in planned.folder.iterdir() if "-wal" not in path.name and "-shm" not in path.name
    )
    with planned.record() as record:
        assert record.head() == head
    assert after == before


def test_a_test_tone_is_heard_today_and_a_level_is_measured_on_its_own_output(
    planned: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = [devices._Found(name, False, None, None) for name in ("Headphones", "Ceiling")]
    monkeypatch.setattr(devices, "_devices", lambda: there)
    headphones = replace(NULL, output="Headphones")
    assert {states(preflight.look(planned, headphones))[name] for name in ("heard", "sides", "calibration")} == {"look"}
    outputs.keep_heard(planned, "Headphones", left=True, right=False)
    outputs.keep_level(planned, "Headphones", 62.5)
    found = preflight.look(planned, headphones)
    assert (states(found)["heard"], states(found)["sides"]) == ("ready", "look")
    assert words(found, LineName.CALIBRATION).startswith("62.5 dB(A) for the reference noise")
    outputs.keep_heard(planned, "Headphones", left=True, right=True)
    assert states(preflight.look(planned, headphones))["sides"] == "ready"
    ceiling = preflight.look(planned, replace(NULL, output="Ceiling"))
    assert states(ceiling)["heard"] == "look"
    assert [known.calibration is None for known in outputs.listing(planned)] == [False, True]
    for slip in (0.0, -3.0, 400.0, float("nan")):
        with pytest.raises(UsageError):
            outputs.keep_level(planned, "Headphones", slip)
    with pytest.raises(UsageError, match="silent"):
        outputs.keep_heard(planned, "null", left=True, right=True)


def test_what_disturbs_later_is_looked_at_and_what_cannot_be_seen_says_so(
    planned: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(power, "supply", lambda: Supply(False, 12))
    monkeypatch.setattr(power, "can_keep_awake", lambda: False)
    monkeypatch.setattr(neighbours, "running", lambda _named: None)
    monkeypatch.setattr(neighbours, "busy", lambda: 3.0)
    monkeypatch.setattr(neighbours, "event_sounds", lambda: None)
    monkeypatch.setattr(neighbours, "clock_is_set", lambda: None)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: shutil._ntuple_diskusage(9, 9, 5_000_000))
    found = preflight.look(planned, NULL)
    assert {"power", "sleep", "others", "clock", "disk"} <= {line.name.value for line in found.of(Light.LOOK)}
    assert found.blocks == ()
    assert words(found, LineName.POWER) == "on its battery: plug it in; battery 12 %"
    assert words(found, LineName.OTHERS) == (
        "the machine is busy: 3.0 programs want each processor; close what is not needed; "
        "can't be seen here: updates and indexing and notification sounds; look in the system's settings"
    )


def test_a_copy_of_today_is_a_backup_and_an_older_one_says_its_age(planned: Clinic) -> None:
    copy = planned.folder / "backups" / "record.db"
    copy.write_bytes(b"a copy")
    assert states(preflight.look(planned, NULL))["backup"] == "ready"
    three_days_ago = time.time() - 3 * 86_400
    os.utime(copy, (three_days_ago, three_days_ago))
    assert words(preflight.look(planned, NULL), LineName.BACKUP).startswith("3 days old")


def test_a_session_that_is_left_open_is_said(planned: Clinic) -> None:
    running = sessions.start(planned, replace(asked_to_play(planned), output="null"), say=quiet)
    running.live.detach()
    plans.accept(planned, session_clinic.plan(planned), CODE)
    assert f"Session {CODE}, " in words(preflight.look(planned, NULL), LineName.SESSIONS)
    closing.close(planned, closing.prepare_close(planned, running.session_id, say=quiet), None)


def test_what_was_only_to_be_looked_at_is_kept_in_the_trail_of_the_session(planned: Clinic) -> None:
    seen = views.seen(preflight.look(planned, NULL))
    assert [words.partition(":")[0] for words in seen] == ["output", "backup"]
    wanted = replace(asked_to_play(planned, "-0.4 fade-out 1"), seen=seen)
    started = sessions.start(planned, wanted, say=quiet)
    sessions.stay(started.live, started.lines, quiet)
    with planned.record() as record:
        events = record.events(kind="session.noted", session_id=started.session_id)
    told = [json.loads(event.payload or "{}") for event in events]
    assert [each["detail"] for each in told if each["what"] == "preflight"] == list(seen)


def test_what_was_agreed_stands_before_the_session_and_what_was_not_asked_is_looked_at(planned: Clinic) -> None:
    found = preflight.look(planned, NULL)
    assert (states(found)["agreed"], words(found, LineName.AGREED)) == ("look", "touch: not asked, stop: not asked")
    agreements.agree(planned, CODE, {Agreement.TOUCH: "hand only", Agreement.STOP: "left hand"})
    found = preflight.look(planned, NULL)
    assert (states(found)["agreed"], words(found, LineName.AGREED)) == ("ready", "touch: hand only, stop: left hand")


def test_a_rehearsal_is_printed_as_no_infusion_of_the_course(planned: Clinic) -> None:
    rehearsal = views.in_words(preflight.look(planned, NULL), planned.settings.zone)[0]
    assert rehearsal.startswith(f"PREFLIGHT {CODE} · rehearsal · ") and "infusion" not in rehearsal
    counted = views.in_words(preflight.look(planned, replace(NULL, rehearsal=False)), planned.settings.zone)[0]
    assert counted.startswith(f"PREFLIGHT {CODE} · infusion 1 of 6 · ")


def test_an_act_on_one_output_takes_the_room_s_word_for_it(planned: Clinic) -> None:
    named(planned, ("worn by her", "Headset"))
    asked = ("room-1", "output-volume")
    assert room_outputs.by_device(planned, *asked, "worn by her -6") == "Headset -6"
    assert room_outputs.by_device(planned, *asked, "Ceiling -6") == "Ceiling -6"
    assert room_outputs.by_device(planned, "room-1", "volume", "-6") == "-6"
    (planned.folder / "rooms" / "room-1.toml").write_text("version = ", encoding="utf-8")
    assert room_outputs.by_device(planned, *asked, "worn by her -6") == "worn by her -6"
