"""Files as channels: a message is a line of JSON at the end of a file, for programs on the same machine and for trying rules."""

from __future__ import annotations

import fcntl
import os
import stat
from contextlib import suppress
from pathlib import Path

from config.channels import Channel, file_path
from monitor.alerts.failure import Failed
from monitor.documents.alerts import AlertMessageDocument


def append(channel: Channel, message: AlertMessageDocument) -> None:
    """Write a message as the last line of a file, durably; the file is made where there is none, its folder is not.

    A line that cannot be written whole, on a full disk, is taken back. One that a kill has cut off is ended before the next.

    Raises:
        Failed: the file cannot be written. The sentence does not contain its path.
    """
    path, line = file_path(channel), f"{message.model_dump_json()}\n".encode()
    try:
        # Without waiting: a pipe that nobody reads is no file that can be written.
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK, 0o640)
        try:
            if stat.S_ISREG(os.fstat(file).st_mode):
                _write_line(file, path, line)
            else:
                _write(file, line)
        finally:
            os.close(file)
    except OSError as wrong:
        raise Failed(f"the file cannot be written: {wrong.strerror}") from None


def _write_line(file: int, path: Path, line: bytes) -> None:
    with suppress(OSError):  # a file system that knows no locks
        fcntl.flock(file, fcntl.LOCK_EX)  # released with the file
    size = os.fstat(file).st_size
    try:
        _write(file, line if _ends_whole(path, size) else b"\n" + line)
        os.fsync(file)
    except OSError:
        with suppress(OSError):
            os.ftruncate(file, size)
        raise


def _write(file: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]


def _ends_whole(path: Path, size: int) -> bool:
    """Return whether the last line of a file has its end; a file that may be written and not read is taken to have it."""
    try:
        with path.open("rb") as file:
            file.seek(max(size - 1, 0))
            return file.read(1) in (b"\n", b"")
    except OSError:
        return True
