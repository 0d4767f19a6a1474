"""Runs what feed kinds make of answers in a process of its own: hostile input may hang or crash the parser, not the crawler."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLong
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType

from pebble import ProcessExpired, ProcessPool

from config.sources import Feed
from crawler.kinds import kind_of
from crawler.outcomes import Outcome
from crawler.page import Answer, Reading

_TASKS = 5_000  # after which the process is replaced, whatever its parsers have leaked


class Reader:
    """A pool of one process that reads answers; it starts with the first one.

    Use as a context manager: leaving it ends the process.

    Args:
        seconds: that one answer may take.
        read: what to do with an answer, a function that can be imported; None means what the feed's kind says.
    """

    def __init__(self, *, seconds: float, read: Callable[[Feed, Answer], Reading] | None = None) -> None:
        self._seconds = seconds
        self._function = read or read_with_kind
        self._pool = _pool()

    async def read(self, feed: Feed, answer: Answer) -> Reading:
        """Return what the feed's kind makes of an answer; `failed` when it raises, crashes or takes too long."""
        future = self._schedule(feed, answer)
        try:
            return await asyncio.wrap_future(future)
        except TooLong:
            return Reading(
                outcome=Outcome.FAILED, detail=f"reading the answer took more than {self._seconds:g} seconds"
            )
        except (ProcessExpired, BrokenProcessPool):  # the latter when it died before anyone knew what it reads
            return Reading(outcome=Outcome.FAILED, detail="the answer crashed the parser")

    def _schedule(self, feed: Feed, answer: Answer) -> Future[Reading]:
        if not self._pool.active:  # it broke down, perhaps for want of memory, and would stay so
            self._close()
            self._pool = _pool()
        return self._pool.schedule(self._function, args=(feed, answer), timeout=self._seconds)

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        self._pool.stop()
        self._pool.join()


def _pool() -> ProcessPool:
    return ProcessPool(
        max_workers=1,
        max_tasks=_TASKS,
        initializer=_ignore_interrupt,
        context=multiprocessing.get_context("forkserver"),  # not fork: the parent has threads that resolve names
    )


def read_with_kind(feed: Feed, answer: Answer) -> Reading:
    """Return what the feed's kind makes of an answer, and `failed` where it raises."""
    try:
        return kind_of(feed.kind).read(feed, answer)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return Reading(
            outcome=Outcome.FAILED, detail=f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"
        )


def _ignore_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the crawler ends us in order
