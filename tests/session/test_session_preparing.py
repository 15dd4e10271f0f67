"""What the rescue key could play is judged before the session begins, against what this patient really refuses."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from test_session_checked import PADS, PLAYLIST, RESCUE

from setsetting.clinical.infusion import steady
from setsetting.errors import Refused
from setsetting.machine.clock import SystemClock
from setsetting.record.rows import PatientRow
from setsetting.session import preflight
from setsetting.session.inputs import SessionInputs
from setsetting.session.preparing import SessionOptions, prepare
from setsetting.session.start import Tonight
from setsetting.soundscape import fallback
from setsetting.soundscape.compose import compose
from setsetting.soundscape.file import to_json
from setsetting.soundscape.playlist import parse
from setsetting.soundscape.wishes import Wishes
from setsetting.units import Hertz

REFUSED = Wishes(veto_artists=frozenset({"artist 0", "Artist 1"}), heard_tracks=frozenset({"pad02"}))
CALM, LOUDER = "calmest of all", "louder since its scan"
TRACKS = {track.id: track for track in (*PADS, replace(PADS[3], id=CALM, startle_lu=0.0, beatless=False, bpm=140.0))}
TRACKS[LOUDER] = replace(PADS[4], id=LOUDER, energy=9.0)
SLOW = RESCUE + "bpm_max = 90\n"
"""A rescue that nothing fast belongs in, however calm it is otherwise."""
FAULTS: tuple[tuple[str, Callable[[Any], Any], str], ...] = (
    ("patient_of", lambda made: msgspec.structs.replace(made, veto_artists=()), "Artist 0.*: the artist is vetoed"),
    ("window_of", lambda made: msgspec.structs.replace(made, bpm_max=200.0), "its tempo is out of range"),
    ("gain_mdb", lambda made: made + 6000, "louder than"),
    ("bed_gain_mdb", lambda made: made + 6000, "grounding, bed: louder than"),
)


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Tonight]:
    """A session about to begin; its files are not looked at."""
    monkeypatch.setattr(preflight, "file_troubles", lambda *_given: [])
    playlist, rescue = parse(PLAYLIST, Path("short")), parse(SLOW, Path("hold"))
    soundscape = compose(playlist, steady(6), TRACKS.values(), REFUSED, library_digest="").soundscape
    known = SessionInputs(
        PatientRow("p", "P-1", False, "p"),
        (),
        REFUSED,
        TRACKS,
        "",
        (playlist, PLAYLIST),
        (rescue, SLOW),
        frozenset({LOUDER}),
    )
    options = SessionOptions("room", "fast", Hertz(8_000))
    return lambda: prepare(soundscape, to_json(soundscape).decode(), known, options, SystemClock())


def test_a_session_keeps_a_rescue_that_its_patient_may_hear(prepared: Callable[[], Tonight]) -> None:
    tonight = prepared()
    assert tonight.header.rescue[:2] == ("pad02", "pad03"), "what was heard is welcome, what is refused is not"
    assert tonight.header.heard == ("pad02",)
    assert not {"pad00", "pad01"} & {track.id for track in tonight.tracks.values()}


@pytest.mark.parametrize(("name", "fault", "says"), FAULTS)
def test_a_rescue_with_a_planted_fault_keeps_the_session_from_starting(
    prepared: Callable[[], Tonight], monkeypatch: pytest.MonkeyPatch, name: str, fault: Callable[[Any], Any], says: str
) -> None:
    real = getattr(fallback, name)
    monkeypatch.setattr(fallback, name, lambda *given: fault(real(*given)))
    with pytest.raises(Refused, match=says):
        prepared()


def test_a_track_whose_file_has_changed_since_its_scan_is_none_a_new_plan_may_take(
    prepared: Callable[[], Tonight],
) -> None:
    tonight = prepared()
    assert LOUDER not in {track.id for track in tonight.tracks.values()}
    assert any("1 track whose file is missing or has changed since its scan" in note for note in tonight.notes)
