"""The lines of a preflight: each ready, to be looked at, or to be mended before anything sounds, with a sentence.

What is to be mended is what `session start` refuses, found by the same code, and nothing else is; what is only to be
looked at blocks nothing. What can't be looked at on this machine says so and is to be looked at; no line is left out.
Nothing here is a check of the patient.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from setsetting.clinical.agreements import Agreements, short_line
from setsetting.clinical.setting import field_named
from setsetting.library.track import Track
from setsetting.machine.power import Supply
from setsetting.player.job import AUTO, VIRTUAL
from setsetting.record.preflight_rows import CalibrationRow, HeardRow
from setsetting.session.preflight import title_of
from setsetting.session.preflight_line import Light, LineName, Mending, PreflightLine
from setsetting.session.preparing import HeldSoundscape
from setsetting.soundscape.soundscape import Soundscape
from setsetting.units import Milliseconds, Minutes, Seconds, ms_from_minutes, ms_from_s
from setsetting.words.numbers import day_number, day_text, local_text, minute_near, minutes_text
from setsetting.words.translate import _, count

LOW_DISK_BYTES = 1_000_000_000
"""Ours: a session writes some megabytes, and what else fills a disk does not ask."""
BUSY = 0.8
"""Ours: so much of the processors wanted by others leaves little for a re-timing."""


def ready(name: LineName, words: str, mending: Mending | None = None) -> PreflightLine:
    return PreflightLine(name, Light.READY, words, mending)


def look(name: LineName, words: str, mending: Mending | None = None) -> PreflightLine:
    return PreflightLine(name, Light.LOOK, words, mending)


def mend(name: LineName, words: str, mending: Mending | None = None) -> PreflightLine:
    return PreflightLine(name, Light.MEND, words, mending)


@dataclass(frozen=True, slots=True)
class OutputLook:
    """What is known of the output that was asked for; `device` is its name, `busy` who plays there already.

    `room` is the room that names it so; empty where it was asked for as a device. `opens` says that it opened when it was
    tried, or that it did not answer; None where it was not tried. `closed` is why it cannot be opened.
    """

    asked: str
    room: str = ""
    device: str = ""
    missing: str = ""
    busy: str = ""
    opens: bool | None = None
    closed: str = ""
    heard: HeardRow | None = None
    calibration: CalibrationRow | None = None


def of_output(found: OutputLook, now_ms: Milliseconds, zone: ZoneInfo) -> list[PreflightLine]:
    """Output, heard, both sides, calibration, alone."""
    names = (LineName.HEARD, LineName.SIDES, LineName.CALIBRATION, LineName.ALONE)
    if found.missing:
        unseen = _("not looked at: there is no output")
        return [mend(LineName.OUTPUT, found.missing, Mending.OUTPUT), *(look(name, unseen) for name in names)]
    if found.device in VIRTUAL:
        silent = _("nothing to be heard on a silent output")
        chosen = look(LineName.OUTPUT, _("{output}: silent, a rehearsal").format(output=found.device), Mending.OUTPUT)
        return [chosen, *(ready(name, silent) for name in names[:-1]), _alone(found)]
    return [_chosen(found), *_heard(found.heard, now_ms, zone), _calibrated(found.calibration, zone), _alone(found)]


def _chosen(found: OutputLook) -> PreflightLine:
    """How a device was chosen, and whether it opens."""
    if found.closed:
        return mend(LineName.OUTPUT, f"{found.device}: {found.closed}", Mending.OUTPUT)
    words = _("{device}, chosen by its name")
    if found.room:
        words = _("{output}: {device}, as rooms/{room}.toml says")
    if found.asked == AUTO:
        words = _("{device}: the machine's own choice as it is now; choosing it by name holds it")
    opened = _("it opens") if found.opens else _("not tried: a session plays there")
    if found.opens is False:
        opened = _("it did not answer when it was opened: try the test tone")
    light = look if found.asked == AUTO or not found.opens else ready
    chosen = words.format(output=found.asked, device=found.device, room=found.room)
    return light(LineName.OUTPUT, f"{chosen}; {opened}", Mending.OUTPUT)


def _heard(row: HeardRow | None, now_ms: Milliseconds, zone: ZoneInfo) -> tuple[PreflightLine, PreflightLine]:
    if row is None:
        never = _("no test tone was heard on it yet")
        return look(LineName.HEARD, never, Mending.TONE), look(LineName.SIDES, never)
    at = local_text(row.at_utc_ms, zone)
    sides = look(LineName.SIDES, _("left and right were not heard each on its own side, {at}").format(at=at))
    if row.left and row.right:
        sides = ready(LineName.SIDES, _("left and right, each on its own side, {at}").format(at=at))
    if not (row.left or row.right):
        return look(LineName.HEARD, _("the test tone was not heard, {at}").format(at=at), Mending.TONE), sides
    if day_number(row.at_utc_ms, zone) != day_number(now_ms, zone):
        return look(LineName.HEARD, _("last heard {at}, not today").format(at=at), Mending.TONE), sides
    return ready(LineName.HEARD, _("today, {at}").format(at=at), Mending.TONE), sides


def _calibrated(row: CalibrationRow | None, zone: ZoneInfo) -> PreflightLine:
    if row is None:
        words = _("not calibrated: how loud it is in dB(A) nobody has measured")
        return look(LineName.CALIBRATION, words, Mending.LEVEL)
    words = _("{dba:.1f} dB(A) for the reference noise, measured {day}")
    return ready(LineName.CALIBRATION, words.format(dba=row.dba, day=day_text(row.at_utc_ms, zone)), Mending.LEVEL)


def _alone(found: OutputLook) -> PreflightLine:
    if found.busy:
        return mend(LineName.ALONE, found.busy, Mending.OUTPUT)
    return ready(LineName.ALONE, _("no other session on this output; other programs can't be seen"))


def of_elsewhere(minutes: Minutes | None, refusal: str) -> list[PreflightLine]:
    """The lines of sound and music where the music comes from elsewhere; `refusal` is what keeps the session from starting."""
    nothing = _("nothing of this program sounds")
    chosen = _("from elsewhere, such as the patient's own device; nothing of this program sounds")
    plan = _("none is needed: the infusion is planned to last {minutes:g} min").format(minutes=minutes or 0)
    return [
        ready(LineName.OUTPUT, chosen, Mending.OUTPUT),
        look(LineName.HEARD, _("what comes from elsewhere can't be heard from here: try it by hand")),
        *(ready(name, nothing) for name in (LineName.SIDES, LineName.CALIBRATION, LineName.ALONE)),
        mend(LineName.PLAN, refusal, Mending.OUTPUT) if refusal else ready(LineName.PLAN, plan),
        *(ready(name, nothing) for name in (LineName.FILES, LineName.TO_THE_END)),
        look(LineName.GROUNDING, _("there is none at a key: what plays elsewhere is changed there")),
        look(LineName.ALL_ENDS, _("when it ends can't be seen from here: see that it lasts beyond the infusion")),
    ]


@dataclass(frozen=True, slots=True)
class MusicLook:
    """A soundscape held against tonight, or why there is none; `refusal` is what else keeps it from being started."""

    soundscape: Soundscape | None = None
    held: HeldSoundscape | None = None
    tracks: Mapping[str, Track] | None = None
    spare_ms: Milliseconds = Milliseconds(0)
    refusal: str = ""


def of_music(found: MusicLook) -> list[PreflightLine]:
    """Plan, files, to the end, grounding, all ends."""
    soundscape, held = found.soundscape, found.held
    if soundscape is None or held is None:
        unseen = _("not looked at: there is no plan to be played")
        names = (LineName.FILES, LineName.TO_THE_END, LineName.GROUNDING, LineName.ALL_ENDS)
        return [mend(LineName.PLAN, found.refusal, Mending.BUILD), *(look(name, unseen) for name in names)]
    files = [finding.words for finding in held.findings if finding.blocking and finding.of_file]
    rules = [finding.words for finding in held.findings if finding.blocking and not finding.of_file]
    differs = [finding.words for finding in held.findings if not finding.blocking]
    return [
        _plan([*rules, *held.broken] or ([] if files else list(filter(None, [found.refusal]))), differs, bool(files)),
        _files(files, soundscape, held),
        _to_the_end(soundscape, found.tracks or {}, held),
        _grounding(held),
        _all_ends(soundscape, found.spare_ms),
    ]


def _plan(broken: Sequence[str], differs: Sequence[str], unasked: bool) -> PreflightLine:
    if broken:
        return mend(LineName.PLAN, " ".join(broken), Mending.BUILD)
    if unasked:
        return look(LineName.PLAN, _("its rules are asked once its files are mended"), Mending.BUILD)
    if differs:
        return look(LineName.PLAN, " ".join((_("legal today."), *differs)), Mending.BUILD)
    return ready(LineName.PLAN, _("legal against the rules and refusals of today"))


def _files(troubles: Sequence[str], soundscape: Soundscape, held: HeldSoundscape) -> PreflightLine:
    if troubles:
        return mend(LineName.FILES, " ".join(troubles), Mending.BUILD)
    n = len({*_own(soundscape), *held.rescuers})
    return ready(LineName.FILES, count("{n} file is there and unchanged", "{n} files are there and unchanged", n))


def _own(soundscape: Soundscape) -> list[str]:
    return list(dict.fromkeys(cue.track_id for cue in soundscape.cues if cue.track_id))


def _to_the_end(soundscape: Soundscape, tracks: Mapping[str, Track], held: HeldSoundscape) -> PreflightLine:
    """The scan decoded each file to its last second, and its sound is still the same: so it does now."""
    own = [tracks[track_id] for track_id in _own(soundscape) if track_id in tracks]
    every = {track.id: track for track in (*own, *held.rescuers.values())}
    damaged = [f"{title_of(track)}: {track.damaged}" for track in every.values() if track.damaged]
    if damaged:
        return look(LineName.TO_THE_END, " ".join((_("the scan dropped pieces."), *damaged)), Mending.BUILD)
    words = count(
        "{n} file decodes to its last second, as its scan did",
        "{n} files decode to their last second, as their scan did",
        len(every),
    )
    return ready(LineName.TO_THE_END, words)


def _grounding(held: HeldSoundscape) -> PreflightLine:
    if not held.rescuers:
        return look(LineName.GROUNDING, _("no track of the library fits it; rescue plays a noise bed"))
    length_ms = ms_from_s(Seconds(sum(track.length_s for track in held.rescuers.values())))
    return ready(LineName.GROUNDING, _("{length} of music stand ready").format(length=minutes_text(length_ms)))


def _all_ends(soundscape: Soundscape, spare_ms: Milliseconds) -> PreflightLine:
    beyond_ms = soundscape.end_ms - ms_from_minutes(soundscape.minutes)
    words = _("minute {end}, {beyond} after the infusion; of that spare music: {spare}").format(
        end=minute_near(Milliseconds(soundscape.end_ms)),
        beyond=minute_near(Milliseconds(beyond_ms)),
        spare=minutes_text(spare_ms),
    )
    is_short = beyond_ms <= spare_ms or not spare_ms
    return look(LineName.ALL_ENDS, words, Mending.BUILD) if is_short else ready(LineName.ALL_ENDS, words)


def of_patient(
    agreed: Agreements, due: Iterable[str], unclosed: Iterable[str], second: str = ""
) -> list[PreflightLine]:
    """What was agreed, forms that are due and not filled, and sessions that nobody has closed; `second` blocks."""
    forms, left_open = " · ".join(due), " ".join(unclosed)
    words, is_agreed = short_line(agreed), None not in (agreed.touch, agreed.stop)
    return [
        ready(LineName.AGREED, words) if is_agreed else look(LineName.AGREED, words, Mending.AGREE),
        look(LineName.FORM, forms, Mending.FORM) if forms else ready(LineName.FORM, _("none is due")),
        mend(LineName.SESSIONS, second, Mending.CLOSE)
        if second
        else look(LineName.SESSIONS, left_open, Mending.CLOSE)
        if left_open
        else ready(LineName.SESSIONS, _("every earlier session is closed")),
    ]


def of_lot(field: str, value: str | None) -> list[PreflightLine]:
    """What is drawn by lot for the infusion: its value where it was shown, else that it is still to be shown."""
    label = field_named(field).label.casefold()
    if value is not None:
        return [ready(LineName.BY_LOT, f"{label}: {value}", Mending.DRAW)]
    return [look(LineName.BY_LOT, _("{label} is drawn, and was not shown yet").format(label=label), Mending.DRAW)]


@dataclass(frozen=True, slots=True)
class RecordLook:
    """`trouble` is why nothing can be written, `damage` what does not verify; `saved_ms` is when the newest copy was made."""

    trouble: str
    damage: str
    events: int
    free_bytes: int | None
    saved_ms: Milliseconds | None


def of_record(found: RecordLook, now_ms: Milliseconds, zone: ZoneInfo) -> list[PreflightLine]:
    """Writable, verified, disk, backup."""
    free = _("how much is free can't be seen")
    if found.free_bytes is not None:
        free = _("{gb:.1f} GB free").format(gb=found.free_bytes / 1e9)
    is_low = found.free_bytes is None or found.free_bytes < LOW_DISK_BYTES
    whole = count("the one entry is as it was written", "all {n} entries are as they were written", found.events)
    return [
        mend(LineName.WRITABLE, found.trouble)
        if found.trouble
        else ready(LineName.WRITABLE, _("the record and the folder of the session take what is written")),
        look(LineName.VERIFIED, found.damage) if found.damage else ready(LineName.VERIFIED, whole),
        look(LineName.DISK, free) if is_low else ready(LineName.DISK, free),
        _backup(found.saved_ms, now_ms, zone),
    ]


def _backup(saved_ms: Milliseconds | None, now_ms: Milliseconds, zone: ZoneInfo) -> PreflightLine:
    if saved_ms is None:
        words = _("no copy lies in backups/: if this disk fails, the record is gone")
        return look(LineName.BACKUP, words, Mending.BACKUP)
    days = day_number(now_ms, zone) - day_number(saved_ms, zone)
    at = local_text(saved_ms, zone)
    if days <= 0:
        return ready(LineName.BACKUP, _("today, {at}").format(at=at))
    return look(LineName.BACKUP, count("{n} day old, ", "{n} days old, ", days) + at, Mending.BACKUP)


@dataclass(frozen=True, slots=True)
class MachineLook:
    """What the machine tells of itself; None is not told. `newest_ms` is the time of the record's newest entry."""

    supply: Supply
    awake: bool
    updating: Sequence[str] | None
    indexing: Sequence[str] | None
    busy: float | None
    sounds: bool | None
    clock_is_set: bool | None
    newest_ms: Milliseconds | None


