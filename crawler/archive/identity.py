"""The id of an archive: made once, kept in both of its databases and in its index, so that foreign files are recognised."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import Column, Connection, MetaData, String, Table, delete, insert, select

from crawler.archive.database import Database, metadata

_NAME = "archive"


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


def replace_id(connection: Connection, id: str) -> None:
    """Store the id in place of any that a database contains."""
    connection.execute(delete(_identity))
    store_id(connection, id)


def stored_id(connection: Connection) -> str | None:
    """Return the id that a database contains; None if it contains none."""
    return connection.scalar(select(_identity.c.id))


def store_id(connection: Connection, id: str) -> str:
    """Store the id in a database that contains none, and return it."""
    connection.execute(insert(_identity).values(id=id))
    return id
