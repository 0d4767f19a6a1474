from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from crawler.archive.archive import BODIES, DATABASE, Archive, open_archive
from tests.support.collected import collect
from tests.support.old_archive import unpack_old_archive


def ids(data: Path) -> tuple[str, str]:
    """Return the ids that the database and the file of bodies contain after opening the archive."""
    open_archive(data).close()
    ours, theirs = (stored(data / name) for name in (DATABASE, BODIES))
    return ours, theirs


def stored(path: Path) -> str:
    connection = sqlite3.connect(path)
    (id,) = connection.execute("SELECT id FROM archive").fetchone()
    connection.close()
    return str(id)


def forget_id(path: Path) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("DROP TABLE archive")
    connection.close()


def fill(data: Path) -> None:
    archive = open_archive(data)
    collect(archive, "page", b"<p>text</p>")
    archive.close()


def test_a_new_archive_has_one_id_in_both_files_and_keeps_it(tmp_path: Path) -> None:
    ours, theirs = ids(tmp_path / "data")
    assert ours == theirs
    assert len(ours) == 32
    assert ids(tmp_path / "data") == (ours, theirs)
    assert ids(tmp_path / "other")[0] != ours


def test_an_archive_of_an_older_parley_is_given_one_id(tmp_path: Path) -> None:
    ours, theirs = ids(unpack_old_archive(tmp_path))
    assert ours == theirs


def test_a_copy_from_before_the_id_existed_takes_the_id_of_its_bodies(tmp_path: Path) -> None:
    unpack_old_archive(tmp_path)
    shutil.copy(tmp_path / DATABASE, tmp_path / "copy.db")
    before = ids(tmp_path)
    (tmp_path / "copy.db").replace(tmp_path / DATABASE)
    assert ids(tmp_path) == before


def test_a_new_database_beside_bodies_of_another_archive_has_an_id_of_its_own(tmp_path: Path) -> None:
    fill(tmp_path)
    before = ids(tmp_path)
    (tmp_path / DATABASE).write_bytes(b"")
    ours, theirs = ids(tmp_path)
    assert theirs == before[1]
    assert ours != theirs


def test_a_new_database_beside_bodies_without_an_id_has_an_id_of_its_own(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / DATABASE).write_bytes(b"")
    forget_id(tmp_path / BODIES)
    ours, theirs = ids(tmp_path)
    assert ours != theirs
    assert ids(tmp_path) == (ours, theirs)


def test_the_id_is_in_a_copy_of_the_archive(tmp_path: Path) -> None:
    archive: Archive = open_archive(tmp_path / "data")
    (tmp_path / "copy").mkdir()
    archive.copy_to(tmp_path / "copy")
    archive.close()
    assert ids(tmp_path / "copy") == ids(tmp_path / "data")


@pytest.mark.parametrize("name", [DATABASE, BODIES])
@pytest.mark.parametrize(
    "damage",
    ["substr(id, 1, 31) || 'é'", "upper(id)", "substr(id, 1, 9)", "''", "5", "x'00ff'", "CAST(id AS BLOB)", "id || id"],
)
def test_a_damaged_id_is_restored_from_the_other_file(tmp_path: Path, name: str, damage: str) -> None:
    fill(tmp_path)
    before = ids(tmp_path)
    connection = sqlite3.connect(tmp_path / name)
    with connection:
        connection.execute(f"UPDATE archive SET id = {damage}")
    connection.close()
    archive = open_archive(tmp_path)
    assert archive.trouble == ""
    archive.close()
    assert ids(tmp_path) == before


def test_an_id_with_one_wrong_digit_is_that_of_the_bodies(tmp_path: Path) -> None:
    fill(tmp_path)
    before = ids(tmp_path)
    connection = sqlite3.connect(tmp_path / DATABASE)
    with connection:
        connection.execute("UPDATE archive SET id = iif(substr(id, 1, 1) = '0', '1', '0') || substr(id, 2)")
    connection.close()
    assert ids(tmp_path) == before