def of_machine(found: MachineLook, now_ms: Milliseconds, zone: ZoneInfo) -> list[PreflightLine]:
    """Power, sleep, others, clock."""
    held_off = _("sleep and idling are held off while a session plays; a locked screen stops no music")
    held_up = _(
        "this machine lets nobody hold off its sleep: switch it off in its settings until the session is closed"
    )
    return [
        _power(found.supply),
        ready(LineName.SLEEP, held_off) if found.awake else look(LineName.SLEEP, held_up),
        _others(found),
        _clock(found, now_ms, zone),
    ]


def _power(supply: Supply) -> PreflightLine:
    charge = "" if supply.percent is None else _("; battery {percent} %").format(percent=supply.percent)
    if supply.mains is None:
        return look(LineName.POWER, _("mains and battery can't be seen on this machine"))
    if not supply.mains:
        return look(LineName.POWER, _("on its battery: plug it in") + charge)
    return ready(LineName.POWER, _("on mains") + charge)


def _others(found: MachineLook) -> PreflightLine:
    said = []
    if found.updating:
        words = _(
            "the system is being updated ({names}): let it end, or put it off in its settings until tonight is over"
        )
        said.append(words.format(names=", ".join(found.updating)))
    if found.indexing:
        words = _("files are being indexed ({names}): let it end, or pause it in the search settings")
        said.append(words.format(names=", ".join(found.indexing)))
    if found.busy is not None and found.busy > BUSY:
        words = _("the machine is busy: {load:.1f} programs want each processor; close what is not needed")
        said.append(words.format(load=found.busy))
    if found.sounds:
        said.append(_("notification sounds are on: switch them off, or they are heard in the room"))
    unseen = []
    if found.updating is None:
        unseen.append(_("updates and indexing"))
    if found.sounds is None:
        unseen.append(_("notification sounds"))
    if unseen:
        words = _("can't be seen here: {what}; look in the system's settings")
        said.append(words.format(what=_(" and ").join(unseen)))
    if said:
        return look(LineName.OTHERS, "; ".join(said))
    return ready(LineName.OTHERS, _("no updates, no indexing, no notification sounds"))


def _clock(found: MachineLook, now_ms: Milliseconds, zone: ZoneInfo) -> PreflightLine:
    at = local_text(now_ms, zone)
    if found.newest_ms is not None and now_ms < found.newest_ms:
        words = _("{at} stands before the newest entry of the record, {newest}: set the clock")
        return look(LineName.CLOCK, words.format(at=at, newest=local_text(found.newest_ms, zone)))
    if found.clock_is_set is None:
        return look(LineName.CLOCK, _("{at}; no time source can be seen: compare it with another clock").format(at=at))
    if not found.clock_is_set:
        return look(LineName.CLOCK, _("{at}; no time source sets it: compare it with another clock").format(at=at))
    return ready(LineName.CLOCK, _("{at}, set by a time source").format(at=at))
