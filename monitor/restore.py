"""Restores backups, all or nothing. A backup may have been tampered with: only its manifest decides what is copied.

Everything is first copied into a folder in the data folder, each file checked against its sum, and then moved into place, the
database last. A restore that is killed before that leaves nothing in place; one that is killed later is completed by restoring
the same backup again.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from config.errors import ArchiveError
from config.replacing import sync
from crawler.archive.archive import BODIES, DATABASE, RESTORING
from crawler.archive.database import is_database
from crawler.presence import only_one
from monitor.backup import CONFIG, FORMAT, MANIFEST, explained

# SQLite would apply the log files left by a removed database to the one restored in its place.
_CONFLICTING = tuple(f"{name}{log}" for name in (DATABASE, BODIES) for log in ("", "-wal", "-shm", "-journal"))
_COMPLETE = "complete"  # a file that says that all that is to be put in place is copied
_LONGEST_MANIFEST = 50_000_000  # bytes
_CHUNK = 1 << 20  # bytes


def restore(folder: Path, data: Path, config: Path | None) -> bool:
    """Restore a backup into a data folder without an archive; return whether its configuration was restored as well.

    It is restored if the backup has one and the folder `config` is empty or missing. Files that the manifest does not list
    are left out.

    Raises:
        ArchiveError: the backup is invalid or damaged, the data folder has an archive already, or something cannot be written.
        AlreadyRunning: a crawler or an indexer is running in the data folder.
    """
    with explained(folder):
        text, files = _manifest(folder)
        with _own_folder(data), only_one(data, "crawler"), only_one(data, "indexer"):
            staged = data / RESTORING
            if (staged / _COMPLETE).is_file() and not (staged / DATABASE).exists():
                _remove(staged)  # an earlier restore put everything in place and was killed before it could do this
            if not _is_copied(staged, text):
                _refuse_existing(data)
                _stage(folder, staged, text, files, with_config=_is_free(config))
            return _put_in_place(staged, data, config)


@contextmanager
def _own_folder(data: Path) -> Iterator[None]:
    """Remove the data folder after a failure if there was none before; only the files of locks are in it then."""
    is_new = not os.path.lexists(data)
    try:
        yield
    except BaseException:
        if is_new and data.is_dir() and all(path.suffix == ".lock" for path in data.iterdir()):
            shutil.rmtree(data)
        raise


def _manifest(folder: Path) -> tuple[bytes, Mapping[str, str]]:
    """Return the manifest, and file → SHA-256."""
    if not folder.exists():
        raise ArchiveError(f"{folder}: there is no such folder; choose one that `parley backup` wrote")
    try:
        with _opened(folder, MANIFEST) as descriptor, os.fdopen(os.dup(descriptor), "rb") as file:
            text = file.read(_LONGEST_MANIFEST)
        content = json.loads(text)
        version, files = content["format"], dict(content["files"])
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError, RecursionError):
        raise ArchiveError(f"{folder}: not a Parley backup; choose a folder that `parley backup` wrote") from None
    if version != FORMAT:
        raise ArchiveError(
            f"{folder}: written by another version of Parley (format {version}, this one knows {FORMAT}); use that version"
        )
    if strange := [name for name, digest in files.items() if not _is_expected(name) or not isinstance(digest, str)]:
        raise ArchiveError(f"{folder}: its manifest lists {strange[0]!r}, which no backup contains; use another backup")
    if missing := {DATABASE, BODIES} - files.keys():
        raise ArchiveError(f"{folder}: its manifest does not list {min(missing)}; use another backup")
    return text, files


def _is_expected(name: str) -> bool:
    """Whether a backup may contain a file of this name: one of the archive, or one below the configuration folder."""
    path = PurePosixPath(name)
    is_plain = str(path) == name and not path.is_absolute() and not {"..", "."} & {*path.parts} and "\0" not in name
    return name in (DATABASE, BODIES) or (is_plain and len(path.parts) > 1 and path.parts[0] == CONFIG)


def _is_copied(staged: Path, manifest: bytes) -> bool:
    """Whether a restore of this backup was interrupted after everything was copied.

    Raises:
        ArchiveError: a restore of another backup was.
    """
    if not (staged / _COMPLETE).is_file():
        return False
    if (staged / MANIFEST).read_bytes() != manifest:
        raise ArchiveError(
            f"{staged}: the restore of another backup was interrupted; restore that one again to complete it, or set "
            "PARLEY_DATA to an empty folder"
        )
    return True


def _refuse_existing(data: Path) -> None:
    if taken := [name for name in _CONFLICTING if os.path.lexists(data / name)]:
        raise ArchiveError(f"{data}: already contains {taken[0]}; set PARLEY_DATA to an empty folder")


def _is_free(config: Path | None) -> bool:
    return config is not None and not (config.is_dir() and any(config.iterdir()))


def _stage(folder: Path, staged: Path, manifest: bytes, files: Mapping[str, str], *, with_config: bool) -> None:
    """Copy every file of the manifest, and only those, and check each; what an interrupted copy left is replaced."""
    if os.path.lexists(staged):
        is_ours = (
            staged.is_dir() and not staged.is_symlink() and ((staged / MANIFEST).is_file() or not any(staged.iterdir()))
        )
        if not is_ours:
            raise ArchiveError(f"{staged}: already exists and is no interrupted restore; move it elsewhere")
        _remove(staged)
    staged.mkdir(mode=0o700)
    _write(staged / MANIFEST, manifest)
    try:
        for name, digest in files.items():
            _copy(folder, name, staged / name, digest)
        for name in (DATABASE, BODIES):
            if not is_database(staged / name):
                raise ArchiveError(f"{folder}: {name} is not a Parley database; use another backup")
    except BaseException:
        _remove(staged)
        raise
    if not with_config:
        shutil.rmtree(staged / CONFIG, ignore_errors=True)
    _write(staged / _COMPLETE, b"")
    sync(staged)


def _copy(folder: Path, name: str, target: Path, digest: str) -> None:
    """Copy one regular file that no link leads to.

    Raises:
        ArchiveError: it is missing, is no regular file, or has another sum.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    actual = hashlib.sha256()
    try:
        with _opened(folder, name) as source, target.open("xb") as copy:
            while chunk := os.read(source, _CHUNK):
                actual.update(chunk)
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
            os.fchmod(copy.fileno(), stat.S_IMODE(os.fstat(source).st_mode) & 0o777 | 0o600)
    except (FileNotFoundError, NotADirectoryError):
        raise ArchiveError(f"{folder}: {name} is missing or damaged; use another backup") from None
    if actual.hexdigest() != digest:
        raise ArchiveError(f"{folder}: {name} is missing or damaged; use another backup")


