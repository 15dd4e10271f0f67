"""The patient report: its words, what it holds, what it must never hold."""

import html
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from example_course import at, example, form, session

from setsetting.clinical.form import Recall
from setsetting.clinical.setting import Setting
from setsetting.clinical.thresholds import PUBLISHED
from setsetting.review.course import PatientCourse, SetAside
from setsetting.review.describe import review_of
from setsetting.review.report import patient_html
from setsetting.views.review import as_data, in_words
from setsetting.words.abbreviations import meanings

MANDATORY = (
    "Internal review only. Describes what was done and what was later scored. Not medical advice, not a diagnosis, "
    "not a medical device, not for choosing drug, dose, rate or timing, and not patient monitoring. Associations are "
    "unadjusted, from few sessions, and cannot show that a setting caused a change. PCL-5 is a self-report measure; "
    "the provisional rule does not replace a structured interview.",
    "Associations in this clinic's own records, not proof that a setting helps or harms.",
    "Settings were chosen by staff, not at random; how often by session number and by last score is shown.",
    "Do not change one patient's care from this page.",
    "Too little data to say",
)
VOID = {"meta", "br", "link", "img", "input", "hr"}


def page(course: PatientCourse) -> str:
    return patient_html(review_of(course), at(80))


def text_of(written: str) -> str:
    return html.unescape(
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", written, flags=re.S)))
    )


class Structure(HTMLParser):
    """Checks that every element is closed, and collects elements and attributes."""

    def __init__(self, written: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(written)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def written() -> str:
    return page(example())


@pytest.mark.parametrize("sentence", MANDATORY)
def test_mandatory_sentences_stand_word_for_word(written: str, sentence: str) -> None:
    assert sentence in written


def test_the_page_is_well_formed_and_its_figure_has_role_title_and_description(written: str) -> None:
    structure = Structure(written)
    assert structure.open == []
    (figure,) = [attrs for tag, attrs in structure.seen if tag == "svg" and attrs.get("role") == "img"]
    for name in (figure["aria-labelledby"] or "").split():
        assert re.search(f'<(title|desc) id="{name}">[^<]+<', written)
    ids = [attrs["id"] for _tag, attrs in structure.seen if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_nothing_is_loaded_from_outside(written: str) -> None:
    structure = Structure(written)
    assert "://" not in written
    assert "default-src 'none'" in html.unescape(written)
    assert not {tag for tag, _attrs in structure.seen} & {"script", "link", "img", "iframe", "object", "image", "use"}
    assert not [attrs for _tag, attrs in structure.seen if {"src", "href", "xlink:href", "onload"} & set(attrs)]
    assert "url(" not in written
    assert "@import" not in written


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</svg><script>x</script>",
        "{{ 7*7 }}",
        "&lt;b&gt;",
    ],
)
def test_what_people_wrote_is_escaped_everywhere(attack: str) -> None:
    course = example(note=attack)
    course = replace(
        course,
        code=attack,
        sessions=tuple(replace(each, room=attack, playlist=attack) for each in course.sessions),
    )
    written = page(course)
    assert not {tag for tag, _attrs in Structure(written).seen} & {"script", "img"}
    assert attack in text_of(written)


def test_the_same_course_gives_the_same_bytes_and_another_time_differs_only_where_it_stands() -> None:
    assert page(example()) == page(example())
    shuffled = replace(example(), forms=example().forms[::-1], sessions=example().sessions[::-1])
    assert page(shuffled) == page(example())
    later = patient_html(review_of(example()), at(81))
    assert later.replace("2026-08-21 11:00", "2026-08-20 11:00") == page(example())


def test_simulated_is_marked_everywhere_and_only_when_it_is() -> None:
    assert page(example()).count("SIMULATED: no real person") >= 8
    assert "<title>SIMULATED" in page(example())
    assert "SIMULATED" in re.search(r"<title id=.*?</title>", page(example())).group()  # type: ignore[union-attr]
    assert "imulated" not in text_of(page(example(simulated=False)))


def test_it_neither_ranks_nor_advises_nor_judges_nor_tests(written: str) -> None:
    said = text_of(written).casefold()
    for word in ("recommend", "remission", "responder", "best", "winner", "significant difference", "p <", "p<", "p ="):
        assert word not in said, word
    assert "no test is made for one patient" in said
    assert "ng/ml" not in said
    assert "mg/kg" not in said


def test_no_figure_of_a_study_is_drawn(written: str) -> None:
    for figure in ("52.39", "29.42", "52.54", "28.78", "117"):
        assert figure not in text_of(written)


