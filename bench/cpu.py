"""The CPU time of a piece of work, in every process it starts."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import traceback
from collections.abc import Callable
from contextlib import suppress

_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def spent(work: Callable[[], int]) -> tuple[int, float]:
    """Return what the work returns and the CPU seconds of all processes that it started, ended or orphaned.

    The work is done in a process of its own to which the orphans among its descendants fall: the workers of a pool are
    seldom waited for by the process that ends last, and would not be counted. Linux only.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:  # any error is reported, and the fork ends here
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
            result = work()
            with suppress(ChildProcessError):
                while True:
                    os.wait()
            usage = resource.getrusage(resource.RUSAGE_CHILDREN)
            os.write(writing, json.dumps([result, usage.ru_utime + usage.ru_stime]).encode())
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    if not answer:
        raise SystemExit("the work failed; its words are above")
    result, seconds = json.loads(answer)
    return int(result), float(seconds)
