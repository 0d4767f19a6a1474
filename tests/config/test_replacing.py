"""A file is replaced as a whole, whoever else replaces it meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.replacing import replace_bytes, replace_text


def test_writers_of_one_file_do_not_disturb_one_another(tmp_path: Path) -> None:
    path = tmp_path / "theme.toml"
    texts = [str(number) * 20_000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for written in [pool.submit(replace_text, path, text) for text in texts * 15]:
            written.result()
    assert path.read_text() in texts
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_leaves_the_old_file_alone(tmp_path: Path) -> None:
    (tmp_path / "theme.toml").mkdir()
    (tmp_path / "theme.toml" / "old").touch()
    with pytest.raises(OSError, match=r"theme\.toml"):
        replace_bytes(tmp_path / "theme.toml", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["theme.toml"]


def test_a_file_gets_the_permissions_it_is_given(tmp_path: Path) -> None:
    replace_text(tmp_path / "key", "hush", mode=0o600)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
