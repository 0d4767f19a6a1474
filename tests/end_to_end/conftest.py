"""An undisturbed run over the sample site, to compare the disturbed ones with."""

from __future__ import annotations

import os
import pickle

import pytest

from tests.support.demo_run import RunResult, undisturbed_run
from tests.support.lock import locked


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Return the result of an undisturbed run, which all workers share."""
    base = tmp_path_factory.getbasetemp()
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    finished = run / "undisturbed-result"
    with locked(run / "undisturbed.lock"):
        if not finished.exists():
            result = undisturbed_run(tmp_path_factory.mktemp("undisturbed"))
            (run / "undisturbed-unfinished").write_bytes(pickle.dumps(result))
            (run / "undisturbed-unfinished").rename(finished)
    loaded: RunResult = pickle.loads(finished.read_bytes())  # noqa: S301 (written above, in a folder of this run)
    return loaded
