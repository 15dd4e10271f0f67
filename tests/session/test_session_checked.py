"""Whatever is planned anew in mid-session is judged before it is heard; a plan that breaks a rule never is."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from setsetting.clinical.infusion import Infusion, Segment, steady
from setsetting.errors import NotFound, Refused
from setsetting.library.track import EnergySource, Lyrics, Track
from setsetting.session import folder, planning
from setsetting.session.folder import SessionHeader
from setsetting.session.planning import Replanner, SessionPosition
from setsetting.soundscape.check_soundscape import kept_from
from setsetting.soundscape.compose import compose
from setsetting.soundscape.fallback import promised_then_bed, rescue
from setsetting.soundscape.playlist import parse
from setsetting.soundscape.retime import Retimed, retime
from setsetting.soundscape.soundscape import Cue, CueKind, Soundscape
from setsetting.soundscape.wishes import Wishes, refusing
from setsetting.units import Dbtp, Frames, Hertz, Lu, Lufs, Millidecibels, Milliseconds

MIN = 60_000
HEAD = 'format = 1\nversion = 1\ntitle = "Calm"\nevidence = ["none"]\n'
PHASE = "energy_from = 2\nenergy_to = 2\nenergy_max = 4\nlufs = -26\ncrossfade_s = 8\ncrossfade_in_s = 8\n"
RESCUE = f'{HEAD}name = "hold"\nloop = true\n[[phase]]\nname = "grounding"\n{PHASE}'
PLAYLIST = f"""{HEAD}name = "short"\ninfusion_min = 6\nspare_s = 60\nartist_max_per_session = 9
[[phase]]\nname = "settle"\nat = {{ anchor = "start", minutes = 0 }}\n{PHASE}
[[phase]]\nname = "calm"\nat = {{ anchor = "end", minutes = -2 }}\n{PHASE}
[[phase]]\nname = "spare"\nkind = "spare"\nat = {{ anchor = "end", minutes = 2 }}\n{PHASE}
"""
PAUSED = Infusion(
    (Segment(Milliseconds(0), Milliseconds(3 * MIN)), Segment(Milliseconds(5 * MIN), Milliseconds(8 * MIN)))
)
POSITION = SessionPosition(Milliseconds(3 * MIN), Milliseconds(0), PAUSED)


def pad(number: int) -> Track:
    """A calm recording of eighty seconds and some."""
    rate = Hertz(8_000)
    return Track(
        id=f"pad{number:02d}", path="", frames=Frames((80 + number) * 8_000), rate_hz=rate, channels=2, lufs=Lufs(-24.0),
        lra_lu=Lu(4.0), true_peak_dbtp=None, startle_lu=Lu(1.0), energy=2.0, energy_source=EnergySource.PERSON, bpm=None,
        pulse_clarity=0.0, beatless=True, brightness=0.3, lead_ms=Milliseconds(0), tail_ms=Milliseconds(0),
        lyrics=Lyrics.NONE, title=f"Pad {number}", artist=f"Artist {number}",
    )  # fmt: skip


PADS = tuple(replace(pad(number), true_peak_dbtp=Dbtp(-9.0)) for number in range(14))


@pytest.fixture
def plan() -> Soundscape:
    return compose(parse(PLAYLIST, Path("short")), steady(6), PADS[2:], library_digest="").soundscape


@pytest.fixture
def replanner(tmp_path: Path) -> Replanner:
    """A session of which the first two recordings are the rescue's, the first of them heard before."""
    folder.write(
        tmp_path,
        SessionHeader(
            "s", "fast", Hertz(8_000), Milliseconds(0), playlist=PLAYLIST,
            rescue_playlist=RESCUE, rescue=("pad00", "pad01"), heard=("pad00",),
        ),
    )  # fmt: skip
    folder.write_tracks(tmp_path, PADS)
    folder.write_prompts(tmp_path, ())
    return Replanner(tmp_path, lambda: None)


def asking(where: Path, wishes: Wishes | None) -> Replanner:
    return Replanner(where, lambda: wishes)


