"""What an import came to, as data and in words: each finding with its row and field, and never what stands in a cell."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from setsetting.words.numbers import local_text, utc_text
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from setsetting.desk.imports import Imported
    from setsetting.exchange.found import RowFinding
    from setsetting.record.import_rows import ImportRow


def as_data(told: "Imported") -> dict[str, Any]:
    counted = told.findings.counted
    return {
        "import_id": told.import_id,
        "dry_run": told.dry,
        "source": told.source,
        "written": told.written,
        "rows": told.rows,
        "patients": told.patients,
        "forms": told.forms,
        "sessions": told.sessions,
        "totals": told.totals,
        "stood": told.stood,
        "left_out": told.left,
        "unknown": told.strangers,
        "refused": sum(n for level, n in counted.items() if level == "refused"),
        "asked": sum(n for level, n in counted.items() if level == "asked"),
        "said": sum(n for level, n in counted.items() if level == "said"),
        "findings": [
            {"level": str(each.level), "row": each.row or None, "field": each.field, "words": each.words}
            for each in told.findings.kept
        ],
    }


def finding_words(found: "RowFinding") -> str:
    where = _("row {row}, field {field}") if found.row else _("field {field}")
    ask = _("to be answered: ") if found.level == "asked" else ""
    return where.format(row=found.row, field=found.field) + ": " + ask + found.words


def in_words(told: "Imported") -> list[str]:
    """The findings, those that hinder last and so nearest to the eye; and what was done, or would be."""
    lines = [finding_words(each) for each in told.findings.kept if each.level == "said"]
    lines += [finding_words(each) for each in told.findings.kept if each.level != "said"]
    more = sum(told.findings.counted.values()) - len(told.findings.kept)
    if more:
        lines.append(count("and {n} more finding like these", "and {n} more findings like these", more))
    return lines


def summary(told: "Imported") -> str:
    """What was done, or what would be done, in one line."""
    read = count("{n} row read", "{n} rows read", told.rows) + f" ({told.written})."
    parts = [
        count("{n} form", "{n} forms", told.forms),
        count("{n} session", "{n} sessions", told.sessions),
    ]
    if told.totals:
        parts.append(count("{n} total of another scale", "{n} totals of other scales", told.totals))
    if told.patients:
        parts.append(count("{n} new patient", "{n} new patients", told.patients))
    what = ", ".join(parts)
    if told.refused:
        done = _("Nothing was recorded: all of a file is taken in, or none of it. Right so far: {what}.")
    elif told.import_id is not None:
        done = _("Taken in: {what}. `setsetting import withdraw {id} --reason TEXT` takes all of it back.")
    elif told.dry:
        done = _("Looked through, and nothing was recorded. It would take in: {what}.")
    else:
        done = _("Nothing of it is new; nothing was recorded.")
    said = [read, done.format(what=what, id=(told.import_id or "")[:8])]
    if told.stood:
        said.append(
            count(
                "{n} stood already and was left as it is.", "{n} stood already and were left as they are.", told.stood
            )
        )
    if told.left:
        said.append(
            count("{n} of an unknown patient was left out.", "{n} of unknown patients were left out.", told.left)
        )
    if told.strangers:
        said.append(
            count(
                "{n} is of a patient whom this clinic does not know",
                "{n} are of patients whom this clinic does not know",
                told.strangers,
            )
            + _(
                ": `[codes]` in the mapping gives this clinic's codes, --new-patients adds them, --known-only leaves them out."
            )
        )
    return " ".join(said)


def row_as_data(row: "ImportRow") -> dict[str, Any]:
    return {
        "import_id": row.import_id,
        "event_id": row.event_id,
        "at": utc_text(row.at_utc_ms),
        "source": row.source,
        "sha256": row.sha256,
        "patients": row.patients,
        "forms": row.forms,
        "sessions": row.sessions,
        "totals": row.totals,
        "stood": row.stood,
        "withdrawn": None if row.withdrawn is None else row.withdrawn.reason,
    }


def columns(zone: "ZoneInfo") -> Mapping[str, Callable[["ImportRow"], str]]:
    """What a list shows, under each heading, by the clinic's clock."""
    return {
        _("id"): lambda row: row.import_id[:8],
        _("recorded"): lambda row: local_text(row.at_utc_ms, zone),
        _("from"): lambda row: row.source,
        _("forms"): lambda row: str(row.forms),
        _("sessions"): lambda row: str(row.sessions),
        _("totals"): lambda row: str(row.totals or ""),
        _("new patients"): lambda row: str(row.patients),
        _("file (SHA-256)"): lambda row: row.sha256[:12],
        _("withdrawn"): lambda row: _("yes") if row.withdrawn is not None else "",
    }


def withdrawn_words(row: "ImportRow") -> str:
    """What counts no more, and how it is brought back."""
    event_id = "" if row.withdrawn is None else row.withdrawn.event_id
    parts = [count("{n} form", "{n} forms", row.forms), count("{n} session", "{n} sessions", row.sessions)]
    if row.totals:
        parts.append(count("{n} total of another scale", "{n} totals of other scales", row.totals))
    return _(
        "Withdrawn: {what} of that import count no more."
        " `setsetting record undo --event {id} --reason TEXT` brings them back."
    ).format(what=", ".join(parts), id=event_id)
