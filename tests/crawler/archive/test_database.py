from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from config.errors import ArchiveError
from crawler.archive.database import SCHEMA, Database, UTCDateTime
from tests.support.full_disk import files_no_larger_than

tables = MetaData()
things = Table("things", tables, Column("number", Integer, primary_key=True), Column("at", UTCDateTime))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "new" / "x.db", tables)


def numbers(database: Database) -> list[int]:
    with database.read() as connection:
        return list(connection.scalars(select(things.c.number)))


def test_times_come_back_in_utc_to_the_microsecond(database: Database) -> None:
    at = datetime(2026, 3, 1, 2, 0, 0, 123457, tzinfo=timezone(timedelta(hours=3)))
    with database.write() as connection:
        connection.execute(insert(things).values(at=at))
    with database.read() as connection:
        stored = connection.scalar(select(things.c.at))
    assert stored == at
    assert stored is not None
    assert stored.tzinfo is UTC


def test_a_time_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="no time zone"), database.write() as connection:
        connection.execute(insert(things).values(at=datetime(2026, 3, 1)))  # noqa: DTZ001


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as connection:
        connection.execute(insert(things).values(number=1))
        _ = 1 / 0
    with database.read() as connection:
        assert connection.execute(select(things)).all() == []


def test_a_write_transaction_takes_the_lock_at_its_start(database: Database) -> None:
    other = sqlite3.connect(database.path, timeout=0)
    with database.write(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("INSERT INTO things VALUES (1, 1)")
    other.close()


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    with database.read() as reading:
        assert reading.execute(select(things)).all() == []
        with database.write() as writing:
            writing.execute(insert(things).values(number=1))
        assert reading.execute(select(things)).all() == []


def test_what_was_committed_survives_a_power_cut_by_the_settings_sqlite_documents(database: Database) -> None:
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL


def test_a_package_that_opens_later_adds_its_tables(database: Database) -> None:
    later = MetaData()
    others = Table("others", later, Column("number", Integer, primary_key=True))
    with Database(database.path, later).write() as connection:
        connection.execute(insert(others).values(number=1))
        assert connection.execute(select(things)).all() == []


def test_a_newer_database_is_refused_with_its_name(database: Database) -> None:
    database.close()
    with sqlite3.connect(database.path) as connection:
        connection.execute(f"PRAGMA user_version={SCHEMA + 1}")
    with pytest.raises(ArchiveError, match=r"x\.db: written by a newer Parley"):
        Database(database.path, tables)


def test_a_database_of_another_program_is_refused_and_left_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "foreign.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE theirs (a)")
    with pytest.raises(ArchiveError, match="not a Parley database"):
        Database(path, tables)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


def test_a_file_that_is_not_a_database_is_refused_with_an_explanation(tmp_path: Path) -> None:
    path = tmp_path / "text.db"
    path.write_bytes(b"This is a letter, not a database. " * 100)
    with pytest.raises(ArchiveError, match="damaged or not a database"):
        Database(path, tables)


def test_a_folder_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match="cannot create this folder"):
        Database(tmp_path / "file" / "data" / "x.db", tables)


@pytest.mark.parametrize("log", ["full", "empty"])
def test_a_full_disk_can_be_read_with_all_that_was_committed_and_written_again_later(
    database: Database, log: str, tmp_path: Path
) -> None:
    with database.write() as connection:
        connection.execute(insert(things).values(number=1))
    if log == "empty":
        database.close()
    for path in database.path.parent.iterdir():  # as a process that is killed leaves it
        if not path.name.endswith("-shm"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with files_no_larger_than(0):
        copy = Database(tmp_path / "x.db", tables)
        changes = {copy.changes(), copy.changes()}
        with copy.read() as reading:
            with pytest.raises(ArchiveError, match=r"x\.db: the disk is full"), copy.write():
                pass
            assert list(reading.scalars(select(things.c.number))) == numbers(copy) == [1]
    with copy.write() as connection:
        connection.execute(insert(things).values(number=2))
    assert numbers(copy) == [1, 2]
    assert len(changes | {copy.changes()}) == 3


def test_a_copy_that_does_not_fit_is_named_and_not_what_is_copied(database: Database, tmp_path: Path) -> None:
    database.changes()
    with files_no_larger_than(4_096), pytest.raises(ArchiveError, match=rf"^{tmp_path}/copy\.db: the disk is full"):
        database.copy_to(tmp_path / "copy.db")
