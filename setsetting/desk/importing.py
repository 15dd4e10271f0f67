"""What of a file that was read can be taken into the record as it stands: by the rules of `pcl5 add` and `session add`.

It writes nothing. Everything that hinders is found with its row and field; what stands already is counted and left as it is.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from setsetting.clinical import course, infusion
from setsetting.clinical.course import Visit, filled_amid, overlap_words
from setsetting.clinical.form import Form, Recall
from setsetting.clinical.infusion import Infusion
from setsetting.desk import closing, forms, imported_drafts, patients, rooms, scales
from setsetting.desk.clinic import Clinic
from setsetting.desk.import_terms import ImportTerms, Judged, Unknown
from setsetting.desk.imported_drafts import Brought, HeldWhen
from setsetting.errors import SetSettingError
from setsetting.exchange.found import Level, ReadFile, ReadForm, ReadSession, ReadTotal
from setsetting.machine import clock
from setsetting.record import form_rows, rows, scale_rows
from setsetting.record.exchange_kinds import ImportTaken
from setsetting.record.kinds import FormWithdrawn, SessionVoided
from setsetting.record.log import Draft, Record
from setsetting.units import Milliseconds, minutes_from_ms
from setsetting.words.numbers import day_number, day_text
from setsetting.words.spelling import spelled
from setsetting.words.translate import _

_STRANGER = _("no patient of this clinic has this code.")


@dataclass(frozen=True, slots=True, order=True)
class _HeldAt:
    started_utc_ms: Milliseconds
    over_ms: Milliseconds


@dataclass(slots=True)
class _Whose:
    """A patient as the file names one, with what is known of the course: the record's, then the file's too."""

    patient_id: str
    named_id: str
    code: str
    simulated: bool
    held: list[_HeldAt] = field(default_factory=list)
    forms: dict[tuple[Recall, int], tuple[str, int]] = field(default_factory=dict)
    """By recall and day: the form's id in the record, or "" and its row in the file."""
    told: dict[tuple[Form, bool], bool] = field(default_factory=dict)
    """Every form as it was ever told; whether it stands."""
    void: frozenset[_HeldAt] = frozenset()
    """The sessions of which a person said that they were none."""
    totals: dict[tuple[str, Milliseconds, bool], dict[int, bool]] = field(default_factory=lambda: defaultdict(dict))
    """Totals by scale, time and whether only its day is known; whether each stands."""
    windows: dict[int, set[Recall]] = field(default_factory=lambda: defaultdict(set))
    """The recalls of the forms between two infusions, by how many were before."""


def judge(clinic: Clinic, record: Record, read: ReadFile, terms: ImportTerms) -> Judged:
    """Hold all that was read of a file against the record as it is now."""
    judging = _Judging(clinic, record, terms)
    for session in sorted(read.sessions, key=lambda told: told.row):
        judging.session(session)
    for form in sorted(read.forms, key=lambda told: told.row):
        judging.form(form)
    for total in sorted(read.totals, key=lambda told: told.row):
        judging.total(total)
    return judging.judged


def taken(terms: ImportTerms, read: ReadFile, judged: Judged) -> Draft:
    """The one event that tells of the whole."""
    counts = judged.patients, judged.forms, judged.sessions, judged.stood, judged.totals
    return Draft("import.taken", ImportTaken(terms.import_id, read.sha256, terms.source, terms.mapping, *counts))


_Read: TypeAlias = ReadForm | ReadSession | ReadTotal


class _Hindered(Exception):
    """A row is not taken; it was said why."""