def test_a_refusal_of_tonight_is_asked_for_at_each_re_timing(
    tmp_path: Path, replanner: Replanner, plan: Soundscape
) -> None:
    coming = [cue for cue in plan.cues if cue.start_ms > POSITION.at_ms]
    (playing,) = [cue for cue in plan.cues if cue.start_ms <= POSITION.at_ms < cue.end_ms]
    refused = coming[0].track_id
    assert refused is not None and refused in {
        cue.track_id for cue in replanner.retimed(plan, plan, POSITION).soundscape.cues
    }
    anew = asking(tmp_path, refusing([("track", refused), ("track", playing.track_id or "")]))
    found = anew.refused(plan, POSITION.at_ms)
    assert (found.now, found.coming) == ((playing,), (coming[0],))
    for new in (anew.retimed(plan, plan, POSITION), anew.onward(plan, plan, POSITION)):
        assert refused not in {cue.track_id for cue in new.soundscape.cues}
        assert anew.refused(new.soundscape, POSITION.at_ms).coming == ()


def test_phases_are_said_to_move_only_where_the_infusion_did(replanner: Replanner, plan: Soundscape) -> None:
    paused = Infusion((Segment(0, 3 * MIN), Segment(12 * MIN, 15 * MIN)))
    later = replace(POSITION, infusion=paused)
    assert "calm moves from" in replanner.retimed(plan, plan, later).words
    assert "moves" not in replanner.retimed(plan, plan, replace(later, moves=False)).words


def test_what_was_heard_by_tonight_is_kept_from_the_plan_and_welcome_in_the_rescue(
    tmp_path: Path, replanner: Replanner, plan: Soundscape
) -> None:
    heard = asking(tmp_path, Wishes(heard_tracks=frozenset({"pad01", *(pad.id for pad in PADS[8:])})))
    again = {
        cue.track_id for cue in heard.onward(plan, plan, POSITION).soundscape.cues if cue.start_ms > POSITION.at_ms
    }
    assert again & {"pad00", "pad01", *(pad.id for pad in PADS[8:])} == set()
    assert {"pad00", "pad01"} <= {cue.track_id for cue in heard.rescue(plan, plan, POSITION).soundscape.cues}


def test_a_refusal_binds_the_rescue_which_takes_what_else_is_calm(
    tmp_path: Path, replanner: Replanner, plan: Soundscape
) -> None:
    some = asking(tmp_path, refusing([("track", "pad00")]))
    rescued = {cue.track_id for cue in some.rescue(plan, plan, POSITION).soundscape.cues if cue.phase == "grounding"}
    assert rescued == {"pad01"}
    both = asking(tmp_path, refusing([("track", "pad00"), ("track", "pad01")]))
    rescued = {cue.track_id for cue in both.rescue(plan, plan, POSITION).soundscape.cues if cue.phase == "grounding"}
    assert rescued and rescued & {"pad00", "pad01", None} == set()


def test_a_rescue_that_is_refused_from_some_cue_on_is_another_from_there(
    tmp_path: Path, replanner: Replanner, plan: Soundscape
) -> None:
    rescue = replanner.rescue(plan, plan, POSITION).soundscape
    first, second, *_later = [cue for cue in rescue.cues if cue.phase == "grounding"]
    anew = asking(tmp_path, refusing([("track", second.track_id or "")]))
    new = anew.rescued_on(rescue, plan, POSITION).soundscape
    assert first.track_id in {cue.track_id for cue in new.cues}
    assert anew.refused(new, POSITION.at_ms).coming == ()


def test_while_the_record_cannot_be_read_what_it_said_last_binds(tmp_path: Path, plan: Soundscape) -> None:
    answers = [refusing([("track", plan.cues[1].track_id or "")]), None]
    folder.write(tmp_path, SessionHeader("s", "fast", Hertz(8_000), Milliseconds(0), playlist=PLAYLIST))
    folder.write_tracks(tmp_path, PADS)
    folder.write_prompts(tmp_path, ())
    replanner = Replanner(tmp_path, lambda: answers.pop(0))
    assert (
        replanner.refused(plan, Milliseconds(-MIN)).coming == replanner.refused(plan, Milliseconds(-MIN)).coming != ()
    )


