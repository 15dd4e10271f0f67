"""What is derived can be thrown away, and does not depend on the order in which events arrive."""

import hashlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_clinics import ACTOR, DEVICE, PATIENT, arrive, drafts, dump, following, opened, raw

from setsetting.errors import Refused
from setsetting.record import (
    alternation_kinds,
    alternation_rows,
    change_kinds,
    change_rows,
    draft_rows,
    factor_kinds,
    factor_rows,
    form_kinds,
    form_rows,
    kind_table,
    kinds,
    live_rows,
    payloads,
    projections,
    rows,
    schema,
    statement_kinds,
    statement_rows,
)
from setsetting.record.event import Event, chained_hash
from setsetting.record.log import COLUMNS, Record

FULL = os.environ.get("SETSETTING_LOOPS") == "full"


def test_every_kind_adds_a_row_to_its_own_table(day: Record) -> None:
    told = {draft.kind.replace(".", "_") for draft in drafts()}
    assert told == {kind.replace(".", "_") for kind in kind_table.KINDS}
    assert {table for table, _row in dump(day)} == told - {"report_made"}
    assert len(dump(day)) == len(drafts()) - 1, "the report that was erased has none"


def test_deleted_projections_are_rebuilt_to_an_equal_dump(day: Record, path: Path) -> None:
    before = dump(day)
    with raw(path) as connection:
        connection.execute("DELETE FROM session_acted")
        connection.execute("UPDATE patient_added SET code = 'Z-99'")
        connection.execute("DROP TABLE form_entered")
    assert day.rebuild() == len(drafts())
    assert dump(day) == before
    assert rows.patient(day, "A-01").patient_id == PATIENT


