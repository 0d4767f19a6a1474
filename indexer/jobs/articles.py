"""The archive's table of articles: the current article of every address, next to its page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    Select,
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
from config.logs import get_logger
from crawler.archive import damage
from crawler.archive.batches import AT_ONCE, batches
from crawler.archive.damage import Damage
from crawler.archive.database import Database, metadata
from crawler.archive.frontier import urls
from crawler.archive.pages import KEPT, extract_again, pages
from crawler.outcomes import Outcome
from indexer.article import Article
from indexer.copies.index import Place
from indexer.copies.signature import VERSION
from indexer.stored_form import FORM, Damaged, pack, to_stored, unpack

SET_ASIDE: Final = 0  # the form of an article that is damaged; its page is extracted again
_NEWER = 16  # forms from this one's on that a newer Parley may have written; any other is damaged

articles = Table(
    "articles",
    metadata,
    Column("serial", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True, info={"neutral": "'damaged ' || serial"}),
    Column("page", Integer, nullable=False, index=True, info={"neutral": 0}),
    Column("extractor", Integer, nullable=False, info={"neutral": 0}),
    Column("waiting", Boolean, nullable=False, info={"neutral": 1}),
    Column("data", LargeBinary, nullable=False, info={"neutral": "x''"}),
    Column(
        "form", Integer, nullable=False, server_default="1", info={"neutral": FORM}
    ),  # of `data`, see indexer.stored_form
    Column(
        "linking", Integer, nullable=False, server_default="0", index=True, info={"neutral": 0}
    ),  # version of what linked it to its story
    Index("articles_waiting", "waiting", sqlite_where=text("waiting")),
)

_ROW = articles.c.serial, articles.c.id, articles.c.form, articles.c.data, articles.c.page, articles.c.extractor
_KEPT = select(*_ROW).where(articles.c.form != SET_ASIDE)

log = get_logger(__name__)


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
        serials, ids = [row["serial"] for row in rows], [str(row["id"]) for row in rows]
        connection.execute(delete(articles).where(or_(articles.c.serial.in_(serials), articles.c.id.in_(ids))))
        connection.execute(insert(articles), rows)
        damage.mark_repaired(connection, articles.name, ids)


def kept_article(connection: Connection, serial: int) -> KeptArticle | None:
    """Return the article with this serial, or None if there is none; one that is damaged is set aside."""
    return next(iter(_sound(connection, _KEPT.where(articles.c.serial == serial))), None)


def damaged_of(connection: Connection, page: int) -> int | None:
    """Return the serial of the article that was set aside and is to be read from this page again; None if there is none."""
    own = select(urls.c.serial).join(articles, articles.c.id == urls.c.id)
    return connection.scalar(own.where(articles.c.page == page, articles.c.form == SET_ASIDE))


def pages_kept(connection: Connection, numbers: Sequence[int], extractor: int) -> set[int]:
    """Return those of the pages whose article is already kept, as read by this version of the extractor.

    A page that became pending again since, because its feed says more of it for example, is not among them.
    """
    query = select(articles.c.page).join(pages, pages.c.number == articles.c.page)
    kept = query.where(articles.c.page.in_(numbers), articles.c.extractor == extractor, pages.c.detail == KEPT)
    return set(connection.scalars(kept))


def readings(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return id → page and version of the extractor, for those of these articles (at most AT_ONCE) that are kept."""
    query = select(articles.c.id, articles.c.page, articles.c.extractor).where(articles.c.id.in_(ids))
    return {row.id: (row.page, row.extractor) for row in connection.execute(query)}


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
        moved = _sound(connection, _KEPT.where(articles.c.id.in_(ids)))
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


def linked_otherwise(database: Database, limit: int) -> list[Article]:
    """Return articles that were linked to their stories by another version, the first collected first."""
    others = or_(articles.c.linking < VERSION, articles.c.linking > VERSION)
    return _some(database, _KEPT.where(others).order_by(articles.c.linking, articles.c.serial).limit(limit))


