"""The clinic's own sessions beside its scores as data and as words: factors, estimates, and counts and minutes of each.

Per session and window nothing is estimated: what stands there is what was logged.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from setsetting.clinical import pcl5
from setsetting.review import link_words, words
from setsetting.review.clinic_link import ExposedSession, FactorTally, FactorWindow, tally
from setsetting.review.linking import reason_words
from setsetting.views import link
from setsetting.words.numbers import day_text, local_text, minutes_number, utc_text
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from setsetting.desk.own_linkage import ClinicLinkView
    from setsetting.record.factor_rows import FactorRow


def factor_as_data(row: "FactorRow") -> dict[str, Any]:
    return {
        "event_id": row.event_id,
        "factor": row.factor.name,
        "kind": str(row.factor.kind),
        "declared": utc_text(row.at_utc_ms),
        "actor": row.actor,
    }


def factors_in_words(rows: Sequence["FactorRow"], zone: "ZoneInfo") -> list[str]:
    return [f"{row.factor.declared}  {_when(row, zone)}  {row.event_id[:8]}" for row in rows] or [
        _("No factor is declared.")
    ]


def declared_words(row: "FactorRow") -> str:
    """What was kept, and how it is looked at and taken back."""
    return _(
        "Declared: {factor}. `setsetting review link --factor {name}` looks; `setsetting review undeclare {name} --reason"
        " TEXT` takes it back."
    ).format(factor=row.factor.declared, name=row.factor.name)


def _when(row: "FactorRow", zone: "ZoneInfo") -> str:
    return _("declared {when} by {who}").format(
        when=local_text(row.at_utc_ms, zone), who=row.actor[: words.ACTOR_SIGNS]
    )


def as_data(viewed: "ClinicLinkView") -> dict[str, Any]:
    """What files answer with, and what only a clinic's own record knows."""
    found = viewed.link
    names = {row.factor.declared: row.factor.name for row in viewed.declared}
    return link.as_data(viewed.shown) | {
        "clinic": {
            "recall": None if found.recall is None else str(found.recall),
            "declared": [factor_as_data(row) for row in viewed.declared],
            "examined": viewed.shown.examined,
            "declared_no_more": list(viewed.dropped),
            "looked_before": viewed.looked,
            "psychotherapy_known": found.therapy_known,
            "simulated": viewed.simulated,
            "simulated_left_out": viewed.left_out,
            "by_session": [_session_as_data(viewed, each, names) for each in found.sessions],
            "by_window": [_window_as_data(viewed, each, names) for each in found.windows()],
        }
    }


def _session_as_data(viewed: "ClinicLinkView", each: ExposedSession, names: Mapping[str, str]) -> dict[str, Any]:
    reason = viewed.link.reasons.get(each.point.session_id)
    return {
        "session_id": each.point.session_id,
        "patient": viewed.codes[each.point.patient],
        "number": each.point.number,
        "date": day_text(each.point.at_ms, viewed.zone),
        "minutes": round(each.minutes, 3),
        "unlinked": None if reason is None else str(reason),
        "settings": {name: _known(each.exposures[key]) for key, name in names.items()},
    }


def _window_as_data(viewed: "ClinicLinkView", each: FactorWindow, names: Mapping[str, str]) -> dict[str, Any]:
    window = each.window
    return {
        "patient": viewed.codes[window.pre.patient],
        "recall": str(window.post.recall),
        "first": day_text(window.pre.at_ms, viewed.zone),
        "last": day_text(window.post.at_ms, viewed.zone),
        "sessions": len(window.sessions),
        "settings": {name: _tally_as_data(each.tallies[key]) for key, name in names.items()},
    }


def _tally_as_data(found: FactorTally) -> dict[str, Any]:
    return {
        "with": found.having,
        "without": found.lacking,
        "unknown": found.unknown,
        "minutes_with": round(found.minutes_having, 3),
        "minutes_without": round(found.minutes_lacking, 3),
    }


def _known(much: float) -> float | None:
    return None if math.isnan(much) else much


def in_words(viewed: "ClinicLinkView", *, each: bool = False) -> list[str]:
    """The review as lines; with `each`, what was logged of every session and in every window after it."""
    shown = viewed.shown
    lines = [words.simulated()] if viewed.simulated else []
    lines += [*link.linked_in_words(shown), *_basis(viewed)]
    for row, found, q in zip(viewed.declared, shown.associations, shown.q_values, strict=True):
        lines += ["", f"{row.factor.declared} ({_when(row, viewed.zone)})"]
        lines += [f"  {line}" for line in link.factor_in_words(found, q, shown.examined)]
        lines += [f"  {line}" for line in _totals(viewed, row.factor.declared)]
    if each:
        lines += ["", *_each_in_words(viewed)]
    return [*lines, "", *list(link.mandatory(shown))[2:]]