def test_a_changed_fold_fills_the_tables_anew_by_itself(
    day: Record, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(day)
    with raw(path) as connection:
        connection.execute("CREATE TABLE of_an_older_fold (n INTEGER)")
        connection.execute("DELETE FROM patient_added")
    assert rows.patients(day) == []
    monkeypatch.setattr(projections, "VERSION", "another fold")
    with opened(path) as newer:
        assert dump(newer) == before
        assert newer.read("SELECT count(*) FROM sqlite_master WHERE name = 'of_an_older_fold'")[0][0] == 0
    monkeypatch.undo()
    assert rows.patient(day, "A-01").patient_id == PATIENT, "a program that was running meanwhile goes on"


def test_the_log_does_not_hang_on_what_is_derived(day: Record, path: Path) -> None:
    with raw(path) as connection:
        assert connection.execute("PRAGMA foreign_key_list(event)").fetchall() == []


def test_days_kept_as_instants_are_refused_in_a_sentence(path: Path) -> None:
    opened(path).close()
    old = '{"form_id":"f","patient_id":"p","items":[],"recall":"week","taken_utc_ms":5,"dated_only":true}'
    with raw(path) as connection:
        told = Event(DEVICE, 1, "e", "form.entered", 1, 1, 1, 1, ACTOR, "p", None, None, old, "5" * 32, *["0" * 64] * 3)
        marks = ", ".join("?" * len(COLUMNS))
        connection.execute(f"INSERT INTO event VALUES ({marks})", [getattr(told, column) for column in COLUMNS])
        connection.execute("UPDATE about SET value = 'of an earlier program' WHERE name = 'fold'")
    with pytest.raises(Refused, match="a change of the time zone moved"):
        opened(path)


ids = st.sampled_from(["one", "two"])
items = st.lists(st.sampled_from([0, 1, 4, "-", "d"]), min_size=20, max_size=20).map(tuple)
told = st.one_of(
    st.builds(kinds.PatientAdded, ids, st.sampled_from(["A-01", "A-02"])),
    st.builds(kinds.TrackVetoed, ids, st.just("tag"), st.sampled_from(["choir", "drone"])),
    st.builds(kinds.VetoWithdrawn, ids, ids),
    st.builds(kinds.FormEntered, ids, ids, items, st.just("week"), st.integers(0, 3), st.none(), st.booleans()),
    st.builds(kinds.FormCorrected, ids, ids, items, st.just("month"), st.integers(0, 3), ids),
    st.builds(kinds.FormDrafted, ids, ids, st.one_of(items, st.just(())), st.just("week"), ids),
    st.builds(
        kinds.SessionStarted, ids, ids, st.integers(1, 2), st.integers(0, 9), st.just((kinds.StoredSegment(0, 9),)), ids
    ),
    st.builds(
        kinds.SoundPlayed, ids, ids, ids, ids, st.integers(0, 9), st.integers(0, 60_000), st.tuples(ids), st.booleans()
    ),
    st.builds(kinds.SettingLogged, ids, st.dictionaries(ids, ids), st.dictionaries(ids, st.integers(0, 10))),
    st.builds(kinds.SessionEnded, ids, st.integers(0, 9), st.just((kinds.StoredSegment(0, 9),)), ids),
    st.builds(kinds.SessionClosed, ids),
    st.builds(kinds.SessionVoided, ids, ids),
    st.builds(kinds.CorrectionUndone, ids),
    st.builds(kinds.SessionMoved, ids, ids, ids),
    st.builds(kinds.FormWithdrawn, ids, ids, ids),
    st.builds(
        kinds.SessionActed, ids, st.sampled_from(["infusion-start", "infusion-stop"]), st.none(), st.integers(0, 9)
    ),
    st.builds(kinds.SessionMarked, ids, ids, st.integers(0, 9), st.integers(0, 9)),
    st.builds(kinds.SessionRetold, ids, st.integers(0, 9), st.just((kinds.StoredSegment(0, 5),)), ids),
    st.builds(kinds.MarkWithdrawn, ids, ids),
    st.builds(kinds.MinuteCorrected, ids, st.integers(0, 9), st.integers(0, 9), ids),
    st.builds(kinds.StepTold, ids, st.just("start"), st.integers(0, 9), st.integers(0, 9), ids),
    st.builds(kinds.PatientMerged, ids, ids, ids),
    st.builds(statement_kinds.Agreed, ids, ids),
    st.builds(statement_kinds.GoalSet, ids, ids),
    st.builds(form_kinds.FormQueried, ids, ids, ids),
    st.builds(form_kinds.QueryAnswered, ids, ids, ids),
    st.builds(form_kinds.FormKeyedAgain, ids, ids, st.just((0, "-", "d") + (1,) * 17)),
    st.builds(form_kinds.FormUpheld, ids, ids, st.just((0, "-", "d") + (1,) * 17), ids),
    st.builds(statement_kinds.ScaleNoted, ids, ids, st.integers(0, 9), st.just(0), st.just(9), st.integers(0, 3)),
    st.builds(statement_kinds.GoalScored, ids, ids, st.integers(0, 10), st.integers(0, 3)),
    st.builds(statement_kinds.SetSaid, ids, st.dictionaries(ids, st.integers(0, 10)), st.one_of(st.none(), ids)),
    st.builds(statement_kinds.StatementWithdrawn, ids, ids),
    st.builds(kinds.PatientWithdrawn, ids, ids),
    st.builds(change_kinds.ClinicChanged, ids, st.just("2026-05-01")),
    st.builds(change_kinds.ChangeWithdrawn, ids),
    st.builds(change_kinds.ChartLooked, ids, ids),
    st.builds(alternation_kinds.AlternationPlanned, ids, ids, ids, st.just("2026-05-01"), ids, ids),
    st.builds(
        alternation_kinds.AlternationAssigned,
        ids,
        ids,
        st.integers(1, 3),
        st.integers(0, 3),
        st.booleans(),
        st.just(500),
    ),
    st.builds(alternation_kinds.AlternationDeviated, ids, ids, ids),
    st.builds(alternation_kinds.AlternationStopped, ids, ids),
    st.builds(change_kinds.SealOpened, ids, st.integers(0, 9), st.booleans()),
    st.builds(factor_kinds.FactorDeclared, ids, st.just("yes/no"), ids),
    st.builds(factor_kinds.FactorWithdrawn, ids),
    st.builds(factor_kinds.LinkLooked, st.tuples(ids)),
)
NAMING = (*kind_table.CORRECTIONS, kinds.CorrectionUndone)
KIND_OF = {struct: kind for kind, struct in kind_table.KINDS.items()}


def _arrive(path: str | Path, events: list[dict[str, object]]) -> Record:
    """A record that gets these events in this order, as another device's door will hand them in."""
    record = opened(Path(path))
    connection = record._connection
    for name in schema.TRIGGERS:  # they guard the order in which one chain arrives; here any order will do
        connection.execute(f"DROP TRIGGER {name}")
    for event in events:
        arrive(record, event)
    return record


def _answers(record: Record) -> list[object]:
    found: list[object] = [rows.patients(record), rows.sessions(record), record.head(), draft_rows.drafts(record)]
    found += [change_rows.changes(record), change_rows.looks(record, "one", "two"), live_rows.counted(record)]
    found += [
        factor_rows.factors(record),
        factor_rows.looks(record),
        change_rows.seals(record),
        alternation_rows.alternations(record),
    ]
    found += [alternation_rows.draws(record, "one")]
    for one in ("one", "two"):
        found += [
            rows.vetoes(record, one),
            form_rows.forms(record, one),
            live_rows.heard(record, one),
            live_rows.played(record, one),
            live_rows.acts(record, one),
            live_rows.marks(record, one),
            statement_rows.agreements(record, one),
            statement_rows.goal_scores(record, one),
            statement_rows.sets(record, one),
        ]
    return found


@pytest.mark.loop
@settings(max_examples=200 if FULL else 20)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 4), told), max_size=12), st.randoms())
def test_any_order_of_arrival_gives_the_same_answers(
    tmp_path_factory: pytest.TempPathFactory, story: list[tuple[str, int, kinds.Payload]], random: object
) -> None:
    events: list[dict[str, object]] = []
    chains: dict[str, int] = {}
    for letter, lamport, payload in story:
        seq = chains[letter] = chains.get(letter, 0) + 1
        corrects = f"{letter}-{lamport}" if isinstance(payload, NAMING) else None
        events.append(
            following(
                None,
                device=letter * 32,
                seq=seq,
                event_id=f"{letter}-{seq}",
                kind=KIND_OF[type(payload)],
                lamport=lamport,
                corrects=corrects,
                payload=payloads.encode(KIND_OF[type(payload)], payload),
            )
        )
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    folder = tmp_path_factory.mktemp("arrival")
    with _arrive(folder / "one.db", events) as one, _arrive(folder / "two.db", shuffled) as two:
        assert dump(one) == dump(two)
        assert _answers(one) == _answers(two)
        for event in shuffled:  # arriving again changes nothing
            projections.add(two._connection, [event[name] for name in projections.FOLDED])
        assert dump(one) == dump(two)


