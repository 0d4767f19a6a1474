"""The word tables that tests use: those of the installations on this machine, built when they are missing."""

from __future__ import annotations

from functools import cache

from config.settings import Settings
from indexer.morphology import Morphology, open_morphology


@cache
def morphology() -> Morphology:
    """Return the morphology of the six languages; the first run on a machine builds its tables in half a minute."""
    return open_morphology(Settings().cache / "words")