def test_it_says_where_it_comes_from(written: str) -> None:
    said = text_of(written)
    assert "5e" * 32 in said
    assert "412" in said
    assert "setsetting 0.1.0" in said
    assert PUBLISHED.label in said
    for threshold in PUBLISHED.sources:
        assert threshold.source in said


def test_completeness_is_said_first_with_the_unlinked_by_reason(written: str) -> None:
    said = text_of(written)
    assert said.index("How complete the record is") < said.index("PCL-5 total")
    assert "9 forms; 8 complete (past week 6, past month 2), 1 with missing items and so without a total" in said
    assert "4 of 6 sessions linked to the scores around them" in said
    assert "2 not linked: shared interval: another infusion between the two scores" in said


def test_counts_are_said_in_the_singular_and_the_plural_and_none_as_none() -> None:
    course = example()
    one = review_of(replace(course, sessions=course.sessions[:1], forms=course.forms[:1]))
    assert one.completeness[0].startswith("1 session held; ")
    assert one.completeness[1].startswith("1 form; ")
    assert one.completeness[2].startswith("0 of 1 session linked")
    assert one.gate is not None and "1 complete form of one recall" in one.gate
    none = review_of(replace(course, sessions=(), forms=()))
    assert none.completeness[:2] == ("no session that counts was held", "no form that counts")
    assert none.gate is not None and "0 complete forms" in none.gate


def test_a_count_of_infusions_reads_as_no_infusion_s_number() -> None:
    rows = re.findall(r"<tr><th scope=\"row\" class=\"d\">past.*?</tr>", page(example()))
    assert rows
    for row in rows:
        assert re.search(r'<td class="n">(\d+×|0)</td>', row), row


def test_every_abbreviation_is_said_on_the_page(written: str) -> None:
    said = text_of(written)
    used = set(re.findall(r"\b[A-Za-z]*[A-Z]{2,}[A-Za-z]*(?:-\d)?\b", said))
    meant = {name for name, _meaning in meanings(("PCL-5", "PTSD", "DSM-5", "CAPS-5", "ReSPCT", "LU"))} | {
        "PMID",
        "PMC",
    }
    assert used - {"SIMULATED"} <= meant
    for name in ("PCL-5", "PTSD", "ReSPCT", "PMID", "dB"):
        assert len(re.findall(rf"<dt>[^<]*\b{name}\b[^<]*</dt>", written)) == 1


@pytest.mark.parametrize(
    ("why", "said"), [("void", "void"), ("rehearsal", "rehearsal"), ("unbegun", "no infusion begun")]
)
def test_what_is_no_infusion_is_named_and_left_out(why: str, said: str) -> None:
    course = example()
    told = text_of(page(replace(course, set_aside=(SetAside(at(3), why),))))
    assert re.search(rf"not counted: the session of [-0-9: ]+: {said}", told)
    assert said not in text_of(page(course))


def test_what_nobody_said_of_the_setting_is_not_known_and_the_program_s_is_its_own() -> None:
    course = example()
    first, second, *rest = course.sessions
    counted = replace(first, setting=Setting({"interruptions": "1"}), by_program=("interruptions",))
    silent = replace(second, setting=Setting())
    review = review_of(replace(course, sessions=(counted, silent, *rest)))
    assert review.visits[0].setting == "interruptions: 1 (by the program)"
    assert review.visits[1].setting == "nothing said of the setting"
    (lane,) = [lane for lane in review.lanes if lane.name == "lighting"]
    assert [(cell.text, cell.differs) for cell in lane.cells[:3]] == [(None, False), (None, False), ("dark", True)]
    told = text_of(patient_html(review, at(30)))
    assert "1 by the program" in " ".join(told.split())


def test_an_incomplete_form_has_no_total_anywhere() -> None:
    review = review_of(example())
    (partial,) = [line for line in review.forms if line.total is None]
    assert (partial.answered, partial.blank, partial.where) == (18, 2, "")
    assert "18/20" in page(example())


def test_a_tap_that_was_not_asked_is_never_zero() -> None:
    review = review_of(example())
    assert "openness 0" in review.visits[2].taps
    assert "openness not asked" in review.visits[1].taps
    (openness,) = [lane for lane in review.lanes if lane.name == "openness"]
    assert [cell.text for cell in openness.cells] == ["6", None, "0", None, None, None]


def test_the_course_line_gives_days_infusions_and_words_and_never_mixes_recalls() -> None:
    week, month = review_of(example()).courses
    assert week.startswith("past week: 51 to 27, change −24 over 27 days, 6 infusions between; reliable (both Marx")
    assert "clinically significant change" in week
    assert month.startswith("past month: 54 to 29, change −25 over 81 days")
    assert "clinically significant" not in month


