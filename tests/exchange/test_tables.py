"""Other programs' tables: however they are written, whatever is wrong is told with its row and field, and never its words."""

from pathlib import Path

import pytest
from other_files import ANSWERS, FORMS, ITEMS, found, read, row, table

from setsetting.clinical.form import NoAnswer, Recall
from setsetting.clinical.infusion import Infusion, Segment
from setsetting.errors import BrokenFile, NotFound, Refused
from setsetting.exchange import csv_file
from setsetting.exchange import found as findings
from setsetting.exchange.cells import as_stretches, infusion, moment
from setsetting.exchange.csv_file import survey
from setsetting.exchange.mapping import parse_mapping
from setsetting.exchange.presets import mapping_text

SESSIONS = """
format = "import/1"
dates = "day.month.year"
[[sessions]]
patient = "id"
started = "day"
started_time = "at"
minutes = "min"
ended = "end"
note = "note"
setting = { lighting = "light" }
taps = { liking = "liked" }
"""
HEADER = ("id", "day", "at", "min", "end", "note", "light", "liked")


@pytest.mark.parametrize(
    ("content", "written"),
    [
        (table(row("A-1", "2025-03-04")).encode(), "UTF-8, commas"),
        (b"\xef\xbb\xbf" + table(row("A-1", "2025-03-04"), comma=";").encode(), "UTF-8, semicolons"),
        (table(row("A-1", "2025-03-04"), comma="\t", header=("id", "day", *ITEMS, "sum")).encode(), "UTF-8, tabs"),
        (
            table(row("A-1", "2025-03-04"), comma=";").replace("\n", "\r\n").encode() + b";\xe9\r\n",
            "Latin-1, semicolons",
        ),
    ],
)
def test_a_table_is_read_however_it_is_written(tmp_path: Path, content: bytes, written: str) -> None:
    file = read(tmp_path, content)
    assert file.written == written
    (form,) = file.forms[:1]
    assert (form.row, form.code, form.taken, form.recall, form.items) == (2, "A-1", "2025-03-04", Recall.WEEK, ANSWERS)


def test_blank_declined_and_worded_answers_are_what_the_mapping_says(tmp_path: Path) -> None:
    mapping = FORMS + 'answers = { "Not at all" = 0, "Extremely" = 4 }\nblank = ["", "-99"]\ndeclined = ["-77"]\n'
    answers = ("Not at all", "Extremely", "-99", "", "-77", "3.0", *ANSWERS[6:])
    (form,) = read(tmp_path, table(row("A-1", "2025-03-04", answers)), mapping).forms
    assert form.items[:6] == (0, 4, NoAnswer.MISSING, NoAnswer.MISSING, NoAnswer.DECLINED, 3)


def test_a_wide_row_holds_several_forms_and_a_time_that_was_not_measured_is_none(tmp_path: Path) -> None:
    mapping = 'format = "import/1"\n' + "".join(
        f'[[forms]]\npatient = "id"\ntaken = "{time}_day"\nrecall = "{recall}"\nitems = "{time}_{{nn}}"\n'
        for time, recall in (("base", "month"), ("week1", "week"))
    )
    header = (
        "id",
        "base_day",
        *(f"base_{n:02}" for n in range(1, 21)),
        "week1_day",
        *(f"week1_{n:02}" for n in range(1, 21)),
    )
    first = ("A-1", "2025-03-04", *map(str, ANSWERS), "", *[""] * 20)
    second = ("A-2", "2025-03-04", *map(str, ANSWERS), "2025-03-11", *map(str, ANSWERS))
    file = read(tmp_path, table(first, second, header=header), mapping)
    told = [(form.code, form.taken, form.recall.value) for form in file.forms]
    assert told == [("A-1", "2025-03-04", "month"), ("A-2", "2025-03-04", "month"), ("A-2", "2025-03-11", "week")]


def test_a_long_table_has_one_answer_a_row(tmp_path: Path) -> None:
    mapping = """format = "import/1"
[[forms]]
patient = "id"
taken = "day"
recall_column = "over"
recalls = { "past month" = "month" }
item = "no"
answer = "value"
"""
    rows = [("A-1", "2025-03-04", "past month", str(n), str(n % 5)) for n in range(20, 0, -1)]
    rows += [("A-1", "2025-03-04", "past month", "3", "1"), ("A-1", "2025-03-05", "week", "21", "1")]
    rows += [("A-2", "2025-03-05", "WEEK", "1", "1"), ("A-3", "2025-03-05", "year", "1", "1")]
    file = read(tmp_path, table(*rows, header=("id", "day", "over", "no", "value")), mapping)
    whole, part = file.forms
    assert whole.items == tuple(n % 5 for n in range(1, 21))
    assert part.items == (1, *[NoAnswer.MISSING] * 19)
    assert found(file) == [("refused", 22, "no"), ("refused", 23, "no"), ("refused", 25, "over")]


