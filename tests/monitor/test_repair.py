"""`parley repair` keeps all that can be read, deletes nothing, and leaves an archive that is whole."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from unittest.mock import Mock

import pytest

from config.errors import ArchiveError
from crawler.archive.archive import BODIES, DATABASE, existing_archive, open_archive
from crawler.presence import only_one
from tests.support.collected import collect
from tests.support.installation import Installation
from tests.support.repairable import ARTICLES, check_whole, files, filled, repaired

__all__ = ["filled"]


def test_nothing_is_done_where_nothing_is_wrong(filled: Installation) -> None:
    before = files(filled.data)
    assert repaired(filled) == []
    assert files(filled.data) == before
    assert "Found nothing to repair." in filled.run("repair")[1]


def test_a_folder_without_an_archive_is_refused(
    small: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_DATA", str(tmp_path / "mistyped"))
    code, _, error = small.run("repair")
    assert (code, "no archive to repair" in error) == (1, True)
    assert not (tmp_path / "mistyped").exists()


@pytest.mark.parametrize("damage", ["missing", "empty", "no database", "new"])
def test_a_lost_database_is_rebuilt_from_the_index(filled: Installation, damage: str, tmp_path: Path) -> None:
    path = filled.data / DATABASE
    match damage:
        case "missing":
            path.unlink()
        case "empty":
            path.write_bytes(b"")
        case "no database":
            path.write_bytes(b"nonsense " * 1_000)
        case _:
            open_archive(tmp_path / "other").close()
            shutil.copy(tmp_path / "other" / DATABASE, path)
    for words in (["prune", "--before", "2030-01-01"], ["rebuild"], ["index", "--once"], ["crawl", "--once"]):
        code, _, error = filled.run(*words)
        assert code == 1
        assert "parley repair" in error
    (done,) = repaired(filled)
    assert f"{len(ARTICLES)} articles from the index" in done
    check_whole(filled)
    kept = [name for name in files(filled.data) if ".damaged-" in name]
    assert bool(kept) == (damage != "missing")


@pytest.mark.parametrize("page", [1, 2, 5, 9, 13, 17, 25, 33, 41, -1])
def test_what_a_damaged_page_of_the_database_took_is_put_back_from_the_index(filled: Installation, page: int) -> None:
    path = filled.data / DATABASE
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(path.read_bytes())
    size = 4_096
    start = (page - 1) * size if page > 0 else len(content) - size
    content[start + (100 if page == 1 else 0) : start + size] = b"\xff" * (size - (100 if page == 1 else 0))
    path.write_bytes(content)
    repaired(filled)
    check_whole(filled)


def test_a_new_archive_beside_an_index_without_an_id_does_not_replace_it(filled: Installation) -> None:
    for name in (DATABASE, BODIES):
        for log in ("", "-wal", "-shm"):
            (filled.data / f"{name}{log}").unlink(missing_ok=True)
    for made_by in (filled.data / "index").glob("generation-*/parley.json"):
        made_by.write_text(
            json.dumps({key: value for key, value in json.loads(made_by.read_text()).items() if key != "archive"})
        )
    open_archive(filled.data).close()
    code, _, error = filled.run("rebuild")
    assert code == 1
    assert f"the index has {len(ARTICLES)} articles that the archive does not know" in error
    (done,) = repaired(filled)
    assert f"{len(ARTICLES)} missing articles put back from the index" in done
    check_whole(filled)


def test_missing_bodies_are_begun_anew_and_counted(filled: Installation) -> None:
    (filled.data / BODIES).unlink()
    (done,) = repaired(filled)
    assert "3 pages in the lost one" in done
    check_whole(filled)


def test_damaged_bodies_keep_what_can_be_read(filled: Installation) -> None:
    path = filled.data / BODIES
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    path.write_bytes(path.read_bytes()[:-2_000])
    assert "damaged" in repaired(filled)[0]
    check_whole(filled)


@pytest.mark.parametrize("damage", ["missing", "empty", "nonsense", "another"])
def test_the_live_index_is_found_again(filled: Installation, damage: str) -> None:
    current = filled.data / "index" / "CURRENT"
    match damage:
        case "missing":
            current.unlink()
        case "empty":
            current.write_text("")
        case "nonsense":
            current.write_bytes(b"\x00\x01")
        case _:
            current.write_text("generation-99")
    (filled.data / "index" / "generation-50").mkdir()
    code, _, error = filled.run("index", "--once")
    assert code == 1
    assert "parley repair" in error or "parley rebuild" in error
    (done,) = repaired(filled)
    assert "the largest whole index" in done
    check_whole(filled)


@pytest.mark.parametrize(
    ("part", "damage"), [("idx", "one bit"), ("fast", "one bit"), ("term", "cut"), ("pos", "missing")]
)
def test_a_damaged_index_is_named_and_filled_anew(filled: Installation, part: str, damage: str) -> None:
    (path,) = (filled.data / "index").glob(f"generation-*/*.{part}")
    whole = path.read_bytes()
    match damage:
        case "one bit":
            path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
        case "cut":
            path.write_bytes(whole[:9])
        case _:
            path.unlink()
    code, output, error = filled.run("verify")
    assert (code, path.name in output + error, "parley repair" in output + error) == (1, True, True)
    assert "Error" not in output + error  # of another library
    (done,) = repaired(filled)
    assert "kept as unusable-1" in done
    check_whole(filled)


def test_a_locked_database_is_not_taken_for_a_damaged_one(
    filled: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.archive.database.WAIT_FOR_LOCK", 100)
    before = files(filled.data)
    with closing(sqlite3.connect(filled.data / DATABASE, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        code, _, error = filled.run("repair")
        other.execute("ROLLBACK")
    assert (code, "another process has locked it" in error) == (1, True)
    assert files(filled.data) - before == set()


@pytest.mark.parametrize(
    ("name", "statement"),
    [(DATABASE, "UPDATE alembic_version SET version_num = '9999'"), (BODIES, "PRAGMA user_version = 99")],
)
def test_files_of_a_newer_version_are_left_alone(filled: Installation, name: str, statement: str) -> None:
    with closing(sqlite3.connect(filled.data / name)) as connection, connection:
        connection.execute(statement)
    before = files(filled.data)
    code, _, error = filled.run("repair")
    assert (code, "written by a newer Parley" in error) == (1, True)
    assert {file for file in files(filled.data) if not file.endswith(("-wal", "-shm"))} == before


def test_a_damaged_database_beside_a_damaged_index_is_repaired(filled: Installation) -> None:
    path = filled.data / DATABASE
    whole = path.read_bytes()
    path.write_bytes(bytes(4_096) + whole[4_096:])
    (store,) = (filled.data / "index").glob("generation-*/*.store")
    store.write_bytes(b"\xff" * 16 + store.read_bytes()[16:])
    assert len(repaired(filled)) > 1
    assert filled.run("index", "--once")[0] == 0
    assert repaired(filled) == []


def test_a_rebuild_deletes_no_index_before_the_new_one_is_complete(
    filled: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    (filled.data / "index" / "CURRENT").write_text("generation-9")
    with monkeypatch.context() as killed:
        killed.setattr("indexer.jobs.rebuild._fill", Mock(side_effect=KeyboardInterrupt))
        filled.run("rebuild")
    assert (filled.data / "index" / "generation-1" / "meta.json").exists()
    assert "the largest whole index" in repaired(filled)[0]
    check_whole(filled)


def test_rebuild_replaces_an_index_whose_live_generation_is_unknown(filled: Installation) -> None:
    (filled.data / "index" / "CURRENT").write_text("")
    code, _, error = filled.run("rebuild")
    assert code == 0, error
    check_whole(filled)


def test_a_running_crawler_or_indexer_prevents_a_repair(filled: Installation) -> None:
    with only_one(filled.data, "crawler"):
        code, _, error = filled.run("repair")
    assert code == 1
    assert "already running" in error
    with pytest.raises(ArchiveError):
        existing_archive(filled.data / "nowhere")


@pytest.mark.parametrize(
    ("index", "write"),
    [
        ("urls_by_state", "UPDATE urls SET due = due + 1"),
        ("pages_by_state", "UPDATE pages SET state = 'timed_out'"),
    ],
)
def test_a_damaged_index_of_the_database_is_named_and_built_anew(filled: Installation, index: str, write: str) -> None:
    path = filled.data / DATABASE
    damage_index(path, index, write)
    code, out, _ = filled.run("verify")
    assert code == 1
    assert f"the index {index} is damaged, its table is not; run `parley repair`" in out.replace("\n", " ")
    (done,) = repaired(filled)
    assert done == f"{path}: rebuilt the damaged indexes {index}; nothing was lost"
    assert not [kept for kept in files(filled.data) if ".damaged-" in kept]
    check_whole(filled)


def test_an_id_damaged_in_one_file_replaces_no_database(filled: Installation) -> None:
    connection = sqlite3.connect(filled.data / DATABASE)
    with connection:
        connection.execute("UPDATE archive SET id = substr(id, 1, 20)")
    connection.close()
    (done,) = repaired(filled)
    assert "the id of the archive was damaged" in done
    check_whole(filled)


@pytest.mark.parametrize("has_index", [True, False])
def test_bodies_of_another_archive_are_set_aside_and_not_the_database(
    filled: Installation, tmp_path: Path, has_index: bool
) -> None:
    other = open_archive(tmp_path / "other")
    collect(other, "four", b"<p>four</p>")
    other.close()
    foreign = (tmp_path / "other" / BODIES).read_bytes()
    own = (filled.data / DATABASE).read_bytes()
    for log in ("-wal", "-shm"):
        (filled.data / f"{BODIES}{log}").unlink(missing_ok=True)
    (filled.data / BODIES).write_bytes(foreign)
    if not has_index:
        shutil.rmtree(filled.data / "index")
    code, _, error = filled.run("index", "--once")
    assert (code, "parley repair" in error) == (1, True)
    done = repaired(filled)
    assert f"{filled.data / BODIES}: belongs to another archive" in done[0]
    (aside,) = filled.data.glob(f"{BODIES}.foreign-*")
    assert aside.read_bytes() == foreign
    assert len((filled.data / DATABASE).read_bytes()) == len(own)
    check_whole(filled)


def damage_index(path: Path, index: str, write: str) -> None:
    """Let an index lack a write that its table has, as a failing disk would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        row = connection.execute("SELECT * FROM sqlite_master WHERE name = ?", (index,)).fetchone()
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = ?", (index,))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(write)
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", row)
