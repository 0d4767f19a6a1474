"""The archive's table of articles: the current article of every address, next to its page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    Table,
    Text,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from config.errors import ArchiveError
from crawler.archive.batches import AT_ONCE, batches
from crawler.archive.database import Database, metadata
from indexer.article import Article
from indexer.copies.index import Place
from indexer.copies.signature import VERSION
from indexer.stored_form import FORM, pack, to_stored, unpack

articles = Table(
    "articles",
    metadata,
    Column("serial", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("page", Integer, nullable=False, index=True),
    Column("extractor", Integer, nullable=False),
    Column("waiting", Boolean, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("form", Integer, nullable=False, server_default="1"),  # of `data`, see indexer.stored_form
    Column(
        "linking", Integer, nullable=False, server_default="0", index=True
    ),  # version of what linked it to its story
    Index("articles_waiting", "waiting", sqlite_where=text("waiting")),
)

_STORED = articles.c.id, articles.c.form, articles.c.data
_KEPT = select(*_STORED, articles.c.page, articles.c.extractor)


@dataclass(frozen=True, slots=True)
class KeptArticle:
    """An article in the archive, with the number of its page and the version of the extractor that read it."""

    article: Article
    page: int
    extractor: int


def keep_articles(connection: Connection, kept: Iterable[KeptArticle]) -> None:
    """Store the current article of each address, replacing earlier ones; it waits for the engine until `settle`."""
    rows = [
        {
            "serial": item.article.serial,
            "id": item.article.id,
            "page": item.page,
            "extractor": item.extractor,
            "waiting": True,
            "data": pack(to_stored(item.article)),
            "form": FORM,
            "linking": VERSION,
        }
        for item in kept
    ]
    if rows:
        connection.execute(delete(articles).where(articles.c.serial.in_([row["serial"] for row in rows])))
        connection.execute(insert(articles), rows)


def kept_article(connection: Connection, serial: int) -> KeptArticle | None:
    """Return the article with this serial, or None if there is none."""
    row = connection.execute(_KEPT.where(articles.c.serial == serial)).first()
    return _kept(row) if row else None


def pages_kept(connection: Connection, pages: Sequence[int], extractor: int) -> set[int]:
    """Return those of the pages whose article is already kept, as read by this version of the extractor."""
    query = select(articles.c.page).where(articles.c.page.in_(pages), articles.c.extractor == extractor)
    return set(connection.scalars(query))


def read_from(connection: Connection, pages: Collection[int]) -> dict[int, str]:
    """Return serial → id of the kept articles that were read from these pages."""
    wrong: dict[int, str] = {}
    for some in batches(pages):
        rows = connection.execute(select(articles.c.serial, articles.c.id).where(articles.c.page.in_(some)))
        wrong.update({row.serial: row.id for row in rows})
    return wrong


def pages_by_serial(connection: Connection, serials: Sequence[int]) -> dict[int, int]:
    """Return serial → page of its article, for the addresses that have an article."""
    query = select(articles.c.serial, articles.c.page).where(articles.c.serial.in_(serials))
    return {row.serial: row.page for row in connection.execute(query)}


def move(connection: Connection, places: Mapping[str, Place]) -> None:
    """Assign kept articles to other stories, by article id; those that change wait for the engine again."""
    for ids in batches(places):
        moved = [_kept(row) for row in connection.execute(_KEPT.where(articles.c.id.in_(ids))).all()]
        keep_articles(
            connection,
            [
                replace(item, article=moved_article)
                for item in moved
                if (moved_article := at(item.article, places[item.article.id])) != item.article
            ],
        )


def at(article: Article, place: Place) -> Article:
    """Return the article at its place."""
    return replace(article, copy_of=place.story, carries=place.carries)


def linked_otherwise(connection: Connection, limit: int) -> list[Article]:
    """Return articles that were linked to their stories by another version, the first collected first."""
    others = or_(articles.c.linking < VERSION, articles.c.linking > VERSION)
    query = select(*_STORED).where(others).order_by(articles.c.linking, articles.c.serial).limit(limit)
    return [_article(row) for row in connection.execute(query)]


def mark_linked(connection: Connection, serials: Collection[int]) -> None:
    """Record that these articles are linked by this version."""
    connection.execute(update(articles).where(articles.c.serial.in_(serials)).values(linking=VERSION))


def waiting(connection: Connection, limit: int) -> list[Article]:
    """Return articles whose current version may not be in the engine yet, ordered by serial."""
    query = select(*_STORED).where(articles.c.waiting).order_by(articles.c.serial).limit(limit)
    return [_article(row) for row in connection.execute(query)]


def settle(connection: Connection, serials: Sequence[int]) -> None:
    """Record that the engine has stored these articles durably."""
    connection.execute(update(articles).where(articles.c.serial.in_(serials)).values(waiting=False))


def mark_waiting(connection: Connection, serials: Collection[int]) -> None:
    """Record that these articles are no longer in the engine and wait to be added again."""
    connection.execute(update(articles).where(articles.c.serial.in_(serials)).values(waiting=True))


def drop(connection: Connection, serials: Sequence[int]) -> dict[str, int]:
    """Delete these articles from the archive; return article id → page."""
    deletion = delete(articles).where(articles.c.serial.in_(serials)).returning(articles.c.id, articles.c.page)
    return {row.id: row.page for row in connection.execute(deletion)}


def ids_kept(connection: Connection, ids: Sequence[str]) -> set[str]:
    """Return those of the ids (at most AT_ONCE) that have a kept article."""
    return set(connection.scalars(select(articles.c.id).where(articles.c.id.in_(ids))))


def ids_starting_with(connection: Connection, start: str, limit: int) -> list[str]:
    """Return the first `limit` ids of kept articles, in order, that start with these hexadecimal digits."""
    inside = articles.c.id.between(start, f"{start}g")  # "g" sorts after every digit
    return list(connection.scalars(select(articles.c.id).where(inside).order_by(articles.c.id).limit(limit)))


def serials_kept(connection: Connection, serials: Sequence[int]) -> set[int]:
    """Return those of the serials (at most AT_ONCE) that have a kept article."""
    return set(connection.scalars(select(articles.c.serial).where(articles.c.serial.in_(serials))))


def count_articles(connection: Connection) -> int:
    """Return the number of kept articles."""
    return connection.execute(select(func.count()).select_from(articles)).scalar_one()


def count_waiting(connection: Connection) -> int:
    """Return the number of articles whose current version may not be in the engine yet."""
    return connection.execute(select(func.count()).select_from(articles).where(articles.c.waiting)).scalar_one()


def iterate_articles(database: Database, *, after: int = 0, batch: int = AT_ONCE) -> Iterator[list[Article]]:
    """Yield all kept articles in batches, ordered by serial; every batch has its own read transaction."""
    while True:
        with database.read() as connection:
            query = select(*_STORED, articles.c.serial).where(articles.c.serial > after)
            rows = connection.execute(query.order_by(articles.c.serial).limit(batch)).all()
        if not rows:
            return
        yield [_article(row) for row in rows]
        after = rows[-1].serial


def _kept(row: Row[*tuple[Any, ...]]) -> KeptArticle:
    return KeptArticle(_article(row), row.page, row.extractor)


def _article(row: Row[*tuple[Any, ...]]) -> Article:
    if row.form > FORM:
        raise ArchiveError(
            f"article {row.id} is stored in form {row.form}, this Parley reads form {FORM}; update Parley"
        )
    return unpack(row.data)
