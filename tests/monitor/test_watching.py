from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.archive import open_archive
from monitor.supervise import STOP_WITHIN

PATIENCE = 90.0  # seconds, on a machine that does much else


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "not within the time allowed"
        time.sleep(0.2)


def test_a_demonstration_collects_and_indexes_until_it_is_stopped_cleanly(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "monitor.cli", "demo"]
    environment = os.environ | {"PARLEY_DATA": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        archive = None
        try:
            wait_until(lambda: (tmp_path / "demo" / "bodies.db").exists())
            archive = open_archive(tmp_path / "demo")
            states = archive.count_pages_by_state
            wait_until(lambda: states().get("indexed", 0) >= 100)
            process.send_signal(signal.SIGTERM)
            said, _ = process.communicate(timeout=STOP_WITHIN + PATIENCE)
        finally:
            process.kill()
            if archive:
                archive.close()
    assert process.returncode == 0
    assert "feeds: " in said
    assert said.rstrip().endswith("Stopped; everything collected is kept.")
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_a_mistake_in_the_settings_is_said_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_WORKERS", "none")
    command = [sys.executable, "-m", "monitor.cli", "run"]
    done = subprocess.run(
        command, env=os.environ | {"PARLEY_DATA": str(tmp_path / "data")}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "workers" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()
