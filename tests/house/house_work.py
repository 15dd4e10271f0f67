"""A real piece of work for each pure room: the same each time it is done, in any process.

Run as a program it prints a digest of each, for comparison between processes.
"""

import hashlib
import sys
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from setsetting.clinical import pcl5
from setsetting.clinical.course import Visit, due_forms
from setsetting.clinical.effect import phases_of
from setsetting.clinical.form import Form, NoAnswer, Recall
from setsetting.clinical.infusion import InfusionAct, InfusionStep, actual, steady, stopped, with_pauses
from setsetting.clinical.setting import Setting
from setsetting.clinical.setting_file import parse_setting
from setsetting.clinical.thresholds import change_words
from setsetting.desk.shelf import shipped_folder
from setsetting.library.track import EnergySource, Lyrics, Track
from setsetting.record import kinds, payloads, projections
from setsetting.record.event import GENESIS, chained_hash, digest_of
from setsetting.review.association import review_links
from setsetting.review.chart import chart
from setsetting.review.chart_case import ChartCase, ChartKind
from setsetting.review.column_linkage import link_columns
from setsetting.review.course import CourseForm, CourseMark, CourseSession, Origin, PatientCourse
from setsetting.review.describe import review_of
from setsetting.review.figures import trajectory
from setsetting.review.link_files import Factor, FactorKind, Patients, read_scores, read_sessions
from setsetting.review.linking import ScorePoint, SessionPoint, link, windows
from setsetting.review.report import patient_html
from setsetting.review.simulation import Scenario, simulate
from setsetting.soundscape.compose import compose
from setsetting.soundscape.file import from_json, to_json
from setsetting.soundscape.loosening import loosen
from setsetting.soundscape.playlist import parse
from setsetting.soundscape.retime import retime
from setsetting.soundscape.to_mix import to_mix
from setsetting.soundscape.wishes import Wishes
from setsetting.views import link as views_link
from setsetting.views import pcl5 as views_pcl5
from setsetting.views import review as views_review

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
BEGUN_MS = 1_795_514_400_000
UTC = ZoneInfo("UTC")
"""24 November 2026, 10:00 UTC."""
ZONE = "Europe/London"

PLAYLIST = shipped_folder() / "montreal-40.toml"
PLAYLIST_TEXT = PLAYLIST.read_text(encoding="utf-8")

WISHES = Wishes(
    veto_tracks=frozenset({"t003", "t017", "t101"}),
    veto_artists=frozenset({"artist 4", "artist 9"}),
    veto_tags=frozenset({"religious", "choir"}),
    heard_tracks=frozenset({"t020", "t021", "t022"}),
    heard_artists=frozenset({"artist 11"}),
    disliked_tags=frozenset({"dark", "strings", "cold"}),
)

SETTING = """
eye_shades = "part of the time"
lighting = "dark"
note = "calmer than last time"

[taps]
liking = 7
safety = 9
"""


def library(size: int = 150) -> tuple[Track, ...]:
    """Made-up tracks spread evenly over energy, length, tempo and loudness by fixed ratios."""
    return tuple(_track(number) for number in range(size))


def _track(number: int) -> Track:
    spread = [number * ratio % 1 for ratio in (0.6180339887, 0.7548776662, 0.5698402910, 0.8191725134)]
    beatless = number % 3 == 0
    tags = [
        tag
        for tag, each in (("dark", 7), ("strings", 4), ("choir", 11), ("warm", 2), ("cold", 5))
        if number % each == 0
    ]
    return Track(
        id=f"t{number:03}",
        path=f"music/{number}.flac",
        frames=44_100 * (170 + round(spread[0] * 300)),
        rate_hz=44_100,
        channels=2,
        lufs=-26 + 10 * spread[1],
        lra_lu=4.0,
        true_peak_dbtp=-8 + 6 * spread[2],
        startle_lu=2 + 4 * spread[3],
        energy=round(2 + 14 * spread[1]) / 2,
        energy_source=EnergySource.TAG,
        bpm=None if beatless else 60 + 25 * spread[2],
        pulse_clarity=0.0 if beatless else 0.5,
        beatless=beatless,
        brightness=0.2 + 0.5 * spread[3],
        lead_ms=200,
        tail_ms=100,
        lyrics=Lyrics.WORDLESS if number % 6 == 0 else Lyrics.NONE,
        tags=tuple(tags),
        title=f"piece {number}",
        artist=f"artist {number % 40}",
    )