def test_where_nothing_else_fits_what_was_refused_is_left_out_and_a_bed_holds(
    tmp_path: Path, replanner: Replanner, plan: Soundscape
) -> None:
    wishes = refusing([("artist", artist) for pad in PADS for artist in pad.credits])
    new = asking(tmp_path, wishes).retimed(plan, plan, POSITION).soundscape
    beds = [cue for cue in new.cues if cue.start_ms > POSITION.at_ms]
    assert {cue.kind for cue in beds} == {CueKind.BED}
    assert [cue.phase for cue in beds] == ["settle", "calm", "spare"]


def spoilt(new: Soundscape, **changes: object) -> Soundscape:
    """A soundscape whose last cue is another."""
    return replace(new, cues=(*new.cues[:-1], replace(new.cues[-1], **changes)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"track_id": "pad00"}, "heard before"),
        ({"track_id": "nobody"}, "not in the library"),
        ({"gain_mdb": Millidecibels(9000)}, "above"),
        ({"start_ms": Milliseconds(30 * MIN)}, "starts at"),
        ({"phase": "encore"}, "no such phase"),
    ],
)
def test_a_plan_that_breaks_a_rule_is_refused_with_rule_and_cue(
    replanner: Replanner, plan: Soundscape, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], says: str
) -> None:
    def faulty(before: Soundscape, **asked: Any) -> Retimed:
        new = retime(before, **asked)
        return replace(new, soundscape=spoilt(new.soundscape, **changes))

    assert replanner.retimed(plan, plan, POSITION).soundscape != plan
    monkeypatch.setattr(planning, "retime", faulty)
    with pytest.raises(Refused, match=f"The check refused the new plan.*{says}"):
        replanner.retimed(plan, plan, POSITION)


def spoilt_promise(*given: Any, **asked: Any) -> tuple[Cue, ...]:
    cues = promised_then_bed(*given, **asked)
    return (*cues[:-1], replace(cues[-1], track_id="pad00"))


def test_next_is_a_noise_bed_when_what_was_promised_breaks_a_rule(
    tmp_path: Path, replanner: Replanner, plan: Soundscape, monkeypatch: pytest.MonkeyPatch
) -> None:
    promised = replanner.onward(plan, plan, POSITION)
    assert promised.promised and promised.words == "The next cue begins."
    none = asking(tmp_path, refusing([("artist", artist) for pad in PADS for artist in pad.credits]))
    assert none.onward(plan, plan, POSITION).words == "A noise bed: no track comes now."
    monkeypatch.setattr(planning, "promised_then_bed", spoilt_promise)
    new = replanner.onward(plan, plan, POSITION)
    assert new.words.startswith("The check refused the next cue.") and "was not promised there" in new.words
    assert (new.soundscape.cues[-1].kind, new.soundscape.cues[-1].start_ms) == (CueKind.BED, POSITION.at_ms)


def test_next_takes_no_track_that_was_refused_a_moment_ago(
    tmp_path: Path, replanner: Replanner, plan: Soundscape
) -> None:
    first, second = [cue.track_id for cue in plan.cues if cue.start_ms > POSITION.at_ms][:2]
    new = asking(tmp_path, refusing([("track", first or "")])).onward(plan, plan, POSITION).soundscape
    assert next(cue.track_id for cue in new.cues if cue.start_ms >= POSITION.at_ms) == second


def test_a_limit_given_up_is_named_in_the_plan_or_the_plan_is_refused(
    replanner: Replanner, plan: Soundscape, monkeypatch: pytest.MonkeyPatch
) -> None:
    longer = replace(POSITION, infusion=steady(40))
    assert replanner.retimed(plan, plan, longer).waived == ("everything",)
    monkeypatch.setattr(planning, "retime", lambda before, **asked: replace(retime(before, **asked), waived=()))
    with pytest.raises(Refused, match="The check refused the new plan"):
        replanner.retimed(plan, plan, longer)


