"""A sweep killed at any moment is resumed, and ends with true tags and the whole change in its history."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from indexer.engine import open_engine
from indexer.query.tree import Everything
from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.processes import until

ARTICLES = 5_000
KILLS = 2


def tagged(installation: Installation) -> int:
    engine = open_engine(installation.engine_url)
    result = engine.tally(Everything(), "themes").get("truce", 0)
    engine.close()
    return result


def kill_a_sweep(installation: Installation) -> None:
    """Start a sweep and kill it when it has written something."""
    before = tagged(installation)
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor.cli", "themes", "sweep"], env=os.environ | dict(installation.environment)
    )
    until(lambda: tagged(installation) > before or process.poll() is not None, "the sweep has written something")
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_a_sweep_that_is_killed_repeatedly_is_resumed(small: Installation) -> None:
    small.keep(*(article(serial=number, title="A truce") for number in range(1, ARTICLES + 1)))
    for _ in range(KILLS):
        kill_a_sweep(small)
    left = tagged(small)
    assert left >= 1_000 * KILLS
    result = small.json("verify", code=1 if left < ARTICLES else 0)
    assert result["themes"] == [{"theme": "truce", "missing": ARTICLES - left, "stale": 0}]
    small.json("themes", "sweep")
    assert small.json("verify")["is_correct"]
    (version,) = small.json("themes", "history", "truce")["history"]
    assert (version["added"], version["articles"]) == (ARTICLES, ARTICLES)


@pytest.mark.parametrize("killed", [False, True])
def test_a_sweep_requested_from_a_running_indexer_completes_even_if_it_is_killed(
    small: Installation, killed: bool
) -> None:
    small.keep(*(article(serial=number, title="A truce") for number in range(1, 2_001)))
    indexing = [sys.executable, "-m", "monitor.cli", "index"]
    process = subprocess.Popen(indexing, env=os.environ | dict(small.environment))
    try:
        until(lambda: (small.data / "indexer.json").exists(), "the indexer has a heartbeat")
        if killed:
            process.send_signal(signal.SIGKILL)
        assert small.run("themes", "save", "truce", "--query", "en=truce")[0] == 0
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
    assert small.json("verify")["is_correct"]
    newest = small.json("themes", "history", "truce")["history"][-1]
    assert newest["articles"] == 2_000
