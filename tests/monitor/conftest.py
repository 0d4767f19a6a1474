"""An installation filled by the demonstration, for tests of what people see."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import FAILED, WRONG_USAGE, main
from tests.support.demonstration import demonstration
from tests.support.installation import small

__all__ = ["demonstration", "small"]


@pytest.fixture
def installation(demonstration: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Point this process to the demonstration's installation."""
    for name, value in demonstration.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "160")
    return demonstration


@pytest.fixture
def run_command(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Return a function that runs a command to its successful end and returns what it printed."""

    def run(*words: str) -> str:
        code = main(words)
        printed = capsys.readouterr()
        assert code == 0, printed.err
        return printed.out

    return run


@pytest.fixture
def run_json(run_command: Callable[..., str]) -> Callable[..., Any]:
    """Return a function that runs a command with --json and returns its document."""
    return lambda *words: json.loads(run_command(*words, "--json"))


@pytest.fixture
def run_failing(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Return a function that runs a command that must fail and returns what it printed of errors, which is no traceback."""

    def run(*words: str) -> str:
        code = main(words)
        printed = capsys.readouterr()
        assert code in (FAILED, WRONG_USAGE)
        assert "Traceback" not in printed.err
        return printed.err

    return run


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point this process to an installation in which nothing ever ran."""
    monkeypatch.setenv("PARLEY_DATA", str(tmp_path / "data"))
    return tmp_path / "data"
