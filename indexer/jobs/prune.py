"""Pruning: giving up articles older than a moment, with their pages and bodies, in archive and engine alike.

An article is as old as its date of publication, one without a date as its collection; a page without an article as its own
collection. Killed at any moment, the same call made again ends in the same state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from crawler.archive import prune as crawled
from crawler.archive.archive import Archive
from crawler.archive.database import Database
from indexer.copies.index import forget
from indexer.engine import Engine
from indexer.jobs import articles

_FIRST = 0  # below every serial


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was given up, or would be.

    Attributes:
        bytes: that the bodies took, compressed; SQLite uses the space again and gives none back. None when not known.
    """

    articles: int
    pages: int
    bytes: int | None


def count_old(database: Database, before: datetime) -> Pruned:
    """Return what `prune` would give up."""
    article_count = page_count = 0
    for old in _old(database, before):
        article_count += len(_ids(old))
        with database.read() as connection:
            page_count += crawled.count_pages(connection, list(old))
    return Pruned(article_count, page_count, None)


def prune(archive: Archive, engine: Engine, before: datetime, *, progress: Callable[[int], None]) -> Pruned:
    """Give up what is older; only the one indexer may.

    The addresses stay known and are never collected again. What still waits for the indexer stays. A copy whose story is
    given up stays a copy.

    Args:
        progress: told how many articles are gone.

    Raises:
        EngineError, ArchiveError: what is not gone yet stays whole.
    """
    article_count = page_count = 0
    for old in _old(archive.database, before):
        engine.delete(_ids(old))
        with archive.database.write() as connection:
            collected_since = crawled.with_pending(connection, list(old))
            articles.wait(connection, collected_since)  # until that is read, the engine is given what it just lost
            gone = {serial: id for serial, id in old.items() if serial not in collected_since}
            articles.drop(connection, list(gone))
            forget(connection, _ids(gone))
            page_count += crawled.drop_pages(connection, list(gone))
        article_count += len(_ids(gone))
        progress(article_count)
    engine.refresh()
    return Pruned(article_count, page_count, crawled.remove_unused_bodies(archive))


def summary(pruned: Pruned) -> str:
    """Return in words what was or would be deleted."""
    articles = "1 article" if pruned.articles == 1 else f"{pruned.articles:,} articles"
    pages = "1 page" if pruned.pages == 1 else f"{pruned.pages:,} pages"
    freed = "" if pruned.bytes is None else f", {pruned.bytes / 1e6:,.1f} MB of bodies"
    return f"{articles} and {pages}{freed}"


def _ids(addresses: Mapping[int, str | None]) -> list[str]:
    return [id for id in addresses.values() if id is not None]


def _old(database: Database, before: datetime) -> Iterator[dict[int, str | None]]:
    """Yield serials of old addresses, AT_ONCE at most, each with the id of its article, if it has one."""
    for batch in articles.iterate_articles(database):
        old = {item.serial: item.id for item in batch if (item.published or item.collected) < before}
        with database.read() as connection:
            waiting = crawled.with_pending(connection, list(old))
        if free := {serial: id for serial, id in old.items() if serial not in waiting}:
            yield dict(free)
    after = _FIRST
    while True:
        with database.read() as connection:
            found = crawled.collected_before(connection, before, after=after)
            taken = crawled.with_pending(connection, found) | articles.serials_kept(connection, found)
        if not found:
            return
        if bare := [serial for serial in found if serial not in taken]:
            yield dict.fromkeys(bare)
        after = found[-1]
