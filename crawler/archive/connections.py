"""Opens connections to an SQLite file in WAL mode: to read and write it, or only to read it where no more is possible.

While such a file is open, two more lie beside it: a log (-wal) of what was committed last, and an index of that log (-shm). Who
opens the file first makes both, which takes the right to write the folder, and room on its disk.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic, sleep

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

WAIT_FOR_LOCK = 30_000  # milliseconds
_LONGEST_VAIN, _PAUSE = 2.0, 0.01  # seconds


class Connections:
    """The connections of this process to one file.

    Those that can write are kept for the next transaction. One that only reads is not: by then, somebody may have written.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._is_writable = path, _is_writable(path)
        self._opening, self._readers = Lock(), 0  # how many use a connection that only reads
        self._usual = create_engine(URL.create("sqlite", database=str(path)), creator=self._connect, pool_size=4)
        self._reading = create_engine("sqlite://", creator=partial(_connect_to_read, path), poolclass=NullPool)
        for engine in (self._usual, self._reading):
            event.listen(engine, "begin", _begin)

    @contextmanager
    def to_read(self) -> Iterator[Connection]:
        """Yield a connection in a transaction; it can only read if this account may not write, or the disk is full."""
        if usual := self.usual():
            with usual as connection, connection.begin():
                yield connection
            return
        with self._opening:
            self._readers += 1
        try:
            with self._begin_to_read() as connection:
                yield connection
        finally:
            with self._opening:
                self._readers -= 1

    @contextmanager
    def to_write(self) -> Iterator[Connection]:
        """Yield a connection in a transaction that holds the write lock."""
        engine = self._usual if self._is_writable else self._reading
        with engine.execution_options(immediate=True).begin() as connection:
            yield connection

    def usual(self) -> Connection | None:
        """Return a connection that can write; None where a file can only be read."""
        if not self._is_writable:
            return None
        try:
            return self._usual.connect()
        except (DatabaseError, sqlite3.DatabaseError) as error:
            if not lacks_space(error):
                raise
            return None

    def close(self) -> None:
        """Close those that are kept."""
        self._usual.dispose()

    def _begin_to_read(self) -> Connection:
        """Return a connection that only reads, in a transaction.

        A process that tries in vain to make an index of the log spoils the connections opened meanwhile.
        """
        last = monotonic() + _LONGEST_VAIN
        while True:
            connection = self._reading.connect()
            try:
                connection.begin()
                connection.exec_driver_sql("SELECT 1 FROM sqlite_master LIMIT 1")
            except DatabaseError as error:
                connection.close()
                if "readonly" not in message_of(error) or monotonic() > last:
                    raise
                sleep(_PAUSE)
            else:
                return connection

    def _connect(self) -> sqlite3.Connection:
        with self._opening:
            if self._readers:  # SQLite has one index of the log for each process, and theirs cannot be written
                raise sqlite3.OperationalError("database or disk is full")
            connection = _opened(self._path)
            try:
                _set_up(connection)
            except sqlite3.Error:
                connection.close()
                raise
            return connection


def message_of(error: Exception) -> str:
    """Return what SQLite says of an error."""
    return str(error.orig if isinstance(error, DatabaseError) else error)


def lacks_space(error: Exception) -> bool:
    """Return whether a disk that is full, or fails, may have caused an error."""
    message = message_of(error)
    return "full" in message or "disk I/O" in message


def _is_writable(path: Path) -> bool:
    """Return whether this account may write the file, or create it."""
    return os.access(path.parent, os.W_OK) and (not path.exists() or os.access(path, os.W_OK))


def _connect_to_read(path: Path) -> sqlite3.Connection:
    """Open a file that belongs to another account, or lies on a disk that is full or mounted read-only.

    SQLite uses an index of the log that is there, or one in memory while no process writes. If there is none, it must be told
    that nobody writes, and then ignores the log: where that has content, the file cannot be opened.
    """
    log, index = (path.with_name(f"{path.name}-{name}") for name in ("wal", "shm"))
    has_log = index.exists() or (log.exists() and log.stat().st_size > 0)
    mode = "mode=ro&readonly_shm=1" if has_log else "mode=ro&immutable=1"
    return _opened(f"{path.absolute().as_uri()}?{mode}", uri=True)


def _opened(name: str | Path, *, uri: bool = False) -> sqlite3.Connection:
    # The driver's own BEGIN would come late, and deferred.
    connection = sqlite3.connect(name, uri=uri, check_same_thread=False, isolation_level=None)
    connection.text_factory = _text
    connection.execute(f"PRAGMA busy_timeout={WAIT_FOR_LOCK}")
    return connection


def _set_up(connection: sqlite3.Connection) -> None:
    for pragma in (
        "journal_mode=WAL",
        # NORMAL survives SIGKILL, not a power cut: the last commits could vanish while the engine, or the file of bodies,
        # already holds what they refer to, and a serial would be used twice. FULL costs one fsync per commit.
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _text(raw: bytes) -> str:
    # The driver would end the whole query at one damaged byte.
    return raw.decode("utf-8", "replace")


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
