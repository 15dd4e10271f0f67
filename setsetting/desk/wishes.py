"""What a patient's record asks of tonight's music, gathered without the patient's code."""

from dataclasses import replace

from setsetting.record import live_rows, rows
from setsetting.record.log import Record
from setsetting.soundscape.wishes import Wishes, refusing


def wishes_of(record: Record, patient_id: str) -> Wishes:
    """Vetoes that stand and what was heard in this course."""
    heard = live_rows.heard(record, patient_id)
    refused = refusing((veto.what, veto.value) for veto in rows.vetoes(record, patient_id))
    return replace(refused, heard_tracks=heard.track_ids, heard_artists=heard.artists)