def mark_linked(connection: Connection, serials: Collection[int]) -> None:
    """Record that these articles are linked by this version."""
    connection.execute(update(articles).where(articles.c.serial.in_(serials)).values(linking=VERSION))


def waiting(database: Database, limit: int) -> list[Article]:
    """Return articles whose current version may not be in the engine yet, ordered by serial."""
    return _some(database, _KEPT.where(articles.c.waiting).order_by(articles.c.serial).limit(limit))


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
    """Return the number of kept articles, with those that are damaged and wait to be read again."""
    return connection.execute(select(func.count()).select_from(articles)).scalar_one()


def newest_settled(connection: Connection, limit: int) -> list[Article]:
    """Return the articles read from the newest pages, of those that the engine has stored; damaged ones are left out."""
    query = _KEPT.where(~articles.c.waiting).order_by(articles.c.page.desc()).limit(limit)
    return [item.article for item in _decoded(connection.execute(query).all())[0]]


def settled(connection: Connection, ids: Sequence[str]) -> dict[str, Article | None]:
    """Return what the engine should have under these ids (at most AT_ONCE): the article, or None where it should have none.

    Ids of articles that wait for the engine, or are damaged, are left out.
    """
    sound, _ = _decoded(connection.execute(_KEPT.where(articles.c.id.in_(ids), ~articles.c.waiting)).all())
    kept: dict[str, Article | None] = {item.article.id: item.article for item in sound}
    known = ids_kept(connection, ids)
    return kept | {id: None for id in ids if id not in known}


def ids_set_aside(connection: Connection) -> list[str]:
    """Return the ids of the articles that are damaged and wait to be read again."""
    return list(pages_set_aside(connection))


def pages_set_aside(connection: Connection) -> dict[str, int]:
    """Return id → page of the articles that are damaged and wait to be read again."""
    rows = connection.execute(
        select(articles.c.id, articles.c.page).where(articles.c.waiting, articles.c.form == SET_ASIDE)
    )
    return {row.id: row.page for row in rows}


def set_aside_among(connection: Connection, ids: Collection[str]) -> set[str]:
    """Return those of the ids (at most AT_ONCE) whose articles are damaged and wait to be read again."""
    return set(connection.scalars(select(articles.c.id).where(articles.c.id.in_(ids), articles.c.form == SET_ASIDE)))


def set_aside_from(connection: Connection, pages: Collection[int]) -> dict[str, int]:
    """Return id → page of the damaged articles that wait to be read again from these pages."""
    damaged: dict[str, int] = {}
    for some in batches(pages):
        those = select(articles.c.id, articles.c.page).where(articles.c.form == SET_ASIDE, articles.c.page.in_(some))
        damaged.update({row.id: row.page for row in connection.execute(those)})
    return damaged


def lost(connection: Connection) -> list[str]:
    """Return the ids of the articles that are damaged and cannot be read again: their pages were tried, or are not there."""
    pending = select(pages.c.number).where(pages.c.number == articles.c.page, pages.c.state == Outcome.PENDING).exists()
    noticed = articles.c.id.in_(damage.incomplete(articles.name))  # they are few, where all that wait may be many
    return list(connection.scalars(select(articles.c.id).where(noticed, articles.c.form == SET_ASIDE, ~pending)))


def sum_of_serials(connection: Connection) -> int:
    """Return the sum of the serials of all kept articles."""
    return int(connection.scalar(select(func.sum(articles.c.serial))) or 0)


def waiting_ids(connection: Connection, limit: int) -> dict[int, str]:
    """Return serial → id of articles whose current version may not be in the engine yet."""
    rows = connection.execute(select(articles.c.serial, articles.c.id).where(articles.c.waiting).limit(limit))
    return {row.serial: row.id for row in rows}


def count_waiting(connection: Connection) -> int:
    """Return the number of articles whose current version may not be in the engine yet."""
    return connection.execute(select(func.count()).select_from(articles).where(articles.c.waiting)).scalar_one()


