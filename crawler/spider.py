"""The one long-running Scrapy spider: lends Scrapy's downloader, its politeness and its guard to the work it is given."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import scrapy

from crawler.fetch import Fetched, fetch
from crawler.poll import Fetcher

Work = Callable[[Fetcher], Awaitable[None]]


class ParleySpider(scrapy.Spider):
    """Runs until its work is done.

    Args:
        work: what to do with the downloader; None means to collect as the settings of this process say, for `scrapy crawl`.
    """

    name = "parley"

    def __init__(self, work: Work | None = None, **rest: Any) -> None:
        super().__init__(**rest)
        self._work = work

    async def start(self) -> AsyncIterator[Any]:
        """Do the work. Requests are made through the engine, one after the other in each piece of work, so none is yielded."""
        await (self._work or _collect)(self.fetch)
        nothings: tuple[Any, ...] = ()
        for nothing in nothings:
            yield nothing

    async def fetch(self, url: str, headers: Mapping[str, str]) -> Fetched:
        """Download an address; never raises for what the world does."""
        return await fetch(self.crawler.engine, url, headers)


async def _collect(fetch: Fetcher) -> None:
    from crawler.run import collect_as_configured

    await collect_as_configured(fetch)
