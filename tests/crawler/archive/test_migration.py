from __future__ import annotations

import importlib
import logging
import pkgutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import crawler
import indexer
import monitor.alerts
from config.errors import ArchiveError
from crawler.archive import feeds, frontier, migration
from crawler.archive.archive import DATABASE, open_archive
from crawler.archive.database import Database, metadata
from crawler.archive.leases import Owner
from tests.support.old_archive import rows, shape, unpack_old_archive
from tests.support.schema import COMMAND, migrate_from_nothing, schema

KEPT = f"{DATABASE}.before-{migration.newest()}"
_OPEN = "from pathlib import Path; from crawler.archive.database import Database; Database(Path({path!r}))"
_KILLED_AT_STATEMENT = """
import os, signal
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from crawler.archive.database import Database

left = {number}

def count(*_):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(Engine, "before_cursor_execute", count)
Database(Path({path!r}))
"""
_KILLED_AT_RENAME = """
import os, signal, sys
from pathlib import Path
from crawler.archive.database import Database

sys.addaudithook(lambda name, _: name == "os.rename" and os.kill(os.getpid(), signal.SIGKILL))
Database(Path({path!r}))
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return unpack_old_archive(tmp_path / "old") / DATABASE


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fresh") / DATABASE
    Database(path).close()
    return path


def run(program: str) -> int:
    return subprocess.run([sys.executable, "-c", program], check=False).returncode


def revision(path: Path) -> str | None:
    database = Database(path)
    with database.read() as connection:
        number = migration.revision_of(connection)
    database.close()
    return number


def import_everything() -> None:
    for package in (crawler, indexer, monitor.alerts):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(("crawler.archive.migrations", "crawler.scrapy_entry")):
                importlib.import_module(module.name)


def test_a_database_of_schema_1_opens_and_ends_equal_to_a_fresh_one(old: Path, fresh: Path) -> None:
    open_archive(old.parent).close()
    assert shape(old) == shape(fresh)
    assert rows(old)["alembic_version"] == [(migration.newest(),)]


def test_a_new_database_equals_one_that_ran_every_migration(fresh: Path, tmp_path: Path) -> None:
    migrated = tmp_path / DATABASE
    migrate_from_nothing(migrated)
    assert shape(migrated) == shape(fresh)
    assert rows(migrated) == rows(fresh)


def test_the_schema_of_a_new_database_is_up_to_date() -> None:
    assert migration.SCHEMA_FILE.read_text("utf-8") == schema(), f"run `{COMMAND}` after adding a migration"


def test_every_table_of_the_old_fixture_has_rows(old: Path) -> None:
    assert all(rows(old).values())


def test_a_complete_copy_from_before_the_migration_is_kept(old: Path, caplog: pytest.LogCaptureFixture) -> None:
    before = rows(old)
    with caplog.at_level(logging.WARNING):
        Database(old).close()
    assert rows(old.with_name(KEPT)) == before
    assert KEPT in caplog.text
    assert {path.name for path in old.parent.iterdir()} == {DATABASE, KEPT, "bodies.db"}


def test_a_database_that_needs_no_migration_is_opened_without_the_write_lock_and_without_alembic(fresh: Path) -> None:
    writer = sqlite3.connect(fresh, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert run(f"{_OPEN.format(path=str(fresh))}; import sys; assert 'alembic' not in sys.modules") == 0
    writer.close()


def test_creating_a_database_leaves_no_copy(fresh: Path) -> None:
    assert [path.name for path in fresh.parent.iterdir()] == [DATABASE]


def test_a_new_database_is_created_without_alembic(tmp_path: Path) -> None:
    program = f"{_OPEN.format(path=str(tmp_path / DATABASE))}; import sys; assert 'alembic' not in sys.modules"
    assert run(program) == 0


def test_killed_while_a_new_database_is_created_the_next_opening_creates_it(tmp_path: Path, fresh: Path) -> None:
    path = tmp_path / DATABASE
    assert run(_KILLED_AT_STATEMENT.format(number=25, path=str(path))) == -signal.SIGKILL
    assert rows(path) == {}
    Database(path).close()
    assert shape(path) == shape(fresh)


def test_the_tables_of_the_code_and_those_of_the_migrations_are_the_same(fresh: Path) -> None:
    import_everything()
    with Database(fresh).read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_every_table_exists_whichever_modules_were_imported(tmp_path: Path) -> None:
    path = tmp_path / DATABASE
    assert run(_OPEN.format(path=str(path))) == 0
    import_everything()
    assert rows(path).keys() >= metadata.tables.keys()


def test_migrations_are_numbered_in_order_without_gaps() -> None:
    script = ScriptDirectory(str(Path(migration.__file__).parent / "migrations"))
    chain = [step.revision for step in script.walk_revisions()]
    assert tuple(reversed(chain)) == migration.known() == tuple(f"{n:04}" for n in range(1, len(chain) + 1))


def test_a_database_of_a_newer_parley_is_refused_with_both_revisions_and_the_remedy(
    fresh: Path, tmp_path: Path
) -> None:
    path = tmp_path / DATABASE
    path.write_bytes(fresh.read_bytes())
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(ArchiveError, match=rf"revision 9999, this one knows {migration.newest()}\); update Parley"):
        Database(path)


def test_code_from_before_the_migrations_refuses_a_migrated_database(old: Path) -> None:
    Database(old).close()
    connection = sqlite3.connect(old)
    assert connection.execute("PRAGMA user_version").fetchone() > (1,)
    connection.close()


def test_leases_of_an_old_database_are_taken_over_by_the_next_process_of_the_role(old: Path) -> None:
    archive = open_archive(old.parent)
    with archive.database.write() as connection:
        assert feeds.leases.take_over(connection, Owner("indexer")) == 0
        assert feeds.leases.take_over(connection, Owner("crawler")) == 1
        assert frontier.leases.take_over(connection, Owner("crawler")) == 1
    assert archive.take_over_pages(Owner("indexer")) == 1
    archive.close()


def test_an_old_database_without_some_of_the_tables_gets_them_all(old: Path, fresh: Path) -> None:
    with sqlite3.connect(old) as connection:
        connection.execute("DROP TABLE requests")
        connection.execute("DROP TABLE copy_bands")
    connection.close()
    Database(old).close()
    assert shape(old) == shape(fresh)


@pytest.mark.parametrize("number", range(1, 46, 4))
def test_killed_at_any_statement_of_a_migration_it_is_whole_and_opens_again(
    number: int, old: Path, fresh: Path
) -> None:
    before = rows(old)
    code = run(_KILLED_AT_STATEMENT.format(number=number, path=str(old)))
    assert code in (0, -signal.SIGKILL)
    if code:
        assert rows(old) == before
    Database(old).close()
    assert shape(old) == shape(fresh)
    assert rows(old.with_name(KEPT)) == before


def test_a_copy_whose_writer_was_killed_is_written_again_at_the_next_opening(old: Path, fresh: Path) -> None:
    before = rows(old)
    assert run(_KILLED_AT_RENAME.format(path=str(old))) == -signal.SIGKILL
    assert not old.with_name(KEPT).exists()
    assert rows(old) == before
    Database(old).close()
    assert shape(old) == shape(fresh)
    assert rows(old.with_name(KEPT)) == before
    assert not list(old.parent.glob("*.unfinished*"))


def test_a_migration_that_cannot_write_its_copy_changes_nothing_and_leaves_nothing(old: Path) -> None:
    before = rows(old)
    old.with_name(KEPT).mkdir()
    with pytest.raises(ArchiveError, match=f"{KEPT}: cannot be written"):
        Database(old)
    assert rows(old) == before
    assert not list(old.parent.glob("*.unfinished*"))


def test_of_processes_that_open_an_old_database_at_once_one_migrates_and_the_others_wait(
    old: Path, fresh: Path
) -> None:
    writer = sqlite3.connect(old, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    program = f"import logging; logging.basicConfig(level='WARNING'); {_OPEN.format(path=str(old))}"
    opening = [subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE) for _ in range(3)]
    writer.execute("ROLLBACK")
    writer.close()
    messages = [process.communicate()[1].decode() for process in opening]
    assert [process.returncode for process in opening] == [0, 0, 0]
    assert sum("was migrated" in message for message in messages) == 1
    assert shape(old) == shape(fresh)
