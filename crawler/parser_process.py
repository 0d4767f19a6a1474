"""Parses responses in a separate process, so that hostile input can hang or crash the parser but not the crawler."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import traceback
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as TooLong
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from time import monotonic
from types import TracebackType

from pebble import ProcessExpired, ProcessPool

from config.logs import get_logger
from config.sources import Feed
from crawler.kinds import kind_of
from crawler.limits import feed_seconds
from crawler.lineage import end_with_parent, kill_pool
from crawler.outcomes import Outcome
from crawler.page import FeedResponse, FeedResult
from crawler.parse.completeness import is_cut
from crawler.parse.screen import RejectedInput, unpack_body

_ENDS = "the response ends in the middle"
_READ = "what came before was read, and it will be requested again."
_OF_A_PART = frozenset(  # what half a response may look like
    {Outcome.READ, Outcome.EMPTY, Outcome.NOT_A_FEED, Outcome.NOT_A_SITEMAP, Outcome.NO_LINKS, Outcome.NO_PREVIEW}
)
RESPOND_WITHIN = (
    60.0  # seconds more than a response may take, after which the process counts as hung; it starts in about two
)
_ATTEMPTS = 2  # for a response whose process had to be replaced
_LOOK_EVERY = 5.0  # seconds
_TASKS = 5_000  # the process is replaced after that many, to free what its parsers leaked

log = get_logger(__name__)


class ParserProcess:
    """A process that parses responses; it starts with the first response.

    Use it as a context manager, which ends the process on exit.

    Args:
        seconds: time limit for one response; None for the one that fits the size it may have.
        read: an importable function that parses a response; None means `read_with_kind`.
    """

    def __init__(
        self, *, seconds: float | None = None, read: Callable[[Feed, FeedResponse], FeedResult] | None = None
    ) -> None:
        self._seconds = seconds
        self._function = read or read_with_kind
        self._pool = _pool()
        self._waiting = 0  # responses that wait to be read
        self._moved = monotonic()  # when one was last read, or began to wait for nothing else

    async def read(self, feed: Feed, response: FeedResponse) -> FeedResult:
        """Return what the feed's kind reads from a response; `failed` when it raises, crashes or takes too long."""
        seconds = self._seconds or feed_seconds(response.max_bytes)
        for _ in range(_ATTEMPTS):
            future = self._schedule(feed, response, seconds)
            pool = self._pool
            try:
                if await self._ends(future, seconds):
                    return future.result()
            except TooLong:
                detail = f"parsing the response took more than {seconds:g} seconds"
                return FeedResult(outcome=Outcome.FAILED, detail=detail)
            except (
                ProcessExpired,
                BrokenProcessPool,
                CancelledError,
            ):  # the second: it died before it reported its task
                if pool is self._pool:  # otherwise the process was replaced, because of another response
                    return FeedResult(outcome=Outcome.FAILED, detail="the response crashed the parser")
        return FeedResult(outcome=Outcome.FAILED, detail="the process that parses responses does not respond")

    async def _ends(self, future: Future[FeedResult], seconds: float) -> bool:
        """Wait for a response to be read; return False when the process does not respond, and replace it.

        The pool's own limit on time applies only to what its process has begun, so a process that is stopped would be waited
        for without end. Responses wait for each other, and the process is well as long as any of them ends.
        """
        waiting, pool = asyncio.wrap_future(future), self._pool
        if not self._waiting:
            self._moved = monotonic()
        waiting.add_done_callback(lambda done: done.cancelled() or done.exception())  # which is taken from `future`
        self._waiting += 1
        try:
            while not (await asyncio.wait({waiting}, timeout=_LOOK_EVERY))[0]:
                if pool is not self._pool:  # it was replaced, and may have lost this response
                    return False
                if monotonic() > self._moved + seconds + RESPOND_WITHIN:
                    log.error("the process that parses responses does not respond and is replaced")
                    self._pool, self._moved = _pool(), monotonic()
                    await asyncio.to_thread(kill_pool, pool)
                    return False
            self._moved = monotonic()
            return True
        finally:
            waiting.cancel()
            self._waiting -= 1

    def _schedule(self, feed: Feed, response: FeedResponse, seconds: float) -> Future[FeedResult]:
        if not self._pool.active:  # it broke, perhaps out of memory, and does not recover by itself
            self._close()
            self._pool = _pool()
        return self._pool.schedule(self._function, args=(feed, response), timeout=seconds)

    def __enter__(self) -> ParserProcess:
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
        initializer=_prepare,
        context=multiprocessing.get_context("forkserver"),  # not fork: the parent has threads, which resolve host names
    )


def read_with_kind(feed: Feed, response: FeedResponse) -> FeedResult:
    """Return what the feed's kind reads from a response; `failed` when it raises.

    Of a response that was cut off, what came before the cut is returned, with the outcome `cut_off`.
    """
    try:
        body, damage = unpack_body(response.body, response.max_bytes)
        flaw = response.flaw or (f"the .gz file {damage}" if damage else "") or (_ENDS if is_cut(body) else "")
        result = kind_of(feed.kind).read(feed, replace(response, body=body, flaw=flaw))
        return _part(result, flaw) if flaw else result
    except RejectedInput as refusal:
        return refusal.result()
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return FeedResult(
            outcome=Outcome.FAILED, detail=f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"
        )


def _part(result: FeedResult, flaw: str) -> FeedResult:
    """Return what was read from a part of a response; its last address or message may be half of one and is left out."""
    detail = f"{flaw[0].upper()}{flaw[1:]}; {_READ}"
    if result.outcome == Outcome.CUT_OFF:  # the kind has left out its last one itself
        return replace(result, detail=f"{detail} {result.detail}".strip())
    if result.outcome not in _OF_A_PART:
        return result
    return FeedResult(outcome=Outcome.CUT_OFF, detail=detail, links=result.links[:-1], pages=result.pages[:-1])


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the crawler ends this process itself
    end_with_parent()
