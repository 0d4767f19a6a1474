from __future__ import annotations

import time
from pathlib import Path

import pytest

from monitor.processes.supervisor import FIRST_DELAY, Supervisor


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
    with Supervisor(tmp_path / "logs") as supervisor:
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
    with Supervisor(tmp_path / "logs") as supervisor:
        supervisor.add("status", "status")
        process = supervisor.parts[0].process
    assert process is not None
    assert process.poll() is not None


def test_each_part_prints_to_its_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_CONFIG", "/nowhere")
    with Supervisor(tmp_path / "logs") as supervisor:
        supervisor.add("status", "status")
        eventually_ends(supervisor)
    assert "/nowhere" in (tmp_path / "logs" / "status.out").read_text()


def test_the_last_output_of_a_part_that_ended_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Supervisor(tmp_path / "logs") as supervisor:
        supervisor.add("crawler", "nonsense")
        eventually_ends(supervisor)
        supervisor.tend(time.monotonic())
    [ended] = [record.__dict__ for record in caplog.records if record.message == "part ended"]
    assert (ended["part"], ended["code"]) == ("crawler", 2)
    assert "nonsense" in ended["output"]


def test_a_part_that_was_killed_is_reported_with_the_signal(tmp_path: Path) -> None:
    with Supervisor(tmp_path / "logs") as supervisor:
        supervisor.add("crawler", "crawl")
        process = supervisor.parts[0].process
        assert process is not None
        process.kill()
        process.wait()
        supervisor.tend(time.monotonic())
    assert supervisor.troubles == ["the crawler ended (SIGKILL); it restarts in 1 s"]
