"""The SQL database of an installation, and everything specific to SQLite.

Packages declare their tables on `metadata` and receive a Database; the migrations create the tables. Write transactions take
the write lock at once (BEGIN IMMEDIATE), so that two processes cannot read the same state and then conflict on write. Keep them
short: never fetch or extract within one.
"""

from __future__ import annotations

import logging
import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from time import monotonic_ns
from typing import Any

from sqlalchemy import BigInteger, Connection, Dialect, MetaData, inspect
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError
from sqlalchemy.types import TypeDecorator

from config.errors import ArchiveDamaged, ArchiveError
from crawler.archive import migration
from crawler.archive.connections import WAIT_FOR_LOCK, Connections, lacks_space, message_of

SCHEMA = 1  # of a file without migrations
_MIGRATED = 2  # of the archive, whose revision Alembic records; code that knows only schema 1 refuses it
MOST_DAMAGE = 20  # sentences about a damaged file
_PATIENCE = 120  # so many waits for the lock, while another process migrates a large database
_OF_INDEX = re.compile(r"(?:row \d+ missing from|wrong # of entries in|non-unique entry in) index (\w+)")
_FORMAT = int.from_bytes(b"PRLY", "big")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

log = logging.getLogger(__name__)

metadata = MetaData()
# For tables whose numbers must not be reused after a deletion.
NEVER_REUSED: dict[str, Any] = {"sqlite_autoincrement": True}


class UTCDateTime(TypeDecorator[datetime]):
    """A UTC-aware time, stored as whole microseconds since 1970, so that it sorts and compares as a number."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return the microseconds; a time without a zone is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the time, in UTC; of a damaged one the beginning of 1970, so that one value never ends a query."""
        if value is None:
            return None
        try:
            return _EPOCH + value * _MICROSECOND
        except (TypeError, OverflowError):
            return _EPOCH


class _Locked(ArchiveError):
    """Another process has held the write lock for too long."""


class Database:
    """One SQLite file in WAL mode, opened for this process; other processes may have it open too.

    Args:
        path: the file, created with its folder when missing.
        tables: the tables of a separate file, created when missing; None for the archive's database, which is migrated if an
            older Parley wrote it. A copy from before the migration is kept beside it, as `NAME.before-NUMBER`.

    Raises:
        ArchiveError: the file cannot be opened, is not a Parley database or was written by a newer version.
    """

    def __init__(self, path: Path, tables: MetaData | None = None) -> None:
        self.path = path
        make_folder(path.parent)
        self._connections = Connections(path)
        self._counting = Lock()
        self._counter: Connection | None = None
        if tables is None:
            self._migrate()
        else:
            self._create(tables)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one unchanging state of the database.

        Raises:
            ArchiveError: the file cannot be read.
        """
        with self._explained(), self._connections.to_read() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection that holds the write lock; commit durably at the end, or roll back on any exception.

        Raises:
            ArchiveError: the disk is full, or the file is locked for too long or not writable; the transaction is rolled back.
        """
        with self._explained(), self._connections.to_write() as connection:
            yield connection

    def copy_to(self, path: Path) -> None:
        """Copy the current database to a new file, while other processes keep reading and writing.

        Raises:
            ArchiveError: it cannot be read, or the copy cannot be written.
        """
        with self._explained(), self._connections.to_read() as connection:
            source: Any = connection.connection.driver_connection
            try:
                with closing(sqlite3.connect(path)) as copy:
                    source.backup(copy)  # in one step: a stepwise copy would restart after every write
            except sqlite3.DatabaseError as error:
                if _is_locked(error) or _is_damage(error) or "READ" in getattr(error, "sqlite_errorname", ""):
                    raise
                raise ArchiveError(f"{path}: {_sentence(error)}") from error

    def changes(self) -> int:
        """Return a number that differs after every commit of any process, for as long as this database is open here."""
        with self._explained(), self._counting:
            if self._counter is None:
                self._counter = self._connections.usual()
            if self._counter is None:  # those that only read are not kept, so they have nothing to compare with
                return -monotonic_ns()
            with self._counter.begin():
                number: int = self._counter.exec_driver_sql("PRAGMA data_version").scalar_one()
            return number

    def find_damage(self) -> list[str]:
        """Return what is wrong with the file's pages and indexes, a sentence each; empty when it is sound."""
        try:
            lines = self._integrity(MOST_DAMAGE)
        except ArchiveDamaged as error:
            return [str(error)]
        if names := _indexes_in(lines):
            return [
                f"{self.path}: the index {name} is damaged, its table is not; run `parley repair`" for name in names
            ]
        if not lines:
            return []
        found = " ".join(lines[0].replace("*** in database main ***", "").split())
        return [f"{self.path}: the file is damaged ({found}); run `parley repair`, or restore a backup"]

    def find_damaged_indexes(self) -> list[str]:
        """Return the names of damaged indexes, as far as nothing else of the file is known to be damaged."""
        try:
            return _indexes_in(self._integrity(MOST_DAMAGE))
        except ArchiveDamaged:
            return []

    def _integrity(self, most: int) -> list[str]:
        with self.read() as connection:
            lines = list(connection.exec_driver_sql(f"PRAGMA integrity_check({most})").scalars())
        return [] if lines == ["ok"] else lines

    def close(self) -> None:
        """Close all connections; using the database again opens new ones."""
        with self._counting:
            if self._counter is not None:
                self._counter.close()
                self._counter = None
        self._connections.close()

    def _create(self, tables: MetaData) -> None:
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
        raise _Locked(f"{self.path}: another process has locked it for an hour; stop that process")

    def _migrate_now(self) -> None:
        with self.write() as connection:
            if self._is_current(connection):
                return  # another process was faster
            before, is_new = migration.revision_of(connection), not self._tables(connection)
            copy = None if is_new else self._keep_copy()
            if is_new:
                migration.create(connection)
            if migration.revision_of(connection) != migration.newest():
                migration.upgrade(connection)
            _mark(connection, _MIGRATED)
        if copy:
            log.warning(
                "%s was migrated from revision %s to %s; the database from before is kept as %s",
                self.path,
                before or "0000",
                migration.newest(),
                copy.name,
            )

    def _is_current(self, connection: Connection) -> bool:
        """Return whether a database needs no migration.

        Raises:
            ArchiveError: it is not a Parley database, or was written by a newer Parley.
        """
        self._tables(connection)
        revision = migration.revision_of(connection)
        if revision is not None and revision not in migration.known():
            raise ArchiveError(
                f"{self.path}: written by a newer Parley (revision {revision}, this one knows {migration.newest()}); "
                f"update Parley, or restore the copy {self.path.name}.before-{revision} if there is one"
            )
        return revision == migration.newest()

    def _tables(self, connection: Connection) -> set[str]:
        """Return the names of the tables; raise ArchiveError if the file is not a Parley database."""
        names = set(inspect(connection).get_table_names())
        written_by = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
        if written_by != _FORMAT and (names or written_by):
            raise ArchiveDamaged(
                f"{self.path}: not a Parley database; move it elsewhere or set PARLEY_DATA to another folder"
            )
        return names

    def _keep_copy(self) -> Path:
        """Copy the last committed state to a file beside the database, completely or not at all."""
        copy = self.path.with_name(f"{self.path.name}.before-{migration.newest()}")
        unfinished = copy.with_name(f"{copy.name}.unfinished")
        try:
            unfinished.unlink(missing_ok=True)
            self.copy_to(unfinished)
            with unfinished.open("rb") as file:
                os.fsync(file.fileno())
            return unfinished.replace(copy)
        except OSError as error:
            raise ArchiveError(f"{copy}: cannot be written ({error.strerror}); check who owns the folder") from error
        finally:
            unfinished.unlink(missing_ok=True)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (IntegrityError, ProgrammingError, DataError):
            raise  # our own mistakes
        except (DatabaseError, sqlite3.DatabaseError) as error:  # the latter when connecting
            raise _kind(error)(f"{self.path}: {_sentence(error)}") from error


