"""An index whose archive is gone: its articles are all that is left of what was collected."""

from __future__ import annotations

from pathlib import Path

from config.errors import EngineMisconfigured, EngineUnavailable
from config.settings import own_engine
from crawler.archive.archive import BODIES, DATABASE, RESTORING
from indexer.engine import open_engine
from indexer.query.tree import Everything
from monitor.sentences import counted


def orphans(data: Path, engine_url: str) -> str:
    """Return what a data folder without an archive has in its index; empty where there is an archive, or nothing.

    An index elsewhere may belong to another data folder, and is not asked.
    """
    if engine_url != own_engine(data) or not data.is_dir():
        return ""
    if any((data / name).exists() for name in (DATABASE, BODIES, RESTORING)):
        return ""
    try:
        engine = open_engine(engine_url)
    except EngineUnavailable:
        return ""
    except EngineMisconfigured:
        return "there is an index, which cannot be used as it is"
    try:
        number = engine.count(Everything())
        return f"the index has {counted(number, 'article')}" if number else ""
    finally:
        engine.close()
