"""Linking articles to their stories: new ones as they are kept, and all of them when copies are recognised in another way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sqlalchemy import Connection

from crawler.archive.batches import AT_ONCE
from crawler.archive.database import Database
from indexer.copies.index import CopyIndex, Place, Text, drop_outdated, text_of
from indexer.jobs import articles
from indexer.jobs.articles import KeptArticle


def keep_linked(connection: Connection, copies: CopyIndex, items: Iterable[tuple[KeptArticle, Text]]) -> None:
    """Store articles linked to their stories, and others whose stories change with them; all wait for the engine.

    Args:
        items: articles with what the index of copies remembers of them; each article once.
    """
    kept: list[KeptArticle] = []
    places: dict[str, Place] = {}
    for item, text in items:
        placement = copies.remember(connection, text)
        places |= {text.id: placement.place, **placement.moved}
        kept.append(item)
    own = [replace(item, article=articles.at(item.article, places.pop(item.article.id))) for item in kept]
    articles.keep_articles(connection, own)
    articles.move(connection, places)


def link_again(database: Database, copies: CopyIndex, *, progress: Callable[[int], None]) -> None:
    """Link all articles that another version linked; those whose place changes wait for the engine again.

    A copy whose story is no longer kept stays its copy. If it is killed, the next call continues with the rest.

    Args:
        progress: called with the number of articles done so far.
    """
    done = 0
    if not articles.linked_otherwise(database, 1):
        return
    with database.write() as connection:
        drop_outdated(connection)
    while batch := articles.linked_otherwise(database, AT_ONCE):
        with database.read() as connection:
            stories = articles.ids_kept(connection, [article.copy_of for article in batch if article.copy_of])
        signed = [(article, text_of(article)) for article in batch]
        places: dict[str, Place] = {}
        with database.write() as connection:
            for article, text in signed:
                lost = article.copy_of if article.copy_of and article.copy_of not in stories else None
                placement = copies.remember(connection, text, story=lost)
                places |= {article.id: placement.place, **placement.moved}
            articles.move(connection, places)
            articles.mark_linked(connection, [article.serial for article in batch])
        done += len(batch)
        progress(done)