def test_every_refusal_says_row_and_field(tmp_path: Path) -> None:
    wrong = (*ANSWERS[:6], "secret words", *ANSWERS[7:])
    file = read(
        tmp_path,
        table(
            row("A-1", "2025-03-04", total=41),
            row("A-1", "2025-03-05", total=40),
            row("A-1", "04/03/2025"),
            row("A-1", "2025-03-06", wrong),
            row("", "2025-03-07"),
            row("A-1", "2025-03-08", (1, 5, *[2] * 18)),
            row("A-1", "2025-03-09", ("", *ANSWERS[1:]), total=41),
            row("A-1", "2025-03-10", [""] * 20),
            row("A-1", "2025-03-11", ("2\0", *ANSWERS[1:])),
            (*row("A-1", "2025-03-12"), "one more"),
        ),
    )
    assert found(file) == [
        ("refused", 3, "sum"),
        ("refused", 4, "day"),
        ("refused", 5, "pcl7"),
        ("refused", 6, "id"),
        ("refused", 7, "pcl2"),
        ("said", 7, "pcl2"),
        ("said", 8, "sum"),
        ("said", 9, "pcl1"),
        ("refused", 10, "pcl1"),
        ("refused", 11, "(row)"),
    ]
    assert "secret" not in repr(file.findings)
    assert [form.row for form in file.forms] == [2, 8]


def test_a_session_tells_when_how_long_and_what_was_otherwise(tmp_path: Path) -> None:
    rows = [
        ("A-1", "4.3.2025", "10:30", "40,5", "", "a garden", "dark", "7"),
        ("A-1", "5.3.2025", "9:05", "", "5.3.2025 09:45", "", "", ""),
        ("A-1", "6.3.2025", "9:05", "", "", "", "dim", ""),
        ("A-1", "7.3.2025", "9:05", "40", "", "", "purple", ""),
        ("A-1", "8.3.2025", "9:05", "forty", "", "", "", "11"),
    ]
    file = read(tmp_path, table(*rows, comma=";", header=HEADER), SESSIONS)
    first, second = file.sessions
    assert (first.started, first.minutes, first.note) == ("2025-03-04T10:30", 40.5, "a garden")
    assert (first.setting, first.taps) == ({"lighting": "dark"}, {"liking": 7})
    assert (second.started, second.minutes, second.ended) == ("2025-03-05T09:05", None, "2025-03-05T09:45")
    assert found(file) == [("refused", 4, "min"), ("refused", 5, "light"), ("refused", 6, "min")]


def test_a_formula_is_no_answer_and_no_code_of_its_own(tmp_path: Path) -> None:
    file = read(tmp_path, table(row("A-1", "2025-03-04", ("=1+1", *ANSWERS[1:]))))
    assert found(file) == [("refused", 2, "pcl1")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        ("\n", "is empty"),
        ("id;day\nA-1;2025-03-04\n", "no column 'sum'"),
        (table(header=("id", "day", *ITEMS, "sum", "sum")), "'sum' twice"),
        ("id,day\n".encode("utf-16"), "UTF-16"),
        (table() + 'A-1,"' + "x" * 200_000 + '"\n', "row 2 is no CSV"),
        (table() + "x" * 5_000_000, "row 2 is longer than"),
        (table() + '"\n' + "a\n" * 60_000, "row 2 is no CSV"),
        (table(row("A-1", "2025-03-04")).encode() + b"\x81", "neither UTF-8 nor Latin-1"),
    ],
    ids=[
        "empty",
        "a blank line",
        "a column missing",
        "a column twice",
        "UTF-16",
        "a long cell",
        "a long row",
        "no end of a cell",
        "no text",
    ],
)
def test_what_is_no_table_is_one_sentence(tmp_path: Path, content: str | bytes, says: str) -> None:
    with pytest.raises((BrokenFile, Refused), match=says):
        read(tmp_path, content)


def test_a_folder_a_missing_file_and_one_that_changes_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Refused, match="no plain file"):
        survey(tmp_path)
    with pytest.raises(NotFound):
        survey(tmp_path / "none.csv")
    stamps = iter([(1, 1, 1), (1, 2, 1)])
    monkeypatch.setattr(csv_file.files, "stamp_of", lambda _path: next(stamps))
    with pytest.raises(Refused, match="was changed while it was read"):
        read(tmp_path, table(row("A-1", "2025-03-04")))


