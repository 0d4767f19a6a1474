from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.errors import AlreadyRunning
from crawler.presence import Heartbeat, last_heartbeat, only_one, write_heartbeat


def test_a_second_crawler_is_refused_with_the_process_id_of_the_first(tmp_path: Path) -> None:
    with (
        only_one(tmp_path, "crawler"),
        pytest.raises(AlreadyRunning, match=rf"another crawler \(process {os.getpid()}\)"),
        only_one(tmp_path, "crawler"),
    ):
        pass
    with only_one(tmp_path, "crawler"):
        pass


def test_other_processes_can_read_the_last_heartbeat(tmp_path: Path) -> None:
    assert last_heartbeat(tmp_path, "crawler") is None
    heartbeat = Heartbeat(pid=1, at=datetime(2026, 3, 1, tzinfo=UTC), doing="paused", trouble="disk", under_way=0)
    write_heartbeat(tmp_path, "crawler", heartbeat)
    assert last_heartbeat(tmp_path, "crawler") == heartbeat


def test_a_damaged_heartbeat_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "crawler.json").write_text('{"pid"')
    assert last_heartbeat(tmp_path, "crawler") is None
