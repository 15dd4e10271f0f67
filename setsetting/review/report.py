"""Reports: each one self-contained HTML page, made from what is reviewed and an instant, the same each time.

Nothing is loaded from outside and the page forbids it to itself; every word that a person wrote is
escaped. The page describes, and neither ranks, tests, advises nor judges.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from setsetting.clinical import pcl5, setting
from setsetting.clinical.form import Recall
from setsetting.clinical.pcl5 import provisional_words, recall_words
from setsetting.review import session_words, words
from setsetting.review.figures import lane_letters, shown_lanes, trajectory
from setsetting.review.linking import reason_words, rule_words
from setsetting.review.session_page import SessionPage
from setsetting.review.templating import template
from setsetting.review.view import PatientReview
from setsetting.units import Milliseconds
from setsetting.words.abbreviations import meanings
from setsetting.words.numbers import local_text, number_or_unknown, signed, times


def patient_html(review: PatientReview, made_ms: Milliseconds, banner: str = "") -> str:
    """The whole page as text; `banner` is what the clinic's record says of its encryption."""
    shown = shown_lanes(review)
    return template("patient.html").render(
        review=review,
        figure=trajectory(review),
        lanes=review.lanes,
        legends=[(lane.label, lane_letters(lane)) for lane in shown if not lane.amount],
        made=local_text(made_ms, ZoneInfo(review.zone)),
        banner=banner,
        simulated=words.simulated() if review.simulated else "",
        # Sentences of this project, not of a person: some stand unescaped in the page, so that they are word for word.
        words=words,
        setting=setting,
        provisional=provisional_words(),
        rule=rule_words(),
        recall_words=recall_words,
        reason_words=reason_words,
        signed=signed,
        times=times,
        number_or_unknown=number_or_unknown,
        abbreviations=meanings(
            ("PCL-5", "B, C, D, E", "PTSD", "DSM-5", "CAPS-5", "ReSPCT", "PMID, PMC", "min", "dB", "LU")
        ),
    )


def session_html(page: SessionPage, made_ms: Milliseconds, banner: str = "") -> str:
    """The page of one session."""
    return template("session.html").render(
        page=page,
        facts=tuple(session_words.facts(page)),
        corrections=tuple(said for _name, said in session_words.corrections(page)),
        counted=session_words.counted(page),
        number=session_words.number(page),
        minute=session_words.minute,
        abbreviations=meanings(("PCL-5", "PTSD", "DSM-5", "min", "dB", "LU")),
        made=local_text(made_ms, ZoneInfo(page.zone)),
        banner=banner,
        words=words,
    )


def blank_forms_html(code: str, recalls: Sequence[Recall]) -> str:
    """PCL-5 forms to be filled on paper, one printed page each, with the patient's code and nothing else of the record."""
    return template("form.html").render(
        code=code,
        recalls=recalls,
        recall_words=recall_words,
        instructions=pcl5.INSTRUCTIONS,
        stems=pcl5.STEMS,
        anchors=pcl5.ANCHORS,
        items=pcl5.ITEMS,
    )
