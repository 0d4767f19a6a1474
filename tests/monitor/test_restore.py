"""Restoring takes only what the manifest lists and what has the right sum, and is done wholly or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from config.errors import ArchiveError, Conflict
from crawler.archive.archive import BODIES, DATABASE, existing_archive, open_archive
from monitor.backup import back_up
from monitor.restore import restore
from tests.support.collected import NOON, collect

_KILLED = """
import os, signal, sys
from pathlib import Path
import shutil
from monitor.restore import restore
from config.errors import ArchiveError

backup, work, config = map(Path, sys.argv[1:4])

def attempt(number):
    data = work / str(number)
    if os.fork() == 0:
        left = number
        def count(event, _):
            nonlocal left
            if event in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.copytree", "os.chmod"):
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(count)
        restore(backup, data, data / "overlay")
        os._exit(0)
    return os.wait()[1]

number = 0
while attempt(number):
    number += 1
print(number)
"""


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a backup with two pages and a configuration of two files."""
    folder = tmp_path_factory.mktemp("original")
    archive = open_archive(folder / "data")
    for name in ("one", "two"):
        collect(archive, name, f"<p>{name}</p>".encode())
    (folder / "config" / "themes").mkdir(parents=True)
    (folder / "config" / "settings.toml").write_text('contact = "me@parley.example"\n')
    (folder / "config" / "themes" / "truce.toml").write_text("removed = true\n")
    back_up(archive, folder / "config", folder / "backup", NOON)
    archive.close()
    return folder / "backup"


@pytest.fixture
def backup(original: Path, tmp_path: Path) -> Path:
    """Return a copy of that backup that a test may damage."""
    return Path(shutil.copytree(original, tmp_path / "backup"))


