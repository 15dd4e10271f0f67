"""Acts on soundscapes: built from a playlist, tonight's infusion and the record; shown, checked, rendered."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from setsetting.audio.encode import SOUND_ENDINGS
from setsetting.audio.render import Rendered
from setsetting.audio.render import render as render_mix
from setsetting.clinical.infusion import steady
from setsetting.desk.clinic import Clinic, folder_of, open_clinic
from setsetting.desk.meeting import unmet
from setsetting.desk.shelf import find
from setsetting.desk.there import of_what_is_there
from setsetting.desk.voices import named_by
from setsetting.desk.wishes import wishes_of
from setsetting.desk.written import refuse_unwritable
from setsetting.errors import Refused, SetSettingError, UsageError
from setsetting.library.catalogue import digest_of_tracks
from setsetting.library.track import Track
from setsetting.machine import files
from setsetting.progress import Report, Say, silent, unheard
from setsetting.record import plan_rows, rows
from setsetting.record.kinds import SoundscapeSaved
from setsetting.record.sound import refuse_edited
from setsetting.session.preflight import file_troubles
from setsetting.soundscape.check import check as check_items
from setsetting.soundscape.check_soundscape import check_soundscape, refuse
from setsetting.soundscape.compose import Composed, compose
from setsetting.soundscape.file import digest_of_file, from_json, plan_to_json, to_json
from setsetting.soundscape.instance import parse_instance
from setsetting.soundscape.loosening import Loosening, loosen
from setsetting.soundscape.planner import Plan, plan
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.refusal import Infeasible, Meanwhile
from setsetting.soundscape.soundscape import Digests, Soundscape
from setsetting.soundscape.staleness import digest_of_wishes, stale
from setsetting.soundscape.to_mix import to_mix
from setsetting.soundscape.windows import check_timed, resolve
from setsetting.soundscape.wishes import NO_WISHES, Wishes, refusing
from setsetting.units import Frames, Minutes, frames_from_ms, ms_from_minutes
from setsetting.words.numbers import clock
from setsetting.words.translate import _

__all__ = ["Composed", "Infeasible", "build", "check", "load", "render", "save", "show", "solve"]


@dataclass(frozen=True, slots=True)
class ShownSoundscape:
    """A soundscape with the library's tracks and the rules it does not keep; none of them where no clinic is named.

    `words` are what its length left out, moved or stretched, where its playlist still is what it was made from.
    """

    soundscape: Soundscape
    tracks: Mapping[str, Track]
    broken: tuple[str, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedSoundscape:
    """`broken` are rules that are not kept; `stale` is what has changed since it was made.

    Without a clinic folder only the file's shape could be looked at, and `against_rules` is False.
    """

    broken: tuple[str, ...]
    stale: tuple[str, ...]
    against_rules: bool = True


def build(
    clinic: Clinic,
    playlist_name: str,
    minutes: Minutes,
    code: str | None = None,
    *,
    seed: int = 0,
    loosened: Mapping[str, str] | None = None,
    report: Report = silent,
    meanwhile: Meanwhile = lambda _refused: None,
) -> Composed:
    """Plan tonight's soundscape; raises Infeasible, with the phase, the rule and what would help, when nothing fits.

    A plan that is hard to find, or what would help where there is none, takes seconds; they are reported, and the
    refusal is told `meanwhile` with what is found to help so far.
    """
    loosening = loosen(loosened or {})
    infusion = steady(minutes)
    playlist, _text = find(clinic.folder, playlist_name)
    check_timed(playlist)
    tracks = clinic.tracks()
    if not tracks:
        with clinic.catalogue() as catalogue:
            raise Refused(catalogue.why_empty())
    wishes, digest = _wishes(clinic, code), digest_of_tracks(tracks)
    with clinic.catalogue() as catalogue:
        usable = catalogue.usable(tracks)
    prompts = named_by(clinic, playlist)

    def of(there: Sequence[Track], told: Meanwhile) -> Composed:
        return compose(
            playlist,
            infusion,
            there,
            wishes,
            library_digest=digest,
            prompts=prompts,
            loosening=loosening,
            seed=seed,
            report=report,
            meanwhile=told,
        )

    built = of_what_is_there(clinic, usable, of, meanwhile)
    misspelt = [tag.words for tag in unmet(playlist, tracks) if tag.near or tag.field == "tags_any"]
    return replace(built, words=(*built.words, *misspelt))


def save(clinic: Clinic, soundscape: Soundscape, out: Path | None, *, replace: bool, code: str | None = None) -> Path:
    """Write a soundscape that keeps every rule, this patient's too, into soundscapes/ unless named."""
    refuse(judged(clinic, soundscape, code).broken)
    content = to_json(soundscape)
    if out is not None:
        refuse_unwritable(out, replace=replace, clinic=clinic, code=code)
    if code is not None:  # before the file is there, so that no other patient's replaces it
        with clinic.record() as record:
            patient_id, sha256 = rows.patient(record, code).named_id, digest_of_file(content)
            record.append("soundscape.saved", SoundscapeSaved(patient_id=patient_id, sha256=sha256))
    if out is not None:
        files.write_whole(out, content, replace=replace)
        return out
    folder = files.private_dir(clinic.folder / "soundscapes")
    path = files.next_numbered(folder, f"{soundscape.playlist}-{soundscape.minutes:g}", ".json")
    files.write_whole(path, content, replace=False)
    return path


