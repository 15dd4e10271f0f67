"""Acts on the plan of a patient's next visit: a soundscape accepted for it, and whether it still holds.

A plan is the file that was accepted, byte for byte. It is played by the visit that is started without naming another
one, and is used up by that. What changed since is said in words; a plan that differs is never mended in silence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from setsetting.clinical.free_text import reason_given
from setsetting.desk import shelf
from setsetting.desk.clinic import Clinic
from setsetting.desk.plan import NO_PLAN, PatientPlan, PlanChange, PlanState
from setsetting.desk.voices import named_by
from setsetting.desk.wishes import told, told_of_all, wishes_of
from setsetting.errors import NotFound, Refused, SetSettingError
from setsetting.library.catalogue import digest_of_tracks
from setsetting.library.track import Track
from setsetting.machine import files
from setsetting.progress import Say, unheard
from setsetting.record import plan_rows, rows
from setsetting.record.kinds import CorrectionUndone, SoundscapeAccepted
from setsetting.record.plan_rows import PlanRow
from setsetting.session.inputs import RESCUE, SessionInputs, against
from setsetting.soundscape.check_soundscape import refuse
from setsetting.soundscape.file import digest_of_file, from_json, to_json
from setsetting.soundscape.soundscape import Digests, Soundscape
from setsetting.soundscape.staleness import SINCE_ACCEPTED, changed, digest_of_wishes
from setsetting.units import Minutes, minutes_from_ms, ms_from_minutes
from setsetting.words.translate import _


def accept(clinic: Clinic, path: Path, code: str, *, say: Say = unheard) -> PatientPlan:
    """Make a soundscape file the plan of a patient's next visit; refuses, with rule and cue, what no session starts.

    What merely differs from when it was made is said; from now on it is compared with what stands now.
    """
    from setsetting.session.preparing import (
        hold,  # loads the planner, which a plan that is only looked at has no need of
    )

    body = files.read_text(path)
    soundscape = from_json(body.encode(), path)
    known = inputs(clinic, code, soundscape)
    held = hold(soundscape, known)
    refuse(held.against)
    for finding in held.findings:
        say(finding.words)
    payload = SoundscapeAccepted(
        patient_id=known.patient.named_id,
        sha256=digest_of_file(body.encode()),
        file=_name(clinic, path),
        playlist=soundscape.playlist,
        infusion_ms=ms_from_minutes(soundscape.minutes),
        seed=soundscape.seed,
        playlist_digest=known.playlist[0].digest,
        library_digest=known.library_digest,
        wishes_digest=digest_of_wishes(known.wishes),
    )
    with clinic.record() as record, record.whole():
        record.append("soundscape.accepted", payload)
    return show(clinic, code)


def unaccept(clinic: Clinic, code: str, reason: str) -> PatientPlan:
    """Take the acceptance of a patient's plan back, with a reason; the one before it stands again, where there is one."""
    reason = reason_given(reason)
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        if (accepted := plan_rows.plan(record, patient.patient_id)) is None:
            raise NotFound(_("No soundscape is accepted for the next visit of {code}.").format(code=patient.code))
        undone = CorrectionUndone(reason=reason)
        record.append("correction.undone", undone, corrects=accepted.event_id, subject=patient.patient_id)
    return show(clinic, code)


def show(clinic: Clinic, code: str) -> PatientPlan:
    """A patient's plan, with every rule asked again: of this patient, the library, and files that are not as scanned."""
    with clinic.record() as record:
        patient = rows.patient(record, code)
        accepted = plan_rows.plan(record, patient.patient_id)
        wishes = told(record, patient.patient_id)
    if accepted is None:
        return replace(NO_PLAN, code=patient.code)
    compared = replace(_Comparison(clinic).of(accepted, digest_of_wishes(wishes)), code=patient.code)
    if PlanChange.GONE in compared.changes or PlanChange.FILE in compared.changes:
        return compared
    try:
        soundscape = _read(clinic, accepted)[1]
        refused = against(soundscape, inputs(clinic, code, soundscape))
    except SetSettingError as error:
        refused = (str(error),)
    if not refused:
        return compared
    return replace(compared, changes=(*compared.changes, PlanChange.REFUSED), reasons=(*compared.reasons, *refused))


def listing(clinic: Clinic) -> dict[str, PatientPlan]:
    """Every plan that waits, by the patient's code, as far as digests and the stamps of its files tell.

    Where nothing it was made from has changed, its rules hold as when it was accepted; they are asked again only of one
    with a file that is not as it was scanned.
    """
    with clinic.record() as record:
        accepted = plan_rows.plans(record)
        if not accepted:
            return {}
        now, wishes = _Comparison(clinic), told_of_all(record, accepted)
        found = {
            patient.code: now.of(accepted[patient.patient_id], digest_of_wishes(wishes[patient.patient_id]))
            for patient in rows.patients(record)
            if patient.patient_id in accepted
        }
    return found | {code: show(clinic, code) for code in _with_changed_files(clinic, found, now.tracks)}


def _with_changed_files(clinic: Clinic, found: Mapping[str, PatientPlan], tracks: Iterable[Track]) -> tuple[str, ...]:
    """Those whose plan is ready but for a file that is missing or was written to since its scan."""
    used = {
        code: {cue.track_id for cue in _read(clinic, plan.accepted)[1].cues}
        for code, plan in found.items()
        if plan.accepted is not None and plan.state is PlanState.READY
    }
    every = set().union(*used.values())
    with clinic.catalogue() as catalogue:
        changed = catalogue.not_as_scanned(track for track in tracks if track.id in every)
    return tuple(code for code, ids in used.items() if ids & changed)


