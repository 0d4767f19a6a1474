from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.installation import Installation


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Installation:
    """Return an installation with one theme and no articles."""
    return Installation(tmp_path, monkeypatch, capsys)
