"""What a command does when it cannot say what it has to say, or is told something odd."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli import INTERRUPTED, main


def said(tmp_path: Path, *words: str, line: str = '"$@"') -> tuple[int, str]:
    """Run a command in a line of a shell and return its exit code and what it wrote to standard error."""
    command = ["sh", "-c", line, "sh", sys.executable, "-m", "monitor.cli", *words]
    environment = os.environ | {"PARLEY_DATA": str(tmp_path / "data")}
    done = subprocess.run(command, env=environment, capture_output=True, timeout=60)
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize("words", [["sources"], ["sources", "--json"]])
def test_output_that_cannot_be_written_is_named_in_a_line(tmp_path: Path, words: list[str]) -> None:
    assert said(tmp_path, *words, line='"$@" >/dev/full') == (1, "output: No space left on device\n")


@pytest.mark.parametrize("words", [["sources"], ["sources", "--json"]])
def test_a_closed_output_is_one_that_nobody_reads(tmp_path: Path, words: list[str]) -> None:
    assert said(tmp_path, *words, line='"$@" >&-') == (0, "")
    assert said(tmp_path, *words, line='"$@" <&- >&- 2>&-') == (0, "")


def test_a_reader_that_has_seen_enough_is_no_mistake(tmp_path: Path) -> None:
    assert said(tmp_path, "sources", "--json", line='"$@" | head -1')[1] == ""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1251"])
def test_what_an_encoding_cannot_say_is_no_mistake(tmp_path: Path, encoding: str) -> None:
    line = f'PYTHONIOENCODING={encoding} "$@" >/dev/null'
    assert said(tmp_path, "lint", "«мир» paix été 和平", line=line) == (1, "")


@pytest.mark.parametrize("words", [["rebuild"], ["status"], ["index", "--once"], ["crawl", "--once"]])
def test_a_data_folder_that_cannot_be_made_is_named_with_the_cure(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "data").write_text("a file")
    code, errors = said(tmp_path, *words)
    assert code == 1
    assert errors.strip().endswith(f"{tmp_path / 'data'}: cannot make this folder (File exists); set PARLEY_DATA")


def test_what_went_wrong_cannot_drive_the_terminal(tmp_path: Path) -> None:
    code, errors = said(tmp_path, "prune", "--before", "\x1b]0;owned\x07")
    assert code == 1
    assert errors.startswith('"]0;owned" is no time; write 2026-11-01')


def test_an_interruption_while_a_command_is_loaded_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("importlib.import_module", interrupted)
    assert main(["status"]) == INTERRUPTED


def test_a_misspelt_command_or_theme_is_answered_with_the_nearest(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["serach", "truce"])
    assert 'unknown command "serach", did you mean "search"?' in capsys.readouterr().err
    code, errors = said(tmp_path, "trends", "trcue")
    assert code == 1
    assert 'there is no theme "trcue", did you mean "truce"?' in errors