def iterate_articles(database: Database) -> Iterator[list[Article]]:
    """Yield all kept articles in batches, ordered by serial; every batch has its own read transaction.

    Damaged ones are left out, and set aside where the archive can be written.
    """
    for rows in walk(database, _KEPT):
        sound, damaged = _decoded(rows)
        if damaged:
            _set_aside_if_possible(database, damaged)
        yield [item.article for item in sound]


def walk(database: Database, query: Select[*tuple[Any, ...]]) -> Iterator[Sequence[Row[*tuple[Any, ...]]]]:
    """Yield the rows of a query over `articles`, AT_ONCE together, ordered by serial; each list has its own read transaction."""
    after = 0
    while True:
        some = query.where(articles.c.serial > after).order_by(articles.c.serial).limit(AT_ONCE)
        with database.read() as connection:
            rows = connection.execute(some).all()
        if not rows:
            return
        yield rows
        after = rows[-1].serial


def settled_ids(database: Database) -> Iterator[dict[int, str]]:
    """Yield serial → id of the kept articles that do not wait for the engine, in batches, ordered by serial."""
    for rows in walk(database, select(articles.c.serial, articles.c.id).where(~articles.c.waiting)):
        yield {row.serial: row.id for row in rows}


def set_damaged_aside(database: Database) -> None:
    """Look at every article, so that those that are damaged are set aside.

    Raises:
        ArchiveError: the database cannot be read.
    """
    for _ in iterate_articles(database):
        pass


def set_aside(connection: Connection, rows: Iterable[Row[*tuple[Any, ...]]]) -> None:
    """Leave out damaged articles from now on and let their pages be extracted again."""
    for row in rows:
        values = {"form": SET_ASIDE, "extractor": 0, "waiting": True}
        connection.execute(update(articles).where(articles.c.serial == row.serial).values(values))
        extract_again(connection, row.page)
        detail = "its stored form was damaged; its page is extracted again"
        damage.record(connection, [Damage(place=articles.name, row=str(row.id), detail=detail)])


def _set_aside_if_possible(database: Database, rows: Sequence[Row[*tuple[Any, ...]]]) -> None:
    try:
        with database.write() as connection:
            set_aside(connection, rows)
    except ArchiveError as error:
        ids = [str(row.id) for row in rows]
        log.warning("damaged articles could not be set aside", articles=ids, detail=str(error))


def _some(database: Database, query: Select[*tuple[Any, ...]]) -> list[Article]:
    """Return the sound articles of a query whose rows are fewer once damaged ones are set aside."""
    while True:
        with database.read() as connection:
            rows = connection.execute(query).all()
        sound, damaged = _decoded(rows)
        if damaged:
            with database.write() as connection:
                set_aside(connection, damaged)
        if sound or not damaged:
            return [item.article for item in sound]


def _sound(connection: Connection, query: Select[*tuple[Any, ...]]) -> list[KeptArticle]:
    """Return the sound articles of a query and set the others aside, in a transaction that writes."""
    sound, damaged = _decoded(connection.execute(query).all())
    set_aside(connection, damaged)
    return sound


def _decoded(
    rows: Iterable[Row[*tuple[Any, ...]]],
) -> tuple[list[KeptArticle], list[Row[*tuple[Any, ...]]]]:
    """Return the articles in these rows of `_KEPT`, and the rows that are damaged."""
    sound, damaged = [], []
    for row in rows:
        article = decoded(row)
        if article is None:
            damaged.append(row)
        else:
            sound.append(KeptArticle(article, row.page, row.extractor))
    return sound, damaged


def decoded(row: Row[*tuple[Any, ...]]) -> Article | None:
    """Return the article in a row with `serial`, `id`, `form` and `data`; None when it is damaged.

    Raises:
        ArchiveError: a newer Parley wrote it.
    """
    try:
        article = unpack(row.data)
    except Damaged:
        if isinstance(row.form, int) and FORM < row.form <= FORM + _NEWER:
            raise ArchiveError(
                f"article {row.id} is stored in form {row.form}, this Parley reads form {FORM}; update Parley"
            ) from None
        return None
    return article if (article.serial, article.id) == (row.serial, row.id) else None
