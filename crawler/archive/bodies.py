"""Raw bodies of collected pages, compressed, each stored once under the hash of its content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    bindparam,
    delete,
    func,
    insert,
    select,
)

from config.errors import ArchiveError, BodyLost
from crawler.archive.database import Database
from crawler.archive.identity import identity_table
from crawler.page import hash_of

_tables = MetaData()
_bodies = Table(
    "bodies",
    _tables,
    Column("hash", String(32), primary_key=True),
    Column("size", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
identity_table(_tables)

# Built once: building a statement takes longer than SQLite takes to run it.
_BODY = select(_bodies.c.size, _bodies.c.data).where(_bodies.c.hash == bindparam("name"))
_STORED = select(_bodies.c.hash).where(_bodies.c.hash.in_(bindparam("names", expanding=True)))


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

    def put(self, bodies: Mapping[str, bytes]) -> None:
        """Store bodies durably, given by their hashes; a body that is already stored stays as it is.

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
            return sum(connection.scalars(deletion))

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
