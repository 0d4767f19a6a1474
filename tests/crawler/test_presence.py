from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.errors import ArchiveError
from crawler.presence import SignOfLife, give_sign, last_sign, only_crawler


def test_a_second_crawler_is_kept_out_with_the_number_of_the_first(tmp_path: Path) -> None:
    with (
        only_crawler(tmp_path),
        pytest.raises(ArchiveError, match=rf"another crawler \(process {os.getpid()}\)"),
        only_crawler(tmp_path),
    ):
        pass
    with only_crawler(tmp_path):
        pass


def test_the_last_sign_of_life_can_be_read_by_others(tmp_path: Path) -> None:
    assert last_sign(tmp_path) is None
    sign = SignOfLife(pid=1, at=datetime(2026, 3, 1, tzinfo=UTC), state="paused", detail="disk", in_flight=0)
    give_sign(tmp_path, sign)
    assert last_sign(tmp_path) == sign


def test_a_damaged_sign_is_none(tmp_path: Path) -> None:
    (tmp_path / "crawler.json").write_text('{"pid"')
    assert last_sign(tmp_path) is None
