"""The word tables tests share: built once on this machine, kept between runs."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from indexer.morphology import Morphology, open_morphology


@cache
def morphology() -> Morphology:
    """Return the morphology of the six languages; the first run on a machine builds its tables in about two minutes."""
    folder = os.environ.get("PARLEY_TEST_CACHE") or Path.home() / ".cache" / "parley-tests"
    return open_morphology(Path(folder) / "morphology")
