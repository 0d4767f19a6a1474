"""Runs coroutines on the event loop of Scrapy's reactor, and gives them access to Scrapy's downloader."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from scrapy.crawler import AsyncCrawlerRunner
from twisted.internet import asyncioreactor
from twisted.logger import STDLibLogObserver, globalLogBeginner
from twisted.python import threadable

from config.settings import Settings
from crawler.download.options import scrapy_options
from crawler.download.spider import ParleySpider, Work

T = TypeVar("T")
_turn = threading.RLock()


async def with_downloader(settings: Settings, work: Work) -> None:
    """Run work inside Scrapy, with its downloader."""
    runner = AsyncCrawlerRunner(scrapy_options(settings))
    await runner.crawl(ParleySpider, work=work)


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on the event loop of Scrapy's reactor; can be called again, and from any thread.

    Threads take turns. So a process still sends one request at a time per domain, however many threads ask it to.
    """
    with _turn:
        loop = _reactor_loop()
        threadable.registerAsIOThread()
        try:
            return loop.run_until_complete(main)
        finally:
            if left := asyncio.all_tasks(loop):  # cancelled downloads, whose tasks Scrapy leaves running
                for task in left:
                    task.cancel()
                loop.run_until_complete(asyncio.wait(left, timeout=1))


@functools.cache
def _reactor_loop() -> asyncio.AbstractEventLoop:
    observer = STDLibLogObserver()  # of zope's interfaces mypy knows nothing
    globalLogBeginner.beginLoggingTo([observer], redirectStandardIO=False)  # type: ignore[list-item]
    loop = asyncio.new_event_loop()
    asyncioreactor.install(loop)
    from twisted.internet import reactor

    reactor.startRunning(installSignalHandlers=False)  # not run(), which ends with its loop and cannot be called twice
    return loop
