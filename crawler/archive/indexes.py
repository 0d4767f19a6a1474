"""Indexes that no longer agree with their tables: the tables have everything, so that the indexes can be built anew."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from config.errors import ArchiveError
from crawler.archive.database import Database


class _StillDamaged(Exception):
    """More than indexes is damaged."""


def rebuild_indexes(database: Database) -> list[str]:
    """Rebuild all indexes if some of them are damaged and nothing else is, and return the names of those.

    Raises:
        ArchiveError: the database cannot be read.
    """
    names = database.find_damaged_indexes()
    if not names:
        return []
    try:
        with database.write() as connection:
            connection.exec_driver_sql("REINDEX")
            # Before the end of the transaction: an index may share damaged pages with a table.
            if list(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalars()) != ["ok"]:
                raise _StillDamaged
    except (_StillDamaged, ArchiveError, IntegrityError):  # the last: rows of which a unique index allows one
        return []
    return names
