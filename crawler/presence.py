"""That a crawler or an indexer is at work: the lock that keeps a second one out, and the sign of life others read."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, TextIO, get_args

from config.errors import AlreadyRunning, ArchiveError
from crawler.archive.database import make_folder

Role = Literal["crawler", "indexer"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOfLife:
    """What a process last said of itself.

    Attributes:
        at: UTC, when it said so; it does every few seconds.
        doing: what it does, in words.
        trouble: what keeps it from its work; empty when nothing does.
        under_way: requests or pages in work.
        problems: mistakes in configuration files, until which are mended it goes on with what they said before.
    """

    pid: int
    at: datetime
    doing: str
    trouble: str
    under_way: int
    problems: tuple[str, ...] = ()


@contextmanager
def only_one(data: Path, role: Role) -> Iterator[None]:
    """Hold the lock of a role in a data folder; it falls with the process, however that ends.

    Raises:
        AlreadyRunning: another process holds it.
        ArchiveError: the folder cannot be made or written.
    """
    make_folder(data)
    with _lock_file(data / f"{role}.lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise AlreadyRunning(
                f"{data}: another {role} (process {file.read().strip() or 'unknown'}) is at work here; stop it first"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _lock_file(path: Path) -> TextIO:
    try:
        return path.open("a+")
    except OSError as error:
        raise ArchiveError(f"{path}: cannot be written ({error.strerror}); check who owns the folder") from error


def give_sign(data: Path, role: Role, sign: SignOfLife) -> None:
    """Write the sign of life.

    Raises:
        OSError: the disk is full or not writable.
    """
    fresh = data / f"{role}.json.new"
    fresh.write_text(json.dumps(asdict(sign), default=datetime.isoformat))
    fresh.replace(data / f"{role}.json")


def last_sign(data: Path, role: Role) -> SignOfLife | None:
    """Return the last sign of life, or None when no process in this role ever gave one."""
    try:
        said = json.loads((data / f"{role}.json").read_text())
        return SignOfLife(
            **{**said, "at": datetime.fromisoformat(said["at"]), "problems": tuple(said.get("problems", ()))}
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None
