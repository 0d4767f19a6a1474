from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.archive.archive import open_archive
from crawler.presence import Heartbeat, write_heartbeat
from monitor.processes.supervisor import (
    FIRST_DELAY,
    LATE_AFTER,
    SILENT_AFTER,
    START_WITHIN,
    STOP_WITHIN,
    Part,
    Supervisor,
)


def eventually_ends(supervisor: Supervisor) -> None:
    process = supervisor.parts[0].process
    assert process is not None
    process.wait(60)


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_DATA", str(tmp_path))


def test_a_part_that_ends_is_reported_with_its_last_line_and_restarted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_DELAY", "never")
    with Supervisor(tmp_path, tmp_path / "logs") as supervisor:
        supervisor.add("crawler", "crawl", "--once")
        eventually_ends(supervisor)
        now = time.monotonic()
        supervisor.tend(now)
        [trouble] = supervisor.troubles
        assert "the crawler ended" in trouble
        assert "delay" in trouble
        supervisor.tend(now + FIRST_DELAY / 2)
        assert supervisor.parts[0].process is None
        supervisor.tend(now + FIRST_DELAY)
        assert supervisor.parts[0].process is not None
        assert supervisor.parts[0].starts == 2


def test_every_part_is_stopped_at_the_end(tmp_path: Path) -> None:
    with Supervisor(tmp_path, tmp_path / "logs") as supervisor:
        supervisor.add("indexer", "status")
        process = supervisor.parts[0].process
    assert process is not None
    assert process.poll() is not None


def test_each_part_prints_to_its_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_CONFIG", "/nowhere")
    open_archive(tmp_path).close()
    monkeypatch.setenv("PARLEY_DATA", str(tmp_path))
    with Supervisor(tmp_path, tmp_path / "logs") as supervisor:
        supervisor.add("indexer", "status")
        eventually_ends(supervisor)
    assert "/nowhere" in (tmp_path / "logs" / "indexer.out").read_text()


def test_the_last_output_of_a_part_that_ended_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Supervisor(tmp_path, tmp_path / "logs") as supervisor:
        supervisor.add("crawler", "nonsense")
        eventually_ends(supervisor)
        supervisor.tend(time.monotonic())
    [ended] = [record.__dict__ for record in caplog.records if record.message == "part ended"]
    assert (ended["part"], ended["code"]) == ("crawler", 2)
    assert "nonsense" in ended["output"]


def test_a_part_that_was_killed_is_reported_with_the_signal(tmp_path: Path) -> None:
    with Supervisor(tmp_path, tmp_path / "logs") as supervisor:
        supervisor.add("crawler", "crawl")
        process = supervisor.parts[0].process
        assert process is not None
        process.kill()
        process.wait()
        supervisor.tend(time.monotonic())
    assert supervisor.troubles == ["the crawler ended (SIGKILL); it restarts in 1 s"]


def test_a_signal_without_a_name_is_reported_too(tmp_path: Path) -> None:
    with Supervisor(tmp_path, tmp_path / "logs") as supervisor:
        supervisor.add("crawler", "crawl")
        process = supervisor.parts[0].process
        assert process is not None
        process.send_signal(signal.SIGRTMIN + 6)
        process.wait()
        supervisor.tend(time.monotonic())
    assert supervisor.troubles == [f"the crawler ended (signal {signal.SIGRTMIN + 6}); it restarts in 1 s"]


