"""Who is named by what a file is called, beside those whom it credits."""

from pathlib import Path

import pytest

from setsetting.library.credits import credits_in
from setsetting.library.tag_fields import decoded
from setsetting.library.tags import tags_of
from setsetting.library.track import TrackNames
from setsetting.soundscape.wishes import refusing


@pytest.mark.parametrize(
    ("title", "file_name"),
    [
        ("Drift by Dost", "x"),
        ("Drift with Dost", "x"),
        ("Drift w/ Dost", "x"),
        ("Dost \u2022 Drift", "x"),
        ("Dost // Drift", "x"),
        ("Dost \u201cDrift\u201d", "x"),
        ("Dost-Drift", "x"),
        ("Drift", "Dost - Drift"),
        ("Drift", "03_-_Dost_-_Drift"),
        ("Dost: Drift", "x"),
        ("Dost, Drift", "x"),
        ("Dost \u2018Drift\u2019", "x"),
        ("Dost remix", "x"),
        ("Drift", "01_dost_drift"),
        ("Drift", "Dost"),
        ("Drift", "Best of Dost"),
    ],
)
def test_who_plays_by_a_title_or_a_file_s_name_is_met_whoever_uploaded_it(title: str, file_name: str) -> None:
    tags = tags_of({"title": [title], "artist": ["Calm Channel"]}, Path(f"/m/{file_name}.wav"))
    track = TrackNames("id", f"/m/{file_name}.wav", (), tags.title, tags.artist, tags.artists, None, tags.called)
    assert refusing([("artist", "Dost")]).forbids(track)
    assert refusing([("artist", "Mira Dost")]).forbids(track) or "-" in title
    assert not refusing([("artist", "Drif")]).forbids(track)


@pytest.mark.parametrize(
    "credit", ["DostVEVO", "Dost Official", "Official Dost", "Dost - Topic", "Dost Official Channel"]
)
def test_what_a_channel_adds_to_a_name_is_none_of_it(credit: str) -> None:
    assert "Dost" in credits_in([credit])


@pytest.mark.parametrize("name", ["MiraDostDrift", "01MiraDost-Drift", "01Mira Dost", "Drift_MiraDost2"])
def test_words_of_a_file_s_name_that_stand_as_one_are_parted(name: str) -> None:
    tags = tags_of({}, Path(f"/m/{name}.wav"))
    track = TrackNames("id", f"/m/{name}.wav", (), tags.title, tags.artist, tags.artists, None, tags.called)
    assert refusing([("artist", "Dost")]).forbids(track)


@pytest.mark.parametrize("wrong", ["cp1252", "cp437", "mac_roman", "cp1251", "latin-1"])
@pytest.mark.parametrize("name", ["Björk", "Ólafur Arnalds", "Кино", "久石譲"])
def test_utf_8_that_a_program_took_for_another_encoding_is_mended(wrong: str, name: str) -> None:
    try:
        misread = name.encode().decode(wrong)
    except UnicodeDecodeError:
        misread = name.encode().decode("latin-1")
    assert decoded(misread) == decoded(name) == name
    assert decoded("caf\u00e9 \u00dcber \u00c5 \u00f1 \u00d7") == "caf\u00e9 \u00dcber \u00c5 \u00f1 \u00d7"
    assert decoded(b"Bj\xf6rk".decode("utf-8", "surrogateescape")) == "Björk"


@pytest.mark.parametrize("name", ["Björk", "Mira Dost"])
def test_utf_16_whose_bytes_a_program_took_in_the_other_order_is_mended(name: str) -> None:
    assert decoded(name.encode("utf-16-le").decode("utf-16-be")) == name
    assert decoded("一") == "一"


@pytest.mark.parametrize(
    "credit",
    ["Ana plays Dost", "Dost Tribute Band", "Karaoke Dost", "Ana-Dost", "AnaDost", "DJ Dost", "Dost, Ana composer"],
)
def test_a_name_of_one_word_is_met_within_a_credit_that_says_so(credit: str) -> None:
    tags = tags_of({"title": ["Drift"], "artist": [credit]}, Path("/m/1.wav"))
    track = TrackNames("id", "/m/1.wav", (), tags.title, tags.artist, tags.artists, None, tags.called)
    assert refusing([("artist", "Dost")]).forbids(track)
    assert not refusing([("artist", "Play")]).forbids(track)


def test_a_file_name_is_read_as_the_web_writes_it() -> None:
    assert tags_of({}, Path("/m/Mira%20Dost%20-%20Drift%2.flac")).called[0] == "Mira Dost - Drift%2"
    assert tags_of({}, Path("/m/50%E4.flac")).called[0] == "50%E4 / 50%E 4"
