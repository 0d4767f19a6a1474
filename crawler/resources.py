"""Recognises that this machine, and no server, lacks what a request needs: that costs no attempt, and collecting pauses.

It may lack file descriptors, threads or memory, or a disk that is not full and may be written.
"""

from __future__ import annotations

import errno
import signal
from collections.abc import Iterator
from pathlib import Path

from config.errors import ArchiveError

_SHORT_OF = {
    errno.EMFILE: "open files (`ulimit -n`)",
    errno.ENFILE: "open files of the whole machine",
    errno.ENOMEM: "memory",
    errno.ENOBUFS: "memory for network connections",
    errno.EADDRNOTAVAIL: "free network ports",
}
_CURES = {  # of files that cannot be read or written
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space, or raise the quota",
    errno.EROFS: "mount its disk writable, or set PARLEY_DATA to another folder",
    errno.EACCES: "check who owns it, and its folder",
    errno.EPERM: "check who owns it, and its folder",
}
_NO_THREAD = "can't start new thread"  # of Python's RuntimeError
_DEEPEST = 20  # causes of causes


class Shortage(ArchiveError):
    """This process lacks file descriptors, threads, memory or a file that it can write. The request can be made later."""


def raise_if_short(error: BaseException) -> None:
    """Raise a Shortage if an error, or its cause, says that this process lacks something."""
    for each in _with_causes(error):
        number = getattr(each, "errno", None) or getattr(each, "osError", None)  # the latter is Twisted's
        lack = _SHORT_OF.get(number) if isinstance(number, int) else None
        if isinstance(each, MemoryError):
            lack = "memory"
        elif _NO_THREAD in str(each):
            lack = "threads (`ulimit -u`)"
        if lack:
            raise Shortage(f"this process has run out of {lack}; collecting pauses until there is more") from error
        if isinstance(each, OSError) and each.filename and each.errno in _CURES:
            raise Shortage(file_error(each)) from error


def signal_name(number: int) -> str:
    """Return the name of a signal, such as SIGKILL; those for real time have none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def file_error(error: OSError, path: Path | None = None) -> str:
    """Return a sentence about a file that cannot be read or written, with the cure where there is one.

    Args:
        path: the file, where the error does not name it.
    """
    name = path or error.filename
    cure = _CURES.get(error.errno or 0) if name else None
    return f"{name or 'output'}: {error.strerror or error}" + (f"; {cure}" if cure else "")


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error with what caused it; Scrapy and Twisted keep that in `reasons` and `value`."""
    queue: list[object] = [error]
    for _ in range(_DEEPEST):
        if not queue:
            return
        each = queue.pop()
        if isinstance(each, BaseException):
            yield each
            queue += [each.__cause__, each.__context__, *(getattr(each, "reasons", None) or ())]
        queue += [value] if isinstance(value := getattr(each, "value", None), BaseException) else []