def test_a_part_that_cannot_start_is_tried_again(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    with Supervisor(tmp_path, logs) as supervisor:
        (logs / "crawler.out").mkdir(parents=True)  # as anything else that the system refuses
        supervisor.add("crawler", "nonsense")
        (trouble,) = supervisor.troubles
        assert "the crawler cannot start" in trouble
        assert trouble.endswith("it is tried again in 1 s")
        (logs / "crawler.out").rmdir()
        supervisor.tend(time.monotonic() + 2)
        [part] = supervisor.parts
        assert part.process is not None
        part.process.wait()
        shutil.rmtree(logs)
        supervisor.tend(time.monotonic())
        assert supervisor.troubles == ["the crawler ended (exit code 2); it restarts in 2 s"]
        supervisor.tend(time.monotonic() + 3)
        assert part.process is not None


def test_a_part_that_fails_for_days_is_still_tried_every_minute(tmp_path: Path) -> None:
    with Supervisor(tmp_path, tmp_path / "logs") as supervisor:
        supervisor.add("crawler", "nonsense")
        [part] = supervisor.parts
        assert part.process is not None
        part.process.wait()
        part.starts = 5_000
        supervisor.tend(time.monotonic())
    assert supervisor.troubles[0].endswith("it restarts in 60 s")


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[tuple[Supervisor, Part]]:
    """Return a supervisor whose only part is stopped, as by Ctrl-Z, before it can give a heartbeat."""
    with Supervisor(tmp_path, tmp_path / "logs") as supervisor:
        supervisor.add("crawler", "crawl")
        [part] = supervisor.parts
        assert part.process is not None
        os.kill(part.process.pid, signal.SIGSTOP)
        yield supervisor, part
        if part.process:
            part.process.kill()  # otherwise the supervisor waits in vain until it may kill the part


def beat(part: Part, **fields: str) -> Heartbeat:
    assert part.process is not None
    plain = Heartbeat(pid=part.process.pid, at=datetime.now(UTC), doing="collecting", trouble="", under_way=1)
    return replace(plain, **fields)  # type: ignore[arg-type]


def ends_at(supervisor: Supervisor, part: Part, now: float) -> None:
    """Check that the part is told to stop at this time and, as it cannot, killed after a while; then it is restarted."""
    process = part.process
    assert process is not None
    supervisor.tend(now)
    assert supervisor.states(now) == {"crawler": "stuck"}
    supervisor.tend(now + STOP_WITHIN - 1)
    assert process.poll() is None
    supervisor.tend(now + STOP_WITHIN)
    assert process.wait(60) == -signal.SIGKILL
    supervisor.tend(now + STOP_WITHIN)
    assert supervisor.states(now + STOP_WITHIN) == {"crawler": "stopped"}
    assert supervisor.troubles == ["the crawler ended (it was stuck); it restarts in 1 s"]
    supervisor.tend(now + STOP_WITHIN + FIRST_DELAY)
    assert part.process not in (None, process)


def test_a_part_that_never_gives_a_heartbeat_is_restarted(stopped: tuple[Supervisor, Part]) -> None:
    supervisor, part = stopped
    supervisor.tend(part.start_at + START_WITHIN - 1)
    assert supervisor.states(part.start_at) == {"crawler": "starting"}
    assert supervisor.troubles == []
    ends_at(supervisor, part, part.start_at + START_WITHIN + 1)


def test_a_part_that_gives_no_more_heartbeats_is_restarted(tmp_path: Path, stopped: tuple[Supervisor, Part]) -> None:
    supervisor, part = stopped
    now = part.start_at
    write_heartbeat(tmp_path, "crawler", beat(part))
    supervisor.tend(now)
    assert supervisor.states(now + 1) == {"crawler": "collecting"}
    assert supervisor.states(now + LATE_AFTER) == {"crawler": "no heartbeat"}
    supervisor.tend(now + SILENT_AFTER - 1)
    assert supervisor.troubles == []
    ends_at(supervisor, part, now + SILENT_AFTER + 1)


def test_a_part_that_does_not_get_ahead_is_restarted(tmp_path: Path, stopped: tuple[Supervisor, Part]) -> None:
    supervisor, part = stopped
    write_heartbeat(tmp_path, "crawler", beat(part, stuck="none of 3 requests has ended for 31 min"))
    supervisor.tend(part.start_at)
    assert supervisor.troubles == [
        "the crawler is stuck (none of 3 requests has ended for 31 min); it is being restarted"
    ]


def test_the_heartbeat_of_an_earlier_process_is_no_sign_of_life(
    tmp_path: Path, stopped: tuple[Supervisor, Part]
) -> None:
    supervisor, part = stopped
    write_heartbeat(tmp_path, "crawler", replace(beat(part), pid=1))
    supervisor.tend(part.start_at)
    assert supervisor.states(part.start_at) == {"crawler": "starting"}
