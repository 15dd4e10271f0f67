"""Taking over: a player's journal becomes events of the record, each once."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from setsetting.clinical.infusion import InfusionAct, InfusionStep
from setsetting.machine.clock import SystemClock
from setsetting.player.journal import JournalEntry, JournalKind
from setsetting.record import live_rows
from setsetting.record.device import Device
from setsetting.record.kinds import PatientAdded, PlayerNoted, SessionStarted, SoundPlayed, StoredSegment
from setsetting.record.log import Record
from setsetting.session.folder import SessionHeader
from setsetting.session.state import LoggedStep, SoundState, State
from setsetting.session.takeover import PlayerJournal, ended, merged
from setsetting.soundscape.soundscape import Cue, CueKind, Digests, Soundscape

RATE = 8_000
SESSION = "0f0e0d0c-0b0a-4900-8807-060504030201"
MIN = 60_000
HEADER = SessionHeader(SESSION, "fast", RATE, -MIN, playlist="", anchors=("t2",))
STARTED = SessionStarted(SESSION, "p", 1, 0, (StoredSegment(0, 40 * MIN),), "room-1")


def cue(track_id: str | None, start_min: float, kind: CueKind = CueKind.TRACK) -> Cue:
    return Cue(kind, "soothe", round(start_min * MIN), MIN, track_id, 0, 0, 0, "r")


PLAN = Soundscape(
    "p", 1, 40, 0, (), 0.0, None, Digests("", "", ""), (cue("t1", -1), cue(None, 0, CueKind.BED), cue("t2", 1))
)


def sound(
    n: int, what: JournalKind, track: str, minutes: tuple[float, float], sounded_s: float | None = None
) -> JournalEntry:
    """A sound of the Mix that begins at one minute, told at another."""
    start_min, at_min = minutes

    def frame(minute: float) -> int:
        return round((minute + 1) * 60 * RATE)

    return JournalEntry(
        n,
        what,
        frame(at_min),
        1_000 + n,
        2_000 + n,
        mix="m",
        index=n,
        sha256=track,
        start_frame=frame(start_min),
        sounded_frames=None if sounded_s is None else round(sounded_s * RATE),
    )


ENTRIES = (
    JournalEntry(1, JournalKind.STARTED, 0, 1_001, 2_001),
    sound(2, JournalKind.SOUND_STARTED, "t1", (-1, -1)),
    sound(3, JournalKind.SOUND_ENDED, "t1", (-1, -0.5), 29.5),
    JournalEntry(4, JournalKind.UNDERRUN, 300, 1_004, 2_004, count=1),
    sound(5, JournalKind.SOUND_STARTED, "", (0, 0)),
    sound(6, JournalKind.SOUND_ENDED, "", (0, 1), 60),
    sound(7, JournalKind.SOUND_STARTED, "t2", (1, 1)),
)
JOURNAL = PlayerJournal(HEADER, ENTRIES, round(2.5 * 60 * RATE), (PLAN,), {})


def played(journal: PlayerJournal, *, final: bool) -> list[SoundPlayed]:
    return [draft.payload for draft in merged(journal, final=final) if isinstance(draft.payload, SoundPlayed)]


def test_what_sounded_enters_with_its_phase_its_minute_and_how_long_it_was_heard() -> None:
    first, bed = played(JOURNAL, final=False)
    assert (first.track_id, first.phase, first.clock_ms, first.sounded_ms) == ("t1", "soothe", -MIN, 29_500)
    assert (bed.track_id, bed.cue, bed.sounded_ms) == (None, "bed@0", 60_000)


def test_a_sound_that_still_sounds_enters_only_at_the_end_as_far_as_it_was_heard() -> None:
    assert len(played(JOURNAL, final=False)) == 2
    last = played(JOURNAL, final=True)[-1]
    assert (last.track_id, last.sounded_ms, last.anchor) == ("t2", 30_000, True)


def test_a_sound_that_no_plan_names_is_kept_without_a_phase() -> None:
    unknown = replace(JOURNAL, plans=())
    assert [(each.track_id, each.phase) for each in played(unknown, final=False)] == [("t1", ""), (None, "")]


def test_what_the_player_noted_enters_with_its_own_clocks() -> None:
    noted = [draft for draft in merged(JOURNAL, final=False) if isinstance(draft.payload, PlayerNoted)]
    assert [(draft.payload.what, draft.at) for draft in noted if isinstance(draft.payload, PlayerNoted)] == [
        ("started", (1_001, 2_001)),
        ("underrun", (1_004, 2_004)),
    ]


def test_merging_twice_adds_nothing_and_heard_is_30_seconds_or_more(tmp_path: Path) -> None:
    with Record.open(
        tmp_path / "r.db", device=Device("d" * 32), actor="a", clock=SystemClock(), zone=ZoneInfo("UTC"), create=True
    ) as record:
        record.append("patient.added", PatientAdded("p", "K-1"))
        record.append("session.started", STARTED)
        record.append_all(merged(JOURNAL, final=False))
        events = record.head().events
        record.append_all(merged(JOURNAL, final=False))
        assert record.head().events == events
        record.append_all(merged(JOURNAL, final=True))
        assert record.head().events == events + 1
        assert live_rows.heard(record, "p").track_ids == frozenset()  # 29.5 s are not heard, and t2 is an anchor
        assert {row.track_id for row in live_rows.played(record, SESSION)} == {"t1", None, "t2"}


def test_the_end_holds_the_infusion_that_really_ran_and_has_one_id() -> None:
    state = State(
        STARTED,
        SoundState(PLAN),
        logged=(
            LoggedStep("b", InfusionAct(InfusionStep.START, 0)),
            LoggedStep("x", InfusionAct(InfusionStep.STOP, 20 * MIN)),
        ),
    )
    event_id, payload = ended(state, SESSION, 50 * MIN, 7, "planned")
    assert payload.infusion == (StoredSegment(0, 20 * MIN),)
    assert ended(state, SESSION, 55 * MIN, 8, "closed")[0] == event_id


def test_a_session_whose_infusion_was_never_started_has_none() -> None:
    assert ended(State(STARTED, SoundState(PLAN)), SESSION, 50 * MIN, 7, "planned")[1].infusion == ()
