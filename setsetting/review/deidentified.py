"""The de-identified edition of a clinic's review: counts, means and ranges of groups, and nothing of anybody or of any day.

Handled as Safe Harbor asks (45 CFR 164.514(b)(2)): no code, no date but the year, no free text, no name of a room, playlist, file or
track, no figure with a point for a person; there is no line of a person, so there is no id either, and the record's head is in
the clinic's own trail alone. Small counts are held back (`small_cells`), each with what would give it away. Means stand
only where the count they rest on does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from setsetting.clinical.factor import OF_SESSIONS
from setsetting.clinical.pcl5 import provisional_words, recall_words
from setsetting.clinical.setting import NONE, field_named
from setsetting.review import clinic_forest, link_words, outcome_words, respct, words
from setsetting.review.association import Association
from setsetting.review.clinic_completeness import lack_words
from setsetting.review.clinic_outcomes import denominators_words, rule_words
from setsetting.review.clinic_review import ClinicReview, FactorsLooked
from setsetting.review.linking import UnlinkedReason
from setsetting.review.outcomes import CourseState, OutcomeGroup
from setsetting.review.published_context import context_only, published
from setsetting.review.respct import RespctRow
from setsetting.review.small_cells import FEWEST, Count, Sum, told
from setsetting.review.templating import template
from setsetting.words.abbreviations import meanings
from setsetting.words.translate import _

SESSIONS, PATIENTS = "sessions", "patients"


@dataclass(frozen=True, slots=True)
class CountLine:
    """A row of a table: what is told, and the count by its name in the tables' cells; `of` is another count that it is a share of."""

    words: str
    cell: str
    of: str = ""
    mean: str = ""


@dataclass(frozen=True, slots=True)
class Tables:
    """Every count of the edition with what hangs together, and the tables that show them."""

    cells: Mapping[str, Count]
    sums: tuple[Sum, ...]
    tables: tuple[tuple[str, tuple[CountLine, ...]], ...]


class _Gathering:
    """Counts, sums and tables as they are told one after the other."""

    def __init__(self) -> None:
        self.cells: dict[str, Count] = {}
        self.sums: list[Sum] = []
        self.tables: list[tuple[str, tuple[CountLine, ...]]] = []

    def count(self, name: str, value: int, people: int, *, shown: bool = True) -> str:
        self.cells[name] = Count(value, people, shown)
        return name

    def rest(self, name: str, total: str, parts: Sequence[str], people: int) -> str:
        """What is left of a total beside its parts, told nowhere; the sum is kept."""
        left = self.cells[total].value - sum(self.cells[part].value for part in parts)
        self.count(name, left, people, shown=False)
        self.sums.append(Sum(total, (*parts, name)))
        return name


def tables_of(review: ClinicReview) -> Tables:
    """Every count that the edition could tell, by name, before any is held back."""
    found = _Gathering()
    patients = found.count(PATIENTS, len(review.courses), len(review.courses))
    sessions = found.count(SESSIONS, review.sessions, len(review.courses))
    found.tables.append(
        (
            _("What this is made of"),
            (CountLine(_("patients who began a course"), patients), CountLine(_("sessions held"), sessions)),
        )
    )
    _completeness(found, review)
    _courses(found, review)
    _done(found, review)
    _respct(found, review.respct)
    if review.factors is not None:
        _factors(found, review.factors)
    return Tables(found.cells, tuple(found.sums), tuple(found.tables))


def _completeness(found: _Gathering, review: ClinicReview) -> None:
    counted = review.completeness
    linkable = found.count("linkable", counted.total.linkable, counted.behind.get(None, 0))
    lines, parts = [CountLine(_("can be linked to the scores around them"), linkable, SESSIONS)], [linkable]
    for reason, n in counted.total.reasons.items():
        parts.append(found.count(f"unlinked {reason}", n, counted.behind[reason]))
        lines.append(CountLine(_("not linkable: {why}").format(why=lack_words(reason)), parts[-1], SESSIONS))
    found.sums.append(Sum(SESSIONS, tuple(parts)))
    found.tables.append((_("How complete the record is"), tuple(lines)))


def _courses(found: _Gathering, review: ClinicReview) -> None:
    table = review.outcomes.most.table
    states = [course.state for course in review.courses]
    told_of = {
        "completed": (_("finished the course"), [CourseState.COMPLETED]),
        "going on": (_("going on, or gone unnoticed"), [CourseState.GOING_ON]),
        "left": (_("left before its end"), [CourseState.LEFT, CourseState.LEFT_UNSAID]),
    }
    lines = []
    for name, (said, which) in told_of.items():
        n = sum(map(states.count, which))
        lines.append(CountLine(said, found.count(name, n, n), PATIENTS))
    found.sums.append(Sum(PATIENTS, tuple(told_of)))
    both = _both(found, "both", PATIENTS, table.starters)
    whole = _both(found, "whole", "completed", table.completers)
    found.rest("both rest", both, [whole], found.cells[both].value - found.cells[whole].value)
    lines += [
        CountLine(_("with a first and a last form"), both, PATIENTS),
        CountLine(_("of those who finished the course"), whole, "completed"),
    ]
    found.tables.append((_("Courses"), tuple(lines)))
    _thresholds(found, table.starters)


