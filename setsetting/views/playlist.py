"""Playlists as data: on the shelf, whole, and as they were checked."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from setsetting.soundscape.playlist import Playlist, PlaylistPhase, nominal_s
from setsetting.soundscape.playlist_prompt import PlaylistPrompt
from setsetting.units import Seconds, ms_from_s
from setsetting.words.numbers import MINUS, clock
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.desk.playlists import CheckedPlaylist, ListedPlaylist


def whence(entry: "ListedPlaylist") -> str:
    """Whose file this is, in words; one that hides a shipped file says so."""
    if entry.shelved.shipped:
        return _("shipped")
    return _("this clinic's, hides the shipped one") if entry.shelved.shadows else _("this clinic's")


COLUMNS: Mapping[str, Callable[["ListedPlaylist"], str]] = {
    _("name"): lambda entry: entry.shelved.name,
    _("version"): lambda entry: "?" if entry.playlist is None else str(entry.playlist.version),
    _("minutes"): lambda entry: _minutes(entry.playlist),
    _("from"): whence,
    _("title"): lambda entry: entry.trouble or "" if entry.playlist is None else entry.playlist.title,
}


def phase_columns(playlist: Playlist) -> Mapping[str, Callable[[PlaylistPhase], str]]:
    """What a list of its phases shows, under each heading."""
    return {
        _("phase"): lambda phase: phase.name,
        _("kind"): lambda phase: phase.kind,
        _("from"): lambda phase: "-" if (at := _from_s(playlist, phase)) is None else clock(ms_from_s(at)),
        _("energy"): lambda phase: _range(phase.energy_from, phase.energy_to),
        _("allowed"): lambda phase: _range(phase.energy_min, phase.energy_max),
        _("LUFS"): lambda phase: f"{phase.lufs:g}".replace("-", MINUS),
        _("startle"): lambda phase: f"{phase.startle_max_lu:g}",
        _("lyrics"): lambda phase: ", ".join(phase.lyrics),
    }


def place_words(prompt: PlaylistPrompt) -> str:
    """When a prompt begins: "2:00 into calm", "20:00", "5:00 before the end"."""
    at = prompt.at
    offset = clock(ms_from_s(abs(at.offset_s)))
    if at.phase is not None:
        return _("{time} into {phase}").format(time=offset, phase=at.phase)
    if at.anchor == "end":
        after = _("{time} after the end") if at.offset_s > 0 else _("{time} before the end")
        return after.format(time=offset)
    return clock(ms_from_s(at.offset_s))


def prompt_words(prompt: PlaylistPrompt) -> str:
    """A prompt of a playlist in a line."""
    words = _("prompt {name}: {at}, the file {file!r} of the folder voice, the music {db:g} dB lower")
    return words.format(name=prompt.called, at=place_words(prompt), file=prompt.file, db=-prompt.lowers_db)


def _range(first: float, last: float) -> str:
    return f"{first:g}" if first == last else _("{first:g} to {last:g}").format(first=first, last=last)


def as_data(playlist: Playlist) -> dict[str, Any]:
    return {
        "name": playlist.name,
        "version": playlist.version,
        "title": playlist.title,
        "minutes": playlist.infusion_min,
        "loop": playlist.loop,
        "evidence": list(playlist.evidence),
        "spare_s": playlist.spare_s,
        "energy_step_max": playlist.energy_step_max,
        "artist_max_per_session": playlist.artist_max_per_session,
        "lyrics_unknown": playlist.lyrics_unknown,
        "phases": [
            {
                "name": phase.name,
                "kind": phase.kind,
                "from_s": _from_s(playlist, phase),
                "energy": [phase.energy_from, phase.energy_to],
                "energy_allowed": [phase.energy_min, phase.energy_max],
                "lufs": phase.lufs,
                "startle_max_lu": phase.startle_max_lu,
                "lyrics": [str(kind) for kind in phase.lyrics],
            }
            for phase in playlist.phases
        ],
        "prompts": [
            {"name": prompt.called, "file": prompt.file, "at": place_words(prompt), "lowers_db": prompt.lowers_db}
            for prompt in playlist.prompts
        ],
        "digest": playlist.digest,
    }


def listed_as_data(entry: "ListedPlaylist") -> dict[str, Any]:
    """A playlist file on the shelf; of a broken one its trouble is known, and nothing else."""
    known = entry.playlist
    return {
        "name": entry.shelved.name,
        "version": None if known is None else known.version,
        "title": None if known is None else known.title,
        "minutes": None if known is None else known.infusion_min,
        "path": str(entry.shelved.path),
        "shipped": entry.shelved.shipped,
        "shadows": entry.shelved.shadows,
        "trouble": entry.trouble,
    }


def checked_as_data(checked: "CheckedPlaylist") -> dict[str, Any]:
    playlist = checked.playlist
    return {
        "ok": not checked.prompts,
        "name": playlist.name,
        "version": playlist.version,
        "phases": len(playlist.phases),
        "unmet": [
            {"phases": list(one.phases), "field": one.field, "tag": one.tag, "near": list(one.near)}
            for one in checked.unmet
        ],
        "prompts": list(checked.prompts),
    }


def checked_words(checked: "CheckedPlaylist") -> list[str]:
    """What was checked, and what was found in it, a sentence each."""
    playlist, found = checked.playlist, [*(tag.words for tag in checked.unmet), *checked.prompts]
    phases = count("{n} phase", "{n} phases", len(playlist.phases))
    head = _("{name} version {version}: {phases}").format(name=playlist.name, version=playlist.version, phases=phases)
    if checked.prompts:
        head += _("; no plan is built with its prompts as they are.")
    else:
        head += _("; it can be planned with, but look at this.") if found else _(", nothing wrong.")
    return [head, *found]


def broken_as_data(trouble: Exception) -> dict[str, Any]:
    return {"ok": False, "trouble": str(trouble)}


def _minutes(playlist: Playlist | None) -> str:
    """The infusion's length a playlist was made for; a dash in a loop, and for a broken file."""
    return "-" if playlist is None or playlist.infusion_min is None else f"{playlist.infusion_min:g}"


def _from_s(playlist: Playlist, phase: PlaylistPhase) -> Seconds | None:
    """When a phase begins at the playlist's own length; None in a loop."""
    return None if playlist.infusion_min is None else nominal_s(phase, playlist.infusion_min)
