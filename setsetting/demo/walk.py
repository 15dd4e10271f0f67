"""The demo: a clinic from nothing, by the same acts of the desk that real work uses.

It synthesises audio files, and everything after that (scan, patients, forms, sessions, soundscape, render,
session, report) goes through the desk. Patients are simulated and marked so; their earlier sessions are
entered afterwards, as from paper, so nothing counts as heard.
"""

import itertools
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import timedelta
from pathlib import Path

from setsetting.clinical.setting_file import parse_setting
from setsetting.demo import clips, music
from setsetting.demo.patients import USUAL, SimulatedPatient, simulated_patients
from setsetting.desk import clinic as clinics
from setsetting.desk import closing, forms, library, patients, reports, rooms, sessions, soundscapes
from setsetting.desk.clinic import Clinic
from setsetting.errors import AlreadyExists
from setsetting.library.track import Track
from setsetting.machine import clock, files
from setsetting.progress import Report, Say, Step
from setsetting.soundscape.refusal import Infeasible
from setsetting.units import Minutes
from setsetting.views import library as views
from setsetting.views import session as views_session
from setsetting.words.translate import _

NAME = "setsetting-demo"
PLAYLIST = "montreal-40"
MINUTES = Minutes(40)
RENDERED_MIN = (Minutes(-10.0), Minutes(-7.0))
SCRIPT = """\
# minutes of the soundscape's clock, then the act
-2 mark voice
0 infusion-start
9 mark onset
18 infusion-pause
20 infusion-resume
24 duck
25 duck
30 mark peak
"""


def run(folder: Path | None, say: Say, report: Report) -> Path:
    """Make the demo in `folder` (else setsetting-demo here, numbered if taken); return the folder."""
    place = _free(folder)
    say(_("Making a demo clinic in {place}; it takes under a minute.").format(place=place))
    clinic = clinics.init(place)
    _make_music(clinic.folder / "music", report)
    scanned = library.scan(clinic, [clinic.folder / "music"], report)
    say(views.scan_in_words(scanned))
    _curate(clinic)
    now = clock.local(clinic.clock.utc_ms(), clinic.settings.zone)
    people = list(simulated_patients(now))
    usual, before = parse_setting(USUAL, Path("demo.toml")).setting, now.date() - timedelta(days=365)
    rooms.keep_usual(clinic, clinic.settings.rooms[0], usual, before)
    for number, plan in enumerate(people, 1):
        enter(clinic, plan)
        report(Step(number, len(people), _("simulated patients"), plan.code))
    code = people[1].code  # five infusions behind, the sixth today
    _show_refusal(clinic, say)
    composed = soundscapes.build(clinic, PLAYLIST, MINUTES, code)
    tonight = soundscapes.save(clinic, composed.soundscape, None, replace=False, code=code)
    for words in composed.words:
        say(words)
    excerpt = clinic.folder / "soundscapes" / "first-minutes.flac"
    soundscapes.render(clinic, tonight, excerpt, RENDERED_MIN, report, replace=False)
    _play(clinic, tonight, code, say)
    page = reports.patient(clinic, code, clinic.folder / "reports" / f"{code}.html", replace=False)
    for what, where in (
        (_("clinic folder"), place),
        (_("tonight's soundscape"), tonight),
        (_("its first minutes"), excerpt),
        (_("a report"), page),
    ):
        say(f"{what}: {where}")
    say(_("Everyone in it is simulated. Open it again with: setsetting --clinic {place}").format(place=place))
    return place


def _free(folder: Path | None) -> Path:
    if folder is not None:
        if folder.exists() and any(folder.iterdir()):
            raise AlreadyExists(_("{folder} is not empty; choose another --folder for the demo.").format(folder=folder))
        return folder
    names = itertools.chain([NAME], (f"{NAME}-{number}" for number in itertools.count(2)))
    return next(Path.cwd() / name for name in names if not (Path.cwd() / name).exists())


def _make_music(folder: Path, report: Report) -> None:
    """Synthesise the library on both cores; what takes longest first."""
    files.private_dir(folder)
    slow = sorted(music.RECIPES, key=lambda recipe: recipe.form in {"flac", "wav"})
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    report(Step(0, len(slow) + 2, _("synthesised tracks")))
    workers = min(4, os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        made = [pool.submit(make, folder) for make in (clips.make_bells, clips.make_startling)]
        made += [pool.submit(music.make, recipe, folder) for recipe in slow]
        for done, future in enumerate(as_completed(made), 1):
            report(Step(done, len(made), _("synthesised tracks"), future.result().name))


def _curate(clinic: Clinic) -> None:
    """What a curator would say after listening: nobody sings, but for a choir without words."""
    for track in library.listing(clinic):
        library.set_fields(
            clinic, track.id, {"lyrics": "wordless" if "choir" in track.tags else "none", **_heard(track)}
        )


def _heard(track: Track) -> dict[str, str]:
    """Beatless is easily heard; a measurement may not dare to say so of a swelling pad."""
    recipe = next((recipe for recipe in music.RECIPES if recipe.title == track.title), None)
    return {} if recipe is None or recipe.bpm is not None else {"beatless": "yes"}


def enter(clinic: Clinic, patient: SimulatedPatient) -> None:
    """Enter one patient as a clinic would from its papers."""
    patients.add(clinic, patient.code, simulated=True)
    for what, value in patient.vetoes:
        patients.veto(clinic, patient.code, what, value)
    for form in patient.forms:
        forms.add(clinic, patient.code, form.items, form.recall, form.taken, simulated=True)
    for held in patient.sessions:
        setting = parse_setting(held.setting, Path("demo.toml"))
        closing.add(clinic, patient.code, held.started, held.minutes, setting, simulated=True)


def _show_refusal(clinic: Clinic, say: Say) -> None:
    """Let the program say no once, so that people see how it does."""
    try:
        soundscapes.build(clinic, "first-gentle", MINUTES)
    except Infeasible as refused:
        say(_("For example, first-gentle: {why}").format(why=refused.sentence))


def _play(clinic: Clinic, soundscape: Path, code: str, say: Say) -> None:
    """Run a session in fast time, with marks, a pause and a duck, and close it."""
    script = clinic.folder / "soundscapes" / "demo-script.txt"
    files.write_whole(script, SCRIPT.encode(), replace=True)
    asked = sessions.SessionRequest(soundscape, code, output="fast", script=script, simulated=True, rehearsal=False)
    started = sessions.start(clinic, asked, say=say)
    sessions.stay(started.live, started.lines, say)
    row = closing.close(clinic, closing.prepare_close(clinic, started.session_id, say))
    say(views_session.closed_words(row))