def test_a_file_of_any_length_is_read_in_pieces_and_more_than_memory_holds_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    text_file = csv_file.files.lines_of

    class Watched:
        def __init__(self, file: object) -> None:
            self._file = file

        def readline(self, most: int) -> str:
            asked.append(most)
            return self._file.readline(most)  # type: ignore[attr-defined,no-any-return]

        def seek(self, at: int) -> None:
            self._file.seek(at)  # type: ignore[attr-defined]

    class Opened:
        def __init__(self, path: Path, encoding: str) -> None:
            self._opened = text_file(path, encoding)

        def __enter__(self) -> Watched:
            return Watched(self._opened.__enter__())

        def __exit__(self, *why: object) -> None:
            self._opened.__exit__(*why)  # type: ignore[arg-type]

    monkeypatch.setattr(csv_file.files, "lines_of", Opened)
    monkeypatch.setattr(findings, "MOST_TAKEN", 30)
    rows = [row(f"A-{n}", "2025-03-04") for n in range(400)]
    with pytest.raises(Refused, match="more than 30 forms, sessions and totals"):
        read(tmp_path, table(*rows))
    assert len(asked) < 60, "it was not read on"
    monkeypatch.setattr(findings, "MOST_FINDINGS", 5)
    file = read(tmp_path, table(*(row("", "2025-03-04") for _n in range(400))))
    assert (len(file.findings.kept), file.findings.counted[findings.Level.REFUSED]) == (5, 400)
    ragged = read(tmp_path, table(*((*row("A-1", "2025-03-04"), "one more") for _n in range(400))))
    assert (len(ragged.findings.kept), ragged.findings.counted[findings.Level.REFUSED]) == (5, 400)
    assert max(asked) <= 4_000_000


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (('format = "import/1"', 'format = "import/2"'), "line 2: format: import/1 expected"),
        (('patient = "id"', 'pateint = "id"'), "unknown key 'pateint'. Did you mean 'patient'"),
        (('recall = "week"', 'recall = "year"'), "line 6: forms.1.recall: week or month"),
        (('recall = "week"', 'recall = "week"\nrecall_column = "over"'), "one alone"),
        (('"pcl{n}"', '"pcl"'), "holds no {n}"),
        (('"pcl{n}"', '["pcl1"]'), "twenty columns"),
        (('"pcl{n}"', '"pcl{n}"\nitem = "no"'), "go together"),
        (('total = "sum"', 'answers = { "x" = 5 }'), "0 to 4"),
        (('total = "sum"', 'day_means = "after"'), "day_means"),
        (('total = "sum"', 'total = "sum"\n[[sessions]]\npatient = "id"\nstarted = "x"'), "how long it ran"),
        (('total = "sum"', 'total = "sum"\n[[sessions]]\npatient = "id"\nstarted = "x"\nminutes = "m"\nsetting = { ligting = "l" }'),
         "Did you mean 'lighting'"),
    ],
)  # fmt: skip
def test_a_mapping_that_is_wrong_says_its_line_and_its_key(changed: tuple[str, str], says: str) -> None:
    with pytest.raises(BrokenFile) as refused:
        parse_mapping(FORMS.replace(*changed), Path("theirs.toml"))
    assert says in str(refused.value)


def test_the_mapping_to_begin_from_is_one() -> None:
    mapped = parse_mapping(mapping_text(), Path("new.toml"))
    assert mapped.columns[:2] == ("record_id", "pcl5_date")


@pytest.mark.parametrize(
    ("told", "means"),
    [
        (("4.3.2025", "", "day.month.year"), "2025-03-04"),
        (("04.03.2025 9:05", "", "day.month.year"), "2025-03-04T09:05"),
        (("3/4/2025", "10:30", "month/day/year"), "2025-03-04T10:30"),
        (("2025-03-04T10:30:00.250Z", "", "year-month-day"), "2025-03-04T10:30:00.250Z"),
        (("2025-03-04T10:30+02:00", "", "year-month-day"), "2025-03-04T10:30+02:00"),
    ],
)
def test_a_day_and_its_time_are_read_as_the_mapping_says(told: tuple[str, str, str], means: str) -> None:
    assert moment(*told) == means


@pytest.mark.parametrize(
    "told", ["20250304", "2025-3-4", "2025-03-04x", "2025-03-04 25", "4.3.2025", "", "2025-03-04 10:30 pm"]
)
def test_what_is_no_day_is_none(told: str) -> None:
    with pytest.raises(ValueError, match=r"no date|no time"):
        moment(told, "", "year-month-day")
    with pytest.raises(ValueError, match="no time"):
        moment("2025-03-04 10:30", "10:30", "year-month-day")


def test_an_infusion_in_a_cell_is_the_same_again() -> None:
    ran = Infusion((Segment(0, 600_000, 1000), Segment(700_000, 2_500_001, 500)))
    assert infusion(as_stretches(ran)) == ran
    for wrong in ("", "0:0:1000", "5:4:1", "0:9:1 8:10:1", "0:9:0", "0:9", "a:b:c"):
        with pytest.raises(ValueError, match="FROM:TO:RATE"):
            infusion(wrong)


def test_a_form_whose_row_is_cut_off_is_refused_and_not_taken_for_one_with_answers_missing(tmp_path: Path) -> None:
    cut = read(tmp_path, table(row("A-1", "2025-03-04"), row("A-1", "2025-03-12")[:9], row("A-1", "2025-03-20")[:-1]))
    assert (found(cut), len(cut.forms)) == ([("refused", 3, "pcl8"), ("said", 4, "sum")], 2)


def test_a_session_whose_row_ends_before_its_setting_says_from_where_on_nothing_is_known(tmp_path: Path) -> None:
    whole = ("A-1", "4.3.2025", "10:00", "40", "", "", "dark", "7")
    told = read(tmp_path, table(whole, whole[:7], whole[:4], header=HEADER), SESSIONS)
    assert (found(told), len(told.sessions)) == ([("said", 3, "liked"), ("said", 4, "end")], 3)
