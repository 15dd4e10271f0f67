"""Every kind of event by its name, and which of them correct, must last, or hold no words."""

from setsetting.record.alternation_kinds import (
    AlternationAssigned,
    AlternationDeviated,
    AlternationLooked,
    AlternationPlanned,
    AlternationStopped,
)
from setsetting.record.change_kinds import (
    ChangeSealed,
    ChangeWithdrawn,
    ChartLooked,
    ClinicChanged,
    SealOpened,
)
from setsetting.record.exchange_kinds import ExportMade, ImportTaken, ImportWithdrawn
from setsetting.record.factor_kinds import FactorDeclared, FactorWithdrawn, LinkLooked
from setsetting.record.form_kinds import FormKeyedAgain, FormQueried, FormUpheld, QueryAnswered
from setsetting.record.kinds import (
    ERASED,
    CorrectionUndone,
    EventErased,
    FormCorrected,
    FormDrafted,
    FormEntered,
    FormWithdrawn,
    MarkWithdrawn,
    MarkWorded,
    MinuteCorrected,
    OutputTried,
    PatientAdded,
    PatientMerged,
    PatientWithdrawn,
    Payload,
    PersonAdded,
    PlayerNoted,
    ReportMade,
    SessionActed,
    SessionClosed,
    SessionEnded,
    SessionFrozen,
    SessionMarked,
    SessionMoved,
    SessionRetimed,
    SessionRetold,
    SessionStarted,
    SessionVoided,
    SettingCorrected,
    SettingLogged,
    SoundPlayed,
    SoundscapeAccepted,
    SoundscapeSaved,
    SoundscapeUsed,
    StepTold,
    TrackVetoed,
    VetoWithdrawn,
)
from setsetting.record.statement_kinds import STATEMENTS, StatementWithdrawn
from setsetting.words.translate import _

CORRECTIONS = (
    VetoWithdrawn,
    FormCorrected,
    FormWithdrawn,
    FormQueried,
    QueryAnswered,
    FormUpheld,
    SessionVoided,
    SessionMoved,
    SessionRetold,
    SettingCorrected,
    MarkWithdrawn,
    MinuteCorrected,
    StepTold,
    PatientMerged,
    PatientWithdrawn,
    StatementWithdrawn,
    ChangeWithdrawn,
    FactorWithdrawn,
    ImportWithdrawn,
)
"""What names another event in `corrects`, says why in its payload, and can be taken back by a `CorrectionUndone`."""

CORRECTING = (*CORRECTIONS, CorrectionUndone, EventErased)
"""What is refused without a reason."""

LASTING = (
    "session.voided",
    "session.moved",
    "session.retold",
    "session.setting_corrected",
    "session.mark_withdrawn",
    "session.minute_corrected",
    "session.step_told",
    "form.withdrawn",
    "form.queried",
    "form.query_answered",
    "form.upheld",
    "patient.merged",
    "patient.withdrawn",
    "import.withdrawn",
)
"""Corrections, questions and answers whose text is needed as long as they stand: each is taken back before it is erased."""

WITHDRAWN_FIRST = {
    "patient.vetoed": _(
        "This veto stands; erased, it would let the music play again."
        " Withdraw it first (`setsetting patient unveto`), then erase it."
    ),
    "factor.declared": _(
        "This factor stands; erased, it would be looked at no more unsaid."
        " Withdraw it first (`setsetting review undeclare`), then erase it."
    ),
} | dict.fromkeys(
    STATEMENTS,
    _(
        "This statement stands; erased, what was said before it would stand again unseen."
        " Withdraw it first (`setsetting visit withdraw`), then erase it."
    ),
)
"""Why what stands is not erased before it is withdrawn, by its kind."""

WORDLESS = (
    "person.added",
    "session.closed",
    "output.tried",
    "chart.looked",
    "link.looked",
    "seal.opened",
    "alternation.planned",
    "alternation.assigned",
    "alternation.looked",
    "import.taken",
    "export.made",
)
"""What holds nothing of a person: there is nothing to erase in it."""

KINDS: dict[str, type[Payload]] = {
    "person.added": PersonAdded,
    "patient.added": PatientAdded,
    "patient.vetoed": TrackVetoed,
    "patient.veto_withdrawn": VetoWithdrawn,
    "form.entered": FormEntered,
    "form.corrected": FormCorrected,
    "form.drafted": FormDrafted,
    "soundscape.used": SoundscapeUsed,
    "soundscape.saved": SoundscapeSaved,
    "soundscape.accepted": SoundscapeAccepted,
    "session.started": SessionStarted,
    "session.acted": SessionActed,
    "session.marked": SessionMarked,
    "session.mark_worded": MarkWorded,
    "session.retimed": SessionRetimed,
    "session.played": SoundPlayed,
    "session.noted": PlayerNoted,
    "session.setting_logged": SettingLogged,
    "session.ended": SessionEnded,
    "session.frozen": SessionFrozen,
    "session.closed": SessionClosed,
    "form.withdrawn": FormWithdrawn,
    "form.queried": FormQueried,
    "form.query_answered": QueryAnswered,
    "form.keyed_again": FormKeyedAgain,
    "form.upheld": FormUpheld,
    "session.voided": SessionVoided,
    "session.moved": SessionMoved,
    "session.retold": SessionRetold,
    "session.setting_corrected": SettingCorrected,
    "session.mark_withdrawn": MarkWithdrawn,
    "session.minute_corrected": MinuteCorrected,
    "session.step_told": StepTold,
    "patient.merged": PatientMerged,
    "patient.withdrawn": PatientWithdrawn,
    "correction.undone": CorrectionUndone,
    "report.made": ReportMade,
    "output.tried": OutputTried,
    "statement.withdrawn": StatementWithdrawn,
    "clinic.changed": ClinicChanged,
    "clinic.change_withdrawn": ChangeWithdrawn,
    "chart.looked": ChartLooked,
    "change.sealed": ChangeSealed,
    "seal.opened": SealOpened,
    "alternation.planned": AlternationPlanned,
    "alternation.assigned": AlternationAssigned,
    "alternation.deviated": AlternationDeviated,
    "alternation.stopped": AlternationStopped,
    "alternation.looked": AlternationLooked,
    "factor.declared": FactorDeclared,
    "factor.withdrawn": FactorWithdrawn,
    "link.looked": LinkLooked,
    "import.taken": ImportTaken,
    "import.withdrawn": ImportWithdrawn,
    "export.made": ExportMade,
    **STATEMENTS,
    ERASED: EventErased,
}


def says_why(payload: Payload) -> bool:
    """Whether a correction has its reason; a veto alone may be withdrawn without one."""
    reason = payload.reason if isinstance(payload, CORRECTING) else ""
    return isinstance(payload, VetoWithdrawn) if reason is None else bool(reason.strip())