def test_settings_stand_beside_the_change_in_the_order_of_sessions() -> None:
    review = review_of(example())
    assert [(line.number, line.change) for line in review.beside] == [(3, -6), (4, 2), (5, -7), (6, -6)]
    assert review.beside[0].setting == "light: dark; eye shades: part of the time; music through: headphones"
    assert review.beside[2].setting == "setting not logged"


def test_with_fewer_than_four_forms_of_one_recall_settings_and_changes_are_not_put_side_by_side() -> None:
    course = replace(
        example(),
        forms=(form(-1, 50), form(5, 40), form(9, 38), form(-3, 52, Recall.MONTH)),
        sessions=(session(1, 0, {"lighting": "dark"}),),
    )
    review = review_of(course)
    assert (review.linked, review.beside) == (1, ())
    assert review.gate is not None
    assert review.gate.startswith("Too little data to say: 3 complete forms")
    assert all(line.setting == "Too little data to say" for line in review.windows)
    assert review.gate in text_of(page(course))


def test_what_cannot_be_said_stands_beside_the_first_change_and_before_any_figure() -> None:
    whole = page(example())
    before = text_of(whole[: whole.index("<figure>")])
    assert "What can't be said" in before
    assert "That the treatment, or a setting, caused a change" in before
    assert "Which setting suits this patient" in before


def test_windows_carry_counts_and_minutes_of_their_sessions() -> None:
    first = review_of(example()).windows[0]
    assert (first.before, first.after, first.infusions) == (51, 44, 2)
    assert first.setting == "as usual: 1×, 40 min; people present: facilitator: 1×, 40 min"


def test_a_form_dated_without_a_time_shows_none_and_counts_before_that_days_session() -> None:
    dated = replace(form(0, 50, hour=0), dated_only=True)
    course = replace(example(), zone="UTC", forms=(dated, form(4, 40)), sessions=(session(1, 0),))
    review = review_of(course)
    assert review.forms[0].taken == "2026-06-01"
    assert review.visits[0].reason is None


def test_an_empty_course_is_a_page_too() -> None:
    course = replace(example(), forms=(), sessions=())
    said = text_of(page(course))
    assert Structure(page(course)).open == []
    assert "No session that counts is in the record." in said
    assert "nothing recorded" in said
    assert "PCL-5 total" not in said and "Provisional rule only" not in said
    assert "no form that counts" in said and "0 of 0" not in said and "0 forms" not in said
    assert in_words(review_of(course))


def test_the_terminal_says_what_the_report_says() -> None:
    review = review_of(example())
    lines = "\n".join(in_words(review))
    assert "Internal review only; cannot show that a setting caused a change." in lines
    assert lines.startswith("SIMULATED")
    for line in (*review.completeness, *review.courses):
        assert line in lines
        assert line in text_of(page(example()))
    data = as_data(review)
    assert data["unlinked"] == {"shared interval": 2}
    assert data["visits"][0]["reason"] == "shared interval"
    assert data["forms"][4]["total"] is None


def test_a_page_is_small() -> None:
    assert len(page(example()).encode()) < 80_000


def test_a_form_filled_amid_a_session_says_so_and_stands_in_no_change() -> None:
    """At 10:20 in the chair a patient had 20 points less than at breakfast: no change within a day is told."""
    course = replace(
        example(),
        forms=(form(2, 55), form(3, 35, hour=15), form(9, 50), form(10, 40)),
        sessions=(session(1, 3),),
    )
    review = review_of(course)
    assert [(line.before, line.after, line.days, line.infusions) for line in review.windows] == [
        (55, 50, 7, 1),
        (50, 40, 1, 0),
    ]
    assert review.windows[1].says.endswith("; weeks overlap")
    assert review.linked == 1
    assert "filled during infusion 1 or later that day" in page(course)
    weeks = [line.remarks for line in review.forms]
    assert "its week holds 1 infusion day" in weeks[2]
    assert weeks[0] == "its week overlaps that of the form of 2026-06-04"


def test_two_complete_forms_one_of_them_amid_a_session_are_not_called_fewer() -> None:
    course = replace(example(), forms=(form(2, 55), form(3, 35, hour=15)), sessions=(session(1, 3),))
    assert not review_of(course).courses
    assert "no two complete forms of one recall that were filled outside of a session." in page(course)


def test_weeks_a_week_apart_do_not_overlap() -> None:
    review = review_of(replace(example(), forms=(form(0, 50), form(7, 30)), sessions=()))
    assert [line.says for line in review.windows] == ["reliable (both Marx samples)"]
    assert [line.remarks for line in review.forms] == ["", ""]
