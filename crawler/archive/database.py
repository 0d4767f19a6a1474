"""The one SQL database of an installation, and all that is particular to SQLite.

Packages register their tables on `metadata` and are handed a Database. Write transactions take the write lock at once (BEGIN
IMMEDIATE), so that two processes never find out at the first write that they read the same state; keep them short and never span
network or extraction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Connection, Dialect, MetaData, create_engine, event, inspect
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError
from sqlalchemy.types import TypeDecorator

from config.errors import ArchiveError

SCHEMA = 1
WAIT_FOR_LOCK = 30_000  # milliseconds
_FORMAT = int.from_bytes(b"PRLY", "big")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

metadata = MetaData()
NEVER_REUSED: dict[str, Any] = {
    "sqlite_autoincrement": True
}  # for tables whose numbers must not be given again after a deletion


class Moment(TypeDecorator[datetime]):
    """A UTC-aware time, kept as whole microseconds since 1970, so that it sorts and compares as a number."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return the microseconds; a time without zone is a mistake of the caller."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the time, in UTC."""
        return None if value is None else _EPOCH + int(value) * _MICROSECOND


class Database:
    """One SQLite file in WAL mode, opened for this process; other processes may have it open too.

    Args:
        path: the file, made with its folder when missing.
        tables: the tables that must exist; missing ones are made.

    Raises:
        ArchiveError: the file cannot be opened, is no database of Parley or was written by a newer version.
    """

    def __init__(self, path: Path, tables: MetaData = metadata) -> None:
        self.path = path
        make_folder(path.parent)
        self._reading = _engine(path)
        self._writing = self._reading.execution_options(immediate=True)
        self._prepare(tables)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one unchanging state until it is given back.

        Raises:
            ArchiveError: the file cannot be read.
        """
        with self._explained(), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection that holds the write lock; commits, durably, at the end or rolls back on any exception.

        Raises:
            ArchiveError: disk full, locked for too long, not writable; nothing of the transaction is kept.
        """
        with self._explained(), self._writing.begin() as connection:
            yield connection

    def copy_to(self, path: Path) -> None:
        """Write the database as it stands now to a new file, while other processes go on reading and writing.

        Raises:
            ArchiveError: it cannot be read, or the copy not be written.
        """
        with self._explained(), self._reading.connect() as connection, closing(sqlite3.connect(path)) as copy:
            source: Any = connection.connection.driver_connection
            source.backup(copy)  # in one step: step by step it would begin anew whenever somebody writes

    def close(self) -> None:
        """Give up all connections; using the database again opens new ones."""
        self._reading.dispose()

    def _prepare(self, tables: MetaData) -> None:
        with self.read() as connection:
            existing = set(inspect(connection).get_table_names())
            self._check(connection, bool(existing))
        if set(tables.tables) <= existing:
            return
        with self.write() as connection:
            tables.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA application_id={_FORMAT}")
            connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA}")

    def _check(self, connection: Connection, in_use: bool) -> None:
        written_by = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if written_by != _FORMAT and (in_use or written_by):
            raise ArchiveError(
                f"{self.path}: not a database of Parley; move it away or set PARLEY_DATA to another folder"
            )
        if version > SCHEMA:
            raise ArchiveError(
                f"{self.path}: written by a newer Parley (schema {version}, this one knows {SCHEMA}); update Parley"
            )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (IntegrityError, ProgrammingError, DataError):
            raise  # mistakes of ours, not of the world
        except (DatabaseError, sqlite3.DatabaseError) as error:  # the latter while connecting
            raise ArchiveError(f"{self.path}: {_sentence(error)}") from error


def make_folder(folder: Path) -> None:
    """Make a data folder where there is none.

    Raises:
        ArchiveError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArchiveError(f"{folder}: cannot make this folder ({error.strerror}); set PARLEY_DATA") from error


def _engine(path: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)), pool_size=4)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come late and be a deferred one
    for pragma in (
        f"busy_timeout={WAIT_FOR_LOCK}",
        "journal_mode=WAL",
        # NORMAL survives SIGKILL, not a power cut: the last commits could vanish while the engine, or the file of bodies,
        # already holds what they name, and a serial would be given twice. FULL costs one fsync a commit.
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _sentence(error: Exception) -> str:
    said = str(error.orig if isinstance(error, DatabaseError) else error)
    if "full" in said or "disk I/O" in said:
        return f"the disk is full or failing ({said}); free some space, nothing was lost"
    if "locked" in said or "busy" in said:
        return f"another process has held it for {WAIT_FOR_LOCK // 1000} seconds; stop that process"
    if "not a database" in said or "malformed" in said:
        return f"the file is damaged or no database ({said}); restore a copy or move it away"
    if "readonly" in said or "unable to open" in said:
        return f"cannot be written ({said}); check who owns the folder"
    return f"{said}; check the disk"
