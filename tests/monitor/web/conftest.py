"""A web server over what the demonstration collected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from config.settings import load_settings
from monitor.app import App
from tests.support.web import client_of, serving


@pytest.fixture(scope="session")
def address(demonstration: dict[str, str]) -> Iterator[str]:
    """Return the address of a server that answers for the demonstration's installation."""
    settings = load_settings(data=Path(demonstration["PARLEY_DATA"]), config=Path(demonstration["PARLEY_CONFIG"]))
    with serving(App(settings)) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    """Return a client of that server."""
    with client_of(address) as client:
        yield client


@pytest.fixture
def api(client: httpx.Client) -> httpx.Client:
    """Return a client of the API."""
    client.base_url = client.base_url.join("/api/v1")
    return client
