"""Rebuilding: a fresh index filled from the kept articles, swapped in when its counts agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from config.errors import EngineMisconfigured
from crawler.archive.batches import batches
from crawler.archive.database import Database
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
    """Fill a fresh index at this address with every kept article, tagged, make it the live one and return it, writable.

    Searches see the index of before until the swap. Killed at any moment, the index of before stays, and the next rebuild goes on
    with what this one has written. No article may be kept meanwhile: the caller is the one indexer.

    Args:
        progress: told how many articles are in and how many there are.
        before_swap: called when all is in; it must close a writer of the index of before.

    Raises:
        EngineMisconfigured: the counts do not agree; the index of before stays.
        EngineError: as the engine found it.
    """
    fresh = open_fresh(url)
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
        wanted = [replace(article, themes=themes[article.id]) for article in batch]
        there = fresh.get([article.id for article in batch]) if is_resumed else {}
        fresh.add([article for article in wanted if there.get(article.id) != article])
        done += len(batch)
        progress(done, total)
    fresh.refresh()
    if is_resumed:
        _remove_what_is_not_kept(fresh, database)
    filled = fresh.count(Everything())
    if filled != total:
        raise EngineMisconfigured(
            f"the rebuilt index holds {filled:,} of {total:,} articles and was not put in place; run `parley rebuild` again"
        )


def _remove_what_is_not_kept(fresh: Engine, database: Database) -> None:
    there = (article.id for article in fresh.scan(Everything()))
    for some in batches(there):
        with database.read() as connection:
            kept = ids_kept(connection, some)
        fresh.delete([id for id in some if id not in kept])
    fresh.refresh()
