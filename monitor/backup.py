"""Backups: a folder with all that cannot be made again, and its way back.

    parley.db, bodies.db    the archive: addresses, pages, articles, theme versions; every body
    config/                 the overlay folder: sources, themes, settings
    backup.json             when it was made, and the SHA-256 of every file

The index is not in it: `parley rebuild` makes it from the archive.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from config.errors import ArchiveError
from crawler.archive.archive import BODIES, DATABASE, Archive
from crawler.presence import only_one

FORMAT = 1
_MANIFEST = "backup.json"
_CONFIG = "config"
# What SQLite left beside a database that was removed, it would write into the one put in its place.
_IN_THE_WAY = (DATABASE, BODIES, f"{DATABASE}-wal", f"{BODIES}-wal")


def back_up(archive: Archive, config: Path | None, folder: Path, now: datetime) -> int:
    """Write a backup to a new folder while everything goes on, and return its size in bytes.

    Raises:
        ArchiveError: the folder is there already, or something cannot be read or written.
    """
    if folder.exists():
        raise ArchiveError(f"{folder}: is there already; name a new folder for the backup")
    if config and folder.resolve().is_relative_to(config.resolve()):
        raise ArchiveError(
            f"{folder}: lies in the configuration folder, which would be copied into itself; name another"
        )
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    with _explained(folder):
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True, mode=0o700)
        archive.copy_to(unfinished)
        if config and config.is_dir():
            shutil.copytree(config, unfinished / _CONFIG, ignore_dangling_symlinks=True)
        files = {name: _digest(unfinished / name) for name in _files(unfinished)}
        size = sum((unfinished / name).stat().st_size for name in files)
        said = {"format": FORMAT, "made": now.isoformat(), "files": files}
        (unfinished / _MANIFEST).write_text(json.dumps(said, indent=1))
        unfinished.rename(folder)
    return size


def restore(folder: Path, data: Path, config: Path | None) -> bool:
    """Put a backup back into a data folder without an archive; return whether its configuration was put back as well.

    That is so when there is one, and the overlay folder named is empty or missing.

    Raises:
        ArchiveError: the backup is none or damaged, the data folder holds an archive, or something cannot be written.
        AlreadyRunning: a crawler or indexer is at work in the data folder.
    """
    with _explained(folder):
        _check(folder)
        with only_one(data, "crawler"), only_one(data, "indexer"):
            if taken := [name for name in _IN_THE_WAY if (data / name).exists()]:
                raise ArchiveError(f"{data}: holds {taken[0]} already; set PARLEY_DATA to an empty folder")
            for name in (BODIES, DATABASE):  # the one that makes it an archive comes last
                _copy(folder / name, data / name)
        if config is None or not (folder / _CONFIG).is_dir() or (config.is_dir() and any(config.iterdir())):
            return False
        shutil.copytree(folder / _CONFIG, config, dirs_exist_ok=True)
        return True


def _check(folder: Path) -> None:
    try:
        said = json.loads((folder / _MANIFEST).read_text())
        version, files = said["format"], dict(said["files"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        raise ArchiveError(f"{folder}: no backup of Parley; name the folder that `parley backup` made") from None
    if version != FORMAT:
        raise ArchiveError(f"{folder}: made by another version (format {version}, this one knows {FORMAT})")
    for name, digest in files.items():
        if not (folder / name).is_file() or _digest(folder / name) != digest:
            raise ArchiveError(f"{folder}: {name} is missing or damaged; use another backup")


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(source: Path, target: Path) -> None:
    unfinished = target.with_name(f"{target.name}.unfinished")
    shutil.copyfile(source, unfinished)
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(target)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except shutil.Error as error:  # of a tree: what is wrong with each of its files
        first, _, why = error.args[0][0]
        raise ArchiveError(f"{first}: {why}; nothing was changed in the archive") from error
    except OSError as error:
        raise ArchiveError(
            f"{error.filename or folder}: {error.strerror}; nothing was changed in the archive"
        ) from error
