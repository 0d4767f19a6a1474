"""The numbered migrations of the archive's database: which of them a database has had, and how to run the missing ones.

A migration is a file in `migrations/versions/` whose name begins with its number. It contains plain Alembic operations and
imports none of our tables, so that it never changes.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection

SCHEMA_FILE = Path(__file__).parent / "migrations" / "schema.sql"
_VERSIONS = SCHEMA_FILE.with_name("versions")
_one_at_a_time = Lock()  # Alembic keeps the context of a migration in a global variable


@cache
def known() -> tuple[str, ...]:
    """Return the numbers of all migrations, in order."""
    return tuple(sorted(path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*.py")))


def newest() -> str:
    """Return the number of the newest migration."""
    return known()[-1]


def revision_of(connection: Connection) -> str | None:
    """Return the number of a database's newest migration; None for an empty database and for one of schema 1."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    number = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if number is None else str(number)


def create(connection: Connection) -> None:
    """Create all tables in an empty SQLite database, as the migrations up to the one recorded in the schema leave them."""
    for statement in SCHEMA_FILE.read_text("utf-8").split(";\n"):
        connection.exec_driver_sql(statement)


def upgrade(connection: Connection) -> None:
    """Run the missing migrations in the transaction of this connection."""
    # Takes a quarter of a second and 8 MB, so it is imported only when a migration is needed.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "crawler.archive:migrations")
    config.set_main_option("path_separator", "os")
    with _one_at_a_time:
        command.upgrade(config, "head")
