"""The one SQL database of an installation, and all that is particular to SQLite.

Packages declare their tables on `metadata` and are handed a Database; the migrations make the tables. Write transactions take
the write lock at once (BEGIN IMMEDIATE), so that two processes cannot read the same state and then conflict on write; keep them
short and never span network or extraction.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Connection, Dialect, MetaData, create_engine, event, inspect
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError
from sqlalchemy.types import TypeDecorator

from config.errors import ArchiveError
from crawler.archive import migration

SCHEMA = 1  # of a file whose tables no migration makes
_MIGRATED = 2  # of the archive, whose revision Alembic keeps: code that knows only schema 1 refuses it
WAIT_FOR_LOCK = 30_000  # milliseconds
_PATIENCE = 120  # times that long, until another process has migrated a large database
_FORMAT = int.from_bytes(b"PRLY", "big")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

log = logging.getLogger(__name__)

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

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the time, in UTC."""
        return None if value is None else _EPOCH + value * _MICROSECOND


class _Locked(ArchiveError):
    """Another process has held the write lock for too long."""


class Database:
    """One SQLite file in WAL mode, opened for this process; other processes may have it open too.

    Args:
        path: the file, made with its folder when missing.
        tables: those of a file of its own, made when missing; None for the archive's database, which is migrated when it was
            written by an older Parley. A copy from before the migration stays beside it, as `NAME.before-NUMBER`.

    Raises:
        ArchiveError: the file cannot be opened, is not a database of Parley or was written by a newer version.
    """

    def __init__(self, path: Path, tables: MetaData | None = None) -> None:
        self.path = path
        make_folder(path.parent)
        self._reading = _engine(path)
        self._writing = self._reading.execution_options(immediate=True)
        if tables is None:
            self._migrate()
        else:
            self._make(tables)

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

    def _make(self, tables: MetaData) -> None:
        with self.read() as connection:
            existing = self._tables(connection)
            schema = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if schema > SCHEMA:
            raise ArchiveError(
                f"{self.path}: written by a newer Parley (schema {schema}, this one knows {SCHEMA}); update Parley"
            )
        if set(tables.tables) <= existing:
            return
        with self.write() as connection:
            tables.create_all(connection)
            _mark(connection, SCHEMA)

    def _migrate(self) -> None:
        for _ in range(_PATIENCE):
            with self.read() as connection:
                if self._is_current(connection):
                    return
            with suppress(_Locked):
                self._migrate_now()
                return
        raise _Locked(f"{self.path}: another process has held it for an hour; stop that process")

    def _migrate_now(self) -> None:
        with self.write() as connection:
            if self._is_current(connection):
                return  # another process was faster
            before, is_new = migration.revision_of(connection), not self._tables(connection)
            kept = None if is_new else self._keep_copy()
            migration.upgrade(connection)
            _mark(connection, _MIGRATED)
        if kept:
            log.warning(
                "%s was migrated from revision %s to %s; the database from before is kept as %s",
                self.path,
                before or "0000",
                migration.newest(),
                kept.name,
            )

    def _is_current(self, connection: Connection) -> bool:
        """Say whether a database needs no migration.

        Raises:
            ArchiveError: it is not one of Parley, or was written by a newer Parley.
        """
        self._tables(connection)
        revision = migration.revision_of(connection)
        if revision is not None and revision not in migration.known():
            raise ArchiveError(
                f"{self.path}: written by a newer Parley (revision {revision}, this one knows {migration.newest()}); "
                f"update Parley, or put back the copy {self.path.name}.before-{revision} if there is one"
            )
        return revision == migration.newest()

    def _tables(self, connection: Connection) -> set[str]:
        """Return the names of the tables; raise ArchiveError when the file is not a database of Parley."""
        names = set(inspect(connection).get_table_names())
        written_by = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        if written_by != _FORMAT and (names or written_by):
            raise ArchiveError(
                f"{self.path}: not a database of Parley; move it away or set PARLEY_DATA to another folder"
            )
        return names

    def _keep_copy(self) -> Path:
        """Copy the database as it was committed last to a file beside it, complete or not at all."""
        kept = self.path.with_name(f"{self.path.name}.before-{migration.newest()}")
        unfinished = kept.with_name(f"{kept.name}.unfinished")
        try:
            unfinished.unlink(missing_ok=True)
            self.copy_to(unfinished)
            with unfinished.open("rb") as file:
                os.fsync(file.fileno())
            return unfinished.replace(kept)
        except OSError as error:
            raise ArchiveError(f"{kept}: cannot be written ({error.strerror}); check who owns the folder") from error
        finally:
            unfinished.unlink(missing_ok=True)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (IntegrityError, ProgrammingError, DataError):
            raise  # mistakes of ours, not of the world
        except (DatabaseError, sqlite3.DatabaseError) as error:  # the latter while connecting
            kind = _Locked if _is_locked(error) else ArchiveError
            raise kind(f"{self.path}: {_sentence(error)}") from error


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


def _mark(connection: Connection, schema: int) -> None:
    connection.exec_driver_sql(f"PRAGMA application_id={_FORMAT}")
    connection.exec_driver_sql(f"PRAGMA user_version={schema}")


def _message(error: Exception) -> str:
    return str(error.orig if isinstance(error, DatabaseError) else error)


def _is_locked(error: Exception) -> bool:
    message = _message(error)
    return "locked" in message or "busy" in message


def _sentence(error: Exception) -> str:
    message = _message(error)
    if "full" in message or "disk I/O" in message:
        return f"the disk is full or failing ({message}); free some space, nothing was lost"
    if _is_locked(error):
        return f"another process has held it for {WAIT_FOR_LOCK // 1000} seconds; stop that process"
    if "not a database" in message or "malformed" in message:
        return f"the file is damaged or no database ({message}); restore a copy or move it away"
    if "readonly" in message or "unable to open" in message:
        return f"cannot be written ({message}); check who owns the folder"
    return f"{message}; check the disk"
