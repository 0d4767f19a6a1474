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
        work: what to do with the downloader; None means to collect as the settings of this process say.
        source: ids of the sources to collect from, comma-separated: `scrapy crawl parley -a source=bbc,dw`.
        once: anything but empty ends when nothing is due: `scrapy crawl parley -a once=1`.
    """

    name = "parley"

    def __init__(self, work: Work | None = None, source: str = "", once: str = "", **rest: Any) -> None:
        super().__init__(**rest)
        self._work = work or self._collect
        self._source, self._once = source, once

    async def start(self) -> AsyncIterator[Any]:
        """Do the work; it makes its requests through the engine and waits for each, so none is yielded."""
        await self._work(self.fetch)
        nothings: tuple[Any, ...] = ()
        for nothing in nothings:
            yield nothing

    async def fetch(self, url: str, headers: Mapping[str, str]) -> Fetched:
        """Download an address; never raises for what the world does."""
        return await fetch(self.crawler.engine, url, headers)

    async def _collect(self, fetch: Fetcher) -> None:
        from crawler.run import collect_as_configured  # it imports this module

        chosen = {name.strip() for name in self._source.split(",")} if self._source else None
        await collect_as_configured(fetch, source_ids=chosen, once=bool(self._once))
