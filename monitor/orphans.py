"""An index whose archive is gone: its articles are all that is left of what was collected."""

from __future__ import annotations

from pathlib import Path

from config.errors import EngineMisconfigured, EngineUnavailable
from config.settings import own_engine
from crawler.archive.archive import BODIES, DATABASE, RESTORING
from indexer.engine import open_engine, salvage_engine
from indexer.query.tree import Everything


def orphans(data: Path, engine_url: str) -> int:
    """Return the number of articles in the index of a data folder without an archive; 0 where there is one.

    An index elsewhere may belong to another data folder, and is not asked.
    """
    if engine_url != own_engine(data) or any((data / name).exists() for name in (DATABASE, BODIES, RESTORING)):
        return 0
    try:
        engine = open_engine(engine_url)
    except EngineUnavailable:
        return 0
    except EngineMisconfigured:
        return sum(1 for _ in salvage_engine(engine_url, archive=None))
    try:
        return engine.count(Everything())
    finally:
        engine.close()
