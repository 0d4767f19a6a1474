"""That a crawler is at work: the lock that keeps a second one out, and the sign of life others read."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from config.errors import ArchiveError

_LOCK, _SIGN = "crawler.lock", "crawler.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOfLife:
    """What the crawler last said of itself.

    Attributes:
        at: UTC, when it said so; it does every few seconds.
        state: `collecting`, `paused` (why in `detail`) or `stopped`.
        in_flight: requests under way.
    """

    pid: int
    at: datetime
    state: str
    detail: str
    in_flight: int


@contextmanager
def only_crawler(data: Path) -> Iterator[None]:
    """Hold the lock of a data folder; it falls with the process, however that ends.

    Raises:
        ArchiveError: another crawler holds it.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / _LOCK).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise ArchiveError(
                f"{data}: another crawler (process {file.read().strip() or 'unknown'}) is at work here; stop it first"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def give_sign(data: Path, sign: SignOfLife) -> None:
    """Write the sign of life.

    Raises:
        OSError: the disk is full or not writable.
    """
    fresh = data / f"{_SIGN}.new"
    fresh.write_text(json.dumps(asdict(sign), default=datetime.isoformat))
    fresh.replace(data / _SIGN)


def last_sign(data: Path) -> SignOfLife | None:
    """Return the last sign of life, or None when no crawler ever gave one."""
    try:
        said = json.loads((data / _SIGN).read_text())
        return SignOfLife(**{**said, "at": datetime.fromisoformat(said["at"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
