"""Putting articles that only an index still has back into the archive, with their addresses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection, select, update

from crawler.archive import damage
from crawler.archive.addresses import pruned, put_back
from crawler.archive.batches import batches
from crawler.archive.damage import Damage
from crawler.archive.database import Database
from crawler.archive.pages import pages
from crawler.outcomes import Outcome
from indexer.article import Article
from indexer.jobs import articles
from indexer.jobs.articles import KeptArticle

_UNKNOWN = 0  # version of an extractor, and of what linked an article: both are done again


@dataclass(frozen=True, slots=True)
class Recovered:
    """How many articles an index had for the archive.

    Attributes:
        added: that the archive did not have.
        replaced: that were damaged in the archive.
        pruned: that were deleted from the archive for their age, and stay so.
    """

    added: int = 0
    replaced: int = 0
    pruned: int = 0

    def __add__(self, other: Recovered) -> Recovered:
        return Recovered(self.added + other.added, self.replaced + other.replaced, self.pruned + other.pruned)


def recover(stored: Iterable[Article], database: Database) -> Recovered:
    """Keep every stored article that the archive lacks, or that is damaged there; of several with one id the first.

    Raises:
        EngineError, ArchiveError: the index cannot be read, or the archive cannot be written.
    """
    recovered = Recovered()
    for some in batches(stored):
        with database.write() as connection:
            recovered += _recover(connection, list({article.id: article for article in reversed(some)}.values()))
    return recovered


def _recover(connection: Connection, stored: list[Article]) -> Recovered:
    ids = [article.id for article in stored]
    known, gone = articles.ids_kept(connection, ids), pruned(connection, ids)
    damaged = articles.set_aside_among(connection, ids)
    for article in stored:
        if article.id in damaged or article.id not in known | gone:
            _keep(connection, article)
    taken = "its stored form was damaged; it is taken from the index"
    rows = [Damage(place=articles.articles.name, row=id, detail=taken, is_repaired=True) for id in damaged]
    damage.record(connection, rows)
    return Recovered(len(set(ids) - known - gone), len(damaged), len(gone - known))


def _keep(connection: Connection, article: Article) -> None:
    serial = put_back(
        connection, article.serial, id=article.id, url=article.url, source=article.source, collected=article.collected
    )
    kept = replace(article, serial=serial, themes=frozenset())
    articles.keep_articles(connection, [KeptArticle(kept, _page_of(connection, serial), _UNKNOWN)])
    if serial == article.serial:
        articles.settle(connection, [serial])
    table = articles.articles
    connection.execute(update(table).where(table.c.serial == serial).values(linking=_UNKNOWN))


def _page_of(connection: Connection, serial: int) -> int:
    """Return the page that the article of this address was read from: not a later one that is none; 0 if that is unknown."""
    is_read = pages.c.state == Outcome.INDEXED
    own = pages.c.serial == serial, is_read | (pages.c.state == Outcome.PENDING)
    newest = select(pages.c.number).where(*own).order_by(is_read.desc(), pages.c.number.desc()).limit(1)
    return connection.scalar(newest) or 0
