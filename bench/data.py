"""Where the data sets are."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def data_folder() -> Path:
    """Return the folder that PARLEY_TEST_DATA names; exit with an explanation when it is not set."""
    folder = os.environ.get("PARLEY_TEST_DATA")
    if not folder:
        sys.exit("needs the data sets: set PARLEY_TEST_DATA to their folder")
    return Path(folder)
