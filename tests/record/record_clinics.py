"""A clinic's events for the record's tests: a clock that is set, and one of every kind of event."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from setsetting.record import (
    alternation_kinds,
    change_kinds,
    exchange_kinds,
    factor_kinds,
    form_kinds,
    kinds,
    projections,
    statement_kinds,
)
from setsetting.record.connection import WAIT_S
from setsetting.record.device import Device
from setsetting.record.event import GENESIS, Event, chained_hash, digest_of
from setsetting.record.log import COLUMNS, Draft, Record

DEVICE = "a" * 32
OTHER_DEVICE = "b" * 32
ACTOR = "c" * 32
PATIENT, SESSION, FORM = "patient-1", "session-1", "form-1"
UTC = ZoneInfo("UTC")
WHOLE_FORM: tuple[int | str, ...] = (0, 1, 2, 3, 4) * 4
PLANNED = (kinds.StoredSegment(0, 2_400_000),)


@dataclass
class SetClock:
    """Both clocks stand where they were set."""

    utc: int = 1_790_000_000_000
    mono: int = 1_000

    def utc_ms(self) -> int:
        return self.utc

    def mono_ms(self) -> int:
        return self.mono


def opened(
    path: Path,
    *,
    device: str = DEVICE,
    clock: SetClock | None = None,
    zone: ZoneInfo = UTC,
    create: bool = True,
    wait_s: float = WAIT_S,
) -> Record:
    clock = clock or SetClock()
    return Record.open(path, device=Device(device), actor=ACTOR, clock=clock, zone=zone, create=create, wait_s=wait_s)


def raw(path: Path) -> closing[sqlite3.Connection]:
    """The file without any of the program's pragmas, as a curious person would open it."""
    return closing(sqlite3.connect(path, isolation_level=None))


def without_guards(path: Path, *statements: str) -> None:
    """Change the log behind the guards' back and put them back as they were."""
    with raw(path) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in guards:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _name, sql in guards:
            connection.execute(sql)


def dump(record: Record) -> list[tuple[str, tuple[object, ...]]]:
    """Every derived row with its table's name, tables by name and rows by key, for comparison."""
    return [
        (table.name, tuple(row))
        for table in sorted(projections.TABLES.values(), key=lambda table: table.name)
        for row in record.read(
            f"SELECT {', '.join(projections.KEY + table.columns)} FROM {table.name} ORDER BY device, seq"
        )
    ]


def following(newest: Event | None, **changes: object) -> dict[str, object]:
    """The columns of an event that would follow, digest and hash right, with some changed before hashing."""
    columns: dict[str, object] = {
        "device": DEVICE,
        "seq": 1 if newest is None else newest.seq + 1,
        "event_id": "forged",
        "kind": "patient.added",
        "version": 1,
        "at_utc_ms": 0,
        "mono_ms": 0,
        "lamport": 1,
        "actor": "eve",
        "subject": None,
        "corrects": None,
        "seal": None,
        "payload": "{}",
        "salt": "5" * 32,
        "prev_hash": GENESIS if newest is None else newest.hash,
    } | changes
    digest = digest_of(str(columns["salt"]), str(columns["payload"]))
    columns["payload_digest"] = changes.get("payload_digest", digest)
    hashed = {name: value for name, value in columns.items() if name not in {"payload", "salt"}}
    return {name: columns[name] for name in COLUMNS[:-1]} | {"hash": chained_hash(**hashed)}  # type: ignore[arg-type]


def insert(connection: sqlite3.Connection, columns: dict[str, object], verb: str = "INSERT", tail: str = "") -> None:
    marks = ", ".join("?" * len(columns))
    connection.execute(f"{verb} INTO event ({', '.join(columns)}) VALUES ({marks}) {tail}", list(columns.values()))


def arrive(record: Record, columns: dict[str, object]) -> None:
    """Let another device's event in, as a door for them will: verbatim, and folded."""
    insert(record._connection, columns)
    projections.add(record._connection, [columns[name] for name in projections.FOLDED])


