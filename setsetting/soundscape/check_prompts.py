"""The prompts of a soundscape judged, by code that shares nothing with what places them.

Each is one that the playlist names, stands where it says, is the file that is there now, ends before its phase does, is
no louder over the lowered music than the phase lets music rise, and speaks alone. None is missing whose phase is there.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

from setsetting.clinical.infusion import Infusion
from setsetting.library.prompt import Prompt
from setsetting.soundscape.check import forbidden
from setsetting.soundscape.check_instance import own_instance, own_second
from setsetting.soundscape.instance import Instance, PhaseWindow
from setsetting.soundscape.playlist import Playlist
from setsetting.soundscape.playlist_prompt import PlaylistPrompt
from setsetting.soundscape.soundscape import VoiceCue
from setsetting.soundscape.wishes import NO_WISHES
from setsetting.units import Dbtp, Milliseconds, Seconds, db_from_lu, db_from_mdb, ms_from_s
from setsetting.words.numbers import clock
from setsetting.words.translate import _

_ROUNDED_DB = 2e-3


def check_prompts(
    prompts: Sequence[VoiceCue], playlist: Playlist, infusion: Infusion, instance: Instance, known: Mapping[str, Prompt]
) -> Iterator[str]:
    """What is wrong with the prompts of a whole plan; `instance` has its phases on the clock, `known` the files by name."""
    yield from check_each(prompts, playlist, infusion, instance, known)
    said = {cue.prompt for cue in prompts}
    phases = {window.name for window in instance.protocol.phases}
    for prompt in playlist.prompts:
        if prompt.called not in said and (prompt.at.phase is None or prompt.at.phase in phases):
            yield _("The prompt {name} of the playlist is missing; build it again.").format(name=prompt.called)


def against(
    prompts: Sequence[VoiceCue],
    playlist: Playlist,
    infusion: Infusion,
    loosened: Sequence[tuple[str, str]],
    known: Mapping[str, Prompt],
) -> tuple[str, ...]:
    """What is wrong with prompts that come by an infusion as it is now; raises Refused where no phase has room in it."""
    instance = own_instance(playlist, infusion, (), NO_WISHES, loosened)
    return tuple(check_each(prompts, playlist, infusion, instance, known))


def check_each(
    prompts: Sequence[VoiceCue], playlist: Playlist, infusion: Infusion, instance: Instance, known: Mapping[str, Prompt]
) -> Iterator[str]:
    """What is wrong with each of these prompts, whichever of the playlist's they are."""
    written = {prompt.called: prompt for prompt in playlist.prompts}
    quiet_from = None
    said = set[str]()
    for cue in sorted(prompts, key=lambda each: each.start_ms):
        where = _("The prompt {name} at {time}").format(name=cue.prompt, time=clock(cue.start_ms))
        if quiet_from is not None and cue.start_ms < quiet_from:
            yield _("{where} begins while another sounds.").format(where=where)
        quiet_from = max(quiet_from or cue.end_ms, cue.end_ms)
        prompt = written.get(cue.prompt)
        if prompt is None or cue.prompt in said:
            yield _("{where} is not one that the playlist names there.").format(where=where)
            continue
        said.add(cue.prompt)
        file = known.get(prompt.file)
        if file is None:
            words = _("{where}: {file!r} is not in the clinic's folder `voice`, or cannot be played.")
            yield words.format(where=where, file=prompt.file)
        elif file.id != cue.track_id or file.length_ms != cue.length_ms:
            words = _("{where}: {file!r} is another recording by now; build it again.")
            yield words.format(where=where, file=prompt.file)
        else:
            ceiling = playlist.weights.true_peak_ceiling_dbtp
            if file.named is not None:
                for rule in forbidden(file.id, file.named, instance.patient, file.named.holds):
                    words = _("{where}: {rule}; name another recording in the playlist, or none.")
                    yield words.format(where=where, rule=rule)
            wrong = (*_placed(cue, prompt, infusion, instance), *_loud(cue, file, instance, ceiling))
            yield from (f"{where} {words}" for words in wrong)


def _placed(cue: VoiceCue, prompt: PlaylistPrompt, infusion: Infusion, instance: Instance) -> Iterator[str]:
    """What is wrong with its time, and with how far the music is lowered."""
    windows = {window.name: window for window in instance.protocol.phases}
    planned_s = _planned_s(prompt, windows, infusion)
    if planned_s is None or ms_from_s(planned_s) != cue.start_ms:
        yield _("is not to begin then.")
    phase = windows.get(cue.phase)
    until_ms = Milliseconds(0) if phase is None else _until_ms(phase, instance)
    if phase is None or not ms_from_s(phase.from_s) <= cue.start_ms < cue.end_ms <= until_ms:
        yield _("does not lie in {phase}, which ends at {end}.").format(phase=cue.phase, end=clock(until_ms))
    if abs(db_from_mdb(cue.lowers_mdb) - prompt.lowers_db) > _ROUNDED_DB:
        yield _("lowers the music otherwise than the playlist says.")


def _loud(cue: VoiceCue, file: Prompt, instance: Instance, ceiling: Dbtp) -> Iterator[str]:
    """How it stands above the music that it lowers."""
    gain_db, lowers_db = db_from_mdb(cue.gain_mdb), db_from_mdb(cue.lowers_mdb)
    for phase in (window for window in instance.protocol.phases if window.name == cue.phase):
        rises_db = db_from_lu(file.loudest_lufs - phase.lufs) + gain_db - lowers_db
        if rises_db > db_from_lu(phase.startle_max_lu) + _ROUNDED_DB:
            yield _("stands further above the lowered music than {phase} lets music rise.").format(phase=phase.name)
    together = _amplitude(ceiling) * _amplitude(Dbtp(lowers_db)) + _amplitude(file.true_peak_dbtp + gain_db)
    if together > _amplitude(ceiling) * (1 + 1e-3):
        yield _("and the lowered music come above {most:g} dBTP.").format(most=ceiling)


def _planned_s(prompt: PlaylistPrompt, windows: Mapping[str, PhaseWindow], infusion: Infusion) -> Seconds | None:
    at = prompt.at
    if at.phase is None:
        return own_second(at, infusion)
    if at.phase not in windows:
        return None
    return Seconds(windows[at.phase].from_s + (at.seconds if at.seconds is not None else round(60 * (at.minutes or 0))))


def _until_ms(phase: PhaseWindow, instance: Instance) -> Milliseconds:
    later = [window.from_s for window in instance.protocol.phases if window.from_s > phase.from_s]
    return ms_from_s(min(later, default=Seconds(instance.protocol.end_s + instance.protocol.spare_s)))


def _amplitude(db: Dbtp) -> float:
    return math.pow(10.0, db / 20)
