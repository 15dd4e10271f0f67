"""The one spelling by which names are compared."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from setsetting.words.spelling import glance, refers_to, spelled, stands_among, stands_in, words_of


@pytest.mark.parametrize(
    "other",
    [
        "ÉLIANE radigue", " Éliane  Radigue ", "E\u0301liane Radigue", "Éliane\u00a0Radigue", "Élia\u200bne Radigue",
        "\ufeffÉliane\tRadigue", "Éliane\u3000Radigue",
    ],
)  # fmt: skip
def test_capitals_blanks_and_how_an_accent_is_coded_make_no_difference(other: str) -> None:
    assert spelled(other) == spelled("Éliane Radigue")


def test_signs_that_keyboards_lack_are_those_that_are_typed() -> None:
    assert spelled("Sinéad O\u2019Connor \u2013 Live") == spelled("sinéad o'connor - live")
    assert spelled("Eliane") != spelled("Éliane")
    assert spelled("\u200b \u00ad") == ""


@given(st.text(max_size=12))
def test_what_is_spelled_stays_so(text: str) -> None:
    assert spelled(spelled(text)) == spelled(text)


def test_a_name_stands_in_a_text_as_whole_words_only() -> None:
    assert stands_in("mira dost", "01_Mira Dost-Room Tone")
    assert not stands_in("Dost", "Dostoyevsky")
    assert not stands_in("Dost Mira Li Vo", "Mira Dost Vo Li")
    assert stands_in("!!!", "live: !!!")
    assert not stands_in(" ", "anything")


@pytest.mark.parametrize(
    "credited",
    [
        "Mira D\u00f6st",
        "MiraDost",
        "Mira\u200bDost",
        "Dost Mira",
        "\uff2d\uff49\uff52\uff41\u3000\uff24\uff4f\uff53\uff54",
        "M\u00efra D\u00f8st Trio",
        "M. Dost",
        "M Dost",
        "Mira Ana Dost",
        "Mira A. Dost",
        "Mira Dost\u2122",
        "M\u0456r\u0430 D\u043est",
        "\u1d0d\u026a\u0280\u1d00 \u1d05\u1d0fst",
    ],
)
def test_a_refused_name_is_met_however_a_file_writes_it(credited: str) -> None:
    assert refers_to("mira dost", credited)
    assert spelled("mira dost") != spelled(credited)
    assert stands_in("Mira Dost", f"01 {credited} - Tone")


@pytest.mark.parametrize(
    ("refused", "credited"),
    [
        ("Johann Sebastian Bach", "J.S. Bach"),
        ("Johann Sebastian Bach", "JS Bach"),
        ("J. S. Bach", "Johann Sebastian Bach"),
        ("Henryk Górecki", "Henryk Mikołaj Górecki"),
        ("H. M. Górecki", "Henryk Mikolaj Gorecki"),
    ],
)
def test_a_person_is_met_by_initials_and_with_or_without_middle_names(refused: str, credited: str) -> None:
    assert refers_to(refused, credited)
    assert stands_in(refused, f"01 - {credited} - Air")


@pytest.mark.parametrize(
    ("refused", "credited"),
    [
        ("Johann Sebastian Bach", "Johann Christian Bach"),
        ("Johann Sebastian Bach", "C. P. E. Bach"),
        ("Mira Dost", "Dost"),
        ("Mira Dost", "Ana Dost"),
        ("Mira Dost", "Mira Dostal"),
        ("M. D.", "Mira D."),
        ("Dost", "M. Dost"),
    ],
)
def test_a_relative_or_half_a_name_is_another(refused: str, credited: str) -> None:
    assert not refers_to(refused, credited)


_PIECES = st.sampled_from(
    [
        "Mira",
        "Dost",
        "M.",
        "J",
        "S",
        "the ",
        "The",
        " ",
        "  ",
        "-",
        "_",
        "'",
        ". ",
        "/",
        "&",
        "Zoë",
        "Ø",
        "ß",
        "DO",
        "st",
        "!",
        "\n",
        "7",
        "Вах",
    ]
)


@given(st.lists(_PIECES, max_size=6).map("".join), st.lists(_PIECES, max_size=12).map("".join))
@example("Mira Dost", "Mira Do st")
@example("Mira Dost", "MIRA_DOST")
@example("J. S. Bach", "JS Bach")
def test_where_a_name_is_found_the_glance_before_lets_it_be_looked_for(name: str, text: str) -> None:
    if stands_in(name, text) or refers_to(name, text) or stands_among(name, words_of(text)):
        assert not text.isascii() or glance(name)(f"another\n{text}".lower())
