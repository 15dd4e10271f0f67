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
        ("Mira Dost", "Mira"),
        ("Mira Dost", "Ana Dost"),
        ("London Orchestra", "Orchestra"),
        ("The The", "The Dost"),
        ("Mira Dost", "Mira Dostal"),
        ("M. D.", "Mira D."),
    ],
)
def test_a_relative_or_half_a_name_is_another(refused: str, credited: str) -> None:
    assert not refers_to(refused, credited)


OTHERWISE = [
    ("Nick Cave and the Bad Seeds", "Nick Cave & The Bad Seeds"),
    ("Guns N' Roses", "Guns and Roses"),
    ("Jürgen Müller", "Juergen Mueller"),
    ("Juergen Mueller", "Jürgen Müller"),
    ("Åsa Ångström", "Aasa Aangstroem"),
    ("Jørgen Plaetner", "Joergen Plaetner"),
    ("Hafþór", "Hafthor"),
    ("Björk", "Bj?rk"),
    ("Björk", "Bj_rk"),
    ("Björk", "Bjrk"),
    ("Björk", "Bj÷rk"),
    ("Sigur Rós", "Sigur R\ufffds"),
    ("Кино", "Êèíî"),
    ("久石譲", "久石譲と宮崎駿"),
    ("The Lanterns", "Lanterns"),
    ("Die Ärzte", "Ärzte"),
    ("Ärzte", "Die Aerzte"),
    ("Saint Etienne", "St. Etienne"),
    ("Dr. John", "Doctor John"),
    ("Two Steps From Hell", "2 Steps from Hell"),
    ("Kesha", "Ke$ha"),
    ("P!nk", "Pink"),
    ("REM", "R.E.M."),
    ("Mira Dost", "@miradostmusic"),
    ("Ludwig van Beethoven", "Beethoven"),
    ("Beethoven, Ludwig van", "Beethoven"),
    ("Ludwig van Beethoven", "van Beethoven"),
    ("Ludwig van Beethoven", "Ludwig von Beethoven"),
    ("Hildegard von Bingen", "Hildegard of Bingen"),
    ("Ralph Vaughan Williams", "Vaughan Williams"),
    ("Camille Saint-Saëns", "Saint-Saens"),
    ("Sinéad O'Connor", "O'Connor"),
    ("Sinéad O'Connor", "Sinead OConnor"),
    ("Sinéad O'Connor", "Sinéad Oʻconnor"),
    ("Сергей Рахманинов", "Рахманинов С."),
    ("Pyotr Tchaikovsky", "Tchaikovsky P."),
    ("Nguyễn Thị Minh", "Minh Nguyen"),
    ("A Winged Victory for the Sullen", "Winged Victory for the Sullen"),
    ("65daysofstatic", "65 days of static"),
    ("M83", "M 83"),
    ("Mira Dost", "M i r a D o s t"),
    ("AC/DC", "A.C./D.C."),
    ("坂本龍一", "坂本 龍一"),
    ("김광석", "김 광석"),
    ("김광석", "김광석의 노래"),
    ("Đorđe Balašević", "Djordje Balasevic"),
    ("Dvořák", "Dvo?ák"),
    ("Vítězslav Novák", "Vít_zslav Novák"),
    ("فيروز", "فَيْرُوز"),
    ("فيروز", "فيــروز"),
    ("فيروز", "فیروز"),
]


@pytest.mark.parametrize(("refused", "credited"), OTHERWISE)
def test_a_name_is_met_as_machines_and_other_people_write_it(refused: str, credited: str) -> None:
    assert refers_to(refused, credited)
    assert stands_in(refused, f"01 - {credited} - Air")
    assert not credited.isascii() or glance(refused)(credited.lower())


@pytest.mark.parametrize("text", ["Beethoven: Sonata 14", "14 Beethoven - Sonata", "Sonata 14 (Beethoven)"])
def test_a_family_s_name_alone_names_who_is_refused_where_it_is_a_part_of_a_text(text: str) -> None:
    assert stands_in("Ludwig van Beethoven", text)
    assert not stands_in("Ludwig van Beethoven", text.replace("Beethoven", "Johann Beethoven"))


@pytest.mark.parametrize("text", ["Cluster & Eno - Drift", "Eno, Moebius, Roedelius", "Eno/Hyde: Drift", "Fripp; Eno"])
def test_a_family_s_name_alone_is_met_among_those_of_others(text: str) -> None:
    assert stands_in("Brian Eno", text)
    assert not stands_in("Brian Eno", text.replace("Eno", "Enoch"))


@pytest.mark.parametrize(("name", "text"), [("Amina", "Drift, am in a boat"), ("Eno", "Drift e no"), ("Who", "W. Ho")])
def test_a_short_name_of_one_word_is_not_put_together_of_others(name: str, text: str) -> None:
    assert not stands_in(name, text)


@pytest.mark.parametrize(
    "credited",
    [
        "Ana > Enya",
        "Ana → Enya",
        "Ana = Enya",
        "Ana*Enya",
        "Ana [Enya]",
        "Ana（Enya）",
        "Ana i Enya",
        "Ana och Enya",
        "Ana aka Enya",
        "Ana (Enya remix)",
        "Enya Trio",
        "Enya's Choir",
        "Enya 1961",
        "에냐 Enya",
        "エンヤ(Enya)",
        "CV:Enya",
    ],
)
def test_a_name_of_one_word_is_met_as_a_part_of_a_credit(credited: str) -> None:
    assert refers_to("Enya", credited)
    assert not refers_to("Enya", credited.replace("Enya", "Enya Supply"))


def test_what_is_left_of_a_name_with_its_letters_lost_is_no_other_one() -> None:
    assert not refers_to("The Ø", "The")
    assert not stands_in("Кино Band", "The Band - Drift")


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
        "and",
        "Mue",
        "ller",
        "saint",
        "$",
        "ten",
    ]
)


@given(st.lists(_PIECES, max_size=6).map("".join), st.lists(_PIECES, max_size=12).map("".join))
@example("Mira Dost", "Mira Do st")
@example("Mira Dost", "MIRA_DOST")
@example("J. S. Bach", "JS Bach")
def test_where_a_name_is_found_the_glance_before_lets_it_be_looked_for(name: str, text: str) -> None:
    if stands_in(name, text) or refers_to(name, text) or stands_among(name, words_of(text)):
        assert not text.isascii() or glance(name)(f"another\n{text}".lower())
