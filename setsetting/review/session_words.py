"""What the page of a session says, the same on screen, in a terminal and on paper."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from setsetting.clinical.mindset import ratings_words
from setsetting.review import words
from setsetting.review.said import at_minute, session_before, session_was
from setsetting.review.session_page import ObservedPhase, PageCorrection, PageKind, PageLine, PagePlayed, SessionPage
from setsetting.words.numbers import local_text, minute_of, minutes_text, number_or_unknown
from setsetting.words.plain import one_line
from setsetting.words.translate import _

SIGNS = {
    PageKind.MUSIC: "\N{EIGHTH NOTE}",
    PageKind.INFUSION: "\N{EM DASH}",
    PageKind.ACT: "\N{MIDDLE DOT}",
    PageKind.MARK: "\N{BLACK DIAMOND}",
    PageKind.PROGRAM: " ",
}
"""What stands before a line of each kind."""


_CORRECTED = {
    "session.voided": _("made void"),
    "import.withdrawn": _("withdrawn with the import that brought it"),
    "session.moved": _("moved"),
    "session.retold": _("its times on paper"),
    "session.setting_corrected": _("its setting"),
    "session.minute_corrected": _('minute of "{what}"'),
    "session.mark_withdrawn": _('mark "{what}" withdrawn'),
    "session.step_told": _("a {what} of the infusion that was not logged"),
}


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
    if not page.begun:
        yield _("minutes"), _("no start of the infusion was logged; they count from the planned one")
    if page.entered_afterwards:
        yield _("entered"), _("afterwards, from paper")
        yield _("began, by the paper"), local_text(page.started_utc_ms, ZoneInfo(page.zone))
    yield _("playlist"), words.music(page.playlist, external=page.happened.external)
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


def corrections(page: SessionPage) -> Iterator[tuple[str, str]]:
    """What was corrected afterwards and stands, each as what holds for the whole session."""
    zone = ZoneInfo(page.zone)
    for each in page.corrections:
        who = words.when_and_who(each.at_utc_ms, each.actor, zone)
        yield _("corrected"), f"{what_corrected(each, zone)}: {one_line(each.reason)} {who}"


def corrected(each: PageCorrection, zone: ZoneInfo) -> str:
    """What stands beside what was corrected: why, and what stood until then."""
    return session_before(each.before, zone)


def what_corrected(each: PageCorrection, zone: ZoneInfo) -> str:
    """What a correction is of, and what stood until then."""
    before = each.before
    what, was = _CORRECTED[each.kind], ", ".join(session_was(before, zone))
    if before.called:
        what, was = what.format(what=before.called), at_minute(before.said_ms) if before.said else was
    return _("{what}, was {was}").format(what=what, was=was) if was else what


def counted(page: SessionPage) -> str:
    """From where the minutes of the lines count, and what a level stands beside."""
    if not page.begun:
        minutes = _("No start of the infusion was logged; minutes count from the planned one.")
    elif page.entered_afterwards:
        return _("Minutes count from the start of the infusion; nothing was logged live.")
    else:
        minutes = _("Minutes count from the start of the infusion.")
    return minutes + " " + _("The level is beside the plan's, when a piece began.")


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
