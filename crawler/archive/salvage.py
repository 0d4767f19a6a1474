"""Copying what can still be read of a damaged database into a new one."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, func, select

from crawler.archive.bodies import Bodies
from crawler.archive.database import Database
from crawler.archive.frontier import know, urls
from crawler.archive.pages import pages, put_back_page, without_page

_LOGS = ("", "-wal", "-shm")
_NOT_COPIED = frozenset({"alembic_version"})  # the new database has the newest tables, whatever the old one had
_AT_ONCE = 500  # rows


def copy_rows(damaged: Path, target: Path) -> dict[str, int]:
    """Copy every readable row of a database, damaged or not, into the same tables of a new one; return table → their number.

    A table is read from both ends until a damaged page stops it. Rows that the new tables do not accept are left out.
    """
    if not damaged.is_file():
        return {}
    copied: dict[str, int] = {}
    with closing(sqlite3.connect(damaged)) as source, closing(sqlite3.connect(target)) as new:
        tables = [name for (name,) in new.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            if table.startswith("sqlite_") or table in _NOT_COPIED:
                continue
            columns = [name for name in _columns(new, table) if name in _columns(source, table)]
            if columns:
                copied[table] = _copy_table(source, new, table, columns)
        new.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return copied


def replace_database(path: Path, new: Path, now: datetime, *, why: str = "damaged") -> Path | None:
    """Put a new database in the place of one, which is kept beside it, and return where; None if there was none.

    If this is interrupted, either of them is in place.

    Args:
        why: what the name of the old one says of it.
    """
    aside = path.with_name(f"{path.name}.{why}-{now:%Y%m%dT%H%M%S}")
    is_kept = path.exists()
    if is_kept:
        try:
            os.link(path, aside)
        except OSError:  # a file system without links
            shutil.copyfile(path, aside)
    for log in _LOGS[1:]:  # SQLite would apply them to the new database
        with suppress(FileNotFoundError):
            path.with_name(f"{path.name}{log}").rename(aside.with_name(f"{aside.name}{log}"))
    new.replace(path)
    return aside if is_kept else None


def put_back_pages(database: Database, bodies: Bodies) -> int:
    """Add the addresses and the pages of bodies whose pages a database has lost, and return the number of pages.

    Raises:
        ArchiveError: the bodies cannot be read, or the database cannot be written.
    """
    number = 0
    with database.read() as connection:
        last = connection.scalar(select(func.max(pages.c.number))) or 0
    for origins in bodies.origins():
        with database.read() as connection:
            lost = without_page(connection, origins, last=last)
        if lost:
            with database.write() as connection:
                for origin in lost:
                    serial = know(connection, origin.url, source=origin.source, feed=origin.feed, now=origin.collected)
                    put_back_page(connection, serial, origin)
        number += len(lost)
    return number


def count_lost_pages(database: Database, bodies: Bodies, before: datetime) -> int:
    """Return the number of pages whose bodies were stored before that time and which a database has lost.

    Raises:
        ArchiveError: one of the files cannot be read.
    """
    number = 0
    for origins in bodies.origins():
        with database.read() as connection:
            number += len(without_page(connection, [origin for origin in origins if origin.collected < before]))
    return number


def count_unknown(database: Database, bodies: Bodies) -> int:
    """Return the number of bodies that no page refers to and whose address is not known.

    Raises:
        ArchiveError: one of the files cannot be read.
    """
    number = 0
    for names in bodies.without_origin():
        with database.read() as connection:
            used = set(connection.scalars(select(pages.c.body_hash).where(pages.c.body_hash.in_(names))))
        number += len(names) - len(used)
    return number


def drop_pages_without_address(connection: Connection) -> None:
    """Drop the pages whose address could not be copied."""
    connection.execute(delete(pages).where(pages.c.serial.not_in(select(urls.c.serial))))


def remove_database(path: Path) -> None:
    """Remove a database with its logs, if it exists."""
    for log in _LOGS:
        path.with_name(f"{path.name}{log}").unlink(missing_ok=True)


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    try:
        return [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    except sqlite3.DatabaseError:
        return []


def _copy_table(source: sqlite3.Connection, new: sqlite3.Connection, table: str, columns: Sequence[str]) -> int:
    names = ", ".join(f'"{name}"' for name in columns)
    places = ", ".join("?" for _ in columns)
    before = new.total_changes  # all names below are those of our own tables
    for order in ("rowid", "rowid DESC", ""):  # the last for tables without a rowid
        query = f'SELECT {names} FROM "{table}"' + (f" ORDER BY {order}" if order else "")  # noqa: S608
        rows = _Rows(source, query)
        for some in rows:
            new.executemany(f'INSERT OR IGNORE INTO "{table}" ({names}) VALUES ({places})', some)  # noqa: S608
            new.commit()
        if rows.is_complete:
            break
    return new.total_changes - before


class _Rows:
    """The rows of a query in batches, until the end or the first damaged page."""

    def __init__(self, source: sqlite3.Connection, query: str) -> None:
        self._source, self._query = source, query
        self.is_complete = False

    def __iter__(self) -> Iterator[list[tuple[object, ...]]]:
        batch: list[tuple[object, ...]] = []
        try:
            for row in self._source.execute(self._query):
                batch.append(row)
                if len(batch) == _AT_ONCE:
                    yield batch
                    batch = []
            self.is_complete = True
        except (sqlite3.DatabaseError, OverflowError, UnicodeDecodeError):
            pass
        if batch:
            yield batch
