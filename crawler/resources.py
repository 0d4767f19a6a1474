"""Recognises that this machine, and no server, lacks what a request needs: that costs no attempt, and collecting pauses."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from config.errors import ArchiveError

_SHORT_OF = {
    errno.EMFILE: "open files (`ulimit -n`)",
    errno.ENFILE: "open files of the whole machine",
    errno.ENOMEM: "memory",
    errno.ENOBUFS: "memory for network connections",
    errno.EADDRNOTAVAIL: "free network ports",
}
_NO_THREAD = "can't start new thread"  # of Python's RuntimeError
_DEEPEST = 20  # causes of causes


class Shortage(ArchiveError):
    """This process lacks file descriptors, threads or memory. The request was not made, and can be made later."""


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
