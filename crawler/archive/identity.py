"""The id of an archive: made once, kept in both of its databases and in its index, so that foreign files are recognised."""

from __future__ import annotations

import re
from operator import ne
from uuid import uuid4

from sqlalchemy import Column, Connection, MetaData, String, Table, delete, insert, select

from crawler.archive.database import Database, metadata

_NAME = "archive"
_ID = re.compile("[0-9a-f]{32}")
_FEW = 4  # characters in which a damaged id differs; two random ids with so few are not to be expected


def identity_table(tables: MetaData) -> Table:
    """Declare the table of the one id in the database of these tables."""
    return Table(_NAME, tables, Column("id", String(32), primary_key=True))


_identity = identity_table(metadata)


def archive_id(database: Database) -> str:
    """Return the id of the archive with this database, 32 hexadecimal digits, making it if there is none yet.

    Raises:
        ArchiveError: the database cannot be read or written.
    """
    with database.read() as connection:
        id = stored_id(connection)
    if id is not None:
        return id
    with database.write() as connection:
        return stored_id(connection) or store_id(connection, new_id())


def new_id() -> str:
    """Return an id that no archive has."""
    return uuid4().hex


def stored_id(connection: Connection) -> str | None:
    """Return the id that a database contains; None if it contains none."""
    return connection.scalar(select(_identity.c.id).where(_identity.c.id != ""))


def undamaged(ours: str | None, theirs: str | None) -> str | None:
    """Return the id of the archive that both files are of, although one of the ids is damaged; None if they are of two.

    Args:
        ours: of the database.
        theirs: of the bodies, which is right where either may be.
    """
    sound = [id for id in (theirs, ours) if isinstance(id, str) and _ID.fullmatch(id)]
    if not sound or (len(sound) == 2 and sum(map(ne, *sound)) > _FEW):
        return None
    return sound[0]


def store_id(connection: Connection, id: str) -> str:
    """Store the id in place of any that a database contains, and return it."""
    connection.execute(delete(_identity))
    connection.execute(insert(_identity).values(id=id))
    return id
