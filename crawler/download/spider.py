"""The one long-running Scrapy spider: gives the work it runs access to Scrapy's downloader, with its delays and guard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import scrapy

from crawler.download.fetch import Fetched, Fetcher, fetch
from crawler.download.holds import holds_of

Work = Callable[[Fetcher], Awaitable[None]]


class ParleySpider(scrapy.Spider):
    """Runs until its work is done.

    Args:
        work: what to do with the downloader.
    """

    name = "parley"

    def __init__(self, work: Work, **rest: Any) -> None:
        super().__init__(**rest)
        self._work = work

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Do the work, which makes its requests through the engine and awaits each; none is yielded."""
        await self._work(self.fetch)
        nothings: tuple[scrapy.Request, ...] = ()
        for nothing in nothings:
            yield nothing

    async def fetch(self, url: str, headers: Mapping[str, str], max_bytes: int | None = None) -> Fetched:
        """Download an address, as a Fetcher does."""
        holds = holds_of(Path(self.crawler.settings["PARLEY_DATA"]))
        return await fetch(self.crawler.engine, url, headers, max_bytes, holds=holds)
