"""Raw bodies of collected pages, compressed, each stored once under the hash of its content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import zstandard
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    tuple_,
)

from config.errors import ArchiveError, BodyLost
from crawler.archive.batches import AT_ONCE, batches
from crawler.archive.database import Database, UTCDateTime
from crawler.archive.hints import HintsJSON
from crawler.archive.identity import identity_table
from crawler.page import Hints, PageKind, RawPage, hash_of

_tables = MetaData()
_bodies = Table(
    "bodies",
    _tables,
    Column("hash", String(32), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
_origins = Table(
    "origins",
    _tables,
    Column("hash", String(32), primary_key=True),
    Column("url", Text, primary_key=True),
    Column("final_url", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("feed", Text, nullable=False),
    Column("collected", UTCDateTime, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("hints", HintsJSON),
    sqlite_with_rowid=False,
)
identity_table(_tables)

# Built once: building a statement takes longer than SQLite takes to run it.
_BODY = select(_bodies.c.size, _bodies.c.data).where(_bodies.c.hash == bindparam("name"))
_STORED = select(_bodies.c.hash).where(_bodies.c.hash.in_(bindparam("names", expanding=True)))
_NOTE = insert(_origins).prefix_with("OR IGNORE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a body comes from: what its page can be made of again when the database is lost.

    Attributes:
        url: the collected address, canonicalised; `final_url` is the address after redirects.
        collected: UTC.
        hints: without the text of the feed's entry, which may be as long as the body.
    """

    hash: str
    url: str
    final_url: str
    source: str
    feed: str
    collected: datetime
    content_type: str
    kind: PageKind
    hints: Hints


def origin_of(page: RawPage, url: str, *, source: str, feed: str, collected: datetime) -> Origin:
    """Return where the body of a page of this address comes from."""
    return Origin(
        hash=page.body_hash,
        url=url,
        final_url=page.url,
        source=source,
        feed=feed,
        collected=collected,
        content_type=page.content_type,
        kind=page.kind,
        hints=replace(page.hints, html=None),
    )


