"""What a command does when it cannot say what it has to say, or is told something odd."""

from __future__ import annotations

import importlib
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli import INTERRUPTED, command_names, main
from monitor.terminal.parser import Parser


def run(tmp_path: Path, *words: str, line: str = '"$@"') -> tuple[int, str]:
    """Run a command in a line of a shell and return its exit code and what it wrote to standard error."""
    command = ["sh", "-c", line, "sh", sys.executable, "-m", "monitor.cli", *words]
    environment = os.environ | {"PARLEY_DATA": str(tmp_path / "data")}
    done = subprocess.run(command, env=environment, capture_output=True, timeout=60)
    return done.returncode, done.stderr.decode()


def test_output_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    assert run(tmp_path, "sources", line='"$@" >/dev/full') == (1, "output: No space left on device\n")
    code, errors = run(tmp_path, "sources", "--json", line='"$@" >/dev/full')
    assert code == 1
    assert json.loads(errors)["error"]["message"] == "output: No space left on device"


def note(folder: Path) -> str:
    nothing = "nothing has been collected yet; start with `parley run`, or look around with `parley demo`"
    return f"{folder / 'data'}: {nothing}\n"


@pytest.mark.parametrize("words", [["sources"], ["sources", "--json"]])
def test_a_closed_output_is_not_an_error(tmp_path: Path, words: list[str]) -> None:
    assert run(tmp_path, *words, line='"$@" >&-') == (0, note(tmp_path))
    assert run(tmp_path, *words, line='"$@" <&- >&- 2>&-') == (0, "")


def test_a_reader_that_stops_reading_is_not_an_error(tmp_path: Path) -> None:
    assert run(tmp_path, "sources", "--json", line='"$@" | head -1')[1] == note(tmp_path)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1251"])
def test_characters_missing_from_an_encoding_are_not_an_error(tmp_path: Path, encoding: str) -> None:
    line = f'PYTHONIOENCODING={encoding} "$@" >/dev/null'
    assert run(tmp_path, "lint", "«мир» paix été 和平", line=line) == (0, "")


@pytest.mark.parametrize("words", [["rebuild"], ["status"], ["index", "--once"], ["crawl", "--once"]])
def test_a_file_in_the_place_of_the_data_folder_is_called_one(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "data").write_text("a file")
    code, errors = run(tmp_path, *words)
    assert code == 1
    assert errors.strip().endswith(
        f"{tmp_path / 'data'}: a file, not a folder; set PARLEY_DATA to the folder of your data"
    )


def test_an_error_message_cannot_contain_terminal_escapes(tmp_path: Path) -> None:
    code, errors = run(tmp_path, "prune", "--before", "\x1b]0;owned\x07")
    assert code == 2
    assert errors.startswith('"]0;owned" is not a date; write 2026-03-01')


def test_an_interruption_while_a_command_is_loaded_prints_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("importlib.import_module", interrupted)
    assert main(["status"]) == INTERRUPTED


def test_the_error_for_a_misspelt_command_or_theme_suggests_the_nearest(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["serach", "truce"]) == 2
    assert 'unknown command "serach", did you mean "search"?' in capsys.readouterr().err
    _, errors = run(tmp_path, "trends", "trcue")
    assert 'there is no theme "trcue", did you mean "truce"?' in errors


@pytest.mark.parametrize(
    "words", [["serch"], ["search"], ["search", "a", "--sort", "size"], ["status", "--chek"], ["--"]]
)
def test_wrong_usage_ends_with_two_and_shows_the_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "usage: parley" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "code", "field", "ends"),
    [
        (["search", "a", "--sort", "size"], "wrong_argument", "sort", 2),
        (["search"], "wrong_argument", "query", 2),
        (["prune"], "wrong_argument", "before", 2),
        (["search", "(truce"], "wrong_query", "query", 2),
        (["search", "truce"], "unavailable", None, 1),
    ],
)
def test_with_json_an_error_is_a_document_on_standard_error(
    words: list[str],
    code: str,
    field: str | None,
    ends: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PARLEY_DATA", str(tmp_path / "data"))
    assert main([*words, "--json"]) == ends
    printed = capsys.readouterr()
    assert printed.out == ""
    [(name, error)] = json.loads(printed.err).items()
    assert name == "error"
    assert error.keys() == {"code", "message", "field"}
    assert (error["code"], error["field"]) == (code, field)


@pytest.mark.parametrize("command", command_names())
def test_every_example_in_the_help_is_valid(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    module = importlib.import_module(f"monitor.commands.{command}")
    parser = Parser(prog=command)
    module.add_arguments(parser)
    for example in module.EXAMPLES:
        name, *words = shlex.split(example)
        assert name == command
        parser.read(words[: next((n for n, word in enumerate(words) if word in "<>"), None)])
    with pytest.raises(SystemExit):
        main([command, "--help"])
    assert f"parley {module.EXAMPLES[0]}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "offers"),
    [
        ("parley sea", {"search"}),
        ("parley search --s", {"--since", "--sort"}),
        ("parley search truce --sort ", {"date", "score"}),
        ("parley themes sh", {"show"}),
    ],
)
def test_a_shell_completes_commands_options_and_values(tmp_path: Path, line: str, offers: set[str]) -> None:
    environment = os.environ | {"_ARGCOMPLETE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line))}
    command = ["sh", "-c", '"$@" 8>&1 9>/dev/null', "sh", sys.executable, "-m", "monitor.cli"]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=60)
    assert offers <= set(done.stdout.decode().replace("\x0b", " ").split())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_code_for_a_shell_is_printed(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--completion", shell]) == 0
    assert "parley" in capsys.readouterr().out