def drafts() -> list[Draft]:
    """One event of every kind, told in the order of a clinic's day."""
    return [
        Draft("person.added", kinds.PersonAdded()),
        Draft("patient.added", kinds.PatientAdded(PATIENT, "A-01"), event_id="added"),
        Draft("patient.vetoed", kinds.TrackVetoed(PATIENT, "artist", "Nobody"), event_id="veto-1"),
        Draft("patient.vetoed", kinds.TrackVetoed(PATIENT, "tag", "choir"), event_id="veto-2"),
        Draft("patient.veto_withdrawn", kinds.VetoWithdrawn(PATIENT, "asked for it again"), corrects="veto-1"),
        Draft("form.entered", kinds.FormEntered(FORM, PATIENT, WHOLE_FORM, "week", 5_000), event_id="form-event-1"),
        Draft(
            "form.corrected",
            kinds.FormCorrected(FORM, PATIENT, ("-", "d", *WHOLE_FORM[2:]), "week", 5_000, "two lines were blank"),
            corrects="form-event-1",
        ),
        Draft(
            "form.queried",
            form_kinds.FormQueried(FORM, PATIENT, "two crosses on item 9"),
            event_id="query-1",
            corrects="form-event-1",
        ),
        Draft("form.query_answered", form_kinds.QueryAnswered(FORM, PATIENT, "it is 3"), corrects="query-1"),
        Draft("form.keyed_again", form_kinds.FormKeyedAgain(FORM, PATIENT, WHOLE_FORM), event_id="keyed-1"),
        Draft(
            "form.upheld", form_kinds.FormUpheld(FORM, PATIENT, WHOLE_FORM, "looked at the sheet"), corrects="keyed-1"
        ),
        Draft("form.drafted", kinds.FormDrafted("begun", PATIENT, (3, "-", "d", *[""] * 17), "week", "2026-11-24")),
        Draft(
            "soundscape.accepted",
            kinds.SoundscapeAccepted(PATIENT, "5" * 64, "soundscapes/a.json", "a", 2_400_000, 0, "p", "l", "w"),
        ),
        Draft("soundscape.used", kinds.SoundscapeUsed("5" * 64, '{"format":"soundscape/1"}')),
        Draft("soundscape.saved", kinds.SoundscapeSaved(PATIENT, "5" * 64)),
        Draft(
            "session.started",
            kinds.SessionStarted(SESSION, PATIENT, 1, 10_000, PLANNED, "one", "5" * 64),
            event_id="began",
        ),
        Draft("session.acted", kinds.SessionActed(SESSION, "duck", clock_ms=60_000), event_id="act-1"),
        Draft("session.acted", kinds.SessionActed(SESSION, "undo", clock_ms=61_000, undoes="act-1")),
        Draft(
            "session.marked",
            kinds.SessionMarked(SESSION, "onset", clock_ms=62_000, infusion_ms=62_000),
            event_id="mark-1",
        ),
        Draft("session.mark_worded", kinds.MarkWorded(SESSION, "mark-1")),
        Draft("session.retimed", kinds.SessionRetimed(SESSION, "infusion-pause", "{}", 0)),
        Draft("session.played", kinds.SoundPlayed(SESSION, "cue-0", "track-1", "build", 0, 120_000, ("An Artist",))),
        Draft("session.noted", kinds.PlayerNoted(SESSION, "ended", 2_400_000)),
        Draft("session.setting_logged", kinds.SettingLogged(SESSION, {"light": "dim"}, {"liking": 7})),
        Draft("session.ended", kinds.SessionEnded(SESSION, 2_410_000, PLANNED)),
        Draft("session.frozen", kinds.SessionFrozen(SESSION, -60_000, "{}")),
        Draft("session.closed", kinds.SessionClosed(SESSION)),
        Draft("session.voided", kinds.SessionVoided(SESSION, "a trial"), event_id="c-1", corrects="began"),
        Draft("session.moved", kinds.SessionMoved(SESSION, PATIENT, "the wrong one"), event_id="c-2", corrects="began"),
        Draft("form.withdrawn", kinds.FormWithdrawn(FORM, PATIENT, "hers"), event_id="c-3", corrects="form-event-1"),
        Draft("patient.merged", kinds.PatientMerged(PATIENT, "two", "one"), event_id="c-4", corrects="added"),
        Draft("patient.withdrawn", kinds.PatientWithdrawn(PATIENT, "a slip"), event_id="c-5", corrects="added"),
        Draft(
            "session.retold", kinds.SessionRetold(SESSION, 9_000, PLANNED, "an hour"), event_id="c-6", corrects="began"
        ),
        Draft("session.mark_withdrawn", kinds.MarkWithdrawn(SESSION, "a slip"), event_id="c-7", corrects="mark-1"),
        Draft(
            "session.minute_corrected", kinds.MinuteCorrected(SESSION, 9, 9, "late"), event_id="c-8", corrects="mark-1"
        ),
        Draft(
            "session.setting_corrected",
            kinds.SettingCorrected(SESSION, {"light": "dark"}, {}, "misread"),
            event_id="c-9",
            corrects="began",
        ),
        Draft(
            "session.step_told",
            kinds.StepTold(SESSION, "start", 60_000, 0, "forgotten"),
            event_id="c-10",
            corrects="began",
        ),
        *(
            Draft("correction.undone", kinds.CorrectionUndone("it was right"), corrects=f"c-{n}", subject=PATIENT)
            for n in range(1, 11)
        ),
        Draft("patient.agreed", statement_kinds.Agreed(PATIENT, touch="hand only"), event_id="said-1"),
        Draft("patient.intended", statement_kinds.Intended(PATIENT, "to let go")),
        Draft("patient.preferred", statement_kinds.Preferred(PATIENT, "like", "tag", "drone")),
        Draft("patient.goal_set", statement_kinds.GoalSet(PATIENT, "to sleep"), event_id="goal-1"),
        Draft("patient.goal_scored", statement_kinds.GoalScored(PATIENT, "goal-1", 4, 5_000)),
        Draft("patient.scale_noted", statement_kinds.ScaleNoted(PATIENT, "MEQ30", 96, 0, 150, 5_000)),
        Draft("patient.set_said", statement_kinds.SetSaid(PATIENT, {"sleep": 4})),
        Draft("visit.planned", statement_kinds.VisitPlanned(PATIENT, "infusion", 9_000)),
        Draft("visit.held", statement_kinds.VisitHeld(PATIENT, "visit-1", "integration", 9_000)),
        Draft("visit.reflected", statement_kinds.VisitReflected(PATIENT, "visit-1", {"stays": "the water"})),
        Draft("course.ended", statement_kinds.CourseEnded(PATIENT, False, 9_000)),
        Draft("statement.withdrawn", statement_kinds.StatementWithdrawn(PATIENT, "hers"), corrects="said-1"),
        Draft("clinic.changed", change_kinds.ClinicChanged("new headphones", "2026-05-01"), event_id="change-1"),
        Draft("clinic.change_withdrawn", change_kinds.ChangeWithdrawn("a month later"), corrects="change-1"),
        Draft("chart.looked", change_kinds.ChartLooked("liking", "month")),
        Draft(
            "change.sealed",
            change_kinds.ChangeSealed(
                "change-1", "lamps", "2026-05-01", "2026-09-01", "liking", "month", 9, 4, 420, 890, "d"
            ),
            event_id="seal-1",
        ),
        Draft("seal.opened", change_kinds.SealOpened("seal-1", 12, signal=True)),
        Draft(
            "alternation.planned",
            alternation_kinds.AlternationPlanned("lighting", "dark", "dim", "2026-09-01", "seed", "hash"),
            event_id="lot-1",
        ),
        Draft(
            "alternation.assigned",
            alternation_kinds.AlternationAssigned("lot-1", PATIENT, 1, 0, drawn=True, permille=500),
            event_id="draw-1",
        ),
        Draft("alternation.deviated", alternation_kinds.AlternationDeviated(PATIENT, "draw-1", "asked for light")),
        Draft("alternation.stopped", alternation_kinds.AlternationStopped("lot-1", "worn out")),
        Draft("alternation.looked", alternation_kinds.AlternationLooked("lot-1", 9)),
        Draft("factor.declared", factor_kinds.FactorDeclared("music_delivery", "yes/no", "both"), event_id="factor-1"),
        Draft("factor.withdrawn", factor_kinds.FactorWithdrawn("of no use"), corrects="factor-1"),
        Draft("link.looked", factor_kinds.LinkLooked(("music_delivery=both:yes/no",))),
        Draft(
            "import.taken",
            exchange_kinds.ImportTaken("import-1", "5" * 64, "csv", "preset", 0, 1, 0, 0),
            event_id="import-event-1",
        ),
        Draft(
            "import.withdrawn",
            exchange_kinds.ImportWithdrawn("import-1", "the wrong column"),
            corrects="import-event-1",
        ),
        Draft("export.made", exchange_kinds.ExportMade("csv", "0" * 64, 1, 1, 1)),
        Draft("output.tried", kinds.OutputTried("Headphones", True, False)),
        Draft("report.made", kinds.ReportMade(PATIENT, "patient", "0" * 64), event_id="report-1"),
        Draft("event.erased", kinds.EventErased("a word too many"), corrects="report-1", subject=PATIENT),
    ]
