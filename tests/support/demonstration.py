"""An installation filled by the demonstration."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest

from tests.support.lock import locked

_DAY = 24 * 3600 * 1_000_000  # microseconds


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment that points to a copy of what `parley demo --once --small` made, which all workers share."""
    base = tmp_path_factory.getbasetemp()
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with locked(run / "demonstration.lock"):
        if not (finished := run / "demonstration-finished").exists():
            _run_demonstration(run / "demonstration-unfinished")
            (run / "demonstration-unfinished").rename(finished)
    data = tmp_path_factory.mktemp("demonstration") / "data"
    shutil.copytree(finished, data)
    _postpone_polls(data / "demo")
    return {"PARLEY_DATA": str(data / "demo"), "PARLEY_CONFIG": str(data / "demo" / "config")}


def _run_demonstration(data: Path) -> None:
    shutil.rmtree(data, ignore_errors=True)
    command = [sys.executable, "-m", "monitor.cli", "demo", "--once", "--small"]
    subprocess.run(command, env=os.environ | {"PARLEY_DATA": str(data)}, check=True, capture_output=True, timeout=500)


def _postpone_polls(data: Path) -> None:
    """Let no feed become overdue while the suite runs, however long that takes."""
    with closing(connect(data / "parley.db")) as connection, connection:
        connection.execute("UPDATE feeds SET next_due = next_due + ?", [_DAY])
