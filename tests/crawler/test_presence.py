from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.errors import AlreadyRunning, ArchiveError
from crawler.presence import Heartbeat, Progress, holder, last_heartbeat, only_one, write_heartbeat


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


@pytest.mark.parametrize(
    "text",
    [
        '{"pid"',
        "[]",
        "\udcff",
        '{"pid": 1, "at": "2026-03-01T12:00:00", "doing": "", "trouble": "", "under_way": 0}',  # without a zone
        '{"pid": "a", "at": "2026-03-01T12:00:00Z", "doing": "", "trouble": "", "under_way": 0}',
        '{"pid": 1, "at": "2026-03-01T12:00:00Z", "doing": {}, "trouble": "", "under_way": 0}',
    ],
)
def test_a_damaged_heartbeat_is_ignored(tmp_path: Path, text: str) -> None:
    (tmp_path / "crawler.json").write_text(text, errors="surrogateescape")
    assert last_heartbeat(tmp_path, "crawler") is None


def test_a_pipe_in_the_place_of_a_heartbeat_or_lock_is_not_waited_for(tmp_path: Path) -> None:
    for name in ("crawler.json", "crawler.lock"):
        os.mkfifo(tmp_path / name)
    assert (last_heartbeat(tmp_path, "crawler"), holder(tmp_path, "crawler")) == (None, None)


def test_the_holder_of_a_lock_can_be_asked_for_without_taking_it(tmp_path: Path) -> None:
    assert holder(tmp_path, "crawler") is None
    with only_one(tmp_path, "crawler"):
        assert holder(tmp_path, "crawler") == os.getpid()
    assert holder(tmp_path, "crawler") is None


def test_work_that_waits_counts_as_stuck_only_when_none_is_done_for_long() -> None:
    now = 0.0
    progress = Progress(60, clock=lambda: now)

    def stuck_for(seconds: float, mark: object, *, waits: bool = True) -> float:
        nonlocal now
        now += seconds
        return progress.stuck_for(mark, waits=waits)

    assert stuck_for(100, "a") == 0
    assert stuck_for(59, "a") == 0
    assert stuck_for(2, "a") == 61
    assert stuck_for(10, "b") == 0
    assert stuck_for(100, "b", waits=False) == 0
    assert stuck_for(61, "b") == 61


def test_a_lock_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "crawler.lock").symlink_to("/dev/full")
    with pytest.raises(ArchiveError, match=r"crawler\.lock: "), only_one(tmp_path, "crawler"):
        pass
