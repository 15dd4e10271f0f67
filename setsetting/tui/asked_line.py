"""A line of what is asked before an infusion: what was said of it, and how an answer is kept, whatever kind it is."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from setsetting.clinical import mindset as scales
from setsetting.clinical.agreements import ASKS, LABELS, agreed_words, short_line
from setsetting.clinical.mindset import GOAL_ASKS, SCALES, Scale
from setsetting.clinical.preferences import ASKS as WISH_ASKS
from setsetting.clinical.preferences import LABELS as LABELS_OF_WISHES
from setsetting.clinical.preferences import Wish
from setsetting.units import Milliseconds
from setsetting.views import statement as views
from setsetting.words.numbers import day_text
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.clinical.agreements import Agreement
    from setsetting.desk.clinic import Clinic


@dataclass(frozen=True, slots=True)
class AskedLine:
    """`words` are what was said, None where nobody asked; `shown` stands in the list for them.

    A `rated` one is answered by a digit. `keep` keeps what was typed, `skip` says that it was not asked (None where only
    a withdrawal takes it back). `told` is all that was said of it: event, time, words.
    """

    name: str
    label: str
    asks: str
    words: str | None
    keep: Callable[[str], object]
    skip: Callable[[], object] | None = None
    rated: bool = False
    shown: str = ""
    beside: str = ""
    told: tuple[tuple[str, Milliseconds, str], ...] = ()


def agreed(clinic: "Clinic", code: str) -> list[AskedLine]:
    """Touch, voice, the stop signal."""
    from setsetting.desk import agreements

    def keep(name: "Agreement", text: str) -> None:
        agreements.agree(clinic, code, {name: agreed_words(text)})

    view = agreements.show(clinic, code)
    told = tuple((row.event_id, row.at_utc_ms, short_line(row.agreements)) for row in view.told)
    return [
        AskedLine(
            name,
            LABELS[name],
            ASKS[name],
            words,
            partial(keep, name),
            partial(keep, name, ""),
            shown=words or views.NOT_ASKED,
            beside=_("agreed"),
            told=told,
        )
        for name, words in view.now.said.items()
    ]


def wished(clinic: "Clinic", code: str) -> list[AskedLine]:
    """Likes, rather not, familiar tracks: what is typed of each is asked by the screen, step by step."""
    from setsetting.desk import preferences

    told = preferences.show(clinic, code)
    titles = preferences.titles(clinic, told)
    lines = []
    for wish in Wish:
        said = [(row, views.wish_words(row, titles)) for row in told if row.wish == wish]
        words = ", ".join(words for _row, words in said)
        lines.append(
            AskedLine(
                wish,
                LABELS_OF_WISHES[wish],
                WISH_ASKS[wish],
                words or None,
                lambda _text: None,
                shown=words or views.NOT_ASKED,
                beside=_("music"),
                told=tuple((row.event_id, row.at_utc_ms, words) for row, words in said),
            )
        )
    return lines


def brought(clinic: "Clinic", code: str) -> list[AskedLine]:
    """The intention, the goal with its score, and what is rated before the infusion."""
    from setsetting.desk import mindset

    view, zone = mindset.show(clinic, code), clinic.settings.zone
    intentions = mindset.intention(clinic, code)
    intention = intentions[-1].words if intentions else None
    goal, scores = view.goal, [row for row in view.scores if view.goal and row.goal_id == view.goal.event_id]
    lines = [
        AskedLine(
            "intention",
            _("Intention"),
            _("What do you wish for this infusion? In their own words."),
            intention,
            partial(mindset.intend, clinic, code),
            shown=_("in their own words, shown below") if intention else views.NOT_ASKED,
            beside=_("never exported"),
            told=tuple((row.event_id, row.at_utc_ms, row.words) for row in intentions),
        ),
        AskedLine(
            "goal",
            _("Goal"),
            _("One goal, in their own words."),
            goal.words if goal else None,
            partial(mindset.set_goal, clinic, code),
            shown=views.goal_words(view),
            beside=_("own words"),
            told=() if goal is None else ((goal.event_id, goal.at_utc_ms, goal.words),),
        ),
    ]
    if goal is not None:
        last = scores[-1] if scores else None
        lines.append(
            AskedLine(
                "score",
                _("Goal now"),
                GOAL_ASKS,
                views.score_words(last, zone) if last else None,
                partial(mindset.score_goal, clinic, code),
                rated=True,
                shown=f"{last.score}, {day_text(last.taken_ms, zone)}" if last else views.NOT_ASKED,
                beside=_("beside PCL-5"),
                told=tuple((row.event_id, row.at_utc_ms, views.score_words(row, zone)) for row in scores),
            )
        )
    return [*lines, *(_scale(clinic, code, scale) for scale in SCALES)]


def _scale(clinic: "Clinic", code: str, scale: Scale) -> AskedLine:
    from setsetting.desk import mindset

    before = mindset.show(clinic, code).before
    rated = None if before is None else before.ratings.get(scale.name)

    def keep(text: str) -> None:
        mindset.say_set(clinic, code, {scale.name: scales.scale_rating(scale.name, text)})

    return AskedLine(
        scale.name,
        scale.label,
        _("{asks}: 0 not at all, 10 (+) entirely.").format(asks=scale.asks),
        None if rated is None else str(rated),
        keep,
        partial(keep, ""),
        rated=True,
        shown=views.NOT_ASKED if rated is None else str(rated),
        beside=_("before this infusion"),
        told=() if before is None else ((before.event_id, before.at_utc_ms, scales.ratings_words(before.ratings)),),
    )
