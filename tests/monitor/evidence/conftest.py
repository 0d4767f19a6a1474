"""One installation whose pages were indexed by the real indexer, and its evidence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from config.settings import Settings
from monitor.app import App
from monitor.evidence.asking import trend_evidence
from monitor.evidence.gathering import Evidence
from tests.support.evidenced import SINCE, UNTIL, filled

Written = Callable[[Evidence], Path]


@pytest.fixture(scope="session")
def evidenced(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of an installation with articles."""
    return filled(tmp_path_factory.mktemp("evidenced"))


@pytest.fixture(scope="session")
def app(evidenced: Settings) -> App:
    """Return that installation."""
    return App(evidenced)


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Return a function that writes evidence to a file and returns its path."""

    def write(evidence: Evidence) -> Path:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.zip"
        path.write_bytes(b"".join(evidence.pieces()))
        return path

    return write


@pytest.fixture(scope="session")
def truce(app: App, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an evidence file of a theme's trend."""
    path = tmp_path_factory.mktemp("truce") / "truce.zip"
    path.write_bytes(b"".join(trend_evidence(app, themes=["truce"], since=SINCE, until=UNTIL).pieces()))
    return path
