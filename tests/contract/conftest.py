"""One contract suite for every engine in indexer/engines/.

An engine named `x` needs a fixture `x_addresses` here, which returns an unused address on each call. Nothing else in
this folder may know which engine it tests.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from random import Random
from uuid import uuid4

import pytest

import indexer.engines
from indexer.article import Article
from indexer.engine import Engine, open_engine
from tests.support.trees import random_article

ENGINES = sorted(module.name for module in pkgutil.iter_modules(indexer.engines.__path__))


@pytest.fixture(scope="session")
def tantivy_addresses(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    return lambda: f"tantivy:{tmp_path_factory.mktemp('contract') / 'index'}"


@pytest.fixture(scope="session")
def elasticsearch_addresses(elasticsearch_url: str) -> Callable[[], str]:
    return lambda: f"{elasticsearch_url}/contract-{uuid4().hex}"


@pytest.fixture(scope="session", params=ENGINES)
def addresses(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Return a function that returns the address of an index that does not exist yet."""
    made: Callable[[], str] = request.getfixturevalue(f"{request.param}_addresses")
    return made


@pytest.fixture
def address(addresses: Callable[[], str]) -> str:
    """Return the address of an index that does not exist yet."""
    return addresses()


@pytest.fixture
def engine(address: str) -> Iterator[Engine]:
    """Return a new, empty, writable engine."""
    opened = open_engine(address, writable=True)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def crowd() -> list[Article]:
    """Return 240 random short articles."""
    random = Random(20260301)
    return [random_article(random, serial) for serial in range(1, 241)]


@pytest.fixture(scope="session")
def crowded(addresses: Callable[[], str], crowd: list[Article]) -> Iterator[Engine]:
    """Return an engine with the crowd, for tests that only read; written in batches, some of them twice."""
    opened = open_engine(addresses(), writable=True)
    for start in range(0, len(crowd), 50):
        opened.add(crowd[max(0, start - 5) : start + 50])
    opened.refresh()
    yield opened
    opened.close()
