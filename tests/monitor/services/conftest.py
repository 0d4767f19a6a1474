from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import load_settings
from monitor.app import App
from tests.support.installation import Installation


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Installation:
    """Return an installation with one theme and no articles."""
    return Installation(tmp_path, monkeypatch, capsys)


@pytest.fixture
def app(small: Installation) -> App:
    """Return that installation as a process sees it that runs for a long time."""
    return App(load_settings())
