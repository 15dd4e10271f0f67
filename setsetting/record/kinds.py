"""What each kind of event carries: integers and text only, so that every language hashes alike.

A kind is `noun.verb_in_past_tense`; its struct is version 1 of its payload. A payload that carries
a patient's words or scores goes with the patient as `subject`, so that it can be sealed later.
A kind not named in `kind_table` (from a newer program) is kept and carried on, and no projection reads it.
"""

import msgspec

from setsetting.units import Milliseconds

ERASED = "event.erased"
"""The kind whose events erase the text of what they name in `corrects`; the log's own guards know it."""


EXTERNAL = "external"
"""In the place of an output: the session's music comes from elsewhere, such as the patient's own device."""


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A payload; unknown fields are refused, defaults are not stored."""


class PersonAdded(Payload, frozen=True):
    """Someone who acts; until people sign in there is one random person and no name."""


class PatientAdded(Payload, frozen=True):
    """`imported` is the import that brought the patient, as of a form and a session; None for none."""

    patient_id: str
    code: str
    simulated: bool = False
    imported: str | None = None


class TrackVetoed(Payload, frozen=True):
    """`what` is track, artist or tag; `value` the id, artist or tag that is refused."""

    patient_id: str
    what: str
    value: str


class VetoWithdrawn(Payload, frozen=True):
    """Corrects a `patient.vetoed`; `reason` is None where nobody gave one."""

    patient_id: str
    reason: str | None = None


class FormEntered(Payload, frozen=True):
    """`items` are 20 of 0-4, "-" (missing) or "d" (declined); `recall` is week or month.

    Where the day was said and not the time, it has `day`, as `YYYY-MM-DD`, and no instant: where the day begins is
    for the zone in which it is read. `by_patient` says who entered it: the patient, on the screen that was handed over.
    """

    form_id: str
    patient_id: str
    items: tuple[int | str, ...]
    recall: str
    taken_utc_ms: Milliseconds | None
    day: str | None = None
    simulated: bool = False
    imported: str | None = None
    by_patient: bool = False


class FormCorrected(Payload, frozen=True):
    """Corrects the newest event of the same form, with a reason; the whole form stands anew."""

    form_id: str
    patient_id: str
    items: tuple[int | str, ...]
    recall: str
    taken_utc_ms: Milliseconds | None
    reason: str
    day: str | None = None
    simulated: bool = False


class FormDrafted(Payload, frozen=True):
    """The answers of a form that was begun and left; `items` are those of a form, "" without an answer yet.

    It stands until something newer is told of the same form: its entry, a correction, another draft. One
    without items was thrown away. `taken` is as it was typed; `by_patient` as in `FormEntered`.
    """

    form_id: str
    patient_id: str
    items: tuple[int | str, ...]
    recall: str
    taken: str
    by_patient: bool = False


class SoundscapeUsed(Payload, frozen=True):
    """The soundscape file as it was when a session took it; it names no patient. `loosened` are the rules loosened in it, by name."""

    sha256: str
    body: str
    loosened: tuple[str, ...] = ()


class SoundscapeSaved(Payload, frozen=True):
    """A soundscape was built for a patient and written; the file's name stays out of the trail."""

    patient_id: str
    sha256: str


class SoundscapeAccepted(Payload, frozen=True):
    """A soundscape file becomes a patient's plan for the next visit; the newest one accepted is the plan.

    `file` is relative to the clinic folder where it lies in it, `sha256` the digest of its text; the other
    digests are of what stood when it was accepted.
    """

    patient_id: str
    sha256: str
    file: str
    playlist: str
    infusion_ms: Milliseconds
    seed: int
    playlist_digest: str
    library_digest: str
    wishes_digest: str


class StoredSegment(Payload, frozen=True):
    """A stretch of an infusion, as `clinical.infusion.Segment` has it."""

    start_ms: Milliseconds
    end_ms: Milliseconds
    rate_permille: int = 1000


class SessionStarted(Payload, frozen=True):
    """The live part of an infusion visit begins; `visit_no` counts within the course.

    A `rehearsal` is none of the course's infusions and has no number. `room` is empty where nobody said which of
    several. `zero_utc_ms` is minute 0 of the soundscape's clock (planned infusion start). `entered_afterwards` marks a
    session from paper; it had no music of ours.
    """

    session_id: str
    patient_id: str
    visit_no: int | None
    started_utc_ms: Milliseconds
    planned: tuple[StoredSegment, ...]
    room: str
    soundscape: str | None = None
    playlist: str | None = None
    playlist_version: int | None = None
    output: str | None = None
    entered_afterwards: bool = False
    simulated: bool = False
    zero_utc_ms: Milliseconds | None = None
    rehearsal: bool = False
    imported: str | None = None


class StoredPrompt(Payload, frozen=True):
    """A prompt as it is played over lowered music; `start_ms` is where the music is on its clock then."""

    name: str
    sha256: str
    start_ms: Milliseconds
    length_ms: Milliseconds
    gain_mdb: int


class SessionActed(Payload, frozen=True):
    """A live act, with the soundscape's clock and, when the infusion has begun, its minute in ms."""

    session_id: str
    act: str
    argument: str | None = None
    clock_ms: Milliseconds = Milliseconds(0)
    infusion_ms: Milliseconds | None = None
    undoes: str | None = None
    prompt: StoredPrompt | None = None
    screen: int | None = None
    """Which of the session's screens did it; None of a command."""