def has(clinic: Clinic, code: str) -> bool:
    """Whether a plan waits for a patient's next visit, in whatever state it is."""
    with clinic.record() as record:
        return plan_rows.plan(record, rows.patient(record, code).patient_id) is not None


def settings_of(clinic: Clinic, code: str) -> tuple[str, Minutes, int, tuple[tuple[str, str], ...]] | None:
    """Playlist, minutes, seed and loosenings of a patient's plan, to build on; None where there is none."""
    with clinic.record() as record:
        accepted = plan_rows.plan(record, rows.patient(record, code).patient_id)
    if accepted is None:
        return None
    loosened = () if _file_troubles(clinic, accepted) else _read(clinic, accepted)[1].loosened
    return accepted.playlist, minutes_from_ms(accepted.infusion_ms), accepted.seed, loosened


def accepted_as(clinic: Clinic, soundscape: Soundscape, code: str) -> Path | None:
    """The file of a patient's plan where it is this very soundscape."""
    with clinic.record() as record:
        accepted = plan_rows.plan(record, rows.patient(record, code).patient_id)
    same = accepted is not None and accepted.sha256 == digest_of_file(to_json(soundscape))
    return path_of(clinic, accepted) if same and accepted and not _file_troubles(clinic, accepted) else None


def waiting(clinic: Clinic, code: str) -> tuple[Path, str]:
    """The file of a patient's plan and its text, to be played; refuses where there is none or it is another by now."""
    with clinic.record() as record:
        patient = rows.patient(record, code)
        accepted = plan_rows.plan(record, patient.patient_id)
    if accepted is None:
        raise NotFound(
            _(
                "No soundscape is accepted for the next visit of {code}: accept one with "
                "`setsetting soundscape accept FILE --patient {code}`, or name it with --soundscape."
            ).format(code=patient.code)
        )
    if troubles := _file_troubles(clinic, accepted):
        raise Refused(" ".join(troubles.values()))
    return path_of(clinic, accepted), _read(clinic, accepted)[0]


def inputs(clinic: Clinic, code: str, soundscape: Soundscape) -> SessionInputs:
    """Gather what a session is prepared from, and a plan for it is held against."""
    with clinic.record() as record:
        patient = rows.patient(record, code)
        earlier = [row for row in rows.sessions(record, patient.patient_id) if row.counts]
        wishes = wishes_of(clinic, record, patient.patient_id)
    playlist, rescue = shelf.find(clinic.folder, soundscape.playlist), shelf.find(clinic.folder, RESCUE)
    scanned = clinic.tracks()
    with clinic.catalogue() as catalogue:
        stamps = catalogue.as_scanned(scanned)
        own = {cue.track_id for cue in soundscape.cues if cue.track_id}
        said_now = catalogue.as_files_say(scanned, own, sheets=True)  # what it may turn to later too
    tracks = {track.id: track for track in said_now}
    return SessionInputs(
        patient,
        earlier,
        wishes,
        tracks,
        digest_of_tracks(scanned),
        playlist,
        rescue,
        frozenset(tracks) - stamps.keys(),
        named_by(clinic, playlist[0]),
        stamps,
    )


def path_of(clinic: Clinic, accepted: PlanRow) -> Path:
    """Where a plan's file lies."""
    return clinic.folder / accepted.file


def _name(clinic: Clinic, path: Path) -> str:
    """A file by its place in the clinic folder, which may be moved; elsewhere by its whole path."""
    placed = path.parent.resolve() / path.name
    return str(placed.relative_to(clinic.folder) if placed.is_relative_to(clinic.folder) else placed)


def _read(clinic: Clinic, accepted: PlanRow) -> tuple[str, Soundscape]:
    path = path_of(clinic, accepted)
    body = files.read_text(path)
    return body, from_json(body.encode(), path)


def _file_troubles(clinic: Clinic, accepted: PlanRow) -> dict[PlanChange, str]:
    """What became of a plan's file since it was accepted; nothing where it is the same."""
    try:
        body = files.read_text(path_of(clinic, accepted))
    except NotFound:
        return {
            PlanChange.GONE: _("{file} is gone since it was accepted; build and accept another.").format(
                file=accepted.file
            )
        }
    except SetSettingError as error:
        return {PlanChange.FILE: str(error)}
    if digest_of_file(body.encode()) != accepted.sha256:
        return {
            PlanChange.FILE: _("{file} has changed since it was accepted; accept it again.").format(file=accepted.file)
        }
    return {}


class _Comparison:
    """Plans against what is there now; the library is digested once, and each playlist."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic
        self.tracks = clinic.tracks()
        self._library = digest_of_tracks(self.tracks)
        self._playlists: dict[str, str] = {}

    def of(self, accepted: PlanRow, wishes_digest: str) -> PatientPlan:
        found = _file_troubles(self._clinic, accepted)
        then = Digests(accepted.playlist_digest, accepted.library_digest, accepted.wishes_digest)
        now = Digests(self._playlist(accepted.playlist), self._library, wishes_digest)
        for name, words in changed(accepted.playlist, then, now, SINCE_ACCEPTED).items():
            found[PlanChange(name)] = words
        return PatientPlan(accepted, tuple(found), tuple(found.values()))

    def _playlist(self, name: str) -> str:
        if name not in self._playlists:
            try:
                self._playlists[name] = shelf.find(self._clinic.folder, name)[0].digest
            except SetSettingError:  # gone or broken: changed in any case
                self._playlists[name] = ""
        return self._playlists[name]
