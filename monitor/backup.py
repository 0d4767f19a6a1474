"""Makes and restores backups. A backup is a folder with everything that cannot be rebuilt:

    parley.db, bodies.db    the archive: addresses, pages, articles, theme versions; every body
    config/                 the overlay folder: sources, themes, settings
    backup.json             the time of the backup and the SHA-256 of every file

The index is not included: `parley rebuild` builds it from the archive.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from config.errors import ArchiveError
from crawler.archive.archive import BODIES, DATABASE, Archive
from crawler.presence import only_one

FORMAT = 1
_MANIFEST = "backup.json"
_CONFIG = "config"
# SQLite would write the log files left by a removed database into the one restored in its place.
_CONFLICTING = (DATABASE, BODIES, f"{DATABASE}-wal", f"{BODIES}-wal")


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was written: its size, and what is damaged in it, a sentence each."""

    bytes: int
    damaged: Sequence[str]


def back_up(archive: Archive, config: Path | None, folder: Path, now: datetime) -> Backup:
    """Write a backup to a new folder, while other processes keep running. What is damaged is copied as it is.

    Raises:
        ArchiveError: the folder already exists, or something cannot be read or written.
    """
    if folder.exists():
        raise ArchiveError(f"{folder}: already exists; choose a new folder for the backup")
    if config and folder.resolve().is_relative_to(config.resolve()):
        raise ArchiveError(
            f"{folder}: is inside the configuration folder, which would be copied into itself; choose another"
        )
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    with _explained(folder):
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True, mode=0o700)
        damaged = archive.copy_to(unfinished)
        if config and config.is_dir():
            shutil.copytree(config, unfinished / _CONFIG, ignore_dangling_symlinks=True)
        files = {name: _digest(unfinished / name) for name in _files(unfinished)}
        size = sum((unfinished / name).stat().st_size for name in files)
        manifest = {"format": FORMAT, "made": now.isoformat(), "files": files}
        (unfinished / _MANIFEST).write_text(json.dumps(manifest, indent=1))
        unfinished.rename(folder)
    return Backup(size, damaged)


def restore(folder: Path, data: Path, config: Path | None) -> bool:
    """Restore a backup into a data folder without an archive; return whether its configuration was restored as well.

    It is restored if the backup has one and the folder `config` is empty or missing.

    Raises:
        ArchiveError: the backup is invalid or damaged, the data folder has an archive already, or something cannot be written.
        AlreadyRunning: a crawler or an indexer is running in the data folder.
    """
    with _explained(folder):
        _check(folder)
        with only_one(data, "crawler"), only_one(data, "indexer"):
            if taken := [name for name in _CONFLICTING if (data / name).exists()]:
                raise ArchiveError(f"{data}: already contains {taken[0]}; set PARLEY_DATA to an empty folder")
            for name in (BODIES, DATABASE):  # the file that makes it an archive comes last
                _copy(folder / name, data / name)
        if config is None or not (folder / _CONFIG).is_dir() or (config.is_dir() and any(config.iterdir())):
            return False
        shutil.copytree(folder / _CONFIG, config, dirs_exist_ok=True)
        return True


def _check(folder: Path) -> None:
    try:
        manifest = json.loads((folder / _MANIFEST).read_text())
        version, files = manifest["format"], dict(manifest["files"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        raise ArchiveError(f"{folder}: not a Parley backup; choose a folder that `parley backup` wrote") from None
    if version != FORMAT:
        raise ArchiveError(
            f"{folder}: written by another version of Parley (format {version}, this one knows {FORMAT}); use that version"
        )
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
    except shutil.Error as error:  # from copytree: one error per file
        first, _, why = error.args[0][0]
        raise ArchiveError(f"{first}: {why}; nothing was changed in the archive") from error
    except OSError as error:
        raise ArchiveError(
            f"{error.filename or folder}: {error.strerror}; nothing was changed in the archive"
        ) from error
