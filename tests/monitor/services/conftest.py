from __future__ import annotations

import pytest

from config.settings import load_settings
from monitor.app import App
from tests.support.installation import Installation


@pytest.fixture
def app(small: Installation) -> App:
    """Return that installation as a process sees it that runs for a long time."""
    return App(load_settings())
