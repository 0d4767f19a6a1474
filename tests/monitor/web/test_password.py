from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigError
from monitor.web.password import hash_of, read_password


def test_a_file_has_the_password_or_its_hash(tmp_path: Path) -> None:
    for text in ("pass phrase", hash_of("pass phrase")):
        (tmp_path / "password").write_text(f"{text}\n")
        password = read_password(tmp_path / "password")
        assert password.is_right("pass phrase")
        assert not password.is_right("pass phrase ")
        assert "pass phrase" not in password.hash


def test_two_hashes_of_one_password_differ() -> None:
    assert hash_of("pass phrase") != hash_of("pass phrase")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "fewer than 8 characters"),
        (b"short\n", "fewer than 8 characters"),
        (b"          ", "fewer than 8 characters"),
        (b"one line\nand another", "one line"),
        (b"scrypt$abc", "parley tokens password"),
        (b"\xff\xfe\xfa pass phrase", "it is no text"),
        (None, "No such file"),
    ],
)
def test_what_is_no_password_is_named(tmp_path: Path, content: bytes | None, says: str) -> None:
    if content is not None:
        (tmp_path / "password").write_bytes(content)
    with pytest.raises(ConfigError, match=says):
        read_password(tmp_path / "password")
