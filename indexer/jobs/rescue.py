"""Keeping what the engine has of articles that are damaged in the archive and cannot be extracted again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from crawler.archive import damage
from crawler.archive.damage import Damage
from crawler.archive.database import Database
from indexer.engine import Engine
from indexer.jobs.articles import KeptArticle, articles, keep_articles, set_aside_from

_LOST = "its stored form and its page are damaged, and the index does not have it; a backup may have it"


def rescue(database: Database, engine: Engine, pages: Collection[int]) -> None:
    """Take articles that were set aside from the engine, where their pages, which are these, are lost as well.

    Raises:
        EngineError, ArchiveError: nothing was changed.
    """
    with database.read() as connection:
        damaged = set_aside_from(connection, pages)
    if not damaged:
        return
    stored = engine.get(list(damaged))
    kept = [
        KeptArticle(replace(stored[id], themes=frozenset()), page, 0) for id, page in damaged.items() if id in stored
    ]
    lost = [Damage(place=articles.name, row=id, detail=_LOST) for id in damaged if id not in stored]
    with database.write() as connection:
        keep_articles(connection, kept)
        damage.record(connection, lost)
