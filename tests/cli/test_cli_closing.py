"""The close of a session on the command line: only what was said is kept, and a contradiction is asked about."""

from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from command_line import CommandLine
from session_clinic import CODE

from setsetting.cli import closing as questions
from setsetting.clinical.setting import ASKED_FIRST, FIELDS, TAPS, Setting
from setsetting.clinical.setting_file import SettingLog
from setsetting.desk import closing, starts
from setsetting.desk.clinic import Clinic, open_clinic
from setsetting.desk.closing import Closing
from setsetting.errors import UsageError
from setsetting.record import rows
from setsetting.session.closing import ClosingForm


@pytest.fixture
def asked(clinic: Path) -> Closing:
    """A session whose marks are counted, in a room where nobody has said anything yet."""
    opened = open_clinic(clinic)
    held = closing.add(opened, CODE, "2026-01-05T10:00", 40, None)
    with opened.record() as record:
        form = ClosingForm(session=rows.session(record, held.session_id), known=Setting({"interruptions": "2"}))
    return Closing(held.session_id, form, CODE, asks_usual=True)


def answered(asked: Closing, *lines: str) -> tuple[Result, SettingLog, bool, bool | None]:
    """What comes of a close whose questions are answered line by line."""
    kept: list[tuple[SettingLog, bool, bool | None]] = []

    @click.command()
    def close() -> None:
        log, insisted = questions.settle(asked, questions.ask(asked))
        kept.append((log, insisted, questions.ask_usual(asked, log)))

    result = CliRunner().invoke(close, input="\n".join(lines) + "\n", catch_exceptions=False)
    return result, *kept[0]


def answers(halves: tuple[str, ...] = ("interrupted_by",), *, more: bool = False, **given: str) -> list[str]:
    """A line for each field that is asked and each half that hangs on one, for more fields, for taps and the note."""
    rest = [each.name for each in FIELDS if each.name not in (*ASKED_FIRST, *halves)] if more else []
    lines = [given.get(name, "") for name in (*ASKED_FIRST, *halves)] + ["y" if more else "n"]
    return lines + [given.get(name, "") for name in (*rest, *(tap.name for tap in TAPS), "note")]


