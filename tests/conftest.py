"""Fixtures for all tests."""

from __future__ import annotations

import gc
import os
import sys
from multiprocessing import forkserver
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.elasticsearch import elasticsearch_url

__all__ = ["elasticsearch_url"]

# Where bytecode is not to be written, each of the hundreds of processes that tests start would compile the whole product anew:
# a third of the processor time of a short command.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# How long an example takes says more about the load of the machine than about the code.
settings.register_profile("parley", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("parley")


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Return the folder with real pages, feeds and documents, from PARLEY_TEST_DATA."""
    folder = os.environ.get("PARLEY_TEST_DATA")
    if not folder:
        pytest.skip("needs the data sets: set PARLEY_TEST_DATA to their folder")
    return Path(folder)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo the changes that a command run in this process makes to the environment for the processes it starts."""
    monkeypatch.setenv("PYTHONSAFEPATH", "")


gc.disable()  # until all tests are collected: none of what that makes is garbage


def pytest_collection_finish() -> None:
    """Collect garbage from now on, but never look at the thousands of tests for it, as they stay to the end.

    The process from which others fork starts here. The first part that needs it would start it with what it needs itself, and
    every process that another part needs would spend a second on importing the rest.
    """
    gc.freeze()
    gc.enable()
    forkserver.set_forkserver_preload(["tests.support.preload"])
    forkserver.ensure_running()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the modules that take minutes, so that no worker is left with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None and "end_to_end" not in item.path.parts)