def load(path: Path) -> Soundscape:
    """Read a soundscape file strictly."""
    return from_json(files.read_text(path).encode(), path)


def show(named: Path | None, path: Path, code: str | None = None) -> ShownSoundscape:
    """A soundscape with titles from the clinic's library, where there is one, and what of it is refused by now."""
    soundscape = load(path)
    if folder_of(named) is None and code is None:
        return ShownSoundscape(soundscape, {}, ())
    clinic = open_clinic(named)
    broken = judged(clinic, soundscape, code, file=path).broken
    return ShownSoundscape(soundscape, _tracks(clinic), broken, _timed_words(clinic, soundscape))


def _timed_words(clinic: Clinic, soundscape: Soundscape) -> tuple[str, ...]:
    """What the length of the infusion left out, moved or stretched."""
    try:
        playlist, _text = find(clinic.folder, soundscape.playlist)
        if playlist.loop or playlist.digest != soundscape.digests.playlist:
            return ()
        return resolve(playlist, steady(soundscape.minutes), Loosening(soundscape.loosened)).words
    except SetSettingError:  # what is wrong with the playlist is among what is broken
        return ()


def check(named: Path | None, path: Path, code: str | None = None, say: Say = unheard) -> CheckedSoundscape:
    """Check every rule of a file again, with what a patient refuses and has heard; outside a clinic, its shape."""
    soundscape = load(path)
    if folder_of(named) is None and code is None:
        return CheckedSoundscape((), (), against_rules=False)
    clinic = open_clinic(named, say=say)
    checked = judged(clinic, soundscape, code)
    return replace(checked, broken=(*checked.broken, *_file_troubles(soundscape, _tracks(clinic))))


def _file_troubles(soundscape: Soundscape, tracks: Mapping[str, Track]) -> list[str]:
    """What keeps the files of its tracks from being played; a track that the library lacks is for the rules to name."""
    planned = dict.fromkeys(cue.track_id for cue in soundscape.cues if cue.track_id and cue.track_id in tracks)
    return [words for track_id in planned for words in file_troubles(tracks[track_id])]


def judged(
    clinic: Clinic, soundscape: Soundscape, code: str | None = None, *, file: Path | None = None
) -> CheckedSoundscape:
    """Ask every rule of a soundscape, with code that the planner shares nothing with, and what has changed since.

    Asked again whenever it is shown, written, accepted, rendered or played. Where no patient is named, those that the
    `file` it was read from was made for still refuse in it what they refuse.
    """
    wishes = _refusals(clinic, soundscape, file) if file is not None and code is None else _wishes(clinic, code)
    tracks = clinic.tracks()
    try:
        playlist, _text = find(clinic.folder, soundscape.playlist)
        check_timed(playlist)
    except SetSettingError as error:
        return CheckedSoundscape((str(error),), ())
    now = Digests(playlist.digest, digest_of_tracks(tracks), digest_of_wishes(wishes))
    infusion, unchanged = steady(soundscape.minutes), now == soundscape.digests
    with clinic.catalogue() as catalogue:
        said_now = catalogue.as_files_say(tracks, {cue.track_id for cue in soundscape.cues if cue.track_id})
    prompts = named_by(clinic, playlist)
    broken = check_soundscape(soundscape, said_now, playlist, infusion, wishes, unchanged=unchanged, prompts=prompts)
    if code is None:
        now = replace(now, wishes=soundscape.digests.wishes)
    return CheckedSoundscape(broken, stale(soundscape, now))


def stale_since(clinic: Clinic, soundscape: Soundscape, code: str) -> bool:
    """Whether playlist, library or the patient's wishes are others than a soundscape was made from; no rule is asked."""
    playlist, _text = find(clinic.folder, soundscape.playlist)
    now = Digests(playlist.digest, digest_of_tracks(clinic.tracks()), digest_of_wishes(_wishes(clinic, code)))
    return now != soundscape.digests


