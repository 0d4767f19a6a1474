"""A browser, and a server over what the demonstration collected; one of each for a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from config.settings import load_settings
from monitor.app import App
from tests.support.browser import browsing
from tests.support.demonstration import demonstration
from tests.support.installation import small
from tests.support.web import serving

__all__ = ["demonstration", "small"]


@pytest.fixture(scope="module")  # Playwright keeps a loop running in this thread, which other modules must not meet
def browser() -> Iterator[Browser]:
    """Return a browser."""
    with browsing() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(demonstration: dict[str, str]) -> Iterator[str]:
    """Return the address of a server that answers for the demonstration's installation."""
    settings = load_settings(data=Path(demonstration["PARLEY_DATA"]), config=Path(demonstration["PARLEY_CONFIG"]))
    with serving(App(settings)) as address:
        yield address
