from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.errors import AlreadyRunning
from crawler.presence import SignOfLife, give_sign, last_sign, only_one


def test_a_second_crawler_is_kept_out_with_the_number_of_the_first(tmp_path: Path) -> None:
    with (
        only_one(tmp_path, "crawler"),
        pytest.raises(AlreadyRunning, match=rf"another crawler \(process {os.getpid()}\)"),
        only_one(tmp_path, "crawler"),
    ):
        pass
    with only_one(tmp_path, "crawler"):
        pass


def test_the_last_sign_of_life_can_be_read_by_others(tmp_path: Path) -> None:
    assert last_sign(tmp_path, "crawler") is None
    sign = SignOfLife(pid=1, at=datetime(2026, 3, 1, tzinfo=UTC), doing="paused", trouble="disk", under_way=0)
    give_sign(tmp_path, "crawler", sign)
    assert last_sign(tmp_path, "crawler") == sign


def test_a_damaged_sign_is_none(tmp_path: Path) -> None:
    (tmp_path / "crawler.json").write_text('{"pid"')
    assert last_sign(tmp_path, "crawler") is None
