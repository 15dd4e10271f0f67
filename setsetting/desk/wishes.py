"""What a patient's record asks of tonight's music, gathered without the patient's code."""

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from functools import cached_property

from setsetting.clinical.preferences import Wish
from setsetting.desk.clinic import CURATION, LIBRARY, RECORD, Clinic
from setsetting.errors import SetSettingError
from setsetting.library.recordings import Recordings, as_tracks_say
from setsetting.library.track import Track
from setsetting.machine import files
from setsetting.record import live_rows, rows, statement_rows
from setsetting.record.live_rows import Heard
from setsetting.record.log import Record
from setsetting.record.rows import VetoRow
from setsetting.record.sound import refuse_edited
from setsetting.record.statement_rows import PreferenceRow
from setsetting.session import folder
from setsetting.soundscape.wishes import Wishes, refusing

ASK_WAIT_S = 0.2
"""A live key waits no longer for another program that holds the record: what was known before binds."""
AGAIN_S = 5.0
"""How long a record that could not be read is left alone."""
SCANNED_S = 5.0
"""How long a library that is written to, as by a scan, stays as it was read: a key waits while it is read again."""


def told(record: Record, patient_id: str, *, during: str | None = None) -> Wishes:
    """Vetoes that stand and what was heard in this course, before the session that this is asked during;
    by the tracks that the record names. Raises Refused, but during a session, where the patient's part of the record
    was edited: a refusal may be gone from it."""
    if during is None:
        refuse_edited(record, patient_id)
    heard = live_rows.heard(record, patient_id, but=during)
    return _asked(rows.vetoes(record, patient_id), heard, statement_rows.preferences(record, patient_id))


def told_of_all(record: Record, patient_ids: Iterable[str]) -> dict[str, Wishes]:
    """The same of many patients, read at once; whether their part of the record was edited is not asked."""
    heard = live_rows.heard_by_patient(record, rows.sessions(record))
    vetoes = rows.by_patient(rows.vetoes(record))
    wished = rows.by_patient(statement_rows.preferences(record))
    return {
        patient_id: _asked(
            vetoes.get(patient_id, ()), heard.get(patient_id, live_rows.NOTHING_HEARD), wished.get(patient_id, ())
        )
        for patient_id in patient_ids
    }


def _asked(vetoes: Iterable[VetoRow], heard: Heard, wished: Iterable[PreferenceRow]) -> Wishes:
    refused = refusing((veto.what, veto.value) for veto in vetoes)
    wished = tuple(wished)
    by_wish = {wish: frozenset(row.value for row in wished if row.wish == wish and row.value) for wish in Wish}
    return replace(
        refused,
        heard_tracks=heard.track_ids,
        heard_artists=heard.artists,
        anchor_tracks=by_wish[Wish.FAMILIAR],
        disliked_tags=by_wish[Wish.RATHER_NOT],
    )


def wishes_of(clinic: Clinic, record: Record, patient_id: str) -> Wishes:
    """The same, of the recordings that the library knows them to be."""
    wishes = told(record, patient_id)
    with clinic.catalogue() as catalogue:
        return wishes.over(catalogue.recordings(), catalogue.tracks())


class AskedDuring:
    """What a running session's patient asks of the music, read again whenever the record was written to, a curator said
    something or a scan found something: a refusal meets a track by what is known of it now, and the session keeps it as
    it was then."""

    def __init__(self, clinic: Clinic, session_id: str) -> None:
        self._clinic, self._session_id = clinic, session_id
        self._where = folder.folder_of(clinic.folder, session_id)
        self._known: Wishes | None = None
        self._told: tuple[Wishes, tuple[object, ...]] | None = None
        self._read_at: tuple[object, ...] = ()
        self._again_at = self._scanned_at = 0.0
        self._scanned: tuple[object, ...] = ()

    def now(self) -> Wishes | None:
        """What stands now; None while the record cannot be read."""
        at, curated = self._stamps(RECORD), (*self._stamps(CURATION), *self._scan())
        if self._known is not None and (*at, *curated) == self._read_at:
            return self._known
        if time.monotonic() < self._again_at:
            return None
        try:
            with self._clinic.record(ASK_WAIT_S) as record:
                self._known = self._asked(record, rows.owner(record, self._session_id), curated)
        except SetSettingError:
            self._again_at = time.monotonic() + AGAIN_S
            kept = frozenset() if self._known else self._kept()
            return Wishes(veto_tracks=kept) if kept else None
        self._read_at = (*at, *curated)
        return self._known

    def _scan(self) -> tuple[object, ...]:
        if time.monotonic() >= self._scanned_at:
            self._scanned, self._scanned_at = self._stamps(LIBRARY), time.monotonic() + SCANNED_S
        return self._scanned

    def _stamps(self, name: str) -> tuple[object, ...]:
        return tuple(files.stamp(self._clinic.folder / f"{name}{end}") for end in ("", "-wal"))

    def _asked(self, record: Record, patient_id: str, curated: tuple[object, ...]) -> Wishes:
        """What is asked of recordings; where the library cannot be read, or has lost what this session plays, of those that
        its tracks say they are, and of all that was refused before, whoever read it: a session goes on without a library.

        The library is looked through again only where something else is asked than before, a curator said something
        or a scan went on: a key waits for it.
        """
        said = told(record, patient_id, during=self._session_id)
        if self._known is not None and (said, curated) == self._told:
            return self._known
        self._told = said, curated
        recordings, tracks = Recordings({}), tuple[Track, ...]()
        with suppress(SetSettingError), self._clinic.catalogue() as catalogue:
            recordings, tracks = catalogue.recordings(), catalogue.tracks()
        own = tuple(self._own.values())
        is_lost = not (tracks and self._own.keys() <= {track.id for track in tracks})
        if not tracks:
            recordings, tracks = as_tracks_say(own), own
        met = frozenset(track.id for track, _refusal in said.met_in(tracks))
        if is_lost:
            met |= self._kept() | said.met_with(as_tracks_say(own), own)
        asked = replace(said, veto_tracks=said.veto_tracks | met).over(recordings, tracks)
        if (refused := asked.veto_tracks | asked.veto_recordings) != folder.read_refused(self._where):
            folder.write_refused(self._where, refused)
        return asked

    def _kept(self) -> frozenset[str]:
        """All that was refused when that was last known."""
        known = self._known
        return folder.read_refused(self._where) | (known.veto_tracks | known.veto_recordings if known else frozenset())

    @cached_property
    def _own(self) -> dict[str, Track]:
        """What this session may play, by id; nothing where that cannot be read."""
        try:
            return folder.read_tracks(self._where)
        except SetSettingError:
            return {}