def test_when_it_began_is_asked_only_where_no_infusion_was(
    asked: Closing, clinic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, kept = open_clinic(clinic), list[float | None]()

    def typed(_clinic: Clinic, _session_id: str, text: str) -> float:
        if not text.isdecimal():
            raise UsageError("that is no number")
        return float(text)

    monkeypatch.setattr(starts, "typed", typed)

    @click.command()
    @click.option("--unbegun/--begun")
    def ask(unbegun: bool) -> None:
        kept.append(questions.ask_begun(opened, replace(asked, unbegun=unbegun)))

    def answered(*lines: str) -> str:
        return CliRunner().invoke(ask, ["--unbegun"], input="\n".join(lines) + "\n", catch_exceptions=False).stderr

    assert "no infusion was begun in this session" in answered("1")
    assert "that is no number" in answered("3", "2", "soon", "4")
    answered("")
    CliRunner().invoke(ask, ["--begun"], catch_exceptions=False)
    assert kept == [None, 4.0, None, None]


def test_when_it_was_stopped_is_asked_only_where_nobody_stopped_it(asked: Closing, clinic: Path) -> None:
    opened, kept = open_clinic(clinic), list[float | None]()

    @click.command()
    @click.option("--minute", type=float)
    def ask(minute: float | None) -> None:
        running = replace(asked, running_ms=None if minute is None else round(minute * 60_000))
        kept.append(questions.ask_stopped(opened, running))

    said = CliRunner().invoke(ask, ["--minute", "5.2"], input="1\n", catch_exceptions=False).stderr
    assert "the infusion was not stopped; the music ended at its minute 5:12." in said
    CliRunner().invoke(ask, [], catch_exceptions=False)
    assert kept == [None, None]


def test_at_most_eight_fields_are_asked_and_the_rest_for_who_has_more_to_say(asked: Closing) -> None:
    assert len(ASKED_FIRST) == 8
    given = answers(more=True, resting_on="mat", trust="0", note="calm")
    result, log, _insisted, _usual = answered(asked, *given, "n")
    assert (log.setting.values, log.taps, log.note) == ({"resting_on": "mat"}, {"trust": 0}, "calm")
    assert "Was anything else otherwise (Kind of light, Music through, Resting on," in result.stderr
    result, log, _insisted, _usual = answered(asked, *answers(lighting="dark"), "n")
    assert log.setting.values == {"lighting": "dark"}
    assert "Kind of light [" not in result.stderr


def test_what_is_not_answered_is_not_said(asked: Closing) -> None:
    result, log, insisted, usual = answered(asked, *answers())
    assert (log, insisted, usual) == (SettingLog(Setting(), {}, None), False, None)
    assert "Light [not said]" in result.stderr
    assert "Interruptions [2]" in result.stderr
    assert f"{CODE} · infusion 1" in result.stderr


def test_a_dash_says_that_what_stands_is_not_known_tonight(asked: Closing) -> None:
    stands = replace(asked, form=replace(asked.form, usual=Setting({"lighting": "dim"})))
    given = answers(halves=(), lighting="-", interruptions="-")
    result, log, _insisted, _usual = answered(stands, *given)
    assert "Light [dim]" in result.stderr and "Interrupted by [" not in result.stderr
    assert (log.setting.values, log.unsaid) == ({}, {"lighting", "interruptions"})
    assert stands.form.with_said(log.setting, log.unsaid) == Setting()


def test_it_is_asked_whether_that_is_usual_here(asked: Closing) -> None:
    for said, usual in (("y", True), ("n", False), ("", False)):
        result, log, _insisted, kept = answered(asked, *answers(lighting="dim", touch="none"), said)
        assert (log.setting.values, kept) == ({"lighting": "dim", "touch": "none"}, usual)
        assert f"{CODE} · infusion 1: keep as usual in this room?" in result.stderr
    assert answered(asked, *answers(touch="none"))[3] is None  # what merely happened is no room's way
    assert answered(replace(asked, asks_usual=False), *answers(lighting="dim"))[3] is None


def test_a_contradiction_is_asked_about_until_it_is_none(asked: Closing) -> None:
    given = answers(("touch_consent", "interrupted_by"), touch="hand", touch_consent="not needed")
    result, log, insisted, _usual = answered(asked, *given, "", "asked at the time")
    assert (log.setting.get("touch_consent"), insisted) == ("asked at the time", False)
    assert f"{CODE} · infusion 1. Touch: hand, and Consent to touch: not needed. Both cannot be so." in result.stderr
    _result, log, insisted, _usual = answered(asked, *given, "", "", "y")
    assert (log.setting.get("touch_consent"), insisted) == ("not needed", True)
    _result, log, insisted, _usual = answered(asked, *answers(interrupted_by="none"), "0", "")
    assert (log.setting.values, insisted) == ({"interrupted_by": "none", "interruptions": "0"}, False)


def test_a_setting_file_that_contradicts_itself_keeps_nothing(run: CommandLine) -> None:
    tonight = run("soundscape", "build", "--playlist", "short", "--minutes", "5", "--patient", CODE).out.strip()
    Path("walk.txt").write_text("-0.6 mark interruption\n-0.4 fade-out 1\n", encoding="utf-8")
    start = ("session", "start", "--soundscape", tonight, "--patient", CODE, "--output", "fast", "--count")
    assert run(*start, "--script", "walk.txt", "--json").code == 0
    odd = 'touch = "hand"\ntouch_consent = "not needed"'
    run.refused(
        "session", "close", "--setting", "-", stdin=odd, says="touch is 'hand' and touch_consent is 'not needed'"
    )
    odd = "interrupted_by = []"
    says = "interruptions is '1' and interrupted_by is 'none'"
    run.refused("session", "close", "--setting", "-", stdin=odd, says=says)
    (listed,) = run("session", "list", "--json").json
    assert (listed["closed"], listed["setting"], listed["setting_by_program"]) == (False, None, [])
    assert run("session", "close").code == 0
    (listed,) = run("session", "list", "--json").json
    assert (listed["setting"], listed["setting_by_program"]) == ({"interruptions": 1}, ["interruptions"])
    past = ("session", "add", "--patient", CODE, "--started", "2026-01-05T10:00", "--minutes", "40", "--setting", "-")
    run.refused(*past, stdin='headphones = "not offered"\nmusic_delivery = "both"', says="headphones is 'not offered'")


def test_touch_without_a_word_of_consent_is_kept_where_somebody_says_that_it_was_so(run: CommandLine) -> None:
    add = ("session", "add", "--patient", CODE, "--started", "2026-01-05T10:00", "--minutes", "40", "--setting", "-")
    touched = 'touch = "hand"'
    run.refused(*add, stdin=touched, says="touch is 'hand' and touch_consent is not said. Say which it was, or that")
    run.refused(*add, stdin=f'{touched}\ntouch_consent = "not needed"', says="both cannot be so")
    assert run("session", "list", "--json").json == []
    added = run(*add, "--as-said", "--json", stdin=touched).json
    assert added["setting"] == {"touch": "hand"}
    correct = ("session", "setting", added["session_id"], "--setting", "-", "--reason", "the paper says so")
    run.refused(*correct, stdin='touch = "hand and shoulder"', says="touch_consent is not said")
    assert run(*correct, stdin='lighting = "dim"').code == 0  # what was kept so is not asked again
    assert run(*correct, "--as-said", stdin='touch = "hand and shoulder"\ntouch_consent = "not needed"').code == 0
    tonight = run("soundscape", "build", "--playlist", "short", "--minutes", "5", "--patient", CODE).out.strip()
    Path("walk.txt").write_text("-0.4 fade-out 1\n", encoding="utf-8")
    start = ("session", "start", "--soundscape", tonight, "--patient", CODE, "--output", "fast", "--count")
    assert run(*start, "--script", "walk.txt", "--json").code == 0
    run.refused("session", "close", "--setting", "-", stdin=touched, says="touch_consent is not said")
    assert run("session", "close", "--setting", "-", "--as-said", stdin=touched).code == 0


def test_on_a_terminal_what_a_file_contradicts_is_asked_about_before_it_is_kept(
    run: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = Path("odd.toml")
    odd.write_text('touch = "hand"\ntouch_consent = "not needed"', encoding="utf-8")
    for face in ("session", "setting"):
        monkeypatch.setattr(f"setsetting.cli.{face}.can_ask", lambda: True)

    tonight = run("soundscape", "build", "--playlist", "short", "--minutes", "5", "--patient", CODE).out.strip()
    Path("walk.txt").write_text("-0.4 fade-out 1\n", encoding="utf-8")
    start = ("session", "start", "--soundscape", tonight, "--patient", CODE, "--output", "fast", "--count")
    assert run(*start, "--script", "walk.txt", "--json").code == 0
    close = ("session", "close", "--setting", "odd.toml")
    closed = run(*close, "--json", stdin="1\n\nasked at the time\n")
    assert "Touch: hand, and Consent to touch: not needed. Both cannot be so." in closed.err
    (held,) = run("session", "list", "--json").json
    agreed = {"touch": "hand", "touch_consent": "asked at the time"}
    assert (held["closed"], held["setting"]) == (True, agreed)
    correct = ("session", "setting", held["session_id"], "--setting", "odd.toml", "--reason", "read again")
    assert "Was it so?" in run.refused(*correct, stdin="n\n", says="both cannot be so").err
    assert run("session", "list", "--json").json[0]["setting"] == agreed
    assert run(*correct, stdin="y\n").code == 0
    assert run("session", "list", "--json").json[0]["setting"] == {**agreed, "touch_consent": "not needed"}
    assert run(*start, "--script", "walk.txt", "--json").code == 0
    assert run(*close, stdin="1\n\n\ny\n").code == 0
    assert run("session", "list", "--json").json[1]["setting"]["touch_consent"] == "not needed"
