"""An undisturbed run over the sample site, to compare the disturbed ones with."""

from __future__ import annotations

import pytest

from tests.support.demo_run import RunResult, undisturbed_run


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Return the result of an undisturbed run."""
    return undisturbed_run(tmp_path_factory.mktemp("undisturbed"))
