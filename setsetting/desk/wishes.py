"""What a patient's record asks of tonight's music, gathered without the patient's code."""

from setsetting.record import live_rows, rows
from setsetting.record.log import Record
from setsetting.soundscape.wishes import Wishes


def wishes_of(record: Record, patient_id: str) -> Wishes:
    """Vetoes that stand and what was heard in this course."""
    refused: dict[str, set[str]] = {"track": set(), "artist": set(), "tag": set()}
    for veto in rows.vetoes(record, patient_id):
        refused.setdefault(veto.what, set()).add(veto.value)
    heard = live_rows.heard(record, patient_id)
    return Wishes(
        veto_tracks=frozenset(refused["track"]),
        veto_artists=frozenset(refused["artist"]),
        veto_tags=frozenset(refused["tag"]),
        heard_tracks=heard.track_ids,
        heard_artists=heard.artists,
    )
