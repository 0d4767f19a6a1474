from __future__ import annotations

import json
import os
import pty
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from monitor.cli import main
from tests.support.evidenced import forged

RunFailing = Callable[..., str]


def write(path: Path, *words: str) -> Path:
    """Run a command that writes a file."""
    with path.open("w") as file, redirect_stdout(file):
        assert main(["evidence", *words]) == 0
    return path


@pytest.mark.usefixtures("installation")
def test_a_file_is_written_and_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "it.zip", "search", "theme:truce", "class:state", "--since", "60d", "--no-pages")
    assert "SHA-256 of the manifest: " in capsys.readouterr().err
    assert main(["evidence", "verify", str(path)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("equal\nsearch theme:truce class:state, ")
    assert "Not signed" in printed
    changed = forged(path, lambda parts: parts.update({"answer.json": b"{}"}), into=tmp_path / "other.zip")
    assert main(["evidence", "verify", str(changed)]) == 1
    assert capsys.readouterr().out.startswith("different\n  answer.json: ")
    assert main(["evidence", "verify", str(changed), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["is_equal"] is False


@pytest.mark.usefixtures("installation")
@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["trend"], "give a theme"),
        (["trend", "truse"], 'no theme "truse"'),
        (["search", "((("], "character"),
        (["search", "truce", "--since", "soon"], "soon"),
        (["article", "ffffffffffff"], "no article has the id"),
        (["trend", "truce", "--sign", "nothing"], "nothing: No such file"),
        (["verify", "nothing.zip"], "nothing.zip: No such file"),
        (["stamp", "nothing.zip", "token"], "token: No such file"),
        (["prove"], "invalid choice"),
        ([], "ACTION"),
    ],
)
def test_what_cannot_be_proven_is_explained(run_failing: RunFailing, words: list[str], complaint: str) -> None:
    assert complaint in run_failing("evidence", *words)


@pytest.mark.usefixtures("installation")
def test_a_file_is_not_written_to_a_terminal(run_failing: RunFailing) -> None:
    master, slave = pty.openpty()
    with os.fdopen(slave, "w") as terminal, redirect_stdout(terminal):
        assert "send it to a file" in run_failing("evidence", "search", "truce")
    os.close(master)