def plan_a_session() -> bytes:
    """Playlist to soundscape, its file and back, its mix, and the rest planned again after a pause."""
    playlist, tracks = parse(PLAYLIST_TEXT, PLAYLIST), library()
    loosening = loosen({"startle_max_lu": "14", "flex_s": "180"})
    composed = compose(playlist, steady(40), tracks, WISHES, library_digest="made up", loosening=loosening, seed=7)
    body = to_json(composed.soundscape)
    soundscape = from_json(body, Path("soundscape.json"))
    mix = to_mix(soundscape, {track.id: track for track in tracks}, 44_100)
    paused = with_pauses(steady(40), [(10, 20)])
    again = retime(soundscape, now_ms=10 * MINUTE, playlist=playlist, infusion=paused, tracks=tracks, wishes=WISHES)
    return b"\n".join([body, repr(composed.words).encode(), repr(mix).encode(), to_json(again.soundscape)])


def time_an_infusion() -> str:
    """Phases of an infusion that was paused and stopped, a form scored, a setting read, forms due."""
    acts = [
        InfusionAct(InfusionStep.START, 0),
        InfusionAct(InfusionStep.PAUSE, 10 * MINUTE),
        InfusionAct(InfusionStep.RESUME, 14 * MINUTE),
    ]
    forms = [_form(day, total).form for day, total in ((-1, 51), (5, 44))]
    visits = [Visit(began_ms, began_ms + 60 * MINUTE) for began_ms in (BEGUN_MS, BEGUN_MS + 3 * DAY)]
    return repr(
        [
            phases_of(stopped(with_pauses(steady(40), [(10, 15)]), 35)),
            phases_of(actual(steady(60), acts, 30 * MINUTE)),
            views_pcl5.score_as_data(pcl5.score(pcl5.parse_items(list("01234-d1234012340123")))),
            views_pcl5.score_in_words(pcl5.score(forms[0].items)),
            change_words(44 - 51),
            parse_setting(SETTING, Path("setting.toml")),
            due_forms(forms, visits, BEGUN_MS + 9 * DAY, UTC),
        ]
    )


def describe_a_course() -> str:
    """Sessions linked to scores, a course described in words, lines and a figure."""
    scores = [
        ScorePoint(patient, f"{patient}{day}", day * DAY, day, Recall.WEEK, 60 - day)
        for patient in ("b", "a")
        for day in (9, -1, 3)
    ]
    sessions = [
        SessionPoint(patient, f"{patient}{day}", day, day * DAY, day) for patient in ("a", "b") for day in (7, 0)
    ]
    review = review_of(_course())
    return repr(
        [link(scores, sessions), windows(scores[:3], sessions[2:]), views_review.in_words(review), trajectory(review)]
    )


def report_on_a_patient() -> str:
    """The whole page; its template is a file, so this is no pure work."""
    return patient_html(review_of(_course()), BEGUN_MS + 30 * DAY, banner="not encrypted")


