"""Acts that take in what other programs keep: looked through first, then all of it or nothing, and withdrawn as a whole.

A file is read before the record is locked, so that a session that runs waits for what is appended alone.
"""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from setsetting.clinical.form import Recall
from setsetting.clinical.free_text import reason_given
from setsetting.desk import importing
from setsetting.desk.clinic import Clinic
from setsetting.desk.import_terms import ImportTerms, Judged, Unknown
from setsetting.errors import Refused
from setsetting.exchange import mapping as mappings
from setsetting.exchange import presets
from setsetting.exchange.csv_file import CsvRows, survey
from setsetting.exchange.fhir import read_bundle
from setsetting.exchange.found import Findings, ReadFile
from setsetting.exchange.mapping import ImportMapping
from setsetting.exchange.table import read_table
from setsetting.machine import files
from setsetting.progress import Report, silent
from setsetting.record import import_rows
from setsetting.record.exchange_kinds import ImportWithdrawn
from setsetting.record.import_rows import ImportRow
from setsetting.record.sound import LISTED_IMPORTS, refuse_edited_list
from setsetting.words.translate import _

__all__ = [
    "ImportRow",
    "Imported",
    "Unknown",
    "WantedImport",
    "csv",
    "fhir",
    "listing",
    "mapping_text",
    "redcap",
    "withdraw",
]

mapping_text = presets.mapping_text


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to; `import_id` is None where nothing was recorded."""

    import_id: str | None
    dry: bool
    source: str
    written: str
    rows: int
    patients: int
    forms: int
    sessions: int
    totals: int
    stood: int
    left: int
    strangers: int
    findings: Findings

    @property
    def refused(self) -> bool:
        return self.findings.hinder


@dataclass(frozen=True, slots=True)
class WantedImport:
    """A file to take in, by which mapping, and what becomes of rows of strangers; `dry` looks through it alone."""

    path: Path
    mapping: Path | None = None
    unknown: Unknown = Unknown.REFUSE
    dry: bool = False


def csv(clinic: Clinic, wanted: WantedImport, report: Report = silent) -> Imported:
    """Take in a table: by a mapping file, or as `export csv` writes it."""
    return _mapped(clinic, wanted, "csv", report)


def redcap(clinic: Clinic, wanted: WantedImport, report: Report = silent) -> Imported:
    """Take in a REDCap export: by a mapping file, or with the fields that `export redcap` describes."""
    return _mapped(clinic, wanted, "redcap", report)


def fhir(clinic: Clinic, wanted: WantedImport, meanings: Mapping[str, Recall | None]) -> Imported:
    """Take in the forms of a FHIR bundle; `meanings` are what foreign codes mean, None for one to be left out."""
    told = " ".join(f"{code}={recall}" for code, recall in sorted(meanings.items(), key=str))
    digest = hashlib.sha256(told.encode()).hexdigest() if told else "preset"
    terms = ImportTerms(uuid.uuid4().hex, "fhir", digest, wanted.unknown, presets.AS_TOLD)
    return _take(clinic, read_bundle(wanted.path, meanings), terms, dry=wanted.dry)


def _mapped(clinic: Clinic, wanted: WantedImport, source: str, report: Report) -> Imported:
    mapped, digest = presets.REDCAP if source == "redcap" else None, "preset"
    if wanted.mapping is not None:
        text = files.read_text(wanted.mapping)
        mapped, digest = mappings.parse_mapping(text, wanted.mapping), hashlib.sha256(text.encode()).hexdigest()
    found = survey(wanted.path, "" if mapped is None else mapped.encoding, report)
    if mapped is None:
        mapped = _own(CsvRows(found, ",").open_header(), wanted.path)
    terms = ImportTerms(uuid.uuid4().hex, source, digest, wanted.unknown, mapped.early_days)
    return _take(clinic, read_table(found, mapped, report), terms, dry=wanted.dry)


def _own(header: tuple[str, ...], path: Path) -> ImportMapping:
    for mapped in (presets.OWN_FORMS, presets.OWN_SESSIONS, presets.OWN_SCALES):
        if set(mapped.columns) <= set(header):
            return mapped
    words = _(
        "{path} has other columns than `setsetting export csv` writes: name a mapping with --mapping;"
        " `setsetting import mapping` prints one to begin from."
    )
    raise Refused(words.format(path=path))


def _take(clinic: Clinic, read: ReadFile, terms: ImportTerms, *, dry: bool) -> Imported:
    """Judge without a lock, so that a session that runs is held up by what is appended alone; again where it came to that."""
    with clinic.record() as record:
        head = record.head()
        judged = importing.judge(clinic, record, read, terms)
        kept = not dry and _takes(read, judged)
        if kept:
            with record.whole():
                if record.head() != head:
                    judged = importing.judge(clinic, record, read, terms)
                    kept = _takes(read, judged)
                if kept:
                    record.append_all([importing.taken(terms, read, judged), *judged.drafts])
    return _told(read, judged, terms, dry=dry, kept=kept)


def _takes(read: ReadFile, judged: Judged) -> bool:
    """Whether there is anything to record, and nothing hinders it."""
    return bool(judged.drafts) and not (read.findings.hinder or judged.findings.hinder)


def _told(read: ReadFile, judged: Judged, terms: ImportTerms, *, dry: bool, kept: bool) -> Imported:
    findings = Findings(
        sorted([*read.findings.kept, *judged.findings.kept], key=lambda found: found.row),
        read.findings.counted + judged.findings.counted,
    )
    counts = (
        judged.patients,
        judged.forms,
        judged.sessions,
        judged.totals,
        judged.stood,
        judged.left,
        judged.strangers,
    )
    return Imported(terms.import_id if kept else None, dry, terms.source, read.written, read.rows, *counts, findings)


def listing(clinic: Clinic) -> list[ImportRow]:
    """Every import, oldest first."""
    with clinic.record() as record:
        refuse_edited_list(record, LISTED_IMPORTS)
        return import_rows.imports(record)


def withdraw(clinic: Clinic, import_id: str, reason: str) -> ImportRow:
    """Say that nothing of an import counts: its forms, its sessions, and the patients of whom nothing else was told."""
    reason = reason_given(reason)
    with clinic.record() as record, record.whole():
        row = import_rows.named(record, import_id)
        if row.withdrawn is not None:
            raise Refused(_("Import {id} was withdrawn already.").format(id=row.import_id))
        added = import_rows.added(record, row.import_id)
        gone = tuple(each for each in added if not import_rows.told_besides(record, each, row.import_id))
        payload = ImportWithdrawn(import_id=row.import_id, reason=reason, patients=gone)
        record.append("import.withdrawn", payload, corrects=row.event_id)
        return import_rows.named(record, row.import_id)
