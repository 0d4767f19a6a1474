"""The compose file as docker compose reads it: loaded with the library of docker compose, which needs Go but no containers.

The program is built once and kept under the user's cache folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.support.lock import locked

SOURCES = Path(__file__).parent / "compose"
HOW_TO_ENABLE = "docker-compose.yml is not loaded with the library of docker compose: install Go 1.24 or newer"


class Refused(Exception):
    """The library does not accept the compose file; the message is its own."""


def load_project(folder: Path, *profiles: str, **variables: str) -> dict[str, Any]:
    """Return the project of the folder as `docker compose config` shows it; skip the test where it cannot be loaded.

    Args:
        profiles: those that are switched on.
        variables: the environment, in addition to the file `.env` of the folder.

    Raises:
        Refused: it is not valid.
    """
    environment = {"PATH": os.environ["PATH"], **variables}
    done = subprocess.run(
        [_build(), folder, *profiles], capture_output=True, text=True, env=environment, timeout=60, check=False
    )
    if done.returncode:
        raise Refused(done.stderr.strip())
    project: dict[str, Any] = json.loads(done.stdout)
    return project


def _build() -> Path:
    go = shutil.which("go") or shutil.which("/usr/local/go/bin/go")
    if go is None:
        pytest.skip(HOW_TO_ENABLE)
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(SOURCES.iterdir())))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "parley-test"
    program = cache / f"composefile-{digest.hexdigest()[:16]}"
    cache.mkdir(parents=True, exist_ok=True)
    with locked(cache / "compose.lock"):
        if not program.exists():
            with tempfile.TemporaryDirectory(dir=cache) as unfinished:
                command = [go, "build", "-C", str(SOURCES), "-o", f"{unfinished}/program", "."]
                environment = {**os.environ, "GOTOOLCHAIN": "local"}  # no download of another version of Go
                done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
                if done.returncode:
                    pytest.skip(f"{HOW_TO_ENABLE} ({done.stderr[-500:]})")
                Path(unfinished, "program").rename(program)
    return program
