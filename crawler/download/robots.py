"""robots.txt (RFC 9309), its Crawl-delay, and the rule of one request at a time to each registered domain.

Scrapy's own middleware caches a file for ever and allows everything when it cannot be fetched. A process that runs for months
may do neither.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from crawler.download.pace import shared_pace
from crawler.limits import ROBOTS_BYTES
from crawler.urls import registered_domain

AGENT = "Parley"
KEEP = 24 * 3_600.0  # seconds; RFC 9309 2.4 recommends no more
KEEP_UNREACHABLE = 600.0
LONGEST_DELAY = 600.0  # a Crawl-delay is obeyed up to ten minutes
_MAX_KEPT = 5_000


class RefusedByRobots(IgnoreRequest):
    """robots.txt forbids the request."""


class RobotsUnreachable(IgnoreRequest):
    """robots.txt could not be fetched, so the request is not allowed for now (RFC 9309 2.3.1.4)."""


@dataclass(frozen=True, slots=True)
class _Rules:
    until: float  # monotonic
    parsed: Protego | None = None  # None allows everything
    unreachable: str = ""
    error: Exception | None = None  # what made it unreachable, unless that was a response


class RobotsMiddleware:
    """Sets the download slot of each request and checks robots.txt first, unless that is turned off."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._obey = crawler.settings.getbool("PARLEY_OBEY_ROBOTS")
        self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._rules: OrderedDict[str, asyncio.Task[_Rules]] = OrderedDict()
        self._asking: Counter[str] = Counter()  # requests waiting for the file

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Build the middleware from Scrapy's settings."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request through at the pace that its server asks for, or refuse it.

        Raises:
            RefusedByRobots: the file forbids it.
            RobotsUnreachable: the file cannot be fetched for now.
        """
        site = registered_domain(request.url)
        request.meta["download_slot"] = site  # set again on every hop, since a redirect may lead to another domain
        if self._obey and not request.meta.get("is_robots"):
            await self._ask_robots(request.url, site)
        await shared_pace().turn(site, self._delay_of(site))

    async def _ask_robots(self, url: str, site: str) -> None:
        rules = await self._rules_of(url)
        if rules.unreachable:
            raise RobotsUnreachable(rules.unreachable) from rules.error
        if rules.parsed is None:
            return
        if not rules.parsed.can_fetch(url, AGENT):
            raise RefusedByRobots(f"the robots.txt of {urlsplit(url).netloc} forbids this address")
        self._slow_down(site, rules.parsed.crawl_delay(AGENT))

    async def _rules_of(self, url: str) -> _Rules:
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}/robots.txt"
        task = self._rules.get(place)
        if task is None or (task.done() and task.result().until < monotonic()):
            task = asyncio.ensure_future(self._fetch(place))
            self._rules[place] = task
            while len(self._rules) > _MAX_KEPT:
                self._rules.popitem(last=False)
        self._rules.move_to_end(place)
        self._asking[place] += 1
        try:
            return await asyncio.shield(task)
        finally:
            self._asking[place] -= 1
            if not self._asking[place]:
                del self._asking[place]
                self._give_up(place, task)

    def _give_up(self, place: str, task: asyncio.Task[_Rules]) -> None:
        """Cancel a download that nothing waits for any more; it would keep the crawler from stopping."""
        if not task.done():
            task.cancel()
            self._rules.pop(place, None)

    async def _fetch(self, place: str) -> _Rules:
        request = Request(place, meta={"is_robots": True}, callback=NO_CALLBACK, dont_filter=True)
        try:
            response = await self._crawler.engine.download_async(request)
        except IgnoreRequest:  # refused by the guard, a redirect loop, too large: treated as if there were no file
            return _Rules(monotonic() + KEEP)
        except Exception as error:  # the file cannot be fetched now, whatever the reason
            return _Rules(monotonic() + KEEP_UNREACHABLE, unreachable="robots.txt cannot be fetched", error=error)
        if response.status >= 500 or response.status == 429:
            return _Rules(monotonic() + KEEP_UNREACHABLE, unreachable=f"robots.txt returned {response.status}")
        if response.status >= 300:
            return _Rules(monotonic() + KEEP)
        text = response.body[:ROBOTS_BYTES].decode("utf-8-sig", errors="ignore")
        return _Rules(monotonic() + KEEP, parsed=Protego.parse(text))

    def _slow_down(self, site: str, wanted: float | None) -> None:
        delay = max(self._delay, min(wanted or 0.0, LONGEST_DELAY))
        if self._delay_of(site) >= delay:
            return
        downloader: Downloader = self._crawler.engine.downloader
        downloader.per_slot_settings[site] = {"delay": delay}
        if site in downloader.slots:
            downloader.slots[site].delay = delay

    def _delay_of(self, site: str) -> float:
        downloader: Downloader = self._crawler.engine.downloader
        return float(downloader.per_slot_settings.get(site, {}).get("delay", self._delay))
