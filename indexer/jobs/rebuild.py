"""Rebuilding: filling a fresh index from the kept articles and switching to it once the counts match."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from config.errors import EngineError, EngineMisconfigured, EngineUnavailable
from config.sources import Source
from crawler.archive.batches import batches
from crawler.archive.database import Database
from crawler.archive.identity import archive_id
from indexer.article import Article
from indexer.engine import Engine, open_engine, open_fresh, salvage_engine
from indexer.jobs.articles import count_articles, ids_kept, ids_set_aside, iterate_articles
from indexer.jobs.comparing import count_unknown
from indexer.query.tree import Everything
from indexer.themes.tagger import Tagger


def rebuild(
    url: str,
    database: Database,
    tagger: Tagger,
    sources: Sequence[Source],
    *,
    progress: Callable[[int, int], None],
    in_use: str = "",
    before_swap: Callable[[], None] = lambda: None,
) -> Engine:
    """Fill a fresh index at this address with all kept articles, tagged, make it live and return it, writable.

    Searches use the old index until the swap. If the rebuild is killed, the old index stays live and the next rebuild
    resumes. No article may be added to the archive meanwhile, so the caller must be the single indexer.

    An article that is damaged in the archive is taken over from the old index, or from the one in use, until it is extracted
    again.

    Args:
        in_use: address of the engine that is configured, where this is another one.
        progress: called with the number of articles written and the total.
        before_swap: called when all articles are written; it must close any writer of the old index.

    Raises:
        EngineMisconfigured: the counts do not match, or the index belongs to another archive; the old index stays live.
        EngineError: the engine is unavailable.
    """
    _refuse_to_lose(url, database)
    fresh = open_fresh(url, archive=archive_id(database))
    try:
        fresh.describe(sources)
        _fill(fresh, list(dict.fromkeys(filter(None, (url, in_use)))), database, tagger, progress)
        before_swap()
        fresh.promote()
    except BaseException:
        fresh.close()
        raise
    return fresh


def _refuse_to_lose(url: str, database: Database) -> None:
    """Check that no index is replaced that has articles of which the archive knows nothing, because it was lost or is older.

    Raises:
        EngineMisconfigured: it would be.
    """
    with database.read() as connection:
        kept = count_articles(connection)
    try:
        live = open_engine(url, archive=archive_id(database))
    except EngineUnavailable:  # there is no index yet
        return
    except EngineMisconfigured:
        if kept:  # it can only be replaced
            return
        raise
    try:
        unknown = count_unknown(live, database) if live.count(Everything()) > kept else 0
    finally:
        live.close()
    if unknown:
        number = "1 article" if unknown == 1 else f"{unknown:,} articles"
        raise EngineMisconfigured(
            f"the index has {number} that the archive does not know; run `parley repair` to put them back into the archive, "
            "or delete the index if you do not need them"
        )


def _fill(
    fresh: Engine, old: Sequence[str], database: Database, tagger: Tagger, progress: Callable[[int, int], None]
) -> None:
    with database.read() as connection:
        total = count_articles(connection)
    fresh.refresh()
    is_resumed = fresh.count(Everything()) > 0
    done = 0
    progress(done, total)
    for batch in iterate_articles(database):
        _add(fresh, tagger, batch, is_resumed=is_resumed)
        done += len(batch)
        progress(done, total)
    lost = _add_damaged(fresh, old, database, tagger, is_resumed=is_resumed)
    fresh.refresh()
    if is_resumed:
        _remove_dropped(fresh, database)
    number = fresh.count(Everything())
    if not total - lost <= number <= total:
        raise EngineMisconfigured(
            f"the rebuilt index has {number:,} articles instead of {total:,} and was not used; run `parley rebuild` again"
        )


def _add(fresh: Engine, tagger: Tagger, articles: Sequence[Article], *, is_resumed: bool) -> None:
    themes = tagger.tag_all(articles)
    tagged = [replace(article, themes=themes[article.id]) for article in articles]
    present = fresh.get([article.id for article in articles]) if is_resumed else {}
    fresh.add([article for article in tagged if present.get(article.id) != article])


def _add_damaged(fresh: Engine, old: Sequence[str], database: Database, tagger: Tagger, *, is_resumed: bool) -> int:
    """Add the articles that are damaged in the archive as the old indexes have them; return how many these lack."""
    with database.read() as connection:
        damaged = ids_set_aside(connection)
    lost = len(damaged)
    for some in batches(damaged):
        rescued = _rescued(old, archive_id(database), some)
        _add(fresh, tagger, rescued, is_resumed=is_resumed)
        lost -= len(rescued)
    return lost


def _rescued(old: Sequence[str], archive: str, ids: Sequence[str]) -> list[Article]:
    """Return those of these articles that one of the old indexes has."""
    rescued: dict[str, Article] = {}
    for url in old:
        if missing := [id for id in ids if id not in rescued]:
            rescued |= {article.id: article for article in _stored(url, archive, missing)}
    return list(rescued.values())


def _stored(url: str, archive: str, ids: Sequence[str]) -> list[Article]:
    """Return those of these articles that an index has, as far as it can be read."""
    try:
        old = open_engine(url, archive=archive)
        try:
            return list(old.get(ids).values())
        finally:
            old.close()
    except EngineError:
        left = {article.id: article for article in salvage_engine(url, archive=archive) if article.id in ids}
        return list(left.values())


def _remove_dropped(fresh: Engine, database: Database) -> None:
    present = (article.id for article in fresh.scan(Everything()))
    for ids in batches(present):
        with database.read() as connection:
            kept = ids_kept(connection, ids)
        fresh.delete([id for id in ids if id not in kept])
    fresh.refresh()
