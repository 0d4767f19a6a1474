"""Parses responses in a separate process, so that hostile input can hang or crash the parser but not the crawler."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLong
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from types import TracebackType

from pebble import ProcessExpired, ProcessPool

from config.sources import Feed
from crawler.kinds import kind_of
from crawler.limits import feed_seconds
from crawler.outcomes import Outcome
from crawler.page import FeedResponse, FeedResult
from crawler.parse.completeness import is_cut
from crawler.parse.screen import RejectedInput, unpack_body

CUT_DETAIL = "The response ends in the middle; what came before was read, and it will be requested again."
_OF_A_PART = frozenset(  # what half a response may look like
    {Outcome.READ, Outcome.EMPTY, Outcome.NOT_A_FEED, Outcome.NOT_A_SITEMAP, Outcome.NO_LINKS, Outcome.NO_PREVIEW}
)
_TASKS = 5_000  # the process is replaced after that many, to free what its parsers leaked


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

    async def read(self, feed: Feed, response: FeedResponse) -> FeedResult:
        """Return what the feed's kind reads from a response; `failed` when it raises, crashes or takes too long."""
        seconds = self._seconds or feed_seconds(response.max_bytes)
        future = self._schedule(feed, response, seconds)
        try:
            return await asyncio.wrap_future(future)
        except TooLong:
            return FeedResult(outcome=Outcome.FAILED, detail=f"parsing the response took more than {seconds:g} seconds")
        except (ProcessExpired, BrokenProcessPool):  # the latter when it died before it reported its task
            return FeedResult(outcome=Outcome.FAILED, detail="the response crashed the parser")

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
        initializer=_ignore_interrupt,
        context=multiprocessing.get_context("forkserver"),  # not fork: the parent has threads, which resolve host names
    )


def read_with_kind(feed: Feed, response: FeedResponse) -> FeedResult:
    """Return what the feed's kind reads from a response; `failed` when it raises.

    Of a response that was cut off, what came before the cut is returned, with the outcome `cut_off`.
    """
    try:
        body, is_damaged = unpack_body(response.body, response.max_bytes)
        is_part = response.is_cut or is_damaged or is_cut(body)
        result = kind_of(feed.kind).read(feed, replace(response, body=body, is_cut=is_part))
        return _part(result) if is_part else result
    except RejectedInput as refusal:
        return refusal.result()
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return FeedResult(
            outcome=Outcome.FAILED, detail=f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"
        )


def _part(result: FeedResult) -> FeedResult:
    """Return what was read from a part of a response; its last address or message may be half of one and is left out."""
    if result.outcome == Outcome.CUT_OFF:  # the kind has left out its last one itself
        return replace(result, detail=f"{CUT_DETAIL} {result.detail}".strip())
    if result.outcome not in _OF_A_PART:
        return result
    return FeedResult(outcome=Outcome.CUT_OFF, detail=CUT_DETAIL, links=result.links[:-1], pages=result.pages[:-1])


def _ignore_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the crawler ends this process itself
