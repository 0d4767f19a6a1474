"""Rebuilding: a fresh index filled from the kept articles, swapped in when its counts agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from config.errors import EngineMisconfigured
from crawler.database import Database
from indexer.engine import Engine, open_fresh, promote
from indexer.query.tree import Everything
from indexer.store import count_articles, iterate_articles
from indexer.tagger import Tagger


def rebuild(
    url: str,
    database: Database,
    tagger: Tagger,
    *,
    progress: Callable[[int, int], None],
    before_swap: Callable[[], None] = lambda: None,
) -> Engine:
    """Fill a fresh index at this address with every kept article, tagged, make it the live one and return it, writable.

    Searches see the index of before until the swap. Killed at any moment, the index of before stays; the next rebuild
    begins anew. No article may be kept meanwhile: the caller is the one indexer.

    Args:
        progress: told how many articles are in and how many there are.
        before_swap: called when all is in; it must close a writer of the index of before.

    Raises:
        EngineMisconfigured: the counts do not agree; the index of before stays.
        EngineError: as the engine found it.
    """
    with database.read() as connection:
        total = count_articles(connection)
    fresh = open_fresh(url)
    done = 0
    progress(done, total)
    for batch in iterate_articles(database):
        themes = tagger.tag(batch)
        fresh.add([replace(article, themes=themes[article.id]) for article in batch])
        done += len(batch)
        progress(done, total)
    fresh.refresh()
    filled = fresh.count(Everything())
    if filled != total:
        fresh.close()
        raise EngineMisconfigured(
            f"the rebuilt index holds {filled:,} of {total:,} articles and was not put in place; run `parley rebuild` again"
        )
    before_swap()
    promote(url, fresh)
    return fresh
