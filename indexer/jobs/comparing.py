"""Compares the contents of the engine with the archive: an index restored from an older copy may have as many articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from crawler.archive.addresses import pruned
from crawler.archive.batches import batches
from crawler.archive.database import Database
from indexer.article import Article
from indexer.engine import Engine
from indexer.jobs.articles import ids_kept, iterate_articles, newest_settled, settled
from indexer.query.tree import Everything

NEWEST = 20  # articles that a quick look compares


def differing(engine: Engine, database: Database) -> list[str]:
    """Return the ids of all articles that the engine lacks, has in another version or has although they are not kept.

    Tags are left out, and so are articles that wait for the engine. Damaged articles are set aside on the way.

    Raises:
        EngineError, ArchiveError: the engine or the archive cannot be read.
    """
    suspects = _suspects(engine.scan(Everything()), (one for batch in iterate_articles(database) for one in batch))
    # A running indexer changes both while they are read, so whatever differs is looked up again.
    return [id for some in batches(suspects) for id in _still_differing(engine, database, some)]


def count_unknown(engine: Engine, database: Database) -> int:
    """Return how many articles the engine has that the archive neither keeps nor has pruned.

    Raises:
        EngineError, ArchiveError: the engine or the archive cannot be read.
    """
    ids = (article.id for article in engine.scan(Everything()))
    return sum(len(unknown(database, some)) for some in batches(ids))


def count_pruned(engine: Engine, database: Database) -> int:
    """Return how many articles the engine has that the archive has pruned.

    Raises:
        EngineError, ArchiveError: the engine or the archive cannot be read.
    """
    number = 0
    for ids in batches(article.id for article in engine.scan(Everything())):
        with database.read() as connection:
            number += len(pruned(connection, ids) - ids_kept(connection, ids))
    return number


def unknown(database: Database, ids: Sequence[str]) -> set[str]:
    """Return those of these ids of stored articles, at most AT_ONCE, that the archive neither keeps nor has pruned."""
    with database.read() as connection:
        return set(ids) - ids_kept(connection, ids) - pruned(connection, ids)


def newest_differing(engine: Engine, database: Database) -> tuple[int, int]:
    """Return how many of the newest articles differ in the engine, and how many were compared."""
    with database.read() as connection:
        newest = newest_settled(connection, NEWEST)
    stored = engine.get([article.id for article in newest])
    suspects = [article.id for article in newest if _plain(stored.get(article.id)) != _plain(article)]
    return len(_still_differing(engine, database, suspects) if suspects else ()), len(newest)


def _suspects(stored: Iterator[Article], kept: Iterator[Article]) -> Iterator[str]:
    """Yield the ids at which two series of articles, both by ascending serial, differ."""
    ours, theirs = next(kept, None), next(stored, None)
    while ours or theirs:
        if theirs is None or (ours and ours.serial < theirs.serial):
            yield ours.id if ours else ""
            ours = next(kept, None)
        elif ours is None or theirs.serial < ours.serial:
            yield theirs.id
            theirs = next(stored, None)
        else:
            if _plain(ours) != _plain(theirs):
                yield from {ours.id, theirs.id}
            ours, theirs = next(kept, None), next(stored, None)


def _still_differing(engine: Engine, database: Database, ids: Iterable[str]) -> list[str]:
    ids = list(ids)
    with database.read() as connection:
        kept = settled(connection, ids)
    stored = engine.get(ids)
    return [id for id, article in kept.items() if _plain(stored.get(id)) != _plain(article)]


def _plain(article: Article | None) -> Article | None:
    return article and replace(article, themes=frozenset())