class _Judging:
    def __init__(self, clinic: Clinic, record: Record, terms: ImportTerms) -> None:
        self._clinic, self._record, self._import_id = clinic, record, terms.import_id
        self._unknown, self._early_days = terms.unknown, terms.early_days
        self._zone = clinic.settings.zone
        self._known: dict[str, _Whose | str] = {}
        self._new: dict[str, str] = {}
        told = rows.sessions(record)
        held = rows.by_patient(row for row in told if row.counts)
        self._held = {
            patient: [_HeldAt(row.started_utc_ms, row.over_ms) for row in own] for patient, own in held.items()
        }
        self._void = rows.by_patient(
            row for row in told if any(isinstance(c.payload, SessionVoided) for c in row.corrections)
        )
        self._forms = rows.by_patient(form_rows.every(record))
        self._totals = rows.by_patient(scale_rows.every(record))
        self._scales = {spelled(each.name): each for each in scales.noted_here(clinic)}
        self.judged = Judged()

    def _refuse(self, row: int, name: str, words: str, level: Level = Level.REFUSED) -> None:
        self.judged.findings.add(level, row, name, words)

    def _whose(self, told: _Read) -> _Whose | None:
        """The patient of a row; None, and said why, where there is none."""
        if told.code not in self._known:
            self._known[told.code] = self._find(told)
        found = self._known[told.code]
        if isinstance(found, _Whose):
            return found
        if found:
            self.judged.strangers += found == _STRANGER
            self._refuse(told.row, told.names.patient, found)
        else:
            self.judged.left += 1
        return None

    def _find(self, told: _Read) -> "_Whose | str":
        """The patient, or why there is none; "" for rows of a stranger that are left out."""
        alike = [row for row in rows.everyone(self._record) if rows.plain_code(row.code) == rows.plain_code(told.code)]
        if alike:
            try:
                row = rows.patient(self._record, told.code)
            except SetSettingError:
                return _("this patient was withdrawn, or several have a code like this.")
            known = self._known_of(row.patient_id)
            if known is None:
                known = _Whose(row.patient_id, row.named_id, row.code, row.simulated)
                self._gather(known)
            return known
        if self._unknown is Unknown.LEAVE:
            return ""
        return _STRANGER if self._unknown is Unknown.REFUSE else self._add(told)

    def _known_of(self, patient_id: str) -> _Whose | None:
        return next(
            (each for each in self._known.values() if isinstance(each, _Whose) and each.patient_id == patient_id), None
        )

    def _add(self, told: _Read) -> "_Whose | str":
        plain = rows.plain_code(told.code)
        if self._new.setdefault(plain, told.code) != told.code:
            return _("the same code but for case, blanks or punctuation stands in another row.")
        try:
            new = patients.new(self._record, told.code, simulated=told.simulated, imported=self._import_id)
        except SetSettingError:
            return _("no code that a new patient can have: up to 32 letters, digits, dots, dashes and underscores.")
        if patients.names_a_person(told.code, clock.local(self._clinic.clock.utc_ms(), self._zone).year):
            words = _("looks like a name with a birth date; a code that says nothing of the person is safer.")
            self._refuse(told.row, told.names.patient, words, Level.SAID)
        self.judged.drafts.append(Draft("patient.added", new))
        self.judged.patients += 1
        return _Whose(new.patient_id, new.patient_id, new.code, new.simulated)

    def _gather(self, whose: _Whose) -> None:
        whose.held = sorted(self._held.get(whose.patient_id, ()))
        whose.void = frozenset(_HeldAt(row.started_utc_ms, row.over_ms) for row in self._void.get(whose.patient_id, ()))
        for row in self._forms.get(whose.patient_id, ()):
            stands = row.withdrawn is None
            if not stands and not isinstance(row.withdrawn and row.withdrawn.payload, FormWithdrawn):
                continue  # with its import, which may be done again
            for form, dated_only in (
                (row.form, row.dated_only),
                *((one.before, one.dated_only) for one in row.changes),
            ):
                whose.told[form, dated_only] = stands or whose.told.get((form, dated_only), False)
            if stands:
                day = day_number(row.form.taken_ms, self._zone)
                whose.forms[row.form.recall, day] = row.form_id, 0
                whose.windows[self._before(whose, row.form.taken_ms)].add(row.form.recall)
        for noted in self._totals.get(whose.patient_id, ()):
            whose.totals[spelled(noted.scale), noted.taken_ms, noted.dated_only][noted.total] = not noted.withdrawn

    def _before(self, whose: _Whose, at_ms: Milliseconds) -> int:
        return bisect_left(whose.held, _HeldAt(at_ms, Milliseconds(0)))

    @contextmanager
    def _of(self, row: int, name: str, words: str = "") -> Iterator[None]:
        """Tell what hinders this field of a row; in these words where its own would repeat the cell."""
        try:
            yield
        except SetSettingError as error:
            self._refuse(row, name, words or str(error))
            raise _Hindered from error

    def _say_if_twice(self, told: _Read, at: str) -> None:
        if len(clock.readings(at, self._zone)) > 1:
            words = _("was twice, as the clock was put back: the first is meant; write the other with its offset.")
            self._refuse(told.row, told.names.at, words, Level.SAID)

    def session(self, told: ReadSession) -> None:
        with suppress(_Hindered):
            if (whose := self._whose(told)) is not None:
                self._session(told, whose)

    def _session(self, told: ReadSession, whose: _Whose) -> None:
        with self._of(told.row, told.names.at):
            began_ms = closing.began_ms(self._clinic, told.started)
            self._say_if_twice(told, told.started)
        with self._of(told.row, told.names.length):
            ran, ended_ms = self._ran(told, began_ms)
        this = _HeldAt(began_ms, ended_ms)
        at = bisect_left(whose.held, _HeldAt(began_ms, Milliseconds(0)))
        if this in whose.void or this in whose.held[at : at + 1]:
            self.judged.stood += 1
            if this in whose.void:
                words = _("this session was entered before and voided since; it stays void.")
                self._refuse(told.row, told.names.at, words, Level.SAID)
            return
        with self._of(told.row, told.names.at):
            closing.refuse_when(self._clinic, whose.code, began_ms, ended_ms, whose.held[max(0, at - 1) : at + 1])
        no_room = _("no room of clinic.toml; add it there, or leave the cell empty.")
        with self._of(told.row, told.names.room, no_room):
            room = rooms.named(self._clinic, told.room or None)
        number = course.visit_no(began_ms, [each.started_utc_ms for each in whose.held])
        insort(whose.held, this)
        self.judged.sessions += 1
        zero_ms = clock.parse_moment(told.zero, self._zone)[0] if told.zero else began_ms
        when = HeldWhen(began_ms, zero_ms, ended_ms, number)
        self.judged.drafts += imported_drafts.of_session(told, when, room, ran, self._brought(told, whose))

    def _brought(self, told: _Read, whose: _Whose) -> Brought:
        return Brought(self._import_id, whose.named_id, told.simulated or whose.simulated)

    def _ran(self, told: ReadSession, began_ms: Milliseconds) -> tuple[Infusion, Milliseconds]:
        """How the infusion ran and when the session was over, as the row tells it."""
        ended_ms = clock.parse_moment(told.ended, self._zone)[0] if told.ended else None
        if told.infusion is not None:
            ran = told.infusion
        elif told.minutes is not None:
            ran = infusion.steady(told.minutes)
        else:
            assert ended_ms is not None, "a session without an end was refused when it was read"
            ran = infusion.steady(minutes_from_ms(ended_ms - began_ms))
        zero_ms = clock.parse_moment(told.zero, self._zone)[0] if told.zero else began_ms
        least_ms = zero_ms + ran.end_ms
        if ended_ms is not None and (ended_ms < least_ms or began_ms > least_ms):
            raise SetSettingError(_("The session ends before its infusion does, or begins after it was over."))
        return ran, least_ms if ended_ms is None else ended_ms

    def form(self, told: ReadForm) -> None:
        with suppress(_Hindered):
            if (whose := self._whose(told)) is not None:
                self._form(told, whose)

    def _form(self, told: ReadForm, whose: _Whose) -> None:
        with self._of(told.row, told.names.at):
            taken_ms, dated_only = clock.parse_moment(told.taken, self._zone)
            self._say_if_twice(told, told.taken)
            forms.refuse_future(self._clinic, taken_ms)
        form = Form(told.items, told.recall, taken_ms)
        if self._stood(told, whose, form, dated_only=dated_only) or self._twice(told, whose, form):
            return
        if (asked := self._asked(told, whose, form, dated_only=dated_only)) is not None:
            self._refuse(told.row, told.names.at, asked, Level.ASKED)
            return
        self._say(told, whose, form)
        whose.forms[form.recall, day_number(taken_ms, self._zone)] = "", told.row
        whose.told[form, dated_only] = True
        self.judged.forms += 1
        said = clock.as_said(taken_ms, self._zone, dated_only=dated_only)
        self.judged.drafts += imported_drafts.of_form(told, said, self._brought(told, whose))

    def total(self, told: ReadTotal) -> None:
        with suppress(_Hindered):
            if (whose := self._whose(told)) is not None:
                self._total(told, whose)

    def _total(self, told: ReadTotal, whose: _Whose) -> None:
        with self._of(told.row, told.names.at):
            taken_ms, dated_only = clock.parse_moment(told.taken, self._zone)
            self._say_if_twice(told, told.taken)
            forms.refuse_future(self._clinic, taken_ms)
        meant = self._scales.get(spelled(told.scale))
        if meant is None:
            self._refuse(told.row, told.names.scale, _("no scale that clinic.toml names under [scales]; add it there."))
            return
        lowest, highest = told.stated or (meant.lowest, meant.highest)
        if not lowest <= told.total <= highest:
            words = _("a total from {lowest} to {highest} expected.").format(lowest=lowest, highest=highest)
            self._refuse(told.row, told.names.total, words)
            return
        known = whose.totals[spelled(meant.name), taken_ms, dated_only]
        if told.total in known:
            self.judged.stood += 1
            if not known[told.total]:
                words = _("this total was noted before and withdrawn since; it stays withdrawn.")
                self._refuse(told.row, told.names.total, words, Level.SAID)
            return
        if any(known.values()):
            words = _("another total of this scale and time stands already; one of the two is wrong.")
            self._refuse(told.row, told.names.total, words)
            return
        known[told.total] = True
        self.judged.totals += 1
        stated, brought = (meant.name, lowest, highest), self._brought(told, whose)
        said = clock.as_said(taken_ms, self._zone, dated_only=dated_only)
        self.judged.drafts.append(imported_drafts.of_total(told, stated, said, brought))

    def _stood(self, told: ReadForm, whose: _Whose, form: Form, *, dated_only: bool) -> bool:
        """Whether this very form was told before: it is left as it stands by now."""
        stands = whose.told.get((form, dated_only))
        if stands is None:
            return False
        self.judged.stood += 1
        if not stands:
            words = _("this form was entered before and withdrawn since; it stays withdrawn.")
            self._refuse(told.row, told.names.items, words, Level.SAID)
        return True

    def _twice(self, told: ReadForm, whose: _Whose, form: Form) -> bool:
        before = whose.forms.get((form.recall, day_number(form.taken_ms, self._zone)))
        if before is None:
            return False
        form_id, row = before
        if form_id:
            words = _("another past-{recall} form of {day} stands already ({id}); one of the two is wrong.")
        else:
            words = _("another past-{recall} form of {day} stands in row {row}; one of the two is wrong.")
        day = day_text(form.taken_ms, self._zone)
        self._refuse(told.row, told.names.at, words.format(recall=form.recall, day=day, id=form_id, row=row))
        return True

    def _asked(self, told: ReadForm, whose: _Whose, form: Form, *, dated_only: bool) -> str | None:
        """What has to be known before this form can be taken."""
        days = [day_number(each.started_utc_ms, self._zone) for each in self._near(whose, form.taken_ms)]
        day = day_number(form.taken_ms, self._zone)
        if dated_only and not told.before and day in days:
            return _(
                "the day of an infusion, and no time: was it filled before or after? Give its time, or say"
                ' `day_means = "before"` in the mapping.'
            )
        first = whose.held[0].started_utc_ms if whose.held else None
        if first is not None and day < day_number(first, self._zone) - self._early_days:
            return _(
                "more than {days} days before the first infusion: is the date right? `early_days` in the mapping"
                " says how many there may be."
            ).format(days=self._early_days)
        return None

    def _near(self, whose: _Whose, at_ms: Milliseconds) -> list[_HeldAt]:
        """The sessions before and after a time, of which alone one can be on its day."""
        at = self._before(whose, at_ms)
        return whose.held[max(0, at - 1) : at + 1]

    def _say(self, told: ReadForm, whose: _Whose, form: Form) -> None:
        """What hinders nothing and is to be known: amid an infusion, and two recalls in one window."""
        window = whose.windows[self._before(whose, form.taken_ms)]
        if window and form.recall not in window:
            words = _("past-week and past-month forms stand between the same infusions; the two are never compared.")
            self._refuse(told.row, told.names.recall, words, Level.SAID)
        window.add(form.recall)
        near = [Visit(each.started_utc_ms, each.over_ms) for each in self._near(whose, form.taken_ms)]
        if any(filled_amid(form, visit, self._zone) for visit in near):
            words = _("filled during an infusion or later that day, so no score after it.")
            self._refuse(told.row, told.names.at, words, Level.SAID)
        if whose.held and (words := overlap_words(form, [whose.held[0].started_utc_ms], self._zone) or ""):
            self._refuse(told.row, told.names.recall, f"{words}.", Level.SAID)
