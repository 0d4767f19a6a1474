"""Rebuilding: filling a fresh index from the kept articles and switching to it once the counts match."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from config.errors import EngineMisconfigured
from crawler.archive.batches import batches
from crawler.archive.database import Database
from crawler.archive.identity import archive_id
from indexer.engine import Engine, open_fresh
from indexer.jobs.articles import count_articles, ids_kept, iterate_articles
from indexer.query.tree import Everything
from indexer.themes.tagger import Tagger


def rebuild(
    url: str,
    database: Database,
    tagger: Tagger,
    *,
    progress: Callable[[int, int], None],
    before_swap: Callable[[], None] = lambda: None,
) -> Engine:
    """Fill a fresh index at this address with all kept articles, tagged, make it live and return it, writable.

    Searches use the old index until the swap. If the rebuild is killed, the old index stays live and the next rebuild
    resumes. No article may be added to the archive meanwhile, so the caller must be the single indexer.

    Args:
        progress: called with the number of articles written and the total.
        before_swap: called when all articles are written; it must close any writer of the old index.

    Raises:
        EngineMisconfigured: the counts do not match, or the index belongs to another archive; the old index stays live.
        EngineError: the engine is unavailable.
    """
    fresh = open_fresh(url, archive=archive_id(database))
    try:
        _fill(fresh, database, tagger, progress)
        before_swap()
        fresh.promote()
    except BaseException:
        fresh.close()
        raise
    return fresh


def _fill(fresh: Engine, database: Database, tagger: Tagger, progress: Callable[[int, int], None]) -> None:
    with database.read() as connection:
        total = count_articles(connection)
    fresh.refresh()
    is_resumed = fresh.count(Everything()) > 0
    done = 0
    progress(done, total)
    for batch in iterate_articles(database):
        themes = tagger.tag_all(batch)
        tagged = [replace(article, themes=themes[article.id]) for article in batch]
        present = fresh.get([article.id for article in batch]) if is_resumed else {}
        fresh.add([article for article in tagged if present.get(article.id) != article])
        done += len(batch)
        progress(done, total)
    fresh.refresh()
    if is_resumed:
        _remove_dropped(fresh, database)
    number = fresh.count(Everything())
    if number != total:
        raise EngineMisconfigured(
            f"the rebuilt index has {number:,} articles instead of {total:,} and was not used; run `parley rebuild` again"
        )


def _remove_dropped(fresh: Engine, database: Database) -> None:
    present = (article.id for article in fresh.scan(Everything()))
    for ids in batches(present):
        with database.read() as connection:
            kept = ids_kept(connection, ids)
        fresh.delete([id for id in ids if id not in kept])
    fresh.refresh()
