"""The memory of a worker process: what a large page took is returned to the system before the next page."""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Callable
from pathlib import Path

_RESIDENT = 300_000_000  # bytes; with the libraries and language models loaded, ordinary pages stay below
_PAGE = os.sysconf("SC_PAGE_SIZE")
_STATM = Path("/proc/self/statm")


def give_back_memory() -> None:
    """Return free memory to the system if this process has much. Otherwise it stays as large as its largest page made it."""
    if resident() > _RESIDENT and (trim := _malloc_trim()):
        trim(0)


def resident() -> int:
    """Return the bytes of memory this process has; 0 where the system does not say."""
    try:
        return int(_STATM.read_text().split()[1]) * _PAGE
    except (OSError, ValueError, IndexError):
        return 0


@functools.cache
def _malloc_trim() -> Callable[[int], int] | None:
    """Return the function of the GNU C library; other libraries have none."""
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