text = st.text(st.characters(codec="utf-8"))
maybe = st.none() | text
number = st.integers(-(2**63), 2**63 - 1)


@given(
    st.lists(text, min_size=6, max_size=6),
    st.lists(number, min_size=5, max_size=5),
    st.lists(maybe, min_size=3, max_size=3),
)
def test_the_hash_is_that_of_sorted_compact_json(
    texts: list[str], numbers: list[int], others: list[str | None]
) -> None:
    columns: dict[str, object] = dict(
        zip(("device", "event_id", "kind", "actor", "payload_digest", "prev_hash"), texts, strict=True)
    )
    columns |= dict(zip(("seq", "version", "at_utc_ms", "mono_ms", "lamport"), numbers, strict=True))
    columns |= dict(zip(("subject", "corrects", "seal"), others, strict=True))
    hashed = {name: value for name, value in columns.items() if name != "prev_hash"}
    canonical = json.dumps(hashed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    expected = hashlib.sha256((texts[5] + canonical).encode()).hexdigest()
    assert chained_hash(**columns) == expected  # type: ignore[arg-type]


def test_what_this_program_cannot_read_adds_nothing() -> None:
    assert projections.fold("session.closed", 1, '{"session_id":"s"}') == ("s",)
    assert projections.fold("session.closed", 1, '{"session_id":7}') is None
    assert projections.fold("session.closed", 2, '{"session_id":"s"}') is None
    assert projections.fold("session.closed", 1, '{"session_id":"s"}', "sealed") is None
    assert projections.fold("no.such_kind", 1, "{}") is None