def _kind(error: Exception) -> type[ArchiveError]:
    if _is_locked(error):
        return _Locked
    return ArchiveDamaged if _is_damage(error) else ArchiveError


def _indexes_in(lines: Sequence[str]) -> list[str]:
    """Return the indexes that lines of SQLite's integrity check name; none if a line is about anything else."""
    matches = [_OF_INDEX.fullmatch(line) for line in lines]
    return sorted({match[1] for match in matches if match}) if all(matches) else []


def is_database(path: Path) -> bool:
    """Return whether a file begins as a Parley database does; nothing else of it is read."""
    with path.open("rb") as file:
        beginning = file.read(72)
    return beginning.startswith(b"SQLite format 3\0") and beginning[68:] == _FORMAT.to_bytes(4, "big")


def check_folder(folder: Path) -> None:
    """Check that nothing but a folder is in the place of a data folder, which may be missing.

    Raises:
        ArchiveError: it is a file, or a link that leads nowhere.
    """
    if folder.exists() and not folder.is_dir():
        raise ArchiveError(f"{folder}: a file, not a folder; set PARLEY_DATA to the folder of your data")
    if folder.is_symlink() and not folder.exists():
        raise ArchiveError(
            f"{folder}: a link to {folder.readlink()}, which does not exist; mount its disk, or set PARLEY_DATA to another folder"
        )


def make_folder(folder: Path) -> None:
    """Create a data folder if there is none.

    Raises:
        ArchiveError: it cannot be created.
    """
    check_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArchiveError(
            f"{folder}: cannot create this folder ({error.strerror}); set PARLEY_DATA to another one"
        ) from error


def _mark(connection: Connection, schema: int) -> None:
    connection.exec_driver_sql(f"PRAGMA application_id={_FORMAT}")
    connection.exec_driver_sql(f"PRAGMA user_version={schema}")


def _is_locked(error: Exception) -> bool:
    message = message_of(error)
    return "locked" in message or "busy" in message


def _is_damage(error: Exception) -> bool:
    message = message_of(error)
    return "not a database" in message or "malformed" in message


def _sentence(error: Exception) -> str:
    message = message_of(error)
    if lacks_space(error):
        return f"the disk is full or failing ({message}); free some space; nothing was lost"
    if _is_locked(error):
        return f"another process has locked it for {WAIT_FOR_LOCK // 1000} seconds; stop that process"
    if _is_damage(error):
        return f"the file is damaged or not a database ({message}); run `parley repair`, or restore a backup"
    if "readonly" in message:
        return f"cannot be written ({message}); check who owns it, and whether its disk is mounted read-only"
    if "unable to open" in message:
        return "cannot be opened; check who may read it and its folder, and the free disk space"
    return f"{message}; check the disk"
