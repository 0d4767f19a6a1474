"""Putting articles that only the index still has back into the archive, with their addresses."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, func, select, update

from crawler.archive.addresses import put_back
from crawler.archive.batches import batches
from crawler.archive.database import Database
from crawler.archive.pages import pages
from indexer.article import Article
from indexer.engine import Engine
from indexer.jobs import articles
from indexer.jobs.articles import KeptArticle
from indexer.query.tree import Everything

_UNKNOWN = 0  # version of an extractor, and of what linked an article: both are done again


def recover(engine: Engine, database: Database) -> int:
    """Keep every article of the index that the archive lacks, and return their number.

    Raises:
        EngineError, ArchiveError: the index cannot be read, or the archive cannot be written.
    """
    recovered = 0
    for some in batches(engine.scan(Everything())):
        with database.write() as connection:
            known = articles.ids_kept(connection, [article.id for article in some])
            for article in some:
                if article.id not in known:
                    _keep(connection, article)
                    recovered += 1
    return recovered


def _keep(connection: Connection, article: Article) -> None:
    serial = put_back(
        connection, article.serial, id=article.id, url=article.url, source=article.source, collected=article.collected
    )
    page = connection.scalar(select(func.max(pages.c.number)).where(pages.c.serial == serial)) or 0
    articles.keep_articles(connection, [KeptArticle(replace(article, serial=serial), page, _UNKNOWN)])
    if serial == article.serial:
        articles.settle(connection, [serial])
    table = articles.articles
    connection.execute(update(table).where(table.c.serial == serial).values(linking=_UNKNOWN))