class SessionMarked(Payload, frozen=True):
    """A one-key observation; `note` is free text."""

    session_id: str
    mark: str
    clock_ms: Milliseconds = Milliseconds(0)
    infusion_ms: Milliseconds | None = None
    note: str | None = None
    screen: int | None = None


class SessionRetimed(Payload, frozen=True):
    """Another soundscape holds from `clock_ms` on (`cause` "held": until the plan is followed), with what it `waived`;

    one that is `promised` plays on what was planned before, until the rest is planned again.
    """

    session_id: str
    cause: str
    body: str
    clock_ms: Milliseconds
    waived: tuple[str, ...] = ()
    promised: bool = False


class SoundPlayed(Payload, frozen=True):
    """A cue that sounded, from the player's journal; `sounded_ms` reached the output, `artists` are all it credits."""

    session_id: str
    cue: str
    track_id: str | None
    phase: str
    clock_ms: Milliseconds
    sounded_ms: Milliseconds
    artists: tuple[str, ...] = ()
    anchor: bool = False


class MarkWorded(Payload, frozen=True):
    """What was said at a mark, typed afterwards; it stands in the place of all that was typed before, None for nothing."""

    session_id: str
    mark_id: str
    note: str | None = None


class PlayerNoted(Payload, frozen=True):
    """Something the player journalled: output lost, restarted, underrun, ended, a capture closed."""

    session_id: str
    what: str
    clock_ms: Milliseconds = Milliseconds(0)
    detail: str | None = None


class SettingLogged(Payload, frozen=True):
    """The setting of a session: fields as text by name (absent: not known), taps 0-10 by name (absent: not asked).

    `by_program` names the fields that nobody said: the program knew them by itself. `usual` is what was said to be
    usual in the room by then.
    """

    session_id: str
    fields: dict[str, str]
    taps: dict[str, int]
    note: str | None = None
    by_program: tuple[str, ...] = ()
    usual: dict[str, str] = {}  # msgspec makes each its own


class SessionFrozen(Payload, frozen=True):
    """What the output was sent, by file and digest, as it can be heard again; `origin_ms` is the clock at its beginning."""

    session_id: str
    origin_ms: Milliseconds
    body: str


class SessionEnded(Payload, frozen=True):
    """The live part is over; `infusion` is what really ran, `how` is planned, closed, unclosed or left."""

    session_id: str
    ended_utc_ms: Milliseconds
    infusion: tuple[StoredSegment, ...]
    how: str = "planned"


class SessionClosed(Payload, frozen=True):
    """The facilitator has closed the session; nothing is asked any more."""

    session_id: str


class SessionVoided(Payload, frozen=True):
    """Corrects a `session.started`: the session was none (a trial); it counts nowhere, and its trail stays."""

    session_id: str
    reason: str


class SessionMoved(Payload, frozen=True):
    """Corrects a `session.started`: the session was this patient's."""

    session_id: str
    patient_id: str
    reason: str


class SessionRetold(Payload, frozen=True):
    """Corrects the `session.started` of a session from paper: when it began, and how long it ran."""

    session_id: str
    started_utc_ms: Milliseconds
    planned: tuple[StoredSegment, ...]
    reason: str


class SettingCorrected(Payload, frozen=True):
    """Corrects the `session.started`: the setting of that session, its taps and its note were these, as `SettingLogged` has them."""

    session_id: str
    fields: dict[str, str]
    taps: dict[str, int]
    reason: str
    note: str | None = None
    by_program: tuple[str, ...] = ()
    usual: dict[str, str] = {}  # msgspec makes each its own


class MarkWithdrawn(Payload, frozen=True):
    """Corrects a `session.marked`: nothing of the kind was observed."""

    session_id: str
    reason: str


class MinuteCorrected(Payload, frozen=True):
    """Corrects a `session.marked`, or a step of the infusion: it was at this time of the soundscape's clock.

    `infusion_ms` is the minute as the person said it, by the infusion's start as it stood then.
    """

    session_id: str
    clock_ms: Milliseconds
    infusion_ms: Milliseconds
    reason: str


class StepTold(Payload, frozen=True):
    """Corrects a `session.started` whose infusion's `step`, start or stop, nobody logged; times as in `MinuteCorrected`."""

    session_id: str
    step: str
    clock_ms: Milliseconds
    infusion_ms: Milliseconds
    reason: str


class FormWithdrawn(Payload, frozen=True):
    """Corrects the newest event of a form: the form is none; what it held stays in the trail."""

    form_id: str
    patient_id: str
    reason: str


class PatientMerged(Payload, frozen=True):
    """Corrects a `patient.added`: that patient and `into_id` are one, and go on as `into_id`."""

    patient_id: str
    into_id: str
    reason: str


class PatientWithdrawn(Payload, frozen=True):
    """Corrects a `patient.added`: the patient is left out of lists and reviews; the trail stays."""

    patient_id: str
    reason: str


class CorrectionUndone(Payload, frozen=True):
    """Takes back the correction, or the acceptance of a plan, named in `corrects`: for good, whoever wants it again says it again."""

    reason: str


class ReportMade(Payload, frozen=True):
    """A report was written; the file's name stays out of the trail. `patient_id` is None where it is of the whole clinic."""

    patient_id: str | None
    report: str
    head: str


class OutputTried(Payload, frozen=True):
    """What a person heard of a test tone, each side on its own, or measured of the reference noise, in tenths of dB(A)."""

    output: str
    left: bool | None = None
    right: bool | None = None
    dba_tenths: int | None = None


class EventErased(Payload, frozen=True):
    """The text of the event named in `corrects` was erased, on every device that told it."""

    reason: str
