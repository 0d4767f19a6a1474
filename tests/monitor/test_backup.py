from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from config.errors import AlreadyRunning, ArchiveError
from config.settings import DEFAULT_MAX_BYTES
from crawler.archive.archive import BODIES, DATABASE, Archive, open_archive
from crawler.presence import only_one
from indexer.article import Article
from indexer.copies.index import CopyIndex
from indexer.engine import open_engine
from indexer.extract.lanes import Lanes
from indexer.jobs.pipeline import Pipeline
from indexer.jobs.reading import Reading
from indexer.jobs.rebuild import rebuild
from indexer.query.tree import Everything
from indexer.themes.tagger import Tagger
from indexer.themes.versions import record_version
from monitor import cli
from monitor.backup import back_up
from monitor.restore import restore
from tests.support.collected import NOON, TALKS, collect, page_of
from tests.support.old_archive import shape, unpack_old_archive


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = open_archive(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    (folder / "themes").mkdir(parents=True)
    (folder / "themes" / "truce.toml").write_text("removed = true\n")
    (folder / "settings.toml").write_text('contact = "me@parley.example"\n')
    return folder


def rows(data: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table of both databases."""
    contents: dict[str, list[tuple[object, ...]]] = {}
    for name in (DATABASE, BODIES):
        with sqlite3.connect(data / name) as connection:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            contents |= {table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in tables}
        connection.close()
    return contents


def indexed(url: str) -> list[Article]:
    reader = open_engine(url)
    articles = list(reader.scan(Everything()))
    reader.close()
    return articles


def texts(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_restored_backup_equals_the_original_and_rebuilds_the_same_index(
    archive: Archive, config: Path, tmp_path: Path
) -> None:
    for number in range(20):
        collect(archive, f"{number}", page_of(f"{number}. {TALKS}"), at=NOON + timedelta(minutes=number))
    collect(archive, "empty", b"")
    index = f"tantivy:{tmp_path / 'data' / 'index'}"
    engine = open_engine(index, writable=True)
    with Lanes(1, 20, DEFAULT_MAX_BYTES) as lanes:
        pipeline = Pipeline(
            archive=archive, engine=engine, reading=Reading(archive, lanes), copies=CopyIndex(30), tagger=Tagger([])
        )
        assert pipeline.work(NOON) == {"indexed": 20, "empty": 1}
    with archive.database.write() as connection:
        record_version(connection, "truce", "1", "{}", NOON)
        record_version(connection, "truce", "2", "{}", NOON)
    engine.close()
    collect(archive, "pending", page_of(TALKS))
    backup, data, overlay = tmp_path / "backup", tmp_path / "restored", tmp_path / "overlay"
    assert back_up(archive, config, backup, NOON).bytes > 0
    before = rows(tmp_path / "data")
    assert restore(backup, data, overlay)
    assert rows(data) == before
    assert texts(overlay) == texts(config)
    restored = open_archive(data)
    again = f"tantivy:{data / 'index'}"
    rebuild(again, restored.database, Tagger([]), (), progress=lambda done, total: None).close()
    assert indexed(again) == indexed(index) != []
    assert restored.count_pages_by_state() == {"indexed": 20, "empty": 1, "pending": 1}
    restored.close()


def test_a_backup_made_while_pages_are_collected_has_the_body_of_every_page(
    archive: Archive, config: Path, tmp_path: Path
) -> None:
    stop, started = threading.Event(), threading.Event()

    def go_on() -> None:
        number = 0
        while not stop.is_set():
            collect(archive, f"{number}", page_of(f"{number}. {TALKS}"))
            number += 1
            if number == 5:
                started.set()

    collecting = threading.Thread(target=go_on)
    collecting.start()
    try:
        assert started.wait(60)
        for number in range(3):
            back_up(archive, config, tmp_path / f"backup-{number}", NOON)
    finally:
        stop.set()
        collecting.join()
    for number in range(3):
        restore(tmp_path / f"backup-{number}", tmp_path / f"data-{number}", None)
        restored = open_archive(tmp_path / f"data-{number}")
        assert restored.find_damage() == []
        assert restored.count_pages_by_state()["pending"] >= 5
        restored.close()


def test_a_backup_from_an_older_parley_is_restored_and_migrated_on_opening(archive: Archive, tmp_path: Path) -> None:
    backup = unpack_old_archive(tmp_path / "backup")
    digests = {name: hashlib.sha256((backup / name).read_bytes()).hexdigest() for name in (DATABASE, BODIES)}
    (backup / "backup.json").write_text(json.dumps({"format": 1, "made": NOON.isoformat(), "files": digests}))
    restore(backup, tmp_path / "restored", None)
    restored = open_archive(tmp_path / "restored")
    assert restored.count_pages_by_state() == {"pending": 2, "indexed": 4, "empty": 1}
    assert restored.find_damage() == []
    assert shape(restored.database.path) == shape(archive.database.path)
    back_up(restored, None, tmp_path / "again", NOON)
    restored.close()


def test_damaged_backups_and_other_folders_are_refused(archive: Archive, config: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    back_up(archive, config, backup, NOON)
    with pytest.raises(ArchiveError, match="not a Parley backup"):
        restore(config, tmp_path / "new", None)
    with pytest.raises(ArchiveError, match=r"missing: there is no such folder"):
        restore(tmp_path / "missing", tmp_path / "new", None)
    (backup / "config" / "settings.toml").write_text("changed")
    with pytest.raises(ArchiveError, match=r"settings\.toml is missing or damaged"):
        restore(backup, tmp_path / "new", None)
    assert not (tmp_path / "new" / DATABASE).exists()


def test_existing_files_are_never_overwritten(archive: Archive, config: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    back_up(archive, config, backup, NOON)
    with pytest.raises(ArchiveError, match="already exists"):
        back_up(archive, config, backup, NOON)
    with pytest.raises(ArchiveError, match="empty folder"):
        restore(backup, tmp_path / "data", None)
    with only_one(tmp_path / "new", "indexer"), pytest.raises(AlreadyRunning):
        restore(backup, tmp_path / "new", None)
    (config / "settings.toml").write_text("newer")
    assert not restore(backup, tmp_path / "new", config)
    assert (config / "settings.toml").read_text() == "newer"


def test_dangling_links_are_skipped_and_files_that_cannot_be_copied_are_reported(
    archive: Archive, config: Path, tmp_path: Path
) -> None:
    (config / "themes" / ".#truce.toml").symlink_to("ann@host.4711")  # as an editor locks a file
    back_up(archive, config, tmp_path / "backup", NOON)
    assert texts(tmp_path / "backup" / "config") == texts(config)
    os.mkfifo(config / "themes" / "pipe")
    with pytest.raises(ArchiveError, match=r"themes/pipe.*is a named pipe.*nothing was changed in the archive"):
        back_up(archive, config, tmp_path / "another", NOON)


def test_a_backup_cannot_be_written_into_the_configuration_folder(archive: Archive, config: Path) -> None:
    with pytest.raises(ArchiveError, match="is inside the configuration folder"):
        back_up(archive, config, config / "backups" / "today", NOON)
    assert not (config / "backups").exists()


@pytest.mark.parametrize("name", ["data", "deeper/data", "."])
def test_a_data_folder_within_the_configuration_folder_is_not_copied_a_second_time(
    config: Path, tmp_path: Path, name: str
) -> None:
    before = texts(config)
    opened = open_archive(config / name)
    (config / name / "index" / "generation-1").mkdir(parents=True)
    back_up(opened, config, tmp_path / "backup", NOON)
    opened.close()
    assert texts(tmp_path / "backup" / "config") == before
    assert not list((tmp_path / "backup" / "config").rglob("generation-1"))


def test_a_backup_cannot_be_written_into_the_data_folder(archive: Archive, config: Path) -> None:
    data = archive.database.path.parent
    for folder in (data / "index" / "generation-7", data / "index" / ".." / "copy"):
        with pytest.raises(ArchiveError, match="is inside the data folder"):
            back_up(archive, config, folder, NOON)
    assert not (data / "index").exists()


@pytest.mark.parametrize("left", ["parley.db-wal", "bodies.db-wal"])
def test_leftovers_of_a_removed_archive_are_not_mixed_into_a_restored_one(
    archive: Archive, config: Path, tmp_path: Path, left: str
) -> None:
    back_up(archive, config, tmp_path / "backup", NOON)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / left).write_bytes(b"pages of another database")
    with pytest.raises(ArchiveError, match=f"already contains {left}"):
        restore(tmp_path / "backup", tmp_path / "new", None)


def test_the_commands_back_up_prune_and_restore_an_archive(
    archive: Archive, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    collect(archive, "empty", b"", at=NOON)
    with archive.database.write() as connection:
        connection.exec_driver_sql("UPDATE pages SET state = 'empty'")
    for name, value in {"DATA": tmp_path / "data", "CONFIG": config, "ENGINE": ""}.items():
        monkeypatch.setenv(f"PARLEY_{name}", str(value))
    assert cli.main(["backup", str(tmp_path / "backup")]) == 0
    assert cli.main(["prune", "--before", "2027-01-01", "--dry-run"]) == 0
    assert "0 articles and 1 page would be deleted" in capsys.readouterr().out
    assert cli.main(["prune", "--before", "2027-01-01"]) == 0
    assert archive.count_pages_by_state() == {}
    assert cli.main(["restore", str(tmp_path / "backup")]) == 1
    assert "empty folder" in capsys.readouterr().err
    monkeypatch.setenv("PARLEY_DATA", str(tmp_path / "new"))
    assert cli.main(["restore", str(tmp_path / "backup")]) == 0
    assert "was not changed" in capsys.readouterr().out
    restored = open_archive(tmp_path / "new")
    assert restored.count_pages_by_state() == {"empty": 1}
    restored.close()