class Bodies:
    """The file of bodies.

    A body is written before the page that refers to it, so the body of every page exists.

    Args:
        trouble: why the file must not be used, such as that it belongs to another archive; every method then raises
            ArchiveError with this sentence, and the file is neither opened nor created.

    Raises:
        ArchiveError: the file cannot be opened, as for Database.
    """

    def __init__(self, path: Path, *, trouble: str = "") -> None:
        self.path, self.trouble = path, trouble
        self._database = None if trouble else Database(path, _tables)

    @property
    def database(self) -> Database:
        """The database of bodies.

        Raises:
            ArchiveError: it must not be used.
        """
        if self._database is None:
            raise ArchiveError(self.trouble)
        return self._database

    def put(self, bodies: Mapping[str, bytes], origins: Sequence[Origin] = ()) -> None:
        """Store bodies durably, given by their hashes, and where they come from; what is already stored stays as it is.

        Raises:
            ArchiveError: they could not be stored; none of them is.
        """
        if not bodies:
            return
        with self.database.write() as connection:
            stored = set(connection.scalars(_STORED, {"names": list(bodies)}))
            new = [_packed(name, body) for name, body in bodies.items() if name not in stored]
            if new:
                connection.execute(insert(_bodies), new)
            if origins:
                connection.execute(
                    _NOTE, [{name: getattr(it, name) for name in Origin.__dataclass_fields__} for it in origins]
                )

    def origins(self) -> Iterator[list[Origin]]:
        """Yield where the bodies come from, in batches, the oldest first; those from before this was noted have no origin.

        Raises:
            ArchiveError: the file cannot be read.
        """
        with self.database.read() as connection:
            rows = connection.execute(select(_origins).order_by(_origins.c.collected, _origins.c.hash)).mappings()
            while some := rows.fetchmany(AT_ONCE):
                yield [Origin(**row) for row in some]

    def without_origin(self) -> Iterator[list[str]]:
        """Yield the hashes of bodies of which nothing is known but their content, in batches.

        Raises:
            ArchiveError: the file cannot be read.
        """
        query = select(_bodies.c.hash).where(_bodies.c.hash.not_in(select(_origins.c.hash)))
        with self.database.read() as connection:
            names = connection.execute(query).scalars()
            while some := list(names.fetchmany(AT_ONCE)):
                yield some

    def get(self, name: str) -> bytes:
        """Return the body with this hash.

        Raises:
            BodyLost: it is missing or damaged.
            ArchiveError: the file cannot be read.
        """
        with self.database.read() as connection:
            row = connection.execute(_BODY, {"name": name}).first()
        if row is None:
            raise BodyLost(f"{self.database.path}: body {name} is missing; restore the file from a copy")
        body = _unpacked(row.data, row.size)
        if body is None or hash_of(body) != name:
            raise BodyLost(f"{self.database.path}: body {name} is damaged; restore the file from a copy")
        return body

    def names(self, *, after: str, limit: int) -> list[str]:
        """Return the hashes of the next bodies, in order of their hashes."""
        following = select(_bodies.c.hash).where(_bodies.c.hash > after).order_by(_bodies.c.hash).limit(limit)
        with self.database.read() as connection:
            return list(connection.scalars(following))

    def existing(self, names: Sequence[str]) -> set[str]:
        """Return those of these hashes, at most AT_ONCE, under which a body is stored."""
        with self.database.read() as connection:
            return set(connection.scalars(select(_bodies.c.hash).where(_bodies.c.hash.in_(names))))

    def remove(self, names: Sequence[str]) -> int:
        """Remove these bodies and return their compressed size in bytes."""
        if not names:
            return 0
        deletion = delete(_bodies).where(_bodies.c.hash.in_(names)).returning(func.length(_bodies.c.data))
        with self.database.write() as connection:
            connection.execute(delete(_origins).where(_origins.c.hash.in_(names)))
            return sum(connection.scalars(deletion))

    def addresses(self, names: Sequence[str]) -> list[tuple[str, str]]:
        """Return hash and address for each origin of these bodies, at most AT_ONCE."""
        query = select(_origins.c.hash, _origins.c.url).where(_origins.c.hash.in_(names))
        with self.database.read() as connection:
            return [(row.hash, row.url) for row in connection.execute(query)]

    def newest(self, limit: int) -> list[Origin]:
        """Return where the bodies stored last, at most so many, come from."""
        last = select(_bodies.c.hash).order_by(text("rowid DESC")).limit(limit)
        with self.database.read() as connection:
            rows = connection.execute(select(_origins).where(_origins.c.hash.in_(last))).mappings()
            return [Origin(**row) for row in rows]

    def forget(self, origins: Sequence[tuple[str, str]]) -> None:
        """Remove these origins, given by hash and address; their bodies stay."""
        for some in batches(origins):
            with self.database.write() as connection:
                connection.execute(delete(_origins).where(tuple_(_origins.c.hash, _origins.c.url).in_(some)))

    def copy_to(self, path: Path) -> None:
        """Copy the file in its current state to a new one; see Database.copy_to."""
        self.database.copy_to(path)

    def close(self) -> None:
        """Close all connections."""
        if self._database is not None:
            self._database.close()


def has_bodies(connection: Connection) -> bool:
    """Return whether any body is stored in the file of this connection."""
    return connection.execute(select(_bodies.c.hash).limit(1)).first() is not None


def _packed(name: str, body: bytes) -> dict[str, object]:
    return {"hash": name, "size": len(body), "data": zstandard.ZstdCompressor().compress(body)}


def _unpacked(data: bytes, size: int) -> bytes | None:
    try:
        if zstandard.frame_content_size(data) != size:
            return None
        return zstandard.ZstdDecompressor().decompress(data)
    except zstandard.ZstdError:
        return None