def _basis(viewed: "ClinicLinkView") -> Iterator[str]:
    """Which scores, which adjustment, how often anybody looked."""
    found, shown = viewed.link, viewed.shown
    if found.recall is not None:
        yield _("Scores are of the {recall}.").format(recall=pcl5.recall_words(found.recall))
    yield link_words.adjusted(shown.beside[:1])
    yield link_words.therapy_known(found.therapy_known, len(shown.linked.at))
    if viewed.left_out:
        yield words.whose(all_simulated=False, left_out=viewed.left_out)
    if viewed.dropped:
        yield _("Looked at before and declared no more, so examined still: {names}.").format(
            names=", ".join(viewed.dropped)
        )
    yield looked_words(viewed.looked)


def looked_words(looked: int) -> str:
    if not looked:
        return _("Not looked at before.")
    return count("Looked at {n} time before.", "Looked at {n} times before.", looked)


def _totals(viewed: "ClinicLinkView", factor: str) -> Iterator[str]:
    """Counts and minutes over all sessions, linked or not, and over the windows with sessions in them."""
    found = viewed.link
    if not found.sessions:
        return
    yield _("All sessions: {told}.").format(told=tally_words(tally(found.sessions, factor)))
    held = [each for each in found.windows() if each.window.sessions]
    with_it = sum(each.tallies[factor].having > 0 for each in held)
    yield _("Windows between two scores with sessions in them: {n}, with it in {some} of them.").format(
        n=len(held), some=with_it
    )


def tally_words(found: FactorTally) -> str:
    """Counts and minutes with any of a factor and without, and of how many nobody knows."""
    return _("{n} with it ({with_min} min), {m} without it ({without_min} min), {unknown} not known").format(
        n=found.having,
        with_min=minutes_number(found.minutes_having),
        m=found.lacking,
        without_min=minutes_number(found.minutes_lacking),
        unknown=found.unknown,
    )


def _each_in_words(viewed: "ClinicLinkView") -> Iterator[str]:
    names = {row.factor.declared: row.factor.name for row in viewed.declared}
    yield _("Each session as it was logged:")
    yield from (f"  {session_words(viewed, each)}" for each in viewed.link.sessions)
    yield ""
    yield _("Each window between two scores as it was logged:")
    for each in viewed.link.windows():
        first, last = (day_text(form.at_ms, viewed.zone) for form in (each.window.pre, each.window.post))
        told = "; ".join(f"{name}: {tally_words(each.tallies[key])}" for key, name in names.items())
        yield f"  {viewed.codes[each.window.pre.patient]}  {each.window.post.recall}  {first} to {last}  {told}"


def session_words(viewed: "ClinicLinkView", each: ExposedSession) -> str:
    """A session with how much it had of each factor that is shown, and whether it is linked."""
    told = [f"{row.factor.name} {much_words(each, row.factor.declared)}" for row in viewed.declared]
    return "  ".join(
        (
            f"{viewed.codes[each.point.patient]} {each.point.number}",
            day_text(each.point.at_ms, viewed.zone),
            _("{n} min").format(n=minutes_number(each.minutes)),
            ", ".join(told),
            linked_words(viewed, each),
        )
    )


def much_words(each: ExposedSession, factor: str) -> str:
    """How much of a factor a session had: yes or no, a step or a count."""
    much = each.exposures[factor]
    if math.isnan(much):
        return _("not known")
    if factor.endswith("yes/no"):
        return _("yes") if much else _("no")
    return f"{much:g}"


def linked_words(viewed: "ClinicLinkView", each: ExposedSession) -> str:
    reason = viewed.link.reasons.get(each.point.session_id)
    return _("linked") if reason is None else reason_words(reason)


FOREST_WIDTH = 33
FARTHEST = 12.0
"""Points at which the axis of the forest ends to either side."""
AXIS = _("−12 points      0             +12")
"""No end of it is called better."""


@dataclass(frozen=True, slots=True)
class ForestRow:
    """A factor with its range drawn, or a gate's words in its place; `says` is the same in words."""

    name: str
    having: str
    lacking: str
    mark: str
    says: str
    gated: bool


@dataclass(frozen=True, slots=True)
class ExposureRow:
    """A session with how much it had of a factor."""

    session_id: str
    patient: str
    number: str
    day: str
    minutes: str
    much: str
    linked: str