def test_a_rescue_that_breaks_a_rule_gives_way_to_a_noise_bed(
    replanner: Replanner, plan: Soundscape, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {cue.track_id for cue in replanner.rescue(plan, plan, POSITION).soundscape.cues[-2:]} == {"pad00", "pad01"}

    def faulty(heard: Soundscape, chosen: Sequence[Track], *given: Any, **asked: Any) -> Soundscape:
        made = rescue(heard, chosen, *given, **asked)
        return spoilt(made, track_id="nobody") if chosen else made

    monkeypatch.setattr(planning, "rescue", faulty)
    covered = replanner.rescue(plan, plan, POSITION)
    last = covered.soundscape.cues[-1]
    assert (last.kind, last.start_ms) == (CueKind.BED, POSITION.at_ms)
    assert "the check refused the rescue" in covered.words
    assert "not in the library" in covered.words


def test_a_noise_bed_that_breaks_a_rule_plays_all_the_same_and_says_so(
    replanner: Replanner, plan: Soundscape, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "rescue", lambda *given, **asked: spoilt(rescue(*given, **asked), fade_in_ms=0))
    folder.write(tmp_path, msgspec.structs.replace(folder.read(tmp_path), rescue=()))
    covered = replanner.rescue(plan, plan, POSITION)
    assert covered.soundscape.cues[-1].kind is CueKind.BED
    assert covered.words.startswith("A noise bed: no track fits the rescue list. ")
    assert "begins or ends with a click" in covered.words


def test_next_leads_out_of_silence_whatever_is_wrong_with_the_plan(
    replanner: Replanner, plan: Soundscape, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent, later = replanner.silence(plan, plan, POSITION).soundscape, replace(POSITION, at_ms=Milliseconds(4 * MIN))
    back = replanner.onward(silent, plan, later)
    promised = [cue.track_id for cue in plan.cues if cue.start_ms > later.at_ms]
    assert [cue.track_id for cue in back.soundscape.cues if cue.start_ms >= later.at_ms][: len(promised)] == promised
    assert back.promised and back.words == "Back to the plan."

    monkeypatch.setattr(planning, "promised_then_bed", spoilt_promise)
    last = replanner.onward(silent, plan, later)
    sounds = last.soundscape.cues[-1]
    assert (sounds.kind, sounds.start_ms) == (CueKind.BED, later.at_ms)
    assert last.words.startswith("Back to the plan. The check refused the next cue.")


def test_a_track_that_the_folder_does_not_keep_is_never_played(replanner: Replanner, plan: Soundscape) -> None:
    with pytest.raises(NotFound, match="'nobody'"):
        replanner.mix(spoilt(plan, track_id="nobody"))


def test_no_plan_takes_what_only_the_rescue_may_play_again(replanner: Replanner, plan: Soundscape) -> None:
    longer = replace(POSITION, infusion=steady(8))
    new = replanner.retimed(plan, plan, longer).soundscape
    assert "pad01" in {cue.track_id for cue in new.cues}, "the library is so small that it takes what it may"
    assert "pad00" not in {cue.track_id for cue in new.cues}


def test_what_is_kept_from_a_patient_is_found_however_it_is_spelled() -> None:
    refused = Wishes(veto_artists=frozenset({" ARTIST 13"}), heard_tracks=frozenset({"pad12"}))
    assert [*kept_from(PADS[13], refused)] == ["Pad 13: the artist is vetoed."]
    assert [*kept_from(PADS[12], refused)] == ["Pad 12: heard before in this course."]
    assert [*kept_from(PADS[12], replace(refused, anchor_tracks=frozenset({"pad12"})))] == []
    assert [*kept_from(PADS[3], refused)] == []


@pytest.mark.parametrize("said", ["artist 13", " ARTIST 13 ", "Artist\u00a013", "rt 13", "", "ARTİST 13"])
def test_the_check_and_the_wishes_mean_the_same_by_a_name(said: str) -> None:
    asked = Wishes(veto_artists=frozenset({said}), veto_tags=frozenset({said}))
    for track in (PADS[13], replace(PADS[13], artist="", tags=("e\u0301tude", "ARTIST 13 "))):
        assert bool([*kept_from(track, asked)]) == bool(asked.forbids(track))