def rewrite(backup: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the files that the manifest lists."""
    manifest = json.loads((backup / "backup.json").read_text())
    change(manifest["files"])
    (backup / "backup.json").write_text(json.dumps(manifest))


def add(backup: Path, name: str) -> None:
    """Let the manifest list a file with the sum that it has."""
    rewrite(backup, lambda files: files.update({name: hashlib.sha256((backup / name).read_bytes()).hexdigest()}))


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"}


def link(backup: Path) -> None:
    (backup / "secret").write_text("secret")
    (backup / "config" / "settings.toml").unlink()
    (backup / "config" / "settings.toml").symlink_to(backup / "secret")
    rewrite(backup, lambda files: files.update({"config/settings.toml": hashlib.sha256(b"secret").hexdigest()}))


def linked_folder(backup: Path) -> None:
    (backup / "config" / "themes").rename(backup / "elsewhere")
    (backup / "config" / "themes").symlink_to(backup / "elsewhere")


def linked_database(backup: Path) -> None:
    (backup / DATABASE).rename(backup / "real.db")
    (backup / DATABASE).symlink_to(backup / "real.db")


def pipe(backup: Path) -> None:
    (backup / BODIES).unlink()
    os.mkfifo(backup / BODIES)


def unix_socket(backup: Path) -> None:
    (backup / BODIES).unlink()
    os.mknod(backup / BODIES, stat.S_IFSOCK | 0o600)


def listed_folder(backup: Path) -> None:
    rewrite(backup, lambda files: files.update({"config/themes": "0" * 64}))


def other_sum(backup: Path) -> None:
    (backup / DATABASE).write_bytes((backup / DATABASE).read_bytes() + b"x")


def short_file(backup: Path) -> None:
    (backup / BODIES).write_bytes((backup / BODIES).read_bytes()[:-1])


def missing_file(backup: Path) -> None:
    (backup / "config" / "settings.toml").unlink()


def no_database(backup: Path) -> None:
    (backup / DATABASE).write_text("not a database at all")
    add(backup, DATABASE)


def piped_manifest(backup: Path) -> None:
    (backup / "backup.json").unlink()
    os.mkfifo(backup / "backup.json")


def linked_manifest(backup: Path) -> None:
    (backup / "backup.json").rename(backup / "real.json")
    (backup / "backup.json").symlink_to(backup / "real.json")


def listing(name: str) -> Callable[[Path], None]:
    return lambda backup: rewrite(backup, lambda files: files.update({name: "0" * 64}))


def manifest(text: str) -> Callable[[Path], None]:
    def write(backup: Path) -> None:
        (backup / "backup.json").write_text(text)

    return write


HOSTILE: dict[str, Callable[[Path], None]] = {
    "a link": link,
    "a linked folder": linked_folder,
    "a linked database": linked_database,
    "a pipe": pipe,
    "a socket": unix_socket,
    "a folder for a file": listed_folder,
    "another sum": other_sum,
    "a truncated file": short_file,
    "a missing file": missing_file,
    "no database": no_database,
    "a piped manifest": piped_manifest,
    "a linked manifest": linked_manifest,
    "a parent": listing("config/../../escaped"),
    "a parent at once": listing("../escaped"),
    "an absolute path": listing("/tmp/escaped"),
    "a log of the database": listing(f"{DATABASE}-wal"),
    "an index": listing("index/CURRENT"),
    "a doubled slash": listing("config//settings.toml"),
    "a dot": listing("config/./settings.toml"),
    "a null byte": listing("config/a\0b"),
    "the folder itself": listing("config"),
    "an empty name": listing(""),
    "a number for a sum": lambda backup: rewrite(backup, lambda files: files.update({"config/a": 1})),
    "no files": lambda backup: rewrite(backup, lambda files: files.clear()),
    "no bodies": lambda backup: rewrite(backup, lambda files: files.pop(BODIES)),
    "an empty manifest": manifest(""),
    "an empty document": manifest("{}"),
    "a list": manifest("[]"),
    "files in a list": manifest('{"format": 1, "files": ["parley.db"]}'),
    "nothing for files": manifest('{"format": 1, "files": null}'),
    "deep nesting": manifest("[" * 200_000),
    "another format": manifest('{"format": 2, "files": {}}'),
    "binary data": manifest("\x00\x01"),
}


@pytest.mark.parametrize("damage", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_damaged_or_hostile_backup_is_refused_and_leaves_nothing(
    damage: Callable[[Path], None], backup: Path, tmp_path: Path
) -> None:
    damage(backup)
    with pytest.raises(ArchiveError, match=str(backup)):
        restore(backup, tmp_path / "data", tmp_path / "overlay")
    assert not (tmp_path / "data").exists()
    assert not (tmp_path / "overlay").exists()
    assert not list(tmp_path.rglob("escaped"))


def test_only_files_of_the_manifest_are_restored(backup: Path, tmp_path: Path) -> None:
    (backup / "config" / "extra.toml").write_text("extra")
    (backup / f"{DATABASE}-wal").write_bytes(b"pages of another database")
    os.mkfifo(backup / "config" / "pipe")
    assert restore(backup, tmp_path / "data", tmp_path / "overlay")
    assert names(tmp_path / "data") == {DATABASE, BODIES}
    assert names(tmp_path / "overlay") == {"settings.toml", "themes/truce.toml"}
    existing_archive(tmp_path / "data").check()


@pytest.mark.parametrize("taken", [f"{name}{log}" for name in (DATABASE, BODIES) for log in ("", "-wal", "-journal")])
def test_a_data_folder_with_a_file_of_an_archive_is_left_as_it_is(taken: str, backup: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / taken).symlink_to("nowhere")
    with pytest.raises(ArchiveError, match=f"already contains {taken}"):
        restore(backup, tmp_path / "data", None)
    assert not (tmp_path / "data" / "restoring").exists()


def test_a_folder_that_is_no_interrupted_restore_is_left_as_it_is(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "data" / "restoring").mkdir(parents=True)
    (tmp_path / "data" / "restoring" / "mine").write_text("mine")
    with pytest.raises(ArchiveError, match="is no interrupted restore"):
        restore(backup, tmp_path / "data", None)
    assert (tmp_path / "data" / "restoring" / "mine").read_text() == "mine"


def test_a_restore_killed_at_any_moment_is_named_and_completed_by_another(backup: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    arguments = [sys.executable, "-c", _KILLED, str(backup), str(work), str(tmp_path / "overlay")]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    moments = int(done.stdout)
    assert moments > 30
    for data in (work / str(number) for number in range(moments)):
        if (data / DATABASE).exists():
            existing_archive(data).close()
        else:
            with pytest.raises(
                ArchiveError, match=r"interrupted; run `parley restore` again|nothing has been collected"
            ):
                existing_archive(data)
            restore(backup, data, data / "overlay")
        assert names(data / "overlay") == {"settings.toml", "themes/truce.toml"}
        archive = existing_archive(data)
        archive.check()
        assert archive.find_damage() == []
        assert archive.count_pages_by_state() == {"pending": 2}
        archive.close()


def test_a_restore_that_is_completed_keeps_what_was_written_meanwhile(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, config = tmp_path / "data", tmp_path / "overlay"
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr("monitor.restore._put_in_place", Mock(side_effect=KeyboardInterrupt))
        restore(backup, data, config)
    config.mkdir()
    (config / "settings.toml").write_text("delay = 7\n")
    assert restore(backup, data, config)
    assert (config / "settings.toml").read_text() == "delay = 7\n"
    assert names(config) == {"settings.toml", "themes/truce.toml"}


def test_what_the_user_has_where_a_backup_would_be_made_is_never_deleted(backup: Path, tmp_path: Path) -> None:
    archive = open_archive(tmp_path / "data")
    (tmp_path / "0.unfinished").mkdir()
    (tmp_path / "0.unfinished" / "mine").write_text("mine")
    (tmp_path / "1.unfinished").touch()
    (tmp_path / "2.unfinished").symlink_to(backup)
    for number in range(3):
        unfinished = tmp_path / f"{number}.unfinished"
        with pytest.raises(ArchiveError, match="is no unfinished backup"):
            back_up(archive, None, tmp_path / str(number), NOON)
        assert os.path.lexists(unfinished)
    assert (tmp_path / "0.unfinished" / "mine").read_text() == "mine"
    archive.close()


def test_a_backup_left_by_a_killed_process_is_replaced_but_not_one_under_way(tmp_path: Path) -> None:
    archive = open_archive(tmp_path / "data")
    left = tmp_path / "copy.unfinished"
    left.mkdir()
    with (left / "backup-under-way").open("w") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        with pytest.raises(Conflict, match="another process is making this backup"):
            back_up(archive, None, tmp_path / "copy", NOON)
    (left / DATABASE).write_bytes(b"half")
    back_up(archive, None, tmp_path / "copy", NOON)
    assert names(tmp_path / "copy") == {DATABASE, BODIES, "backup.json"}
    archive.close()