def unseen_rows(rows: Sequence["FactorRow"], zone: "ZoneInfo") -> list[ForestRow]:
    """The declared factors before anybody looks."""
    said = _("{kind}, declared {when}")
    return [
        ForestRow(
            row.factor.name,
            "",
            "",
            _("not looked at"),
            said.format(kind=row.factor.kind, when=local_text(row.at_utc_ms, zone)),
            gated=True,
        )
        for row in rows
    ]


def before_looking() -> str:
    """What is to be known before anybody looks."""
    return _(
        "A clinic of 20 patients would miss a true 3-point difference about 4 times in 5; `setsetting review power` says it of this one."
        " By chance alone about one in three reviews of eight settings shows something at p<.05."
    )


def linked_line(viewed: "ClinicLinkView") -> str:
    linked = viewed.shown.linked
    held = len(linked.sessions.patient)
    if not held:
        return _("no session that counts was held")
    return _("{linked} of {sessions} linked").format(
        linked=len(linked.at), sessions=count("{n} session", "{n} sessions", held)
    )


def beside_forest(viewed: "ClinicLinkView") -> list[str]:
    """What must stand beside the forest."""
    lines = [words.simulated() + "."] if viewed.simulated else []
    return [*lines, *list(link.mandatory(viewed.shown))[:-1], looked_words(viewed.looked)]


def forest_rows(viewed: "ClinicLinkView") -> list[ForestRow]:
    """Each factor in the order of declaration."""
    rows = []
    for row, found in zip(viewed.declared, viewed.shown.associations, strict=True):
        gated = bool(found.gates)
        low, high = found.g_estimate.ci_low, found.g_estimate.ci_high
        why = "; ".join(map(link_words.gate_words, found.gates))
        rows.append(
            ForestRow(
                row.factor.name,
                str(found.pattern.exposed),
                str(found.pattern.unexposed),
                words.too_little() if gated else forest_mark(low, found.g_estimate.points, high),
                why if gated else link_words.compatible(low, high),
                gated,
            )
        )
    return rows


def forest_mark(low: float, points: float, high: float) -> str:
    """A range on the axis with its point estimate; an end beyond the axis is an arrow, zero a line."""
    places = FOREST_WIDTH - 1

    def place(value: float) -> int:
        return round((min(FARTHEST, max(-FARTHEST, value)) + FARTHEST) / (2 * FARTHEST) * places)

    signs = [" "] * FOREST_WIDTH
    for at in range(place(low), place(high) + 1):
        signs[at] = "\N{BOX DRAWINGS LIGHT HORIZONTAL}"
    zero = place(0)
    signs[zero] = (
        "\N{BOX DRAWINGS LIGHT VERTICAL AND HORIZONTAL}" if signs[zero] != " " else "\N{BOX DRAWINGS LIGHT VERTICAL}"
    )
    if low < -FARTHEST:
        signs[0] = "\N{LEFTWARDS ARROW}"
    if high > FARTHEST:
        signs[-1] = "\N{RIGHTWARDS ARROW}"
    signs[place(points)] = "\N{BLACK CIRCLE}"
    return "".join(signs)


def factor_lines(viewed: "ClinicLinkView", name: str) -> list[str]:
    """All that is told of one factor."""
    at = [row.factor.name for row in viewed.declared].index(name)
    row, shown = viewed.declared[at], viewed.shown
    lines = link.factor_in_words(shown.associations[at], shown.q_values[at], shown.examined)
    told = (*lines, *_totals(viewed, row.factor.declared), *_basis(viewed), words.do_not_change())
    return [f"{row.factor.declared}.", *told]


def exposure_rows(viewed: "ClinicLinkView", name: str) -> list[ExposureRow]:
    """Every session that counts, in the order of patient and time."""
    key = _key(viewed, name)
    rows = [
        ExposureRow(
            each.point.session_id,
            viewed.codes[each.point.patient],
            str(each.point.number),
            day_text(each.point.at_ms, viewed.zone),
            minutes_number(each.minutes),
            much_words(each, key),
            linked_words(viewed, each),
        )
        for each in viewed.link.sessions
    ]
    return sorted(rows, key=lambda row: (row.patient, row.day))


def totals_line(viewed: "ClinicLinkView", name: str) -> str:
    return next(_totals(viewed, _key(viewed, name)))


def _key(viewed: "ClinicLinkView", name: str) -> str:
    return next(row.factor.declared for row in viewed.declared if row.factor.name == name)