def kept(clinic: Clinic, code: str) -> list[tuple[Path, Soundscape]]:
    """The soundscapes in soundscapes/ that are this patient's or nobody's, the newest first, and the accepted one."""
    found = []
    with clinic.record() as record:
        patient_id = rows.patient(record, code).patient_id
        paths = {*(clinic.folder / "soundscapes").glob("*.json")}
        if (accepted := plan_rows.plan(record, patient_id)) is not None:
            paths.add(clinic.folder / accepted.file)  # it may lie anywhere
        for path in sorted(filter(Path.is_file, paths), key=_age, reverse=True):
            with suppress(SetSettingError):  # a broken file is no choice; `soundscape check` says what is wrong with it
                soundscape, sha256 = load(path), digest_of_file(path.read_bytes())
                if rows.whose_soundscape(record, sha256) <= {patient_id}:
                    found.append((path, soundscape))
    return found


def _age(path: Path) -> tuple[float, str]:
    return path.stat().st_mtime, path.name


def render(
    clinic: Clinic,
    path: Path,
    out: Path,
    stretch: tuple[Minutes, Minutes] | None,
    report: Report,
    *,
    replace: bool,
    code: str | None = None,
) -> Rendered:
    """Mix a soundscape that keeps every rule, this patient's too, or some minutes of its clock, to a FLAC or WAV file."""
    refuse_rendering(clinic, path, out, replace=replace)
    soundscape, tracks = load(path), _tracks(clinic)
    refuse(judged(clinic, soundscape, code, file=path).broken)
    prompts = named_by(clinic, find(clinic.folder, soundscape.playlist)[0])
    mix = to_mix(soundscape, tracks, clinic.settings.rate_hz, prompts)
    if troubles := _file_troubles(soundscape, tracks):
        raise Refused(" ".join([*troubles, _("Scan the library and build the soundscape again.")]))
    first, last = Frames(0), mix.frames
    if stretch is not None:
        first, last = (
            min(mix.frames, max(Frames(0), frames_from_ms(ms_from_minutes(minute) - soundscape.start_ms, mix.rate_hz)))
            for minute in stretch
        )
        if first >= last:
            raise UsageError(
                _("--minutes lies outside the soundscape, which runs from {first} to {last}.").format(
                    first=clock(soundscape.start_ms), last=clock(soundscape.end_ms)
                )
            )
    return render_mix(mix, out, replace=replace, report=report, from_frame=first, to_frame=last)


def refuse_rendering(clinic: Clinic, path: Path, out: Path, *, replace: bool) -> None:
    """Refuse a name of a rendering, by its ending or by what lies there, before anything is asked or mixed."""
    refuse_unwritable(out, replace=replace, clinic=clinic, source=path, sound=True, endings=SOUND_ENDINGS)


def solve(instance_path: Path, out: Path, *, replace: bool, report: Report = silent) -> Plan:
    """Plan a bare instance and write the plan, once the check has nothing against it; raises Infeasible."""
    refuse_unwritable(out, replace=replace, source=instance_path)
    instance = parse_instance(files.read_text(instance_path).encode(), instance_path)
    solved = plan(Problem(instance), report)
    refuse(check_items(instance, solved.items).broken)
    files.write_whole(out, plan_to_json(instance.name, solved.cost, solved.bound, solved.items), replace=replace)
    return solved


def _wishes(clinic: Clinic, code: str | None) -> Wishes:
    """What a patient's record asks of the music; nothing where no patient is named."""
    if code is None:
        return NO_WISHES
    with clinic.record() as record:
        return wishes_of(clinic, record, rows.patient(record, code).patient_id)


def _refusals(clinic: Clinic, soundscape: Soundscape, path: Path) -> Wishes:
    """The vetoes, and nothing else, of every patient for whom this soundscape was kept, accepted or played: as its file
    is, or as the program writes it."""
    written = digest_of_file(path.read_bytes()), digest_of_file(to_json(soundscape))
    with clinic.record() as record:
        owners = frozenset[str]().union(*(rows.whose_soundscape(record, sha256) for sha256 in written))
        for owner in owners:
            refuse_edited(record, owner)
        vetoes = {(veto.what, veto.value) for owner in owners for veto in rows.vetoes(record, owner)}
    if not vetoes:
        return NO_WISHES
    with clinic.catalogue() as catalogue:
        asked = refusing(vetoes).over(catalogue.recordings(), catalogue.tracks())
    return replace(asked, of_a_patient=False)


def _tracks(clinic: Clinic) -> dict[str, Track]:
    return {track.id: track for track in clinic.tracks()}
