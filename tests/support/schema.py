"""Writes crawler/archive/migrations/schema.sql from the migrations themselves: `python -m tests.support.schema`."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from sqlalchemy import create_engine

from crawler.archive import migration

COMMAND = "python -m tests.support.schema"


def migrate_from_nothing(path: Path) -> None:
    """Write a database by running every migration on an empty one."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        migration.upgrade(connection)
    engine.dispose()


def schema() -> str:
    """Return the statements that create what all migrations together create, and record the newest of them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "migrated.db"
        migrate_from_nothing(path)
        connection = sqlite3.connect(path)
        made = connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
        )
        statements = ["\n".join(line.rstrip() for line in sql.splitlines()) for (sql,) in made]
        connection.close()
    return ";\n".join([*statements, f"INSERT INTO alembic_version VALUES ('{migration.newest()}')"]) + "\n"


if __name__ == "__main__":
    migration.SCHEMA_FILE.write_text(schema(), "utf-8")