def _both(found: _Gathering, name: str, total: str, group: OutcomeGroup) -> str:
    found.count(name, group.scores.n, group.scores.n)
    found.rest(f"{name} without", total, [name], group.without_scores)
    return name


def _thresholds(found: _Gathering, group: OutcomeGroup) -> None:
    """Shares of all who have both forms; those that lie within one another hang together, and so does what lies between."""
    (nine, fifteen, eighteen, percent, significant, *own), (end, *cuts) = group.improved, group.below
    lines = [_share(found, name, share.count) for name, share in (*group.improved, *group.below)]
    found.tables.append((_("Of patients with both forms"), tuple(lines)))

    def within(inner: str, outer: str) -> None:
        left = found.cells[outer].value - found.cells[inner].value
        found.rest(f"{outer} not {inner}", outer, [inner], left)

    for chain in (
        ("both", nine[0], fifteen[0], eighteen[0], significant[0]),
        ("both", *(name for name, _share_of in reversed(cuts)), end[0], significant[0]),
        *(("both", name) for name, _share_of in (percent, *own)),
    ):
        for outer, inner in pairwise(chain):
            within(inner, outer)


def _share(found: _Gathering, name: str, n: int) -> CountLine:
    return CountLine(name, found.count(name, n, n), "both")


def _done(found: _Gathering, review: ClinicReview) -> None:
    lines = []
    for at, each in enumerate(done for done in review.done if not done.name):
        known = found.count(f"done {at} known", each.of, each.patients + each.without)
        had = found.count(f"done {at}", each.sessions, each.patients)
        found.rest(f"done {at} not", known, [had], each.without)
        found.rest(f"done {at} unknown", SESSIONS, [known], each.unknown)
        item = f" ({each.respct})" if each.respct else ""
        lines += [CountLine(each.words + item, had, known), CountLine(_("  known in"), known, SESSIONS)]
    found.tables.append((_("What was done, in sessions (ReSPCT item)"), tuple(lines)))


def _respct(found: _Gathering, rows: Sequence[RespctRow]) -> None:
    lines = []
    for name in dict.fromkeys(row.name for row in rows):
        own = [row for row in rows if row.name == name]
        cells = [found.count(f"setting {name} {row.value}", row.sessions, row.patients) for row in own]
        found.rest(f"setting {name} unknown", SESSIONS, cells, own[0].unsaid)
        for row, cell in zip(own, cells, strict=True):
            mean = "" if row.mean is None else f"{row.mean:.1f}"
            said = f"{row.label}: {_('rated 0 to 10') if mean else _value(row)} ({row.respct})"
            lines.append(CountLine(said, cell, SESSIONS, mean))
    found.tables.append((_("What the setting was, in sessions (ReSPCT item)"), tuple(lines)))


def _value(row: RespctRow) -> str:
    """A value in words of the list; what a newer program may have logged is not told."""
    field = field_named(row.name)
    known = {*field.choices, NONE}
    return row.value if row.value.isdecimal() or set(row.value.split(", ")) <= known else _("another value")


def _factors(found: _Gathering, looked: FactorsLooked) -> None:
    lines = []
    other = looked.shown.linked.unlinked.get(UnlinkedReason.OTHER_RECALL, 0)
    linked = found.count("linked", found.cells["linkable"].value - other, looked.patients[0])
    found.rest("linked not", "linkable", [linked], looked.patients[1])
    for name, each, behind in _named(looked):
        pattern = each.pattern
        having = found.count(f"factor {name} with", pattern.exposed, behind[0])
        lacking = found.count(f"factor {name} without", pattern.unexposed, behind[1])
        found.rest(f"factor {name} unknown", linked, [having, lacking], behind[2])
        found.count(f"factor {name} both", pattern.contributing, pattern.contributing, shown=False)
        lines += [
            CountLine(_("{factor}: sessions with it").format(factor=name), having, linked),
            CountLine(_("{factor}: sessions without it").format(factor=name), lacking, linked),
        ]
    found.tables.append(
        (
            _("Declared settings, in linked sessions"),
            (CountLine(_("linked sessions that were estimated from"), linked, SESSIONS), *lines),
        )
    )


