"""Pruning: deleting articles published before a date, with their pages and bodies, from the archive and the engine.

The age of an article counts from its publication, or from its collection if it has no date; the age of a page without an
article counts from its collection. A prune that was killed can be repeated and ends in the same state.
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
    """What was deleted, or would be.

    Attributes:
        bytes: compressed size of the deleted bodies; None when unknown. SQLite reuses the space without returning it.
    """

    articles: int
    pages: int
    bytes: int | None


def count_old(database: Database, before: datetime) -> Pruned:
    """Return what `prune` would delete."""
    article_count = page_count = 0
    for old in _old(database, before):
        article_count += len(_ids(old))
        with database.read() as connection:
            page_count += crawled.count_pages(connection, list(old))
    return Pruned(article_count, page_count, None)


def prune(archive: Archive, engine: Engine, before: datetime, *, progress: Callable[[int], None]) -> Pruned:
    """Delete articles and pages older than `before`; only the single indexer may do this.

    Their addresses stay known and are never collected again. Pages that still wait for the indexer are kept. A copy whose
    story is deleted stays a copy.

    Args:
        progress: called with the number of articles deleted so far.

    Raises:
        EngineError, ArchiveError: the articles not deleted yet stay complete.
    """
    article_count = page_count = 0
    bodies: set[str] = set()
    for old in _old(archive.database, before):
        engine.delete(_ids(old))
        engine.refresh()  # readers never see an article that the archive has no more
        with archive.database.write() as connection:
            collected_since = crawled.with_pending(connection, list(old))
            articles.mark_waiting(connection, collected_since)  # back to the engine until the new page is indexed
            dropped = {serial: id for serial, id in old.items() if serial not in collected_since}
            articles.drop(connection, list(dropped))
            forget(connection, _ids(dropped))
            of_pages = crawled.drop_pages(connection, list(dropped))
        bodies.update(of_pages)
        page_count += len(of_pages)
        article_count += len(_ids(dropped))
        progress(article_count)
    return Pruned(article_count, page_count, crawled.remove_unused_bodies(archive, bodies))


def summary(pruned: Pruned) -> str:
    """Return as text what was or would be deleted."""
    articles = "1 article" if pruned.articles == 1 else f"{pruned.articles:,} articles"
    pages = "1 page" if pruned.pages == 1 else f"{pruned.pages:,} pages"
    freed = "" if pruned.bytes is None else f", {pruned.bytes / 1e6:,.1f} MB of bodies"
    return f"{articles} and {pages}{freed}"


def _ids(addresses: Mapping[int, str | None]) -> list[str]:
    return [id for id in addresses.values() if id is not None]


def _old(database: Database, before: datetime) -> Iterator[dict[int, str | None]]:
    """Yield batches of at most AT_ONCE old addresses: serial → id of its article, or None without one."""
    for batch in articles.iterate_articles(database):
        old = {item.serial: item.id for item in batch if (item.published or item.collected) < before}
        with database.read() as connection:
            waiting = crawled.with_pending(connection, list(old))
        if free := {serial: id for serial, id in old.items() if serial not in waiting}:
            yield dict(free)
    after = _FIRST
    while True:
        with database.read() as connection:
            serials = crawled.collected_before(connection, before, after=after)
            taken = crawled.with_pending(connection, serials) | articles.serials_kept(connection, serials)
        if not serials:
            return
        if bare := [serial for serial in serials if serial not in taken]:
            yield dict.fromkeys(bare)
        after = serials[-1]
