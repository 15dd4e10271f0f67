"""What the page of a session says, the same on screen, in a terminal and on paper."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from setsetting.clinical.mindset import ratings_words
from setsetting.review import words
from setsetting.review.said import session_before, session_was
from setsetting.review.session_page import ObservedPhase, PageCorrection, PageKind, PageLine, PagePlayed, SessionPage
from setsetting.words.numbers import minute_of, minutes_text, number_or_unknown
from setsetting.words.translate import _

SIGNS = {
    PageKind.MUSIC: "\N{EIGHTH NOTE}",
    PageKind.INFUSION: "\N{EM DASH}",
    PageKind.ACT: "\N{MIDDLE DOT}",
    PageKind.MARK: "\N{BLACK DIAMOND}",
    PageKind.PROGRAM: " ",
}
"""What stands before a line of each kind."""


def heading(page: SessionPage) -> str:
    """Whose session it is, which, when and where, and what it is not."""
    return " · ".join((page.code, number(page), page.date, words.room(page.room), *map(words.of_state, page.states)))


def number(page: SessionPage) -> str:
    """Which infusion of the course it was; one beyond the course is none of so many."""
    if page.visit_no is None:
        return _("session")
    past = _("infusion {n}, after a course of {of}")
    return (past if page.visit_no > page.of else _("infusion {n} of {of}")).format(n=page.visit_no, of=page.of)


def facts(page: SessionPage) -> Iterator[tuple[str, str]]:
    """What holds for the whole session, each with its name."""
    yield _("infusion"), words.minutes(page.planned, page.actual)
    if not page.begun and not page.entered_afterwards:
        yield _("minutes"), _("no start of the infusion was logged; they count from the planned one")
    if page.entered_afterwards:
        yield _("entered"), _("afterwards, from paper")
    yield _("playlist"), page.playlist or _("no music of this program")
    if page.output is not None:
        yield _("output"), words.output(page.happened)
    if page.played and not page.happened.silent:
        yield _("level at the patient's place"), exposure_words(page)
    if page.observed:
        yield _("observed, beside the model"), "; ".join(map(observed_words, page.observed))
    if page.happened.loosened:
        yield _("loosened for that day"), "; ".join(rule.words for rule in page.happened.loosened)
    if page.happened.given_up:
        yield _("given up when timed anew"), "; ".join(rule.words for rule in page.happened.given_up)
    if not page.entered_afterwards or page.mindset is not None:
        yield _("before it, 0 to 10"), _("not asked") if page.mindset is None else ratings_words(page.mindset)
    yield _("setting"), page.setting or _("not logged")
    if page.taps is not None:
        yield _("taps, 0 to 10"), page.taps
    if page.note is not None:
        yield _("note"), page.note
    for each in page.corrections:
        yield _("corrected"), _correction(each, ZoneInfo(page.zone))


def corrected(each: PageCorrection, zone: ZoneInfo) -> str:
    """What stands beside what was corrected: why, and what stood until then."""
    return session_before(each.before, zone)


def _correction(each: PageCorrection, zone: ZoneInfo) -> str:
    """Why, when and by whom, and what stood until then."""
    said = f"{each.reason} {words.when_and_who(each.at_utc_ms, each.actor, zone)}"
    was = session_was(each.before, zone)
    return said + (" " + _("was: {was}").format(was=", ".join(was)) if was else "")


def exposure_words(page: SessionPage) -> str:
    """How loud it was on average, and its share of a week's allowance; or that nobody measured the output."""
    if page.exposure is None:
        return _("not calibrated")
    words = _(
        "about {dba} dB(A) over {minutes}, {percent} % of a week's allowance (80 dB(A) for 40 h, WHO and ITU H.870)"
    )
    said = words.format(
        dba=number_or_unknown(page.exposure.leq_dba, 0),
        minutes=minutes_text(page.exposure.counted_ms),
        percent=f"{page.exposure.week_percent:.2g}",
    )
    if not page.exposure.uncounted_ms:
        return said
    return said + _("; {minutes} not counted").format(minutes=minutes_text(page.exposure.uncounted_ms))


def observed_words(each: ObservedPhase) -> str:
    """When a phase was seen and where the model has it, with its band; a model of the average, no measurement."""
    seen = _("not marked") if each.seen_ms is None else _("minute {n}").format(n=minute_of(each.seen_ms))
    if each.model is None:
        return _("{phase} {seen}, model: none").format(phase=_(str(each.mark)), seen=seen)
    return _("{phase} {seen}, model {minute} ({low} to {high})").format(
        phase=_(str(each.mark)),
        seen=seen,
        minute=f"{each.model.minute:.0f}",
        low=f"{each.model.low:.0f}",
        high=f"{each.model.high:.0f}",
    )


def minute(line: PageLine) -> str:
    """The minute of a line, as the clock beside it and undo have it."""
    return minute_of(line.at_ms)


def level(each: PagePlayed) -> str:
    """The level beside the plan; nothing where it was as planned."""
    return _("{db} dB").format(db=number_or_unknown(each.level_db, 1).removesuffix(".0")) if each.level_db else ""
