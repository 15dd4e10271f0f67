"""The command line as a test calls it; what holds of every answer is checked at each."""

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import json_contract
import pytest

from setsetting.cli import app

ITEMS = "2 3 1 2 3 2 2 1 3 2 1 2 3 1 0 2 3 2 3 3"
"""Twenty answers; their total is 41."""


@dataclass(frozen=True)
class Answer:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class CommandLine:
    """Runs commands in this process."""

    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    before: tuple[str, ...] = ()

    def __call__(self, *words: str | Path, stdin: str | bytes = b"") -> Answer:
        """Run one command with this on its standard input."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        self.capsys.readouterr()
        code = app.run([*self.before, *(os.fspath(word) for word in words)])
        told = self.capsys.readouterr()
        assert isinstance(code, int), "the interface was opened"
        answer = honest(Answer(code, told.out, told.err), "--json" in words)
        if "--json" in words and answer.out.strip():
            json_contract.hold([os.fspath(word) for word in words], answer.json)
        return answer

    def refused(self, *words: str | Path, code: int = 1, says: str, stdin: str | bytes = b"") -> Answer:
        """Run a command that must fail with a sentence, and print nothing."""
        answer = self(*words, stdin=stdin)
        assert (answer.code, answer.out) == (code, ""), answer
        assert says in answer.err, answer.err
        return answer


def honest(answer: Answer, as_json: bool) -> Answer:
    """What the contract says of every command: a sentence for every failure, one document, no traceback."""
    assert "Traceback" not in answer.err
    assert "fault of its own" not in answer.err, answer.err
    assert answer.code in (0, 1, 2, 130)
    if answer.code:
        assert answer.err.strip(), "a failure without its sentence"
    if as_json and answer.code == 0:
        assert answer.out.strip(), "no document"
    if as_json and answer.out.strip():
        json.loads(answer.out)
    assert not set(answer.out + answer.err) & {chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))}
    return answer


def process(*words: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None, **how: Any) -> Any:
    """Start the command in a process of its own, as a shell would."""
    return subprocess.Popen(
        [sys.executable, "-m", "setsetting", *(os.fspath(word) for word in words)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdout=how.pop("stdout", subprocess.PIPE),
        stderr=how.pop("stderr", subprocess.PIPE),
        stdin=how.pop("stdin", subprocess.DEVNULL),
        **how,
    )
