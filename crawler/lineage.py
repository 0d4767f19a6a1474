"""Processes that end with the one that started them, and pools whose processes can be replaced whatever state they are in."""

from __future__ import annotations

import ctypes
import os
import signal
from contextlib import suppress

from pebble import ProcessPool

_PR_SET_PDEATHSIG = 1  # prctl(2)


def end_with_parent(parent: int | None = None) -> None:
    """Have the system kill this process as soon as its parent ends, however that ends.

    Only Linux can. The signal is SIGKILL, which loses nothing and ends a stopped process as well.

    Args:
        parent: its process id, where the caller knows it; if that has ended already, this process ends now.
    """
    with suppress(AttributeError, OSError):  # elsewhere there is no prctl
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


def kill_pool(pool: ProcessPool) -> None:
    """End a pool now, whether its processes respond or not. Its unfinished tasks are cancelled.

    `join` alone asks the processes to end, one after the other, and each has three seconds to do so. It first takes the locks of
    the pool away, so that a process that is just beginning would fail with a traceback.
    """
    pool.stop()
    if manager := pool._pool_manager_loop:
        manager.join()  # it begins no further process
    for pid in list(pool._pool_manager.worker_manager.workers):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    pool.join()
