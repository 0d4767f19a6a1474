from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from monitor.app import App
from monitor.terminal.next_commands import command_line, show_next_commands
from tests.support.builders import article
from tests.support.installation import Installation


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PARLEY_DATA", "PARLEY_CONFIG", "PARLEY_ENGINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.argv", ["/somewhere/cli.py"])


def test_where_nothing_was_collected_no_search_is_suggested(
    small: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    show_next_commands(App.load())
    printed = capsys.readouterr().out
    assert "Nothing was collected." in printed
    assert [line.split()[-1] for line in printed.splitlines() if line.startswith("  ")] == ["sources", "status"]
    small.keep(article(text="truce"))
    show_next_commands(App.load())
    assert "search truce" in capsys.readouterr().out


def test_the_default_installation_needs_no_variables() -> None:
    assert command_line("search", "truce") == "parley search truce"


def test_a_custom_folder_is_set_before_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_DATA", "/mnt/my data")
    monkeypatch.setenv("PARLEY_ENGINE", "")
    assert command_line("search", "a truce") == "PARLEY_DATA='/mnt/my data' parley search 'a truce'"


def test_a_folder_in_the_home_folder_is_written_so_that_a_shell_expands_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PARLEY_DATA", str(tmp_path / "a b" / "demo"))
    line = command_line("status")
    assert line.startswith("PARLEY_DATA=~/")
    shown = line.replace("parley status", "sh -c 'printf %s \"$PARLEY_DATA\"'")
    done = subprocess.run(["sh", "-c", shown], capture_output=True, text=True, check=True)
    assert done.stdout == str(tmp_path / "a b" / "demo")


def test_a_program_outside_the_path_is_printed_as_it_was_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "my venv" / "parley"
    program.parent.mkdir()
    program.touch(0o755)
    monkeypatch.setattr("sys.argv", [str(program)])
    assert command_line("status") == f"{shlex.quote(str(program))} status"
    monkeypatch.setenv("PATH", str(program.parent))
    assert command_line("status") == "parley status"
