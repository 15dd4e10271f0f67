"""The sentences a review must carry, word for word; they are never reworded by a face or a template.

`internal_review` stands on every screen, `whole` and the others in every report. Of the words
prescribed for a clinic's review, those about numbers of settings examined and ranges of effects have
no place on one patient's page: nothing is estimated there.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from setsetting.clinical.infusion import Infusion, minutes_run
from setsetting.units import Milliseconds, minutes_from_ms
from setsetting.words.numbers import local_text, minutes_number
from setsetting.words.plain import one_line
from setsetting.words.translate import _, count

if TYPE_CHECKING:
    from setsetting.clinical.form import SecondKeying
    from setsetting.review.course import Happened
    from setsetting.review.view import VisitLine

ACTOR_SIGNS = 8
"""So much of the random id of who acted is shown."""


def internal_review() -> str:
    """The one line of every screen."""
    return _("Internal review only; cannot show that a setting caused a change.")


def whole() -> str:
    """The text every report carries whole."""
    return _(
        "Internal review only. Describes what was done and what was later scored. Not medical advice, not a "
        "diagnosis, not a medical device, not for choosing drug, dose, rate or timing, and not patient monitoring. "
        "Associations are unadjusted, from few sessions, and cannot show that a setting caused a change. PCL-5 is a "
        "self-report measure; the provisional rule does not replace a structured interview."
    )


def adjusted_alone() -> str:
    """What follows the whole text where estimates stand on the page, so that it is true of them too."""
    return _(
        "Of all figures here only the ranges of declared settings are adjusted, for what stands beside them; that takes "
        "nothing away from the sentence above: adjusted for what somebody wrote down, they cannot show a cause either."
    )


def associations() -> str:
    return _("Associations in this clinic's own records, not proof that a setting helps or harms.")


def chosen_by_staff() -> str:
    return _("Settings were chosen by staff, not at random; how often by session number and by last score is shown.")


def do_not_change() -> str:
    return _("Do not change one patient's care from this page.")


def nobody_compared() -> str:
    """What a mean of scores before and after cannot tell."""
    return _(
        "Nobody was compared with anybody: scores fall by themselves after a high first one, and those without a last form may have "
        "fared otherwise. No figure here is the effect of a treatment or of a setting."
    )


def too_little() -> str:
    """What stands where a gate holds something back; never a blank or a zero."""
    return _("Too little data to say")


def why_no_test() -> str:
    """Why no probability is given for one patient; figures from simulations of patients without any effect."""
    return _(
        "No test is made for one patient and no probability is given: with six sessions even the most one-sided "
        "pattern arises by chance one time in ten, and with no effect at all, sessions with and without a setting "
        "differ by 5 points or more in about half of such patients."
    )


def unsaid_of_one() -> tuple[str, ...]:
    """What one patient's page cannot say, in the order in which a reader would want to say it; it stands beside the first change."""
    return (
        _(
            "That the treatment, or a setting, caused a change: nobody was compared, and a course that begins at a high score "
            "tends to fall by itself."
        ),
        _(
            "Which setting suits this patient: with no effect at all, sessions with and without a setting differ by 5 points or "
            "more in about half of patients with six sessions."
        ),
        _(
            "Whether this patient has PTSD, or is at risk: that takes an interview, and the PCL-5 has no item on suicide."
        ),
    )


def limits() -> tuple[str, ...]:
    """What else a reader must hold against the page."""
    return (
        _("A course that begins at a high score tends to fall by itself (regression to the mean)."),
        _("Early sessions come with the largest falls, whatever the setting; the session's number is always shown."),
        _("Looking again after every form makes chance patterns more likely to be noticed."),
        _(
            "Concomitant psychotherapy stands in the record as a yes or no of a visit at most; it may explain more than any setting."
        ),
        _("The PCL-5 has no item on suicide and is not a screening for risk."),
    )


def simulated() -> str:
    return _("SIMULATED: no real person")


def open_queries(n: int) -> str:
    """How many questions on forms nobody has answered yet."""
    return count("{n} open query", "{n} open queries", n)


def open_keyings(n: int) -> str:
    """How many forms were keyed twice, differ and are not settled."""
    return count("{n} second keying differs", "{n} second keyings differ", n)