def _named(looked: FactorsLooked) -> Iterator[tuple[str, Association, tuple[int, int, int]]]:
    """Each factor without a name of the clinic's own."""
    for n, (said, each) in enumerate(zip(looked.declared, looked.shown.associations, strict=True), 1):
        field = said.name.partition("=")[0]
        name = _("one {field} ({n})").format(field=field, n=n) if field in OF_SESSIONS else said.name
        yield name, each, looked.behind[said.name]


def deidentified_html(review: ClinicReview) -> str:
    """The whole edition as text."""
    found = tables_of(review)
    open_to_all = told(found.cells, found.sums)
    some = any(found.cells[name].value for name in open_to_all)
    return template("deidentified.html").render(
        words=words,
        simulated=words.simulated() if review.simulated else "",
        left_out=bool(review.left_out),
        years=_years(review),
        some=some,
        fewest=FEWEST,
        tables=[_table(caption, lines, found, open_to_all) for caption, lines in found.tables if lines],
        scored=list(_scored(review, open_to_all)),
        scored_told=any(name in open_to_all and found.cells[name].value for name in ("both", "whole")),
        recall=recall_words(review.outcomes.most.recall),
        forest=_forest(review, open_to_all),
        notes=_notes(review),
        context_only=context_only(),
        context=[outcome_words.published_line(each) for each in published()],
        program=review.origin.program,
        thresholds=review.outcomes.used,
        abbreviations=meanings(("PCL-5", "PTSD", "DSM-5", "CAPS-5", "SD", "ReSPCT", "CR2", "PMID, PMC")),
    )


def held_back() -> str:
    return _("held back")


def _table(
    caption: str, lines: Sequence[CountLine], found: Tables, open_to_all: frozenset[str]
) -> tuple[str, list[tuple[str, str, str]]]:
    """A table's rows; none where all of it is held back, which is said once."""
    rows = [_row(line, found, open_to_all) for line in lines]
    return caption, rows if any(count != held_back() for _words, count, _share in rows) else []


def _row(line: CountLine, found: Tables, open_to_all: frozenset[str]) -> tuple[str, str, str]:
    """The words, the count or that it is held back, and the share or the mean where what it rests on is told.

    A zero tells of everybody whom it could have counted, so it stands only where so many are told of.
    """
    if line.cell not in open_to_all:
        return line.words, held_back(), ""
    n = found.cells[line.cell].value
    has_base = line.of in open_to_all and found.cells[line.of].value > 0
    if not n and line.of and not has_base:
        return line.words, _("not known") if line.of in open_to_all else held_back(), ""
    if line.mean:
        return line.words, str(n), _("mean {mean}").format(mean=line.mean)
    if not has_base:
        return line.words, str(n), ""
    of = found.cells[line.of].value
    return line.words, str(n), _("{share:.0f} % of {of}").format(share=100 * n / of, of=of)


def _scored(review: ClinicReview, open_to_all: frozenset[str]) -> Iterator[tuple[str, str, str, str]]:
    table = review.outcomes.most.table
    for name, said, group in (
        ("both", _("all who began"), table.starters),
        ("whole", _("finished the course"), table.completers),
    ):
        if name in open_to_all and group.scores.n:
            scores = group.scores
            yield (
                said,
                outcome_words.mean_and_sd(scores.mean_before, scores.sd_before),
                outcome_words.mean_and_sd(scores.mean_after, scores.sd_after),
                outcome_words.change_words(scores),
            )
        else:
            yield said, held_back(), held_back(), held_back()


def _forest(review: ClinicReview, open_to_all: frozenset[str]) -> dict[str, Any] | None:
    """The ranges of those factors whose counts are told and of which enough patients had sessions with and without."""
    if review.factors is None:
        return None
    every = list(_named(review.factors))
    shown = [
        (name, each)
        for name, each, _behind in every
        if {f"factor {name} with", f"factor {name} without"} <= open_to_all and each.pattern.contributing >= FEWEST
    ]
    return {
        "figure": clinic_forest.forest(shown) if shown else "",
        "rows": [(name, clinic_forest.range_words(each)) for name, each in shown],
        "held": [name for name, _each, _behind in every if name not in dict(shown)],
    }


def _notes(review: ClinicReview) -> list[str]:
    notes = [rule_words(), denominators_words(), provisional_words(), respct.note(), words.nobody_compared()]
    if review.factors is not None:
        shown = review.factors.shown
        notes += [
            words.associations(),
            f"{words.chosen_by_staff()} {_shown_elsewhere()}",
            link_words.examined(shown.examined),
        ]
        notes += [link_words.adjusted(shown.beside[:1]), link_words.unmeasured()]
    return notes


def _shown_elsewhere() -> str:
    return _("(In the clinic's own review; here such counts would tell of few.)")


def _years(review: ClinicReview) -> str:
    if review.years is None:
        return _("no session that counts")
    first, last = review.years
    return first if first == last else _("{first} to {last}").format(first=first, last=last)
