"""An archive from before migrations were numbered (schema 1)."""

from __future__ import annotations

import sqlite3
import zipfile
from pathlib import Path

_PACKED = Path(__file__).parent.parent / "crawler" / "archive" / "fixtures" / "schema-1.zip"


def unpack_old_archive(folder: Path) -> Path:
    """Write parley.db and bodies.db into a folder, made when missing, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(_PACKED) as packed:
        packed.extractall(folder)
    return folder


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table of a database."""
    connection = sqlite3.connect(path)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    content = {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in tables}
    connection.close()
    return content


def shape(path: Path) -> set[tuple[str, str, str | None]]:
    """Return kind, name and definition of everything a database consists of, with any whitespace as one space."""
    connection = sqlite3.connect(path)
    parts = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    connection.close()
    return {(kind, name, sql and " ".join(sql.split())) for kind, name, sql in parts}