@contextmanager
def _opened(folder: Path, name: str) -> Iterator[int]:
    """Yield a descriptor of a regular file below the folder.

    Raises:
        ArchiveError: it, or a folder on the way to it, is a link, or it is a pipe or anything else but a file.
        OSError: it cannot be opened.
    """
    *parents, last = PurePosixPath(name).parts
    opened = [os.open(folder, os.O_RDONLY | os.O_DIRECTORY)]
    try:
        for part in parents:
            opened.append(_below(opened[-1], part, os.O_DIRECTORY, folder / name))
        opened.append(_below(opened[-1], last, os.O_NONBLOCK, folder / name))  # a pipe would wait for its writer
        if not stat.S_ISREG(os.fstat(opened[-1]).st_mode):
            raise ArchiveError(f"{folder}: {name} is not a regular file; use another backup")
        yield opened[-1]
    finally:
        for descriptor in opened:
            os.close(descriptor)


def _below(folder: int, name: str, flags: int, path: Path) -> int:
    try:
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | flags, dir_fd=folder)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise ArchiveError(f"{path}: a link; use another backup") from None
        error.filename = str(path)
        raise


def _put_in_place(staged: Path, data: Path, config: Path | None) -> bool:
    """Move what was copied into place, the file that makes it an archive last; return whether there was a configuration."""
    has_config = config is not None and (staged / CONFIG).is_dir()
    if config and has_config:
        shutil.copytree(staged / CONFIG, config, dirs_exist_ok=True, copy_function=_copy_new)
    for name in (BODIES, DATABASE):
        if (staged / name).exists():
            (staged / name).replace(data / name)
            sync(data)
    _remove(staged)
    return has_config


def _copy_new(source: str, target: str) -> None:
    """Copy a file, completely or not at all, unless there is one: after an interruption somebody may have written their own."""
    if not os.path.lexists(target):
        unfinished = f"{target}.restoring"
        shutil.copy2(source, unfinished)
        Path(unfinished).replace(target)


def _remove(staged: Path) -> None:
    """Remove the folder; the manifest, by which it is recognised, goes last."""
    for path in staged.iterdir():
        if path.name != MANIFEST:
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    (staged / MANIFEST).unlink(missing_ok=True)
    staged.rmdir()


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    sync(path)
