"""Every command on docs/signals.md prints what the page shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.support.installation import Installation
from tests.support.signals import signals_in

PAGE = (Path(__file__).parents[2] / "docs" / "signals.md").read_text("utf-8")
SESSIONS = [
    session.partition("\n")
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    for session in re.split(r"^\$ ", block, flags=re.M)[1:]
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("signals")


@pytest.fixture
def signals(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Installation:
    """Return the installation of the page, filled once."""
    monkeypatch.setenv("COLUMNS", "110")
    return signals_in(folder, monkeypatch, capsys)


@pytest.mark.parametrize(("command", "output"), [(command, output) for command, _, output in SESSIONS])
def test_a_command_prints_what_the_page_shows(signals: Installation, command: str, output: str) -> None:
    code, printed, errors = signals.run(*shlex.split(command)[1:])
    assert code == 0, errors
    lines = [line.rstrip() for line in printed.strip("\n").splitlines()]
    pattern = re.escape(output.strip("\n")).replace(re.escape("…"), ".*")
    assert re.fullmatch(pattern, "\n".join(lines), re.DOTALL), printed


def test_the_page_has_examples() -> None:
    assert len(SESSIONS) >= 1