def chain_an_event() -> str:
    """A payload's text, the hash that chains it and the row folded from it."""
    logged = kinds.SettingLogged("s1", {"lighting": "dark", "eye_shades": "none"}, {"liking": 7, "safety": 9}, "a note")
    text = payloads.encode("session.setting_logged", logged)
    digest = chained_hash(
        device="d" * 32,
        seq=1,
        event_id="e1",
        kind="session.setting_logged",
        version=payloads.VERSION,
        at_utc_ms=BEGUN_MS,
        mono_ms=5,
        lamport=1,
        actor="a1",
        subject="p1",
        corrects=None,
        seal=None,
        payload_digest=digest_of("5" * 32, text),
        prev_hash=GENESIS,
    )
    return repr([text, digest, projections.fold("session.setting_logged", 1, text), projections.VERSION])


def estimate_a_setting() -> str:
    """Two files' lines read, linked and estimated, a simulated clinic tested and points charted."""
    sessions = ["patient,session_no,day,a,b\n"]
    scores = ["patient,day,pcl5\n"]
    for number in range(30 * 6):
        patient, day = f"P{number // 6 * 7 % 31}", number % 6 * 4
        sessions.append(f"{patient},{number % 6 + 1},{day + 1},{number * 618 % 1000 // 500},{number * 755 % 7}\n")
        scores.append(f"{patient},{day},{60 - 5 * (number % 6) + number * 570 % 13}\n")
    known, factors = Patients(), [Factor("a"), Factor("b", FactorKind.AMOUNT)]
    held = read_sessions(sessions, Path("sessions.csv"), factors, known)
    linked = link_columns(held, read_scores(scores, Path("scores.csv"), known)[0])
    reviewed = review_links(linked, ["a", "b"])
    points = tuple(float(number * 618 % 17) for number in range(30))
    return repr(
        [
            views_link.as_data(reviewed),
            views_link.in_words(reviewed),
            simulate(Scenario.ALL, patients=12, sets=3, effect=-3.0, seed=1),
            chart(ChartCase(ChartKind.XMR, points)),
        ]
    )


def _form(day: int, total: int, missing: int = 0) -> CourseForm:
    answers = tuple(total // 20 + (n < total % 20) for n in range(20 - missing))
    form = Form((*answers, *[NoAnswer.MISSING] * missing), Recall.WEEK, BEGUN_MS + day * DAY)
    return CourseForm(f"form {day}", form)


def _session(number: int, day: int, lighting: str, taps: dict[str, int]) -> CourseSession:
    usual = Setting({"lighting": "dim", "eye_shades": "throughout", "touch": "none"})
    return CourseSession(
        session_id=f"session {number}",
        visit_no=number,
        started_ms=BEGUN_MS + day * DAY,
        planned=steady(40),
        actual=steady(40),
        room="room 1",
        usual=usual,
        setting=Setting({**usual.values, "lighting": lighting}),
        taps=taps,
        note="said the cello felt like home",
        playlist="montreal-40",
        marks=(CourseMark("onset", 9 * MINUTE), CourseMark("voice", 22 * MINUTE, "the water")),
        music_acts=number,
    )


def _course() -> PatientCourse:
    return PatientCourse(
        code="K-0417",
        simulated=True,
        zone=ZONE,
        forms=(_form(-1, 51), _form(5, 44), _form(9, 38), _form(12, 30, missing=2), _form(16, 40), _form(19, 33)),
        sessions=(
            _session(1, 0, "dim", {"liking": 7, "safety": 8}),
            _session(2, 3, "dark", {"liking": 3}),
            _session(3, 7, "bright", {"safety": 9, "openness": 0, "liking": 6}),
            _session(4, 17, "dim", {}),
        ),
        origin=Origin(head="5e" * 32, events=412, program="setsetting"),
    )


WORK: dict[str, Callable[[], bytes | str]] = {
    work.__name__: work
    for work in (
        plan_a_session,
        time_an_infusion,
        describe_a_course,
        report_on_a_patient,
        estimate_a_setting,
        chain_an_event,
    )
}

if __name__ == "__main__":
    for name, work in WORK.items():
        done = work()
        sys.stdout.write(f"{name} {hashlib.sha256(done if isinstance(done, bytes) else done.encode()).hexdigest()}\n")
