from __future__ import annotations

import errno
import io
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor.web.password import Password


@pytest.fixture
def data(empty: Path) -> Path:
    empty.mkdir()
    return empty


def test_a_token_is_shown_once_and_listed_until_it_is_revoked(
    data: Path, run_command: Callable[..., str], run_json: Callable[..., Any]
) -> None:
    made = run_json("tokens", "new", "notebook", "--scope", "write")
    assert made["token"].startswith("parley_")
    listed = run_json("tokens")["tokens"]
    assert [(token["name"], token["scope"]) for token in listed] == [("notebook", "write")]
    assert "token" not in listed[0]
    for path in data.iterdir():
        assert made["token"].removeprefix("parley_") not in path.read_text()
    run_command("tokens", "revoke", "notebook")
    assert run_json("tokens", "list")["tokens"] == []
    assert "There are no tokens" in run_command("tokens")


def test_a_new_token_may_only_read_unless_told_otherwise(data: Path, run_json: Callable[..., Any]) -> None:
    assert run_json("tokens", "new", "notebook")["scope"] == "read"


def test_the_token_is_a_line_of_its_own(data: Path, run_command: Callable[..., str]) -> None:
    token, *notes = run_command("tokens", "new", "notebook").splitlines()
    assert len(token) == len("parley_") + 43
    assert "never shown again" in notes[0]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("new",), "needs the name"),
        (("revoke",), "needs the name"),
        (("revoke", "nothing"), 'there is no token "nothing"'),
        (("new", "two words"), "is no name for a token"),
        (("new", ""), "is no name for a token"),
        (("new", "x" * 51), "is no name for a token"),
        (("new", "../x"), "is no name for a token"),
        (("new", "a\nb"), "is no name for a token"),
        (("new", "notebook"), "already"),
        (("make", "x"), "is not understood"),
        (("new", "a", "b"), "is not understood"),
        (("new", "x", "--scope", "admin"), "admin"),
    ],
)
def test_what_cannot_be_done_is_named(
    data: Path, run_command: Callable[..., str], run_failing: Callable[..., str], words: tuple[str, ...], says: str
) -> None:
    run_command("tokens", "new", "notebook")
    assert says in run_failing("tokens", *words)


def test_a_missing_data_folder_is_named_and_not_made(empty: Path, run_failing: Callable[..., str]) -> None:
    assert str(empty) in run_failing("tokens", "new", "notebook")
    assert not empty.exists()


def test_a_token_that_a_full_disk_has_no_room_for_asks_for_space(
    data: Path, run_failing: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_: object) -> None:  # as fsync does on a disk that is full
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fill)
    error = run_failing("tokens", "new", "notebook")
    assert error.strip().endswith("access.json: No space left on device; free some space")


def test_only_its_owner_reads_the_file(data: Path, run_command: Callable[..., str]) -> None:
    old = os.umask(0)
    try:
        run_command("tokens", "new", "notebook")
        run_command("tokens", "new", "other")
    finally:
        os.umask(old)
    assert stat.S_IMODE((data / "access.json").stat().st_mode) == 0o600


def test_a_password_becomes_a_hash(
    run_command: Callable[..., str], run_failing: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("pass phrase\n"))
    hash = run_command("tokens", "password").strip()
    assert Password(hash, hash).is_right("pass phrase")
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    assert "fewer than 8 characters" in run_failing("tokens", "password")