def left_open(queries: int, keyings: int) -> tuple[str, ...]:
    """What somebody has still to settle on forms; nothing where there is none."""
    told = ((open_queries, queries), (open_keyings, keyings))
    return tuple(words(n) for words, n in told if n)


def whose(*, all_simulated: bool, left_out: int) -> str:
    """Who is counted, where that is to be said: all are simulated, or those who are were left out; else nothing."""
    if all_simulated:
        return simulated() + "."
    if left_out:
        return count("{n} simulated patient is left out.", "{n} simulated patients are left out.", left_out)
    return ""


def keyed_twice(second: "SecondKeying") -> str:
    """How the two keyings of a form compare."""
    if not second.differing:
        return _("keyed twice, equal")
    numbers = ", ".join(str(number) for number, _first, _second in second.differing)
    if second.upheld is None:
        return _("keyed twice, differing in {items}").format(items=numbers)
    said = _("keyed twice, differing in {items}; the first stands: {why}")
    return said.format(items=numbers, why=one_line(second.upheld))


def room(name: str) -> str:
    """A session's room; of several none may have been named."""
    return name or _("room not said")


def ran(planned: Infusion, actual: Infusion | None) -> str:
    """How long an infusion ran, its pauses left out; as planned where that is not known."""
    return _("{n} min").format(n=minutes_number(minutes_run(actual or planned)))


def ran_of(planned: Infusion, actual: Infusion | None) -> str:
    """The same, and of how much where less or more was planned."""
    really, wanted = ran(planned, actual), ran(planned, None)
    return really if really == wanted else _("{ran} of {planned}").format(ran=really, planned=wanted)


def minutes(planned_infusion: Infusion, actual: Infusion | None) -> str:
    """How long an infusion ran of what was planned, and over how long with its pauses."""
    planned = minutes_number(minutes_run(planned_infusion))
    if actual is None:
        return _("{planned} min planned").format(planned=planned)
    ran = minutes_number(minutes_run(actual))
    whole = minutes_number(minutes_from_ms(actual.end_ms))
    text = (
        _("{n} min").format(n=ran) if ran == planned else _("{ran} of {planned} min").format(ran=ran, planned=planned)
    )
    return text if whole == ran else _("{text} (over {whole} min with pauses)").format(text=text, whole=whole)


def music(playlist: str | None, *, external: bool) -> str:
    """What a session's music was chosen by; nobody can know it of one from paper."""
    return playlist or (_("music from elsewhere") if external else _("music not known"))


def output(happened: "Happened") -> str:
    """Where a session sounded."""
    if happened.external:
        return _("music from elsewhere, not played by this program")
    return _("{output}, silent").format(output=happened.output) if happened.silent else happened.output


def happened(visit: "VisitLine") -> Iterator[tuple[str, str]]:
    """What happened in a session besides its setting, each with its name; nothing where nothing did."""
    told = (
        (_("Output"), (visit.output,)),
        (_("Played"), visit.played),
        (_("Loosened for that day"), visit.loosened),
        (_("Given up when timed anew"), visit.given_up),
        (_("Acts"), visit.acts),
    )
    for name, said in told:
        if any(said):
            yield name, "; ".join(said)


def corrected(why: str) -> str:
    """What stands beside anything that was corrected afterwards."""
    return _("corrected: {why}").format(why=one_line(why))


def when_and_who(at_ms: Milliseconds, actor: str, zone: ZoneInfo) -> str:
    """When something was said of the record, and by whom."""
    return _("({when}, by {who})").format(when=local_text(at_ms, zone), who=actor[:ACTOR_SIGNS])


def of_state(name: str) -> str:
    """What a reader must know of a session before anything else, by the name of its state."""
    return {
        "withdrawn": _("PATIENT WITHDRAWN: no list or count has it"),
        "void": _("VOID: it counts nowhere"),
        "rehearsal": _("REHEARSAL: no infusion of the course, nothing counts as heard"),
        "unbegun": _("NO INFUSION BEGUN: none of the course's, though what sounded was heard"),
        "simulated": simulated(),
    }[name]


def aside(name: str) -> str:
    """Why a session is no infusion of its course, by the name of its state."""
    return {"void": _("void"), "rehearsal": _("rehearsal"), "unbegun": _("no infusion begun")}[name]
