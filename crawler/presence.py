"""The processes of a data folder: the lock that keeps a second one out, and the heartbeat others read."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Literal, TextIO, get_args

from pydantic import AwareDatetime, TypeAdapter

from config.errors import AlreadyRunning, ArchiveError
from config.files import bytes_of
from crawler.archive.database import make_folder
from crawler.resources import file_error

Role = Literal["crawler", "indexer", "alerts"]
ROLES: tuple[Role, ...] = get_args(Role)
PartName = Literal[
    "crawler", "indexer", "server", "alerts"
]  # the parts of `parley run`; of servers there may be several

_SILENT_AFTER = timedelta(seconds=30)  # without a heartbeat for so long, a process is taken for stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """What a process last reported about itself.

    Attributes:
        at: UTC, the time of the report; there is one every few seconds.
        doing: its current activity, as text.
        trouble: why it cannot work; empty when it can.
        under_way: number of running requests.
        stuck: a sentence when work waits and none has been done for long; empty otherwise.
        problems: mistakes in configuration files, and what it uses instead of each file.
    """

    pid: int
    at: AwareDatetime
    doing: str
    trouble: str
    under_way: int
    stuck: str = ""
    problems: tuple[str, ...] = ()


_HEARTBEAT = TypeAdapter(Heartbeat)


@contextmanager
def only_one(data: Path, role: Role) -> Iterator[None]:
    """Hold the lock of a role in a data folder; the system releases it when the process ends, however it ends.

    Raises:
        AlreadyRunning: another process has it.
        ArchiveError: the folder cannot be created or written.
    """
    make_folder(data)
    with _lock_file(data / f"{role}.lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise AlreadyRunning(
                f"{data}: another {role} (process {file.read().strip() or 'unknown'}) is already running here; stop it first"
            ) from None
        except OSError as error:  # a file system that knows no locks
            raise ArchiveError(f"{data / f'{role}.lock'}: it cannot be locked ({error.strerror or error})") from None
        try:
            os.ftruncate(file.fileno(), 0)
            os.write(file.fileno(), str(os.getpid()).encode())
        except OSError as error:
            raise ArchiveError(f"{data / f'{role}.lock'}: {error.strerror or error}") from None
        yield


def holder(data: Path, role: Role) -> int | None:
    """Return the process that has the lock of a role, whether or not it gives any sign of life; None if there is none."""
    try:
        with open(data / f"{role}.lock", opener=_open_at_once) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read())
    except (OSError, ValueError):
        pass
    return None


class Progress:
    """Measures for how long a process has not got ahead with work that waits.

    Args:
        limit: seconds after which that counts as stuck.
        clock: a monotonic clock, in seconds.
    """

    def __init__(self, limit: float, clock: Callable[[], float] = monotonic) -> None:
        self._limit, self._clock = limit, clock
        self._moved, self._mark = clock(), object()

    def stuck_for(self, mark: object, *, waits: bool) -> float:
        """Return the seconds for which nothing was done, 0 below the limit.

        Args:
            mark: a value that changes whenever something is done.
            waits: whether there is anything to do, and nothing that keeps the process from it.
        """
        now = self._clock()
        if mark != self._mark or not waits:
            self._moved, self._mark = now, mark
        return now - self._moved if now - self._moved > self._limit else 0.0


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a pipe would wait for its other end


def _lock_file(path: Path) -> TextIO:
    try:
        return path.open("a+")
    except OSError as error:
        raise ArchiveError(file_error(error)) from error


def write_heartbeat(data: Path, role: PartName, heartbeat: Heartbeat) -> None:
    """Write the heartbeat.

    Raises:
        OSError: the disk is full or not writable.
    """
    fresh = data / f"{role}.json.new"
    fresh.write_text(json.dumps(asdict(heartbeat), default=datetime.isoformat))
    fresh.replace(data / f"{role}.json")


def last_heartbeat(data: Path, role: PartName) -> Heartbeat | None:
    """Return the last heartbeat; None if there is no readable one."""
    try:
        return _HEARTBEAT.validate_json(bytes_of(data / f"{role}.json"))
    except (OSError, ValueError):
        return None


def heartbeat_of(data: Path, role: Role, now: datetime) -> Heartbeat | None:
    """Return the last heartbeat of a role; None when it never ran here, has stopped or is silent."""
    last = last_heartbeat(data, role)
    return last if last and last.doing != "stopped" and abs(now - last.at) < _SILENT_AFTER else None


def silent_process(data: Path, role: Role, now: datetime) -> int | None:
    """Return the process of a role that runs but gave its last heartbeat long ago; None if there is none."""
    last = last_heartbeat(data, role)
    if last is None or last.doing == "stopped" or abs(now - last.at) < _SILENT_AFTER:
        return None
    return last.pid if holder(data, role) == last.pid else None
