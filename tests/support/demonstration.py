"""An installation filled by the demonstration."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Run `parley demo --once` in a folder of its own and return the environment that points to it."""
    data = tmp_path_factory.mktemp("demonstration")
    command = [sys.executable, "-m", "monitor.cli", "demo", "--once"]
    subprocess.run(command, env=os.environ | {"PARLEY_DATA": str(data)}, check=True, capture_output=True, timeout=200)
    return {"PARLEY_DATA": str(data / "demo"), "PARLEY_CONFIG": str(data / "demo" / "config")}
