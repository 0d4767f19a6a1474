"""The tables in which texts are remembered for the detection of copies, and the statements on them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    Select,
    String,
    Table,
    Text,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy import text as sql

from crawler.archive import damage
from crawler.archive.damage import Damage
from crawler.archive.database import UTCDateTime, metadata
from indexer.copies.order import PublishedBy
from indexer.copies.signature import Signature

MOST = 100  # texts compared with one text, the most similar ones
_SHARE = 16  # two texts are compared when they share one in so many keys of the one with fewer

_LINK_ANEW = sql("UPDATE articles SET linking = 0 WHERE id = :name")  # that table is declared above this package


def _link_removed_anew(connection: Connection, row: Mapping[str, object]) -> None:
    """Let the article of a removed text be remembered again."""
    connection.execute(delete(keys).where(keys.c.number == row["number"]))
    link_anew(connection, str(row["id"]))


texts = Table(
    "copy_texts",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("source", Text, nullable=False),
    Column("published", UTCDateTime, nullable=False),  # the moment by which it was, see indexer.copies.order
    Column("is_exact", Boolean, nullable=False),
    Column("collected", UTCDateTime, nullable=False, index=True),
    Column("digest", LargeBinary(16), nullable=False),
    Column("length", Integer, nullable=False, info={"between": (1, 1_000_000)}),
    Column("key_count", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("story", String(32), index=True),
    Column("carries", Text, nullable=False),  # ids with blanks between
    Column("version", Integer, nullable=False, index=True),  # of the signature
    info={"after_removal": _link_removed_anew},
)
keys = Table(
    "copy_keys",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Index("copy_keys_by_number", "number"),
    sqlite_with_rowid=False,
    info={"is_unchecked": True},  # many, and a wrong one only makes two texts more or less likely to be compared
)


Order = tuple[datetime, bool, datetime, str]  # of publication; ends with the article's id


@dataclass(frozen=True, slots=True)
class StoredText:
    """A remembered text without its keys."""

    number: int
    id: str
    source: str
    published: PublishedBy
    collected: datetime
    digest: bytes
    length: int
    key_count: int
    content: bytes
    story: str | None
    carries: str

    @property
    def story_id(self) -> str:
        """The id of its story, which is its own id when it is a story itself."""
        return self.story or self.id

    @property
    def order(self) -> Order:
        """What its place in the order of publication follows from."""
        return *self.published.order, self.id

    @property
    def signature(self) -> Signature:
        """Its signature, without keys."""
        return Signature(self.digest, self.length, (), self.content)


_COLUMNS = [texts.c[name] for name in StoredText.__dataclass_fields__ if name != "published"]
_SELECTED = [*_COLUMNS, texts.c.published, texts.c.is_exact]
_DECISIVE = case((texts.c.is_exact, texts.c.published), else_=texts.c.collected)
_ORDER = (texts.c.published, ~texts.c.is_exact, _DECISIVE, texts.c.id)


def each(values: Any) -> Any:
    """Return a column of the values in a JSON array; unlike a list of parameters it has no limit and compiles once."""
    return func.json_each(values).table_valued("value").c.value


# Statements that run for every article are built once, because building one takes longer than running it.
_KNOWN = select(*_SELECTED).where(texts.c.id == bindparam("name"))
_IN_ORDER = select(*_SELECTED).where(texts.c.id.in_(select(each(bindparam("names"))))).order_by(*_ORDER)
_OF_STORY = select(*_ORDER).where(texts.c.story == bindparam("name"))
_OWN_KEYS = select(keys.c.key).where(keys.c.number == bindparam("own"))
_counted = (
    select(keys.c.number, func.count().label("shared"))
    .where(keys.c.key.in_(_OWN_KEYS), keys.c.number != bindparam("own"))
    .group_by(keys.c.number)
    .having(func.count() >= bindparam("least"))
    .subquery()
)
_SIMILAR = (
    select(*_SELECTED)
    .join(_counted, _counted.c.number == texts.c.number)
    .where(
        texts.c.published.between(bindparam("since"), bindparam("until")),
        _counted.c.shared * _SHARE >= func.min(texts.c.key_count, bindparam("key_count")),
    )
    .order_by(
        texts.c.digest != bindparam("digest"),
        (2.0 * _counted.c.shared / (texts.c.key_count + bindparam("key_count"))).desc(),
        *_ORDER,
    )
    .limit(MOST)
)
_PLACE = (
    update(texts).where(texts.c.number == bindparam("own")).values(story=bindparam("of"), carries=bindparam("within"))
)
_ADD_TEXT = insert(texts)
_ADD_KEYS = insert(keys)


def known(connection: Connection, id: str) -> StoredText | None:
    """Return the text of an article, if it is remembered."""
    row = connection.execute(_KNOWN, {"name": id}).first()
    return _text(row) if row else None


def known_in_order(connection: Connection, ids: Iterable[str]) -> list[StoredText]:
    """Return those of the texts that are remembered, in the order of their publication."""
    return list(map(_text, connection.execute(_IN_ORDER, {"names": json.dumps(list(ids))}).all()))


def orders_of_story(connection: Connection, story: str) -> list[Order]:
    """Return the order of every remembered copy of a story."""
    return [tuple(row) for row in connection.execute(_OF_STORY, {"name": story})]


def similar(connection: Connection, text: StoredText, window: timedelta) -> Iterator[StoredText]:
    """Yield the other texts that share enough keys with a text and were published at most `window` apart from it."""
    at = text.published.at
    parameters = {
        "own": text.number,
        "least": 2 if text.key_count >= 2 * _SHARE else 1,
        "since": at - window,
        "until": at + window,
        "key_count": text.key_count,
        "digest": text.digest,
    }
    yield from map(_text, connection.execute(_SIMILAR, parameters).all())


def store(connection: Connection, row: Mapping[str, Any], own_keys: Sequence[int]) -> None:
    """Add a text with its keys; it must not be remembered yet."""
    added = connection.execute(_ADD_TEXT, row)
    number = added.inserted_primary_key[0] if added.inserted_primary_key else None
    if own_keys:
        connection.execute(_ADD_KEYS, [{"key": key, "number": number} for key in own_keys])


def place(connection: Connection, number: int, story: str | None, carries: str) -> None:
    """Record where a text belongs."""
    connection.execute(_PLACE, {"own": number, "of": story, "within": carries})


def drop(connection: Connection, numbers: Select[tuple[int]]) -> None:
    """Remove the texts with these numbers."""
    connection.execute(delete(keys).where(keys.c.number.in_(numbers)))
    connection.execute(delete(texts).where(texts.c.number.in_(numbers)))


def set_aside(connection: Connection, text: StoredText) -> None:
    """Remove a damaged text and let its article be linked anew."""
    drop(connection, select(texts.c.number).where(texts.c.number == text.number))
    link_anew(connection, text.id)
    detail = "its words were damaged; its article is linked to its story anew"
    damage.record(connection, [Damage(place=texts.name, row=text.id, detail=detail, is_repaired=True)])


def link_anew(connection: Connection, id: str) -> None:
    """Let the article with this id be remembered again."""
    connection.execute(_LINK_ANEW, {"name": id})


def _text(row: Row[Any]) -> StoredText:
    decisive = row.published if row.is_exact else row.collected
    return StoredText(
        number=row.number,
        id=row.id,
        source=row.source,
        published=PublishedBy(row.published, row.is_exact, decisive),
        collected=row.collected,
        digest=row.digest,
        length=row.length,
        key_count=row.key_count,
        content=row.content,
        story=row.story,
        carries=row.carries,
    )
