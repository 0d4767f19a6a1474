"""Makes backups. A backup is a folder with everything that cannot be rebuilt:

    parley.db, bodies.db    the archive: addresses, pages, articles, theme versions; every body
    config/                 the overlay folder: sources, themes, settings
    backup.json             the time of the backup and the SHA-256 of every file

The index is not included: the indexer fills it from the archive. `monitor.restore` puts a backup back.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config.errors import ArchiveError, Conflict
from config.replacing import sync
from crawler.archive.archive import BODIES, DATABASE, Archive

FORMAT = 1
MANIFEST = "backup.json"
CONFIG = "config"
_COLLECTED = (f"{DATABASE}*", f"{BODIES}*", "index")
_UNDER_WAY = "backup-under-way"  # a file that marks a folder as an unfinished backup; locked while it is being made


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written: its size, and what is damaged in it, a sentence each."""

    bytes: int
    damaged: Sequence[str]


def back_up(archive: Archive, config: Path | None, folder: Path, now: datetime) -> Backup:
    """Write a backup to a new folder, while other processes keep running. What is damaged is copied as it is.

    It is made in `FOLDER.unfinished` and renamed at the end. What a killed backup left there is replaced.

    Raises:
        ArchiveError: the folder already exists or is inside the data folder, or something cannot be read or written.
        Conflict: another process is making this backup.
    """
    if os.path.lexists(folder):
        raise ArchiveError(f"{folder}: already exists; choose a new folder for the backup")
    data = archive.database.path.parent
    if folder.resolve().is_relative_to(data.resolve()):
        raise ArchiveError(
            f"{folder}: is inside the data folder, and would be lost with it; choose a folder outside of {data}"
        )
    if config and folder.resolve().is_relative_to(config.resolve()):
        raise ArchiveError(
            f"{folder}: is inside the configuration folder, which would be copied into itself; choose another"
        )
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    with explained(folder), _claimed(unfinished):
        damaged = archive.copy_to(unfinished)
        if config and config.is_dir():
            shutil.copytree(config, unfinished / CONFIG, ignore=_part_of(data), ignore_dangling_symlinks=True)
        files = {name: _digest(unfinished / name) for name in _files(unfinished)}
        size = sum((unfinished / name).stat().st_size for name in files)
        manifest = {"format": FORMAT, "made": now.isoformat(), "files": files}
        (unfinished / MANIFEST).write_text(json.dumps(manifest, indent=1))
        for name in (*files, MANIFEST):
            sync(unfinished / name)
        unfinished.rename(folder)
        sync(folder.parent)
        (folder / _UNDER_WAY).unlink()
    return Backup(size, damaged)


def _part_of(data: Path) -> Callable[[str, list[str]], list[str]]:
    """Return what is not copied of the configuration folder where the data folder lies in it, or is the same."""
    collected = {data.resolve(), *(data.resolve() / name for pattern in _COLLECTED for name in data.glob(pattern))}
    return lambda folder, names: [name for name in names if (Path(folder) / name).resolve() in collected]


@contextmanager
def _claimed(unfinished: Path) -> Iterator[None]:
    """Make the folder for an unfinished backup and hold it; it must be missing, empty or left by a killed backup.

    Raises:
        ArchiveError: it contains something else.
        Conflict: another process is making a backup there.
    """
    mark = unfinished / _UNDER_WAY
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(unfinished):
        is_ours = (
            unfinished.is_dir() and not unfinished.is_symlink() and (mark.is_file() or not any(unfinished.iterdir()))
        )
        if not is_ours:
            raise ArchiveError(
                f"{unfinished}: already exists and is no unfinished backup; move it, or choose another folder for the backup"
            )
    unfinished.mkdir(mode=0o700, exist_ok=True)
    with mark.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(f"{unfinished}: another process is making this backup") from None
        _empty(unfinished)
        yield


def _empty(unfinished: Path) -> None:
    for path in unfinished.iterdir():
        if path.name == _UNDER_WAY:
            continue
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _files(folder: Path) -> list[str]:
    names = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(str(name) for name in names if str(name) != _UNDER_WAY)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Raise ArchiveError for what the system refuses, naming the file, or this folder."""
    try:
        yield
    except shutil.Error as error:  # from copytree: one error per file
        first, _, why = error.args[0][0]
        raise ArchiveError(f"{first}: {why}; nothing was changed in the archive") from error
    except OSError as error:
        raise ArchiveError(
            f"{error.filename or folder}: {error.strerror}; nothing was changed in the archive"
        ) from error
